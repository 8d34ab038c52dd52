"""Where bone pixels go between two visits."""

from dataclasses import replace

import numpy as np
import pytest

from tracker.phantom import Expected, SimulatedCourse, displacement_mm, expected_images
from tracker.phantom.scene import STORED
from tracker.records.view import Projection
from tracker.settings.phantom import Camera


def test_the_same_visit_does_not_move(healthy: Expected) -> None:
    for projection in Projection:
        found = displacement_mm(healthy, healthy, projection)
        assert found.valid.sum() > 3000
        assert np.abs(found.displacement_mm[found.valid]).max() < 1e-3
        assert np.isnan(found.displacement_mm[~found.valid]).all()


def test_a_shifted_visit_moves_by_the_shift(healthy: Expected, camera: Camera) -> None:
    down, left = healthy.scene.pose.shift_mm
    pose = replace(healthy.scene.pose, shift_mm=(down + 20.0, left - 12.0))
    shifted = expected_images(replace(healthy.scene, pose=pose), camera)
    for projection in Projection:
        found = displacement_mm(healthy, shifted, projection)
        moved = found.displacement_mm[found.valid]
        assert moved == pytest.approx(np.broadcast_to([20.0, -12.0], moved.shape), abs=0.01)
        assert found.spread_mm.max() < 0.05


def test_it_carries_lesions_to_their_place_at_the_other_visit(course: SimulatedCourse) -> None:
    first, second = course.visits[0], course.visits[1]
    for projection in Projection:
        found = displacement_mm(first.expected, second.expected, projection)
        there = {lesion.lesion_id: lesion for lesion in second.truth(projection).lesions}
        errors = []
        for lesion in first.truth(projection).lesions:
            here, other = (
                np.array(STORED[projection].point_to_anatomical((seen.row_px, seen.col_px), found.valid.shape))
                for seen in (lesion, there[lesion.lesion_id])
            )
            row, col = np.rint(here).astype(int)
            if found.valid[row, col]:
                errors.append(np.linalg.norm(here * 4.52 + found.displacement_mm[row, col] - other * 4.52))
        assert len(errors) >= 3
        assert np.median(errors) < 2.0
