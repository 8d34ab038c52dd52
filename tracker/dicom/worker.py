"""The limited process: takes files, answers what they are, and may die without harm.

Started by `tracker.dicom.examiner`. Memory and processor time are limited by the operating system where it can
(everywhere but Windows); a wall clock in the starting process covers the rest.
"""

import json
import logging
import math
import os
import sys
from dataclasses import asdict
from typing import Any

from tracker.dicom.examine import examine
from tracker.dicom.examined import Directory, Examined
from tracker.dicom.messages import answer_parts, receive, send
from tracker.errors import FileRejected
from tracker.settings.dicom import ReadingLimits, ReadingSettings

SPARE_BYTES = 64 * 1024 * 1024
"""A request may be this much longer than the largest file."""


def settings_json(settings: ReadingSettings) -> bytes:
    """Return settings as JSON, for the limited process.

    Parameters
    ----------
    settings : ReadingSettings
        Any settings.

    Returns
    -------
    bytes
        What `settings_from_json` takes.
    """
    return json.dumps(asdict(settings)).encode()


def settings_from_json(text: bytes) -> ReadingSettings:
    """Return the settings that `settings_json` was called on.

    Parameters
    ----------
    text : bytes
        JSON.

    Returns
    -------
    ReadingSettings
        The same values.
    """
    plain: dict[str, Any] = json.loads(text)
    limits = ReadingLimits(**plain.pop("limits"))
    low, high = plain.pop("activity_range_mbq")
    return ReadingSettings(limits=limits, activity_range_mbq=(low, high), **plain)


def limit_memory(limits: ReadingLimits) -> None:
    """Cap the address space of this process, where the system can.

    Parameters
    ----------
    limits : ReadingLimits
        The cap.
    """
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  (not on Windows)

        resource.setrlimit(resource.RLIMIT_AS, (limits.decode_memory_bytes, limits.decode_memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_time(limits: ReadingLimits) -> None:
    """Allow this process so many seconds of processor time from now, where the system can; then it is killed.

    Parameters
    ----------
    limits : ReadingLimits
        The time for one file.
    """
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  (not on Windows)

        usage = resource.getrusage(resource.RUSAGE_SELF)
        used = math.ceil(usage.ru_utime + usage.ru_stime)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (used + limits.decode_cpu_s, hard))


def answer(data: bytes, settings: ReadingSettings) -> Examined | Directory | FileRejected:
    """Return what a file is, a refusal as a value.

    Parameters
    ----------
    data : bytes
        The whole file.
    settings : ReadingSettings
        Limits.

    Returns
    -------
    Examined, Directory or FileRejected
        Whatever the file holds.
    """
    try:
        return examine(data, settings)
    except FileRejected as refusal:
        return refusal
    except MemoryError:
        return FileRejected("reading the file needs too much memory", code="TOO_LARGE")
    except Exception as error:  # noqa: BLE001  (the rim: a decoder may raise anything)
        return FileRejected(f"the file is damaged ({type(error).__name__})", code="DAMAGED")


def main() -> None:
    """Answer requests from standard input until it closes."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # decoders that print must not disturb the answers
    logging.disable(logging.CRITICAL)
    first = receive(requests, SPARE_BYTES)
    if first is None:
        return
    settings = settings_from_json(first)
    limit_memory(settings.limits)
    while (data := receive(requests, settings.limits.largest_file_bytes + SPARE_BYTES)) is not None:
        limit_time(settings.limits)
        for part in answer_parts(answer(data, settings)):
            send(answers, part)
