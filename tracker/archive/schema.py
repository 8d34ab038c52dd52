"""The output tables: columns, types and row order, versioned. Others rely on these names; columns are only added."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SCHEMA_VERSION = 1
"""Raised when the meaning of a column changes; adding columns does not raise it."""

TEXT = "str"
"""Text column; missing is the empty text."""

NUMBER = "float64"
"""Number column; missing is empty."""

WHOLE = "Int64"
"""Whole-number column; missing is empty."""

TRUTH = "boolean"
"""``true`` or ``false``; missing is empty."""

_VISIT = {"patient_id": TEXT, "study_date": TEXT, "study_uid": TEXT}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """One table.

    Parameters
    ----------
    name : str
        File name without ``.csv``.
    columns : mapping of str to str
        Column name to dtype, in file order.
    order_by : tuple of str
        Columns that fix the row order; rows that agree in all of them keep the order they came in.
    """

    name: str
    columns: Mapping[str, str]
    order_by: tuple[str, ...]


def _table(name: str, order_by: tuple[str, ...], **columns: str) -> TableSchema:
    """Return a table of visits with further columns."""
    return TableSchema(name=name, columns=MappingProxyType({**_VISIT, **columns}), order_by=order_by)


_VISIT_ORDER = ("patient_id", "study_date", "visit_number")

TIMEPOINTS = _table(
    "timepoints",
    _VISIT_ORDER,
    visit_number=WHOLE,
    day_from_baseline=WHOLE,
    treatment_day=WHOLE,
    treatment_window=TEXT,
    flare_status=TEXT,
    flare_peak_day=WHOLE,
    flare_return_day=WHOLE,
    settle_from=TEXT,
    settle_to=TEXT,
    lesion_count=WHOLE,
    new_lesion_count=WHOLE,
    lesion_area_cm2=NUMBER,
    lesion_area_low_cm2=NUMBER,
    lesion_area_high_cm2=NUMBER,
    scan_index_pct=NUMBER,
    scan_index_low_pct=NUMBER,
    scan_index_high_pct=NUMBER,
    lesion_uptake_ratio=NUMBER,
    comparable=TEXT,
    comparable_reasons=TEXT,
    evaluable=TRUTH,
    not_evaluable_reason=TEXT,
    alignment_accepted=TRUTH,
    alignment_reason=TEXT,
    alignment_error_mm=NUMBER,
    normaliser=TEXT,
    normaliser_reliable=TRUTH,
    superscan=TRUTH,
    views=TEXT,
    counts_anterior=NUMBER,
    counts_posterior=NUMBER,
    row_spacing_mm=NUMBER,
    col_spacing_mm=NUMBER,
    uptake_time_h=NUMBER,
    verdict=TEXT,
    verdict_sentence=TEXT,
    stability_held=WHOLE,
    stability_of=WHOLE,
    stability_changed_by=TEXT,
    reference_uid=TEXT,
    notices=TEXT,
    flare_peak_low_day=WHOLE,
    flare_peak_high_day=WHOLE,
    flare_return_low_day=WHOLE,
    flare_return_high_day=WHOLE,
)

REGIONS = _table(
    "regions",
    (*_VISIT_ORDER, "region_order", "projection_order"),
    visit_number=WHOLE,
    region=TEXT,
    region_code=TEXT,
    level=TEXT,
    projection=TEXT,
    uptake_ratio=NUMBER,
    uptake_sd=NUMBER,
    change_pct=NUMBER,
    change_low_pct=NUMBER,
    change_high_pct=NUMBER,
    significant=TRUTH,
    detectable_pct=NUMBER,
    p_value=NUMBER,
    area_mm2=NUMBER,
    counts=NUMBER,
    comparable=TEXT,
    reason_empty=TEXT,
    flare_status=TEXT,
    region_order=WHOLE,
    projection_order=WHOLE,
)

LESIONS = _table(
    "lesions",
    (*_VISIT_ORDER, "lesion_id", "projection"),
    visit_number=WHOLE,
    lesion_id=TEXT,
    region=TEXT,
    side=TEXT,
    projection=TEXT,
    row_px=NUMBER,
    col_px=NUMBER,
    area_mm2=NUMBER,
    uptake_ratio=NUMBER,
    fate=TEXT,
    kind=TEXT,
    kind_reason=TEXT,
    significance=NUMBER,
    comparable=TEXT,
    flare_status=TEXT,
)

LESION_MEASUREMENTS = _table(
    "lesion_measurements",
    (*_VISIT_ORDER, "lesion_id", "projection"),
    visit_number=WHOLE,
    lesion_id=TEXT,
    projection=TEXT,
    row_px=NUMBER,
    col_px=NUMBER,
    area_mm2=NUMBER,
    uptake_ratio=NUMBER,
    uptake_low=NUMBER,
    uptake_high=NUMBER,
    upper_limit=NUMBER,
    significance=NUMBER,
    detected=TRUTH,
    comparable=TEXT,
    reason_empty=TEXT,
)

ASSESSMENTS = _table(
    "assessments",
    ("patient_id", "study_date", "study_uid", "criterion"),
    criterion=TEXT,
    provisional_status=TEXT,
    final_status=TEXT,
    progression_date=TEXT,
    reason=TEXT,
    provisional_reason=TEXT,
    reference_date=TEXT,
    focus_count=WHOLE,
    new_focus_count=WHOLE,
    rule=TEXT,
    evidence=TEXT,
    citation=TEXT,
    stability_held=WHOLE,
    stability_of=WHOLE,
)

TRENDS = _table(
    "trends",
    (*_VISIT_ORDER, "measure_order"),
    visit_number=WHOLE,
    treatment_day=WHOLE,
    treatment_window=TEXT,
    measure=TEXT,
    region=TEXT,
    projection=TEXT,
    value=NUMBER,
    unit=TEXT,
    change_pct=NUMBER,
    change_low_pct=NUMBER,
    change_high_pct=NUMBER,
    within_noise=TRUTH,
    comparable=TEXT,
    comparable_reasons=TEXT,
    reason_empty=TEXT,
    measure_order=WHOLE,
)

REJECTED = TableSchema(
    name="rejected",
    columns=MappingProxyType({"path": TEXT, "code": TEXT, "reason": TEXT}),
    order_by=("path", "code"),
)

COURSE_TABLES: tuple[TableSchema, ...] = (
    TIMEPOINTS,
    REGIONS,
    LESIONS,
    LESION_MEASUREMENTS,
    ASSESSMENTS,
    TRENDS,
)
"""The tables of one or many courses, in the order they are written."""

HELPER_COLUMNS: frozenset[str] = frozenset({"region_order", "projection_order", "measure_order"})
"""Columns that only fix the row order and are not written."""
