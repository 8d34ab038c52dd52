"""What the skeleton map could not find has no ratio, at both levels, and says why."""

import pytest

from tracker.burden.not_found import without_ratio
from tracker.records.regions import FINE_REGIONS, WHOLE_REGIONS, Level
from tracker.records.uptake import RegionUptake

REASON = "not seen"


def row(region: str, level: Level, uptake_ratio: float | None = 1.2, reason: str = "") -> RegionUptake:
    return RegionUptake(
        region=region,
        level=level,
        projection="ANTERIOR",
        area_mm2=900.0,
        counts=500.0,
        uptake_ratio=uptake_ratio,
        relative_sd=0.1,
        reason_empty=reason,
    )


@pytest.mark.parametrize("lost", ["hand_left", "femur_right"])
def test_only_what_belongs_to_the_lost_region_is_withheld(lost: str) -> None:
    rows = [row(region.name, Level.WHOLE) for region in WHOLE_REGIONS]
    rows += [row(region.name, Level.FINE) for region in FINE_REGIONS]
    found = without_ratio(rows, {lost: REASON})
    parts = [region.name for region in FINE_REGIONS if region.whole == lost]
    withheld = [(one.region, one.level) for one in found if one.uptake_ratio is None]
    assert withheld == [(lost, Level.WHOLE), *((name, Level.FINE) for name in parts)]
    assert {one.reason_empty for one in found if one.uptake_ratio is None} == {REASON}
    assert [(one.area_mm2, one.counts) for one in found] == [(one.area_mm2, one.counts) for one in rows]


def test_a_reason_that_was_there_before_stays() -> None:
    (found,) = without_ratio([row("hand_left", Level.WHOLE, None, "hidden")], {"hand_left": REASON})
    assert found.reason_empty == "hidden"
