"""Soft tissue under a bone, drawn to what all visits of a patient agree on."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tracker.intensity import visit_levels, with_usual_soft
from tracker.intensity.soft_share import stray_of_labels
from tracker.intensity.usual_soft import usual_factors, without_stray
from tracker.records.regions import FINE_LABEL
from tracker.records.skeleton import SkeletonView
from tracker.records.study import Study
from tracker.records.view import Projection
from tracker.settings.intensity import IntensitySettings

SETTINGS = IntensitySettings()
BONES = 8
CLOSE = 1e-9


def factors_of(values: np.ndarray, settings: IntensitySettings = SETTINGS) -> np.ndarray:
    return usual_factors(values, np.full(values.shape[1], settings.soft_belief), settings.soft_largest_error)


def densities(visits: int = 3) -> np.ndarray:
    """Return a person's soft tissue: every bone has its own, every visit its own level."""
    bone, visit = np.linspace(-1, 1, BONES), np.linspace(0, 2, visits)
    return visit[:, None] + bone[None, :]


def test_a_person_whose_soft_tissue_stays_is_left_alone() -> None:
    assert np.allclose(factors_of(densities()), 1.0)


def test_soft_tissue_that_empties_between_bones_that_stay_is_no_error() -> None:
    stray, emptied = np.linspace(0.0, 0.3, BONES), np.array([0.3, 0.0, -0.3])
    seen = densities() + np.log((1 - stray) * np.exp(emptied)[:, None] + stray)
    assert np.allclose(factors_of(without_stray(seen, stray, emptied)), 1.0)
    assert np.abs(factors_of(seen) - 1.0).max() > 0.01


def test_a_skull_scatters_more_than_a_thigh() -> None:
    stray = stray_of_labels(Projection.POSTERIOR)
    assert stray[FINE_LABEL["skull"]] > 2 * stray[FINE_LABEL["femur_shaft_left"]] > 0


def test_an_estimate_off_the_other_visits_is_drawn_back_but_for_the_belief_in_it() -> None:
    off = densities(2)
    off[1, 3] += 0.1
    factors = factors_of(off)
    before, after = off[1, 3] - off[0, 3] - 2.0, np.diff((off + np.log(factors))[:, 3])[0] - 2.0
    assert after == pytest.approx(SETTINGS.soft_belief * before, abs=CLOSE)
    assert np.allclose(np.delete(factors, 3, axis=1), 1.0)


def test_what_no_error_explains_is_believed() -> None:
    off = densities(2)
    off[1, 3] += 3.0
    moved = np.log(factors_of(off)[1, 3])
    assert abs(moved) <= SETTINGS.soft_largest_error + CLOSE


def test_a_level_of_the_whole_visit_is_no_error() -> None:
    higher = densities(2)
    higher[1] += 0.7
    assert np.allclose(factors_of(higher), 1.0)


def test_a_bone_that_one_visit_shows_and_a_visit_that_shows_few_are_left_alone() -> None:
    off = densities(3)
    off[0, 0] += 0.2
    off[1:, 0] = np.nan
    off[2, 2:] = np.nan
    off[2, 1] += 0.2
    factors = factors_of(off)
    assert np.allclose(factors[:, 0], 1.0)
    assert np.allclose(factors[2], 1.0)


def test_believed_whole_nothing_changes() -> None:
    off = densities(2)
    off[1, 3] += 0.2
    assert np.allclose(factors_of(off, IntensitySettings(soft_belief=1.0)), 1.0)


def test_visits_are_measured_over_tissue_that_they_agree_on(
    make_study: Callable[..., Study], skeleton_views: tuple[SkeletonView, ...]
) -> None:
    studies = [make_study("1", 20.0, 1, {}), make_study("2", 30.0, 2, {})]
    levels = [visit_levels(study, skeleton_views, SETTINGS) for study in studies]
    side = Projection.ANTERIOR
    bone = skeleton_views[0].labels == skeleton_views[0].labels.max()
    spoilt = levels[1][side].soft.counts.copy()
    spoilt[bone] *= 1.2
    second = {**levels[1], side: replace(levels[1][side], soft=replace(levels[1][side].soft, counts=spoilt))}
    found = with_usual_soft([(study, skeleton_views, None) for study in studies], [levels[0], second], SETTINGS)
    before = spoilt[bone].sum() / levels[0][side].soft.counts[bone].sum() / 1.5
    after = found[1][side].soft.counts[bone].sum() / found[0][side].soft.counts[bone].sum() / 1.5
    assert abs(np.log(after)) < 0.5 * abs(np.log(before))
    assert np.array_equal(
        found[1][side].soft.counts[~bone & (skeleton_views[0].labels == 0)],
        spoilt[~bone & (skeleton_views[0].labels == 0)],
    )


def test_one_visit_stays_as_it_is(make_study: Callable[..., Study], skeleton_views: tuple[SkeletonView, ...]) -> None:
    study = make_study("1", 20.0, 1, {})
    levels = visit_levels(study, skeleton_views, SETTINGS)
    (found,) = with_usual_soft([(study, skeleton_views, None)], [levels], SETTINGS)
    assert all(found[side] is levels[side] for side in levels)


def test_scatter_of_a_hot_site_is_no_error_of_soft_tissue(
    make_study: Callable[..., Study], skeleton_views: tuple[SkeletonView, ...]
) -> None:
    """With as much halo as soft tissue on one bone at one visit, the estimates of that bone are believed."""
    studies = [make_study("1", 20.0, 1, {}), make_study("2", 20.0, 2, {})]
    levels = [visit_levels(study, skeleton_views, SETTINGS) for study in studies]
    side = Projection.ANTERIOR
    bone = skeleton_views[0].labels == skeleton_views[0].labels.max()
    raised = np.where(bone, 1.2, 1.0) * levels[1][side].soft.counts
    halo = np.where(bone, 1.5 * raised, 0.0)
    second = {side: replace(levels[1][side], soft=replace(levels[1][side].soft, counts=raised), halo=halo)}
    found = with_usual_soft([(study, skeleton_views, None) for study in studies], [levels[0], second], SETTINGS)
    assert np.allclose(found[1][side].soft.counts[bone], raised[bone])
