"""What is made good between visits of one patient: label areas that swell, and a scale off for all bones."""

import numpy as np
import pytest

from tracker.burden.common_shift import without_common_shift
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
