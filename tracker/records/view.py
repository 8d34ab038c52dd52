"""One planar image: raw detected events, as stored, and how the body lies in it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.records.arrays import frozen


class Projection(StrEnum):
    """The side of the patient that faces the detector."""

    ANTERIOR = "ANTERIOR"
    POSTERIOR = "POSTERIOR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Orientation:
    """How the body lies in the stored frame.

    The *anatomical frame* used by ``alignment`` and ``skeleton`` has the vertex of the head at row 0 and the
    patient's right at column 0 for **both** projections, so that a posterior view is mirrored into the geometry of
    the anterior one. The usual whole-body frame is ``Orientation()`` for the anterior view and
    ``Orientation(patient_left_first=True)`` for a posterior view as the detector saw it.

    Parameters
    ----------
    transposed : bool
        The long axis of the body runs along stored columns.
    head_last : bool
        After transposition, the head is at the last row.
    patient_left_first : bool
        After transposition, column 0 is the patient's left.
    """

    transposed: bool = False
    head_last: bool = False
    patient_left_first: bool = False

    def to_anatomical(self, stored: NDArray[Any]) -> NDArray[Any]:
        """Return ``stored`` turned into the anatomical frame.

        Parameters
        ----------
        stored : ndarray, shape (rows, cols, ...)
            Array on the stored frame.

        Returns
        -------
        ndarray
            View of the same data, head at row 0, patient right at column 0.
        """
        turned = stored.swapaxes(0, 1) if self.transposed else stored
        turned = turned[::-1] if self.head_last else turned
        return turned[:, ::-1] if self.patient_left_first else turned

    def to_stored(self, anatomical: NDArray[Any]) -> NDArray[Any]:
        """Return ``anatomical`` turned back into the stored frame; the inverse of `to_anatomical`.

        Parameters
        ----------
        anatomical : ndarray, shape (rows, cols, ...)
            Array on the anatomical frame.

        Returns
        -------
        ndarray
            View of the same data as it lies in the file.
        """
        turned = anatomical[:, ::-1] if self.patient_left_first else anatomical
        turned = turned[::-1] if self.head_last else turned
        return turned.swapaxes(0, 1) if self.transposed else turned

    def point_to_stored(self, row_col: tuple[float, float], anatomical_shape: tuple[int, int]) -> tuple[float, float]:
        """Return where a point of the anatomical frame lies in the stored frame.

        Parameters
        ----------
        row_col : tuple of float
            Row and column in pixels, zero-based pixel centres, anatomical frame.
        anatomical_shape : tuple of int
            Rows and columns of the anatomical frame.

        Returns
        -------
        tuple of float
            Row and column in the stored frame, pixels.
        """
        row, col = row_col
        col = anatomical_shape[1] - 1 - col if self.patient_left_first else col
        row = anatomical_shape[0] - 1 - row if self.head_last else row
        return (col, row) if self.transposed else (row, col)

    def point_to_anatomical(
        self, row_col: tuple[float, float], anatomical_shape: tuple[int, int]
    ) -> tuple[float, float]:
        """Return where a point of the stored frame lies in the anatomical frame.

        Parameters
        ----------
        row_col : tuple of float
            Row and column in pixels, zero-based pixel centres, stored frame.
        anatomical_shape : tuple of int
            Rows and columns of the anatomical frame.

        Returns
        -------
        tuple of float
            Row and column in the anatomical frame, pixels.
        """
        row, col = (row_col[1], row_col[0]) if self.transposed else row_col
        row = anatomical_shape[0] - 1 - row if self.head_last else row
        col = anatomical_shape[1] - 1 - col if self.patient_left_first else col
        return (row, col)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """One planar image of raw counts, as stored in the file.

    Parameters
    ----------
    projection : Projection
        Side of the patient that faces the detector.
    counts : ndarray, shape (rows, cols), float64
        Detected events per pixel; stored frame, never transposed, flipped or rescaled.
    spacing_mm : tuple of float
        Distance between pixel centres, (row, col), of the stored frame.
    spacing_stated : bool
        False where the file states no spacing and ``spacing_mm`` is a working assumption: areas and distances in
        millimetres must then not be shown.
    orientation : Orientation
        How the body lies in the stored frame.
    evidence : tuple of str
        What the projection and orientation were decided from, strongest first.
    frame_index : int
        Index of this frame in its file, zero-based.
    """

    projection: Projection
    counts: NDArray[np.float64]
    spacing_mm: tuple[float, float]
    spacing_stated: bool = True
    orientation: Orientation = field(default_factory=Orientation)
    evidence: tuple[str, ...] = ()
    frame_index: int = 0

    def __post_init__(self) -> None:
        if self.counts.ndim != 2 or 0 in self.counts.shape:
            raise ValueError(f"counts must be 2-D and not empty, not of shape {self.counts.shape}")
        if not (np.isfinite(self.counts) & (self.counts >= 0)).all():
            raise ValueError("counts must be finite and not negative")
        if not all(np.isfinite(step) and step > 0 for step in self.spacing_mm):
            raise ValueError(f"spacing must be positive, not {self.spacing_mm}")
        object.__setattr__(self, "counts", frozen(self.counts.astype(np.float64, copy=False)))

    @property
    def anatomical_counts(self) -> NDArray[np.float64]:
        """Counts in the anatomical frame: head at row 0, patient right at column 0, for both projections."""
        return self.orientation.to_anatomical(self.counts)

    @property
    def anatomical_spacing_mm(self) -> tuple[float, float]:
        """Pixel spacing (row, col) of the anatomical frame."""
        row_mm, col_mm = self.spacing_mm
        return (col_mm, row_mm) if self.orientation.transposed else (row_mm, col_mm)

    @property
    def pixel_area_mm2(self) -> float:
        """Area of one pixel."""
        return self.spacing_mm[0] * self.spacing_mm[1]

    @property
    def total_counts(self) -> float:
        """Sum of all detected events."""
        return float(self.counts.sum())
