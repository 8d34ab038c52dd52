"""When a measure peaked and when it fell below its value before treatment, as far as the spacing of visits tells."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.records.flare import DayEstimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One measured point of a curve.

    Parameters
    ----------
    day : float
        On the treatment clock.
    ratio : float
        Over the value before treatment; 1.0 is unchanged, not negative.
    """

    day: float
    ratio: float


def peak_of(points: Sequence[Point], opened: int, until_day: float = math.inf) -> tuple[int, DayEstimate]:
    """Return the first peak at or after a point.

    Parameters
    ----------
    points : sequence of Point
        Earliest first, from before treatment on.
    opened : int
        Index of the point where the worsening was first seen, at least 1.
    until_day : float, optional
        Last day on which that rise can have peaked: of the scan that settled it as a flare; what rises afterwards is
        another matter.

    Returns
    -------
    tuple of int and DayEstimate
        Index of the highest measured point of that rise, and the day of the peak: the top of the parabola through
        it and its neighbours on a logarithmic scale. It lies between the neighbours; without a later one the end is
        open.
    """
    top = opened
    for later in range(opened + 1, len(points)):
        if points[later].day > until_day or points[later].ratio <= points[top].ratio:
            break
        top = later
    before, here = points[top - 1], points[top]
    if top + 1 == len(points):
        return top, DayEstimate(day=here.day, low_day=before.day)
    after = points[top + 1]
    return top, DayEstimate(day=_vertex_day(before, here, after), low_day=before.day, high_day=after.day)


def back_of(points: Sequence[Point], top: int) -> DayEstimate:
    """Return when a curve fell below its value before treatment, after its peak.

    Parameters
    ----------
    points : sequence of Point
        Earliest first.
    top : int
        Index of the peak.

    Returns
    -------
    DayEstimate
        Between the last point that was not below and the first that was; its day is None while none was.
    """
    for last, first in zip(points[top:], points[top + 1 :], strict=False):
        if first.ratio < 1:
            return DayEstimate(day=_crossing_day(last, first), low_day=last.day, high_day=first.day)
    return DayEstimate(day=None, low_day=points[-1].day)


def _crossing_day(last: Point, first: Point) -> float:
    """Return where the straight line between two points passes 1.0."""
    share = (last.ratio - 1) / (last.ratio - first.ratio)
    return last.day + share * (first.day - last.day)


def _vertex_day(before: Point, here: Point, after: Point) -> float:
    """Return the day of the top of the parabola through three points; the middle day where there is none."""
    if min(before.ratio, here.ratio, after.ratio) <= 0:
        return here.day
    rise = (math.log(here.ratio) - math.log(before.ratio)) / (here.day - before.day)
    fall = (math.log(after.ratio) - math.log(here.ratio)) / (after.day - here.day)
    bend = (fall - rise) / (after.day - before.day)
    if bend >= 0:
        return here.day
    return min(max((before.day + here.day) / 2 - rise / (2 * bend), before.day), after.day)
