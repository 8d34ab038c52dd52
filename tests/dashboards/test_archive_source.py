"""An archive answers what a page may ask, and what it answers is what was stored."""

import gzip
import io
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboards.app import create_app
from dashboards.archive_source import ArchiveSource
from dashboards.rasters import RasterKind, RasterRequest
from dashboards.source import COHORT_COLUMNS, COURSE_TABLES, WORKLIST_COLUMNS
from tests.dashboards.press import find, open_page, rest_of_course, texts
from tracker.archive.rasters import Raster as StoredRaster
from tracker.archive.rasters import RasterKind as StoredKind
from tracker.archive.rasters import packed
from tracker.archive.schema import COURSE_TABLES as SCHEMAS
from tracker.archive.store import Archive, open_archive, save_course, save_rejected
from tracker.archive.tables import empty, to_csv
from tracker.errors import InputError
from tracker.records.assessment import Verdict
from tracker.records.comparability import Comparable
from tracker.records.regions import FINE_LABEL
from tracker.records.study import RejectedFile
from tracker.records.view import Projection

AT = datetime(2024, 11, 4, tzinfo=UTC)
UIDS = ("1.2.3.1", "1.2.3.2")
COUNTS = np.arange(60 * 20, dtype=np.uint16).reshape(60, 20)


def _view(side: str) -> dict[str, object]:
    return {
        "projection": side,
        "rows": 60,
        "cols": 20,
        "spacing_mm": [2.4, 2.4],
        "spacing_stated": True,
        "orientation": {"transposed": False, "head_last": False, "patient_left_first": side == "POSTERIOR"},
        "total_counts": float(COUNTS.sum()),
        "window_high_counts": 40.0,
        "counts_at_one": 12.5,
        "normaliser_reason": "",
        "evidence": ["View Code Sequence"],
    }


def _visit(index: int) -> dict[str, object]:
    reason = {"code": "SCAN_SPEED", "severity": "caution", "text": "Faster.", "value": "12", "reference_value": "10"}
    return {
        "study_uid": UIDS[index],
        "study_date": f"2024-0{1 + 3 * index}-08",
        "acquisition": {"tracer": "Tc-99m MDP", "energy_window_kev": [126.0, 154.0], "corrections": []},
        "comparability": {"verdict": "caution", "reasons": [reason], "not_stated": ["collimator"]}
        if index
        else {"verdict": "yes", "reasons": [], "not_stated": []},
        "aligned": index == 0,
        "alignment_reason": "Outlines do not match." if index else "",
        "alignment_confidence": 0.9,
        "alignment_error_mm": 3.0,
        "notices": [{"code": "IMAGE_DERIVED", "text": "Derived."}],
        "is_reference": index == 0,
        "views": [_view("ANTERIOR"), _view("POSTERIOR")][: 2 - index],
        "outlines": [
            {
                "lesion_id": "L001",
                "region": "sacrum",
                "kind": "lesion",
                "fate": "persistent",
                "projection": "ANTERIOR",
                "rings": [[[1.5, 2.0], [3.0, 4.0], [1.0, 4.0]]],
                "uptake_ratio": 2.5,
                "detected": True,
                "space_rings": [],
            }
        ],
    }


def _summary(archive: Archive) -> dict[str, object]:
    from tracker.archive.course_store import token_of

    heads = [
        {"study_uid": UIDS[0], "verdict": "", "sentence": "Reference.", "evidence": []},
        {
            "study_uid": UIDS[1],
            "verdict": "unconfirmed",
            "sentence": "Possible flare (PCWG3: PDu).",
            "criterion": "PCWG3_2016",
            "provisional_status": "PDu",
            "final_status": "PDu",
            "evidence": ["Two new lesions."],
            "settings_stability": {
                "held": 1,
                "total": 2,
                "others": [{"variant": "v", "text": "fainter foci count", "answer": "stable"}],
            },
            "next_scan_from": "2024-05-20",
            "next_scan_to": "2024-06-17",
        },
    ]
    token = token_of(archive, "P-1")
    row: dict[str, object] = dict.fromkeys(WORKLIST_COLUMNS, "")
    row |= {"token": token, "patient_id": "P-1", "visits": 2, "verdict": "unconfirmed", "burden": [1.0, None]}
    treatment = {"patient_id": "P-1", "start_date": "2024-01-10", "end_date": "2024-09-01", "agent": "=drug()"}
    return {
        "token": token,
        "patient_id": "P-1",
        "cancer": "prostate",
        "reference": "baseline",
        "worklist": row | {"treatment_start": "2024-01-10", "warnings": 0},
        "visits": [_visit(0), _visit(1)],
        "headlines": heads,
        "context": {"treatments": [{**treatment, "therapy_class": "hormonal"}], "labs": [], "events": []},
        "region_names": {str(FINE_LABEL["sacrum"]): "sacrum"},
        "notices": ["Something to know."],
        "provenance": {"versions": {"x": "1"}, "settings": {}, "settings_digest": "ab", "inputs": {}},
    }


def _tables() -> dict[str, pd.DataFrame]:
    tables = {schema.name: empty(schema) for schema in SCHEMAS}
    keys = [{"patient_id": "P-1", "study_uid": uid, "visit_number": n + 1} for n, uid in enumerate(UIDS)]
    dated = [{**key, "study_date": f"2024-0{1 + 3 * n}-08"} for n, key in enumerate(keys)]
    tables["timepoints"] = pd.DataFrame(
        [{**row, "treatment_day": 10 * n, "scan_index_pct": 1.5 + n} for n, row in enumerate(dated)]
    ).reindex(columns=tables["timepoints"].columns)
    tables["trends"] = pd.DataFrame(
        [{**row, "measure": "scan_index", "value": 1.5 + n, "change_pct": 60.0 * n} for n, row in enumerate(dated)]
    ).reindex(columns=tables["trends"].columns)
    return tables


def _rasters() -> list[StoredRaster]:
    labels = np.zeros((60, 20), np.uint8)
    labels[20:40, 5:15] = FINE_LABEL["sacrum"]
    made = []
    for side in Projection:
        for kind, array in ((StoredKind.COUNTS, COUNTS), (StoredKind.SPACE_LABELS, labels)):
            made.append(
                StoredRaster(
                    study_uid=UIDS[0],
                    projection=side,
                    kind=kind,
                    body=packed(array),
                    dtype=array.dtype.name,
                    rows=60,
                    cols=20,
                    spacing_mm=(2.4, 2.4),
                )
            )
    return made


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = open_archive(tmp_path / "archive")
    save_course(made, "P-1", tables=_tables(), summary=_summary(made), rasters=_rasters(), at=AT)
    save_rejected(made, [RejectedFile(path="notes.txt", code="NOT_DICOM", reason="No DICOM.")])
    return made


@pytest.fixture
def archived(archive: Archive) -> ArchiveSource:
    return ArchiveSource(archive, today=lambda: date(2024, 11, 4))


@pytest.fixture
def token(archived: ArchiveSource) -> str:
    return str(archived.worklist()["token"].iloc[0])


def test_tables_have_the_columns_pages_rely_on(archived: ArchiveSource, token: str) -> None:
    assert list(archived.worklist().columns) == list(WORKLIST_COLUMNS)
    assert list(archived.cohort().columns) == list(COHORT_COLUMNS)
    assert set(archived.course(token).tables) == set(COURSE_TABLES)
    assert archived.cohort()["change_pct"].tolist() == [0.0, 60.0]


def test_visits_and_headlines_come_back(archived: ArchiveSource, token: str) -> None:
    course = archived.course(token)
    assert [visit.study_uid for visit in course.visits] == list(UIDS)
    assert [line.verdict for line in course.headlines] == [None, Verdict.UNCONFIRMED]
    assert course.visits[1].comparability.reasons[0].severity is Comparable.CAUTION
    assert course.visits[0].acquisition.energy_window_kev == (126.0, 154.0)
    assert course.headlines[1].next_scan_from == date(2024, 5, 20)
    assert course.tables["treatments"]["end_date"].tolist() == ["2024-09-01"]


def test_firmness_of_a_verdict_comes_back(archived: ArchiveSource, token: str) -> None:
    before, last = archived.course(token).headlines
    assert (before.held, before.held_of, before.changed_by) == (None, None, ())
    assert (last.held, last.held_of, last.changed_by) == (1, 2, ("fainter foci count: stable",))


def test_counts_come_back_as_stored(archived: ArchiveSource, token: str) -> None:
    visit = archived.course(token).visits[0].token
    for side in Projection:
        wanted = RasterRequest(subject=token, visit=visit, projection=side, kind=RasterKind.COUNTS)
        raster = archived.raster(wanted)
        counts = np.frombuffer(gzip.decompress(raster.body), "<u2").reshape(raster.rows, raster.cols)
        assert (counts == COUNTS).all()
        assert raster.orientation.patient_left_first == (side is Projection.POSTERIOR)


@pytest.mark.parametrize(
    ("visit", "side", "kind", "words"),
    [
        (1, Projection.POSTERIOR, RasterKind.COUNTS, "No posterior view"),
        (1, Projection.ANTERIOR, RasterKind.SPACE_COUNTS, "Outlines do not match"),
        (0, Projection.ANTERIOR, RasterKind.LABELS, "no such image"),
    ],
)
def test_absent_images_say_why(
    archived: ArchiveSource, token: str, visit: int, side: Projection, kind: RasterKind, words: str
) -> None:
    wanted = RasterRequest(subject=token, visit=archived.course(token).visits[visit].token, projection=side, kind=kind)
    with pytest.raises(InputError, match=words):
        archived.raster(wanted)


def test_unknown_tokens_are_input_errors(archived: ArchiveSource, token: str) -> None:
    with pytest.raises(InputError) as nobody:
        archived.course("nobody")
    assert nobody.value.code == "UNKNOWN_SUBJECT"
    with pytest.raises(InputError) as never:
        archived.outlines(token, "never")
    assert never.value.code == "UNKNOWN_VISIT"


def test_region_shape_surrounds_its_pixels(archived: ArchiveSource, token: str) -> None:
    shapes = archived.region_shapes(token)
    assert [(shape.region, shape.projection) for shape in shapes] == [("sacrum", side) for side in Projection]
    rows = [row for row, _ in shapes[0].rings[0]]
    assert min(rows) == pytest.approx(19.5 * 2.4, abs=2.4)
    assert max(rows) == pytest.approx(39.5 * 2.4, abs=2.4)


def test_csv_is_what_the_command_line_writes(archived: ArchiveSource, token: str) -> None:
    schema = next(one for one in SCHEMAS if one.name == "trends")
    assert archived.csv([token], "trends") == to_csv(_tables()["trends"], schema)
    treatments = archived.csv([token], "treatments")
    assert "'=drug()" in treatments
    assert pd.read_csv(io.StringIO(treatments)).shape == (1, 5)


def test_a_change_in_the_archive_is_seen(archive: Archive, archived: ArchiveSource, token: str) -> None:
    before = archived.course(token)
    assert archived.course(token) is before
    save_course(archive, "P-1", tables=_tables(), summary=_summary(archive) | {"cancer": "breast"}, rasters=[], at=AT)
    assert archived.course(token).subject.cancer == "breast"


def test_every_page_shows_the_archive(archived: ArchiveSource, token: str) -> None:
    app = create_app(archived)
    visit = archived.course(token).visits[1].token
    for path in ("/", f"/s/{token}", f"/s/{token}/compare", f"/s/{token}/visit/{visit}", "/cohort", "/import"):
        assert open_page(app, path)["props"]["data-title"] != "Not available", path
    assert "Possible flare (PCWG3: PDu)." in texts(open_page(app, f"/s/{token}"))
    cards = rest_of_course(app, token)
    for chart in ("timeline", "body-map", "lesion-history", "board-trend"):
        assert find(cards, id={"chart": chart}), chart
