"""A motion written out on pixel grids, forward and inverse, with its expected error."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dtbtrs

from tracker.alignment.deform import Motion
from tracker.alignment.fields import Floats, Spacing, jacobian, places_mm, sample_field
from tracker.alignment.similarity import Affine

INVERSE_STEPS = 40
"""Most fixed-point steps of the inverse."""

INVERSE_STILL_MM = 0.01
"""The inverse is found when no place moves further than this, millimetres."""

DRAWS = 96
"""Draws from the posterior that the expected error is measured on: 5 % precision."""

DRAW_SEED = 20061
"""The draws are the same in every run."""

ERROR_GRID_MM = 16.0
"""Distance between the places where the expected error is measured, millimetres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A pixel grid.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    spacing_mm : tuple of float
        Pixel spacing.
    """

    shape: tuple[int, int]
    spacing_mm: Spacing

    @property
    def places(self) -> Floats:
        """Places of the pixel centres, shape (rows, cols, 2), millimetres."""
        return places_mm(self.shape, self.spacing_mm)


def forward(motion: Motion, fixed: Grid) -> Floats:
    """Return the displacement from every fixed pixel to its place in the moving image.

    Parameters
    ----------
    motion : Motion
        The motion.
    fixed : Grid
        Grid of the fixed image.

    Returns
    -------
    ndarray, shape (rows, cols, 2), float32
        Displacement, millimetres.
    """
    return motion.start(bent(motion, fixed)) - fixed.places


def bent(motion: Motion, fixed: Grid) -> Floats:
    """Return the places of all fixed pixels after the spline, before the global map.

    Parameters
    ----------
    motion : Motion
        The motion.
    fixed : Grid
        Grid of the fixed image.

    Returns
    -------
    ndarray, shape (rows, cols, 2), float32
        Places, millimetres.
    """
    rows_mm, cols_mm = (
        np.arange(size, dtype=np.float64) * step for size, step in zip(fixed.shape, fixed.spacing_mm, strict=True)
    )
    bases = motion.grid.bases(rows_mm, cols_mm)
    return fixed.places + motion.grid.evaluate(motion.solution.control, bases)


def inverse(motion: Motion, fixed: Grid, moving: Grid) -> Floats:
    """Return the displacement from every moving pixel to its place in the fixed image.

    Parameters
    ----------
    motion : Motion
        The motion from fixed to moving.
    fixed, moving : Grid
        Grids of both images.

    Returns
    -------
    ndarray, shape (rows, cols, 2), float32
        Displacement, millimetres.
    """
    spline = bent(motion, fixed) - fixed.places
    return undone(motion.start, (spline, fixed.spacing_mm), moving.places) - moving.places


def undone(start: Affine, spline: tuple[Floats, Spacing], places: Floats) -> Floats:
    """Return the places that a motion carries to given places.

    Parameters
    ----------
    start : Affine
        Global part of the motion.
    spline : tuple
        Spline part on the fixed grid, shape (rows, cols, 2), millimetres, and the spacing of that grid.
    places : ndarray, shape (n, m, 2), float32
        Places in the moving frame.

    Returns
    -------
    ndarray, shape (n, m, 2), float32
        Places in the fixed frame.
    """
    wanted = start.inverse()(places)
    at_mm = wanted - sample_field(spline[0], wanted, spline[1])
    for _ in range(INVERSE_STEPS):
        better = wanted - sample_field(spline[0], at_mm, spline[1])
        moved = float(np.abs(better - at_mm).max())
        at_mm = better
        if moved < INVERSE_STILL_MM:
            break
    return at_mm


def smallest_jacobian(motion: Motion, fixed: Grid) -> float:
    """Return the smallest local change of area of the spline part; not positive if it folds.

    Parameters
    ----------
    motion : Motion
        The motion.
    fixed : Grid
        Grid of the fixed image.

    Returns
    -------
    float
        1 where nothing is stretched.
    """
    return float(jacobian(bent(motion, fixed) - fixed.places, fixed.spacing_mm).min())


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
    extent = [(size - 1) * step for size, step in zip(fixed.shape, fixed.spacing_mm, strict=True)]
    axes = [np.linspace(0, length, max(2, int(np.ceil(length / ERROR_GRID_MM)) + 1)) for length in extent]
    bases = motion.grid.bases(axes[0], axes[1])
    normal = np.random.default_rng(DRAW_SEED).standard_normal((motion.grid.unknowns, DRAWS))
    draws, _ = dtbtrs(motion.solution.factor, np.asfortranarray(normal), uplo="L", trans="T")
    lattice = draws.reshape(*motion.grid.shape, 2 * DRAWS).astype(np.float32)
    columns = np.tensordot(bases[0], lattice, axes=(1, 0))
    fields = np.tensordot(columns, bases[1], axes=(1, 1))
    coarse = np.sqrt((fields**2).sum(axis=1) / DRAWS).astype(np.float32)
    steps = (axes[0][1], axes[1][1])
    dense = sample_field(np.dstack([coarse, coarse]), fixed.places, (float(steps[0]), float(steps[1])))
    return np.ascontiguousarray(dense[..., 0])
