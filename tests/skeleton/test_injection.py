"""One vein is told from worn joints: by its width, by lying in front, and by lying on a hand."""

import cv2
import numpy as np
import pytest

from tracker.errors import SettingsError
from tracker.records.regions import FINE_LABEL
from tracker.records.view import Projection
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.injection import VeinView, injection_seed

SETTINGS = SkeletonSettings(
    injection_hand_odds=1.0,
    injection_front_odds=2.0,
    injection_width_odds_per_mm=1.0,
    injection_width_mm=11.0,
    injection_least_odds=0.0,
)
ELBOW, OTHER_ELBOW, HAND = (30, 10), (32, 50), (60, 8)
"""Cells."""

SPOT_PX, BETWEEN_PX, JOINT_PX = 2.0, 3.4, 6.0
"""Standard deviation of the counts of a vein, of what might be either, and of a joint."""

ARM_COUNTS = 10.0
"""Counts per pixel of the arms."""


def labels() -> np.ndarray:
    """Return two forearms, a hand and a spine."""
    image = np.zeros((160, 120), dtype=np.uint8)
    image[50:110, 18:24] = FINE_LABEL["forearm_right"]
    image[50:110, 98:104] = FINE_LABEL["forearm_left"]
    image[114:130, 12:22] = FINE_LABEL["hand_right"]
    image[20:120, 56:64] = FINE_LABEL["lumbar_spine"]
    return image


def density(*spots: tuple[tuple[int, int], float, float]) -> np.ndarray:
    """Return flat counts with bumps: cell, standard deviation in pixels, and height."""
    image = np.full((160, 120), ARM_COUNTS, dtype=np.float32)
    rows, cols = np.indices(image.shape)
    for (row, col), sd, height in spots:
        image += height * np.exp(-((rows - 2 * row) ** 2 + (cols - 2 * col) ** 2) / (2 * sd**2)).astype(np.float32)
    return image


def chance_map(*places: tuple[tuple[int, int], float]) -> np.ndarray:
    """Return likely places of 3 x 3 cells."""
    image = np.zeros((80, 60), dtype=np.float32)
    for (row, col), chance in places:
        image[row - 1 : row + 2, col - 1 : col + 2] = chance
    return image


def both(chance: np.ndarray, anterior: np.ndarray, posterior: np.ndarray) -> list[VeinView]:
    """Return two views."""
    return [
        VeinView(projection=side, chance=chance, density=counts, labels=labels())
        for side, counts in zip(Projection, (anterior, posterior), strict=True)
    ]


def on_both(chance: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return injection_seed(both(chance, counts, counts), SETTINGS)


def test_one_likely_spot_is_the_injection_site() -> None:
    seed = on_both(chance_map((ELBOW, 0.9)), density((ELBOW, SPOT_PX, 40)))
    assert seed[ELBOW]
    assert seed.sum() == 9


def test_nothing_likely_is_none() -> None:
    assert not on_both(chance_map(), density((ELBOW, SPOT_PX, 40))).any()


def test_a_joint_is_wider_than_a_vein() -> None:
    likely = chance_map((ELBOW, 0.6))
    assert on_both(likely, density((ELBOW, SPOT_PX, 40)))[ELBOW]
    assert not on_both(likely, density((ELBOW, JOINT_PX, 40))).any()


def test_a_vein_lies_in_front() -> None:
    likely = chance_map((ELBOW, 0.3))
    front, back = density((ELBOW, BETWEEN_PX, 40)), density((ELBOW, BETWEEN_PX, 15))
    assert injection_seed(both(likely, front, back), SETTINGS)[ELBOW]
    assert not injection_seed(both(likely, back, front), SETTINGS).any()


def test_more_counts_of_a_view_are_no_front() -> None:
    likely, counts = chance_map((ELBOW, 0.3)), density((ELBOW, BETWEEN_PX, 40))
    assert not injection_seed(both(likely, 3 * counts, counts), SETTINGS).any()


def test_a_hand_needs_less_than_an_elbow() -> None:
    assert on_both(chance_map((HAND, 0.4)), density((HAND, BETWEEN_PX, 40)))[HAND]
    assert not on_both(chance_map((ELBOW, 0.4)), density((ELBOW, BETWEEN_PX, 40))).any()


def test_tracer_is_given_once() -> None:
    counts = density((ELBOW, SPOT_PX, 40), (OTHER_ELBOW, JOINT_PX, 40))
    seed = on_both(chance_map((ELBOW, 0.8), (OTHER_ELBOW, 0.9)), counts)
    assert seed[ELBOW]
    assert not seed[OTHER_ELBOW]


@pytest.mark.parametrize("side", Projection)
def test_one_view_is_enough(side: Projection) -> None:
    view = VeinView(
        projection=side,
        chance=chance_map((HAND, 0.9)),
        density=density((HAND, SPOT_PX, 40)),
        labels=labels(),
    )
    assert injection_seed([view], SETTINGS)[HAND]


def test_without_bones_there_is_still_an_answer() -> None:
    view = VeinView(
        projection=Projection.ANTERIOR,
        chance=chance_map((ELBOW, 0.95)),
        density=density((ELBOW, SPOT_PX, 40)),
        labels=np.zeros((160, 120), dtype=np.uint8),
    )
    assert injection_seed([view], SETTINGS)[ELBOW]


def test_a_place_at_the_edge_of_the_field_can_be_it() -> None:
    edge = (40, 0)
    chance = np.zeros((80, 60), dtype=np.float32)
    chance[39:42, :2] = 0.95
    assert on_both(cv2.GaussianBlur(chance, (0, 0), 0.5), density((edge, SPOT_PX, 40)))[40, 0]


def test_what_speaks_for_a_vein_cannot_speak_against_it() -> None:
    with pytest.raises(SettingsError):
        SkeletonSettings(injection_front_odds=-1.0)
