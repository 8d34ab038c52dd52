"""The main job from the command line: junk is accounted for, good studies are not disturbed, nothing is lost."""

import csv
import shutil
import sysconfig
from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid
from typer.testing import CliRunner

from tracker.cli.main import app

SAMPLES = Path(__file__).resolve().parents[2] / "sample_studies"
REAL_SCAN_COUNTS = 3_596_452.0


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _installed(name: str) -> Path:
    return next(Path(sysconfig.get_paths()["purelib"]).rglob(name))


def _ct_slice(path: Path) -> None:
    slice_ = Dataset()
    slice_.file_meta = FileMetaDataset()
    slice_.file_meta.MediaStorageSOPClassUID = CTImageStorage
    slice_.file_meta.MediaStorageSOPInstanceUID = slice_.SOPInstanceUID = generate_uid(entropy_srcs=["slice"])
    slice_.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    slice_.SOPClassUID, slice_.Modality, slice_.PatientID = CTImageStorage, "CT", "P"
    slice_.Rows = slice_.Columns = 2
    slice_.BitsAllocated, slice_.BitsStored, slice_.HighBit, slice_.PixelRepresentation = 16, 16, 15, 0
    slice_.SamplesPerPixel, slice_.PhotometricInterpretation, slice_.PixelData = 1, "MONOCHROME2", bytes(8)
    slice_.save_as(path, enforce_file_format=True)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scans")
    patient = next(path for path in sorted(SAMPLES.iterdir()) if path.name.startswith("SIM-STABLE"))
    for scan in sorted(patient.glob("*.dcm"))[:2]:
        shutil.copy(scan, folder)
    (folder / "notes.txt").write_text("a note")
    (folder / "letter.pdf").write_bytes(b"%PDF-1.4 letter")
    (folder / "empty.dcm").write_bytes(b"")
    _ct_slice(folder / "slice.dcm")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    for name in ("JPEG-LL.dcm", "JPEG2000.dcm", "JPGExtended.dcm", "JPEG-lossy.dcm", "JPEG2000_UNC.dcm"):
        shutil.copy(_installed(name), folder / name)
    out = tmp_path_factory.mktemp("out")
    said = CliRunner().invoke(app, ["track", str(folder), "--out", str(out)])
    assert said.exit_code == 0, said.output
    return out


def test_every_other_file_has_one_row_with_a_code(results: Path) -> None:
    rejected = _rows(results / "rejected.csv")
    named = [row["path"] for row in rejected]
    junk = {"notes.txt", "letter.pdf", "empty.dcm", "slice.dcm", "loop"}
    lossy = {"JPEG2000.dcm", "JPGExtended.dcm", "JPEG-lossy.dcm", "JPEG2000_UNC.dcm"}
    assert sorted(named) == sorted(junk | lossy)
    assert all(row["code"] and row["reason"] for row in rejected)


def test_good_studies_have_their_tables(results: Path) -> None:
    timepoints = _rows(results / "timepoints.csv")
    assert [row["patient_id"] for row in timepoints if row["patient_id"].startswith("SIM-STABLE")] == [
        "SIM-STABLE-0501"
    ] * 2
    for name in ("regions", "lesions", "lesion_measurements", "assessments", "trends"):
        assert (results / f"{name}.csv").read_text().startswith("patient_id,study_date,study_uid,")


def test_the_real_scan_is_measured(results: Path) -> None:
    row = next(one for one in _rows(results / "timepoints.csv") if not one["patient_id"].startswith("SIM"))
    assert float(row["counts_anterior"]) == REAL_SCAN_COUNTS
    assert row["counts_posterior"] == ""
    assert row["views"] == "anterior only"
    assert float(row["row_spacing_mm"]) == pytest.approx(2.26)
    assert row["study_date"] == "1997-08-06"
    labelled = {one["region"] for one in _rows(results / "regions.csv") if one["uptake_ratio"]}
    assert {"skull", "lumbar_spine", "femur_left", "femur_right"} <= labelled


def test_the_sternum_of_the_real_scan_keeps_its_own_counts(results: Path) -> None:
    ratios = {
        one["region"]: float(one["uptake_ratio"])
        for one in _rows(results / "regions.csv")
        if one["uptake_ratio"] and one["level"] == "whole" and not one["patient_id"].startswith("SIM")
    }
    assert ratios["sternum"] > ratios["thoracic_spine"]


def test_bladder_and_hand_of_the_real_scan_are_physiologic(results: Path) -> None:
    found = [one for one in _rows(results / "lesions.csv") if not one["patient_id"].startswith("SIM")]
    for row_px, col_px in ((420.0, 144.0), (478.0, 234.0)):
        near = [
            one for one in found if abs(float(one["row_px"]) - row_px) < 12 and abs(float(one["col_px"]) - col_px) < 12
        ]
        assert near, (row_px, col_px)
        assert {one["kind"] for one in near} == {"physiologic"}, near


def test_each_patient_has_a_report_that_says_what_it_is(results: Path) -> None:
    reports = sorted(results.glob("report_*.html"))
    assert len(reports) == 2
    for report in reports:
        assert "Not a medical device" in report.read_text(encoding="utf-8")


def test_nothing_usable_is_a_clear_refusal(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("a note")
    said = CliRunner().invoke(app, ["track", str(tmp_path), "--out", str(tmp_path / "out")])
    assert said.exit_code == 1
    assert _rows(tmp_path / "out" / "rejected.csv")
