"""Bones behind each other are told apart; foci are not passed on."""

from datetime import date

import numpy as np
import pytest

from tracker.burden.bone_levels import diffuse_share
from tracker.burden.overlap import levels_of, overlap_table, own_uptake
from tracker.burden.view_to_measure import RegionPart, ViewToMeasure, region_parts, to_measure
from tracker.records.regions import FINE_LABEL, FINE_REGIONS, Level
from tracker.records.skeleton import SkeletonView
from tracker.records.study import Study
from tracker.records.uptake import Normaliser
from tracker.records.view import Projection, View
from tracker.settings.burden import BurdenSettings

SHAPE = (200, 100)
SPACING_MM = (2.4, 2.4)
SOFT = 5.0


def shown(levels: dict[str, float]) -> dict[tuple[str, str], float]:
    """Return what a person whose bones have these levels shows on every region of the table."""
    return {
        place: sum(uptake * levels.get(source, 1.0) for source, uptake in sources.items())
        for place, sources in overlap_table().items()
    }


def ratio(region: str, levels: dict[str, float], projection: str = "ANTERIOR") -> float:
    seen = shown(levels)
    areas = {region: 1000.0}
    return own_uptake(areas, seen[projection, region], levels_of(seen), projection, 1.0).uptake_ratio


def test_bones_that_lie_behind_each_other_are_told_apart() -> None:
    rng = np.random.default_rng(1)
    names = {region for _, region in overlap_table()}
    levels = {name: float(np.exp(rng.normal(0, 0.4))) for name in sorted(names)}
    assert levels_of(shown(levels)) == pytest.approx(levels, rel=1e-6)


@pytest.mark.parametrize("region", ["sternum", "ribs_left", "clavicle_right", "thoracic_spine_middle", "sacrum"])
def test_a_change_is_found_where_it_is_and_nowhere_else(region: str) -> None:
    for other in ("sternum", "thoracic_spine_middle", "hip_bone_left"):
        change = ratio(region, {other: 1.8}) / ratio(region, {})
        assert change == pytest.approx(1.8 if other == region else 1.0, rel=1e-6)


def test_without_overlap_the_density_stands() -> None:
    areas = {"sternum": 1000.0}
    assert own_uptake(areas, 1.3, {"thoracic_spine_middle": 2.0}, "ANTERIOR", 0.0).uptake_ratio == 1.3
    assert own_uptake(areas, 1.3, {}, "ANTERIOR", 1.0).uptake_ratio == 1.3


def test_a_region_that_is_all_other_bone_says_nothing() -> None:
    assert own_uptake({"sternum": 1000.0}, 0.3, {"thoracic_spine_middle": 9.0}, "ANTERIOR", 1.0).uptake_ratio == 0


def one_view(levels: dict[str, float]) -> dict[tuple[str, str], float]:
    return {place: uptake for place, uptake in shown(levels).items() if place[0] == "ANTERIOR"}


def test_one_view_of_a_usual_person_says_so_of_every_bone() -> None:
    levels = levels_of(one_view({}))
    assert levels == pytest.approx(dict.fromkeys(levels, 1.0))


def test_one_view_shares_what_it_cannot_tell_apart() -> None:
    seen = one_view({})
    seen["ANTERIOR", "sternum"] *= 0.6
    assert levels_of(seen)["sternum"] > 0.4
    assert levels_of(seen)["thoracic_spine_middle"] < 1.6
    assert levels_of({**shown({}), **seen})["thoracic_spine_middle"] == pytest.approx(1.0, abs=0.1)


def test_both_sides_of_the_table_agree() -> None:
    table = overlap_table()
    assert table["ANTERIOR", "ribs_left"]["sternum"] == pytest.approx(table["ANTERIOR", "ribs_right"]["sternum"])
    assert table["ANTERIOR", "sternum"]["thoracic_spine_middle"] > 0
    assert {region for _, region in table} <= {region.name for region in FINE_REGIONS}


def bar(region: str, counts: np.ndarray) -> ViewToMeasure:
    """Return a view of one upright bone, 6 pixels wide, over soft tissue."""
    labels = np.zeros(SHAPE, dtype=np.uint8)
    labels[40:160, 47:53] = FINE_LABEL[region]
    expected = np.where(labels > 0, 1.0, SOFT / 50.0).astype(np.float32)
    skeleton_view = SkeletonView(
        projection=Projection.ANTERIOR,
        labels=labels,
        expected=expected,
        spread=0.1 * expected,
        body=np.ones(SHAPE, dtype=bool),
        physiologic=np.zeros(SHAPE, dtype=np.uint8),
    )
    view = View(projection=Projection.ANTERIOR, counts=counts, spacing_mm=SPACING_MM)
    study = Study(patient_id="P1", study_uid="1", study_date=date(2024, 1, 1), views=(view,))
    normaliser = Normaliser(
        projection="ANTERIOR",
        method="known",
        counts_per_mm2=50.0 / view.pixel_area_mm2,
        relative_sd=0.01,
        soft_tissue=np.full(SHAPE, SOFT, dtype=np.float32),
    )
    nothing = np.zeros(SHAPE, dtype=bool)
    error_mm = np.full(SHAPE, 4.0)
    return to_measure(study.views[0], skeleton_view, normaliser, error_mm, BurdenSettings(), nothing)


def counts_of(focus: bool) -> np.ndarray:
    counts = np.full(SHAPE, SOFT)
    counts[40:160, 47:53] += 45.0
    if focus:
        counts[90:102, 47:53] += 400.0
    return counts


def only(ready: ViewToMeasure) -> RegionPart:
    (part,) = region_parts(ready, Level.FINE).values()
    return part


def test_a_focus_is_not_diffuse() -> None:
    plain, hot = (only(bar("sternum", counts_of(focus))) for focus in (False, True))
    assert diffuse_share(plain) == pytest.approx(1.0, abs=0.01)
    assert hot.density * diffuse_share(hot) == pytest.approx(plain.density, rel=0.02)
