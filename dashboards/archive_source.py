"""`dashboards.source.Source` on an archive: every answer is a read of what was stored when the scans were tracked."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from dashboards import job_folder, stored
from dashboards.answers import CourseAnswer, Job, Subject
from dashboards.cohort_table import CohortParts, cohort_table
from dashboards.rasters import Outline, Raster, RasterKind, RasterRequest, RegionShape
from dashboards.region_shapes import array_of, region_shapes
from dashboards.source import WORKLIST_COLUMNS
from tracker.archive.context_store import kept_context
from tracker.archive.course_store import token_of
from tracker.archive.overview import last_change, load_measure, load_worklist
from tracker.archive.schema import ASSESSMENTS, COURSE_TABLES, TIMEPOINTS, TableSchema
from tracker.archive.store import Archive, load_raster, load_rejected, load_summary, load_table
from tracker.archive.tables import to_csv
from tracker.errors import InputError
from tracker.records.provenance import Provenance
from tracker.records.view import Orientation, Projection

COURSES_KEPT = 48
"""Answers kept in memory between requests: an afternoon's tumour board, a few megabytes."""

NATIVE = frozenset({RasterKind.COUNTS, RasterKind.LABELS, RasterKind.PHYSIOLOGIC})
"""Images that lie as stored; all others lie in patient space."""


class ArchiveSource:
    """Answers from one archive; safe to ask from several threads.

    Parameters
    ----------
    archive : Archive
        Where everything is.
    today : callable, optional
        Returns the day that due dates are compared with.
    """

    def __init__(self, archive: Archive, today: Callable[[], date] = date.today) -> None:
        self._archive = archive
        self._today = today
        self._rows = lru_cache(maxsize=2)(self._read_rows)
        self._course = lru_cache(maxsize=COURSES_KEPT)(self._read_course)
        self._summary = lru_cache(maxsize=COURSES_KEPT)(self._read_summary)
        self._shapes = lru_cache(maxsize=COURSES_KEPT)(self._read_shapes)

    def today(self) -> date:
        """Return the day that due dates are compared with."""
        return self._today()

    def worklist(self) -> pd.DataFrame:
        """Return one row per patient."""
        return pd.DataFrame(load_worklist(self._archive), columns=list(WORKLIST_COLUMNS))

    def cohort(self) -> pd.DataFrame:
        """Return one row per patient and visit."""
        parts = CohortParts(
            worklist=self.worklist(),
            timepoints=load_table(self._archive, TIMEPOINTS),
            burden=load_measure(self._archive, "scan_index"),
            assessments=load_table(self._archive, ASSESSMENTS),
            context=kept_context(self._archive),
        )
        return cohort_table(parts, lambda uid: token_of(self._archive, uid))

    def course(self, subject: str) -> CourseAnswer:
        """Return everything but pixels about one patient."""
        return self._course(subject, last_change(self._archive))

    def raster(self, request: RasterRequest) -> Raster:
        """Return one image, ready to send."""
        visit = self._visit(request.subject, request.visit)
        kind, side = request.kind, request.projection
        found = load_raster(
            self._archive, (self._patient_id(request.subject), visit["study_uid"], side.value, kind.value)
        )
        if found is None:
            raise InputError(*_absence(visit, side, kind), code="NO_IMAGE")
        view = next(one for one in visit["views"] if one["projection"] == side)
        return Raster(
            body=found["body"],
            dtype=found["dtype"],
            rows=found["rows"],
            cols=found["cols"],
            spacing_mm=(found["row_spacing_mm"], found["col_spacing_mm"]),
            orientation=Orientation(**view["orientation"]) if kind in NATIVE else Orientation(),
            step=found["step"],
        )

    def outlines(self, subject: str, visit: str) -> tuple[Outline, ...]:
        """Return the lesion outlines of one visit."""
        return tuple(stored.outline(one) for one in self._visit(subject, visit)["outlines"])

    def region_shapes(self, subject: str) -> tuple[RegionShape, ...]:
        """Return the outlines of one patient's regions, both sides."""
        return self._shapes(subject, last_change(self._archive))

    def csv(self, subjects: Sequence[str], table: str) -> str:
        """Return one table of one or several patients as CSV text, as the command line writes it."""
        schema = next((one for one in COURSE_TABLES if one.name == table), None)
        ids = [self._patient_id(subject) for subject in subjects]
        if schema is not None:
            return to_csv(load_table(self._archive, schema, ids), schema)
        parts = [self.course(subject).tables[table] for subject in subjects]
        joined = pd.concat(parts, ignore_index=True)
        declared = TableSchema(name=table, columns=dict.fromkeys(joined.columns, "str"), order_by=("patient_id",))
        return to_csv(joined, declared)

    def provenance(self, subject: str) -> Provenance:
        """Return how the results of one patient came about."""
        return stored.provenance(self._summary(subject, last_change(self._archive))["provenance"])

    def rejected(self) -> pd.DataFrame:
        """Return every file not used: path, code, reason."""
        return load_rejected(self._archive)

    def jobs(self) -> tuple[Job, ...]:
        """Return the job table, newest first."""
        return job_folder.read_jobs(self._archive.folder)

    def start_import(self, folder: Path) -> str:
        """Start reading a folder on this computer into the archive and return the job's id."""
        return job_folder.start_import(self._archive.folder, folder)

    def receive_upload(self, batch: str, name: str, content: bytes) -> str:
        """Keep one uploaded file; return the id of its batch, a new one where none is given."""
        return job_folder.receive_upload(self._archive.folder, batch, name, content)

    def start_upload(self, batch: str) -> str:
        """Start reading the files of one batch into the archive and return the job's id."""
        return job_folder.start_upload(self._archive.folder, batch)

    def import_report(self, job_id: str) -> pd.DataFrame:
        """Return what became of every file of one import."""
        return job_folder.read_report(self._archive.folder, job_id)

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop after its present item."""
        job_folder.cancel(self._archive.folder, job_id)

    def nudge(self, subject: str, visit: str, shift_mm: tuple[float, float]) -> str:
        """Start aligning one patient again with a manual shift of one visit; return the job's id."""
        study_uid = str(self._visit(subject, visit)["study_uid"])
        return job_folder.start_nudge(self._archive.folder, self._patient_id(subject), study_uid, shift_mm)

    def _patient_id(self, subject: str) -> str:
        return str(self._worklist_row(subject)["patient_id"])

    def _worklist_row(self, subject: str) -> Mapping[str, Any]:
        rows = self._rows(last_change(self._archive))
        if subject not in rows:
            raise InputError(
                "There is no such patient in this archive.", remedy="Open the worklist.", code="UNKNOWN_SUBJECT"
            )
        return rows[subject]

    def _visit(self, subject: str, visit: str) -> Mapping[str, Any]:
        for found in self._summary(subject, last_change(self._archive))["visits"]:
            if token_of(self._archive, found["study_uid"]) == visit:
                return dict(found)
        raise InputError("This course has no such visit.", remedy="Open the course page.", code="UNKNOWN_VISIT")

    def _read_rows(self, _change: int) -> dict[str, dict[str, Any]]:
        return {row["token"]: row for row in load_worklist(self._archive)}

    def _read_summary(self, subject: str, _change: int) -> dict[str, Any]:
        return load_summary(self._archive, self._patient_id(subject)) or {}

    def _read_course(self, subject: str, change: int) -> CourseAnswer:
        summary = self._summary(subject, change)
        ids = [self._patient_id(subject)]
        tables = {schema.name: load_table(self._archive, schema, ids) for schema in COURSE_TABLES}
        visits = tuple(stored.visit(one, token_of(self._archive, one["study_uid"])) for one in summary["visits"])
        return CourseAnswer(
            subject=Subject(token=subject, patient_id=summary["patient_id"], cancer=summary.get("cancer") or ""),
            visits=visits,
            headlines=tuple(stored.headline(one) for one in summary["headlines"]),
            tables={**tables, **stored.context_tables(summary["context"])},
            region_names={int(label): name for label, name in summary["region_names"].items()},
            remarks=tuple(summary.get("notices") or ()),
            reference_name=summary["reference"],
            next_scan=stored.next_scan(self._worklist_row(subject)),
        )

    def _read_shapes(self, subject: str, _change: int) -> tuple[RegionShape, ...]:
        return tuple(shape for side in Projection for shape in self._side_shapes(subject, side))

    def _side_shapes(self, subject: str, side: Projection) -> tuple[RegionShape, ...]:
        """Return the shapes of one side from the first visit that has its labels in patient space."""
        for visit in self.course(subject).visits:
            wanted = RasterRequest(subject=subject, visit=visit.token, projection=side, kind=RasterKind.SPACE_LABELS)
            try:
                raster = self.raster(wanted)
            except InputError:
                continue
            return region_shapes(array_of(raster).astype("uint8"), side, raster.spacing_mm)
        return ()


def _absence(visit: Mapping[str, Any], side: Projection, kind: RasterKind) -> tuple[str]:
    """Return why an image does not exist."""
    if not any(one["projection"] == side for one in visit["views"]):
        return (f"No {side.value.lower()} view was acquired at this visit.",)
    if kind not in NATIVE and not visit["aligned"]:
        return (f"Alignment was refused: {visit['alignment_reason']}",)
    return ("This visit has no such image.",)
