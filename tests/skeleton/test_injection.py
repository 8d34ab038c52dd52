"""One vein is told from worn joints: by its twin on the other arm, and by lying on a hand."""

import numpy as np
import pytest

from tracker.errors import SettingsError
from tracker.records.regions import FINE_LABEL
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.injection import injection_seed

SETTINGS = SkeletonSettings(injection_twin_share=0.4, injection_joint_odds=1.0, injection_least_odds=0.0)
ELBOW, OTHER_ELBOW, HAND = (30, 10), (32, 50), (60, 8)
"""Cells."""


def labels() -> np.ndarray:
    """Return two forearms, a hand and a spine."""
    image = np.zeros((160, 120), dtype=np.uint8)
    image[50:110, 18:24] = FINE_LABEL["forearm_right"]
    image[50:110, 98:104] = FINE_LABEL["forearm_left"]
    image[114:130, 12:22] = FINE_LABEL["hand_right"]
    image[20:120, 56:64] = FINE_LABEL["lumbar_spine"]
    return image


def chances(**places: float) -> np.ndarray:
    """Return two views with likely places."""
    cells = {"elbow": ELBOW, "other_elbow": OTHER_ELBOW, "hand": HAND}
    image = np.zeros((2, 80, 60), dtype=np.float32)
    for name, chance in places.items():
        row, col = cells[name]
        image[:, row - 1 : row + 2, col - 1 : col + 2] = chance
    return image


def seed_of(settings: SkeletonSettings = SETTINGS, **places: float) -> np.ndarray:
    return injection_seed(chances(**places), [labels()] * 2, settings)


def test_one_likely_place_is_the_injection_site() -> None:
    seed = seed_of(elbow=0.9)
    assert seed[ELBOW]
    assert seed.sum() == 9


def test_nothing_likely_is_none() -> None:
    assert not seed_of().any()
    assert not seed_of(elbow=0.3).any()


def test_elbows_hot_on_both_sides_are_worn() -> None:
    assert seed_of(elbow=0.8)[ELBOW]
    assert not seed_of(elbow=0.8, other_elbow=0.8).any()


def test_a_hand_needs_less_than_an_elbow() -> None:
    assert seed_of(hand=0.6)[HAND]
    assert not seed_of(elbow=0.6).any()


def test_tracer_is_given_once() -> None:
    seed = seed_of(elbow=0.85, hand=0.95)
    assert seed[HAND]
    assert not seed[ELBOW]


def test_one_view_is_enough() -> None:
    seen = chances(hand=0.9)
    seen[1] = 0
    assert injection_seed(seen, [labels()] * 2, SETTINGS)[HAND]


def test_without_bones_there_is_still_an_answer() -> None:
    empty = np.zeros((160, 120), dtype=np.uint8)
    assert injection_seed(chances(elbow=0.95), [empty], SETTINGS)[ELBOW]


def test_the_twins_share_is_a_share() -> None:
    with pytest.raises(SettingsError):
        SkeletonSettings(injection_twin_share=1.5)
