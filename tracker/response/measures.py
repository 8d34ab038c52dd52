"""The numbers that a worsening or an improvement can show in, whatever the visit gives of them."""

from collections.abc import Callable
from dataclasses import dataclass

from tracker.records.reading import Quantity, VisitReading
from tracker.response.change import (
    Change,
    Reader,
    difference_change,
    has_numbers,
    mean_uptake,
    measured_in,
    ratio_change,
)
from tracker.response.line_course import LineCourse
from tracker.settings.response import ResponseSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number that is followed through a line.

    Parameters
    ----------
    name : str
        What it is called in a sentence.
    read : callable
        Gives it for a visit; None where there is none or it may not be used.
    between : callable
        The change between two of them.
    """

    name: str
    read: Reader
    between: Callable[[Quantity, Quantity], Change]


KNOWN_UPTAKE = "uptake of known lesions"
"""Name of the intensity measure."""

LESION_AREA = "lesion area"
"""Name of the extent measure."""

SCAN_INDEX = "scan index"
"""Name of the whole-skeleton index."""


def known_uptake(course: LineCourse, settings: ResponseSettings) -> Measure:
    """Return the mean uptake of the lesions known before treatment; without a scan then, of those on the first scan.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    settings : ResponseSettings
        Repeatability where errors are missing.

    Returns
    -------
    Measure
        Over the same lesions at every visit: those measured at all visits that give any uptake.
    """
    before = course.evaluable_before[-1:]
    first = next((visit for visit in (*before, *course.scans) if visit.evaluable), None)
    known = frozenset[str]() if first is None else first.malignant_ids
    giving = [
        visit
        for visit in (*before, *course.scans)
        if has_numbers(visit) and any(focus.uptake_ratio is not None for focus in visit.foci)
    ]
    lesion_ids = measured_in(giving, known)

    def read(visit: VisitReading) -> Quantity | None:
        return mean_uptake(visit, lesion_ids) if has_numbers(visit) else None

    def between(first: Quantity, second: Quantity) -> Change:
        return ratio_change(first, second, settings.uptake_repeatability_pct, settings)

    return Measure(name=KNOWN_UPTAKE, read=read, between=between)


def lesion_area(settings: ResponseSettings) -> Measure:
    """Return the lesion area of a visit.

    Parameters
    ----------
    settings : ResponseSettings
        Limit where errors are missing.

    Returns
    -------
    Measure
        In square centimetres.
    """

    def read(visit: VisitReading) -> Quantity | None:
        return visit.lesion_area_cm2 if has_numbers(visit) else None

    def between(first: Quantity, second: Quantity) -> Change:
        limit = settings.area_change_pct / 100 * first.value
        return difference_change(first, second, limit, settings)

    return Measure(name=LESION_AREA, read=read, between=between)


def scan_index(settings: ResponseSettings) -> Measure:
    """Return the whole-skeleton index of a visit.

    Parameters
    ----------
    settings : ResponseSettings
        Repeatability where errors are missing; smallest base of a percentage.

    Returns
    -------
    Measure
        In index points; no percentage from a very small base.
    """

    def read(visit: VisitReading) -> Quantity | None:
        return visit.scan_index_pct if has_numbers(visit) else None

    def between(first: Quantity, second: Quantity) -> Change:
        base = settings.index_smallest_base_pct
        return difference_change(first, second, settings.index_repeatability_pct, settings, smallest_base=base)

    return Measure(name=SCAN_INDEX, read=read, between=between)


def measures_of(course: LineCourse, settings: ResponseSettings) -> tuple[Measure, ...]:
    """Return the numbers that are followed through a line, in the order in which they speak.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    settings : ResponseSettings
        Limits.

    Returns
    -------
    tuple of Measure
        Intensity, extent, index.
    """
    return (known_uptake(course, settings), lesion_area(settings), scan_index(settings))
