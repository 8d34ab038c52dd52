"""Bladder and injection site of one visit."""

from dataclasses import replace

import numpy as np
import pytest
from skeleton_people import SPACING_MM, Patient

from tracker.records.skeleton import Physiologic, SkeletonMap
from tracker.records.view import Projection
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton import refine_physiologic


def middle_mm(mask: np.ndarray) -> np.ndarray:
    return np.argwhere(mask).mean(axis=0) * SPACING_MM


@pytest.mark.parametrize("site", [Physiologic.BLADDER, Physiologic.INJECTION_SITE])
@pytest.mark.parametrize("projection", list(Projection))
def test_sites_are_found_where_they_are(
    patient: Patient, found: SkeletonMap, projection: Projection, site: Physiologic
) -> None:
    index = list(Projection).index(projection)
    refined = refine_physiologic(patient.views[index], found.views[index], SkeletonSettings())
    truth, mask = patient.truth[projection].physiologic == site, refined.physiologic == site
    assert mask.any()
    assert np.hypot(*(middle_mm(mask) - middle_mm(truth))) < 15


def test_only_the_sites_change(patient: Patient, found: SkeletonMap) -> None:
    refined = refine_physiologic(patient.views[0], found.views[0], SkeletonSettings())
    assert refined.labels is found.views[0].labels
    assert refined.physiologic.shape == found.views[0].physiologic.shape


def test_an_empty_image_changes_nothing(patient: Patient, found: SkeletonMap) -> None:
    empty = replace(patient.views[0], counts=np.zeros_like(patient.anterior))
    assert refine_physiologic(empty, found.views[0], SkeletonSettings()) is found.views[0]
