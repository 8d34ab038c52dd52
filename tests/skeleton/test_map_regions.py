"""Bones found on people with known truth, whichever way the images come."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from tracker.errors import ImageError, SkeletonError
from tracker.phantom import (
    Scene,
    ViewTruth,
    expected_images,
    observed_views,
    sample_conditions,
    sample_person,
    sample_pose,
    shape_of,
    view_truth,
)
from tracker.records.regions import WHOLE_REGIONS, mirrored_name, whole_labels
from tracker.records.skeleton import SkeletonMap
from tracker.records.view import Projection, View
from tracker.settings.phantom import Camera
from tracker.skeleton import map_regions

SPACING_MM = (2.4, 2.4)


@dataclass(frozen=True)
class Patient:
    anterior: NDArray[np.float64]
    posterior: NDArray[np.float64]
    truth: dict[Projection, ViewTruth]
    views: tuple[View, ...]


@pytest.fixture(scope="module")
def patient() -> Patient:
    rng = np.random.default_rng(3)
    scene = Scene(shape=shape_of(sample_person(rng)), pose=sample_pose(rng), conditions=sample_conditions(rng))
    expected = expected_images(scene, Camera(shape=(896, 240), spacing_mm=SPACING_MM))
    views = observed_views(expected, rng)
    truth = {side: view_truth(expected, side) for side in Projection}
    return Patient(views[0].counts, views[1].counts, truth, views)


@pytest.fixture(scope="module")
def found(patient: Patient) -> SkeletonMap:
    return map_regions(anterior=patient.anterior, posterior=patient.posterior, spacing_mm=SPACING_MM)


def macro_dice(found: NDArray[np.uint8], truth: NDArray[np.uint8]) -> float:
    scores = []
    for number in range(1, len(WHOLE_REGIONS) + 1):
        first, second = found == number, truth == number
        if second.sum() >= 20:
            scores.append(2 * (first & second).sum() / (first.sum() + second.sum()))
    return float(np.mean(scores))


@pytest.mark.parametrize("projection", list(Projection))
def test_bones_are_found(patient: Patient, found: SkeletonMap, projection: Projection) -> None:
    truth = whole_labels(patient.truth[projection].labels)
    assert macro_dice(found.labels(projection), truth) > 0.5
    assert found.labels(projection).dtype == np.uint8


def test_left_is_left(patient: Patient, found: SkeletonMap) -> None:
    for projection in Projection:
        labels, truth = found.labels(projection), whole_labels(patient.truth[projection].labels)
        for number, region in enumerate(WHOLE_REGIONS, 1):
            other = [r.name for r in WHOLE_REGIONS].index(mirrored_name(region.name)) + 1
            if region.side and (truth == number).sum() >= 20:
                assert (labels[truth == number] == other).mean() < 0.05
    assert found.laterality


def test_same_input_same_map(patient: Patient, found: SkeletonMap) -> None:
    again = map_regions(anterior=patient.anterior, posterior=patient.posterior, spacing_mm=SPACING_MM)
    for first, second in zip(found.views, again.views, strict=True):
        for name in ("labels", "expected", "spread", "body", "physiologic"):
            assert getattr(first, name).tobytes() == getattr(second, name).tobytes()


def test_input_is_not_changed(patient: Patient) -> None:
    counts = patient.anterior.copy()
    map_regions(anterior=counts, spacing_mm=SPACING_MM)
    assert np.array_equal(counts, patient.anterior)


@pytest.mark.parametrize("bad", [np.zeros((3, 4, 5)), np.full((8, 8), -1.0), np.full((8, 8), np.nan), np.zeros((0, 8))])
def test_what_is_no_image_is_refused(bad: NDArray[np.float64]) -> None:
    with pytest.raises(ImageError):
        map_regions(anterior=bad, spacing_mm=SPACING_MM)


def test_nothing_to_label_is_said() -> None:
    with pytest.raises(SkeletonError):
        map_regions(spacing_mm=SPACING_MM)
    with pytest.raises(SkeletonError):
        map_regions(anterior=np.zeros((64, 64)), spacing_mm=SPACING_MM)
    with pytest.raises(SkeletonError):
        map_regions(anterior=np.ones((64, 64)), posterior=np.ones((64, 60)), spacing_mm=SPACING_MM)
