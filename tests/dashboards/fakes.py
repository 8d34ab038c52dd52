"""An invented source: made-up but consistent courses, in memory."""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboards.answers import CourseAnswer, Job, JobState, Subject, ViewFacts, VisitFacts
from dashboards.rasters import Outline, Raster, RasterKind, RasterRequest, RegionShape
from dashboards.source import COHORT_COLUMNS, WORKLIST_COLUMNS
from tests.dashboards import fake_body, fake_tables
from tests.dashboards.fake_tables import LESIONS, Plan
from tracker.errors import ArchiveError, InputError
from tracker.records.comparability import Comparability, ComparabilityReason, Comparable
from tracker.records.provenance import Provenance
from tracker.records.regions import FINE_REGIONS
from tracker.records.study import Acquisition, Notice
from tracker.records.view import Orientation, Projection

MIRRORED = Orientation(patient_left_first=True)
COUNTS_AT_ONE = 26.0
TODAY = date(2024, 11, 4)

PLANS: tuple[Plan, ...] = (
    Plan(token="s-flare", patient_id="SIM-0001", story="flare", days=(-20, 56, 112, 168, 252, 336)),
    Plan(token="s-worse", patient_id="SIM-0002", story="progression", days=(-14, 60, 118, 175, 240)),
    Plan(token="s-stable", patient_id="SIM-0003", story="stable", days=(-10, 70, 154)),
    Plan(token="s-single", patient_id="SIM-0004", story="stable", days=(-10,)),
    Plan(token="s-front", patient_id="SIM-0005", story="stable", days=(-7, 84), front_only=True),
    Plan(token="s-refused", patient_id="SIM-0006", story="progression", days=(-9, 63, 130), refused=(1,)),
    Plan(token="s-forty", patient_id="SIM-0007", story="flare", days=tuple(range(-20, 40 * 28 - 20, 28))),
    Plan(token="s-untreated", patient_id="SIM-0008", story="stable", days=(-300, -100), treated=False),
)


def _view(plan: Plan, projection: Projection) -> ViewFacts:
    """Return the geometry of one view."""
    return ViewFacts(
        projection=projection,
        rows=fake_body.ROWS,
        cols=fake_body.COLS,
        spacing_mm=fake_body.SPACING_MM,
        orientation=Orientation() if projection is Projection.ANTERIOR else MIRRORED,
        total_counts=1_500_000.0,
        window_high_counts=2.6 * COUNTS_AT_ONE,
        counts_at_one=COUNTS_AT_ONE,
        evidence=("View Code Sequence (0054,0220)",),
    )


def _comparability(index: int, plan: Plan) -> Comparability:
    if index in plan.refused:
        return Comparability(
            verdict=Comparable.NO,
            reasons=(
                ComparabilityReason(
                    code="UPTAKE_TIME",
                    severity=Comparable.NO,
                    text="Injected 1.2 h before this scan, 3.1 h before the reference.",
                    value="1.2 h",
                    reference_value="3.1 h",
                ),
            ),
        )
    if index == 2:
        return Comparability(
            verdict=Comparable.CAUTION,
            reasons=(
                ComparabilityReason(
                    code="SCAN_SPEED",
                    severity=Comparable.CAUTION,
                    text="Scanned 20 % faster than the reference.",
                    value="12 cm/min",
                    reference_value="10 cm/min",
                ),
            ),
            not_stated=("collimator",),
        )
    return Comparability(verdict=Comparable.YES)


def _visit(plan: Plan, index: int) -> VisitFacts:
    """Return the facts of one visit."""
    refused = index in plan.refused
    sides = (Projection.ANTERIOR,) if plan.front_only else (Projection.ANTERIOR, Projection.POSTERIOR)
    return VisitFacts(
        token=plan.visit(index),
        study_uid=plan.uid(index),
        study_date=plan.date(index),
        views=tuple(_view(plan, side) for side in sides),
        acquisition=Acquisition(
            tracer="Tc-99m MDP",
            activity_mbq=705.0 - 3 * index,
            uptake_time_h=1.2 if refused else 3.1,
            scan_velocity_mm_s=2.0 if index == 2 else 1.67,
            collimator="LEHR" if index != 2 else None,
            manufacturer="GE MEDICAL SYSTEMS",
            model="Discovery NM 630" if index != 3 else "Infinia",
        ),
        comparability=_comparability(index, plan),
        aligned=not refused,
        alignment_reason="The outlines of legs and trunk do not match." if refused else "",
        alignment_confidence=None if refused else 0.91,
        alignment_error_mm=None if refused else 3.4,
        notices=(Notice(code="IMAGE_DERIVED", text="The image type says DERIVED."),) if index == 1 else (),
        is_reference=index == 0,
    )


@cache
def _answer(plan: Plan) -> CourseAnswer:
    """Return the whole answer for one plan."""
    count = len(plan.days)
    return CourseAnswer(
        subject=Subject(token=plan.token, patient_id=plan.patient_id, cancer="prostate"),
        visits=tuple(_visit(plan, index) for index in range(count)),
        headlines=tuple(fake_tables.headline(plan, index) for index in range(count)),
        tables=fake_tables.tables(plan),
        region_names={region.label: region.name for region in FINE_REGIONS},
        next_scan=fake_tables.next_scan(plan),
    )


def _packed(array: NDArray[np.generic], dtype: str) -> bytes:
    return gzip.compress(np.ascontiguousarray(array).astype(np.dtype(dtype).newbyteorder("<")).tobytes(), mtime=0)


@cache
def _array(plan: Plan, index: int, projection: Projection, kind: RasterKind) -> tuple[bytes, str]:
    """Return body and dtype of one image in the anatomical frame turned as it is stored."""
    front = projection is Projection.ANTERIOR
    if kind in (RasterKind.LABELS, RasterKind.SPACE_LABELS):
        image, dtype = fake_body.labels(), "uint8"
    elif kind in (RasterKind.PHYSIOLOGIC, RasterKind.SPACE_PHYSIOLOGIC):
        image, dtype = fake_body.physiologic(), "uint8"
    elif kind in (RasterKind.COUNTS, RasterKind.SPACE_COUNTS):
        spots = [
            (lesion.row, lesion.col, lesion.radius, level * (1.0 if lesion.seen(projection) else 0.25))
            for lesion in LESIONS
            if (level := plan.level(lesion, index)) > 0
        ]
        rng = np.random.default_rng(1000 + 2 * index + front)
        image = rng.poisson(COUNTS_AT_ONE * fake_body.uptake(spots, front, 2.5 + 1.3 * (index % 3)))
        dtype = "uint16"
    elif kind in (RasterKind.SPACE_CONFIDENCE, RasterKind.SPACE_ERROR):
        image = np.tile(np.linspace(250, 120, fake_body.ROWS)[:, None], (1, fake_body.COLS))
        dtype = "uint8"
    else:
        image = np.tile(np.linspace(-40, 60, fake_body.ROWS)[:, None], (1, fake_body.COLS))
        dtype = "int16"
    native = kind in (RasterKind.COUNTS, RasterKind.LABELS, RasterKind.PHYSIOLOGIC)
    stored = image[:, ::-1] if native and not front else image
    return _packed(stored, dtype), dtype


STEPS = {
    RasterKind.SPACE_CONFIDENCE: 1 / 255,
    RasterKind.SPACE_ERROR: 0.05,
    RasterKind.SPACE_SHIFT_ROW: 0.1,
    RasterKind.SPACE_SHIFT_COL: 0.1,
}


@dataclass
class FakeSource:
    """`dashboards.source.Source` in memory; ``locked`` makes every question fail as a locked archive does."""

    plans: Sequence[Plan] = PLANS
    copies: int = 0
    locked: bool = False
    started: list[str] = field(default_factory=list)

    def _plan(self, subject: str) -> Plan:
        if self.locked:
            raise ArchiveError(
                "The archive is locked by another program.", remedy="Close it, then reload.", code="ARCHIVE_LOCKED"
            )
        for plan in self.plans:
            if plan.token == subject:
                return plan
        raise InputError("No such patient in this archive.", remedy="Open the worklist.", code="UNKNOWN_SUBJECT")

    def _index(self, plan: Plan, visit: str) -> int:
        for index in range(len(plan.days)):
            if plan.visit(index) == visit:
                return index
        raise InputError("No such visit.", remedy="Open the course page.", code="UNKNOWN_VISIT")

    def today(self) -> date:
        return TODAY

    def worklist(self) -> pd.DataFrame:
        if self.locked:
            self._plan("")
        rows = [fake_tables.worklist_row(plan) for plan in self.plans]
        for copy in range(self.copies):
            plan = self.plans[copy % 3]
            rows.append(fake_tables.worklist_row(replace(plan, token=f"s-{copy}", patient_id=f"COPY-{copy:05d}")))
        return pd.DataFrame(rows, columns=list(WORKLIST_COLUMNS))

    def cohort(self) -> pd.DataFrame:
        rows = [row for plan in self.plans for row in fake_tables.cohort_rows(plan)]
        return pd.DataFrame(rows, columns=list(COHORT_COLUMNS))

    def course(self, subject: str) -> CourseAnswer:
        return _answer(self._plan(subject))

    def raster(self, request: RasterRequest) -> Raster:
        plan = self._plan(request.subject)
        index = self._index(plan, request.visit)
        if plan.front_only and request.projection is Projection.POSTERIOR:
            raise InputError("No posterior view was acquired.", code="NO_IMAGE")
        if index in plan.refused and request.kind.startswith("space"):
            raise InputError("Alignment was refused.", code="NO_IMAGE")
        body, dtype = _array(plan, index, request.projection, request.kind)
        native = request.kind in (RasterKind.COUNTS, RasterKind.LABELS, RasterKind.PHYSIOLOGIC)
        return Raster(
            body=body,
            dtype=dtype,
            rows=fake_body.ROWS,
            cols=fake_body.COLS,
            spacing_mm=fake_body.SPACING_MM,
            orientation=MIRRORED if native and request.projection is Projection.POSTERIOR else Orientation(),
            step=STEPS.get(request.kind, 1.0),
        )

    def outlines(self, subject: str, visit: str) -> tuple[Outline, ...]:
        plan = self._plan(subject)
        index = self._index(plan, visit)
        found = []
        for lesion in LESIONS:
            for side in (Projection.ANTERIOR, Projection.POSTERIOR):
                if not lesion.seen(side) or not plan.ever(lesion) or (plan.front_only and side == "POSTERIOR"):
                    continue
                level = plan.level(lesion, index)
                col = lesion.col if side is Projection.ANTERIOR else fake_body.COLS - 1 - lesion.col
                found.append(
                    Outline(
                        lesion_id=lesion.lesion_id,
                        region=lesion.region,
                        kind="lesion",
                        fate=fake_tables.outline_fate(plan, lesion, index),
                        projection=side,
                        rings=(fake_body.circle(lesion.row, col, lesion.radius * 1.5),),
                        space_rings=(fake_body.circle(4 * lesion.row, 4 * lesion.col, 6 * lesion.radius),),
                        uptake_ratio=round(0.9 + level, 2),
                        detected=level > 0.3,
                    )
                )
        return tuple(found)

    def region_shapes(self, subject: str) -> tuple[RegionShape, ...]:
        self._plan(subject)
        return fake_body.shapes()

    def csv(self, subjects: Sequence[str], table: str) -> str:
        tables = [self.course(subject).tables[table] for subject in subjects]
        return pd.concat(tables, ignore_index=True).to_csv(index=False)

    def provenance(self, subject: str) -> Provenance:
        self._plan(subject)
        return Provenance(
            versions={"bone-scan-tracker": "0.1.0"}, settings_digest="5f" * 32, inputs={"a.dcm": "0a" * 32}
        )

    def rejected(self) -> pd.DataFrame:
        return pd.DataFrame(
            [("notes.txt", "NOT_DICOM", "This is not a DICOM file."), ("scan/lossy.dcm", "LOSSY", "Lossy pixels.")],
            columns=["path", "code", "reason"],
        )

    def jobs(self) -> tuple[Job, ...]:
        when = datetime(2024, 11, 4, 9, 30, tzinfo=UTC)
        done = Job(job_id="j-1", title="Import", state=JobState.DONE, done=14, total=14, started_at=when, elapsed_s=31)
        now = Job(
            job_id="j-2",
            title="Import",
            state=JobState.RUNNING,
            stage="aligning",
            done=3,
            total=8,
            started_at=when + timedelta(minutes=4),
            elapsed_s=12,
        )
        return (now, done)

    def start_import(self, folder: Path) -> str:
        if not folder.is_dir():
            raise InputError("This folder does not exist.", remedy="Check the path.", code="NO_FOLDER")
        self.started.append(str(folder))
        return "j-2"

    def receive_upload(self, batch: str, name: str, content: bytes) -> str:
        self.started.append(f"{name}:{len(content)}")
        return batch or "b-1"

    def start_upload(self, batch: str) -> str:
        self.started.append(f"start {batch}")
        return "j-2"

    def import_report(self, job_id: str) -> pd.DataFrame:
        if job_id not in ("j-1", "j-2"):
            raise InputError("No such job.", code="UNKNOWN_JOB")
        return self.rejected().assign(outcome="rejected")[["path", "outcome", "code", "reason"]]

    def cancel(self, job_id: str) -> None:
        self.started.append(f"cancel {job_id}")

    def nudge(self, subject: str, visit: str, shift_mm: tuple[float, float]) -> str:
        self._index(self._plan(subject), visit)
        self.started.append(f"nudge {visit} {shift_mm}")
        return "j-2"
