"""Flare of a visit: an early worsening that may be healing, until the scan that settles it.

A visit is *worse* with two or more new foci, or with uptake of known lesions, lesion area or scan index risen beyond
noise. Worse for the first time on days 1-182 it is *possible*. The first scan 42 days or more later settles it: with
two or more additional foci, or where PCWG3 confirms progression on it, as *progression*; with fewer, and nothing risen
further, as *confirmed* flare. While numbers still rise it stays *possible*, after day 182 *undetermined*.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from tracker.records.assessment import BoneStatus, Rule
from tracker.records.flare import FlareAssessment, FlareStatus
from tracker.references.criteria import FLARE
from tracker.response.bone_machine import Memory, Outcome, State
from tracker.response.flare_timing import earlier_scans, risen_measures, timed
from tracker.response.flare_wording import advice_text, flare_reason
from tracker.response.line_course import LineCourse
from tracker.response.measures import Measure, measures_of
from tracker.response.watch import Judge, Step, WatchDays, watch
from tracker.response.wording import day_text
from tracker.settings.response import ResponseSettings

RULES: tuple[Rule, ...] = tuple(
    Rule(rule_id=f"FLARE-{number:02d}", criterion="FLARE", when=when, then=then, citation_key=FLARE.key)
    for number, (when, then) in enumerate(
        (
            (
                "day 1 to {flare_until}, worse for the first time: {flare_new} or more new foci, or uptake of known "
                "lesions, lesion area or scan index above noise",
                "possible",
            ),
            ("possible; scan less than {settle_gap} days later", "possible"),
            (
                "possible; scan {settle_gap} days or more later, {additional} or more additional foci, or progression "
                "confirmed by PCWG3",
                "progression, also for the visits before",
            ),
            (
                "possible; scan {settle_gap} days or more later, fewer than {additional} additional foci and nothing "
                "risen further beyond noise",
                "confirmed, also for the visits before",
            ),
            ("possible; later scan, numbers still rising by day {flare_until}", "possible"),
            (
                "possible; later scan, numbers still rising after day {flare_until}",
                "undetermined; the next scan decides",
            ),
            ("day 1 to {flare_until}; not evaluable, or nothing to compare with", "undetermined"),
            (
                "first worse after day {flare_until}, or worse again after a settled flare",
                "not_applicable: not a flare",
            ),
            ("not worse; before treatment; without an anticancer line", "not_applicable"),
        ),
        start=1,
    )
)
"""The flare rules; names in braces stand for settings. One table for visits, regions and lesions."""


def visit_flares(
    course: LineCourse, outcomes: Sequence[Outcome], last_day: int, settings: ResponseSettings
) -> tuple[FlareAssessment, ...]:
    """Return whether the worsening at each scan of a line may be a flare, after all scans given.

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
    tuple of FlareAssessment
        One per scan; ``provisional_status`` is that of this very run.
    """
    measures = measures_of(course, settings)
    judge = _judge(course, outcomes, measures, (last_day, settings))
    steps = watch(course, judge, WatchDays(last_day=last_day, gap_days=settings.settle_gap_days))
    return tuple(
        _assessed(course, outcomes, measures, (index, step, steps), settings) for index, step in enumerate(steps)
    )


def new_foci(outcomes: Sequence[Outcome], index: int) -> frozenset[str] | None:
    """Return the new foci of a scan, or None where new cannot be told from old.

    Parameters
    ----------
    outcomes : sequence of Outcome
        PCWG3 outcomes of a line.
    index : int
        Which scan.

    Returns
    -------
    frozenset of str or None
        Ids against the reference that was in force.
    """
    evidence = outcomes[index].evidence
    return frozenset(evidence.new_ids) if evidence.counted else None


def _judge(
    course: LineCourse,
    outcomes: Sequence[Outcome],
    measures: Sequence[Measure],
    limits: tuple[int, ResponseSettings],
) -> Judge:
    """Return how the scans of a line are judged."""
    last_day, settings = limits

    def worse(index: int, base: tuple[int, ...]) -> bool | None:
        if risen_measures(course, measures, index, base):
            return True
        new = new_foci(outcomes, index)
        return None if new is None else len(new) >= settings.flare_new_foci

    def settle(index: int, opened: int) -> FlareStatus:
        if outcomes[index].status is BoneStatus.PD:
            return FlareStatus.PROGRESSION
        new = new_foci(outcomes, index)
        if new is None:
            return FlareStatus.UNDETERMINED
        if len(new - course.scans[opened].malignant_ids) >= settings.additional_threshold:
            return FlareStatus.PROGRESSION
        if risen_measures(course, measures, index, (opened,)):
            in_time = course.day(course.scans[index]) <= last_day
            return FlareStatus.POSSIBLE if in_time else FlareStatus.UNDETERMINED
        told = _can_tell(course, measures, index, opened)
        return FlareStatus.CONFIRMED if told else FlareStatus.UNDETERMINED

    return Judge(worse=worse, settle=settle)


def _can_tell(course: LineCourse, measures: Sequence[Measure], index: int, opened: int) -> bool:
    """Whether a scan gives each number that had risen; foci alone can always be compared."""
    risen = risen_measures(course, measures, opened, earlier_scans(course, opened))
    return all(measure.read(course.scans[index]) is not None for measure in risen)


def _assessed(
    course: LineCourse,
    outcomes: Sequence[Outcome],
    measures: Sequence[Measure],
    place: tuple[int, Step, Sequence[Step]],
    settings: ResponseSettings,
) -> FlareAssessment:
    """Return the record of one scan."""
    index, step, steps = place
    visit = course.scans[index]
    base = FlareAssessment(
        status=step.status,
        provisional_status=step.status,
        reason=flare_reason(course, steps, index, visit),
        new_ids=tuple(sorted(new_foci(outcomes, index) or ())),
    )
    followed = timed(base, course, measures, step)
    if step.opened_by is None or step.settled_by is not None:
        return followed
    opening = course.scans[step.opened_by]
    earliest = opening.study_date + timedelta(days=settings.settle_gap_days)
    settle_from = max(earliest, visit.study_date + timedelta(days=1))
    ideal_to = course.line.start_date + timedelta(days=settings.settle_ideal_to_day)
    settle_to = max(ideal_to, settle_from + timedelta(days=settings.settle_width_days))
    ideal_from = course.line.start_date + timedelta(days=settings.settle_ideal_from_day)
    persisting = _persisting(outcomes[index].memory)
    advice = advice_text((settle_from, settle_to, ideal_from), opening, persisting, settings.additional_threshold)
    return replace(followed, settle_from=settle_from, settle_to=settle_to, advice=advice)


def _persisting(memory: Memory) -> str:
    """Return the new lesions that PCWG3 confirms by their persisting, in words; empty where it waits for none."""
    if memory.state is not State.POST_PENDING or memory.pending_since is None:
        return ""
    return f"the new lesions of {day_text(memory.pending_since)}"
