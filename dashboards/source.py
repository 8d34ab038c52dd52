"""What a page may ask, and nothing else: the only door between the dashboard and the archive.

``ArchiveSource`` implements it on ``tracker.archive``; tests implement it in memory. Answers are finished: no page
and no callback computes a measurement. What the archive has to keep so that every answer is a read:

Per patient
    the tables of `COURSE_TABLES`; one `WORKLIST_COLUMNS` row, so that opening the worklist of thousands of patients
    reads one table; an opaque token; the cancer; which visit was the reference; provenance.
Per visit
    acquisition, notices, comparability with both values of each reason, alignment accepted / reason / median
    confidence and error inside the body, nudge in force, and a headline: verdict, sentence, criterion, provisional
    and final status, evidence sentences, citation, window of the next scan, decision stability.
Per view
    stored counts as gzip of little-endian uint16 (with a step where counts exceed 65,535), fine labels and
    physiologic numbers as gzip of uint8 on stored pixels; spacing, orientation, evidence; counts per stored pixel at
    uptake ratio 1.0 and whether that is reliable; the upper end of the automatic window (99.5th percentile of counts
    in bone outside physiologic sites); lesion outlines as closed rings in stored pixels and the same rings in
    patient-space millimetres, also where a lesion was measured but not seen.
Per view in patient space (anatomical frame)
    warped counts (uint16 with a step), fine labels, physiologic numbers, confidence, expected error and displacement
    of the view, each as gzip, on one common grid.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

import pandas as pd

from dashboards.answers import CourseAnswer, Job
from dashboards.rasters import Outline, Raster, RasterRequest, RegionShape
from tracker.records.provenance import Provenance

COURSE_TABLES: tuple[str, ...] = (
    "timepoints",
    "regions",
    "lesions",
    "lesion_measurements",
    "assessments",
    "trends",
    "treatments",
    "labs",
    "events",
    "findings",
)
"""Tables of one patient, with the columns of the output and input tables of the same name."""

WORKLIST_COLUMNS: Mapping[str, str] = {
    "token": "opaque subject token",
    "patient_id": "DICOM Patient ID",
    "cancer": "as written, or empty",
    "visits": "number of visits",
    "last_date": "date of the last visit",
    "verdict": "headline verdict of the last visit",
    "sentence": "headline sentence of the last visit",
    "treatment_start": "start of the current anticancer line, or empty",
    "agent": "agent of the current line, or empty",
    "therapy_class": "class of the current line, or empty",
    "burden": "list of scan_index_pct, one per visit, None where there is none",
    "burden_change_pct": "of the last visit against the reference, or empty",
    "within_noise": "whether that change is within noise, or empty",
    "lesion_count": "at the last visit",
    "new_lesion_count": "at the last visit",
    "due_from": "first date on which the next scan settles something, or empty",
    "due_to": "last such date, or empty",
    "due_reason": "what it settles, or empty",
    "warnings": "number of warnings",
    "warning_text": "the worst one, or empty",
}
"""Columns of the worklist, one row per patient."""

COHORT_COLUMNS: Mapping[str, str] = {
    "token": "opaque subject token",
    "patient_id": "DICOM Patient ID",
    "cancer": "as written, or empty",
    "agent": "agent of the current line at that visit, or empty",
    "therapy_class": "its class, or empty",
    "visit": "opaque visit token",
    "study_date": "acquisition date",
    "treatment_day": "days since treatment start, or empty",
    "treatment_window": "pre, early, flare or after, or empty",
    "scan_index_pct": "burden",
    "change_pct": "of the burden against the reference, or empty",
    "change_low_pct": "lower end of its interval, or empty",
    "change_high_pct": "upper end of its interval, or empty",
    "within_noise": "whether the change is within noise, or empty",
    "lesion_count": "at that visit",
    "verdict": "headline verdict at that visit",
    "final_status": "of the main criterion at that visit, or empty",
    "flare_status": "as in timepoints.csv",
    "treatment_end": "last day of the current line, or empty",
    "death_date": "or empty",
}
"""Columns of the cohort table, one row per patient and visit."""


class Source(Protocol):
    """Everything that pages, frame routes and downloads ask for.

    Unknown tokens raise `tracker.errors.InputError` with code ``UNKNOWN_SUBJECT``, ``UNKNOWN_VISIT`` or
    ``UNKNOWN_JOB``; an image that does not exist raises it with code ``NO_IMAGE`` and says why; an archive that
    cannot be read raises `tracker.errors.ArchiveError`.
    """

    def today(self) -> date:
        """Return the day that due dates are compared with."""
        ...

    def worklist(self) -> pd.DataFrame:
        """Return one row per patient with the columns of `WORKLIST_COLUMNS`."""
        ...

    def cohort(self) -> pd.DataFrame:
        """Return one row per patient and visit with the columns of `COHORT_COLUMNS`."""
        ...

    def course(self, subject: str) -> CourseAnswer:
        """Return everything but pixels about one patient."""
        ...

    def raster(self, request: RasterRequest) -> Raster:
        """Return one image, ready to send."""
        ...

    def outlines(self, subject: str, visit: str) -> tuple[Outline, ...]:
        """Return the lesion outlines of one visit, ordered by lesion and projection."""
        ...

    def region_shapes(self, subject: str) -> tuple[RegionShape, ...]:
        """Return the outlines of one patient's whole-level regions, in the order of the vocabulary, both sides."""
        ...

    def csv(self, subjects: Sequence[str], table: str) -> str:
        """Return one of `COURSE_TABLES` of one or several patients as CSV text, as the command line writes it."""
        ...

    def provenance(self, subject: str) -> Provenance:
        """Return how the results of one patient came about."""
        ...

    def rejected(self) -> pd.DataFrame:
        """Return every file not used: path, code, reason."""
        ...

    def jobs(self) -> tuple[Job, ...]:
        """Return the job table, newest first."""
        ...

    def start_import(self, folder: Path) -> str:
        """Start reading a folder on this computer into the archive and return the job's id."""
        ...

    def receive_upload(self, batch: str, name: str, content: bytes) -> str:
        """Keep one uploaded file; return the id of its batch, a new one where none is given."""
        ...

    def start_upload(self, batch: str) -> str:
        """Start reading the files of one batch into the archive and return the job's id."""
        ...

    def import_report(self, job_id: str) -> pd.DataFrame:
        """Return what became of every file of one import: path, outcome, code, reason."""
        ...

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop after its present item."""
        ...

    def nudge(self, subject: str, visit: str, shift_mm: tuple[float, float]) -> str:
        """Start aligning one patient again with a manual shift (row, col) of one visit; return the job's id."""
        ...
