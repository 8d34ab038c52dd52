"""What an archive gives to others: the trend table, the CDISC tables, a page per patient."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tracker.cli.main import run

SAMPLES = Path(__file__).resolve().parents[2] / "sample_studies"
PATIENT = "SIM-STABLE-0501"

Export = Callable[..., Path]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scans, folder = tmp_path_factory.mktemp("scans"), tmp_path_factory.mktemp("archive")
    for scan in sorted((SAMPLES / PATIENT).glob("*.dcm"))[:2]:
        shutil.copy(scan, scans)
    given = ["import", str(scans), "--context", str(SAMPLES), "--archive", str(folder)]
    assert run(given, debug=True) == 0
    return folder


@pytest.fixture
def export(archive: Path, tmp_path: Path) -> Export:
    """Run one export and return its folder."""

    def done(what: str, *more: str) -> Path:
        assert run(["export", what, "--archive", str(archive), "--out", str(tmp_path), *more], debug=True) == 0
        return tmp_path

    return done


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_trends_hold_every_visit(export: Export) -> None:
    rows = _rows(export("trends") / "trends.csv")
    assert len({row["study_uid"] for row in rows}) == 2
    assert {"lesion_count", "scan_index", "uptake_ratio"} <= {row["measure"] for row in rows}


def test_sdtm_holds_one_response_per_criterion_and_status(export: Export) -> None:
    folder = export("sdtm", "--study", "PROT1")
    response = _rows(folder / "rs.csv")
    assert {row["USUBJID"] for row in response} == {f"PROT1-{PATIENT}"}
    assert sorted(row["RSSPID"] for row in response if row["RSGRPID"] == "PCWG3_2016") == ["FINAL", "PROVISIONAL"]
    names = {row["TULNKID"] for row in _rows(folder / "tu.csv")}
    assert {row["TRLNKID"] for row in _rows(folder / "tr.csv")} <= names | {""}


def test_reports_are_made_again_from_the_stored_scans(export: Export) -> None:
    page = (export("report") / f"report_{PATIENT}.html").read_text(encoding="utf-8")
    assert "Not a medical device" in page
    assert "Stable" in page


def test_every_export_says_that_it_is_for_research(export: Export) -> None:
    assert "Not a medical device" in (export("trends") / "README.txt").read_text(encoding="utf-8")


def test_the_archive_is_still_intact(archive: Path, export: Export) -> None:
    export("sdtm")
    assert run(["verify", "--archive", str(archive)], debug=True) == 0
