"""Damaged copies of good files: reading must not crash, hang, or return other counts without a word.

``python -m benchmarks.reading_fuzz [--mutants N]`` prints one row per seed file. Plain pydicom returns a different
image without an exception for 37 % of such copies; the count check is what brings this down.
"""

import argparse
import resource
import sysconfig
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from tracker.dicom import Encoding, uid_of
from tracker.dicom.examined import Examined
from tracker.dicom.examiner import Examiner
from tracker.dicom.nm_object import nm_object
from tracker.dicom.write import object_bytes
from tracker.errors import FileRejected
from tracker.records.study import Study
from tracker.records.view import Projection, View
from tracker.settings.dicom import ReadingSettings

REAL_SCAN = Path(sysconfig.get_paths()["purelib"]) / "data_store" / "data" / "JPEG-LL.dcm"
"""The real scan of the package pydicom-data, losslessly compressed."""

HEADER_BYTES = 4000
"""Mutations of the header fall into the first bytes of a file."""

Mutator = Callable[[bytes, np.random.Generator], bytes]
"""A way to damage a file."""


def _truncated(data: bytes, rng: np.random.Generator) -> bytes:
    return data[: int(rng.integers(len(data)))]


def _header_bytes(data: bytes, rng: np.random.Generator) -> bytes:
    return _overwritten(data, rng, most=8, reach=min(HEADER_BYTES, len(data)))


def _any_bytes(data: bytes, rng: np.random.Generator) -> bytes:
    return _overwritten(data, rng, most=64, reach=len(data))


def _overwritten(data: bytes, rng: np.random.Generator, *, most: int, reach: int) -> bytes:
    damaged = bytearray(data)
    for place in rng.integers(reach, size=int(rng.integers(1, most + 1))):
        damaged[place] = int(rng.integers(256))
    return bytes(damaged)


def _deleted(data: bytes, rng: np.random.Generator) -> bytes:
    start, length = int(rng.integers(len(data))), int(rng.integers(1, 33))
    return data[:start] + data[start + length :]


def _inserted(data: bytes, rng: np.random.Generator) -> bytes:
    start = int(rng.integers(len(data)))
    return data[:start] + rng.bytes(int(rng.integers(1, 33))) + data[start:]


def _length_or_tag(data: bytes, rng: np.random.Generator) -> bytes:
    words = (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0")
    start = int(rng.integers(min(HEADER_BYTES, len(data) - 4)))
    return data[:start] + words[int(rng.integers(len(words)))] + data[start + 4 :]


def _representation(data: bytes, rng: np.random.Generator) -> bytes:
    kinds = (b"OB", b"OW", b"SQ", b"UN", b"US", b"IS", b"DS", b"UI", b"AT", b"FD")
    start = int(rng.integers(132, min(HEADER_BYTES, len(data) - 2)))
    return data[:start] + kinds[int(rng.integers(len(kinds)))] + data[start + 2 :]


MUTATORS: tuple[Mutator, ...] = (
    *(_truncated, _header_bytes, _any_bytes, _deleted, _inserted, _length_or_tag, _representation),
)
"""Ways to damage a file, used in turn."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of the damaged copies.

    Parameters
    ----------
    refused : Counter
        By code.
    same, other : int
        Accepted with the true counts, and with other counts.
    slowest_s : float
        Longest time of one file.
    """

    refused: Counter[str] = field(default_factory=Counter)
    same: int = 0
    other: int = 0
    slowest_s: float = 0.0


def mutant(data: bytes, seed: int) -> bytes:
    """Return a damaged copy of a file.

    Parameters
    ----------
    data : bytes
        A good file.
    seed : int
        The same seed damages in the same way.

    Returns
    -------
    bytes
        The copy.
    """
    return MUTATORS[seed % len(MUTATORS)](data, np.random.default_rng(seed))


def tally(examiner: Examiner, data: bytes, seeds: range) -> Tally:
    """Return what reading makes of damaged copies of one file.

    Parameters
    ----------
    examiner : Examiner
        The limited process.
    data : bytes
        A good file.
    seeds : range
        One copy per seed.

    Returns
    -------
    Tally
        Counts by outcome; anything else than a refusal or an object is raised.
    """
    truth = examiner.examine(data)
    found = Tally()
    for seed in seeds:
        start = time.monotonic()
        try:
            read = examiner.examine(mutant(data, seed))
        except FileRejected as refusal:
            found.refused[refusal.code] += 1
        else:
            if isinstance(read, Examined) and isinstance(truth, Examined) and np.array_equal(read.counts, truth.counts):
                found.same += 1
            else:
                found.other += 1
        found.slowest_s = max(found.slowest_s, time.monotonic() - start)
    return found


def seed_files() -> dict[str, bytes]:
    """Return good files by name: the real scan where it is installed, and two-frame objects in three encodings.

    Returns
    -------
    dict of str to bytes
        Small enough for thousands of copies.
    """
    rng = np.random.default_rng(9000)
    views = tuple(
        View(projection=side, counts=rng.poisson(3.0, (96, 40)).astype(float), spacing_mm=(18.0, 14.0))
        for side in Projection
    )
    study = Study(patient_id="FUZZ", study_uid=uid_of("fuzz"), study_date=date(2024, 1, 1), views=views)
    files = {
        encoding.name.lower(): object_bytes(nm_object(study, views), encoding)
        for encoding in (Encoding.EXPLICIT, Encoding.RLE, Encoding.JPEG_2000)
    }
    return files | ({"real scan": REAL_SCAN.read_bytes()} if REAL_SCAN.exists() else {})


def main() -> None:
    """Print one row per seed file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mutants", type=int, default=2500, help="damaged copies per file")
    parser.add_argument("--quick", action="store_true", help="100 copies per file")
    options = parser.parse_args()
    number = 100 if options.quick else options.mutants
    print(f"{'file':<12}{'refused':>9}{'same':>7}{'OTHER':>7}{'died':>6}{'slowest s':>11}  most frequent codes")
    with Examiner(ReadingSettings()) as examiner:
        for name, data in seed_files().items():
            found = tally(examiner, data, range(9000, 9000 + number))
            codes = ", ".join(f"{code} {count}" for code, count in found.refused.most_common(4))
            died = found.refused["DECODE_DIED"]
            refused = sum(found.refused.values())
            print(f"{name:<12}{refused:>9}{found.same:>7}{found.other:>7}{died:>6}{found.slowest_s:>11.2f}  {codes}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of the limited process: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
