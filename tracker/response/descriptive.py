"""Description against the scan before treatment: number, extent and intensity apart; no claim of response.

*Less* or *more* needs a change beyond noise; where a visit gives no numbers, the count of foci speaks: two or more
fewer and at least 30 % fewer is less, two or more new is more. Both directions at once are *mixed*.
"""

from collections.abc import Sequence
from enum import StrEnum

from tracker.records.assessment import Criterion, Evidence, Rule
from tracker.records.reading import VisitReading
from tracker.references.criteria import DESCRIPTIVE
from tracker.response.bone_machine import Outcome
from tracker.response.change import Change, change_text, has_numbers
from tracker.response.flare import new_foci
from tracker.response.flare_excluded import Judged
from tracker.response.line_course import LineCourse
from tracker.response.measures import Measure, measures_of
from tracker.response.wording import count_text, number_text
from tracker.settings.response import ResponseSettings


class Direction(StrEnum):
    """Statuses of the description."""

    LESS = "less"
    UNCHANGED = "unchanged"
    MORE = "more"
    MIXED = "mixed"
    NE = "NE"


_ROWS: tuple[tuple[Direction, str], ...] = (
    (Direction.NE, "not evaluable, or no scan before treatment"),
    (
        Direction.LESS,
        "uptake of known lesions, lesion area or scan index down beyond noise, or all foci gone; nothing up; without "
        "numbers: {new} or more and {area} % or more fewer foci",
    ),
    (Direction.MORE, "one of these up beyond noise, or {new} or more new foci; nothing down"),
    (Direction.MIXED, "both"),
    (Direction.UNCHANGED, "neither"),
)

RULES: tuple[Rule, ...] = tuple(
    Rule(
        rule_id=f"DESC-{number:02d}",
        criterion=Criterion.DESCRIPTIVE.value,
        when=when,
        then=direction.value,
        citation_key=DESCRIPTIVE.key,
    )
    for number, (direction, when) in enumerate(_ROWS, start=1)
)
"""The rows; names in braces stand for settings."""

_RULE_OF = {direction: rule.rule_id for (direction, _), rule in zip(_ROWS, RULES, strict=True)}


def describe(course: LineCourse, outcomes: Sequence[Outcome], settings: ResponseSettings) -> tuple[Judged, ...]:
    """Return what each scan of a line shows against the last evaluable scan before treatment.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    outcomes : sequence of Outcome
        PCWG3 outcomes of the same scans: they say which foci are new.
    settings : ResponseSettings
        Thresholds where errors are missing.

    Returns
    -------
    tuple of Judged
        One per scan; the status is a `Direction`.

    References
    ----------
    `tracker.references.criteria.DESCRIPTIVE`.
    """
    before = course.evaluable_before[-1:]
    if not before:
        return tuple(_nothing(visit, "no scan before treatment") for visit in course.scans)
    measures = measures_of(course, settings)
    return tuple(
        _described(before[0], outcome.visit, new_foci(outcomes, index), (measures, settings))
        for index, outcome in enumerate(outcomes)
    )


def _nothing(visit: VisitReading, why: str) -> Judged:
    """Return the description of a scan that cannot be described."""
    count = visit.malignant_count if visit.evaluable else 0
    return Judged(
        status=Direction.NE.value,
        progression_date=None,
        reason=f"not evaluable ({why})",
        evidence=Evidence(rule_id=_RULE_OF[Direction.NE], focus_count=count),
    )


def _described(
    before: VisitReading,
    visit: VisitReading,
    new: frozenset[str] | None,
    means: tuple[Sequence[Measure], ResponseSettings],
) -> Judged:
    """Return the description of an on-treatment scan."""
    measures, settings = means
    if not visit.evaluable:
        return _nothing(visit, visit.not_evaluable_reason or "no reason stated")
    changes = {measure.name: _change(measure, before, visit) for measure in measures}
    known = {name: change for name, change in changes.items() if change is not None}
    more = any(change.risen for change in known.values()) or len(new or ()) >= settings.new_lesion_threshold
    gone = bool(before.malignant_count) and visit.countable and not visit.malignant_count
    less = any(change.fallen for change in known.values()) or gone
    if not known and visit.countable and before.countable:
        less = gone or _fewer(before.malignant_count, visit.malignant_count, settings)
    direction = _DIRECTIONS[(less, more)]
    return Judged(
        status=direction.value,
        progression_date=None,
        reason=_text(before, visit, new, known),
        evidence=Evidence(
            rule_id=_RULE_OF[direction],
            reference_date=before.study_date,
            focus_count=visit.malignant_count,
            new_ids=tuple(sorted(new or ())),
            numbers=tuple(
                (f"{name.replace(' ', '_')}_change_pct", change.pct)
                for name, change in known.items()
                if change.pct is not None
            ),
        ),
    )


_DIRECTIONS: dict[tuple[bool, bool], Direction] = {
    (True, False): Direction.LESS,
    (False, True): Direction.MORE,
    (True, True): Direction.MIXED,
    (False, False): Direction.UNCHANGED,
}


def _change(measure: Measure, before: VisitReading, visit: VisitReading) -> Change | None:
    """Return the change of one measure, or None where either visit does not give it."""
    then, now = measure.read(before), measure.read(visit)
    return None if then is None or now is None else measure.between(then, now)


def _fewer(before: int, now: int, settings: ResponseSettings) -> bool:
    """Whether foci are fewer by more than readers differ."""
    lost = before - now
    return lost >= settings.new_lesion_threshold and 100 * lost >= settings.area_change_pct * before


def _text(before: VisitReading, visit: VisitReading, new: frozenset[str] | None, known: dict[str, Change]) -> str:
    """Return the description in words."""
    clauses = _counted(before, visit, new)
    clauses += [f"{name} {change_text(change)}" for name, change in known.items()]
    if not has_numbers(visit):
        clauses.append(f"numbers not comparable ({visit.comparable_reason or 'no reason stated'})")
    return ", ".join(clauses)


def _counted(before: VisitReading, visit: VisitReading, new: frozenset[str] | None) -> list[str]:
    """Return how many foci there are and how many of them are new, or why that cannot be told."""
    for one in (visit, before):
        if not one.countable:
            return [one.not_countable_reason or "foci cannot be counted"]
    earlier = number_text(before.malignant_count)
    told = "which of them are new cannot be told" if new is None else count_text(len(new), "new focus")
    return [f"{count_text(visit.malignant_count, 'focus')} after {earlier} before treatment", told]
