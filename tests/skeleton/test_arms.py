"""Strips follow arms, from the same place on, mirrored, also where bones are missing."""

import numpy as np
import pytest
from painted_arms import COLS, ELBOW, ROWS, SHAPE, WRIST, labels

from tracker.records.regions import FINE_LABEL
from tracker.skeleton.arms import ABOVE_ELBOW, FOREARM, STRIP, WIDTH, arm_strips, covered, sampled

CLOSE_PX = 3.0


def middle(strip: np.ndarray, row: int) -> np.ndarray:
    """Return the place of the middle of one row of a strip."""
    return np.asarray(strip[row].mean(axis=0))


@pytest.mark.parametrize(
    "bones", [("humerus", "forearm", "hand"), ("humerus", "forearm"), ("forearm", "hand"), ("forearm",), ("humerus",)]
)
def test_strips_follow_the_arm_whatever_is_named(bones: tuple[str, ...]) -> None:
    strip = arm_strips([labels(*bones)])["left"]
    assert strip.shape == (*STRIP, 2)
    assert np.abs(middle(strip, ABOVE_ELBOW) - ELBOW).max() < 2 * CLOSE_PX
    assert np.abs(middle(strip, ABOVE_ELBOW + FOREARM) - WRIST).max() < 4 * CLOSE_PX
    assert np.abs(strip[..., 1].mean(axis=1) - np.mean(COLS)).max() < CLOSE_PX
    assert (np.diff(strip[:, 0, 0]) > 0).all()


def test_a_hand_alone_is_followed_up_and_down() -> None:
    strip = arm_strips([labels("hand")])["left"]
    assert np.abs(middle(strip, ABOVE_ELBOW + FOREARM)[0] - ROWS["hand"][0]) < CLOSE_PX


def test_arms_are_mirrored() -> None:
    seen = labels("humerus", "forearm", "hand")
    seen[130, 150] = 0
    strips = arm_strips([seen])
    assert strips["left"][0, 0, 1] < strips["left"][0, -1, 1]
    assert strips["right"][0, 0, 1] > strips["right"][0, -1, 1]
    image = np.indices(SHAPE)[1].astype(np.float32)
    image = np.minimum(image, SHAPE[1] - 1 - image)
    left, right = (sampled(image, strips[side]) for side in ("left", "right"))
    assert np.abs(left - right).max() < CLOSE_PX


def test_a_hand_far_from_its_forearm_bends_nothing() -> None:
    seen = labels("humerus", "forearm")
    plain = arm_strips([seen])["left"]
    seen[230:262, 96:104] = FINE_LABEL["hand_left"]
    assert np.allclose(arm_strips([seen])["left"], plain)


def test_bones_of_either_view_count() -> None:
    strips = arm_strips([labels("humerus"), labels("forearm", "hand")])
    assert np.allclose(strips["left"], arm_strips([labels("humerus", "forearm", "hand")])["left"])


def test_no_arm_no_strip() -> None:
    assert arm_strips([labels()]) == {}


def test_beyond_the_image_there_is_nothing() -> None:
    strip = arm_strips([labels("humerus", "forearm", "hand")])["left"] + [0, 500]
    assert not sampled(np.ones(SHAPE), strip.astype(np.float32)).any()


def test_strips_cover_the_arm_and_not_the_spine() -> None:
    mask = covered(arm_strips([labels("humerus", "forearm", "hand")]).values(), SHAPE)
    assert mask[ELBOW]
    assert not mask[ELBOW[0], SHAPE[1] // 2]
    assert mask[ELBOW[0]].sum() == pytest.approx(2 * WIDTH, abs=4)
