"""The skeleton of one patient in patient space."""

import numpy as np
import pytest
from skeleton_people import SPACING_MM, Patient, patient_of

from tracker.errors import SettingsError, SkeletonError
from tracker.phantom import (
    Scenario,
    Scene,
    expected_images,
    observed_views,
    sample_person,
    sample_pose,
    shape_of,
    simulate_course,
)
from tracker.records.alignment import SpaceImage
from tracker.records.regions import FINE_LABEL, WHOLE_LABEL, Level
from tracker.records.skeleton import SkeletonMap
from tracker.records.view import Projection
from tracker.settings.phantom import Camera
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton import fit_skeleton

AXIAL = ("thoracic_spine", "lumbar_spine", "sacrum", "ribs_left", "ribs_right", "sternum")


def images_of(patient: Patient) -> tuple[SpaceImage, ...]:
    return tuple(
        SpaceImage(projection=v.projection, counts=v.anatomical_counts, total_counts=v.total_counts)
        for v in patient.views
    )


@pytest.fixture(scope="module")
def fitted(patient: Patient) -> SkeletonMap:
    return fit_skeleton(images_of(patient), SPACING_MM, SkeletonSettings())


def test_patient_space_and_stored_pixels_agree(fitted: SkeletonMap, found: SkeletonMap) -> None:
    assert np.array_equal(fitted.labels("ANTERIOR"), found.labels("ANTERIOR"))
    assert np.array_equal(fitted.labels("POSTERIOR"), found.labels("POSTERIOR")[:, ::-1])


def test_left_lies_at_high_columns(fitted: SkeletonMap) -> None:
    for projection in Projection:
        labels = fitted.labels(projection)
        for base in ("femur", "humerus", "hip_bone", "lower_leg"):
            left, right = (np.argwhere(labels == WHOLE_LABEL[f"{base}_{side}"])[:, 1] for side in ("left", "right"))
            assert np.median(left) > np.median(right)


def test_order_of_images_does_not_matter(patient: Patient, fitted: SkeletonMap) -> None:
    again = fit_skeleton(images_of(patient)[::-1], SPACING_MM, SkeletonSettings())
    assert [view.projection for view in again.views] == [view.projection for view in fitted.views]
    assert np.array_equal(again.labels("ANTERIOR"), fitted.labels("ANTERIOR"))


def test_counts_scale_leaves_labels(patient: Patient, fitted: SkeletonMap) -> None:
    tripled = [
        SpaceImage(projection=i.projection, counts=3 * i.counts, total_counts=3 * i.total_counts)
        for i in images_of(patient)
    ]
    again = fit_skeleton(tripled, SPACING_MM, SkeletonSettings())
    assert (again.labels("ANTERIOR") == fitted.labels("ANTERIOR")).mean() > 0.9995


def test_expected_uptake_is_about_one_on_bone(fitted: SkeletonMap) -> None:
    bone = np.concatenate([view.expected[view.labels > 0] for view in fitted.views])
    assert bone.mean() == pytest.approx(1, abs=0.35)
    for view in fitted.views:
        assert (view.expected > 0).all()
        assert (view.spread >= 0).all()
        assert view.expected[view.body & (view.labels == 0)].mean() < bone.mean()
        assert view.body[view.labels > 0].mean() > 0.9


def test_fine_labels_lie_in_order(fitted: SkeletonMap) -> None:
    labels = fitted.labels("ANTERIOR", Level.FINE)
    for names in (
        [f"thoracic_spine_{part}" for part in ("upper", "middle", "lower")],
        [f"femur_{part}_left" for part in ("proximal", "shaft", "distal")],
    ):
        rows = [np.argwhere(labels == FINE_LABEL[name])[:, 0].mean() for name in names]
        assert rows == sorted(rows)


@pytest.mark.parametrize(("scenario", "expected"), [(Scenario.SUPERSCAN, True), (Scenario.PROGRESSION, False)])
def test_a_superscan_is_told_from_many_lesions(scenario: Scenario, expected: bool) -> None:
    study = simulate_course(scenario, 1003, visits=2).visits[-1].study
    images = [
        SpaceImage(projection=v.projection, counts=v.anatomical_counts, total_counts=v.total_counts)
        for v in study.views
    ]
    assert fit_skeleton(images, study.views[0].anatomical_spacing_mm, SkeletonSettings()).superscan is expected


def test_a_superscan_is_recognised() -> None:
    rng = np.random.default_rng(4)
    shape, pose = shape_of(sample_person(rng)), sample_pose(rng)
    sick = dict.fromkeys((*AXIAL, "hip_bone_left", "hip_bone_right", "skull"), 8.0)
    expected = expected_images(Scene(shape=shape, pose=pose, region_factor=sick), Camera())
    images = [
        SpaceImage(projection=v.projection, counts=v.anatomical_counts, total_counts=v.total_counts)
        for v in observed_views(expected, rng)
    ]
    assert fit_skeleton(images, Camera().spacing_mm, SkeletonSettings()).superscan


def test_arms_raised_are_still_arms() -> None:
    raised = patient_of(
        5, shoulder_left=(0.0, 150.0, 0.0), shoulder_right=(0.0, 150.0, 0.0), elbow_left=(0.0, 0.0, 0.0)
    )
    fitted = fit_skeleton(images_of(raised), SPACING_MM, SkeletonSettings())
    truth = raised.truth[Projection.ANTERIOR].labels
    labels = fitted.labels("ANTERIOR", Level.FINE)
    for name in ("humerus_left", "humerus_right"):
        assert (labels[truth == FINE_LABEL[name]] == FINE_LABEL[name]).mean() > 0.4


def test_nothing_to_fit_is_refused(patient: Patient) -> None:
    with pytest.raises(SkeletonError):
        fit_skeleton((), SPACING_MM, SkeletonSettings())
    empty = SpaceImage(projection=Projection.ANTERIOR, counts=np.zeros((80, 60)), total_counts=0.0)
    with pytest.raises(SkeletonError):
        fit_skeleton((empty,), SPACING_MM, SkeletonSettings())


def test_settings_out_of_range_are_refused() -> None:
    for wrong in ({"site_level": 1.5}, {"site_contrast": 0.5}, {"body_blur_mm": 0.0}):
        with pytest.raises(SettingsError):
            SkeletonSettings(**wrong)
