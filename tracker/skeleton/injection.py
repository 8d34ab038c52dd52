"""An injection site that the template does not name: the one spot on an arm that outshines all its bones.

Tracer left at the vein lies at elbow, wrist or hand, where bone takes little and metastases are rare (under 1 % lie
below the elbow), so that a spot several times as bright as the arm's own bones is what is left of the injection.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from tracker.records.regions import FINE_LABEL
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.template import STEP_MM

Image = NDArray[np.float32]
Labels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

ARM = tuple(label for name, label in FINE_LABEL.items() if name.startswith(("forearm", "hand")))
"""Labels of the arm below the elbow."""

ZONE_MM = 30.0
"""A vein lies within this distance of these bones, millimetres: half the width of an arm at the elbow."""

BLUR_PX = 1.0
"""Standard deviation of the smoothing, template pixels."""

SEED_MM = 5.0
"""Radius of what is handed on as the middle of the spot, millimetres."""


PEAK_PX = 9
"""A spot is the brightest pixel of a window this wide, template pixels: the shoulder of a hot joint is none."""


def _zone(labels: Labels) -> Mask:
    """Return where an arm's vein may lie: near bones of the arm, not on any other bone."""
    reach = 2 * round(ZONE_MM / STEP_MM) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    arm = np.isin(labels, ARM)
    humerus = [label for name, label in FINE_LABEL.items() if name.startswith("humerus")]
    other = (labels > 0) & ~arm & ~np.isin(labels, humerus)
    return np.asarray((cv2.dilate(arm.astype(np.uint8), disc) > 0) & ~other)


def _over_arm(density: Image, labels: Labels) -> Image | None:
    """Return brightness over the arm's own bones, 0 where no vein may lie; None without an arm."""
    arm = np.isin(labels, ARM)
    smooth = cv2.GaussianBlur(density, (0, 0), BLUR_PX)
    usual = float(np.median(smooth[arm])) if arm.any() else 0.0
    if usual <= 0:
        return None
    return np.where(_zone(labels), smooth / np.float32(usual), np.float32(0))


def spot_on_arm(densities: Sequence[Image], labels: Sequence[Labels], settings: SkeletonSettings) -> Mask | None:
    """Return the middle of the spot on an arm that outshines the arm's bones on every view, if there is one.

    Parameters
    ----------
    densities : sequence of ndarray, shape (rows, cols), float32
        Views of one visit on one part of the template grid, anatomical frame.
    labels : sequence of ndarray, shape (rows, cols), uint8
        Fine region numbers on the same grid, same order.
    settings : SkeletonSettings
        Least brightness.

    Returns
    -------
    ndarray, shape (rows, cols), bool, or None
        A small disc; None where nothing outshines the arm.
    """
    over = [seen for seen in map(_over_arm, densities, labels) if seen is not None]
    if not over:
        return None
    both = np.prod(np.stack(over), axis=0) ** np.float32(1 / len(over))
    on_bone = np.logical_or.reduce([numbers > 0 for numbers in labels])
    over_need = both / np.where(on_bone, settings.injection_contrast, settings.injection_contrast_off_bone)
    over_need[both < maximum_filter(both, size=PEAK_PX)] = 0
    row, col = np.unravel_index(int(over_need.argmax()), both.shape)
    if over_need[row, col] < 1:
        return None
    seed = np.zeros(both.shape, dtype=np.uint8)
    cv2.circle(seed, (int(col), int(row)), max(1, round(SEED_MM / STEP_MM)), 1, -1)
    return seed > 0
