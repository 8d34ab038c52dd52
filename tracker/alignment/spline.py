"""Cubic B-spline displacements on a regular grid of control points, and their bending energy.

A displacement is ``rows_basis @ control @ cols_basis.T`` per component. The unknowns are ordered control row,
control column, component, so that the normal equations are banded and solved by a banded Cholesky factorisation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline

from tracker.alignment.fields import Floats, Spacing

DEGREE = 3
"""Degree of the splines: two continuous derivatives."""

SUPPORT = DEGREE + 1
"""Control points that touch one place, per axis."""

QUADRATURE = 4
"""Gauss points per knot interval: exact for products of two cubics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """The control points along one axis.

    Parameters
    ----------
    length_mm : float
        Length covered, from place 0.
    intervals : int
        Number of knot intervals.
    """

    length_mm: float
    intervals: int

    @property
    def count(self) -> int:
        """Number of control points."""
        return self.intervals + DEGREE

    @property
    def knot_mm(self) -> float:
        """Distance between knots."""
        return self.length_mm / self.intervals

    def basis(self, at_mm: NDArray[np.float64], derivative: int = 0) -> NDArray[np.float64]:
        """Return the value of every basis function at some places.

        Parameters
        ----------
        at_mm : ndarray, shape (n,)
            Places; beyond the ends the splines go on straight.
        derivative : int, optional
            Order of the derivative.

        Returns
        -------
        ndarray, shape (n, count), float64
            One column per control point.
        """
        knots = (np.arange(self.count + SUPPORT) - DEGREE) * self.knot_mm
        splines = BSpline(knots, np.eye(self.count), DEGREE, extrapolate=True)
        inside = np.clip(at_mm, 0.0, self.length_mm * (1 - 1e-12))
        values = np.asarray(splines(inside, nu=derivative))
        beyond = at_mm - inside
        if not beyond.any():
            return values
        return np.asarray(values + beyond[:, None] * splines(inside, nu=derivative + 1))

    def gram(self, derivative: int) -> NDArray[np.float64]:
        """Return the integrals of products of basis function derivatives over the axis.

        Parameters
        ----------
        derivative : int
            Order of the derivative.

        Returns
        -------
        ndarray, shape (count, count), float64
            Symmetric, banded.
        """
        nodes, weights = np.polynomial.legendre.leggauss(QUADRATURE)
        starts = np.arange(self.intervals)[:, None]
        at_mm = ((starts + (nodes + 1) / 2) * self.knot_mm).ravel()
        values = self.basis(at_mm, derivative)
        return np.asarray(values.T @ (values * np.tile(weights * self.knot_mm / 2, self.intervals)[:, None]))


@dataclass(frozen=True, slots=True, kw_only=True)
class SplineGrid:
    """Control points that cover an image.

    Parameters
    ----------
    rows, cols : Axis
        Control points along each axis.
    """

    rows: Axis
    cols: Axis

    @property
    def shape(self) -> tuple[int, int]:
        """Control points per axis."""
        return (self.rows.count, self.cols.count)

    @property
    def unknowns(self) -> int:
        """Number of scalars that describe a displacement."""
        return 2 * self.rows.count * self.cols.count

    @property
    def bandwidth(self) -> int:
        """Number of diagonals below the main one in the normal equations."""
        return 2 * (DEGREE * self.cols.count + DEGREE) + 1

    def evaluate(self, control: NDArray[np.float64], bases: tuple[Floats, Floats]) -> Floats:
        """Return the displacement on the grid that ``bases`` were made for.

        Parameters
        ----------
        control : ndarray, shape (unknowns,), float64
            Control points, millimetres.
        bases : tuple of ndarray
            Row and column basis, shapes (n, rows.count) and (m, cols.count).

        Returns
        -------
        ndarray, shape (n, m, 2), float32
            Displacement, millimetres.
        """
        lattice = control.reshape(*self.shape, 2).astype(np.float32)
        parts = [bases[0] @ lattice[..., axis] @ bases[1].T for axis in (0, 1)]
        return np.stack(parts, axis=-1)

    def bases(self, rows_mm: NDArray[np.float64], cols_mm: NDArray[np.float64]) -> tuple[Floats, Floats]:
        """Return the basis matrices for a grid of places.

        Parameters
        ----------
        rows_mm, cols_mm : ndarray, shape (n,) and (m,)
            Places along each axis.

        Returns
        -------
        tuple of ndarray
            As `evaluate` wants them.
        """
        return self.rows.basis(rows_mm).astype(np.float32), self.cols.basis(cols_mm).astype(np.float32)

    def bending(self) -> NDArray[np.float64]:
        """Return the bending energy as a banded matrix.

        Returns
        -------
        ndarray, shape (bandwidth + 1, unknowns), float64
            Lower banded form; ``c @ S @ c`` is the integral of squared second derivatives of both components.
        """
        grams = [(self.rows.gram(order), self.cols.gram(order)) for order in range(3)]
        banded = np.zeros((self.bandwidth + 1, self.unknowns))
        for factor, row_order, col_order in ((1.0, 2, 0), (2.0, 1, 1), (1.0, 0, 2)):
            along_rows, along_cols = grams[row_order][0], grams[col_order][1]
            blocks = {
                (d, e): factor * np.multiply.outer(_diagonal(along_rows, d), _diagonal(along_cols, e))
                for d in range(SUPPORT)
                for e in range(SUPPORT)
            }
            for component in (0, 1):
                self.scatter(banded, blocks, (component, component))
        return banded

    def scatter(
        self,
        banded: NDArray[np.float64],
        blocks: dict[tuple[int, int], NDArray[np.float64]],
        components: tuple[int, int],
    ) -> None:
        """Add products of basis functions to a banded matrix, in place.

        Parameters
        ----------
        banded : ndarray, shape (bandwidth + 1, unknowns)
            Lower banded matrix that is added to.
        blocks : dict
            For row lag d and column lag e the array over (i, j) that couples control points (i, j) and
            (i + d, j + e), and equally (i, j + e) and (i + d, j); zero-padded to the grid's shape.
        components : tuple of int
            Which components are coupled.
        """
        first, second = components
        lattice = np.arange(self.unknowns // 2).reshape(self.shape)
        for (d, e), block in blocks.items():
            rows, cols = self.shape[0] - d, self.shape[1] - e
            values = block[:rows, :cols].ravel()
            near, far = lattice[:rows, :cols], lattice[:rows, e:]
            self._couple(banded, (near, d * self.shape[1] + e), values, (first, second))
            if e:
                self._couple(banded, (far, d * self.shape[1] - e), values, (first, second))

    @staticmethod
    def _couple(
        banded: NDArray[np.float64],
        place: tuple[NDArray[np.int64], int],
        values: NDArray[np.float64],
        components: tuple[int, int],
    ) -> None:
        """Add one diagonal; components (a, b) couples a here with b there and, if they differ, b with a."""
        points, lag = place
        pairs = {components, components[::-1]}
        for here, there in sorted(pairs):
            offset = 2 * lag + there - here
            if offset >= 0:
                banded[offset, 2 * points.ravel() + here] += values


def _diagonal(matrix: NDArray[np.float64], lag: int) -> NDArray[np.float64]:
    """Return the ``lag``-th diagonal, zero-padded to full length."""
    return np.pad(np.diagonal(matrix, lag), (0, lag))


def cover(shape: tuple[int, int], spacing_mm: Spacing, knot_mm: float) -> SplineGrid:
    """Return a grid of control points that covers an image.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of the image.
    spacing_mm : tuple of float
        Its pixel spacing.
    knot_mm : float
        Largest distance between knots.

    Returns
    -------
    SplineGrid
        Control points from pixel (0, 0) to the last pixel.
    """
    axes = []
    for size, step in zip(shape, spacing_mm, strict=True):
        length = max((size - 1) * step, step)
        axes.append(Axis(length_mm=length, intervals=max(1, int(np.ceil(length / knot_mm)))))
    return SplineGrid(rows=axes[0], cols=axes[1])


__all__ = ["Axis", "SplineGrid", "cover"]
