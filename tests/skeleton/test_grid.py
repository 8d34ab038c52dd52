"""To the template grid and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.skeleton.grid import grid_around, resized, template_shape
from tracker.skeleton.network import MULTIPLE_PX


@given(
    shape=st.tuples(st.integers(40, 300), st.integers(40, 300)),
    spacing=st.tuples(st.floats(1.0, 9.0), st.floats(1.0, 9.0)),
)
@settings(max_examples=40, deadline=None)
def test_a_place_goes_there_and_back(shape: tuple[int, int], spacing: tuple[float, float]) -> None:
    row, col = shape[0] // 2, shape[1] // 3
    image = np.zeros(shape, np.float32)
    image[row - 4 : row + 5, col - 4 : col + 5] = 1
    full = resized(image, template_shape(shape, spacing, 1.0))
    grid = grid_around(full > 0.5 * full.max(), shape)
    part = grid.taken(full)
    assert part.shape[0] % MULTIPLE_PX == 0
    assert part.shape[1] % MULTIPLE_PX == 0
    back = grid.given(part)
    rows, cols = np.indices(shape)
    assert (rows * back).sum() / back.sum() == pytest.approx(row, abs=0.5)
    assert (cols * back).sum() / back.sum() == pytest.approx(col, abs=0.5)


def test_coarser_parts_are_carried_as_well() -> None:
    body = np.zeros((128, 96), bool)
    body[40:80, 30:60] = True
    grid = grid_around(body, (64, 48))
    part = grid.taken(body.astype(np.float32))
    coarse = part.reshape(part.shape[0] // 2, 2, part.shape[1] // 2, 2).mean(axis=(1, 3))
    assert np.abs(grid.given(coarse) - grid.given(part)).max() < 0.51
    assert grid.given(coarse).sum() == pytest.approx(grid.given(part).sum(), rel=0.02)
