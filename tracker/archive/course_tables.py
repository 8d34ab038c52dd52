"""One course's records as the tables of the contract."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from tracker.archive.assessment_rows import assessment_rows
from tracker.archive.schema import (
    ASSESSMENTS,
    COURSE_TABLES,
    LESION_MEASUREMENTS,
    LESIONS,
    REGIONS,
    TIMEPOINTS,
    TRENDS,
    TableSchema,
)
from tracker.archive.tables import conform, empty
from tracker.archive.trend_rows import trend_rows
from tracker.archive.visit_rows import lesion_rows, measurement_rows, region_rows, timepoint_rows
from tracker.records.course import Course

Row = Mapping[str, Any]

_ROWS: tuple[tuple[TableSchema, Callable[[Course], Iterable[Row]]], ...] = (
    (TIMEPOINTS, timepoint_rows),
    (REGIONS, region_rows),
    (LESIONS, lesion_rows),
    (LESION_MEASUREMENTS, measurement_rows),
    (ASSESSMENTS, assessment_rows),
    (TRENDS, trend_rows),
)


def course_frames(course: Course) -> dict[str, pd.DataFrame]:
    """Return the tables of one course.

    Parameters
    ----------
    course : Course
        Whose records.

    Returns
    -------
    dict of str to DataFrame
        Table name to table, columns and order as declared in `schema`.
    """
    return {schema.name: _frame(list(rows(course)), schema) for schema, rows in _ROWS}


def _frame(rows: list[Row], schema: TableSchema) -> pd.DataFrame:
    """Return rows as a table, in declared shape."""
    return conform(pd.DataFrame(rows), schema) if rows else empty(schema)


def joined_frames(courses: Iterable[Mapping[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """Return the tables of many courses, one under the other.

    Parameters
    ----------
    courses : iterable of mapping
        Tables per course, as `course_frames` gives.

    Returns
    -------
    dict of str to DataFrame
        Same names, rows in declared order.
    """
    tables = list(courses)
    return {
        schema.name: conform(pd.concat([one[schema.name] for one in tables]), schema) if tables else empty(schema)
        for schema in COURSE_TABLES
    }
