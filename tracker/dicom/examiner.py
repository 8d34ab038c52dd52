"""The other side of the limited process: one per batch, started again when a file has killed it."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from tracker.dicom.examined import Directory, Examined
from tracker.dicom.messages import LONGEST_ANSWER, answer_of, receive, send
from tracker.dicom.worker import settings_json
from tracker.errors import FileRejected
from tracker.settings.dicom import ReadingSettings

PACKAGE_ROOT = Path(__file__).resolve().parents[2]
"""Where ``import tracker`` finds the same code in the limited process."""

BOOTSTRAP = "import sys; sys.path.insert(0, sys.argv[1]); from tracker.dicom.worker import main; main()"
"""What the limited process runs."""


class Examiner:
    """Examines files in a limited process; use as a context manager.

    Parameters
    ----------
    settings : ReadingSettings
        Limits, and what a whole-body bone scan is.
    """

    def __init__(self, settings: ReadingSettings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def examine(self, data: bytes) -> Examined | Directory:
        """Return what a file holds.

        Parameters
        ----------
        data : bytes
            The whole file.

        Returns
        -------
        Examined or Directory
            A usable object, or an index of other files.

        Raises
        ------
        FileRejected
            With a stable code, whatever is wrong; ``DECODE_DIED`` if the process did not survive the file.
        """
        if not data:
            raise FileRejected("the file is empty", code="EMPTY_FILE")
        requests, answers, process = self._running()
        watchdog = threading.Timer(self._settings.limits.decode_wall_s, process.kill)
        watchdog.start()
        try:
            return self._asked(requests, answers, data)
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._stop()
            raise FileRejected("the file made its decoder fail", code="DECODE_DIED") from error
        finally:
            watchdog.cancel()

    def _asked(self, requests: IO[bytes], answers: IO[bytes], data: bytes) -> Examined | Directory:
        send(requests, data)
        head = receive(answers, LONGEST_ANSWER)
        pixels = receive(answers, 2 * self._settings.limits.largest_image_bytes)
        if head is None or pixels is None:
            raise OSError("the limited process ended")
        return answer_of(head, pixels)

    def _running(self) -> tuple[IO[bytes], IO[bytes], "subprocess.Popen[bytes]"]:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._start()
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise FileRejected("no process could be started to read the file", code="DECODE_DIED")
        return process.stdin, process.stdout, process

    def _start(self) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", BOOTSTRAP, str(PACKAGE_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        if self._process.stdin is not None:
            send(self._process.stdin, settings_json(self._settings))

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue  # a broken pipe: the process is gone already
        process.kill()  # it holds nothing that could be lost
        process.wait()
