"""What is left at an injection site is told from the arm's bones by its brightness."""

import numpy as np
import pytest

from tracker.records.regions import FINE_LABEL
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.injection import spot_on_arm

SETTINGS = SkeletonSettings()
SPOT = np.s_[60:63, 20:23]
"""Beside the forearm, within reach of a vein."""


def arm_labels() -> np.ndarray:
    """Return a forearm, and a hip bone far from it."""
    labels = np.zeros((160, 120), dtype=np.uint8)
    labels[40:100, 24:29] = FINE_LABEL["forearm_right"]
    labels[60:100, 80:110] = FINE_LABEL["hip_bone_right"]
    return labels


def counts(spot: float, elsewhere: float = 0.0) -> np.ndarray:
    """Return a body of 4 counts a pixel, an arm of 10, a spot on the arm and one on the hip bone."""
    image = np.full((160, 120), 4.0, dtype=np.float32)
    image[arm_labels() > 0] = 10
    image[SPOT] += spot
    image[70:73, 95:98] += elsewhere
    return image


@pytest.mark.parametrize("spot", [200.0, 2000.0])
def test_bright_spot_on_an_arm_is_the_injection(spot: float) -> None:
    found = spot_on_arm([counts(spot)] * 2, [arm_labels()] * 2, SETTINGS)
    assert found is not None
    assert found[61, 21]
    assert found.sum() < 30


def test_arm_without_a_spot_has_none() -> None:
    assert spot_on_arm([counts(20.0)] * 2, [arm_labels()] * 2, SETTINGS) is None


def test_bright_spot_elsewhere_is_none() -> None:
    assert spot_on_arm([counts(0.0, 2000.0)], [arm_labels()], SETTINGS) is None


def test_spot_must_show_on_both_views() -> None:
    assert spot_on_arm([counts(90.0), counts(0.0)], [arm_labels()] * 2, SETTINGS) is None
    assert spot_on_arm([counts(90.0)], [arm_labels()], SETTINGS) is not None


def test_no_arm_no_spot() -> None:
    assert spot_on_arm([counts(2000.0)], [np.zeros((160, 120), dtype=np.uint8)], SETTINGS) is None
