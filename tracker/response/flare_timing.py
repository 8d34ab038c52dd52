"""What rose at a worsening, when it peaked and when it fell back."""

import math
from collections.abc import Sequence
from dataclasses import replace

from tracker.records.flare import FlareAssessment, FlareStatus
from tracker.response.change import lowest
from tracker.response.line_course import LineCourse
from tracker.response.measures import Measure
from tracker.response.timing import Point, back_of, peak_of
from tracker.response.watch import BEFORE, Step

FOCUS_COUNT = "number of foci"
"""Name of the measure that is followed where a visit gives nothing but foci."""


def earlier_scans(course: LineCourse, index: int) -> tuple[int, ...]:
    """Return everything before a scan as a base of comparison.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    index : int
        The scan.

    Returns
    -------
    tuple of int
        `BEFORE` and the evaluable scans on the line before it.
    """
    return (BEFORE, *(earlier for earlier in range(index) if course.scans[earlier].evaluable))


def risen_measures(
    course: LineCourse, measures: Sequence[Measure], index: int, base: tuple[int, ...]
) -> tuple[Measure, ...]:
    """Return the measures that stand above the lowest of the base beyond noise.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    measures : sequence of Measure
        Candidates.
    index : int
        The scan.
    base : tuple of int
        What it is compared with; `BEFORE` is the last evaluable scan before treatment.

    Returns
    -------
    tuple of Measure
        Those that have risen.
    """
    before = course.evaluable_before[-1:] if BEFORE in base else ()
    visits = (*before, *(course.scans[earlier] for earlier in base if earlier != BEFORE))
    risen = []
    for measure in measures:
        here, reference = measure.read(course.scans[index]), lowest(visits, measure.read)
        if here is not None and reference is not None and measure.between(reference, here).risen:
            risen.append(measure)
    return tuple(risen)


def timed(base: FlareAssessment, course: LineCourse, measures: Sequence[Measure], step: Step) -> FlareAssessment:
    """Return the record with the days of peak and return of the measure that worsened.

    Parameters
    ----------
    base : FlareAssessment
        Without them.
    course : LineCourse
        One line and its scans.
    measures : sequence of Measure
        Candidates; those that rose speak first, then extent, then the number of foci.
    step : Step
        Of one scan of the episode.

    Returns
    -------
    FlareAssessment
        Unchanged outside any episode and where there was no scan before treatment.
    """
    opened = step.opened_by
    if opened is None:
        return base
    risen = risen_measures(course, measures, opened, earlier_scans(course, opened))
    candidates = (*risen, *(measure for measure in measures[1:] if measure not in risen))
    curves = [(measure.name, *curve(course, measure, opened)) for measure in candidates]
    name, points, place = next((found for found in curves if found[1]), (FOCUS_COUNT, *_count_curve(course, opened)))
    if not points:
        return base
    top, peak = peak_of(points, place, last_day_of(course, step))
    back = back_of(points, top) if points[top].ratio > 1 else None
    return replace(base, peak=peak, back=back, measure=name)


def last_day_of(course: LineCourse, step: Step) -> float:
    """Return the last day on which the rise of an episode can have peaked.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    step : Step
        Of one scan of the episode.

    Returns
    -------
    float
        Of the scan that settled it as a flare; without end while it is open, or progression.
    """
    if step.status is not FlareStatus.CONFIRMED or step.settled_by is None:
        return math.inf
    return course.day(course.scans[step.settled_by])


def curve(course: LineCourse, measure: Measure, opened: int) -> tuple[tuple[Point, ...], int]:
    """Return a measure as ratios to its value before treatment.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    measure : Measure
        Which number.
    opened : int
        Index of the scan where the worsening was first seen.

    Returns
    -------
    tuple of tuple of Point and int
        The points that have the number and where the opening scan stands among them; no points where it is unknown
        there or before treatment.
    """
    before = course.evaluable_before[-1:]
    first = measure.read(before[0]) if before else None
    if first is None or first.value <= 0 or measure.read(course.scans[opened]) is None:
        return (), 0
    points = [Point(day=course.day(before[0]), ratio=1.0)]
    place = 0
    for index, visit in enumerate(course.scans):
        place = len(points) if index == opened else place
        number = measure.read(visit)
        if number is not None:
            points.append(Point(day=course.day(visit), ratio=number.value / first.value))
    return tuple(points), place


def _count_curve(course: LineCourse, opened: int) -> tuple[tuple[Point, ...], int]:
    """Return the number of foci as ratios to their number before treatment, at least one."""
    before = course.evaluable_before[-1:]
    if not before:
        return (), 0
    first = max(before[0].malignant_count, 1)
    seen = [index for index, visit in enumerate(course.scans) if visit.evaluable]
    scans = [course.scans[index] for index in seen]
    ratios = [Point(day=course.day(visit), ratio=visit.malignant_count / first) for visit in scans]
    return (Point(day=course.day(before[0]), ratio=1.0), *ratios), seen.index(opened) + 1
