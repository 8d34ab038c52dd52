"""The expected error says where an alignment is weak: without structure, with few counts, where the body bent."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.alignment.conftest import REAL_MM, seen_at, smooth_motion
from tracker.alignment import PairAlignment, register
from tracker.alignment.expected import FLOOR_MM, LARGEST_SAID_MM

Image = NDArray[np.float64]


@pytest.fixture(scope="module")
def still(clean: Image) -> PairAlignment:
    rng = np.random.default_rng(1)
    return register(rng.poisson(clean), rng.poisson(clean), spacing_mm=REAL_MM)


def _over(found: PairAlignment, body: NDArray[np.bool_]) -> float:
    return float(np.median(found.expected_error_mm[body]))


def test_never_less_than_a_projection_leaves_and_never_absurd(still: PairAlignment) -> None:
    assert still.expected_error_mm.min() >= FLOOR_MM - 1e-3
    assert still.expected_error_mm.max() <= LARGEST_SAID_MM


def test_larger_where_the_body_had_to_bend_and_with_few_counts(
    clean: Image, body: NDArray[np.bool_], pixels: Image, still: PairAlignment
) -> None:
    rng = np.random.default_rng(2)
    at_px = pixels + smooth_motion(rng, 14.0, (1024, 256))
    bent = register(rng.poisson(seen_at(clean, at_px)), rng.poisson(clean), spacing_mm=REAL_MM)
    poor = register(rng.poisson(0.1 * seen_at(clean, at_px)), rng.poisson(0.1 * clean), spacing_mm=REAL_MM)
    assert _over(still, body) < _over(bent, body) < _over(poor, body)


def test_larger_where_there_is_nothing_to_see(clean: Image, body: NDArray[np.bool_], pixels: Image) -> None:
    rng = np.random.default_rng(3)
    at_px = pixels + smooth_motion(rng, 14.0, (1024, 256))
    found = register(rng.poisson(seen_at(clean, at_px)), rng.poisson(clean), spacing_mm=REAL_MM)
    assert found.expected_error_mm[-20:].min() > 2 * _over(found, body)
    assert found.confidence[-20:].max() < np.median(found.confidence[body])
