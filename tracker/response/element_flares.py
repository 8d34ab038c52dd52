"""Flare of single regions and lesions, by the same rules as that of a visit, from their own numbers.

A new lesion that set a progression which PCWG3 confirmed is progression, whatever its own uptake did afterwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tracker.records.assessment import BoneStatus
from tracker.records.flare import ElementFlare, ElementKind, FlareStatus
from tracker.records.reading import Quantity, VisitReading
from tracker.response.bone_machine import Outcome
from tracker.response.change import has_numbers, lowest, ratio_change
from tracker.response.flare import new_foci
from tracker.response.flare_timing import curve, last_day_of
from tracker.response.flare_wording import flare_reason
from tracker.response.line_course import LineCourse
from tracker.response.measures import Measure
from tracker.response.timing import back_of, peak_of
from tracker.response.watch import BEFORE, Judge, Step, WatchDays, watch
from tracker.settings.response import ResponseSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class _Element:
    """One region or lesion that is followed."""

    kind: ElementKind
    measure: Measure
    appears: Callable[[int], bool | None]
    present: Callable[[VisitReading], bool]
    progressed: Callable[[int], bool]


def element_flares(
    course: LineCourse, outcomes: Sequence[Outcome], last_day: int, settings: ResponseSettings
) -> tuple[ElementFlare, ...]:
    """Return the flare of every region and lesion at every scan of a line, after all scans given.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    outcomes : sequence of Outcome
        PCWG3 outcomes of the same scans: they say which foci are new.
    last_day : int
        Last day on which a first worsening may be a flare.
    settings : ResponseSettings
        Thresholds.

    Returns
    -------
    tuple of ElementFlare
        Ordered by scan, then regions and lesions by name; ``provisional_status`` is that of this very run.
    """
    found: list[ElementFlare] = []
    days = WatchDays(last_day=last_day, gap_days=settings.settle_gap_days)
    for element in (*_regions(course, settings), *_lesions(course, outcomes, settings)):
        steps = watch(course, _judge(course, element, last_day), days)
        found += [_flare_of(course, element, steps, index) for index in range(len(steps))]
    return tuple(sorted(found, key=lambda flare: (flare.study_date, flare.study_uid, flare.kind, flare.name)))


def _regions(course: LineCourse, settings: ResponseSettings) -> tuple[_Element, ...]:
    """Return every region that any scan measures."""
    names = {region.region for visit in (*course.before, *course.scans) for region in visit.regions}

    def element(name: str) -> _Element:
        def read(visit: VisitReading) -> Quantity | None:
            found = (region.uptake_ratio for region in visit.regions if region.region == name)
            return next(found, None) if has_numbers(visit) else None

        return _Element(
            kind=ElementKind.REGION,
            measure=_measure(name, read, settings),
            appears=lambda _: None,
            present=lambda _: False,
            progressed=lambda _: False,
        )

    return tuple(element(name) for name in sorted(names))


def _lesions(course: LineCourse, outcomes: Sequence[Outcome], settings: ResponseSettings) -> tuple[_Element, ...]:
    """Return every lesion that any scan holds as malignant."""
    names = {name for visit in (*course.before, *course.scans) if visit.evaluable for name in visit.malignant_ids}

    def element(name: str) -> _Element:
        def read(visit: VisitReading) -> Quantity | None:
            focus = visit.focus(name)
            return focus.uptake_ratio if focus is not None and has_numbers(visit) else None

        def appears(index: int) -> bool | None:
            new = new_foci(outcomes, index)
            earlier = any(name in visit.malignant_ids for visit in course.scans[:index] if visit.evaluable)
            return None if new is None else name in new and not earlier

        def progressed(opened: int) -> bool:
            outcome = outcomes[opened]
            return outcome.status is BoneStatus.PD and name in outcome.evidence.new_ids

        return _Element(
            kind=ElementKind.LESION,
            measure=_measure(name, read, settings),
            appears=appears,
            present=lambda visit: name in visit.malignant_ids,
            progressed=progressed,
        )

    return tuple(element(name) for name in sorted(names))


def _measure(name: str, read: Callable[[VisitReading], Quantity | None], settings: ResponseSettings) -> Measure:
    """Return an uptake that is compared on the scale of ratios."""
    limit = settings.uptake_repeatability_pct
    return Measure(name=name, read=read, between=lambda first, second: ratio_change(first, second, limit, settings))


def _base_visits(course: LineCourse, base: tuple[int, ...]) -> tuple[VisitReading, ...]:
    """Return the scans that a base of comparison stands for."""
    before = course.evaluable_before[-1:] if BEFORE in base else ()
    return (*before, *(course.scans[index] for index in base if index != BEFORE))


def _judge(course: LineCourse, element: _Element, last_day: int) -> Judge:
    """Return how the scans are judged for one element."""
    measure = element.measure

    def worse(index: int, base: tuple[int, ...]) -> bool | None:
        appears = element.appears(index)
        here, reference = measure.read(course.scans[index]), lowest(_base_visits(course, base), measure.read)
        if appears or here is None or reference is None:
            return appears
        return measure.between(reference, here).risen

    def settle(index: int, opened: int) -> FlareStatus:
        if element.progressed(opened):
            return FlareStatus.PROGRESSION
        visit = course.scans[index]
        here, then = measure.read(visit), measure.read(course.scans[opened])
        if here is None or then is None:
            gone = element.kind is ElementKind.LESION and not element.present(visit)
            return FlareStatus.CONFIRMED if gone else FlareStatus.UNDETERMINED
        if not measure.between(then, here).risen:
            return FlareStatus.CONFIRMED
        return FlareStatus.POSSIBLE if course.day(visit) <= last_day else FlareStatus.PROGRESSION

    return Judge(worse=worse, settle=settle)


def _flare_of(course: LineCourse, element: _Element, steps: Sequence[Step], index: int) -> ElementFlare:
    """Return the record of one element at one scan."""
    visit, step = course.scans[index], steps[index]
    here = element.measure.read(visit)
    before = lowest(_base_visits(course, (BEFORE,)), element.measure.read)
    change = element.measure.between(before, here) if here is not None and before is not None else None
    points, place = ((), 0) if step.opened_by is None else curve(course, element.measure, step.opened_by)
    top, peak = peak_of(points, place, last_day_of(course, step)) if points else (0, None)
    above = bool(points) and points[top].ratio > 1
    return ElementFlare(
        study_date=visit.study_date,
        study_uid=visit.study_uid,
        kind=element.kind,
        name=element.measure.name,
        status=step.status,
        provisional_status=step.status,
        change_pct=change.pct if change is not None else None,
        peak=peak,
        back=back_of(points, top) if above else None,
        reason=flare_reason(course, steps, index, visit),
    )
