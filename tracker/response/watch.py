"""First worsening, and the scan that settles it: the pattern that flare and flare exclusion share.

The first worsening on the days when a flare can appear opens an *episode*. The first scan late enough settles it: worse
again than the scan that opened it is progression, not worse is a flare; where that scan cannot say, the episode stays
open for the next. Whatever worsens afterwards is compared with the scans from the opening one on, and is not read as a
flare again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tracker.records.flare import FlareStatus
from tracker.records.reading import VisitReading
from tracker.response.line_course import LineCourse

BEFORE = -1
"""Stands for all scans before treatment among the indices that a scan is compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """How scans are judged, by index into the line's scans.

    Parameters
    ----------
    worse : callable
        Is this scan worse than all of those? None where that cannot be said.
    settle : callable
        What this scan, late enough, makes of the episode that the other one opened: ``confirmed`` or ``progression``
        settle it, ``possible`` and ``undetermined`` leave it open.
    """

    worse: Callable[[int, tuple[int, ...]], bool | None]
    settle: Callable[[int, int], FlareStatus]


SETTLING: frozenset[FlareStatus] = frozenset({FlareStatus.CONFIRMED, FlareStatus.PROGRESSION})
"""Outcomes that end an episode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one scan does to the watch.

    Parameters
    ----------
    status : FlareStatus
        After all scans given.
    worse : bool or None
        Worse than what it was compared with; None where that cannot be said.
    opened_by : int or None
        Index of the scan that opened the episode this one belongs to.
    settled_by : int or None
        Index of the scan that settled that episode.
    """

    status: FlareStatus
    worse: bool | None
    opened_by: int | None = None
    settled_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchDays:
    """The day limits of a watch.

    Parameters
    ----------
    last_day : int
        Last day on which a first worsening may be a flare.
    gap_days : int
        Least days from the opening to the settling scan.
    """

    last_day: int
    gap_days: int


def watch(course: LineCourse, judge: Judge, days: WatchDays) -> tuple[Step, ...]:
    """Return what became of the first worsening of a line.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    judge : Judge
        How scans are judged.
    days : WatchDays
        Day limits.

    Returns
    -------
    tuple of Step
        One per scan. All scans from the opening to the settling one carry the outcome.
    """
    steps: list[Step] = []
    opened: int | None = None
    settled = False
    for index in range(len(course.scans)):
        if opened is None or settled:
            step = _unopened(course, judge, days, index, opened)
            if step.status is FlareStatus.POSSIBLE:
                opened = index
            steps.append(step)
            continue
        step = _in_episode(course, judge, days, index, opened)
        if step.settled_by is not None:
            settled = True
            steps = [_settled(earlier, opened, step) for earlier in steps]
        steps.append(step)
    return tuple(steps)


def _unopened(course: LineCourse, judge: Judge, days: WatchDays, index: int, settled: int | None) -> Step:
    """Return the step of a scan outside any episode."""
    visit = course.scans[index]
    in_time = settled is None and course.day(visit) <= days.last_day
    if not visit.evaluable:
        return Step(status=FlareStatus.UNDETERMINED if in_time else FlareStatus.NOT_APPLICABLE, worse=None)
    worse = judge.worse(index, _base(course.scans, index, BEFORE if settled is None else settled))
    if worse is None and in_time:
        return Step(status=FlareStatus.UNDETERMINED, worse=None)
    if worse and in_time:
        return Step(status=FlareStatus.POSSIBLE, worse=True, opened_by=index)
    return Step(status=FlareStatus.NOT_APPLICABLE, worse=worse)


def _base(scans: Sequence[VisitReading], index: int, first: int) -> tuple[int, ...]:
    """Return the indices of the evaluable scans from ``first`` to the one before ``index``."""
    before = (BEFORE,) if first == BEFORE else ()
    return before + tuple(earlier for earlier in range(max(first, 0), index) if scans[earlier].evaluable)


def _in_episode(course: LineCourse, judge: Judge, days: WatchDays, index: int, opened: int) -> Step:
    """Return the step of a scan while an episode is open."""
    visit = course.scans[index]
    if not visit.evaluable:
        return Step(status=FlareStatus.UNDETERMINED, worse=None, opened_by=opened)
    if (visit.study_date - course.scans[opened].study_date).days < days.gap_days:
        return Step(status=FlareStatus.POSSIBLE, worse=None, opened_by=opened)
    status = judge.settle(index, opened)
    worse = status is FlareStatus.PROGRESSION if status in SETTLING else None
    return Step(status=status, worse=worse, opened_by=opened, settled_by=index if status in SETTLING else None)


def _settled(step: Step, opened: int, settling: Step) -> Step:
    """Return an earlier step of the episode with its outcome."""
    if step.opened_by != opened:
        return step
    return Step(status=settling.status, worse=step.worse, opened_by=opened, settled_by=settling.settled_by)
