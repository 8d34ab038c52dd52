"""Scenes of bodies that `tracker.phantom` never draws, so that the network does not learn how that phantom looks.

A projected body of `tracker.simulation.teaching`, half of them from a coarser model of shape and pose, with random
uptake of every bone, blur, scatter and soft tissue. Lesions are patches of one bone's own light; worn joints, whole
hot bones and physiologic sites are there without being marked.
"""

import numpy as np
from numpy.typing import NDArray

from tracker.simulation.foci_teaching.canvas import seen_scene
from tracker.simulation.foci_teaching.patches import LesionForm, Patch, lesion_chances, lesion_forms
from tracker.simulation.foci_teaching.scenes import TaughtScene
from tracker.simulation.teaching.appearance import on_canvas
from tracker.simulation.teaching.frame import Frame
from tracker.simulation.teaching.layers import CANVAS, Layers
from tracker.simulation.teaching.uptakes import random_uptake


def foreign_scene(layers: Layers, frame: Frame, rng: np.random.Generator) -> TaughtScene:
    """Return one random appearance of a body, with lesions.

    Parameters
    ----------
    layers : Layers
        The body on the canvas.
    frame : Frame
        Reference skeleton.
    rng : Generator
        Source of randomness.

    Returns
    -------
    TaughtScene
        Expected counts on the network's cells.
    """
    uptake, _ = random_uptake(frame, rng)
    seen = [side * uptake[layers.part] for side in (layers.anterior, layers.posterior)]
    lesions = _lesions(layers, frame, seen, rng)
    return seen_scene(layers, [on_canvas(layers, light) for light in seen], lesions, rng)


def _lesions(layers: Layers, frame: Frame, seen: list[NDArray[np.float64]], rng: np.random.Generator) -> list[Patch]:
    """Return the sharp light of random lesions, each in one bone."""
    bone, base = frame.part_bone[layers.part], np.array(frame.part_base)[layers.part]
    chance = lesion_chances(base, layers.thickness_mm.astype(np.float64))
    forms = lesion_forms(layers.size, rng)
    found: list[Patch] = []
    for form, entry in zip(forms, rng.choice(len(chance), len(forms), p=chance), strict=True):
        mine = np.flatnonzero((bone == bone[entry]) & (base == base[entry]))
        found += _lesion(layers, mine, int(layers.pixel[entry]), (form, seen))
    return found


def _lesion(
    layers: Layers, mine: NDArray[np.intp], middle: int, what: tuple[LesionForm, list[NDArray[np.float64]]]
) -> list[Patch]:
    """Return the sharp light of one lesion on both views: part of its bone's own, times its excess."""
    form, seen = what
    row, col = np.divmod(layers.pixel[mine], CANVAS[1])
    at = np.divmod(middle, CANVAS[1])
    share = form.share((row - at[0]).astype(np.float64), (col - at[1]).astype(np.float64))
    inside = share > 0
    if not inside.any():
        return []
    top, left = int(row[inside].min()), int(col[inside].min())
    size = (int(row[inside].max()) - top + 1, int(col[inside].max()) - left + 1)
    index = (row[inside] - top) * size[1] + col[inside] - left
    light = [np.bincount(index, form.excess * (one[mine] * share)[inside], minlength=size[0] * size[1]) for one in seen]
    return [
        Patch(view=view, row=top, col=left, light=one.reshape(size).astype(np.float32))
        for view, one in enumerate(light)
    ]
