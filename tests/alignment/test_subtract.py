"""A subtraction shows follow-up minus reference: its sign, its unit, and nothing where nothing changed."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tracker.alignment import subtraction
from tracker.errors import ImageError

MM = (2.4, 2.4)
SPOT = (slice(60, 72), slice(40, 52))


@pytest.fixture
def body() -> NDArray[np.float64]:
    rows, cols = np.indices((160, 96))
    return 12.0 * (np.hypot((rows - 80) / 70, (cols - 48) / 36) < 1)


def _seen(mean: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).poisson(mean).astype(np.float64)


def test_noise_alone_has_unit_spread(body: NDArray[np.float64]) -> None:
    found = subtraction(_seen(body, 1), _seen(3.0 * body, 2), MM)
    inside = body > 0
    assert found.standard_deviations[inside].std() == pytest.approx(1.0, abs=0.15)
    assert abs(found.standard_deviations[inside].mean()) < 0.25
    assert found.uptake_ratio[inside].mean() == pytest.approx(1.0, abs=0.02)
    assert found.scale == pytest.approx(1 / 3, rel=0.02)


@pytest.mark.parametrize(("factor", "sign"), [(2.0, 1), (0.4, -1)])
def test_a_rise_is_positive_and_a_fall_negative(body: NDArray[np.float64], factor: float, sign: int) -> None:
    later = body.copy()
    later[SPOT] *= factor
    found = subtraction(_seen(body, 3), _seen(0.5 * later, 4), MM)
    assert sign * found.standard_deviations[66, 46] > 4
    assert found.uptake_ratio[66, 46] == pytest.approx(factor, rel=0.2)
    assert np.abs(found.standard_deviations[110:130, 40:56]).max() < 4.5


def test_exchanging_the_visits_turns_the_sign(body: NDArray[np.float64]) -> None:
    first, second = _seen(body, 5), _seen(1.7 * body, 6)
    there, back = subtraction(first, second, MM), subtraction(second, first, MM)
    np.testing.assert_allclose(there.standard_deviations, -back.standard_deviations, atol=0.05)


def test_where_one_did_not_look_nothing_changed(body: NDArray[np.float64]) -> None:
    seen = np.ones(body.shape, dtype=bool)
    seen[:50] = False
    cut = _seen(body, 7)
    cut[:50] = 0
    found = subtraction(_seen(body, 8), cut, MM, seen)
    assert (found.standard_deviations[:50] == 0).all()
    assert (found.uptake_ratio[:50] == 1).all()
    assert np.abs(found.standard_deviations[50:]).max() < 5


def test_two_grids_are_refused(body: NDArray[np.float64]) -> None:
    with pytest.raises(ImageError):
        subtraction(body, body[:-1], MM)
