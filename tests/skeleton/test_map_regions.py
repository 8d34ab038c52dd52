"""Bones found on people with known truth, whichever way the images come."""

import numpy as np
import pytest
from numpy.typing import NDArray
from skeleton_people import SPACING_MM, Patient, macro_dice

from tracker.errors import ImageError, SkeletonError
from tracker.records.regions import WHOLE_REGIONS, mirrored_name, whole_labels
from tracker.records.skeleton import SkeletonMap
from tracker.records.view import Projection
from tracker.skeleton import map_regions


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


def test_a_body_upside_down_is_turned(patient: Patient, found: SkeletonMap) -> None:
    turned = map_regions(anterior=patient.anterior[::-1], posterior=patient.posterior[::-1], spacing_mm=SPACING_MM)
    for projection in Projection:
        assert macro_dice(turned.labels(projection)[::-1], found.labels(projection)) > 0.95
    assert "feet first" in turned.laterality[0]


def test_a_body_lying_across_is_turned(patient: Patient, found: SkeletonMap) -> None:
    across = map_regions(anterior=np.rot90(patient.anterior), spacing_mm=SPACING_MM)
    assert macro_dice(np.rot90(across.labels("ANTERIOR"), -1), found.labels("ANTERIOR")) > 0.8
    assert "lying across" in across.laterality[0]


def test_a_mirrored_posterior_is_noticed(patient: Patient, found: SkeletonMap) -> None:
    mirrored = map_regions(anterior=patient.anterior, posterior=patient.posterior[:, ::-1], spacing_mm=SPACING_MM)
    assert "stored mirrored" in mirrored.laterality[0]
    assert np.array_equal(mirrored.labels("POSTERIOR")[:, ::-1], found.labels("POSTERIOR"))


@pytest.mark.parametrize("projection", list(Projection))
def test_one_view_is_enough(patient: Patient, projection: Projection) -> None:
    counts = {Projection.ANTERIOR: patient.anterior, Projection.POSTERIOR: patient.posterior}[projection]
    alone = map_regions(**{projection.lower(): counts}, spacing_mm=SPACING_MM)
    assert [view.projection for view in alone.views] == [projection]
    assert macro_dice(alone.labels(projection), whole_labels(patient.truth[projection].labels)) > 0.6


def test_half_a_body_is_labelled_and_the_rest_called_absent(patient: Patient) -> None:
    half = map_regions(anterior=patient.anterior[:420], posterior=patient.posterior[:420], spacing_mm=SPACING_MM)
    truth = whole_labels(patient.truth[Projection.ANTERIOR].labels[:420])
    present = [n for n in range(1, len(WHOLE_REGIONS) + 1) if (truth == n).sum() > 400]
    labels = half.labels("ANTERIOR")
    assert np.mean([(labels[truth == n] == n).mean() for n in present]) > 0.6
    for name in ("foot_left", "foot_right", "lower_leg_left", "lower_leg_right"):
        assert half.not_evaluable[name] == "outside the field of view"
    assert "skull" not in half.not_evaluable


def test_all_is_evaluable_on_a_whole_body(found: SkeletonMap) -> None:
    assert set(found.not_evaluable) <= {"hand_left", "hand_right"}
    assert not found.superscan
    assert 0.5 < found.fit_quality <= 1


@pytest.mark.parametrize(("factor", "least"), [(0.7, 0.55), (1.15, 0.55)])
def test_size_does_not_matter(patient: Patient, factor: float, least: float) -> None:
    scaled = map_regions(
        anterior=patient.anterior,
        posterior=patient.posterior,
        spacing_mm=(SPACING_MM[0] * factor, SPACING_MM[1] * factor),
    )
    assert macro_dice(scaled.labels("ANTERIOR"), whole_labels(patient.truth[Projection.ANTERIOR].labels)) > least


def test_coarse_pixels_are_enough(patient: Patient) -> None:
    coarse = patient.anterior.reshape(224, 4, 72, 4).sum(axis=(1, 3))
    found = map_regions(anterior=coarse, spacing_mm=(4 * SPACING_MM[0], 4 * SPACING_MM[1]))
    labels = found.labels("ANTERIOR")
    truth = whole_labels(patient.truth[Projection.ANTERIOR].labels)[2::4, 2::4]
    assert labels.shape == (224, 72)
    assert macro_dice(labels, truth) > 0.45


def test_pixels_need_not_be_square(patient: Patient, found: SkeletonMap) -> None:
    flat = patient.anterior.reshape(448, 2, 288).sum(axis=1)
    other = patient.posterior.reshape(448, 2, 288).sum(axis=1)
    again = map_regions(anterior=flat, posterior=other, spacing_mm=(2 * SPACING_MM[0], SPACING_MM[1]))
    assert macro_dice(again.labels("ANTERIOR").repeat(2, axis=0), found.labels("ANTERIOR")) > 0.85
