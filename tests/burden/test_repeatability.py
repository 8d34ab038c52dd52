"""The table of repeatability: measured for every region and projection, and it says how."""

import pytest

from tracker.burden.repeatability import (
    UNLISTED,
    extent_repeat_cv,
    repeat_sd,
    repeatability_table,
    table_source,
)
from tracker.records.burden import BurdenMeasure
from tracker.records.regions import WHOLE_REGIONS, without_side

BASES = sorted({without_side(region.name) for region in WHOLE_REGIONS})


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("projection", ["ANTERIOR", "POSTERIOR", "COMBINED"])
def test_every_whole_region_was_measured(base: str, projection: str) -> None:
    assert 0 < repeatability_table()[base, projection] <= 2


def test_large_bones_of_the_trunk_repeat_better_than_hands() -> None:
    assert repeat_sd("thoracic_spine", "COMBINED") < repeat_sd("hand_left", "COMBINED")


def test_sides_share_an_entry_and_unknown_regions_have_a_cautious_one() -> None:
    assert repeat_sd("femur_left", "COMBINED") == repeat_sd("femur_right", "COMBINED")
    assert repeat_sd("patella_left", "COMBINED") == UNLISTED


def test_extents_are_measured() -> None:
    for measure in (BurdenMeasure.LESION_AREA_CM2, BurdenMeasure.SCAN_INDEX_PCT):
        assert 0 < extent_repeat_cv(measure.value) < 1


def test_the_table_says_how_it_was_measured() -> None:
    assert "simulated" in table_source()
    assert "benchmarks.repeatability" in table_source()
