"""The phantom finds back what was planted."""

import numpy as np
import pytest

from tracker.phantom import SimulatedCourse, simulate_course
from tracker.records.view import Projection


@pytest.fixture(scope="module")
def course() -> SimulatedCourse:
    return simulate_course("stable", 1, visits=2, known_lesions=4)


def test_same_seed_same_counts(course: SimulatedCourse) -> None:
    again = simulate_course("stable", 1, visits=2, known_lesions=4)
    for first, second in zip(course.studies, again.studies, strict=True):
        for view, other in zip(first.views, second.views, strict=True):
            assert np.array_equal(view.counts, other.counts)


@pytest.mark.parametrize("projection", list(Projection))
def test_a_lesion_adds_counts_where_the_truth_says(course: SimulatedCourse, projection: Projection) -> None:
    truth = course.visits[0].truth(projection)
    for lesion in truth.lesions:
        row, col = round(lesion.row_px), round(lesion.col_px)
        near = truth.expected_lesions[row - 6 : row + 7, col - 6 : col + 7]
        assert near.sum() > 0.3 * lesion.excess_counts
