"""The network's arithmetic against its definition."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tracker.skeleton.network import convolve, linear, pixel_scores, to_cells, to_pixels


def by_definition(image: NDArray[np.float32], kernel: NDArray[np.float32], bias: NDArray[np.float32]) -> list[float]:
    """One output of a 3 x 3 convolution at every cell, summed term by term."""
    rows, cols, features = image.shape
    out = []
    for row in range(rows):
        for col in range(cols):
            total = float(bias[0])
            for dy in range(3):
                for dx in range(3):
                    r, c = row + dy - 1, col + dx - 1
                    if 0 <= r < rows and 0 <= c < cols:
                        total += float(image[r, c] @ kernel[dy, dx * features : (dx + 1) * features, 0])
            out.append(max(0.0, total))
    return out


def test_convolution_follows_its_definition() -> None:
    rng = np.random.default_rng(1)
    image = rng.normal(size=(5, 4, 3)).astype(np.float32)
    kernel = rng.normal(size=(3, 9, 1)).astype(np.float32)
    bias = rng.normal(size=1).astype(np.float32)
    assert convolve(image, kernel, bias).ravel().tolist() == pytest.approx(by_definition(image, kernel, bias), abs=1e-4)


def test_cells_hold_their_pixels() -> None:
    image = np.arange(2 * 6 * 8, dtype=np.float32).reshape(2, 6, 8)
    assert np.array_equal(to_pixels(to_cells(image)), image)


def test_scores_per_pixel_are_scores_per_cell_laid_out() -> None:
    rng = np.random.default_rng(2)
    weights = {
        "labels.kernel": rng.normal(size=(5, 12)).astype(np.float32),
        "labels.bias": rng.normal(size=12).astype(np.float32),
    }
    features = rng.normal(size=(3, 4, 5)).astype(np.float32)
    expected = to_pixels(linear(features, weights, "labels"))
    assert np.allclose(pixel_scores(features, weights, "labels"), expected, atol=1e-5)
