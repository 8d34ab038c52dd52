"""How readily regions are named is settled so that each is named as often as it is true."""

import numpy as np
import pytest

from tracker.simulation.teaching.balance import FURTHEST, LEAST_PX, shift_of
from tracker.skeleton.template import LABEL_COUNT


def odds_of(chance_of_first: float, pixels: int) -> np.ndarray:
    """Return log-probabilities of pixels that are the first region or background, spread about a chance."""
    rng = np.random.default_rng(1)
    score = np.log(chance_of_first / (1 - chance_of_first)) + rng.normal(0, 1, pixels)
    odds = np.full((LABEL_COUNT, pixels), -20.0, dtype=np.float32)
    odds[0], odds[1] = -np.log1p(np.exp(score)), -np.log1p(np.exp(-score))
    return odds


@pytest.mark.parametrize("chance", [0.4, 0.6])
def test_a_region_named_too_often_or_too_seldom_is_named_as_often_as_it_is_true(chance: float) -> None:
    odds = odds_of(chance, 20_000)
    true = np.where(np.arange(20_000) < 10_000, 1, 0).astype(np.uint8)
    before = (odds.argmax(axis=0) == 1).sum()
    shift = shift_of(odds, true)
    after = ((odds + shift[:, None]).argmax(axis=0) == 1).sum()
    assert abs(before - 10_000) > 2_000
    assert abs(after - 10_000) < 2 * LEAST_PX
    assert shift[0] == 0


def test_no_region_is_shifted_far_beyond_the_others() -> None:
    odds = odds_of(0.01, 20_000)
    true = np.ones(20_000, dtype=np.uint8)
    shift = shift_of(odds, true)
    assert np.ptp(shift[1:]) <= 2 * FURTHEST + 1e-9
