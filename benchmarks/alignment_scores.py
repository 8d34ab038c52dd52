"""What is measured on one alignment with known truth, and how it is summed up."""

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from benchmarks.alignment_cases import Case, real_case
from benchmarks.alignment_methods import Method
from benchmarks.alignment_motions import Field, pixels, seen_at

RUN_ONE = "import sys; from benchmarks.alignment_scores import one_run; one_run(*sys.argv[1:])"
"""Program of the process in which one method's time and memory are taken."""

TIMEOUT_S = 300.0
"""A method that has not finished two runs by then did not finish."""

TIMED_KIND, TIMED_SEED = "spline 8", 9000
"""The pair that time and memory are taken on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One method on one pair.

    Parameters
    ----------
    kind : str
        Kind of motion.
    mean_px, p95_px : float
        Error over the skeleton, pixels.
    pixel_mm : float
        Millimetres per pixel.
    folded_pct : float
        Pixels where the field folds, per cent.
    lesion_pct : tuple of float
        Absolute change of every lesion's integral against the true warp, per cent.
    seconds : float
        Wall time.
    """

    kind: str
    mean_px: float
    p95_px: float
    pixel_mm: float
    folded_pct: float
    lesion_pct: tuple[float, ...]
    seconds: float


def errors_px(places: Field, case: Case) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the error of every counted skeleton pixel, pixels."""
    off = (places - case.place_px)[case.counted]
    return np.asarray(np.linalg.norm(off, axis=-1))


def score(places: Field, case: Case, seconds: float) -> Score:
    """Return one method's score on one pair."""
    off = errors_px(places, case)
    return Score(
        kind=case.kind,
        mean_px=float(off.mean()),
        p95_px=float(np.percentile(off, 95)),
        pixel_mm=float(np.mean(case.spacing_mm)),
        folded_pct=_folded_pct(places),
        lesion_pct=tuple(_lesion_changes(places, case)),
        seconds=seconds,
    )


def _folded_pct(places: Field) -> float:
    """Return the share of pixels whose map turns inside out."""
    (rr, rc), (cr, cc) = (np.gradient(places[..., axis]) for axis in (0, 1))
    return float(100 * (rr * cc - rc * cr <= 0).mean())


def _lesion_changes(places: Field, case: Case) -> Iterable[float]:
    """Yield the change of each lesion's integral in a disc at its true place, against the true warp."""
    if not case.discs:
        return
    got, wanted = seen_at(case.lesions, places), seen_at(case.lesions, case.place_px)
    at = pixels(got.shape)
    for row, col, radius in case.discs:
        disc = np.hypot(at[..., 0] - row, at[..., 1] - col) <= radius
        true = float(wanted[disc].sum())
        if true > 0:
            yield 100 * abs(float(got[disc].sum()) / true - 1)


def timed(method: Method, case: Case) -> tuple[Field, float]:
    """Return a method's places and the seconds it took."""
    start = time.perf_counter()
    places = method(case)
    return places, time.perf_counter() - start


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table.

    Parameters
    ----------
    pairs : int
        Number of pairs.
    mean_px, p95_px, worst_px : float
        Mean and mean 95th percentile over pairs; largest mean of one pair.
    mean_mm : float
        Mean in millimetres.
    folded_pct, lesion_pct, worst_lesion_pct : float
        Most folding of a pair; mean and worst absolute change of a lesion's integral (NaN without lesions).
    """

    pairs: int
    mean_px: float
    p95_px: float
    worst_px: float
    mean_mm: float
    folded_pct: float
    lesion_pct: float
    worst_lesion_pct: float


def summed(scores: Sequence[Score]) -> Row:
    """Return the scores of one method as a line of the table."""
    lesions = [change for one in scores for change in one.lesion_pct] or [float("nan")]
    return Row(
        pairs=len(scores),
        mean_px=float(np.mean([one.mean_px for one in scores])),
        p95_px=float(np.mean([one.p95_px for one in scores])),
        worst_px=max(one.mean_px for one in scores),
        mean_mm=float(np.mean([one.mean_px * one.pixel_mm for one in scores])),
        folded_pct=max(one.folded_pct for one in scores),
        lesion_pct=float(np.mean(lesions)),
        worst_lesion_pct=max(lesions),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Time and memory of one method in a process of its own.

    Parameters
    ----------
    seconds, cpu_seconds : float
        Wall time and processor time of the better of two runs on one pair, per view aligned. On one thread they agree
        where nothing else runs.
    peak_mb, idle_mb : float
        Peak memory of the process, and before the first run: imports and the images, read from a file.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    idle_mb: float


def cost(name: str, threads: int) -> Cost | None:
    """Return what one method costs with a number of threads, None where it did not finish."""
    limits = (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS",
        "TRACKER_BENCH_THREADS",
    )
    limited = {**os.environ, **dict.fromkeys(limits, str(threads))}
    with TemporaryDirectory() as folder:
        # Making a pair takes more memory than aligning it: the process that is measured only reads one.
        pair = Path(folder) / "pair.pickle"
        pair.write_bytes(pickle.dumps(real_case(TIMED_KIND, TIMED_SEED)))
        command = [sys.executable, "-c", RUN_ONE, name, str(pair)]
        try:
            done = subprocess.run(command, env=limited, capture_output=True, text=True, timeout=TIMEOUT_S, check=True)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return None
    seconds, cpu_seconds, peak_mb, idle_mb = (float(word) for word in done.stdout.split()[-4:])
    return Cost(seconds=seconds, cpu_seconds=cpu_seconds, peak_mb=peak_mb, idle_mb=idle_mb)


def one_run(name: str, pair: str) -> None:
    """Print wall and processor seconds per view, peak and idle memory of one method on one pickled pair."""
    from benchmarks.alignment_methods import METHODS

    cv2.setNumThreads(int(os.environ.get("TRACKER_BENCH_THREADS", "1")))
    case = pickle.loads(Path(pair).read_bytes())
    idle_mb = _now_mb()
    views = len(case.fixed.views) if name == "ours, both views" else 1
    runs = []
    for _ in range(2):
        before = time.process_time()
        seconds = timed(METHODS[name], case)[1]
        runs.append((seconds / views, (time.process_time() - before) / views))
    print(*(min(spent) for spent in zip(*runs, strict=True)), _highest_mb(), idle_mb)


def _now_mb() -> float:
    """Return the memory in use now, megabytes."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _highest_mb() -> float:
    """Return the most memory this process ever used, megabytes; unlike ``ru_maxrss`` without its parent's."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
