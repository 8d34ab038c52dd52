"""Two peaks of one outline are two foci where the way between them leads through a dip."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tracker.lesions.outline import outlines, parted
from tracker.settings.lesions import LesionSettings

SPACING_MM = (2.4, 2.4)


def hills(dip: float) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return log odds with peaks of 6 and 4, 10 columns apart, and ``dip`` below the lower one between them."""
    odds = np.full((30, 40), -8.0)
    odds[10:15, 10:25] = 4.0 - dip
    odds[12, 12], odds[12, 22] = 6.0, 4.0
    return odds, np.array([(12, 12), (12, 22)])


def cut(dip: float, least_drop: float) -> tuple[list[NDArray[np.int32]], list[NDArray[np.int32]]]:
    odds, peaks = hills(dip)
    whole = outlines(1 / (1 + np.exp(-odds)), peaks, SPACING_MM, LesionSettings())
    return list(whole), list(parted(whole, odds, peaks, least_drop))


def test_a_dip_makes_two_foci() -> None:
    whole, parts = cut(dip=2.0, least_drop=1.0)
    assert [len(shape) for shape in whole] == [75, 0]
    assert all(len(part) >= 25 for part in parts)
    for part, peak in zip(parts, [(12, 12), (12, 22)], strict=True):
        assert np.abs(part.mean(axis=0) - peak).max() < 2.5


def test_a_shallow_dip_leaves_one_focus() -> None:
    whole, parts = cut(dip=0.5, least_drop=1.0)
    assert [len(part) for part in parts] == [len(shape) for shape in whole]


@pytest.mark.parametrize("least_drop", [0.3, 1.0, 5.0])
@given(dip=st.floats(0, 3))
def test_no_pixel_is_lost_or_given_twice(least_drop: float, dip: float) -> None:
    whole, parts = cut(dip, least_drop)
    there = [tuple(pixel) for part in parts for pixel in part]
    assert len(there) == len(set(there))
    assert set(there) == {tuple(pixel) for shape in whole for pixel in shape}
