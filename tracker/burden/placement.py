"""How far a region's mean density may move because its label does not lie exactly on the bone."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from tracker.burden.view_to_measure import RegionPart

MEAN_LENGTH = float(np.sqrt(np.pi / 2))
"""Mean length of a 2-D displacement over its standard deviation along one axis, dimensionless (Rayleigh)."""

BLOCKS_PER_LENGTH = 5
"""The correlation is evaluated on blocks this many times smaller than its length."""


def placement_sd(
    part: RegionPart, density: NDArray[np.float64], error_mm: NDArray[np.float64], length_mm: float
) -> float:
    """Return one standard deviation of a region's mean density from misplaced labels, over that mean.

    The rim moves by a random displacement that is alike over ``length_mm``; what it gains and loses there is the
    density at the rim less the region's mean. Opposite rims of one bone cancel as far as they move together.

    Parameters
    ----------
    part : RegionPart
        The region, with a margin of at least one pixel around it where the image has one; where it has none, the
        edge of the image is a rim like any other.
    density : ndarray, shape (rows, cols), float64
        Smoothed bone counts per pixel, from `view_to_measure.rim_density`.
    error_mm : ndarray, shape (rows, cols), float64
        Expected length of the misplacement, millimetres.
    length_mm : float
        Length over which displacements are alike, millimetres.

    Returns
    -------
    float
        Dimensionless, not negative; 0 for an empty region or one without counts.
    """
    spacing_mm = part.ready.view.spacing_mm
    seen = np.pad(part.seen.astype(np.float64), 1)
    near = np.pad(density, 1, mode="edge")
    total = float((near * seen).sum())
    if total <= 0:
        return 0.0
    swing = (near - total / float(seen.sum())) * np.pad(error_mm, 1, mode="edge") / MEAN_LENGTH
    variance = 0.0
    for axis, step_mm in enumerate(spacing_mm):
        variance += _correlated_sum(-np.gradient(seen, axis=axis) / step_mm * swing, spacing_mm, length_mm)
    return float(np.sqrt(max(variance, 0.0))) / total


def _correlated_sum(flux: NDArray[np.float64], spacing_mm: tuple[float, float], length_mm: float) -> float:
    """Return the double sum of ``flux`` with a Gaussian correlation of standard deviation ``length_mm``."""
    blocks = [max(int(length_mm / step / BLOCKS_PER_LENGTH), 1) for step in spacing_mm]
    rows, cols = (-flux.shape[0] % blocks[0], -flux.shape[1] % blocks[1])
    padded = np.pad(flux, ((0, rows), (0, cols)))
    tiles = padded.reshape(padded.shape[0] // blocks[0], blocks[0], padded.shape[1] // blocks[1], blocks[1])
    coarse = tiles.sum(axis=(1, 3))
    sigma = [length_mm / step / block for step, block in zip(spacing_mm, blocks, strict=True)]
    kernel_peak = 2 * np.pi * sigma[0] * sigma[1]
    alike = ndimage.gaussian_filter(coarse, sigma, mode="constant", truncate=3.0) * kernel_peak
    return float((coarse * alike).sum())
