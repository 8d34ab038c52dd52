"""Rows of ``trends``: the tidy table for people and trials, one row per visit and measure."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, hypot, log
from typing import Any

from tracker.archive.visit_rows import PROJECTION_ORDER, REGION_ORDER, comparable_reasons, visit_columns
from tracker.records.burden import BurdenFigure, BurdenMeasure
from tracker.records.comparability import Comparable
from tracker.records.course import Course
from tracker.records.lesion import Fate
from tracker.records.regions import Level
from tracker.records.timepoint import Timepoint

Z95 = 1.959964
"""Two-sided 95 % point of the normal distribution."""

SMALLEST_REFERENCE = {BurdenMeasure.SCAN_INDEX_PCT: 0.5, BurdenMeasure.LESION_AREA_CM2: 1.0}
"""Below this reference value a percent change explodes and is not shown (index: clinical rule; area: decided)."""

UNITS = {
    BurdenMeasure.LESION_COUNT: "1",
    BurdenMeasure.LESION_AREA_CM2: "cm2",
    BurdenMeasure.SCAN_INDEX_PCT: "%",
    BurdenMeasure.WEIGHTED_INDEX_PCT: "%",
}
"""Unit of each measure."""

NAMES = {
    BurdenMeasure.LESION_COUNT: "lesion_count",
    BurdenMeasure.LESION_AREA_CM2: "lesion_area",
    BurdenMeasure.SCAN_INDEX_PCT: "scan_index",
    BurdenMeasure.WEIGHTED_INDEX_PCT: "weighted_index",
}
"""Name of each measure in the table."""

FIRST_REGION_ROW = 100
"""Row order of the first region; whole-body measures come before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Change of one number against the reference visit.

    Parameters
    ----------
    change_pct, low_pct, high_pct : float or None
        With its 95 % interval; None with a reason.
    reason_empty : str
        Why there is no change.
    """

    change_pct: float | None = None
    low_pct: float | None = None
    high_pct: float | None = None
    reason_empty: str = ""

    @property
    def within_noise(self) -> bool | None:
        """Whether the interval includes no change; None without an interval."""
        if self.low_pct is None or self.high_pct is None:
            return None
        return self.low_pct <= 0 <= self.high_pct


def trend_rows(course: Course) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``trends``.

    Parameters
    ----------
    course : Course
        Whose.

    Yields
    ------
    dict
        One per visit and measure.
    """
    by_uid = {visit.study_uid: visit for visit in course.timepoints}
    for visit in course.timepoints:
        position = course.response.visit(visit.study_uid).position
        common = {
            **visit_columns(visit),
            "treatment_day": position.treatment_day,
            "treatment_window": position.window.value if position.window else "",
            "comparable": visit.comparability.verdict.value,
            "comparable_reasons": comparable_reasons(visit),
        }
        rows = (*_burden_rows(visit, by_uid[visit.reference_uid]), *_region_rows(visit))
        for row in rows:
            yield {**common, **row}


def _burden_rows(visit: Timepoint, reference: Timepoint) -> Iterator[dict[str, Any]]:
    """Yield whole-body measures of the lesions."""
    for order, measure in enumerate(BurdenMeasure):
        figure = visit.figure(measure)
        if figure is not None:
            change = burden_change(visit, reference, measure)
            yield _row(NAMES[measure], order, figure.value, UNITS[measure], change, figure.reason_empty)
    count = visit.figure(BurdenMeasure.LESION_COUNT)
    counted = count is not None and count.value is not None
    fresh = len({one.lesion_id for one in visit.counted if one.fate is Fate.NEW}) if counted else None
    yield _row("new_lesion_count", 10, fresh, "1", Change(), "" if counted or count is None else count.reason_empty)
    yield _row("lesion_uptake_ratio", 11, visit.lesion_uptake_ratio, "ratio", Change(), "")


def _row(name: str, order: int, value: float | None, unit: str, change: Change, reason: str) -> dict[str, Any]:
    """Return one whole-body row."""
    return {
        "measure": name,
        "region": "",
        "projection": "",
        "value": value,
        "unit": unit,
        "change_pct": change.change_pct,
        "change_low_pct": change.low_pct,
        "change_high_pct": change.high_pct,
        "within_noise": change.within_noise,
        "reason_empty": reason or change.reason_empty,
        "measure_order": order,
    }


def burden_change(visit: Timepoint, reference: Timepoint, measure: BurdenMeasure) -> Change:
    """Return the change of one measure of the lesions, with its interval.

    Parameters
    ----------
    visit, reference : Timepoint
        Which visits.
    measure : BurdenMeasure
        Area or index; other measures have no percent change.

    Returns
    -------
    Change
        Empty with a reason at the reference, where not comparable, and where the reference is too small.
    """
    if measure not in SMALLEST_REFERENCE or visit.study_uid == reference.study_uid:
        return Change(reason_empty="this is the reference visit" if measure in SMALLEST_REFERENCE else "")
    if visit.comparability.verdict is Comparable.NO:
        return Change(reason_empty="not comparable with the reference visit")
    now, then = visit.figure(measure), reference.figure(measure)
    if now is None or then is None or now.value is None or then.value is None:
        return Change(reason_empty="no value at this visit or at the reference visit")
    if then.value < SMALLEST_REFERENCE[measure]:
        return Change(reason_empty=f"reference below {SMALLEST_REFERENCE[measure]:g}: a percent change would mislead")
    if now.value <= 0:
        return Change(change_pct=-100.0, low_pct=-100.0, high_pct=100 * ((now.high or 0.0) / then.value - 1))
    sd = hypot(_log_sd(now), _log_sd(then))
    step = log(now.value / then.value)
    return Change(
        change_pct=100 * (exp(step) - 1),
        low_pct=100 * (exp(step - Z95 * sd) - 1),
        high_pct=100 * (exp(step + Z95 * sd) - 1),
    )


def _log_sd(figure: BurdenFigure) -> float:
    """Return the standard deviation of a figure's logarithm, from its interval."""
    if not figure.value or figure.high is None:
        return 0.0
    return (figure.high - figure.value) / (Z95 * figure.value)


def _region_rows(visit: Timepoint) -> Iterator[dict[str, Any]]:
    """Yield the uptake ratio of every whole-level region."""
    changes = {(one.region, one.level, one.projection): one for one in visit.changes}
    for uptake in visit.uptakes:
        if uptake.level is not Level.WHOLE:
            continue
        change = changes.get((uptake.region, uptake.level, uptake.projection))
        known = change is not None and change.change_pct is not None
        yield {
            "measure": "uptake_ratio",
            "region": uptake.region,
            "projection": uptake.projection,
            "value": uptake.uptake_ratio,
            "unit": "ratio",
            "change_pct": change.change_pct if change else None,
            "change_low_pct": change.low_pct if change else None,
            "change_high_pct": change.high_pct if change else None,
            "within_noise": (not change.significant) if change and known else None,
            "reason_empty": uptake.reason_empty or (change.reason_empty if change else ""),
            "measure_order": FIRST_REGION_ROW + 3 * REGION_ORDER[uptake.region] + PROJECTION_ORDER[uptake.projection],
        }
