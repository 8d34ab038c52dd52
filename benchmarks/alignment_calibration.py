"""Expected error against true error, by decile of the expected one: what calibration is judged by."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.alignment_cases import Case
from benchmarks.alignment_methods import pairwise_found
from benchmarks.alignment_motions import pixels

DECILES = 10
"""Classes of equal size."""


def both_errors_mm(cases: Sequence[Case]) -> NDArray[np.float64]:
    """Return expected and true error of every counted pixel of all pairs, shape (2, n), millimetres."""
    found = []
    for case in cases:
        alignment = pairwise_found(case)
        off = (pixels(case.counted.shape) - case.place_px) * np.array(case.spacing_mm) + alignment.displacement_mm
        true = np.linalg.norm(off, axis=-1)
        found.append(np.stack([alignment.expected_error_mm[case.counted], true[case.counted]]))
    return np.concatenate(found, axis=1)


def show_calibration(name: str, cases: Sequence[Case]) -> None:
    """Print expected against true error by decile for one kind of pairs."""
    expected, true = both_errors_mm(cases)
    classes = np.array_split(np.argsort(expected), DECILES)
    print(f"\nexpected and true error over the skeleton, mm, means by decile of expected; {len(cases)} pairs, {name}")
    print("expected " + " ".join(f"{expected[at].mean():6.2f}" for at in classes))
    print("true     " + " ".join(f"{true[at].mean():6.2f}" for at in classes))
    print(f"ratio true/expected, all: {true.mean() / expected.mean():.2f}")
