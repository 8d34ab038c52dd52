"""Memory of one piece of work in a process of its own: nothing of the benchmark around it is counted."""

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Given = TypeVar("Given")
"""What a piece of work takes."""

MIB = 2**20
"""Bytes in a mebibyte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a process held, MiB.

    Parameters
    ----------
    before_mb : float
        With everything imported and the input read.
    peak_mb : float
        The most it ever held.
    """

    before_mb: float
    peak_mb: float


def memory_of(work: Callable[[Given], object], given: Given) -> Memory:
    """Return the memory that a function takes in a process that does nothing else.

    Parameters
    ----------
    work : callable
        A function of a module.
    given : any
        Its argument; handed over as a file.

    Returns
    -------
    Memory
        Linux only.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "given"
        file.write_bytes(pickle.dumps(given))
        program = f"from {work.__module__} import {work.__name__} as work; from {__name__} import _told; _told(work)"
        done = subprocess.run(
            [sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True, env=dict(os.environ)
        )
    before, peak = (float(word) for word in done.stdout.split()[-2:])
    return Memory(before_mb=before, peak_mb=peak)


def _told(work: Callable[[Given], object]) -> None:
    """Do the work on what the file holds, and print the memory before it and the most of all."""
    given: Given = pickle.loads(Path(sys.argv[1]).read_bytes())  # written by `memory_of` a moment ago
    before = _held_mb()
    work(given)
    print(before, _most_mb())


def _held_mb() -> float:
    """Return the memory held now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MIB


def _most_mb() -> float:
    """Return the most memory ever held; unlike ``ru_maxrss`` without the parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
