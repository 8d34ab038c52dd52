"""How likely each place of both arms is the injection site, by comparing the arms.

A worn elbow may be hotter than a vein, but then the other elbow is mostly worn too, the heat is as wide as the joint,
and it shows from behind as well. A small network weighs this: it sees each arm as a strip (`arms`), both views of it,
and the other arm's strip beside it, and was taught on simulated people with and without an injection site
(``python -m tracker.simulation.veins``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.records.regions import SIDES
from tracker.records.view import Projection
from tracker.skeleton.arms import ARM_LABELS, STRIP, sampled
from tracker.skeleton.network import deepened, linear

Image = NDArray[np.float32]
Labels = NDArray[np.uint8]

VEIN_FILE = Path(__file__).parent / "data" / "vein.npz"
"""Weights of the network."""

LEVELS = 3
"""Resolutions of the network."""

CELL_PX = 2 ** (LEVELS - 1)
"""A cell of its answer is this many samples of a strip wide."""

CHANNELS = 11
"""What the network sees of every sample: see `vein_channels`."""

BLUR_PX = 1.0
"""Standard deviation of the smoothing of counts before strips are taken, template pixels."""

FEW_COUNTS = 0.3
"""Added to counts per pixel whose ratio is taken, so that an empty place says little."""

LEAST_BONE_PX = 50
"""Samples of bone from which the usual brightness of arm bone is taken; with fewer a view says nothing."""

MOST_RATIO, MOST_STANDING = 3.0, 5.0
"""Bounds of logarithms of ratios, and of differences of square roots, that the network sees."""

SPREAD_CELLS = 2
"""The place is the mean of the cells within this many of the likeliest one, by their chance."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmView:
    """One view of both arms.

    Parameters
    ----------
    projection : Projection
        Which view.
    density : ndarray, shape (rows, cols), float32
        Counts on the template grid, anatomical frame.
    labels : ndarray, shape (rows, cols), uint8
        Fine region numbers.
    """

    projection: Projection
    density: Image
    labels: Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Vein:
    """The likeliest injection site of both arms.

    Parameters
    ----------
    log_odds : float
        That there is one anywhere on the arms.
    place_px : tuple of float
        Row and column of the likeliest place, template pixels.
    """

    log_odds: float
    place_px: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Arm:
    """One arm as a strip: counts by view, how far its bones fill a sample, how far the field does."""

    counts: dict[Projection, Image]
    bone: Image
    own_bone: dict[Projection, Image]
    field: Image


@cache
def vein_weights() -> Mapping[str, Image]:
    """Return the weights shipped with the program, loaded once.

    Returns
    -------
    mapping of str to ndarray
        Layers by name, read-only.
    """
    with np.load(VEIN_FILE) as stored:
        weights = {name: stored[name].astype(np.float32) for name in stored.files}
    for array in weights.values():
        array.flags.writeable = False
    return MappingProxyType(weights)


def _field(views: Sequence[ArmView]) -> Image:
    """Return the exposed part of the image: the box that holds all counts."""
    seen = np.logical_or.reduce([view.density > 0 for view in views])
    rows, cols = (np.flatnonzero(seen.any(axis=axis)) for axis in (1, 0))
    field = np.zeros(seen.shape, dtype=np.float32)
    if rows.size:
        field[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1] = 1
    return field


def _arm(views: Sequence[ArmView], field: Image, side: str, strip: Image) -> _Arm:
    """Return one arm laid straight."""
    mine = sum(ARM_LABELS[side].values(), ())
    own = {view.projection: np.isin(view.labels, mine) for view in views}
    others = np.logical_or.reduce([(view.labels > 0) & ~own[view.projection] for view in views])
    others &= ~np.logical_or.reduce(list(own.values()))
    own_bone = {projection: sampled(mask, strip) for projection, mask in own.items()}
    return _Arm(
        counts={view.projection: sampled(cv2.GaussianBlur(view.density, (0, 0), BLUR_PX), strip) for view in views},
        bone=np.maximum.reduce(list(own_bone.values())) - sampled(others, strip),
        own_bone=own_bone,
        field=sampled(field, strip),
    )


def _usual(arms: Mapping[str, _Arm], projection: Projection) -> float | None:
    """Return the counts per pixel of arm bone on one view, None where too little of it shows."""
    counts = np.concatenate([arm.counts[projection][arm.own_bone[projection] > 0.5] for arm in arms.values()])
    return max(FEW_COUNTS, float(np.median(counts))) if counts.size > LEAST_BONE_PX else None


def _compared(counts: Image, against: Image | float) -> tuple[Image, Image]:
    """Return how much brighter counts are: logarithm of the ratio, and difference in units of counting noise."""
    ratio = np.clip(np.log((counts + FEW_COUNTS) / (against + FEW_COUNTS)), -MOST_RATIO, MOST_RATIO)
    standing = (np.sqrt(counts + FEW_COUNTS) - np.sqrt(against + FEW_COUNTS)) / 2
    return ratio, np.clip(standing, -MOST_STANDING, MOST_STANDING)


def vein_channels(views: Sequence[ArmView], strips: Mapping[str, Image]) -> Image:
    """Return what the network sees.

    Parameters
    ----------
    views : sequence of ArmView
        One or two views of one shape.
    strips : mapping of str to ndarray
        Where the arms lie, by side (`arms.arm_strips`).

    Returns
    -------
    ndarray, shape (2, *STRIP, CHANNELS), float32
        Left arm, right arm. By channel, anterior before posterior: against usual arm bone, ratio (2) and standing out
        (2); against the other arm, ratio (2) and standing out (2); the field on this and on the other arm; bone of
        this arm less other bone. All 0 where an arm or a view is not there.
    """
    field = _field(views)
    arms = {side: _arm(views, field, side, strip) for side, strip in strips.items()}
    seen = np.zeros((2, *STRIP, CHANNELS), dtype=np.float32)
    usual = {view.projection: _usual(arms, view.projection) for view in views} if arms else {}
    for index, side in enumerate(SIDES):
        if side not in arms:
            continue
        arm, other = arms[side], arms.get(SIDES[1 - index])
        shared = arm.field * (other.field > 0.5) if other is not None else np.zeros(STRIP, dtype=np.float32)
        for channel, projection in enumerate(Projection):
            level = usual.get(projection)
            if level is None:
                continue
            counts = arm.counts[projection]
            against_usual = _compared(counts, level)
            against_other = _compared(counts, counts if other is None else other.counts[projection])
            for first, compared, where in ((0, against_usual, arm.field), (4, against_other, shared)):
                seen[index, ..., first + channel], seen[index, ..., first + 2 + channel] = (c * where for c in compared)
        seen[index, ..., 8] = arm.field
        seen[index, ..., 9] = 0 if other is None else other.field
        seen[index, ..., 10] = arm.bone
    return seen


def likeliest_vein(views: Sequence[ArmView], strips: Mapping[str, Image], weights: Mapping[str, Image]) -> Vein | None:
    """Return the likeliest injection site of both arms.

    Parameters
    ----------
    views : sequence of ArmView
        One or two views of one shape.
    strips : mapping of str to ndarray
        Where the arms lie, by side (`arms.arm_strips`).
    weights : mapping of str to ndarray
        Layers of the network.

    Returns
    -------
    Vein or None
        None without arms.
    """
    if not strips:
        return None
    channels = vein_channels(views, strips)
    odds = np.full((2, STRIP[0] // CELL_PX, STRIP[1] // CELL_PX), -np.inf)
    for index, side in enumerate(SIDES):
        if side in strips:
            odds[index] = linear(deepened(channels[index], weights, LEVELS), weights, "place")[..., 0]
    arm, row, col = (int(at) for at in np.unravel_index(int(odds.argmax()), odds.shape))
    top, left = max(0, row - SPREAD_CELLS), max(0, col - SPREAD_CELLS)
    around = odds[arm, top : row + SPREAD_CELLS + 1, left : col + SPREAD_CELLS + 1]
    chance = np.exp(around - around.max())
    rows, cols = np.indices(around.shape)
    cell = (np.average(rows + top, weights=chance), np.average(cols + left, weights=chance))
    sample = tuple(round(float((at + 0.5) * CELL_PX - 0.5)) for at in cell)
    place = strips[SIDES[arm]][sample]
    return Vein(log_odds=float(np.logaddexp.reduce(odds, axis=None)), place_px=(float(place[0]), float(place[1])))
