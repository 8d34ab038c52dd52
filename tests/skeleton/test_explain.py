"""What the template sees does not depend on which way a body faces, nor on how pixels fall into cells."""

import numpy as np
import pytest
from numpy.typing import NDArray
from skeleton_people import SPACING_MM, Patient, macro_dice

from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.explain import Explanation, explain
from tracker.skeleton.grid import body_on_grid
from tracker.skeleton.template import OTHER_SIDE, the_template

Image = NDArray[np.float32]


@pytest.fixture(scope="module")
def body(patient: Patient) -> Image:
    counts = [np.ascontiguousarray(view.anatomical_counts).astype(np.float32) for view in patient.views]
    return np.stack(body_on_grid(counts, SPACING_MM, SkeletonSettings())[0])


@pytest.fixture(scope="module")
def seen(body: Image) -> Explanation:
    return explain(body, the_template())


def _named(seen: Explanation, index: int) -> NDArray[np.uint8]:
    return seen.chances[index].argmax(axis=0).astype(np.uint8)


def test_probabilities_of_every_pixel_sum_to_one(seen: Explanation) -> None:
    for chances in seen.chances.values():
        assert chances.min() >= 0
        assert np.allclose(chances.sum(axis=0), 1, atol=1e-4)


def test_a_mirrored_body_has_the_other_sides_bones(body: Image, seen: Explanation) -> None:
    mirrored = explain(np.ascontiguousarray(body[..., ::-1]), the_template())
    for index in (0, 1):
        named = OTHER_SIDE.astype(np.uint8)[_named(mirrored, index)][:, ::-1]
        assert macro_dice(named, _named(seen, index)) > 0.95


@pytest.mark.parametrize("axis", [1, 2])
def test_a_body_moved_by_a_pixel_keeps_its_bones(body: Image, seen: Explanation, axis: int) -> None:
    moved = explain(np.roll(body, 1, axis=axis), the_template())
    for index in (0, 1):
        assert macro_dice(np.roll(_named(moved, index), -1, axis=axis - 1), _named(seen, index)) > 0.95


@pytest.mark.parametrize("index", [0, 1])
def test_a_view_that_is_not_given_has_no_bones(body: Image, index: int) -> None:
    alone = np.zeros_like(body)
    alone[index] = body[index]
    assert set(explain(alone, the_template()).chances) == {index}
