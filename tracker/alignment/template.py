"""The robust mean of a patient's aligned visits: what changed between visits has no say in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.alignment.fields import Spacing
from tracker.alignment.prepare import gaussian

SMOOTH_MM = 9.0
"""Blur before visits are compared with each other, millimetres."""

TOLERATED_SD = 3.0
"""A visit that differs from the middle one by this many standard deviations weighs half."""

LEAST_SHARED = 0.1
"""Share of every visit's counts that must lie where all visits looked for the visits to be scaled by it."""

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighed:
    """Visits scaled to each other, and how much each counts at every place.

    Parameters
    ----------
    scaled : ndarray, shape (visits, rows, cols)
        Counts scaled to the mean total.
    weight : ndarray, shape (visits, rows, cols)
        1 where a visit agrees with the middle one, less where something changed, almost 0 where it did not look.
    gains : ndarray, shape (visits,)
        The factors on the counts.
    """

    scaled: NDArray[np.float64]
    weight: NDArray[np.float64]
    gains: NDArray[np.float64]

    def mean(self) -> NDArray[np.float64]:
        """Return the weighted mean of all visits.

        Returns
        -------
        ndarray, shape (rows, cols), float64
            Mean counts.
        """
        return self._mean(range(len(self.scaled)))

    def mean_without(self, visit: int) -> NDArray[np.float64]:
        """Return the weighted mean of all visits but one: an image that visit's own noise has no part in.

        Parameters
        ----------
        visit : int
            Index of the one left out.

        Returns
        -------
        ndarray, shape (rows, cols), float64
            Mean counts.
        """
        return self._mean([other for other in range(len(self.scaled)) if other != visit])

    def _mean(self, visits: Iterable[int]) -> NDArray[np.float64]:
        """Return the weighted mean of some visits, one after the other: memory does not grow with their number."""
        total, weight = (np.zeros(self.scaled.shape[1:]) for _ in range(2))
        for visit in visits:
            total += self.scaled[visit] * self.weight[visit]
            weight += self.weight[visit]
        return total / weight


def weighed(layers: Sequence[Layer], spacing_mm: Spacing) -> Weighed:
    """Return layers scaled to each other, changed places weighted out.

    Parameters
    ----------
    layers : sequence of Layer
        At least one.
    spacing_mm : tuple of float
        Pixel spacing of patient space.

    Returns
    -------
    Weighed
        The scaled layers and their weights.
    """
    seen = np.stack([layer.seen for layer in layers])
    totals = _totals(layers, seen)
    gains = totals.mean() / totals
    scaled = np.stack([layer.counts * gain for layer, gain in zip(layers, gains, strict=True)])
    weight = np.where(seen, _agreement(scaled, seen, spacing_mm), UNSEEN)
    return Weighed(scaled=scaled, weight=weight, gains=gains)


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
    return weighed(layers, spacing_mm).mean()


def _totals(layers: Sequence[Layer], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return each layer's counts where all looked, or all its counts where that is too little to compare."""
    common = seen.all(axis=0)
    whole = np.array([max(float(layer.counts.sum()), 1.0) for layer in layers])
    shared = np.array([float(layer.counts[common].sum()) for layer in layers])
    return np.where((shared / whole).min() > LEAST_SHARED, np.maximum(shared, 1.0), whole)


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
