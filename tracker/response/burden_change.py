"""What the two criteria on a single burden number share: fall against before treatment, rise against the lowest."""

from collections.abc import Callable
from dataclasses import dataclass

from tracker.records.flare import FlareStatus
from tracker.records.reading import Quantity
from tracker.response.change import Change, change_text, lowest
from tracker.response.flare_excluded import Judged, Shown, Token, WorseRows, flare_excluded
from tracker.response.line_course import LineCourse
from tracker.response.measures import Measure
from tracker.response.watch import BEFORE, Judge, WatchDays, watch


@dataclass(frozen=True, slots=True, kw_only=True)
class BurdenCriterion:
    """How one burden number is judged.

    Parameters
    ----------
    measure : Measure
        The number.
    unit : str
        Its unit, for evidence and sentences.
    rises, falls : callable
        Whether a change counts as a rise or a fall.
    rule_ids : tuple of str
        Rows for NE, CR, NED, PR, SD, in that order.
    worse_rows : WorseRows
        Rows for a worsening.
    """

    measure: Measure
    unit: str
    rises: Callable[[Change], bool]
    falls: Callable[[Change], bool]
    rule_ids: tuple[str, str, str, str, str]
    worse_rows: WorseRows


def assess_burden(course: LineCourse, criterion: BurdenCriterion, days: WatchDays) -> tuple[Judged, ...]:
    """Return the status of every scan on a line by one burden number, or nothing where no scan has it.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    criterion : BurdenCriterion
        How the number is judged.
    days : WatchDays
        When a first worsening may be a flare.

    Returns
    -------
    tuple of Judged
        One per scan, earliest first; empty where neither a scan nor the one before treatment has the number.
    """
    visits = (*course.evaluable_before[-1:], *course.scans)
    if all(criterion.measure.read(visit) is None for visit in visits):
        return ()
    steps = watch(course, _judge(course, criterion, days.last_day), days)
    return flare_excluded(course, steps, lambda index: _shown(course, criterion, index), criterion.worse_rows)


def _reference(course: LineCourse, criterion: BurdenCriterion, base: tuple[int, ...]) -> Quantity | None:
    """Return the lowest number of a base of comparison."""
    before = course.evaluable_before[-1:] if BEFORE in base else ()
    visits = (*before, *(course.scans[index] for index in base if index != BEFORE))
    return lowest(visits, criterion.measure.read)


def _judge(course: LineCourse, criterion: BurdenCriterion, last_day: int) -> Judge:
    """Return how scans are judged."""

    def worse(index: int, base: tuple[int, ...]) -> bool | None:
        here, reference = criterion.measure.read(course.scans[index]), _reference(course, criterion, base)
        if here is None or reference is None:
            return None
        return criterion.rises(criterion.measure.between(reference, here))

    def settle(index: int, opened: int) -> FlareStatus:
        again = worse(index, (opened,))
        if again is None:
            return FlareStatus.UNDETERMINED
        if not again:
            return FlareStatus.CONFIRMED
        return FlareStatus.POSSIBLE if course.day(course.scans[index]) <= last_day else FlareStatus.PROGRESSION

    return Judge(worse=worse, settle=settle)


def _shown(course: LineCourse, criterion: BurdenCriterion, index: int) -> Shown:
    """Return what a scan shows, leaving aside whether it is worse."""
    not_evaluable, gone, never, fallen, steady = criterion.rule_ids
    name, visit = criterion.measure.name, course.scans[index]
    here, reference = criterion.measure.read(visit), _reference(course, criterion, (BEFORE,))
    if here is None:
        why = visit.not_evaluable_reason or visit.comparable_reason or f"no {name} measured"
        return Shown(token=Token.NE, rule_id=not_evaluable, text=f"not evaluable ({why})")
    numbers: tuple[tuple[str, float], ...] = ((f"value_{criterion.unit}", here.value),)
    if reference is None:
        return Shown(
            token=Token.NE, rule_id=not_evaluable, text=f"no {name} before treatment to compare with", numbers=numbers
        )
    change = criterion.measure.between(reference, here)
    if here.value == 0:
        token, rule_id = (Token.CR, gone) if reference.value > 0 else (Token.NED, never)
    else:
        token, rule_id = (Token.PR, fallen) if criterion.falls(change) else (Token.SD, steady)
    return Shown(
        token=token,
        rule_id=rule_id,
        text=f"{name} {_values(reference, here, criterion.unit)}{_interval(change)}",
        numbers=numbers + _numbers(change, reference, criterion.unit),
    )


def _values(reference: Quantity, here: Quantity, unit: str) -> str:
    """Return both numbers in words."""
    spoken = {"cm2": "cm2", "pct": "%"}[unit]
    return f"{here.value:.3g} {spoken} after {reference.value:.3g} {spoken} before treatment"


def _interval(change: Change) -> str:
    """Return the percentage and its interval in words; empty where there is none."""
    if change.pct is None:
        return ""
    return f" ({change_text(change)})"


def _numbers(change: Change, reference: Quantity, unit: str) -> tuple[tuple[str, float], ...]:
    """Return the named numbers of a change."""
    named = [(f"reference_{unit}", reference.value), (f"difference_{unit}", change.difference)]
    spans = (("change_pct", change.pct), ("change_low_pct", change.low_pct), ("change_high_pct", change.high_pct))
    return tuple(named) + tuple((name, value) for name, value in spans if value is not None)
