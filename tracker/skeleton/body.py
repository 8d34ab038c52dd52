"""The body outline: where counts stand out of the room's background."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.template import STEP_MM

LEAST_PART = 0.02
"""Pieces smaller than this fraction of the largest one are no part of the body (a marker, a syringe). Decided."""

HIGH_PERCENTILE = 95.0
"""Percentile of the occupied pixels that stands for bright tissue; robust against bladder and injection site."""


def body_outline(density: NDArray[np.float32], settings: SkeletonSettings) -> NDArray[np.bool_]:
    """Return the pixels inside the body.

    Parameters
    ----------
    density : ndarray, shape (rows, cols), float32
        Counts on the template grid.
    settings : SkeletonSettings
        Level and smoothing.

    Returns
    -------
    ndarray, shape (rows, cols), bool
        Body without its holes; all False where there are no counts.
    """
    sigma = settings.body_blur_mm / STEP_MM
    smooth = cv2.GaussianBlur(density, (0, 0), sigma)
    occupied = smooth[smooth > 0]
    if not occupied.size:
        return np.zeros(density.shape, dtype=bool)
    bright = np.percentile(occupied, HIGH_PERCENTILE)
    return _largest_pieces(smooth > settings.body_fraction * bright)


def _largest_pieces(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the mask without its small pieces."""
    count, pieces, facts, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count <= 2:
        return mask
    areas = facts[1:, cv2.CC_STAT_AREA]
    keep = np.concatenate([[False], areas >= LEAST_PART * areas.max()])
    return np.asarray(keep[pieces])
