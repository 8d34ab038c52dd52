"""A vein is told from worn joints by comparing the arms."""

import numpy as np
import pytest
from painted_arms import ELBOW, HAND, counts, labels, other

from tracker.records.regions import FINE_LABEL, SIDES, mirrored_name
from tracker.records.view import Projection
from tracker.skeleton.arms import STRIP, arm_strips
from tracker.skeleton.template import STEP_MM
from tracker.skeleton.vein import CHANNELS, ArmView, Vein, likeliest_vein, vein_channels, vein_weights

SPOT_PX, JOINT_PX = 2.5, 8.0
"""Standard deviation of the counts of a vein and of a worn joint."""

BEHIND = 0.5
"""Share of a spot's height that is seen from behind."""

HEIGHT = 160.0
"""Counts per pixel in the middle of a vein."""

NAMED = ("humerus", "forearm", "hand")
NEAR_MM, SURE = 15.0, 1.0

MIRRORED = np.zeros(256, dtype=np.uint8)
for name, label in FINE_LABEL.items():
    MIRRORED[label] = FINE_LABEL[mirrored_name(name)]


def view(side: Projection, *spots: tuple[tuple[int, int], float, float]) -> ArmView:
    return ArmView(projection=side, density=counts(*spots), labels=labels(*NAMED))


def both(*spots: tuple[tuple[int, int], float, float]) -> list[ArmView]:
    """Return both views of spots that lie in front: fainter from behind."""
    behind = [(place, sd, BEHIND * height) for place, sd, height in spots]
    return [view(Projection.ANTERIOR, *spots), view(Projection.POSTERIOR, *behind)]


def vein_of(views: list[ArmView]) -> Vein:
    vein = likeliest_vein(views, arm_strips([each.labels for each in views]), vein_weights())
    assert vein is not None
    return vein


def away_mm(vein: Vein, place: tuple[int, int]) -> float:
    return float(np.hypot(*(np.array(vein.place_px) - place))) * STEP_MM


@pytest.mark.parametrize("place", [ELBOW, HAND, other(ELBOW), other(HAND)])
def test_one_spot_on_one_arm_is_a_vein(place: tuple[int, int]) -> None:
    vein = vein_of(both((place, SPOT_PX, HEIGHT)))
    assert vein.log_odds > SURE
    assert away_mm(vein, place) < NEAR_MM


@pytest.mark.parametrize("side", Projection)
def test_one_view_is_enough(side: Projection) -> None:
    vein = vein_of([view(side, (HAND, SPOT_PX, HEIGHT))])
    assert vein.log_odds > 0
    assert away_mm(vein, HAND) < NEAR_MM


def test_arms_alike_have_none() -> None:
    worn = ((ELBOW, JOINT_PX, 30), (other(ELBOW), JOINT_PX, 30))
    assert vein_of(both()).log_odds < 0
    assert vein_of(both(*worn)).log_odds < 0


def test_a_vein_beside_a_worn_elbow_is_told_by_the_other_elbow() -> None:
    worn = ((ELBOW, JOINT_PX, 20), (other(ELBOW), JOINT_PX, 20))
    vein = vein_of(both(*worn, (ELBOW, SPOT_PX, HEIGHT)))
    assert vein.log_odds > 0
    assert away_mm(vein, ELBOW) < NEAR_MM


def test_without_arms_there_is_no_answer() -> None:
    assert likeliest_vein([view(Projection.ANTERIOR)], {}, vein_weights()) is None


def test_a_mirrored_body_has_its_arms_exchanged() -> None:
    views = both((ELBOW, SPOT_PX, HEIGHT))
    turned = [
        ArmView(
            projection=each.projection,
            density=np.ascontiguousarray(each.density[:, ::-1]),
            labels=np.ascontiguousarray(MIRRORED[each.labels[:, ::-1]]),
        )
        for each in views
    ]
    straight, mirrored = (vein_channels(seen, arm_strips([each.labels for each in seen])) for seen in (views, turned))
    assert np.abs(straight - mirrored[::-1]).mean() < 0.02


def test_what_is_not_there_says_nothing() -> None:
    views = [view(Projection.POSTERIOR, (HAND, SPOT_PX, HEIGHT))]
    strips = arm_strips([views[0].labels])
    del strips[SIDES[1]]
    seen = vein_channels(views, strips)
    assert seen.shape == (2, *STRIP, CHANNELS)
    assert not seen[1].any()
    assert not seen[0, ..., 0:8:2].any()
    assert not seen[0, ..., 4:8].any()
    assert seen[0, ..., 1].any()
