"""A motion written out on pixel grids, forward and inverse.

Just outside the fixed image the spline goes on straight (`MARGIN_PX`), so that the inverse, read between pixels, agrees
with the forward field up to the very border; further out it is held constant.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.alignment.deform import Motion
from tracker.alignment.fields import Floats, Spacing, jacobian, places_mm, sample_field
from tracker.alignment.similarity import Affine

MARGIN_PX = 4
"""Pixels around the fixed image on which the spline goes on straight."""

INVERSE_STEPS = 40
"""Most fixed-point steps of the inverse on every `INVERSE_STRIDE`-th pixel."""

INVERSE_STRIDE = 4
"""The inverse is first found on every so many pixels: it is smooth, and what lies between is nearly known."""

LAST_STEPS = 8
"""Most fixed-point steps of the inverse on all pixels."""

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
    return fixed.places + _spline(motion, fixed, 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """The spline part of a motion written out on the fixed grid and a margin around it.

    Parameters
    ----------
    displacement_mm : ndarray, shape (rows + 2 margin, cols + 2 margin, 2), float32
        Displacement.
    spacing_mm : tuple of float
        Pixel spacing.
    """

    displacement_mm: Floats
    spacing_mm: Spacing

    def __call__(self, at_mm: Floats) -> Floats:
        """Return the displacement at places of the fixed frame.

        Parameters
        ----------
        at_mm : ndarray, shape (n, m, 2), float32
            Places, millimetres.

        Returns
        -------
        ndarray, shape (n, m, 2), float32
            Displacement, millimetres.
        """
        margin = np.array(self.spacing_mm, dtype=np.float32) * MARGIN_PX
        return sample_field(self.displacement_mm, at_mm + margin, self.spacing_mm)


def sheet(motion: Motion, fixed: Grid) -> Sheet:
    """Return the spline part of a motion, ready to be read anywhere.

    Parameters
    ----------
    motion : Motion
        The motion.
    fixed : Grid
        Grid of the fixed image.

    Returns
    -------
    Sheet
        Its dense displacement.
    """
    moved = _spline(motion, fixed, MARGIN_PX)
    return Sheet(displacement_mm=np.ascontiguousarray(moved), spacing_mm=fixed.spacing_mm)


def _spline(motion: Motion, fixed: Grid, margin_px: int) -> Floats:
    """Return the displacement of the spline part alone, on the fixed grid and a margin around it."""
    bases = motion.grid.bases(*(_line(size, step, margin_px) for size, step in _axes(fixed)))
    return motion.grid.evaluate(motion.solution.control, bases)


def _axes(grid: Grid) -> tuple[tuple[int, float], tuple[int, float]]:
    """Return number of pixels and spacing along rows and columns."""
    return (grid.shape[0], grid.spacing_mm[0]), (grid.shape[1], grid.spacing_mm[1])


def _line(size: int, step_mm: float, margin_px: int) -> NDArray[np.float64]:
    """Return the places of the pixels along one axis and of a margin at both ends."""
    return np.arange(-margin_px, size + margin_px, dtype=np.float64) * step_mm


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
    return undone(motion.start, sheet(motion, fixed), moving.places) - moving.places


def undone(start: Affine, spline: Sheet, places: Floats) -> Floats:
    """Return the places that a motion carries to given places.

    Parameters
    ----------
    start : Affine
        Global part of the motion.
    spline : Sheet
        Spline part of the motion.
    places : ndarray, shape (n, m, 2), float32
        Places in the moving frame.

    Returns
    -------
    ndarray, shape (n, m, 2), float32
        Places in the fixed frame.
    """
    wanted = start.inverse()(places)
    few = wanted[::INVERSE_STRIDE, ::INVERSE_STRIDE]
    moved = _settled(spline, few, (few, INVERSE_STEPS)) - few
    between = places_mm((wanted.shape[0], wanted.shape[1]), (1.0, 1.0))
    stride = (float(INVERSE_STRIDE), float(INVERSE_STRIDE))
    return _settled(spline, wanted, (wanted + sample_field(moved, between, stride), LAST_STEPS))


def _settled(spline: Sheet, wanted: Floats, begin: tuple[Floats, int]) -> Floats:
    """Return the places whose displacement ends at the wanted ones, from a first guess in at most so many steps."""
    at_mm, steps = begin
    for _ in range(steps):
        better = wanted - spline(at_mm)
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
