"""Jobs run in processes of their own and leave their state in the archive."""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboards import job_folder
from dashboards.answers import Job, JobState
from tracker.archive.context_tables import read_context
from tracker.archive.store import open_archive
from tracker.errors import InputError


def _wait(archive: Path, job_id: str) -> Job:
    for _ in range(600):
        job = next(job for job in job_folder.read_jobs(archive) if job.job_id == job_id)
        if job.state in job_folder.ENDED:
            return job
        time.sleep(0.2)
    raise AssertionError(job)


def test_import_of_junk_ends_with_a_report_of_every_file(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    open_archive(archive)
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / "notes.txt").write_text("no scan", encoding="utf-8")
    (scans / "empty.dcm").touch()
    job = _wait(archive, job_folder.start_import(archive, scans))
    assert job.state is JobState.DONE, job
    report = job_folder.read_report(archive, job.job_id)
    assert set(report["path"]) == {"notes.txt", "empty.dcm"}
    assert set(report["outcome"]) == {"not used"}
    assert all(report["code"])


def test_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    open_archive(tmp_path)
    with pytest.raises(InputError) as refusal:
        job_folder.start_import(tmp_path, tmp_path / "nowhere")
    assert refusal.value.code == "NO_FOLDER"
    assert job_folder.read_jobs(tmp_path) == ()


@pytest.mark.parametrize("job_id", ["nope", "../archive", "*"])
def test_unknown_jobs_are_refused(tmp_path: Path, job_id: str) -> None:
    with pytest.raises(InputError):
        job_folder.read_report(tmp_path, job_id)
    with pytest.raises(InputError):
        job_folder.cancel(tmp_path, job_id)


def _state(folder: Path, job_id: str, pid: int) -> None:
    now = datetime.now(UTC).isoformat()
    state = {"job_id": job_id, "title": "Import", "state": "running", "stage": "tracking", "done": 1, "total": 4}
    state |= {"started_at": now, "changed_at": now, "message": "", "code": "", "pid": pid}
    (folder / "jobs").mkdir(exist_ok=True)
    (folder / "jobs" / f"{job_id}.json").write_text(json.dumps(state), encoding="utf-8")


def test_killed_job_is_shown_as_interrupted(tmp_path: Path) -> None:
    _state(tmp_path, "alive", os.getpid())
    _state(tmp_path, "gone", 2**22 + 17)
    states = {job.job_id: job for job in job_folder.read_jobs(tmp_path)}
    assert states["alive"].state is JobState.RUNNING
    assert (states["gone"].state, states["gone"].code) == (JobState.FAILED, "INTERRUPTED")


def test_stop_is_asked_for_beside_the_state(tmp_path: Path) -> None:
    _state(tmp_path, "j1", os.getpid())
    job_folder.cancel(tmp_path, "j1")
    assert (tmp_path / "jobs" / "j1.stop").exists()


def test_a_shift_by_hand_is_an_import_of_one_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "archive"
    open_archive(archive)
    started: list[Path] = []
    monkeypatch.setattr(job_folder, "_start", lambda _archive, folder, _title, job_id: started.append(folder) or job_id)
    assert job_folder.start_nudge(archive, "P, 1", "1.2.3", (4.0, -2.5))
    (folder,) = started
    assert read_context(folder).of("P, 1").moved_by_hand == {"1.2.3": (4.0, -2.5, 0.0)}


def test_files_of_one_batch_are_one_job_with_their_own_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_archive(tmp_path)
    started: list[Path] = []
    monkeypatch.setattr(job_folder, "_start", lambda _archive, folder, _title, job_id: started.append(folder) or job_id)
    batch = job_folder.receive_upload(tmp_path, "", "treatments.csv", b"a")
    for name in ("../../one two.dcm", "one two.dcm", ".hidden", ""):
        assert job_folder.receive_upload(tmp_path, batch, name, b"b") == batch
    assert job_folder.start_upload(tmp_path, batch) == batch
    (folder,) = started
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 5
    assert {"treatments.csv", "one_two.dcm", "hidden", "upload"} <= set(names)
    assert sum(name.endswith("-one_two.dcm") for name in names) == 1
    assert sorted(tmp_path.rglob("*one_two.dcm")) == sorted(folder.glob("*one_two.dcm"))


@pytest.mark.parametrize("batch", ["nope", "..", "jobs"])
def test_unknown_batches_are_refused(tmp_path: Path, batch: str) -> None:
    open_archive(tmp_path)
    for ask in (lambda: job_folder.start_upload(tmp_path, batch), lambda: _add(tmp_path, batch)):
        with pytest.raises(InputError) as refusal:
            ask()
        assert refusal.value.code == "NO_UPLOAD"


def _add(archive: Path, batch: str) -> None:
    job_folder.receive_upload(archive, batch, "a.dcm", b"")


def test_batch_is_started_once(tmp_path: Path) -> None:
    open_archive(tmp_path)
    batch = job_folder.receive_upload(tmp_path, "", "notes.txt", b"no scan")
    job = _wait(tmp_path, job_folder.start_upload(tmp_path, batch))
    assert (job.state, job.title) == (JobState.DONE, "Import of an upload of 1 files")
    assert list(job_folder.read_report(tmp_path, batch)["path"]) == ["notes.txt"]
    with pytest.raises(InputError):
        job_folder.start_upload(tmp_path, batch)
