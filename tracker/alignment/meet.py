"""Visits that lie roughly on each other meet again on their own mean: the noise of a template is that of many visits.

A pair of visits is limited by the noise of both. Here every visit is aligned once more to the robust mean of all the
*others* (its own noise would hold it where it is), lesions and bladder weighted out by what the visits disagree on.
The pivot that the visits were first aligned to is a visit like the others: no pose is special afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.alignment.compare import Pair
from tracker.alignment.deform import Motion, deform_further
from tracker.alignment.dense import Grid, bent
from tracker.alignment.expected import expected_error_mm
from tracker.alignment.fields import Floats, sample
from tracker.alignment.prepare import REFERENCE_PIXEL_MM2, Picture
from tracker.alignment.template import Layer, Weighed, weighed
from tracker.alignment.unfold import unfolded
from tracker.jobs import side_by_side
from tracker.records.view import Projection
from tracker.settings.alignment import AlignmentSettings

FEWEST_VISITS = 3
"""Visits from which a mean of the others is better than the one other visit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Met:
    """One visit and its motion from the common frame.

    Parameters
    ----------
    pictures : mapping of Projection to Picture
        Its views, anatomical frame.
    motion : Motion
        From the common frame to the visit.
    error_mm : ndarray, shape (rows, cols), float32
        This visit's part of the expected error, on the common grid.
    """

    pictures: Mapping[Projection, Picture]
    motion: Motion
    error_mm: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Side:
    """All visits of one projection in the common frame."""

    members: tuple[int, ...]
    layers: tuple[Layer, ...]
    stack: Weighed


def meet(visits: Sequence[Met], common: Grid, settings: AlignmentSettings) -> list[Met]:
    """Return visits aligned again, each to the robust mean of the others.

    Parameters
    ----------
    visits : sequence of Met
        Visits that were aligned to one of them.
    common : Grid
        Grid of the common frame.
    settings : AlignmentSettings
        How to align.

    Returns
    -------
    list of Met
        In the same order; a visit with too few others to compare with is unchanged.
    """
    sides = {projection: side for projection in Projection if (side := _side(visits, projection, common)) is not None}
    return side_by_side(lambda index: _met(index, visits[index], sides, (common, settings)), range(len(visits)))


def _side(visits: Sequence[Met], projection: Projection, common: Grid) -> _Side | None:
    """Return the visits that have a projection, None where they are too few."""
    members = tuple(index for index, visit in enumerate(visits) if projection in visit.pictures)
    if len(members) < FEWEST_VISITS:
        return None
    layers = tuple(_layer(visits[index], projection, common) for index in members)
    return _Side(members=members, layers=layers, stack=weighed(layers, common.spacing_mm))


def _layer(visit: Met, projection: Projection, common: Grid) -> Layer:
    """Return one view in the common frame, counts per reference pixel area."""
    picture = visit.pictures[projection]
    at_mm: Floats = visit.motion.start(bent(visit.motion, common))
    counts = sample(picture.counts, at_mm, picture.spacing_mm, method=cv2.INTER_CUBIC)
    seen = sample(picture.weight, at_mm, picture.spacing_mm)
    return Layer(counts=np.maximum(counts, 0).astype(np.float64), seen=np.asarray(seen > 0.5))


def _met(index: int, visit: Met, sides: Mapping[Projection, _Side], how: tuple[Grid, AlignmentSettings]) -> Met:
    """Return one visit aligned to the mean of the others."""
    common, settings = how
    pairs, others = [], 0
    for projection, side in sides.items():
        if index in side.members:
            place = side.members.index(index)
            pairs.append(Pair(fixed=_mean_picture(side, place, common), moving=visit.pictures[projection]))
            others = max(others, len(side.members) - 1)
    if not pairs:
        return visit
    motion = unfolded(deform_further(pairs, visit.motion, settings), common)
    # A pair's variance is the sum of two equal parts; against the mean of n others the visit's own part is n / (n + 1).
    error = expected_error_mm(motion, common) * np.float32(np.sqrt(others / (others + 1)))
    return Met(pictures=visit.pictures, motion=motion, error_mm=error)


def _mean_picture(side: _Side, left_out: int, common: Grid) -> Picture:
    """Return the mean of all visits but one as a picture with its noise."""
    kept = [place for place in range(len(side.layers)) if place != left_out]
    pixel_mm2 = common.spacing_mm[0] * common.spacing_mm[1]
    seen = np.logical_or.reduce([side.layers[place].seen for place in kept])
    return Picture(
        counts=side.stack.mean_without(left_out).astype(np.float32),
        weight=seen.astype(np.float32),
        spacing_mm=common.spacing_mm,
        noise=REFERENCE_PIXEL_MM2 / pixel_mm2 * float(side.stack.gains[kept].mean()) / len(kept),
    )
