"""The robust mean of a patient's aligned visits: what changed between visits has no say in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.alignment.fields import Spacing
from tracker.alignment.prepare import gaussian

SMOOTH_MM = 9.0
"""Blur before visits are compared with each other, millimetres."""

TOLERATED_SD = 3.0
"""A visit that differs from the middle one by this many standard deviations weighs half."""


UNSEEN = 1e-9
"""Weight of a visit outside its field of view: counts only where no visit looked."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """One visit's view in patient space.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols), float64
        Counts per patient-space pixel, as detected.
    seen : ndarray, shape (rows, cols), bool
        Inside the visit's field of view.
    """

    counts: NDArray[np.float64]
    seen: NDArray[np.bool_]


def robust_mean(layers: Sequence[Layer], spacing_mm: Spacing) -> NDArray[np.float64]:
    """Return the mean of layers, each scaled to the mean total, changed places weighted out.

    Parameters
    ----------
    layers : sequence of Layer
        At least one.
    spacing_mm : tuple of float
        Pixel spacing of patient space.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        Mean counts per patient-space pixel; zero where no visit looked.
    """
    totals = np.array([max(float(layer.counts.sum()), 1.0) for layer in layers])
    gains = totals.mean() / totals
    scaled = np.stack([layer.counts * gain for layer, gain in zip(layers, gains, strict=True)])
    seen = np.stack([layer.seen for layer in layers])
    weight = np.where(seen, _agreement(scaled, seen, spacing_mm), UNSEEN)
    return np.asarray((scaled * weight).sum(axis=0) / weight.sum(axis=0))


def _agreement(scaled: NDArray[np.float64], seen: NDArray[np.bool_], spacing_mm: Spacing) -> NDArray[np.float64]:
    """Return how far each visit agrees with the middle one, 0 to 1, by place."""
    roots = np.stack([np.sqrt(gaussian(layer.astype(np.float32), SMOOTH_MM, spacing_mm) + 0.375) for layer in scaled])
    known = np.where(seen, roots, np.nan)
    known[:, ~seen.any(axis=0)] = 0.0
    middle = np.nanmedian(known, axis=0)
    off = np.nan_to_num(known - middle)
    spread = np.sqrt(0.25 * spacing_mm[0] * spacing_mm[1] / (4 * np.pi * SMOOTH_MM**2))
    misfit = 1.4826 * float(np.median(np.abs(off[seen]))) if seen.any() else 0.0
    width = TOLERATED_SD * max(float(spread), misfit)
    return np.asarray(1 / (1 + (off / width) ** 2) ** 2)
