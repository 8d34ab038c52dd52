"""The one public real scan: nothing of it took part in learning."""

import sysconfig
from pathlib import Path

import numpy as np
import pydicom
import pytest

from tracker.records.regions import WHOLE_LABEL
from tracker.records.skeleton import Physiologic, SkeletonMap
from tracker.records.view import Projection, View
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton import map_regions, refine_physiologic

SPACING_MM = (2.26, 2.26)

PLACES: dict[str, tuple[int, int]] = {
    "skull": (110, 137),
    "sternum": (265, 137),
    "lumbar_spine": (365, 147),
    "humerus_right": (235, 62),
    "humerus_left": (260, 222),
    "femur_right": (540, 84),
    "femur_left": (540, 182),
    "lower_leg_right": (720, 88),
    "lower_leg_left": (720, 165),
    "foot_right": (830, 90),
    "foot_left": (830, 145),
    "hip_bone_right": (400, 100),
    "hip_bone_left": (400, 188),
    "scapula_right": (214, 78),
}
"""Pixels that show a bone beyond doubt, read from the picture by eye: row, column."""


@pytest.fixture(scope="module")
def counts() -> np.ndarray:
    path = next(Path(sysconfig.get_paths()["purelib"]).rglob("JPEG-LL.dcm"))
    return pydicom.dcmread(path).pixel_array.astype(np.float64)


@pytest.fixture(scope="module")
def mapped(counts: np.ndarray) -> SkeletonMap:
    return map_regions(anterior=counts, spacing_mm=SPACING_MM)


@pytest.mark.parametrize("name", sorted(PLACES))
def test_a_bone_is_named_as_a_reader_would(mapped: SkeletonMap, name: str) -> None:
    row, col = PLACES[name]
    near = mapped.labels("ANTERIOR")[row - 3 : row + 4, col - 3 : col + 4]
    assert (near == WHOLE_LABEL[name]).mean() > 0.5


def test_everything_but_what_is_cut_can_be_measured(mapped: SkeletonMap) -> None:
    assert set(mapped.not_evaluable) <= {"hand_left", "hand_right", "forearm_left", "forearm_right", "mandible"}
    assert not mapped.superscan
    assert mapped.fit_quality > 0.6


def test_bladder_and_hot_hand_are_masked(counts: np.ndarray, mapped: SkeletonMap) -> None:
    view = View(projection=Projection.ANTERIOR, counts=counts, spacing_mm=SPACING_MM)
    sites = refine_physiologic([view], mapped.views, SkeletonSettings())[0].physiologic
    assert sites[420, 143] == Physiologic.BLADDER
    assert sites[478, 234] == Physiologic.INJECTION_SITE
