"""A motion written out on pixel grids, forward and inverse."""

from dataclasses import dataclass

import numpy as np

from tracker.alignment.deform import Motion
from tracker.alignment.fields import Floats, Spacing, jacobian, places_mm, sample_field
from tracker.alignment.similarity import Affine

INVERSE_STEPS = 40
"""Most fixed-point steps of the inverse."""

INVERSE_STILL_MM = 0.01
"""The inverse is found when no place moves further than this, millimetres."""


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
