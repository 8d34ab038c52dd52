"""Scenes of drawn skeletons, so that the network learns that a lesion differs from its own surroundings.

Bodies are those of `tracker.simulation.foci_teaching.foreign`, their bones are drawn (`strokes`): what is left of an
anatomical model is where the joints are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.simulation.foci_teaching.canvas import seen_scene
from tracker.simulation.foci_teaching.patches import LesionForm, Patch, lesion_chances, lesion_forms
from tracker.simulation.foci_teaching.scenes import TaughtScene
from tracker.simulation.foci_teaching.strokes import Stroke, skeleton_strokes
from tracker.simulation.teaching.appearance import TYPICAL_BONE
from tracker.simulation.teaching.layers import CANVAS, Image, Layers
from tracker.simulation.teaching.uptakes import USUAL_UPTAKE
from tracker.skeleton.template import STEP_MM

FRONT_SHARE: dict[str, float] = {
    "skull": 0.95,
    "mandible": 1.3,
    "cervical_spine": 0.8,
    "thoracic_spine": 0.6,
    "lumbar_spine": 0.7,
    "sacrum": 0.6,
    "sternum": 1.6,
    "clavicle": 1.4,
    "scapula": 0.6,
    "hip_bone": 0.9,
}
"""Middle of what the anterior view shows of a bone against the mean of both views; 1.0 of any other. Decided."""

LEAST_FRONT, MOST_FRONT = 0.2, 1.8
"""Limits of that share; the posterior view shows the rest of 2."""

SHARE_SPREAD, UPTAKE_SPREAD, STROKE_SPREAD = 0.2, 0.35, 0.12
"""Logarithmic spread of that share, of a region's uptake, and of a stroke's uptake within its region."""

UNUSUAL_CHANCE = 0.2
"""How often regions differ twice as much."""

FULL_BONE_MM = 20.0
"""Chord of bone that sends as much as typical bone."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Bone:
    """The light of one stroke on both views: a window of the canvas."""

    base: str
    row: int
    col: int
    light: Image


def drawn_scene(layers: Layers, rng: np.random.Generator) -> TaughtScene:
    """Return one drawn skeleton inside a body, with lesions.

    Parameters
    ----------
    layers : Layers
        The body on the canvas: its joints and its soft tissue.
    rng : Generator
        Source of randomness.

    Returns
    -------
    TaughtScene
        Expected counts on the network's cells.
    """
    bones = _lit(list(skeleton_strokes(layers, rng)), layers.size, rng)
    views = np.zeros((2, *CANVAS), dtype=np.float32)
    for bone in bones:
        rows, cols = bone.light.shape[1:]
        views[:, bone.row : bone.row + rows, bone.col : bone.col + cols] += bone.light
    return seen_scene(layers, list(views), _lesions(bones, layers.size, rng), rng)


def _lit(strokes: Sequence[Stroke], size: float, rng: np.random.Generator) -> list[_Bone]:
    """Return the light of every stroke that lies on the canvas."""
    spread = UPTAKE_SPREAD * (2 if rng.random() < UNUSUAL_CHANCE else 1)
    uptake = {name: usual * float(np.exp(rng.normal(0, spread))) for name, usual in USUAL_UPTAKE.items()}
    front = {name: FRONT_SHARE.get(name, 1.0) * float(np.exp(rng.normal(0, SHARE_SPREAD))) for name in USUAL_UPTAKE}
    bones = []
    for stroke in strokes:
        row, col, chord_mm = _chord(stroke)
        if chord_mm.size:
            strength = uptake[stroke.base] * np.exp(rng.normal(0, STROKE_SPREAD)) / FULL_BONE_MM
            share = np.clip(front[stroke.base], LEAST_FRONT, MOST_FRONT)
            sent = TYPICAL_BONE * size * strength * np.array([share, 2 - share])
            light = (sent[:, None, None] * chord_mm).astype(np.float32)
            bones.append(_Bone(base=stroke.base, row=row, col=col, light=light))
    return bones


def _chord(stroke: Stroke) -> tuple[int, int, Image]:
    """Return where a stroke's window starts, and the millimetres of bone behind each of its pixels; may be empty."""
    reach = int(np.ceil(stroke.radius_px)) + 1
    top, left = np.clip(np.floor(stroke.points.min(axis=0)).astype(int) - reach, 0, CANVAS)
    bottom, right = np.clip(np.ceil(stroke.points.max(axis=0)).astype(int) + reach + 1, 0, CANVAS)
    rows, cols = np.mgrid[top:bottom, left:right].astype(np.float64)
    nearest = np.full(rows.shape, np.inf)
    for start, end in zip(stroke.points[:-1], stroke.points[1:], strict=True):
        step = end - start
        along = ((rows - start[0]) * step[0] + (cols - start[1]) * step[1]) / max(float(step @ step), 1e-9)
        along = np.clip(along, 0, 1)
        apart = (rows - start[0] - along * step[0]) ** 2 + (cols - start[1] - along * step[1]) ** 2
        nearest = np.minimum(nearest, apart)
    outer, inner = stroke.radius_px, stroke.hollow * stroke.radius_px
    chord = np.sqrt(np.maximum(outer**2 - nearest, 0)) - np.sqrt(np.maximum(inner**2 - nearest, 0))
    return int(top), int(left), np.asarray(2 * STEP_MM * chord, dtype=np.float32)


def _lesions(bones: Sequence[_Bone], size: float, rng: np.random.Generator) -> list[Patch]:
    """Return the sharp light of random lesions, each in one stroke."""
    amounts = np.array([float(bone.light.sum()) for bone in bones])
    chance = lesion_chances(np.array([bone.base for bone in bones]), amounts)
    forms = lesion_forms(size, rng)
    found: list[Patch] = []
    for form, number in zip(forms, rng.choice(len(bones), len(forms), p=chance), strict=True):
        found += _lesion(bones[number], form, rng)
    return found


def _lesion(bone: _Bone, form: LesionForm, rng: np.random.Generator) -> list[Patch]:
    """Return the sharp light of one lesion somewhere in a bone: part of its bone's own, times its excess."""
    here: NDArray[np.float64] = bone.light.sum(axis=0, dtype=np.float64)
    row, col = np.divmod(int(rng.choice(here.size, p=(here / here.sum()).ravel())), here.shape[1])
    rows, cols = np.mgrid[: here.shape[0], : here.shape[1]].astype(np.float64)
    share = form.share(rows - row, cols - col)
    light = (form.excess * share * bone.light).astype(np.float32)
    return [Patch(view=view, row=bone.row, col=bone.col, light=one) for view, one in enumerate(light)]
