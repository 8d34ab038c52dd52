"""Extent, intensity and number of lesions at one visit, each with an interval; never one number for all."""

from dataclasses import dataclass
from enum import StrEnum


class BurdenMeasure(StrEnum):
    """What is counted; the value is the column of ``timepoints.csv`` or the measure of ``trends.csv``."""

    LESION_COUNT = "lesion_count"
    LESION_AREA_CM2 = "lesion_area_cm2"
    SCAN_INDEX_PCT = "scan_index_pct"
    WEIGHTED_INDEX_PCT = "weighted_index_pct"


@dataclass(frozen=True, slots=True, kw_only=True)
class BurdenFigure:
    """One measure of the lesions of one visit, in the whole body or in one region.

    Parameters
    ----------
    study_uid : str
        The visit.
    measure : BurdenMeasure
        What is counted; its name carries the unit.
    region : str
        Whole-level region, or empty for the whole body.
    value : float or None
        None with ``reason_empty``.
    low, high : float or None
        95 % interval.
    reason_empty : str
        Why there is no number; empty otherwise.
    """

    study_uid: str
    measure: BurdenMeasure
    region: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    reason_empty: str = ""
