"""What visits of one patient tell of each other: labels that swell or lie off, a scale off for all, a view unsure."""

import numpy as np
import pytest

from tracker.burden.both_sides import APART, MOST, with_both_sides
from tracker.burden.common_shift import without_common_shift
from tracker.burden.stretched import PER_AREA, TURNS, with_stretch
from tracker.burden.usual_area import RIM_OWN, at_usual_area
from tracker.records.regions import Level
from tracker.records.uptake import COMBINED, Normaliser, NormaliserMethod, RegionUptake, UptakeError

SIDES = ("ANTERIOR", "POSTERIOR", COMBINED)
NAMES = [f"bone_{number}" for number in range(12)]
CLOSE = 1e-9
NORMALISER_SD = 0.1


def visit(ratios: dict[str, float], *, area: float = 5000.0, rim: float = 0.5) -> tuple[RegionUptake, ...]:
    return tuple(
        RegionUptake(
            region=name,
            level=Level.WHOLE,
            projection=side,
            area_mm2=area,
            counts=1e4,
            uptake_ratio=ratio,
            label_area_mm2=area,
            rim_share=rim,
            error=UptakeError(repeat=0.02, normaliser=NORMALISER_SD),
        )
        for name, ratio in ratios.items()
        for side in SIDES
    )


def scale(sd: float, method: NormaliserMethod = NormaliserMethod.REFERENCE_BONE) -> tuple[Normaliser, ...]:
    return tuple(
        Normaliser(projection=side, method=str(method), counts_per_mm2=1.0, relative_sd=sd) for side in SIDES[:2]
    )


def change(visits: tuple[tuple[RegionUptake, ...], ...], name: str, side: str = COMBINED) -> float:
    """Return the logarithm of the last over the first visit."""
    values = [
        next(one.uptake_ratio for one in uptakes if (one.region, one.projection) == (name, side)) for uptakes in visits
    ]
    assert values[0] is not None
    assert values[-1] is not None
    return float(np.log(values[-1] / values[0]))


@pytest.mark.parametrize("rim", [0.0, 0.4, 1.0])
def test_a_label_that_swelled_into_its_rim_gives_back_what_it_diluted(rim: float) -> None:
    """Counts of a bone and of a wider rim: the density falls by the growth times one minus what the rim gains."""
    growth = 0.06
    diluted = 2.0 * np.exp(-(1 - RIM_OWN * rim) * growth)
    found = at_usual_area([visit({"a": 1.0}, rim=rim), visit({"a": diluted}, area=5000 * np.exp(growth), rim=rim)])
    assert change(found, "a") == pytest.approx(np.log(2.0), abs=CLOSE)
    assert change(found, "a", "ANTERIOR") == pytest.approx(np.log(2.0), abs=CLOSE)


def test_labels_of_one_area_stay_as_they_are() -> None:
    visits = [visit({"a": 1.0}), visit({"a": 2.0})]
    assert at_usual_area(visits) == tuple(visits)


def test_a_label_that_the_edge_of_the_field_cuts_stays_as_it_is() -> None:
    visits = [visit({"a": 1.0}), visit({"a": 2.0}, area=0.0)]
    assert at_usual_area(visits) == tuple(visits)


def test_another_part_of_a_bone_is_not_made_good_without_end() -> None:
    found = at_usual_area([visit({"a": 1.0}, rim=0.0), visit({"a": 1.0}, area=50000.0, rim=0.0)])
    assert change(found, "a") < 2 * 0.15 + CLOSE


def test_what_all_bones_do_is_taken_away_and_what_one_does_is_not() -> None:
    off = dict.fromkeys(NAMES, 1.05) | {"bone_3": 2.1}
    found = without_common_shift([visit(dict.fromkeys(NAMES, 1.0)), visit(off)], [scale(0.1), scale(0.1)])
    assert abs(change(found, "bone_0")) < 0.01
    assert change(found, "bone_3") == pytest.approx(np.log(2.0), abs=0.01)


def test_no_more_is_taken_away_than_the_normaliser_may_be_off_by() -> None:
    found = without_common_shift(
        [visit(dict.fromkeys(NAMES, 1.0)), visit(dict.fromkeys(NAMES, 2.0))], [scale(0.02), scale(0.02)]
    )
    assert change(found, "bone_0") > np.log(2.0) - 4 * 0.02 - CLOSE


def test_a_scale_that_bones_agree_on_is_surer_than_before() -> None:
    rng = np.random.default_rng(7)
    visits = [visit({name: float(np.exp(rng.normal(0, 0.02))) for name in NAMES}) for _ in range(2)]
    found = without_common_shift(visits, [scale(NORMALISER_SD)] * 2)
    assert all(0 < one.error.normaliser < 0.3 * NORMALISER_SD for uptakes in found for one in uptakes)
    assert all(one.relative_sd == one.error.total_sd for uptakes in found for one in uptakes)


def test_few_bones_say_nothing_about_the_scale() -> None:
    visits = [visit({"a": 1.0, "b": 1.0}), visit({"a": 1.1, "b": 1.1})]
    assert without_common_shift(visits, [scale(0.1), scale(0.1)]) == tuple(visits)


def test_another_normaliser_is_left_alone() -> None:
    visits = [visit(dict.fromkeys(NAMES, 1.0)), visit(dict.fromkeys(NAMES, 1.05))]
    scales = [scale(0.1, NormaliserMethod.SOFT_TISSUE)] * 2
    assert without_common_shift(visits, scales) == tuple(visits)


def test_the_order_of_visits_changes_nothing() -> None:
    rng = np.random.default_rng(4)
    visits = [visit({name: float(np.exp(rng.normal(0.1 * place, 0.05))) for name in NAMES}) for place in range(3)]
    scales = [scale(0.05)] * 3
    there = without_common_shift(visits, scales)
    back = without_common_shift(visits[::-1], scales)
    assert change(there, "bone_1") == pytest.approx(-change(back, "bone_1"), abs=CLOSE)


def test_a_region_without_a_ratio_stays_without() -> None:
    empty = tuple(
        RegionUptake(region="a", level=Level.WHOLE, projection=side, area_mm2=0, counts=0, uptake_ratio=None)
        for side in SIDES
    )
    found = without_common_shift(at_usual_area([empty, visit({"a": 1.0})]), [scale(0.1), scale(0.1)])
    assert all(one.uptake_ratio is None for one in found[0])


def one_view(side: str, ratio: float, sd: float, *, area: float = 5000.0, soft: float = 0.5) -> RegionUptake:
    return RegionUptake(
        region="sternum",
        level=Level.WHOLE,
        projection=side,
        area_mm2=area,
        counts=1e4,
        uptake_ratio=ratio,
        soft_fraction=soft,
        label_area_mm2=area,
        error=UptakeError(counting=sd),
    )


def both_views(front: tuple[float, float], back: tuple[float, float]) -> tuple[RegionUptake, ...]:
    """Return a visit of one bone; each view is a ratio and its deviation."""
    sides = [one_view("ANTERIOR", *front), one_view("POSTERIOR", *back)]
    mean = one_view(COMBINED, float(np.sqrt(front[0] * back[0])), float(np.hypot(front[1], back[1])) / 2)
    return (*sides, mean)


def test_a_view_that_is_not_sure_follows_the_one_that_is() -> None:
    """The front doubles for sure; the back, which hardly shows the bone, says nothing happened, half as bright."""
    found = with_both_sides([both_views((1.0, 0.01), (0.5, 0.5)), both_views((2.0, 0.01), (0.5, 0.5))])
    assert change(found, "sternum", "ANTERIOR") == pytest.approx(np.log(2.0), abs=0.01)
    assert change(found, "sternum", "POSTERIOR") == pytest.approx(np.log(2.0), abs=0.05)
    assert change(found, "sternum") == pytest.approx(np.log(2.0), abs=0.03)
    last = {one.projection: one for one in found[-1]}
    ratios = [last[side].uptake_ratio for side in SIDES]
    assert None not in ratios
    assert ratios[2] == pytest.approx(np.sqrt(ratios[0] * ratios[1]))  # type: ignore[operator]
    assert last[COMBINED].error.counting < np.hypot(0.01, 0.5) / 2
    levels = [np.log(one.uptake_ratio) for uptakes in found for one in uptakes if one.projection == "POSTERIOR"]
    assert np.mean(levels) == pytest.approx(np.log(0.5), abs=CLOSE), "what views differ by at every visit stays"


def test_views_that_are_equally_sure_keep_their_mean_and_what_is_no_error_stays() -> None:
    visits = [both_views((1.0, 0.02), (1.0, 0.02)), both_views((1.5, 0.02), (1.0, 0.02))]
    found = with_both_sides(visits)
    assert change(found, "sternum") == pytest.approx(change(tuple(visits), "sternum"), abs=CLOSE)
    left = change(found, "sternum", "ANTERIOR") - change(found, "sternum", "POSTERIOR")
    assert np.log(1.5) > left > np.log(1.5) - 2 * MOST * np.hypot(APART, 0.03)


def test_one_visit_or_one_view_says_nothing_about_the_other() -> None:
    alone = (both_views((1.0, 0.02), (3.0, 0.5)),)
    assert with_both_sides(alone) == alone
    fronts = [(one_view("ANTERIOR", ratio, 0.1),) for ratio in (1.0, 2.0)]
    assert with_both_sides(fronts) == tuple(fronts)


def test_a_stretched_label_is_believed_less() -> None:
    def seen(area: float, soft: float) -> tuple[RegionUptake, ...]:
        sides = ("ANTERIOR", "POSTERIOR", COMBINED)
        return tuple(one_view(side, 1.0, 0.02, area=area, soft=soft) for side in sides)

    usual, turned, stretched = seen(5000.0, 0.5), seen(5000.0 * np.exp(0.9 * TURNS), 0.5), seen(6000.0, 0.5)
    found = with_stretch([usual, usual, turned, stretched, seen(4000.0, 0.8)])
    assert found[0] == usual
    assert found[2] == turned
    assert [one.uptake_ratio for one in found[3]] == [1.0, 1.0, 1.0]
    expected = PER_AREA * (np.log(1.2) - TURNS) / 0.5
    assert [one.error.placement for one in found[3]] == pytest.approx([expected] * 3)
    assert found[3][0].relative_sd == pytest.approx(np.hypot(expected, 0.02))
    assert found[4][0].error.placement > found[3][0].error.placement, "the more soft tissue, the more it matters"
