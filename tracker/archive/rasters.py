"""Display images: small integer arrays, compressed once when stored, sent as they are."""

import gzip
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.records.view import Projection

GZIP_LEVEL = 6
"""Smaller than level 1 by a sixth at 29 ms a frame, paid once."""

LARGEST_UINT16 = 65_535
"""Largest number a 16-bit image can hold."""


class RasterKind(StrEnum):
    """What a display image shows; ``space_`` ones lie on the patient-space grid, anatomical frame."""

    COUNTS = "counts"
    LABELS = "labels"
    PHYSIOLOGIC = "physiologic"
    SPACE_COUNTS = "space_counts"
    SPACE_LABELS = "space_labels"
    SPACE_PHYSIOLOGIC = "space_physiologic"
    SPACE_CONFIDENCE = "space_confidence"
    SPACE_ERROR = "space_error"
    SPACE_SHIFT_ROW = "space_shift_row"
    SPACE_SHIFT_COL = "space_shift_col"


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """One display image.

    Parameters
    ----------
    study_uid : str
        The visit.
    projection : Projection
        Which side.
    kind : RasterKind
        What it shows.
    body : bytes
        gzip of the little-endian array in C order.
    dtype : str
        ``uint8``, ``uint16`` or ``int16``.
    rows, cols : int
        Shape.
    spacing_mm : tuple of float
        Pixel spacing (row, col).
    step : float
        Value of one stored unit.
    """

    study_uid: str
    projection: Projection
    kind: RasterKind
    body: bytes
    dtype: str
    rows: int
    cols: int
    spacing_mm: tuple[float, float]
    step: float = 1.0


def packed(array: NDArray[Any]) -> bytes:
    """Return an array as deterministic gzip of its little-endian bytes in C order.

    Parameters
    ----------
    array : ndarray
        Any integer array.

    Returns
    -------
    bytes
        The same bytes for the same array, always.
    """
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    return gzip.compress(little.tobytes(), compresslevel=GZIP_LEVEL, mtime=0)


def quantised(values: NDArray[Any], dtype: str, finest_step: float) -> tuple[NDArray[Any], float]:
    """Return ``values`` as integers of ``dtype`` and the value of one unit.

    Parameters
    ----------
    values : ndarray
        Finite numbers.
    dtype : str
        ``uint8``, ``uint16`` or ``int16``.
    finest_step : float
        Smallest step worth keeping; a coarser one is taken where the range needs it.

    Returns
    -------
    tuple of ndarray and float
        ``integers * step`` is ``values`` to within half a step.
    """
    largest = np.iinfo(dtype).max
    step = max(finest_step, float(np.abs(values).max(initial=0.0)) / largest)
    return np.rint(values / step).astype(dtype), step
