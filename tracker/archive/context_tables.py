"""The optional input tables beside the images -> one `Context`; every oddity is a notice, every impossibility an error.

``treatments.csv``, ``labs.csv``, ``events.csv``, ``patients.csv``, ``responses.csv``, ``findings.csv`` and
``nudges.csv`` of a folder, or a treatments table alone. Unknown words of the closed lists become ``other`` with a
notice.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from tracker.archive.table_rows import TableRow, plain, read_rows
from tracker.archive.therapy_words import class_from_word, protects_bone
from tracker.errors import InputError
from tracker.records.context import (
    ClinicalEvent,
    Context,
    EventKind,
    Finding,
    FindingResult,
    LabValue,
    Nudge,
    PatientFacts,
    SoftTissue,
    SoftTissueResponse,
    TherapyClass,
    Treatment,
)
from tracker.records.study import Notice

Record = TypeVar("Record")

RESULT_WORDS: dict[str, FindingResult] = {
    **{plain(result.value): result for result in FindingResult},
    "metastasis": FindingResult.MALIGNANT,
    "metastatic": FindingResult.MALIGNANT,
    "positive": FindingResult.MALIGNANT,
    "negative": FindingResult.BENIGN,
    "degenerative": FindingResult.BENIGN,
    "fracture": FindingResult.BENIGN,
    "indeterminate": FindingResult.EQUIVOCAL,
    "uncertain": FindingResult.EQUIVOCAL,
}
"""How people write what another examination found."""


def read_context(folder: Path | None, *, treatments: Path | None = None) -> Context:
    """Return everything that the optional input tables say.

    Parameters
    ----------
    folder : Path or None
        Folder of the tables; those that are missing are empty. Other files in it are ignored.
    treatments : Path or None
        A treatments table that takes the place of the folder's.

    Returns
    -------
    Context
        Of all patients, in a fixed order, with notices.

    Raises
    ------
    InputError
        If the folder or the treatments table cannot be read.
    TableError
        If a row is impossible; names row and column.
    """
    if folder is not None and not folder.is_dir():
        raise InputError(f"the context folder {folder.name} does not exist.")
    notices: list[Notice] = []
    treatment_rows = _rows(folder, "treatments.csv", ("patient_id", "start_date"), instead=treatments)
    context = Context(
        treatments=tuple(_treatment(row, notices) for row in treatment_rows),
        labs=tuple(map(_lab, _rows(folder, "labs.csv", ("patient_id", "date", "test", "value")))),
        events=tuple(_event(row, notices) for row in _rows(folder, "events.csv", ("patient_id", "date", "kind"))),
        patients=_facts(_rows(folder, "patients.csv", ("patient_id",))),
        responses=tuple(map(_response, _rows(folder, "responses.csv", ("patient_id", "date", "soft_tissue")))),
        findings=tuple(map(_finding, _rows(folder, "findings.csv", FINDING_COLUMNS))),
        nudges=tuple(map(_nudge, _rows(folder, "nudges.csv", NUDGE_COLUMNS))),
    )
    return Context(
        treatments=_ordered(context.treatments, lambda row: (row.patient_id, row.start_date, row.agent)),
        labs=_ordered(context.labs, lambda row: (row.patient_id, row.date, row.test, row.value)),
        events=_ordered(context.events, lambda row: (row.patient_id, row.date, row.kind, row.region, row.note)),
        patients=_ordered(context.patients, lambda row: (row.patient_id,)),
        responses=_ordered(context.responses, lambda row: (row.patient_id, row.date, row.soft_tissue)),
        findings=_ordered(context.findings, lambda row: (row.patient_id, row.date, row.lesion_id, row.modality)),
        nudges=_ordered(context.nudges, lambda row: (row.patient_id, row.study_uid)),
        notices=tuple(sorted(set(notices), key=lambda notice: (notice.patient_id, notice.code, notice.text))),
    )


FINDING_COLUMNS = ("patient_id", "date", "lesion_id", "modality", "result")
"""Columns that ``findings.csv`` needs."""

NUDGE_COLUMNS = ("patient_id", "study_uid", "down_mm", "left_mm")
"""Columns that ``nudges.csv`` needs; ``turn_deg`` may be there."""

LARGEST_NUDGE = 500.0
"""No visit is moved further by hand than this, millimetres or degrees: a typing error."""


def _ordered(records: Sequence[Record], key: Callable[[Record], tuple[object, ...]]) -> tuple[Record, ...]:
    """Return records in the order of ``key``; equal ones by everything they hold."""
    return tuple(sorted(records, key=lambda record: (key(record), str(record))))


def _rows(
    folder: Path | None, name: str, needed: tuple[str, ...], *, instead: Path | None = None
) -> tuple[TableRow, ...]:
    """Return the rows of one table; none where there is no such table."""
    path = instead or (folder / name if folder is not None else None)
    if path is None or (instead is None and not path.is_file()):
        return ()
    return read_rows(path, needed)


def _treatment(row: TableRow, notices: list[Notice]) -> Treatment:
    """Return one treatment."""
    start, end = row.day("start_date"), row.optional_day("end_date")
    if end is not None and end < start:
        raise row.refused("end_date", f"needed a day on or after start_date {start.isoformat()}")
    patient_id, agent, written = row.needed("patient_id"), row.text("agent"), row.text("therapy_class")
    therapy_class = class_from_word(written)
    if protects_bone(agent) and therapy_class is not TherapyClass.BONE_PROTECTING:
        if therapy_class not in (None, TherapyClass.OTHER, TherapyClass.SUPPORTIVE):
            text = f"{row.table} row {row.number}: {agent} protects bone; the class {written} is not used."
            notices.append(Notice(code="THERAPY_CLASS_CONTRADICTED", text=text, patient_id=patient_id))
        therapy_class = TherapyClass.BONE_PROTECTING
    if therapy_class is None:
        text = f"{row.table} row {row.number}: therapy_class {written!r} is not known and taken as other."
        notices.append(Notice(code="THERAPY_CLASS_UNKNOWN", text=text, patient_id=patient_id))
        therapy_class = TherapyClass.OTHER
    return Treatment(
        patient_id=patient_id,
        start_date=start,
        end_date=end,
        agent=agent,
        therapy_class=therapy_class,
        therapy_text=written,
    )


def _lab(row: TableRow) -> LabValue:
    """Return one laboratory value."""
    value = row.number_in("value")
    if value is None:
        raise row.refused("value", "needed a number")
    return LabValue(
        patient_id=row.needed("patient_id"),
        date=row.day("date"),
        test=row.needed("test").upper(),
        value=value,
        unit=row.text("unit"),
    )


def _event(row: TableRow, notices: list[Notice]) -> ClinicalEvent:
    """Return one event."""
    kind = row.word("kind", EventKind)
    if kind is None:
        text = f"{row.table} row {row.number}: kind {row.needed('kind')!r} is not known and taken as other."
        notices.append(Notice(code="EVENT_KIND_UNKNOWN", text=text, patient_id=row.needed("patient_id")))
        kind = EventKind.OTHER
    return ClinicalEvent(
        patient_id=row.needed("patient_id"),
        date=row.day("date"),
        kind=kind,
        region=row.text("region"),
        note=row.text("note"),
    )


def _facts(rows: Sequence[TableRow]) -> tuple[PatientFacts, ...]:
    """Return the facts of all patients; each may be there once."""
    found: dict[str, PatientFacts] = {}
    for row in rows:
        patient_id = row.needed("patient_id")
        if patient_id in found:
            raise row.refused("patient_id", "needed each patient once")
        randomised, death = row.optional_day("randomised_date"), row.optional_day("death_date")
        if randomised is not None and death is not None and death < randomised:
            raise row.refused("death_date", f"needed a day on or after randomised_date {randomised.isoformat()}")
        found[patient_id] = PatientFacts(
            patient_id=patient_id,
            cancer=row.text("cancer").casefold(),
            randomised_date=randomised,
            death_date=death,
        )
    return tuple(found.values())


def _response(row: TableRow) -> SoftTissueResponse:
    """Return one soft-tissue response."""
    soft_tissue = row.word("soft_tissue", SoftTissue)
    if soft_tissue is None:
        raise row.refused("soft_tissue", f"needed one of {', '.join(SoftTissue)}")
    return SoftTissueResponse(
        patient_id=row.needed("patient_id"),
        date=row.day("date"),
        soft_tissue=soft_tissue,
        target_at_screening=row.truth("target_at_screening"),
    )


def _finding(row: TableRow) -> Finding:
    """Return what another examination made of one lesion."""
    result = RESULT_WORDS.get(plain(row.text("result")))
    if result is None:
        raise row.refused("result", "needed malignant, benign or equivocal")
    return Finding(
        patient_id=row.needed("patient_id"),
        date=row.day("date"),
        lesion_id=row.needed("lesion_id"),
        modality=row.text("modality").upper(),
        result=result,
    )


def _nudge(row: TableRow) -> Nudge:
    """Return one visit moved by hand."""
    return Nudge(
        patient_id=row.needed("patient_id"),
        study_uid=row.needed("study_uid"),
        down_mm=_move(row, "down_mm"),
        left_mm=_move(row, "left_mm"),
        turn_deg=_move(row, "turn_deg") if row.text("turn_deg") else 0.0,
    )


def _move(row: TableRow, column: str) -> float:
    """Return one part of a shift by hand."""
    value = row.number_in(column)
    if value is None or not abs(value) <= LARGEST_NUDGE:
        raise row.refused(column, f"needed a number between -{LARGEST_NUDGE:g} and {LARGEST_NUDGE:g}")
    return value
