"""What the camera makes of a body."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.phantom import (
    Conditions,
    Expected,
    LesionState,
    Pose,
    Scene,
    Shape,
    SimulatedCourse,
    expected_images,
    observed_views,
    random_lesions,
    simulate_course,
    view_truth,
)
from tracker.phantom.body import Frame
from tracker.phantom.camera import splat
from tracker.phantom.visit import bone_factor, soft_factor
from tracker.records.regions import FINE_LABEL
from tracker.records.skeleton import Physiologic
from tracker.records.view import Projection
from tracker.settings.phantom import Camera


def test_counts_are_those_asked_for(healthy: Expected, camera: Camera) -> None:
    view = healthy.view(Projection.ANTERIOR)
    organs = sum(float(patch.image.sum()) for _, patch in view.organ_patches)
    background = camera.background_per_pixel * healthy.field.sum()
    asked = healthy.scene.conditions.anterior_counts
    with_scatter = view.total.sum() - background - asked
    assert organs < with_scatter < 2 * organs
    assert organs < 0.25 * asked


def test_nothing_is_counted_outside_the_field(shape: Shape, pose: Pose, camera: Camera) -> None:
    narrow = replace(camera, field_mm=(2100.0, 300.0))
    view = expected_images(Scene(shape=shape, pose=pose), narrow).view(Projection.POSTERIOR)
    assert np.flatnonzero(view.total.any(axis=0)).size == round(300 / 4.52)


def test_more_counts_leave_ratios(shape: Shape, pose: Pose, healthy: Expected, camera: Camera) -> None:
    conditions = replace(healthy.scene.conditions, anterior_counts=2 * healthy.scene.conditions.anterior_counts)
    twice = expected_images(replace(healthy.scene, conditions=conditions), camera)
    for projection in Projection:
        one, two = (found.view(projection).total[healthy.body] for found in (healthy, twice))
        assert (two - camera.background_per_pixel) == pytest.approx(2 * (one - camera.background_per_pixel), abs=0.02)


def test_noise_is_poisson_and_follows_the_generator(healthy: Expected) -> None:
    first, again, other = (observed_views(healthy, np.random.default_rng(seed))[0].counts for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    mean = healthy.view(Projection.ANTERIOR).total
    inside = mean > 5
    assert ((first - mean)[inside] ** 2 / mean[inside]).mean() == pytest.approx(1, abs=0.05)


def test_the_posterior_view_is_stored_mirrored(healthy: Expected) -> None:
    view = observed_views(healthy, np.random.default_rng(0))[1]
    labels = view_truth(healthy, Projection.POSTERIOR).labels
    cols = np.indices(labels.shape)[1]
    left, right = (cols[labels == FINE_LABEL[f"femur_shaft_{side}"]].mean() for side in ("left", "right"))
    assert left < right
    assert view.orientation.patient_left_first


def test_later_scans_show_less_soft_tissue(shape: Shape, pose: Pose, camera: Camera) -> None:
    def thigh_over_spine(hours: float) -> float:
        expected = expected_images(Scene(shape=shape, pose=pose, conditions=Conditions(uptake_time_h=hours)), camera)
        truth = view_truth(expected, Projection.POSTERIOR)
        soft = truth.body & (truth.labels == 0) & (np.indices(truth.labels.shape)[0] > 270)
        return float(truth.expected[soft].mean() / truth.expected[truth.labels == FINE_LABEL["lumbar_spine"]].mean())

    early, usual, late = (thigh_over_spine(hours) for hours in (1.5, 3.0, 5.0))
    assert early > 1.3 * usual > 1.3 * 1.3 * late


@given(st.floats(0.5, 12), st.floats(0.5, 12))
def test_bone_rises_and_soft_tissue_falls(one: float, other: float) -> None:
    early, late = sorted((one, other))
    assert bone_factor(early) <= bone_factor(late)
    assert soft_factor(early) >= soft_factor(late)
    assert bone_factor(3.0) == soft_factor(3.0) == 1


@given(st.lists(st.tuples(st.floats(-60, 60), st.floats(-60, 60)), min_size=1, max_size=30))
def test_laying_points_down_keeps_their_sum(places: list[tuple[float, float]]) -> None:
    frame = Frame(shape=(40, 50), spacing_mm=(4.0, 3.5), top_z_mm=78.0, right_x_mm=-85.0)
    place = np.array([[x, 0.0, z] for x, z in places], dtype=np.float32)
    weight = np.linspace(1, 2, len(place))
    assert splat(frame, place, weight).sum() == pytest.approx(weight.sum())


@settings(max_examples=3, deadline=None)
@given(st.integers(1, 99))
def test_a_lesion_adds_what_the_truth_says(shape: Shape, healthy: Expected, camera: Camera, seed: int) -> None:
    lesions = random_lesions(shape, ((LesionState(contrast=5.0),),) * 3, np.random.default_rng(seed))
    diseased = expected_images(replace(healthy.scene, lesions=lesions), camera)
    for projection in Projection:
        added = diseased.view(projection).total - healthy.view(projection).total
        assert added == pytest.approx(diseased.view(projection).lesions, abs=0.02)


def test_lesions_lie_where_the_truth_says(course: SimulatedCourse) -> None:
    for projection in Projection:
        truth = course.visits[1].truth(projection)
        assert len(truth.lesions) >= 6
        for lesion in truth.lesions:
            row, col = round(lesion.row_px), round(lesion.col_px)
            near = truth.expected_lesions[row - 4 : row + 5, col - 4 : col + 5]
            assert near.sum() > 0.5 * lesion.excess_counts


def test_story_lesions_can_be_seen(course: SimulatedCourse) -> None:
    for number, visit in enumerate(course.visits):
        found = (lesion for projection in Projection for lesion in visit.truth(projection).lesions)
        seen = {lesion.lesion_id for lesion in found if lesion.visible}
        first_shown = {
            lesion.lesion_id
            for lesion in course.lesions
            if lesion.states[number].present and not any(state.present for state in lesion.states[:number])
        }
        assert first_shown <= seen


def test_the_bladder_mask_covers_the_bladder(healthy: Expected) -> None:
    truth = view_truth(healthy, Projection.ANTERIOR)
    bladder = truth.physiologic == Physiologic.BLADDER
    row, col = np.unravel_index(np.argmax(truth.expected), truth.expected.shape)
    assert bladder[row, col]
    assert 400 < bladder.sum() * 4.52**2 < 12_000


def test_an_unknown_story_is_refused() -> None:
    with pytest.raises(ValueError, match="Scenario"):
        simulate_course("no such story", 1)
