"""Lesion area: a fall of 30 % or more is response, a rise of 30 % or more over the lowest is progression.

The limit is taken as published; a change inside this program's own noise does not count whatever its size, and a rise
on days 1-182 waits for the scan that settles it.
"""

from tracker.records.assessment import Criterion, Rule
from tracker.references.criteria import BONE_LESION_AREA
from tracker.response.burden_change import BurdenCriterion, assess_burden
from tracker.response.flare_excluded import Judged, WorseRows
from tracker.response.line_course import LineCourse
from tracker.response.measures import lesion_area
from tracker.response.watch import WatchDays
from tracker.settings.response import ResponseSettings

RULES: tuple[Rule, ...] = tuple(
    Rule(
        rule_id=f"AREA-{number:02d}",
        criterion=Criterion.LESION_AREA_30.value,
        when=when,
        then=then,
        citation_key=BONE_LESION_AREA.key,
    )
    for number, (when, then) in enumerate(
        (
            ("not evaluable, not comparable, or no area here or before treatment", "NE"),
            ("area before treatment, none now", "CR"),
            ("no area before treatment, none now", "NED"),
            ("fall of {area} % or more against before treatment, beyond noise", "PR"),
            ("otherwise", "SD"),
            ("day 1 to {flare_until}: first rise of {area} % or more over the lowest, beyond noise", "PDu"),
            (
                "PDu; scan {settle_gap} days or more later, after day {flare_until}, with another such rise",
                "PD, dated to the scan that was PDu",
            ),
            ("PDu; scan {settle_gap} days or more later without", "PDu is rewritten: flare excluded"),
            ("later, or after a settled flare: rise of {area} % or more over the lowest, beyond noise", "PD"),
            ("after PD; any scan with an area", "PD; the date is fixed"),
        ),
        start=1,
    )
)
"""The rows; names in braces stand for settings."""

_NE, _CR, _NED, _PR, _SD, _POSSIBLE, _SETTLED, _FLARE, _AT_ONCE, _AFTER = (rule.rule_id for rule in RULES)


def assess_lesion_area(course: LineCourse, last_day: int, settings: ResponseSettings) -> tuple[Judged, ...]:
    """Return the lesion-area status of every scan on a line, after all of them are known.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    last_day : int
        Last day on which a first worsening may be a flare.
    settings : ResponseSettings
        The limit, and the gap to the settling scan.

    Returns
    -------
    tuple of Judged
        One per scan, earliest first; empty where no area was measured.

    References
    ----------
    `tracker.references.criteria.BONE_LESION_AREA`.
    """
    limit = settings.area_change_pct
    criterion = BurdenCriterion(
        measure=lesion_area(settings),
        unit="cm2",
        rises=lambda change: change.risen_from_nothing or (change.risen and (change.pct or 0.0) >= limit),
        falls=lambda change: change.fallen and (change.pct or 0.0) <= -limit,
        rule_ids=(_NE, _CR, _NED, _PR, _SD),
        worse_rows=WorseRows(
            possible=_POSSIBLE, settled_pd=_SETTLED, settled_flare=_FLARE, at_once=_AT_ONCE, after=_AFTER
        ),
    )
    return assess_burden(course, criterion, WatchDays(last_day=last_day, gap_days=settings.settle_gap_days))
