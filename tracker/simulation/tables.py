"""The optional input tables of simulated patients, as text."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from tracker.records.context import Context


def _text(value: object) -> str:
    """Return one cell: ISO dates, nothing for what is not stated."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _csv(header: str, rows: Iterable[Sequence[object]]) -> str:
    """Return a table with LF ends."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows([_text(value) for value in row] for row in rows)
    return buffer.getvalue()


def context_tables(contexts: Sequence[Context]) -> dict[str, str]:
    """Return the input tables of several patients.

    Parameters
    ----------
    contexts : sequence of Context
        One per patient.

    Returns
    -------
    dict of str to str
        File name to text, UTF-8, comma, LF.
    """
    treatments = [row for context in contexts for row in context.treatments]
    labs = [row for context in contexts for row in context.labs]
    events = [row for context in contexts for row in context.events]
    facts = [row for context in contexts for row in context.patients]
    return {
        "treatments.csv": _csv(
            "patient_id,start_date,end_date,agent,therapy_class",
            ((row.patient_id, row.start_date, row.end_date, row.agent, row.therapy_class) for row in treatments),
        ),
        "labs.csv": _csv(
            "patient_id,date,test,value,unit",
            ((row.patient_id, row.date, row.test, row.value, row.unit) for row in labs),
        ),
        "events.csv": _csv(
            "patient_id,date,kind,region,note",
            ((row.patient_id, row.date, row.kind, row.region, row.note) for row in events),
        ),
        "patients.csv": _csv(
            "patient_id,cancer,randomised_date,death_date",
            ((row.patient_id, row.cancer, row.randomised_date, row.death_date) for row in facts),
        ),
    }
