"""What is known beside the images, kept per patient: a later import that says something replaces what was said."""

import json
from dataclasses import asdict, fields
from datetime import date
from enum import Enum
from typing import Any, get_args, get_type_hints

from sqlalchemy import Connection, delete, select

from tracker.archive.database import CONTEXTS
from tracker.archive.store import Archive
from tracker.records.context import (
    ClinicalEvent,
    Context,
    Finding,
    LabValue,
    Nudge,
    PatientFacts,
    SoftTissueResponse,
    Treatment,
)

KINDS: dict[str, type] = {
    "treatments": Treatment,
    "labs": LabValue,
    "events": ClinicalEvent,
    "patients": PatientFacts,
    "responses": SoftTissueResponse,
    "findings": Finding,
    "nudges": Nudge,
}
"""Parts of a context by the record they hold."""


def patient_ids_of(context: Context) -> frozenset[str]:
    """Return whom a context says anything about.

    Parameters
    ----------
    context : Context
        Of one or many patients.

    Returns
    -------
    frozenset of str
        Patient ids.
    """
    return frozenset(row.patient_id for name in KINDS for row in getattr(context, name))


def keep_context(connection: Connection, context: Context) -> None:
    """Store what is said, inside the caller's transaction; tables that say nothing of a patient change nothing.

    Parameters
    ----------
    connection : Connection
        An open transaction.
    context : Context
        Of one or many patients. A table takes the place of the patient's former one; shifts by hand do so by visit.
    """
    for patient_id in sorted(patient_ids_of(context)):
        own = context.of(patient_id)
        kept = connection.execute(select(CONTEXTS.c.rows).where(CONTEXTS.c.patient_id == patient_id)).scalar()
        rows: dict[str, Any] = {name: [] for name in KINDS} | (json.loads(kept) if kept else {})
        said = {name: [asdict(row) for row in getattr(own, name)] for name in KINDS}
        said["nudges"] = list({row["study_uid"]: row for row in (*rows["nudges"], *said["nudges"])}.values())
        text = json.dumps(
            rows | {name: found for name, found in said.items() if found},
            default=str,
            sort_keys=True,
            ensure_ascii=False,
        )
        connection.execute(delete(CONTEXTS).where(CONTEXTS.c.patient_id == patient_id))
        connection.execute(CONTEXTS.insert().values(patient_id=patient_id, rows=text))


def kept_context(archive: Archive) -> Context:
    """Return everything an archive knows beside the images.

    Parameters
    ----------
    archive : Archive
        Where from.

    Returns
    -------
    Context
        Of all patients, ordered by patient.
    """
    parts: dict[str, list[Any]] = {name: [] for name in KINDS}
    with archive.engine.connect() as connection:
        stored = connection.execute(select(CONTEXTS.c.rows).order_by(CONTEXTS.c.patient_id)).scalars().all()
    for text in stored:
        for name, rows in json.loads(text).items():
            parts[name] += [_record(KINDS[name], row) for row in rows]
    return Context(**{name: tuple(rows) for name, rows in parts.items()})


def _record(kind: type, row: dict[str, Any]) -> Any:
    """Build one record from plain values."""
    hints = get_type_hints(kind)
    return kind(**{one.name: _value(hints[one.name], row[one.name]) for one in fields(kind)})


def _value(hint: Any, value: Any) -> Any:
    """Return a plain value as its field's type."""
    for kind in (hint, *get_args(hint)):
        if value is not None and isinstance(kind, type):
            if issubclass(kind, Enum):
                return kind(value)
            if issubclass(kind, date):
                return date.fromisoformat(value)
    return value
