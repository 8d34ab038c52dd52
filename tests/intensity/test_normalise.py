"""What 1.0 means: found in spite of disease, of emptier soft tissue, and refused where no bone is healthy."""

from collections.abc import Callable

import numpy as np
import pytest

from tracker.intensity import normalisers, reference_bone, without_healthy_bone
from tracker.records.skeleton import SkeletonView
from tracker.records.study import Study
from tracker.records.uptake import NormaliserMethod
from tracker.settings.intensity import REFERENCE_REGIONS, IntensitySettings

MakeStudy = Callable[..., Study]
SkeletonViews = tuple[SkeletonView, ...]

SETTINGS = IntensitySettings()
PIXEL_MM2 = 2.4 * 2.4


def test_finds_the_scale_that_was_planted(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    for normaliser in normalisers(make_study("1", 20.0, 1, {}), skeleton_views, SETTINGS):
        assert normaliser.reliable
        assert normaliser.counts_per_mm2 == pytest.approx(20.0 / PIXEL_MM2, rel=0.01)
        # Soft tissue is taken for round, and this body is flat: up to 3 % of the bone is taken for tissue.
        assert normaliser.bone_counts_per_mm2 == pytest.approx(0.7 * 20.0 / PIXEL_MM2, rel=0.05)
        assert 0 < normaliser.relative_sd < 0.05


def test_disease_in_some_regions_is_outvoted(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    sick = dict.fromkeys(REFERENCE_REGIONS[1:6], 3.0)
    healthy, diseased = (
        normalisers(make_study("1", 20.0, 2, bone), skeleton_views, SETTINGS)[0] for bone in ({}, sick)
    )
    assert diseased.bone_counts_per_mm2 == pytest.approx(healthy.bone_counts_per_mm2, rel=0.02)


def test_emptier_soft_tissue_moves_bone_scale_little(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    early, late = (
        normalisers(make_study("1", 20.0, 3, {}, soft=soft), skeleton_views, SETTINGS)[0] for soft in (0.3, 0.15)
    )
    assert late.bone_counts_per_mm2 == pytest.approx(early.bone_counts_per_mm2, rel=0.02)


def test_superscan_is_called_unreliable(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    sick = dict.fromkeys((*REFERENCE_REGIONS, "sacrum"), 5.0)
    for normaliser in normalisers(make_study("1", 20.0, 4, sick, soft=0.15), skeleton_views, SETTINGS):
        assert not normaliser.reliable
        assert normaliser.reason.startswith("superscan")


def test_no_bone_is_healthy_in_a_superscan(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    study = make_study("1", 20.0, 1, {})
    for one in without_healthy_bone(normalisers(study, skeleton_views, SETTINGS)):
        assert not one.reliable
        assert one.reason.startswith("superscan")
    by_tissue = normalisers(study, skeleton_views, IntensitySettings(method=NormaliserMethod.SOFT_TISSUE))
    assert all(one.reliable for one in without_healthy_bone(by_tissue))


def test_no_reference_region_is_called_unreliable(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    few = IntensitySettings(reference_regions=("sacrum",))
    assert not normalisers(make_study("1", 20.0, 5, {}), skeleton_views, few)[0].reliable


@pytest.mark.parametrize("method", [NormaliserMethod.SOFT_TISSUE, NormaliserMethod.TOTAL_COUNTS])
def test_other_methods_scale_with_counts(
    make_study: MakeStudy, skeleton_views: SkeletonViews, method: NormaliserMethod
) -> None:
    settings = IntensitySettings(method=method)
    one, two = (normalisers(make_study("1", counts, 6, {}), skeleton_views, settings)[0] for counts in (20.0, 40.0))
    assert two.bone_counts_per_mm2 == pytest.approx(2 * one.bone_counts_per_mm2, rel=0.02)
    assert one.method == method


def test_unstated_activity_is_not_assumed(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    settings = IntensitySettings(method=NormaliserMethod.ADMINISTERED_ACTIVITY)
    normaliser = normalisers(make_study("1", 20.0, 7, {}), skeleton_views, settings)[0]
    assert not normaliser.reliable
    assert "not stated" in normaliser.reason


def test_patients_own_levels_are_found_and_order_does_not_matter(
    make_study: MakeStudy, skeleton_views: SkeletonViews
) -> None:
    hot_skull = {"skull": 1.5}
    studies = [make_study(str(index), 20.0 + index, 8 + index, hot_skull) for index in range(3)]
    views = {study.study_uid: skeleton_views for study in studies}
    one = reference_bone(studies, views, SETTINGS)
    other = reference_bone(studies[::-1], views, SETTINGS)
    assert one == other
    assert one.visits == 3
    assert one.levels["ANTERIOR", "skull"] == pytest.approx(np.log(1.5), abs=0.05)
    assert one.levels["POSTERIOR", "lumbar_spine"] == pytest.approx(0.0, abs=0.03)


def test_exclusion_keeps_a_lesion_out(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    study = make_study("1", 20.0, 12, dict.fromkeys(REFERENCE_REGIONS[:7], 2.0))
    labels = skeleton_views[0].labels
    sick = np.isin(labels, [number for number in np.unique(labels) if number > 0][:7])
    kept = normalisers(study, skeleton_views, SETTINGS, exclude={study.views[0].projection: sick})[0]
    assert kept.bone_counts_per_mm2 == pytest.approx(0.7 * 20.0 / PIXEL_MM2, rel=0.25)
