"""Simulated patients on disk: valid objects, tables, truth, and the same bytes again."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tracker.dicom import read_studies
from tracker.phantom import simulate_course
from tracker.simulation import write_courses
from tracker.simulation.sample_studies import FOLDER, SAMPLES, write_samples


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made")
    write_courses(out, [simulate_course("progression", 2, visits=2)])
    return out


def test_the_same_patient_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_courses(tmp_path, [simulate_course("progression", 2, visits=2)])
    written = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert len(written) == 7
    for name, data in written.items():
        assert (tmp_path / name).read_bytes() == data, name


def test_truth_names_the_studies_and_their_lesions(folder: Path) -> None:
    patient = json.loads((folder / "truth.json").read_text())["patients"][0]
    assert patient["verdict"] == "progressed"
    assert [len(visit["new"]) >= 2 for visit in patient["visits"]] == [False, True]
    ids = {lesion["lesion_id"] for lesion in patient["lesions"]}
    assert all(row["lesion_id"] in ids for visit in patient["visits"] for row in visit["views"])


def test_what_is_written_is_read_back(folder: Path) -> None:
    report = read_studies([folder])
    course = simulate_course("progression", 2, visits=2)
    assert [study.study_uid for study in report.studies] == [study.study_uid for study in course.studies]
    for read, made in zip(report.studies, course.studies, strict=True):
        assert read.study_date == made.study_date
        for projection in ("ANTERIOR", "POSTERIOR"):
            mine, theirs = ({view.projection.value: view for view in study.views}[projection] for study in (read, made))
            assert (mine.counts == theirs.counts).all()


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dicom3tools is not installed")
def test_objects_conform(folder: Path) -> None:
    for path in folder.rglob("*.dcm"):
        said = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
        assert "Error" not in said.stderr + said.stdout
        assert "Warning" not in said.stderr + said.stdout


def test_shipped_studies_are_made_again_byte_for_byte(tmp_path: Path) -> None:
    sample = min(SAMPLES, key=lambda sample: sample.visits)
    write_samples(tmp_path, (sample,))
    written = sorted(tmp_path.rglob("*.dcm"))
    assert len(written) == sample.visits
    for path in written:
        assert path.read_bytes() == (FOLDER / path.relative_to(tmp_path)).read_bytes()
    shipped = json.loads((FOLDER / "truth.json").read_text())["patients"]
    assert json.loads((tmp_path / "truth.json").read_text())["patients"][0] in shipped
