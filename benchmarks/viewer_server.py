"""The dashboard in a process of its own, for timing: one tracked course of six scans, and a long worklist."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from socket import socket
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from dashboards.app import serve
from dashboards.archive_source import ArchiveSource
from tracker.archive.database import COURSES
from tracker.archive.overview import load_worklist
from tracker.archive.store import open_archive
from tracker.pipeline import Request, import_into

SAMPLE = "SIM-FLARE-RESPONSE-0504"
"""Sample patient with six visits of two views."""

PATIENTS = 2000
"""Rows of the long worklist."""


def track_sample(folder: Path, samples: Path) -> None:
    """Track the sample patient into an archive and lengthen its worklist, unless that was done before.

    Parameters
    ----------
    folder : Path
        Archive folder.
    samples : Path
        Folder of the sample studies.
    """
    if (folder / "archive.sqlite").exists():
        return
    archive = open_archive(folder)
    import_into(archive, Request(paths=(samples / SAMPLE,), context=samples), at=datetime.now(UTC))
    own = next(row for row in load_worklist(archive) if row["patient_id"] == SAMPLE)
    with archive.engine.begin() as connection:
        connection.execute(COURSES.insert(), [_copy(own, number) for number in range(1, PATIENTS)])


def _copy(own: dict[str, Any], number: int) -> dict[str, str]:
    """Return the worklist line of a further patient; only the first one can be opened."""
    name = f"{own['patient_id']}-{number:04d}"
    line = {**own, "patient_id": name, "token": f"{own['token'][:12]}-{number}"}
    return {"patient_id": name, "worklist": json.dumps(line), "summary": "{}"}


def free_port() -> int:
    """Return a TCP port of this computer that nobody uses."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Run the dashboard on an archive while the block runs.

    Parameters
    ----------
    folder : Path
        Archive folder.

    Yields
    ------
    str
        Base address.
    """
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.viewer_server", str(folder), str(port)]
    process = subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1"})
    base = f"http://127.0.0.1:{port}"
    try:
        _await(base, process)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await(base: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the server ended")
        try:
            with urlopen(base, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


if __name__ == "__main__":
    serve(ArchiveSource(open_archive(Path(sys.argv[1]))), port=int(sys.argv[2]))
