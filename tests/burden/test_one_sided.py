"""Urine on the skin is told from a focus in the bone by the other view."""

from dataclasses import replace

import numpy as np
import pytest

from tests.burden.test_overlap import SHAPE, bar
from tracker.burden.combined_view import combined
from tracker.burden.one_sided import one_sided
from tracker.burden.view_to_measure import ViewToMeasure
from tracker.records.regions import Level
from tracker.records.uptake import RegionUptake
from tracker.records.view import Projection

PLACE = (slice(96, 102), slice(47, 53))
GAP_MM = 14.0


def views(region: str, front: float, back: float) -> dict[Projection, ViewToMeasure]:
    """Return both views of one bone with a hot place of so many counts on each."""
    found = {}
    for side, hot in zip(Projection, (front, back), strict=True):
        counts = np.full(SHAPE, 5.0)
        counts[40:160, 47:53] += 45.0
        counts[PLACE] += hot
        ready = bar(region, counts)
        found[side] = replace(ready, view=replace(ready.view, projection=side))
    return found


def test_a_drop_on_the_skin_is_not_measured() -> None:
    hidden = one_sided(views("femur_shaft_left", 400.0, 0.0), GAP_MM)
    assert hidden is not None
    assert hidden[PLACE].all()
    assert not hidden[40:80].any()


@pytest.mark.parametrize(
    ("region", "front", "back"),
    [("femur_shaft_left", 400.0, 300.0), ("femur_shaft_left", 0.0, 400.0), ("sternum", 400.0, 0.0)],
)
def test_a_focus_in_the_bone_is_measured(region: str, front: float, back: float) -> None:
    hidden = one_sided(views(region, front, back), GAP_MM)
    assert hidden is not None
    assert not hidden.any()


def test_one_view_alone_tells_nothing() -> None:
    front = views("femur_shaft_left", 400.0, 0.0)[Projection.ANTERIOR]
    assert one_sided({Projection.ANTERIOR: front}, GAP_MM) is None


def test_without_one_view_area_and_counts_are_those_of_the_other() -> None:
    empty = RegionUptake(
        region="skull", level=Level.WHOLE, projection="POSTERIOR", area_mm2=0, counts=0, uptake_ratio=None
    )
    missing = replace(empty, reason_empty="this view was not acquired or could not be labelled")
    front = replace(empty, projection="ANTERIOR", area_mm2=900.0, counts=4000.0, uptake_ratio=1.1, own_share=0.9)
    both = combined((front, missing))
    assert (both.area_mm2, both.counts, both.own_share) == (900.0, 4000.0, 0.9)
    assert both.uptake_ratio is None
