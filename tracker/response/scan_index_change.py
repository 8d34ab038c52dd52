"""Whole-skeleton index: a change counts when it exceeds this program's own repeatability.

The 0.30 of another product is its repeatability and is not inherited: the interval of the two measured numbers
decides. Absolute change, percentage (not from a very small base) and doublings are all in the evidence; a rise on days
1-182 waits for the scan that settles it.
"""

from dataclasses import replace
from math import log2

from tracker.records.assessment import Criterion, Rule
from tracker.references.criteria import SCAN_INDEX
from tracker.response.burden_change import BurdenCriterion, assess_burden
from tracker.response.flare_excluded import Judged, WorseRows
from tracker.response.line_course import LineCourse
from tracker.response.measures import scan_index
from tracker.response.watch import WatchDays
from tracker.settings.response import ResponseSettings

RULES: tuple[Rule, ...] = tuple(
    Rule(
        rule_id=f"INDEX-{number:02d}",
        criterion=Criterion.SCAN_INDEX_CHANGE.value,
        when=when,
        then=then,
        citation_key=SCAN_INDEX.key,
    )
    for number, (when, then) in enumerate(
        (
            ("not evaluable, not comparable, or no index here or before treatment", "NE"),
            ("index above zero before treatment, zero now", "CR"),
            ("index zero before treatment and now", "NED"),
            ("fall against before treatment beyond own repeatability", "PR"),
            ("otherwise", "SD"),
            ("day 1 to {flare_until}: first rise over the lowest beyond own repeatability", "PDu"),
            (
                "PDu; scan {settle_gap} days or more later, after day {flare_until}, with another such rise",
                "PD, dated to the scan that was PDu",
            ),
            ("PDu; scan {settle_gap} days or more later without", "PDu is rewritten: flare excluded"),
            ("later, or after a settled flare: rise over the lowest beyond own repeatability", "PD"),
            ("after PD; any scan with an index", "PD; the date is fixed"),
        ),
        start=1,
    )
)
"""The rows; names in braces stand for settings."""

_NE, _CR, _NED, _PR, _SD, _POSSIBLE, _SETTLED, _FLARE, _AT_ONCE, _AFTER = (rule.rule_id for rule in RULES)


def assess_scan_index(course: LineCourse, last_day: int, settings: ResponseSettings) -> tuple[Judged, ...]:
    """Return the index status of every scan on a line, after all of them are known.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    last_day : int
        Last day on which a first worsening may be a flare.
    settings : ResponseSettings
        Repeatability where errors are missing, and the gap to the settling scan.

    Returns
    -------
    tuple of Judged
        One per scan, earliest first; empty where no index was measured.

    References
    ----------
    `tracker.references.criteria.SCAN_INDEX`.
    """
    criterion = BurdenCriterion(
        measure=scan_index(settings),
        unit="pct",
        rises=lambda change: change.risen,
        falls=lambda change: change.fallen,
        rule_ids=(_NE, _CR, _NED, _PR, _SD),
        worse_rows=WorseRows(
            possible=_POSSIBLE, settled_pd=_SETTLED, settled_flare=_FLARE, at_once=_AT_ONCE, after=_AFTER
        ),
    )
    judged = assess_burden(course, criterion, WatchDays(last_day=last_day, gap_days=settings.settle_gap_days))
    return tuple(_with_doublings(row) for row in judged)


def _with_doublings(row: Judged) -> Judged:
    """Return a row with the number of doublings among its evidence, where both indices are positive."""
    numbers = dict(row.evidence.numbers)
    here, reference = numbers.get("value_pct", 0.0), numbers.get("reference_pct", 0.0)
    if here <= 0 or reference <= 0:
        return row
    doublings = ("doublings", log2(here / reference))
    return replace(row, evidence=replace(row.evidence, numbers=(*row.evidence.numbers, doublings)))
