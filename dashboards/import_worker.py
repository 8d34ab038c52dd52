"""What the process of an import does: track the scans into the archive and keep its state file up to date."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from os import getpid
from pathlib import Path
from typing import Any

from dashboards.answers import JobState
from tracker.archive.store import open_archive
from tracker.archive.tables import write_whole
from tracker.errors import TrackerError
from tracker.records.course import TrackReport

REPORT_COLUMNS = ("path", "outcome", "code", "reason")
"""Columns of the report of every file."""


class StoppedByUser(Exception):  # noqa: N818 - not an error
    """Raised between two items when somebody asked the job to stop."""


class StateFile:
    """The state file of one job; every change is one whole file.

    Parameters
    ----------
    path : Path
        Existing state file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))

    def change(self, fields: Mapping[str, Any]) -> None:
        """Write new values of some fields.

        Parameters
        ----------
        fields : mapping
            Field names and values.
        """
        self._state |= {**fields, "pid": getpid(), "changed_at": datetime.now(UTC).isoformat()}
        write_whole(self._path, json.dumps(self._state).encode("utf-8"))

    def advance(self, what: str, done: int, total: int) -> None:
        """Note progress, or stop where that was asked for.

        Parameters
        ----------
        what : str
            Name of the step.
        done, total : int
            Items finished and in all.

        Raises
        ------
        StoppedByUser
            If somebody asked the job to stop.
        """
        if self._path.with_suffix(".stop").exists():
            raise StoppedByUser
        self.change({"state": JobState.RUNNING, "stage": what.lower(), "done": done, "total": total})


def report_rows(report: TrackReport) -> list[tuple[str, str, str, str]]:
    """Return what became of every file, used ones first.

    Parameters
    ----------
    report : TrackReport
        What came out.

    Returns
    -------
    list of tuple
        Path, outcome, code, reason.
    """
    used = sorted({file.path for course in report.courses for scan in course.scans for file in scan.study.files})
    rows = [(path, "used", "", "") for path in used]
    return rows + [(file.path, "not used", file.code, file.reason) for file in report.rejected]


def run_import(archive: str, folder: str, state_path: str) -> None:
    """Import a folder into an archive; the state file says how far it is and how it ended.

    Parameters
    ----------
    archive, folder, state_path : str
        Paths.
    """
    from tracker.pipeline import Request, import_into  # only here: the web server never needs the pipeline

    state = StateFile(Path(state_path))
    request = Request(paths=(Path(folder),), context=Path(folder))
    try:
        report = import_into(open_archive(Path(archive)), request, at=datetime.now(UTC), advance=state.advance)
    except StoppedByUser:
        state.change({"state": JobState.CANCELLED, "message": "Stopped; what was finished before is kept."})
    except TrackerError as error:
        words = f"{error.message} {error.remedy}".strip()
        state.change({"state": JobState.FAILED, "message": words, "code": error.code})
    except Exception as error:  # the process ends here: the reader must see that it did, whatever the cause
        state.change(
            {"state": JobState.FAILED, "message": f"{type(error).__name__}: see the log.", "code": "UNEXPECTED"}
        )
        raise
    else:
        state.change({"state": JobState.DONE, "stage": "", "report": report_rows(report)})
