"""Long tasks in processes of their own, each with a state file in the archive: they survive a reload and a restart.

``<archive>/jobs/<id>.json`` holds the state, ``<id>.stop`` asks it to stop, ``<id>/`` holds what was uploaded. A state
that says *running* while its process is gone is shown as failed, with what to do.
"""

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from dashboards.answers import Job, JobState
from dashboards.import_worker import REPORT_COLUMNS, run_import
from tracker.archive.tables import write_whole
from tracker.errors import InputError

JOBS = "jobs"
"""Folder of state files inside an archive."""

PLAIN = re.compile(r"[^A-Za-z0-9._-]")
"""What is replaced in the name of an uploaded file."""

LONGEST_NAME = 80
"""Letters of such a name that are kept, from its end."""

ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
"""States that do not change any more."""


def _folder(archive: Path) -> Path:
    folder = archive / JOBS
    folder.mkdir(exist_ok=True)
    return folder


def _alive(pid: object) -> bool:
    """Return whether a process of this computer still runs."""
    try:
        os.kill(int(str(pid)), 0)
    except (OSError, ValueError):
        return False
    return True


def _job(state: Mapping[str, Any]) -> Job:
    """Return a state file as a job; a dead process is a failure that says what to do."""
    started = datetime.fromisoformat(state["started_at"])
    running = JobState(state["state"]) not in ENDED
    lost = running and not _alive(state.get("pid"))
    ended = datetime.fromisoformat(state["changed_at"]) if lost or not running else datetime.now(UTC)
    return Job(
        job_id=state["job_id"],
        title=state["title"],
        state=JobState.FAILED if lost else JobState(state["state"]),
        stage="" if lost else state["stage"],
        done=state["done"],
        total=state["total"],
        started_at=started,
        elapsed_s=max(0.0, (ended - started).total_seconds()),
        message="It was interrupted. Start it again; nothing stored is lost." if lost else state["message"],
        code="INTERRUPTED" if lost else state["code"],
    )


def read_jobs(archive: Path) -> tuple[Job, ...]:
    """Return every job of an archive, newest first.

    Parameters
    ----------
    archive : Path
        Archive folder.

    Returns
    -------
    tuple of Job
        Ordered by start.
    """
    states = [json.loads(path.read_text(encoding="utf-8")) for path in _folder(archive).glob("*.json")]
    ordered = sorted(states, key=lambda state: (state["started_at"], state["job_id"]), reverse=True)
    return tuple(_job(state) for state in ordered)


def _state_path(archive: Path, job_id: str) -> Path:
    """Return the state file of a job that exists; ids are looked up, never joined to a path."""
    for path in _folder(archive).glob("*.json"):
        if path.stem == job_id:
            return path
    raise InputError("There is no such job.", remedy="Open the import page.", code="UNKNOWN_JOB")


def read_report(archive: Path, job_id: str) -> pd.DataFrame:
    """Return what became of every file of one import.

    Parameters
    ----------
    archive : Path
        Archive folder.
    job_id : str
        Which import.

    Returns
    -------
    DataFrame
        Columns path, outcome, code, reason; without rows while the import is not done.
    """
    state = json.loads(_state_path(archive, job_id).read_text(encoding="utf-8"))
    return pd.DataFrame(state.get("report") or [], columns=list(REPORT_COLUMNS))


def cancel(archive: Path, job_id: str) -> None:
    """Ask a job to stop after its present item.

    Parameters
    ----------
    archive : Path
        Archive folder.
    job_id : str
        Which job.
    """
    _state_path(archive, job_id).with_suffix(".stop").touch()


def start_import(archive: Path, folder: Path) -> str:
    """Start importing a folder of this computer.

    Parameters
    ----------
    archive : Path
        Archive folder.
    folder : Path
        Scans, with the optional input tables beside them.

    Returns
    -------
    str
        Id of the job.

    Raises
    ------
    InputError
        If there is no such folder or it cannot be read.
    """
    if not folder.is_dir() or not os.access(folder, os.R_OK):
        raise InputError(
            "This folder does not exist or cannot be read.", remedy="Check the path on this computer.", code="NO_FOLDER"
        )
    return _start(archive, folder, "Import of a folder", secrets.token_hex(6))


def receive_upload(archive: Path, batch: str, name: str, content: bytes) -> str:
    """Keep one uploaded file until its batch is imported.

    Parameters
    ----------
    archive : Path
        Archive folder.
    batch : str
        Id of the batch it belongs to; empty for the first file of a new one.
    name : str
        File name as the browser gave it; only its last part is used, and only its plain characters.
    content : bytes
        The file: DICOM, zip, or an input table.

    Returns
    -------
    str
        Id of the batch.
    """
    folder = _batch(archive, batch) if batch else _new_folder(archive)
    plain = PLAIN.sub("_", PurePosixPath(name).name).lstrip(".")[-LONGEST_NAME:] or "upload"
    path = folder / plain
    if path.exists():
        path = folder / f"{secrets.token_hex(4)}-{plain}"
    path.write_bytes(content)
    return folder.name


def start_upload(archive: Path, batch: str) -> str:
    """Start importing every file of a batch as one job.

    Parameters
    ----------
    archive : Path
        Archive folder.
    batch : str
        Id of the batch.

    Returns
    -------
    str
        Id of the job.
    """
    folder = _batch(archive, batch)
    count = sum(1 for _ in folder.iterdir())
    return _start(archive, folder, f"Import of an upload of {count} files", batch)


def _new_folder(archive: Path) -> Path:
    folder = _folder(archive) / secrets.token_hex(6)
    folder.mkdir()
    return folder


def _batch(archive: Path, batch: str) -> Path:
    """Return the folder of a batch that was not started yet; ids are looked up, never joined to a path."""
    for folder in _folder(archive).iterdir():
        if folder.name == batch and folder.is_dir() and not folder.with_suffix(".json").exists():
            return folder
    raise InputError("There is no such upload, or it was started already.", remedy="Send it again.", code="NO_UPLOAD")


def start_nudge(archive: Path, patient_id: str, study_uid: str, shift_mm: tuple[float, float]) -> str:
    """Start aligning one patient again with a manual shift of one visit, which stays in force.

    Parameters
    ----------
    archive : Path
        Archive folder.
    patient_id, study_uid : str
        The visit.
    shift_mm : tuple of float
        Down and to the patient's left; zeros take a former shift back.

    Returns
    -------
    str
        Id of the job.
    """
    folder = _new_folder(archive)
    row = {"patient_id": patient_id, "study_uid": study_uid, "down_mm": shift_mm[0], "left_mm": shift_mm[1]}
    write_whole(folder / "nudges.csv", pd.DataFrame([row]).to_csv(index=False).encode("utf-8"))
    return _start(archive, folder, "Alignment with a shift by hand", folder.name)


def _start(archive: Path, folder: Path, title: str, job_id: str) -> str:
    """Write the first state and start the process."""
    now = datetime.now(UTC)
    state = asdict(Job(job_id=job_id, title=title, state=JobState.WAITING, started_at=now))
    path = _folder(archive) / f"{job_id}.json"
    state |= {"started_at": now.isoformat(), "changed_at": now.isoformat(), "pid": os.getpid(), "report": []}
    write_whole(path, json.dumps(state).encode("utf-8"))
    process = get_context("spawn").Process(target=run_import, args=(str(archive), str(folder), str(path)), daemon=False)
    process.start()
    return job_id
