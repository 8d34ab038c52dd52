"""How far a motion may be off, by place: the posterior of the fit, widened where the body had to bend.

The posterior knows noise, structure and stiffness. It does not know that a body moves in space and is seen in
projection: where it bent, bones at different depths move differently and no map in the plane can follow all of them.
That part was measured on simulated courses; it grows with the bending that was found, and levels off, for a body can
bend much in the plane alone.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dtbtrs

from tracker.alignment.deform import Motion
from tracker.alignment.dense import Grid
from tracker.alignment.fields import Floats, sample_field
from tracker.alignment.prepare import gaussian

DRAWS = 96
"""Draws from the posterior that the expected error is measured on: 5 % precision."""

DRAW_SEED = 20061
"""The draws are the same in every run."""

ERROR_GRID_MM = 16.0
"""Distance between the places where the expected error is measured, millimetres."""

FLOOR_MM = 0.3
"""Expected error where neither noise nor bending adds any, millimetres: two encodings of one scan differ by as much."""

BENDING_FACTOR = 3.9
"""Largest factor on the posterior from bending. With `BENDING_STRAIN` the maximum of an exponential likelihood over
skeleton pixels of 22 simulated pairs of visits and 55 pairs moved in the plane (seeds 1000-1113), the former weighted
twice as high."""

BENDING_STRAIN = 0.086
"""Strain (change of displacement over distance) that brings 63 % of that factor, dimensionless. Found with it."""

STRAIN_BLUR_MM = 18.0
"""Strain is averaged over a Gaussian of this standard deviation, millimetres: the width of a limb."""

STRAIN_GRID_MM = 8.0
"""Distance between the places where strain is measured, millimetres; the displacement bends over 63 mm."""

LARGEST_SAID_MM = 1000.0
"""No larger error is stated: the images say nothing there."""


def expected_error_mm(motion: Motion, fixed: Grid) -> NDArray[np.float32]:
    """Return the expected length of the misplacement at every pixel.

    Parameters
    ----------
    motion : Motion
        The motion with its posterior information.
    fixed : Grid
        Grid of the fixed image.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        Millimetres, `FLOOR_MM` to `LARGEST_SAID_MM`; calibrated on simulated courses (`benchmarks.alignment`).
    """
    posterior = np.minimum(posterior_sd_mm(motion, fixed), LARGEST_SAID_MM)
    factor = BENDING_FACTOR * (1 - np.exp(-strain(motion, fixed) / BENDING_STRAIN))
    widened = posterior**2 * (1 + factor**2)
    return np.asarray(np.minimum(np.sqrt(FLOOR_MM**2 + widened), LARGEST_SAID_MM), dtype=np.float32)


def strain(motion: Motion, fixed: Grid) -> NDArray[np.float32]:
    """Return how much the motion bends, stretches or turns its surroundings beyond the global map.

    Parameters
    ----------
    motion : Motion
        The motion.
    fixed : Grid
        Grid of the fixed image.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        Root of the summed squares of the four slopes of the spline displacement, dimensionless, smoothed.
    """
    rows_mm, cols_mm = _axes(fixed, STRAIN_GRID_MM)
    step = (float(rows_mm[1]), float(cols_mm[1]))
    field = motion.grid.evaluate(motion.solution.control, motion.grid.bases(rows_mm, cols_mm))
    slopes = [slope for axis in (0, 1) for slope in np.gradient(field[..., axis], *step)]
    size = np.sqrt(np.sum(np.square(slopes), axis=0)).astype(np.float32)
    inside = gaussian(np.ones_like(size), STRAIN_BLUR_MM, step)
    return _on_pixels(gaussian(size, STRAIN_BLUR_MM, step) / inside, step, fixed)


def _axes(fixed: Grid, step_mm: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return places along rows and columns about every ``step_mm``, both ends of the grid included."""
    extent = [(size - 1) * step for size, step in zip(fixed.shape, fixed.spacing_mm, strict=True)]
    rows_mm, cols_mm = (np.linspace(0, length, max(2, int(np.ceil(length / step_mm)) + 1)) for length in extent)
    return rows_mm, cols_mm


def _on_pixels(coarse: Floats, step: tuple[float, float], fixed: Grid) -> NDArray[np.float32]:
    """Return a coarse image interpolated on the pixels of a grid."""
    return np.ascontiguousarray(sample_field(np.dstack([coarse, coarse]), fixed.places, step)[..., 0])


def posterior_sd_mm(motion: Motion, fixed: Grid) -> NDArray[np.float32]:
    """Return the root mean square length of the error that the posterior of the control points implies.

    Parameters
    ----------
    motion : Motion
        The motion with its posterior information.
    fixed : Grid
        Grid of the fixed image.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        Millimetres; grows where no structure ties the field down.
    """
    axes = _axes(fixed, ERROR_GRID_MM)
    bases = motion.grid.bases(axes[0], axes[1])
    normal = np.random.default_rng(DRAW_SEED).standard_normal((motion.grid.unknowns, DRAWS))
    draws, _ = dtbtrs(motion.solution.factor, np.asfortranarray(normal), uplo="L", trans="T")
    lattice = draws.reshape(*motion.grid.shape, 2 * DRAWS).astype(np.float32)
    columns = np.tensordot(bases[0], lattice, axes=(1, 0))
    fields = np.tensordot(columns, bases[1], axes=(1, 1))
    coarse = np.sqrt((fields**2).sum(axis=1) / DRAWS).astype(np.float32)
    return _on_pixels(coarse, (float(axes[0][1]), float(axes[1][1])), fixed)
