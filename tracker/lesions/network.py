"""The arithmetic of the focus network in plain numpy: a small U-Net on groups of 2 x 2 cells.

Weights come with batch normalisation already folded in, so that a layer is one convolution and one rectifier.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]

LEVELS = 4
"""Resolutions of the network; each is half as fine as the one before."""

GROUP = 2
"""A group of the finest level is this many cells wide."""

MULTIPLE = GROUP * 2 ** (LEVELS - 1)
"""Image sides must be multiples of this many cells."""


def outputs(views: Image, weights: Mapping[str, Image]) -> Image:
    """Return what the network says about every cell.

    Parameters
    ----------
    views : ndarray, shape (2, rows, cols), float32
        Anterior and mirrored posterior, prepared; zero where not given. Sides are multiples of `MULTIPLE`.
    weights : mapping of str to ndarray
        Weights by layer name.

    Returns
    -------
    ndarray, shape (4, rows, cols), float32
        Log odds of a lesion on the anterior and posterior view, then log odds of the lesions' share of the counts.
    """
    here = _grouped(views)
    kept: list[Image] = []
    for level in range(LEVELS):
        here = here if level == 0 else _halved(here)
        for letter in "ab":
            here = convolve(here, weights[f"down{level}{letter}.kernel"], weights[f"down{level}{letter}.bias"])
        kept.append(here)
    for level in reversed(range(LEVELS - 1)):
        lifted = np.moveaxis(_ungrouped(_linear(here, weights, f"lift{level}")), 0, 2)
        here = np.concatenate([kept[level], lifted], axis=2)
        here = convolve(here, weights[f"up{level}a.kernel"], weights[f"up{level}a.bias"])
    return _ungrouped(_linear(here, weights, "out"))


def convolve(image: Image, kernel: Image, bias: Image) -> Image:
    """Return a 3 x 3 convolution followed by a rectifier.

    Parameters
    ----------
    image : ndarray, shape (rows, cols, features), float32
        Features per place.
    kernel : ndarray, shape (3, 3 * features, outputs), float32
        Weights per row offset; within a row offset, left neighbour first.
    bias : ndarray, shape (outputs,), float32
        Added to each output.

    Returns
    -------
    ndarray, shape (rows, cols, outputs), float32
        Not negative.
    """
    rows, cols, features = image.shape
    taps = np.zeros((rows + 2, cols, 3 * features), dtype=np.float32)
    taps[1:-1, 1:, :features] = image[:, :-1]
    taps[1:-1, :, features : 2 * features] = image
    taps[1:-1, :-1, 2 * features :] = image[:, 1:]
    flat = taps.reshape((rows + 2) * cols, -1)
    out = flat[: rows * cols] @ kernel[0]
    out += flat[cols : (rows + 1) * cols] @ kernel[1]
    out += flat[2 * cols :] @ kernel[2]
    out += bias
    np.maximum(out, 0, out=out)
    return np.asarray(out.reshape(rows, cols, -1))


def _linear(image: Image, weights: Mapping[str, Image], name: str) -> Image:
    """Return a linear function of the features of each place."""
    rows, cols, features = image.shape
    out = image.reshape(-1, features) @ weights[f"{name}.kernel"] + weights[f"{name}.bias"]
    return np.asarray(out.reshape(rows, cols, -1))


def _halved(image: Image) -> Image:
    """Return the maximum of each 2 x 2 group of places."""
    rows, cols, features = image.shape
    return np.asarray(image.reshape(rows // 2, 2, cols // 2, 2, features).max(axis=(1, 3)))


def _grouped(cells: Image) -> Image:
    """Return cells as groups that hold their cells as features: channel by channel, row by row."""
    channels, rows, cols = cells.shape
    groups = cells.reshape(channels, rows // GROUP, GROUP, cols // GROUP, GROUP)
    return np.ascontiguousarray(groups.transpose(1, 3, 0, 2, 4).reshape(rows // GROUP, cols // GROUP, -1))


def _ungrouped(groups: Image) -> Image:
    """Return groups as the cells they hold, channels first; the inverse of `_grouped`."""
    rows, cols, features = groups.shape
    cells = groups.reshape(rows, cols, features // GROUP**2, GROUP, GROUP)
    return np.ascontiguousarray(cells.transpose(2, 0, 3, 1, 4)).reshape(-1, rows * GROUP, cols * GROUP)
