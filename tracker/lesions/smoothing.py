"""Gaussian windows on images: the one place that chooses how they are computed."""

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float64]
Width = NDArray[np.float64]
"""Standard deviation (row, col) of a window, pixels."""

COARSE_PX = 4
"""Block size on which wide windows are computed; such a window is at least this wide."""


def smooth(image: Image, width_px: Width) -> Image:
    """Return ``image`` under a Gaussian window, mirrored at its rim.

    Parameters
    ----------
    image : ndarray, shape (rows, cols), float64
        Any image.
    width_px : ndarray, shape (2,)
        Standard deviation (row, col), pixels.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        Weighted mean around every pixel.
    """
    row, col = (float(step) for step in width_px)
    blurred = cv2.GaussianBlur(
        np.ascontiguousarray(image, dtype=np.float64), (0, 0), sigmaX=col, sigmaY=row, borderType=cv2.BORDER_REFLECT
    )
    return np.asarray(blurred, dtype=np.float64)


def smooth_wide(image: Image, width_px: Width) -> Image:
    """Return ``image`` under a wide Gaussian window, computed on blocks of pixels.

    Parameters
    ----------
    image : ndarray, shape (rows, cols), float64
        Any image.
    width_px : ndarray, shape (2,)
        Standard deviation (row, col), pixels; `smooth` is used below twice `COARSE_PX`.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        Weighted mean around every pixel, to a few percent of a narrow feature's height.
    """
    if min(width_px) < 2 * COARSE_PX:
        return smooth(image, width_px)
    rows, cols = image.shape
    coarse = cv2.resize(
        np.ascontiguousarray(image, dtype=np.float64),
        (max(1, -(-cols // COARSE_PX)), max(1, -(-rows // COARSE_PX))),
        interpolation=cv2.INTER_AREA,
    )
    blurred = smooth(np.asarray(coarse), width_px / COARSE_PX)
    return np.asarray(cv2.resize(blurred, (cols, rows), interpolation=cv2.INTER_LINEAR), dtype=np.float64)


def noise_share(width_px: Width) -> float:
    """Return the share of a pixel's variance that is left under a Gaussian window.

    Parameters
    ----------
    width_px : ndarray, shape (2,)
        Standard deviation (row, col), pixels.

    Returns
    -------
    float
        ``1 / (4 pi row col)``: sum of the squared weights of a window much wider than a pixel.
    """
    return 1.0 / float(4 * np.pi * width_px[0] * width_px[1])
