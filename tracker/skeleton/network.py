"""The network's arithmetic in plain numpy: a small U-Net on cells of 2 x 2 pixels.

Weights come with batch normalisation already folded in, so that a layer is one convolution and one rectifier.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]

LEVELS = 5
"""Resolutions of the network; the coarsest sees cells of 2**(LEVELS - 1) fine cells."""

CELL_PX = 2
"""A cell of the finest level is this many template pixels wide."""

MULTIPLE_PX = CELL_PX * 2 ** (LEVELS - 1)
"""Image sides must be multiples of this many template pixels."""


def _taps(image: Image) -> Image:
    """Return each cell with its left and right neighbours' features beside its own, zero beyond the edge."""
    rows, cols, features = image.shape
    taps = np.zeros((rows + 2, cols, 3 * features), dtype=np.float32)
    taps[1:-1, 1:, :features] = image[:, :-1]
    taps[1:-1, :, features : 2 * features] = image
    taps[1:-1, :-1, 2 * features :] = image[:, 1:]
    return taps


def convolve(image: Image, kernel: Image, bias: Image) -> Image:
    """Return a 3 x 3 convolution followed by a rectifier.

    Parameters
    ----------
    image : ndarray, shape (rows, cols, features), float32
        Features per cell.
    kernel : ndarray, shape (3, 3 * features, outputs), float32
        Weights per row offset; within a row offset, left neighbour first.
    bias : ndarray, shape (outputs,), float32
        Added to each output.

    Returns
    -------
    ndarray, shape (rows, cols, outputs), float32
        Not negative.
    """
    rows, cols, _ = image.shape
    taps = _taps(image).reshape((rows + 2) * cols, -1)
    out = taps[: rows * cols] @ kernel[0]
    out += taps[cols : (rows + 1) * cols] @ kernel[1]
    out += taps[2 * cols :] @ kernel[2]
    out += bias
    np.maximum(out, 0, out=out)
    return np.asarray(out.reshape(rows, cols, -1))


def _blocks(image: Image, weights: Mapping[str, Image], stage: str) -> Image:
    """Return the convolutions of one stage, in order."""
    for letter in "ab":
        name = f"{stage}{letter}"
        if f"{name}.kernel" in weights:
            image = convolve(image, weights[f"{name}.kernel"], weights[f"{name}.bias"])
    return image


def linear(image: Image, weights: Mapping[str, Image], name: str) -> Image:
    """Return a linear function of each cell's features.

    Parameters
    ----------
    image : ndarray, shape (rows, cols, features), float32
        Features per cell.
    weights : mapping of str to ndarray
        Weights by layer name.
    name : str
        The layer.

    Returns
    -------
    ndarray, shape (rows, cols, outputs), float32
        Any sign.
    """
    rows, cols, features = image.shape
    out = image.reshape(-1, features) @ weights[f"{name}.kernel"] + weights[f"{name}.bias"]
    return np.asarray(out.reshape(rows, cols, -1))


def _pooled(image: Image) -> Image:
    """Return the maximum of each 2 x 2 group of cells."""
    rows, cols, features = image.shape
    groups = image.reshape(rows // 2, 2, cols // 2, 2, features)
    return np.asarray(groups.max(axis=(1, 3)))


def to_cells(image: Image) -> Image:
    """Return an image of pixels as cells that hold their pixels as features.

    Parameters
    ----------
    image : ndarray, shape (channels, rows, cols), float32
        Pixels.

    Returns
    -------
    ndarray, shape (rows / 2, cols / 2, 4 * channels), float32
        Channel by channel, row by row of each cell.
    """
    channels, rows, cols = image.shape
    groups = image.reshape(channels, rows // CELL_PX, CELL_PX, cols // CELL_PX, CELL_PX)
    return np.ascontiguousarray(groups.transpose(1, 3, 0, 2, 4).reshape(rows // CELL_PX, cols // CELL_PX, -1))


def to_pixels(cells: Image) -> Image:
    """Return cells as the pixels they hold; the inverse of `to_cells`.

    Parameters
    ----------
    cells : ndarray, shape (rows, cols, 4 * channels), float32
        Channel by channel, row by row of each cell.

    Returns
    -------
    ndarray, shape (channels, 2 * rows, 2 * cols), float32
        Pixels.
    """
    rows, cols, features = cells.shape
    groups = cells.reshape(rows, cols, features // CELL_PX**2, CELL_PX, CELL_PX)
    return np.ascontiguousarray(groups.transpose(2, 0, 3, 1, 4)).reshape(-1, rows * CELL_PX, cols * CELL_PX)


def pixel_scores(features: Image, weights: Mapping[str, Image], name: str) -> Image:
    """Return a linear function of each cell's features as the pixels that the cell holds.

    Parameters
    ----------
    features : ndarray, shape (rows, cols, features), float32
        Features per cell.
    weights : mapping of str to ndarray
        Weights by layer name.
    name : str
        The layer; its outputs are channel by channel, row by row of each cell.

    Returns
    -------
    ndarray, shape (channels, 2 * rows, 2 * cols), float32
        Any sign.
    """
    rows, cols, depth = features.shape
    kernel, bias = weights[f"{name}.kernel"], weights[f"{name}.bias"]
    flat, held = features.reshape(-1, depth).T, CELL_PX**2
    pixels = np.empty((len(bias) // held, rows * CELL_PX, cols * CELL_PX), dtype=np.float32)
    for index in range(held):
        down, right = divmod(index, CELL_PX)
        scores = kernel[:, index::held].T @ flat + bias[index::held, None]
        pixels[:, down::CELL_PX, right::CELL_PX] = scores.reshape(-1, rows, cols)
    return pixels


def deepened(image: Image, weights: Mapping[str, Image], levels: int) -> Image:
    """Return the features of the coarsest level of a network that only goes down.

    Parameters
    ----------
    image : ndarray, shape (rows, cols, features), float32
        Features per place; sides are multiples of ``2 ** (levels - 1)``.
    weights : mapping of str to ndarray
        Weights by layer name.
    levels : int
        Resolutions, each half as fine as the one before.

    Returns
    -------
    ndarray, shape (rows / 2 ** (levels - 1), cols / 2 ** (levels - 1), features), float32
        Features.
    """
    for level in range(levels):
        image = _blocks(image if level == 0 else _pooled(image), weights, f"down{level}")
    return image


def features_of(views: Image, weights: Mapping[str, Image]) -> Image:
    """Return the features from which every output is a linear function.

    Parameters
    ----------
    views : ndarray, shape (2, rows, cols), float32
        Anterior and mirrored posterior, prepared; zero where not given. Sides are multiples of `MULTIPLE_PX`.
    weights : mapping of str to ndarray
        Weights by layer name.

    Returns
    -------
    ndarray, shape (rows / 2, cols / 2, features), float32
        Features per cell.
    """
    here = to_cells(views)
    kept: list[Image] = []
    for level in range(LEVELS):
        here = _blocks(here if level == 0 else _pooled(here), weights, f"down{level}")
        kept.append(here)
    here = _blocks(here, weights, "middle")
    for level in reversed(range(LEVELS - 1)):
        lifted = np.moveaxis(to_pixels(linear(here, weights, f"lift{level}")), 0, 2)
        here = _blocks(np.concatenate([kept[level], lifted], axis=2), weights, f"up{level}")
    return here
