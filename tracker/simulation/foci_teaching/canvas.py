"""What the camera sees of a body on the canvas: bone, soft tissue, sites and lesions, blurred, scattered and binned."""

from collections.abc import Iterator, Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.lesions.evidence import CELL_MM
from tracker.phantom.camera import FWHM_PER_SIGMA
from tracker.phantom.truth import FOOTPRINT_EDGE
from tracker.records.lesion import Kind
from tracker.records.regions import SIDES
from tracker.simulation.foci_teaching.patches import Patch, blurred
from tracker.simulation.foci_teaching.scenes import MARGIN, TaughtFocus, TaughtScene
from tracker.simulation.teaching.appearance import TYPICAL_BONE, hazed, smooth_field
from tracker.simulation.teaching.layers import CANVAS, Image, Layers
from tracker.simulation.teaching.sites import Glow, sites_of
from tracker.skeleton.template import STEP_MM

USUAL_COUNTS = 2.0e6
"""Anterior counts of a scene before a lesson thins them, as the phantom's camera has them."""

SOFT_PER_MM = (0.015, 0.09)
"""Range of the signal of a millimetre of soft tissue against `TYPICAL_BONE`'s unit."""

FWHM_MM = (6.0, 13.0)
"""Range of the resolution."""

SCATTER_SHARE, SCATTER_MM = (0.05, 0.4), (25.0, 60.0)
"""Range of scatter over primary, and of its width."""

WORN_CHANCE, WORN_JOINTS = 0.35, ("knee", "shoulder", "hip", "ankle", "wrist", "elbow", "sternal")
"""How often a scene has worn joints, and where."""

WORN_MM = (8.0, 26.0)
"""Range of the radius of a worn joint."""

HUMP_CHANCE, HUMPS = 0.4, (1, 4)
"""How often a scene has humps, and their range: other bodies' thick bones, where the reference skeleton has none."""

HUMP_MM, HUMP_STRENGTH = (10.0, 45.0), (0.15, 1.2)
"""Range of a hump's half axes, and of its light against typical bone."""

HIDDEN_SHARE = 0.5
"""Share of a lesion's outline under a physiologic site from which nobody can be asked to see it."""


@cache
def binning(size: int) -> NDArray[np.float32]:
    """Return the matrix that sums canvas pixels into cells of the network.

    Parameters
    ----------
    size : int
        Canvas pixels along one axis.

    Returns
    -------
    ndarray, shape (cells, size), float32
        Each column sums to 1: light is neither lost nor made.
    """
    cells = int(np.ceil(size * STEP_MM / CELL_MM))
    edges = np.arange(size + 1) * STEP_MM / CELL_MM
    cell = np.arange(cells)[:, None]
    covered = np.minimum(edges[1:], cell + 1) - np.maximum(edges[:-1], cell)
    return np.asarray(np.clip(covered, 0, None) * CELL_MM / STEP_MM, dtype=np.float32)


def seen_scene(layers: Layers, bones: Sequence[Image], lesions: list[Patch], rng: np.random.Generator) -> TaughtScene:
    """Return the scene that a camera sees of a body.

    Parameters
    ----------
    layers : Layers
        The body on the canvas: its joints and its soft tissue.
    bones : sequence of ndarray, shape (rows, cols)
        Light of healthy bone, anterior first.
    lesions : list of Patch
        Sharp light of lesions.
    rng : Generator
        Source of randomness.

    Returns
    -------
    TaughtScene
        Expected counts on the network's cells.
    """
    glow = sites_of(layers, TYPICAL_BONE * layers.size, rng)
    fwhm_mm = rng.uniform(*FWHM_MM)
    patches = blurred(lesions, fwhm_mm)
    total = _healthy(layers, bones, glow, (fwhm_mm, rng))
    for patch in patches:
        rows, cols = patch.light.shape
        total[patch.view, patch.row : patch.row + rows, patch.col : patch.col + cols] += patch.light
    gain = USUAL_COUNTS / float(total[0].sum())
    return _on_cells(gain * total, patches, glow, gain)


def _healthy(
    layers: Layers, bones: Sequence[Image], glow: Glow, camera: tuple[float, np.random.Generator]
) -> NDArray[np.float32]:
    """Return what both views show beside lesions, as the camera sees it."""
    fwhm_mm, rng = camera
    thin = np.exp(rng.uniform(*np.log(SOFT_PER_MM)))
    patchy = np.exp(smooth_field(CANVAS, rng.uniform(80, 250), rng.uniform(0.05, 0.3), rng))
    soft = layers.soft_mm.astype(np.float32) * thin * patchy
    worn, humps = _worn(layers, rng), _humps(layers, rng)
    scatter, wide_mm = rng.uniform(*SCATTER_SHARE), rng.uniform(*SCATTER_MM)
    views = np.empty((2, *CANVAS), dtype=np.float32)
    for view, light in enumerate(bones):
        bone = light * np.exp(smooth_field(CANVAS, rng.uniform(60, 300), 0.08, rng))
        here = cv2.GaussianBlur(
            (bone + soft + glow.light[view] + worn + humps[view]).astype(np.float32),
            (0, 0),
            fwhm_mm / FWHM_PER_SIGMA / STEP_MM,
        )
        views[view] = here + hazed(here, scatter, wide_mm)
    return views


def _worn(layers: Layers, rng: np.random.Generator) -> Image:
    """Return the light of worn joints, often on both sides, the same on both views."""
    light = np.zeros(CANVAS, dtype=np.float32)
    if rng.random() >= WORN_CHANCE:
        return light
    for name in rng.choice(WORN_JOINTS, int(rng.integers(1, 4)), replace=False):
        strength = TYPICAL_BONE * layers.size * float(np.exp(rng.normal(-0.6, 0.6)))
        for side in SIDES:
            joint = layers.joints.get(f"{name}_{side}")
            if joint is None or rng.random() < 0.2:
                continue
            radius = rng.uniform(*WORN_MM) / STEP_MM
            spot = np.zeros(CANVAS, dtype=np.float32)
            at = joint + rng.normal(0, 2.0, 2)
            cv2.circle(spot, (round(float(at[1])), round(float(at[0]))), max(1, round(radius)), 1.0, -1)
            light += np.float32(strength * rng.uniform(0.6, 1.4)) * cv2.GaussianBlur(spot, (0, 0), max(1.0, radius / 2))
    return light


def _humps(layers: Layers, rng: np.random.Generator) -> Image:
    """Return the light of broad humps on the trunk, in pairs or in the middle: no lesion lies so evenly."""
    light = np.zeros((2, *CANVAS), dtype=np.float32)
    if rng.random() >= HUMP_CHANCE:
        return light
    neck, hips = layers.joints["neck"], (layers.joints["hip_left"] + layers.joints["hip_right"]) / 2
    for _ in range(int(rng.integers(HUMPS[0], HUMPS[1] + 1))):
        share = rng.uniform(-0.15, 1.15)
        middle = neck + share * (hips - neck)
        aside = 0.0 if rng.random() < 0.4 else rng.uniform(20, 170) / STEP_MM * layers.size
        half = [max(2, round(size)) for size in rng.uniform(*HUMP_MM, 2) / STEP_MM * layers.size]
        turn, strength = rng.uniform(-90, 90), TYPICAL_BONE * layers.size * rng.uniform(*HUMP_STRENGTH)
        spot = np.zeros(CANVAS, dtype=np.float32)
        for sign in (1, -1) if aside else (1,):
            at = middle + [0, sign * aside] + rng.normal(0, 1.5, 2)
            cv2.ellipse(
                spot, (round(float(at[1])), round(float(at[0]))), (half[1], half[0]), sign * turn, 0, 360, 1.0, -1
            )
        spot = strength * cv2.GaussianBlur(spot, (0, 0), max(1.5, min(half) / 2))
        light += spot * rng.uniform(0.1, 1, (2, 1, 1)).astype(np.float32)
    return light


def _on_cells(total: NDArray[np.float32], patches: list[Patch], glow: Glow, gain: float) -> TaughtScene:
    """Return a scene on the network's cells, cut to its body."""
    down, right = binning(CANVAS[0]), binning(CANVAS[1])
    cells = np.stack([down @ view @ right.T for view in total])
    lesions, foci = np.zeros_like(cells), list(_foci(patches, cells, glow, gain))
    for patch in patches:
        spot, top, left = _patch_cells(patch, gain)
        lesions[patch.view, top : top + spot.shape[0], left : left + spot.shape[1]] += spot
    seen = cells.max(axis=0) > 0.02 * cells.mean()
    rows, cols = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    top, left = max(0, rows[0] - MARGIN), max(0, cols[0] - MARGIN)
    here = np.s_[:, top : rows[-1] + MARGIN + 1, left : cols[-1] + MARGIN + 1]
    return TaughtScene(
        total=np.ascontiguousarray(cells[here]),
        lesions=np.ascontiguousarray(lesions[here]),
        foci=tuple(_moved(focus, (top, left), cells[here].shape[1:]) for focus in foci),
    )


def _patch_cells(patch: Patch, gain: float) -> tuple[Image, int, int]:
    """Return a patch on the network's cells, and where it starts."""
    rows, cols = patch.light.shape
    down = binning(CANVAS[0])[:, patch.row : patch.row + rows]
    right = binning(CANVAS[1])[:, patch.col : patch.col + cols]
    above, before = int(patch.row * STEP_MM / CELL_MM), int(patch.col * STEP_MM / CELL_MM)
    below = int(np.ceil((patch.row + rows) * STEP_MM / CELL_MM))
    after = int(np.ceil((patch.col + cols) * STEP_MM / CELL_MM))
    return np.asarray(gain * (down[above:below] @ patch.light @ right[before:after].T), dtype=np.float32), above, before


def _foci(patches: list[Patch], cells: NDArray[np.float32], glow: Glow, gain: float) -> Iterator[TaughtFocus]:
    """Yield every lesion on every view, before the scene is cut."""
    down, right = binning(CANVAS[0]), binning(CANVAS[1])
    covered = [(down @ (bits > 0).astype(np.float32) @ right.T) * (STEP_MM / CELL_MM) ** 2 for bits in glow.bits]
    for patch in patches:
        spot, top, left = _patch_cells(patch, gain)
        inside = np.argwhere(spot >= FOOTPRINT_EDGE * spot.max())
        at = tuple((inside + [top, left]).T)
        yield TaughtFocus(
            view=patch.view,
            kind=Kind.LESION,
            cells=(inside + [top, left]).astype(np.int16),
            added=float(spot[tuple(inside.T)].sum()),
            total=float(cells[patch.view][at].sum()),
            hidden=bool(covered[patch.view][at].mean() > HIDDEN_SHARE),
        )


def _moved(focus: TaughtFocus, corner: tuple[int, int], shape: tuple[int, ...]) -> TaughtFocus:
    """Return a focus in the frame of the part shown, without what lies outside."""
    cells = focus.cells - np.array(corner, dtype=np.int16)
    cells = cells[((cells >= 0) & (cells < shape)).all(axis=1)]
    return TaughtFocus(
        view=focus.view, kind=focus.kind, cells=cells, added=focus.added, total=focus.total, hidden=focus.hidden
    )
