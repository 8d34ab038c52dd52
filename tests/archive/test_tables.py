"""Tables keep their declared shape and are written the same on every run."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.archive.schema import COURSE_TABLES, HELPER_COLUMNS, REJECTED, TIMEPOINTS, TableSchema
from tracker.archive.tables import conform, empty, safe_text, to_csv
from tracker.errors import TableError


@pytest.mark.parametrize("schema", [*COURSE_TABLES, REJECTED], ids=lambda schema: schema.name)
def test_an_empty_table_keeps_its_header(schema: TableSchema) -> None:
    text = to_csv(empty(schema), schema)
    assert text == ",".join(name for name in schema.columns if name not in HELPER_COLUMNS) + "\n"


def test_a_missing_or_undeclared_column_is_refused() -> None:
    with pytest.raises(TableError):
        conform(pd.DataFrame([{"path": "a", "code": "b"}]), REJECTED)
    with pytest.raises(TableError):
        conform(pd.DataFrame([{"path": "a", "code": "b", "reason": "c", "more": "d"}]), REJECTED)


def test_rows_are_ordered_whatever_order_they_come_in() -> None:
    rows = [{"path": path, "code": "X", "reason": "r"} for path in ("b", "a", "c")]
    forward, backward = pd.DataFrame(rows), pd.DataFrame(rows[::-1])
    assert to_csv(forward, REJECTED) == to_csv(backward, REJECTED)


def test_numbers_truths_and_absences() -> None:
    row = dict.fromkeys(TIMEPOINTS.columns) | {
        "patient_id": "P", "study_date": "2024-01-02", "study_uid": "1.2", "visit_number": 1,
        "counts_anterior": 3596452.0, "evaluable": True, "lesion_area_cm2": -0.0,
    }  # fmt: skip
    header, line = to_csv(pd.DataFrame([row]), TIMEPOINTS).splitlines()
    cells = dict(zip(header.split(","), line.split(","), strict=True))
    assert cells["counts_anterior"] == "3596452"
    assert cells["evaluable"] == "true"
    assert cells["lesion_area_cm2"] == "0"
    assert cells["treatment_day"] == ""


@given(st.text(max_size=20))
def test_no_text_starts_a_formula(text: str) -> None:
    written = safe_text(text)
    assert written.endswith(text)
    if written.startswith(("=", "@", "\t", "\r")):
        raise AssertionError(written)


@pytest.mark.parametrize("text", ["-12.5", "+3", "P001", "12"])
def test_plain_texts_and_numbers_are_left_alone(text: str) -> None:
    assert safe_text(text) == text
