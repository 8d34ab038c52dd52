"""What a camera counts without a body: found in the air beside it, and not taken for soft tissue."""

import numpy as np
import pytest

from tracker.intensity.soft_tissue import room_counts, soft_tissue
from tracker.records.regions import FINE_LABEL
from tracker.records.skeleton import SkeletonView
from tracker.records.view import Projection, View
from tracker.settings.intensity import IntensitySettings

SHAPE = (240, 200)
SPACING_MM = (2.4, 2.4)
ROOM = 0.15
TISSUE = 0.2
"""Counts per pixel of the thinnest part of a body."""


def scene(room: float) -> tuple[View, SkeletonView]:
    """Return a limb of soft tissue alone, in which a label says where bone would be."""
    body = np.zeros(SHAPE, dtype=bool)
    body[20:220, 80:120] = True
    labels = np.zeros(SHAPE, dtype=np.uint8)
    labels[90:150, 96:104] = FINE_LABEL["forearm_left"]
    counts = np.random.default_rng(1).poisson(np.where(body, TISSUE, 0.0) + room).astype(np.float64)
    expected = np.where(body, 0.3, 0.0).astype(np.float32)
    view = View(projection=Projection.ANTERIOR, counts=counts, spacing_mm=SPACING_MM)
    return view, SkeletonView(
        projection=Projection.ANTERIOR,
        labels=labels,
        expected=expected,
        spread=0.1 * expected,
        body=body,
        physiologic=np.zeros(SHAPE, dtype=np.uint8),
    )


def test_the_room_is_counted_in_the_air() -> None:
    view, skeleton_view = scene(ROOM)
    assert room_counts(view, skeleton_view.body) == pytest.approx(ROOM, rel=0.05)


@pytest.mark.parametrize("body", [np.ones(SHAPE, dtype=bool), np.zeros(SHAPE, dtype=bool)], ids=["no air", "blank"])
def test_of_a_room_that_is_not_seen_nothing_is_said(body: np.ndarray) -> None:
    blank = View(projection=Projection.ANTERIOR, counts=np.zeros(SHAPE), spacing_mm=SPACING_MM)
    assert room_counts(blank, body) == 0.0


def test_a_brighter_room_makes_no_more_soft_tissue() -> None:
    nothing, bright = np.zeros(SHAPE, dtype=bool), 10 * ROOM
    dark, light = (
        soft_tissue(*scene(room), IntensitySettings(), nothing).counts[scene(room)[1].labels > 0].mean()
        for room in (0.0, bright)
    )
    assert light - dark == pytest.approx(bright, rel=0.1)
