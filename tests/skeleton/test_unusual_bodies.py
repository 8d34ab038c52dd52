"""Limbs that are missing or cold, sites on both views: what cannot be measured is said, the rest is named."""

import numpy as np
import pytest
from numpy.typing import NDArray
from skeleton_people import SPACING_MM, Patient, patient_of

from tracker.records.regions import WHOLE_LABEL, whole_labels
from tracker.records.skeleton import Physiologic, SkeletonMap
from tracker.records.view import Projection
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton import map_regions, refine_physiologic

AIR = 0.02
"""Counts per pixel beside the body."""


def _truth(patient: Patient, projection: Projection, name: str) -> NDArray[np.bool_]:
    return whole_labels(patient.truth[projection].labels) == WHOLE_LABEL[name]


def _amputated(patient: Patient, projection: Projection) -> NDArray[np.float64]:
    """Return counts without anything of the left leg below the knee."""
    counts = patient.anterior if projection is Projection.ANTERIOR else patient.posterior
    lost = _truth(patient, projection, "lower_leg_left") | _truth(patient, projection, "foot_left")
    rows, cols = np.flatnonzero(lost.any(axis=1)), np.flatnonzero(lost.any(axis=0))
    other = _truth(patient, projection, "lower_leg_right") | _truth(patient, projection, "foot_right")
    middle = (np.argwhere(lost)[:, 1].mean() + np.argwhere(other)[:, 1].mean()) / 2
    columns = np.arange(counts.shape[1])
    side = columns > middle if cols.mean() > middle else columns < middle
    gone = counts.copy()
    shape = (counts.shape[0] - rows[0] - 12, int(side.sum()))
    gone[rows[0] + 12 :, side] = np.random.default_rng(5).poisson(AIR, shape)
    return gone


@pytest.fixture(scope="module")
def one_leg(patient: Patient) -> SkeletonMap:
    return map_regions(
        anterior=_amputated(patient, Projection.ANTERIOR),
        posterior=_amputated(patient, Projection.POSTERIOR),
        spacing_mm=SPACING_MM,
    )


def test_a_missing_leg_is_not_measured(one_leg: SkeletonMap) -> None:
    assert {"lower_leg_left", "foot_left"} <= set(one_leg.not_evaluable)
    assert "lower_leg_right" not in one_leg.not_evaluable


def test_the_other_leg_keeps_its_name(patient: Patient, one_leg: SkeletonMap) -> None:
    for name in ("lower_leg_right", "femur_left", "femur_right"):
        found, truth = (
            one_leg.labels("ANTERIOR") == WHOLE_LABEL[name],
            _truth(patient, Projection.ANTERIOR, name),
        )
        assert 2 * (found & truth).sum() / (found.sum() + truth.sum()) > 0.75, name


@pytest.mark.parametrize(("seed", "site"), [(3, Physiologic.BLADDER), (5, Physiologic.INJECTION_SITE)])
def test_sites_are_outlined_on_both_views(seed: int, site: Physiologic) -> None:
    patient = patient_of(seed)
    found = map_regions(anterior=patient.anterior, posterior=patient.posterior, spacing_mm=SPACING_MM)
    refined = refine_physiologic(patient.views, found.views, SkeletonSettings())
    assert [view.projection for view in refined] == [view.projection for view in patient.views]
    for view in refined:
        truth, mask = patient.truth[view.projection].physiologic == site, view.physiologic == site
        assert truth.any()
        assert 2 * (truth & mask).sum() / (truth.sum() + mask.sum()) > 0.6, view.projection


def test_one_view_is_refined_by_itself(patient: Patient, found: SkeletonMap) -> None:
    alone = refine_physiologic(patient.views[:1], found.views[:1], SkeletonSettings())
    assert (alone[0].physiologic == Physiologic.BLADDER).any()


@pytest.mark.parametrize("seed", [11, 12])
def test_bent_elbows_leave_arms_named(seed: int) -> None:
    bent = patient_of(seed, elbow_left=(0.0, 25.0, 0.0), elbow_right=(0.0, -25.0, 0.0))
    mapped = map_regions(anterior=bent.anterior, posterior=bent.posterior, spacing_mm=SPACING_MM)
    for name in ("humerus_left", "humerus_right"):
        found, truth = mapped.labels("ANTERIOR") == WHOLE_LABEL[name], _truth(bent, Projection.ANTERIOR, name)
        assert 2 * (found & truth).sum() / (found.sum() + truth.sum()) > 0.7, name
