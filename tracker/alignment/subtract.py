"""Subtraction images for display: follow-up minus reference in standard deviations, and the ratio of uptake.

Both visits lie on one grid already. The follow-up is scaled to the reference by the typical ratio over the body, so
that dose and time do not show and a lesion or a full bladder does not scale the rest. Noise follows from the counts
that were detected: Poisson, of each visit in the window that the blur averages over.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.alignment.fields import Floats, Spacing
from tracker.alignment.prepare import ANSCOMBE, gaussian
from tracker.errors import ImageError
from tracker.records.arrays import frozen

SUBTRACTION_BLUR_MM = 6.0
"""Blur before two visits are subtracted, millimetres: about the resolution of a whole-body scan (10 to 14 mm FWHM)."""

BODY_COUNTS = 8.0
"""Counts of both visits in the window of the blur above which a place has a say in the scaling."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subtraction:
    """What changed from a reference visit to a follow-up, by place.

    Parameters
    ----------
    standard_deviations : ndarray, shape (rows, cols), float32
        Follow-up minus reference over the standard deviation that counting alone gives; positive is hotter.
    uptake_ratio : ndarray, shape (rows, cols), float32
        Follow-up over reference after scaling; 1 is no change, above is hotter.
    scale : float
        Factor on the counts of the follow-up.
    seen : ndarray, shape (rows, cols), bool
        Where both visits looked; elsewhere the images say no change.
    """

    standard_deviations: Floats
    uptake_ratio: Floats
    scale: float
    seen: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for name in ("standard_deviations", "uptake_ratio", "seen"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


def subtraction(
    reference: NDArray[np.float64],
    follow_up: NDArray[np.float64],
    spacing_mm: Spacing,
    seen: NDArray[np.bool_] | None = None,
) -> Subtraction:
    """Return what changed between two aligned visits.

    Parameters
    ----------
    reference, follow_up : ndarray, shape (rows, cols), float64
        Detected counts per pixel of one grid, the follow-up resampled on it (`warp_to_space`, `PairAlignment.warp`).
    spacing_mm : tuple of float
        Pixel spacing of the grid.
    seen : ndarray, shape (rows, cols), bool, optional
        Where both visits looked; everywhere unless given.

    Returns
    -------
    Subtraction
        In standard deviations and as ratio.

    Raises
    ------
    ImageError
        If the images do not share one grid.

    Examples
    --------
    >>> flat = np.full((40, 30), 20.0)
    >>> warmer = flat.copy()
    >>> warmer[15:25, 10:20] *= 2
    >>> found = subtraction(flat, 3 * warmer, (2.4, 2.4))
    >>> bool(found.standard_deviations[20, 15] > 5), round(float(found.uptake_ratio[2, 2]), 2)
    (True, 1.0)
    """
    looked = np.ones(reference.shape, dtype=bool) if seen is None else seen
    if not reference.shape == follow_up.shape == looked.shape:
        raise ImageError(
            f"the images have shapes {reference.shape} and {follow_up.shape}; needed is one grid", code="IMAGE_SHAPE"
        )
    first, second = (_window_counts(image, looked, spacing_mm) for image in (reference, follow_up))
    scale = _typical_scale(first[looked], second[looked])
    sd = np.sqrt(first + scale**2 * second + max(1.0, scale**2))
    ratio = (scale * second + ANSCOMBE * max(1.0, scale)) / (first + ANSCOMBE * max(1.0, scale))
    return Subtraction(
        standard_deviations=np.where(looked, (scale * second - first) / sd, 0.0).astype(np.float32),
        uptake_ratio=np.where(looked, ratio, 1.0).astype(np.float32),
        scale=scale,
        seen=looked,
    )


def _window_counts(counts: NDArray[np.float64], seen: NDArray[np.bool_], spacing_mm: Spacing) -> Floats:
    """Return the counts in the window that a Gaussian averages over, as if all of it had been seen."""
    window_px = 4 * np.pi * SUBTRACTION_BLUR_MM**2 / (spacing_mm[0] * spacing_mm[1])
    inside = seen.astype(np.float32)
    cover = np.maximum(gaussian(inside, SUBTRACTION_BLUR_MM, spacing_mm), np.float32(1e-3))
    blurred = gaussian(counts.astype(np.float32) * inside, SUBTRACTION_BLUR_MM, spacing_mm)
    return np.asarray(blurred / cover * np.float32(window_px), dtype=np.float32)


def _typical_scale(first: Floats, second: Floats) -> float:
    """Return the median ratio of the reference's counts over the follow-up's where both show body, 1 without any."""
    body = (first > BODY_COUNTS) & (second > BODY_COUNTS)
    return float(np.median(first[body] / second[body])) if body.any() else 1.0
