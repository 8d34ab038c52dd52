"""Dense displacement fields: sample, invert, compose, measure folding. Lengths in millimetres, order (row, col)."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Spacing = tuple[float, float]
Floats = NDArray[np.float32]


def places_mm(shape: tuple[int, int], spacing_mm: Spacing) -> Floats:
    """Return the place of every pixel centre of a grid.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    spacing_mm : tuple of float
        Pixel spacing (row, col).

    Returns
    -------
    ndarray, shape (rows, cols, 2), float32
        Millimetres from the centre of pixel (0, 0).
    """
    rows = np.arange(shape[0], dtype=np.float32) * np.float32(spacing_mm[0])
    cols = np.arange(shape[1], dtype=np.float32) * np.float32(spacing_mm[1])
    return np.stack(np.broadcast_arrays(rows[:, None], cols[None, :]), axis=-1).astype(np.float32)


def sample(
    image: NDArray[np.generic],
    at_mm: Floats,
    spacing_mm: Spacing,
    *,
    method: int = cv2.INTER_LINEAR,
    border: int = cv2.BORDER_CONSTANT,
) -> NDArray[Any]:
    """Return ``image`` read at places given in millimetres.

    Parameters
    ----------
    image : ndarray, shape (rows, cols) or (rows, cols, channels)
        Any image that OpenCV can remap.
    at_mm : ndarray, shape (n, m, 2), float32
        Places, millimetres from the centre of the image's pixel (0, 0).
    spacing_mm : tuple of float
        Pixel spacing of ``image``.
    method : int, optional
        OpenCV interpolation.
    border : int, optional
        OpenCV border rule; zeros outside unless given.

    Returns
    -------
    ndarray, shape (n, m) or (n, m, channels)
        Same type as ``image``.
    """
    cols_px = at_mm[..., 1] / np.float32(spacing_mm[1])
    rows_px = at_mm[..., 0] / np.float32(spacing_mm[0])
    return np.asarray(cv2.remap(np.ascontiguousarray(image), cols_px, rows_px, method, borderMode=border))


def sample_field(displacement_mm: Floats, at_mm: Floats, spacing_mm: Spacing) -> Floats:
    """Return a displacement field read at places in millimetres, held constant outside its grid.

    Parameters
    ----------
    displacement_mm : ndarray, shape (rows, cols, 2), float32
        The field.
    at_mm : ndarray, shape (n, m, 2), float32
        Places on its grid.
    spacing_mm : tuple of float
        Pixel spacing of the field's grid.

    Returns
    -------
    ndarray, shape (n, m, 2), float32
        Displacements there.
    """
    return sample(displacement_mm, at_mm, spacing_mm, border=cv2.BORDER_REPLICATE).astype(np.float32, copy=False)


def jacobian(displacement_mm: Floats, spacing_mm: Spacing) -> Floats:
    """Return the local change of area of the map ``place + displacement``.

    Parameters
    ----------
    displacement_mm : ndarray, shape (rows, cols, 2), float32
        The field.
    spacing_mm : tuple of float
        Pixel spacing of its grid.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        Determinant of the Jacobian; not positive where the field folds.
    """
    row_by_row, row_by_col = np.gradient(displacement_mm[..., 0], *spacing_mm)
    col_by_row, col_by_col = np.gradient(displacement_mm[..., 1], *spacing_mm)
    determinant = (1 + row_by_row) * (1 + col_by_col) - row_by_col * col_by_row
    return np.asarray(determinant, dtype=np.float32)
