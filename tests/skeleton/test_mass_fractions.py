"""Weights of the scan index."""

import pytest

from tracker.records.region_codes import COARSE_GROUPS, coarse_group, region_code
from tracker.records.regions import FINE_REGIONS, WHOLE_REGIONS
from tracker.skeleton import MECHANIK_TABLE, SPIERS_TABLE, MassTable, mass_fractions


@pytest.mark.parametrize("table", [SPIERS_TABLE, MECHANIK_TABLE], ids=lambda table: table.name)
def test_fractions_are_of_one_skeleton(table: MassTable) -> None:
    fractions = mass_fractions(table)
    assert sum(fractions.values()) == pytest.approx(1)
    assert all(0 < value < 0.2 for value in fractions.values())
    assert fractions["femur_left"] == fractions["femur_right"]


def test_published_groups_come_back() -> None:
    spiers, mechanik = mass_fractions(SPIERS_TABLE), mass_fractions(MECHANIK_TABLE)
    axial = ("cervical_spine", "thoracic_spine", "lumbar_spine", "sacrum", "hip_bone_left", "hip_bone_right")
    assert sum(spiers[name] for name in axial) == pytest.approx(0.158, abs=0.001)
    assert sum(mechanik[name] for name in axial) == pytest.approx(0.22, abs=0.001)
    assert mechanik["skull"] + mechanik["mandible"] == pytest.approx(0.15, abs=0.001)


def test_every_region_has_a_code_and_a_group() -> None:
    for region in (*FINE_REGIONS, *WHOLE_REGIONS):
        assert region_code(region.name).isdigit()
        assert coarse_group(region.name) in COARSE_GROUPS
    assert len(COARSE_GROUPS) == 12
    with pytest.raises(KeyError):
        region_code("tail")
    with pytest.raises(KeyError):
        coarse_group("tail")
