"""Lessons about injection sites: the right cells are asked for, and nothing where there is nothing."""

import numpy as np
import pytest

from tracker.records.regions import FINE_LABEL
from tracker.simulation.teaching.frame import reference_frame
from tracker.simulation.vein_teaching.drawn import drawn_visits
from tracker.simulation.vein_teaching.visits import lesson_about
from tracker.skeleton.arms import ABOVE_ELBOW, STRIP
from tracker.skeleton.vein import CELL_PX, CHANNELS

SHAPE = (320, 200)
ELBOW_ROW, LEFT_COLS, RIGHT_COLS = 120, (150, 158), (42, 50)


def body() -> tuple[np.ndarray, np.ndarray]:
    """Return flat counts and two arms that hang down."""
    labels = np.zeros(SHAPE, dtype=np.uint8)
    for side, cols in (("left", LEFT_COLS), ("right", RIGHT_COLS)):
        labels[30:ELBOW_ROW, slice(*cols)] = FINE_LABEL[f"humerus_{side}"]
        labels[ELBOW_ROW:216, slice(*cols)] = FINE_LABEL[f"forearm_{side}"]
    return np.full((2, *SHAPE), 3.0, dtype=np.float32), np.stack([labels, labels])


def site_at(row: int, col: int) -> np.ndarray:
    """Return a site of 9 by 9 pixels."""
    site = np.zeros(SHAPE, dtype=bool)
    site[row - 4 : row + 5, col - 4 : col + 5] = True
    return site


@pytest.mark.parametrize(("arm", "cols"), [(0, LEFT_COLS), (1, RIGHT_COLS)])
def test_the_cells_of_the_site_are_asked_for(arm: int, cols: tuple[int, int]) -> None:
    lesson = lesson_about(*body(), site_at(ELBOW_ROW, sum(cols) // 2))
    assert lesson is not None
    assert lesson.channels.shape == (2, *STRIP, CHANNELS)
    assert not lesson.accepted[1 - arm].any()
    middle = np.argwhere(lesson.accepted[arm]).mean(axis=0) * CELL_PX
    assert np.abs(middle - [ABOVE_ELBOW, STRIP[1] / 2]).max() < 2 * CELL_PX


def test_without_a_site_no_cell_is_asked_for() -> None:
    lesson = lesson_about(*body(), np.zeros(SHAPE, dtype=bool))
    assert lesson is not None
    assert not lesson.accepted.any()


def test_a_site_off_the_arms_teaches_nothing() -> None:
    assert lesson_about(*body(), site_at(300, 100)) is None


def test_drawn_visits_follow_their_number() -> None:
    first, again = (drawn_visits(reference_frame(), 0) for _ in (0, 1))
    assert len(first) == len(again) > 0
    assert all(np.array_equal(a.channels, b.channels) for a, b in zip(first, again, strict=True))
    assert any(lesson.accepted.any() for lesson in first)
