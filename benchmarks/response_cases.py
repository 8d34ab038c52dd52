"""One simulated course judged from its truth and from its images, as plain numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from benchmarks.response_account import account
from tracker.phantom import Scenario, simulate_course
from tracker.phantom.course import SimulatedCourse, SimulatedVisit
from tracker.pipeline.course import track_patient
from tracker.records.assessment import Criterion
from tracker.records.course_response import CourseResponse
from tracker.records.flare import FlareStatus
from tracker.records.lesion import Fate, Kind
from tracker.records.reading import FocusReading, VisitReading
from tracker.records.timepoint import Timepoint
from tracker.records.view import Projection
from tracker.response import assess_course
from tracker.settings.response import ResponseSettings
from tracker.settings.whole import Settings

CALLED = (FlareStatus.POSSIBLE, FlareStatus.CONFIRMED)
"""Answers that tell a reader of a flare."""

WINDOW_DAYS = 91
"""PCWG3 first-scan window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was made of one course.

    Parameters
    ----------
    progression_date : date or None
        By PCWG3, finally.
    naive_date : date or None
        First scan on treatment with two foci that the first scan of all does not hold.
    flare_on_first : bool
        Flare called possible on the day of the first scan on treatment.
    flare_ever : bool
        Flare called possible or confirmed at any scan, after all of them.
    """

    progression_date: date | None
    naive_date: date | None
    flare_on_first: bool
    flare_ever: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One course.

    Parameters
    ----------
    scenario : str
        The story.
    seed : int
        Which patient.
    qualifies : bool
        The first scan on treatment lies within the PCWG3 window and shows every focus that the flare brings out.
    truth : Judged
        From the lesions that a reader could see.
    images : Judged or None
        From the images; None where they were not tracked.
    account : tuple of str
        Visit by visit, what the images made of the lesions that a reader could see; empty where not tracked.
    """

    scenario: str
    seed: int
    qualifies: bool
    truth: Judged
    images: Judged | None
    account: tuple[str, ...] = ()


def judge_case(scenario: str, seed: int, part: str) -> Case:
    """Return one course, simulated and judged.

    Parameters
    ----------
    scenario : str
        The story.
    seed : int
        Which patient.
    part : str
        ``a`` from truth alone, ``b`` from the images too.

    Returns
    -------
    Case
        Plain values, so that it travels between processes.
    """
    course = simulate_course(Scenario(scenario), seed)
    readings = tuple(_reading(visit) for visit in course.visits)
    response = assess_course(readings, course.context, ResponseSettings())
    truth = _judged(response, course.treatment_start, [(one.study_date, one.malignant_ids) for one in readings])
    qualifies = _qualifies(course, readings)
    images, told = _from_images(course) if part == "b" and qualifies else (None, ())
    return Case(scenario=scenario, seed=seed, qualifies=qualifies, truth=truth, images=images, account=told)


def _reading(visit: SimulatedVisit) -> VisitReading:
    """Return a visit as a reader who misses nothing visible would read it."""
    seen = {
        found.lesion_id: found.region
        for projection in Projection
        for found in visit.truth(projection).lesions
        if found.kind is Kind.LESION and found.visible
    }
    return VisitReading(
        study_date=visit.study.study_date,
        study_uid=visit.study.study_uid,
        foci=tuple(FocusReading(lesion_id=lesion_id, region=region) for lesion_id, region in seen.items()),
    )


def _qualifies(course: SimulatedCourse, readings: Sequence[VisitReading]) -> bool:
    """Whether the first scan on treatment is early enough and shows every focus that the flare brings out."""
    if course.scenario is not Scenario.FLARE_RESPONSE:
        return True
    brought_out = {
        lesion.lesion_id
        for lesion in course.lesions
        if lesion.kind is Kind.LESION and not lesion.states[0].present and any(one.present for one in lesion.states)
    }
    return course.visits[1].day <= WINDOW_DAYS and brought_out <= readings[1].malignant_ids


def _from_images(course: SimulatedCourse) -> tuple[Judged, tuple[str, ...]]:
    """Return what the whole program makes of the images, and how that came about."""
    tracked = track_patient(course.studies, course.context, Settings())
    present = [(one.study_date, _present(one)) for one in tracked.timepoints]
    return _judged(tracked.response, course.treatment_start, present), account(course, tracked)


def _present(visit: Timepoint) -> frozenset[str]:
    """Return the lesions that the program sees at one visit."""
    return frozenset(
        one.lesion_id
        for one in visit.lesions
        if one.focus.kind is Kind.LESION and one.fate not in (Fate.RESOLVED, Fate.MERGED)
    )


def _judged(response: CourseResponse, start: date, present: Sequence[tuple[date, frozenset[str]]]) -> Judged:
    """Return the answers that the figures are made of."""
    rows = [row for row in response.assessments if row.criterion is Criterion.PCWG3_2016]
    dates = [row.progression_date for row in rows if row.progression_date is not None]
    before = frozenset[str]().union(*(lesions for day, lesions in present if day <= start))
    naive = [day for day, lesions in present if day > start and len(lesions - before) >= 2]
    first = next(visit for visit in response.visits if visit.position.on_treatment)
    return Judged(
        progression_date=dates[0] if dates else None,
        naive_date=naive[0] if naive else None,
        flare_on_first=first.flare.provisional_status is FlareStatus.POSSIBLE,
        flare_ever=any(visit.flare.status in CALLED for visit in response.visits),
    )
