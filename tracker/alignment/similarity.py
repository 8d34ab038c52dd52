"""Affine maps of the plane in millimetres: the global part of every alignment."""

from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from tracker.alignment.fields import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Affine:
    """The map ``matrix @ place + offset_mm``, places (row, col) in millimetres.

    Parameters
    ----------
    matrix : ndarray, shape (2, 2), float64
        Linear part.
    offset_mm : ndarray, shape (2,), float64
        Where place (0, 0) goes.
    """

    matrix: NDArray[np.float64]
    offset_mm: NDArray[np.float64]

    def __call__(self, at_mm: Floats) -> Floats:
        """Return the mapped places.

        Parameters
        ----------
        at_mm : ndarray, shape (..., 2)
            Places.

        Returns
        -------
        ndarray, shape (..., 2), float32
            Mapped places.
        """
        return np.asarray(at_mm @ self.matrix.T.astype(np.float32) + self.offset_mm.astype(np.float32))

    def inverse(self) -> "Affine":
        """Return the map that undoes this one.

        Returns
        -------
        Affine
            Its inverse.
        """
        back = np.linalg.inv(self.matrix).astype(np.float64)
        return Affine(matrix=back, offset_mm=-back @ self.offset_mm)

    def after(self, first: "Affine") -> "Affine":
        """Return the map that applies ``first`` and then this one.

        Parameters
        ----------
        first : Affine
            Applied first.

        Returns
        -------
        Affine
            The composition.
        """
        return Affine(matrix=self.matrix @ first.matrix, offset_mm=self.matrix @ first.offset_mm + self.offset_mm)

    @property
    def rotation_deg(self) -> float:
        """Angle of the nearest rotation, degrees in -180 to 180."""
        matrix = self.matrix
        return float(np.degrees(np.arctan2(matrix[1, 0] - matrix[0, 1], matrix[0, 0] + matrix[1, 1])))

    @property
    def upright(self) -> bool:
        """Whether head stays head: turned by less than a right angle."""
        return abs(self.rotation_deg) < 90.0

    @property
    def scale(self) -> float:
        """Square root of the change of area."""
        return float(np.sqrt(abs(np.linalg.det(self.matrix))))


IDENTITY = Affine(matrix=np.eye(2), offset_mm=np.zeros(2))
"""The map that moves nothing."""


def similarity(
    rotation_deg: float, scale: float, centre_mm: NDArray[np.float64], goes_to_mm: NDArray[np.float64]
) -> Affine:
    """Return the map that turns and scales about a centre and carries the centre to another place.

    Parameters
    ----------
    rotation_deg : float
        Angle, degrees; positive turns rows towards columns.
    scale : float
        Factor on lengths.
    centre_mm, goes_to_mm : ndarray, shape (2,)
        The centre and where it goes, millimetres.

    Returns
    -------
    Affine
        The map.
    """
    angle = radians(rotation_deg)
    matrix = scale * np.array([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
    return Affine(matrix=matrix, offset_mm=np.asarray(goes_to_mm) - matrix @ np.asarray(centre_mm))
