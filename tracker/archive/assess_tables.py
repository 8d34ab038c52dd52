"""Lesion lists read by people in, ``assessments`` out: the response rules without any image.

``lesions.csv`` has one row per focus present: patient_id, study_date, lesion_id; optional malignant (true unless said
otherwise), region, uptake_ratio, area_mm2 or area_cm2, study_uid. ``visits.csv`` makes visits without foci exist:
patient_id, study_date, evaluable (true unless said otherwise); optional reason, superscan, comparable, lesion_area_cm2,
scan_index_pct, study_uid. Of each patient it lists all visits, or only those without foci. The tables that this program
writes, ``lesions.csv`` and ``timepoints.csv``, are accepted as they are: their columns kind and fate are understood,
and a focus seen on both views is one focus.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tracker.archive.assess_readings import PatientReadings, patient_readings
from tracker.archive.assessment_rows import rows_of_patient
from tracker.archive.context_tables import FINDING_COLUMNS, read_context
from tracker.archive.schema import ASSESSMENTS
from tracker.archive.table_rows import TableRow, read_rows
from tracker.archive.tables import conform, to_csv, write_whole
from tracker.records.context import Context
from tracker.records.course_response import CourseResponse
from tracker.records.reading import VisitReading
from tracker.records.study import Notice
from tracker.response import assess_course
from tracker.settings.response import ResponseSettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AssessReport:
    """What became of the lesion lists.

    Parameters
    ----------
    assessments : DataFrame
        The table written.
    notices : tuple of Notice
        What the reader should know.
    """

    assessments: pd.DataFrame
    notices: tuple[Notice, ...]


def assess_files(
    lesions: Path,
    visits: Path | None,
    treatments: Path,
    context: Path | None,
    out: Path,
    *,
    settings: ResponseSettings,
) -> AssessReport:
    """Apply the response rules to lesion lists and write ``assessments``.

    Parameters
    ----------
    lesions : Path
        One row per focus present.
    visits : Path or None
        Visits, so that those without foci exist too.
    treatments : Path
        Takes the place of ``treatments.csv`` in ``context``.
    context : Path or None
        Folder of the other optional tables.
    out : Path
        Table to write; its folder must exist.
    settings : ResponseSettings
        Every threshold and choice.

    Returns
    -------
    AssessReport
        The table and the notices.

    Raises
    ------
    TableError
        If a row is impossible; names row and column.
    InputError
        If a file cannot be read.
    """
    known = read_context(context, treatments=treatments)
    patients = patient_readings(_lesion_rows(lesions), _visit_rows(visits))
    _check_findings(context, patients)
    rows: list[dict[str, Any]] = []
    notices = list(known.notices)
    for patient in patients:
        own = known.of(patient.patient_id)
        _check(patient, own, treatments.name)
        readings, assumed = _with_baseline(patient, own)
        course = assess_course(readings, own, settings)
        rows += rows_of_patient(patient.patient_id, course.assessments)
        notices += [*assumed, *_clock_notices(patient, course)]
    columns = {name: [row[name] for row in rows] for name in ASSESSMENTS.columns}
    table = conform(pd.DataFrame(columns), ASSESSMENTS)
    write_whole(out, to_csv(table, ASSESSMENTS).encode("utf-8"))
    return AssessReport(assessments=table, notices=tuple(dict.fromkeys(notices)))


def _lesion_rows(lesions: Path) -> tuple[TableRow, ...]:
    """Return the rows of the lesion list."""
    return read_rows(lesions, ("patient_id", "study_date", "lesion_id"))


def _visit_rows(visits: Path | None) -> tuple[TableRow, ...]:
    """Return the rows of the visit list; none without one."""
    return () if visits is None else read_rows(visits, ("patient_id", "study_date"))


def _check_findings(context: Path | None, patients: Sequence[PatientReadings]) -> None:
    """Refuse a finding on a lesion that no visit of its patient holds."""
    path = None if context is None else context / "findings.csv"
    if path is None or not path.is_file():
        return
    known = {
        patient.patient_id: {focus.lesion_id for visit in patient.readings for focus in visit.foci}
        for patient in patients
    }
    for row in read_rows(path, FINDING_COLUMNS):
        lesions = known.get(row.needed("patient_id"))
        if lesions is not None and row.needed("lesion_id") not in lesions:
            raise row.refused("lesion_id", "needed a lesion that some visit of this patient holds")


def _check(patient: PatientReadings, context: Context, treatments: str) -> None:
    """Refuse a patient without treatments, and visits after death."""
    first = next(iter(patient.rows.values()))
    if not context.treatments:
        raise first.refused("patient_id", f"needed a patient with a row in {treatments}")
    death = context.facts.death_date
    for visit in patient.readings:
        if death is not None and visit.study_date > death:
            raise patient.rows[visit.order].refused("study_date", f"needed a day up to death_date {death.isoformat()}")


def _with_baseline(patient: PatientReadings, context: Context) -> tuple[tuple[VisitReading, ...], tuple[Notice, ...]]:
    """Return a patient's readings; where none is listed before treatment, with one that is assumed free of foci."""
    lines = context.lines
    if not lines:
        text = "no anticancer line in the treatments: no visit is on treatment, nothing is assessed"
        return patient.readings, (_notice(patient, "NO_LINE", text),)
    start = lines[0].start_date
    if all(visit.study_date <= start for visit in patient.readings):
        text = f"every visit is on or before the first day of treatment, {start.isoformat()}: nothing is assessed"
        return patient.readings, (_notice(patient, "NO_VISIT_ON_TREATMENT", text),)
    if any(visit.study_date <= start for visit in patient.readings):
        return patient.readings, ()
    assumed = VisitReading(study_date=start, assumed=True)
    text = "no visit before treatment is listed: taken as free of foci, so every focus counts as new"
    return (assumed, *patient.readings), (_notice(patient, "BASELINE_ASSUMED", text),)


def _clock_notices(patient: PatientReadings, course: CourseResponse) -> tuple[Notice, ...]:
    """Return what is to be said of the clock by the last visit: overlapping lines, bone-protecting agents."""
    return tuple(_notice(patient, "CLOCK", remark.rstrip(".")) for remark in course.visits[-1].position.remarks)


def _notice(patient: PatientReadings, code: str, text: str) -> Notice:
    """Return a notice about one patient."""
    return Notice(code=code, text=f"Patient {patient.patient_id}: {text}.", patient_id=patient.patient_id)
