"""Many patients at once, without reading everything about each: worklist rows, one measure, what changed last."""

import json
from typing import Any

import pandas as pd
from sqlalchemy import func, select

from tracker.archive.database import COURSES, LOG, RESULT_TABLES
from tracker.archive.schema import TRENDS
from tracker.archive.store import Archive
from tracker.archive.tables import conform


def load_worklist(archive: Archive) -> list[dict[str, Any]]:
    """Return the worklist row of every patient.

    Parameters
    ----------
    archive : Archive
        Where from.

    Returns
    -------
    list of dict
        Plain data, ordered by patient id.
    """
    with archive.engine.connect() as connection:
        rows = connection.execute(select(COURSES.c.worklist).order_by(COURSES.c.patient_id)).scalars().all()
    return [dict(json.loads(row)) for row in rows]


def load_measure(archive: Archive, measure: str) -> pd.DataFrame:
    """Return one whole-body measure of every visit of every patient.

    Parameters
    ----------
    archive : Archive
        Where from.
    measure : str
        Name in ``trends``, such as ``scan_index``.

    Returns
    -------
    DataFrame
        Rows of ``trends``.
    """
    table = RESULT_TABLES[TRENDS.name]
    query = select(table).where(table.c.measure == measure).order_by(table.c.patient_id, table.c.row_order)
    with archive.engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    found = pd.DataFrame([dict(row) for row in rows], columns=["row_order", *TRENDS.columns])
    return conform(found.drop(columns="row_order"), TRENDS)


def last_change(archive: Archive) -> int:
    """Return a number that grows with every change, so that readers know when to read again.

    Parameters
    ----------
    archive : Archive
        Where from.

    Returns
    -------
    int
        Rows in the log.
    """
    with archive.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(LOG)).scalar_one())
