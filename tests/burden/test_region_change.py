"""Uptake and change of regions: what was planted is found, and nothing else is significant."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.burden.false_discovery import critical_p
from tracker.burden.region_change import REFERENCE_VISIT, error_scale, region_changes
from tracker.burden.region_uptake import SOFT_ERROR, Masks, region_uptakes
from tracker.records.regions import Level
from tracker.records.skeleton import SkeletonView
from tracker.records.study import Study
from tracker.records.uptake import COMBINED, Normaliser, RegionChange, RegionUptake, UptakeError
from tracker.settings.burden import BurdenSettings

MakeStudy = Callable[..., Study]
SkeletonViews = tuple[SkeletonView, ...]

SETTINGS = BurdenSettings(overlap_strength=0.0)
"""The made-up bones lie beside each other, not behind each other."""


def uptakes_of(
    study: Study, skeleton_views: SkeletonViews, scale: float, error_mm: float = 0.0, elsewhere: Masks | None = None
) -> tuple[RegionUptake, ...]:
    normalisers = [
        Normaliser(
            projection=str(view.projection),
            method="known",
            counts_per_mm2=scale / view.pixel_area_mm2,
            bone_counts_per_mm2=0.7 * scale / view.pixel_area_mm2,
            relative_sd=0.01,
            soft_tissue=np.full(view.counts.shape, 0.3 * scale, dtype=np.float32),
        )
        for view in study.views
    ]
    errors = {view.projection: np.full(view.counts.shape, error_mm) for view in study.views}
    return region_uptakes(study, skeleton_views, normalisers, errors, SETTINGS, elsewhere=elsewhere)


Entry = TypeVar("Entry", RegionUptake, RegionChange)


def pick(entries: Sequence[Entry], region: str, projection: str = "COMBINED", level: Level = Level.WHOLE) -> Entry:
    return next(
        entry for entry in entries if (entry.region, entry.projection, entry.level) == (region, projection, level)
    )


def test_uptake_is_what_was_planted(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    uptakes = uptakes_of(make_study("1", 20.0, 1, {"sacrum": 2.0}), skeleton_views, 20.0)
    assert pick(uptakes, "sacrum").uptake_ratio == pytest.approx(2.0, rel=0.02)
    assert pick(uptakes, "lumbar_spine", "ANTERIOR").uptake_ratio == pytest.approx(1.0, rel=0.03)
    assert pick(uptakes, "skull").area_mm2 == pytest.approx(22 * 26 * 2.4**2)
    assert pick(uptakes, "foot_left").uptake_ratio is None
    assert pick(uptakes, "foot_left").reason_empty


def test_planted_change_is_found_and_only_that(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    before = uptakes_of(make_study("1", 20.0, 2, {}), skeleton_views, 20.0)
    after = uptakes_of(make_study("2", 12.0, 3, {"sacrum": 1.6}), skeleton_views, 12.0)
    changes = region_changes(after, before, SETTINGS)
    sacrum = pick(changes, "sacrum")
    assert sacrum.change_pct == pytest.approx(60.0, abs=4.0)
    assert sacrum.low_pct < 60.0 < sacrum.high_pct
    assert {entry.region for entry in changes if entry.significant} == {"sacrum"}
    assert 0 < pick(changes, "skull").detectable_pct < 60


def test_a_faint_bone_under_much_soft_tissue_is_less_sure(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    uptakes = uptakes_of(make_study("1", 200.0, 4, {"sacrum": 0.2, "skull": 2.0}), skeleton_views, 200.0)
    faint, bright = (pick(uptakes, region, "ANTERIOR").error.soft for region in ("sacrum", "skull"))
    assert faint == pytest.approx(10 * bright, rel=0.1)
    assert faint == pytest.approx(SOFT_ERROR * 0.3 / (0.7 * 0.2), rel=0.1)


def test_what_one_view_alone_shows_is_not_called_a_change(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    before = uptakes_of(make_study("1", 20.0, 2, {}), skeleton_views, 20.0)
    changed = uptakes_of(make_study("2", 20.0, 3, {"sacrum": 1.6}), skeleton_views, 20.0)
    still = uptakes_of(make_study("3", 20.0, 4, {}), skeleton_views, 20.0)
    spilled = [new if new.projection == "ANTERIOR" else old for new, old in zip(changed, still, strict=True)]
    sacrum = pick(changed, "sacrum"), pick(still, "sacrum")
    half = replace(sacrum[1], uptake_ratio=(sacrum[0].uptake_ratio * sacrum[1].uptake_ratio) ** 0.5)
    seen = [half if one == sacrum[1] else one for one in spilled]
    assert pick(region_changes(changed, before, SETTINGS), "sacrum", "ANTERIOR").significant
    assert not [one for one in region_changes(seen, before, SETTINGS) if one.significant]


@pytest.mark.parametrize(("behind", "confirmed"), [(-0.02, False), (0.1, True)], ids=["denied", "confirmed"])
def test_one_view_alone_is_significant_only_where_both_together_show_it(behind: float, confirmed: bool) -> None:
    steps = {"ANTERIOR": (0.12, 0.02), "POSTERIOR": (behind, 0.05), COMBINED: ((0.12 + behind) / 2, 0.02)}
    before, after = (
        [
            RegionUptake(
                region="sacrum",
                level=Level.WHOLE,
                projection=side,
                area_mm2=4000.0,
                counts=10_000.0,
                uptake_ratio=float(np.exp(times * step)),
                error=UptakeError(counting=sd),
            )
            for side, (step, sd) in steps.items()
        ]
        for times in (0, 1)
    )
    front = pick(region_changes(after, before, SETTINGS), "sacrum", "ANTERIOR")
    assert front.low_pct > 0
    assert front.significant is confirmed


def test_reference_visit_and_incomparable_visits_have_reasons(
    make_study: MakeStudy, skeleton_views: SkeletonViews
) -> None:
    uptakes = uptakes_of(make_study("1", 20.0, 4, {}), skeleton_views, 20.0)
    assert all(entry.change_pct is None for entry in region_changes(uptakes, uptakes, SETTINGS))
    assert pick(region_changes(uptakes, uptakes, SETTINGS), "skull").reason_empty == REFERENCE_VISIT
    refused = region_changes(uptakes, tuple(uptakes), SETTINGS, reason_empty="not comparable")
    refused = region_changes(list(uptakes), uptakes, SETTINGS, reason_empty="not comparable")
    assert {entry.reason_empty for entry in refused} == {"not comparable"}


def test_hidden_part_is_filled_in(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    study = make_study("1", 20.0, 5, {})
    half = np.zeros(study.views[0].counts.shape, dtype=bool)
    labels = skeleton_views[0].labels
    row = int(np.flatnonzero((labels == 1).any(axis=1)).mean())
    half[:row] = True
    uptakes = uptakes_of(study, skeleton_views, 20.0, elsewhere={view.projection: half for view in study.views})
    skull = pick(uptakes, "skull")
    assert 0.4 < skull.visible_fraction < 0.6
    assert skull.uptake_ratio == pytest.approx(1.0, rel=0.04)
    assert skull.error.hidden > pick(uptakes, "sacrum").error.hidden


def test_misplacement_widens_the_error(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    study = make_study("1", 20.0, 6, {})
    errors = [
        pick(uptakes_of(study, skeleton_views, 20.0, error_mm=error), "skull").error.placement for error in (0, 2, 4)
    ]
    assert errors[0] == 0
    assert 0 < errors[1] < errors[2]
    assert errors[2] == pytest.approx(2 * errors[1], rel=1e-6)


def test_a_region_that_nobody_can_place_has_no_number(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    skull = pick(uptakes_of(make_study("1", 20.0, 6, {}), skeleton_views, 20.0, error_mm=500.0), "skull")
    assert skull.uptake_ratio is None
    assert "error" in skull.reason_empty


def test_unreliable_normaliser_leaves_no_number(make_study: MakeStudy, skeleton_views: SkeletonViews) -> None:
    study = make_study("1", 20.0, 7, {})
    normalisers = [
        Normaliser(
            projection=str(view.projection),
            method="reference_bone",
            counts_per_mm2=1.0,
            relative_sd=0.1,
            reliable=False,
            reason="superscan",
        )
        for view in study.views
    ]
    uptakes = region_uptakes(study, skeleton_views, normalisers, {}, SETTINGS)
    assert {entry.uptake_ratio for entry in uptakes} == {None}
    assert pick(uptakes, "skull", "ANTERIOR").reason_empty == "superscan"


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=30), st.floats(0.01, 0.2))
def test_critical_p_follows_the_step_up_rule(p_values: list[float], rate: float) -> None:
    threshold = critical_p(p_values, rate)
    kept = sum(p <= threshold for p in p_values)
    assert threshold <= rate * max(kept, 1) / len(p_values)


def test_error_model_that_is_too_small_is_noticed() -> None:
    rng = np.random.default_rng(1)
    assert error_scale(rng.normal(0, 1, 60), SETTINGS) < 1.25
    assert error_scale(rng.normal(0, 3, 60), SETTINGS) == SETTINGS.self_check_limits[1]


def test_what_every_visit_leaves_out_is_surer_than_what_one_hides(
    make_study: MakeStudy, skeleton_views: SkeletonViews
) -> None:
    """A third of the skull left out because another visit hides it; of nearly all of it nothing is left out."""
    study, labels = make_study("1", 20.0, 5, {}), skeleton_views[0].labels
    rows = np.flatnonzero((labels == 1).any(axis=1))
    found = {}
    for share in (1 / 3, 0.9):
        part = np.zeros(labels.shape, dtype=bool)
        part[: rows[0] + int(share * rows.size)] = True
        elsewhere = {view.projection: part for view in study.views}
        found[share] = pick(uptakes_of(study, skeleton_views, 20.0, elsewhere=elsewhere), "skull")
    assert 0.6 < found[1 / 3].visible_fraction < 0.72
    assert 0 < found[1 / 3].error.hidden < 0.05
    assert found[0.9].visible_fraction == 1.0
    assert found[0.9].error.hidden == 0.0
