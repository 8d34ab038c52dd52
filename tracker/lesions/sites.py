"""Physiologic sites as foci: what a mask already names is listed, never searched."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects, label

from tracker.records.skeleton import Physiologic, SkeletonView

LISTED = (
    Physiologic.BLADDER,
    Physiologic.KIDNEY_LEFT,
    Physiologic.KIDNEY_RIGHT,
    Physiologic.INJECTION_SITE,
    Physiologic.URINE_CONTAMINATION,
)
"""Sites in the order of their numbers."""


def site_pixels(skeleton_view: SkeletonView, smallest_px: float) -> tuple[NDArray[np.int32], ...]:
    """Return the pixels of every physiologic site of a view, one entry per connected part.

    Parameters
    ----------
    skeleton_view : SkeletonView
        Masks on the stored pixels.
    smallest_px : float
        Parts with fewer pixels are left out.

    Returns
    -------
    tuple of ndarray, shape (n, 2), int32
        Stored (row, col), ordered by site, then place.
    """
    found: list[NDArray[np.int32]] = []
    for site in LISTED:
        mask = skeleton_view.physiologic == site
        if not mask.any():
            continue
        parts, _ = label(mask)
        for number, box in enumerate(find_objects(parts), start=1):
            inside = np.argwhere(parts[box] == number) + np.array([box[0].start, box[1].start])
            if len(inside) >= smallest_px:
                found.append(inside.astype(np.int32))
    return tuple(found)
