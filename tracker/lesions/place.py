"""Stored pixels to patient space and back: positions only, never counts.

A view without an alignment lies in its own anatomical frame, whose unit is the millimetre as well.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from tracker.records.alignment import DisplacementField, ViewAlignment
from tracker.records.view import View

Points = NDArray[np.float64]
"""Places, shape (n, 2), (row, col) in pixels or millimetres as the name says."""


def space_points(stored_px: Points, view: View, alignment: ViewAlignment | None) -> Points:
    """Return where places of a stored frame lie in patient space.

    Parameters
    ----------
    stored_px : ndarray, shape (n, 2)
        Stored (row, col), zero-based pixel centres.
    view : View
        The view they belong to.
    alignment : ViewAlignment or None
        How it lies in patient space; None leaves the anatomical frame.

    Returns
    -------
    ndarray, shape (n, 2)
        Patient-space (row, col), millimetres.
    """
    anatomical_mm = _flipped(_turned(np.asarray(stored_px, dtype=np.float64), view), view) * view.anatomical_spacing_mm
    return anatomical_mm if alignment is None else anatomical_mm + _offset(alignment.to_space, anatomical_mm)


def stored_points(space_mm: Points, view: View, alignment: ViewAlignment | None) -> Points:
    """Return where places of patient space lie in a stored frame; the inverse of `space_points`.

    Parameters
    ----------
    space_mm : ndarray, shape (n, 2)
        Patient-space (row, col), millimetres.
    view : View
        The view wanted.
    alignment : ViewAlignment or None
        How it lies in patient space; None means the anatomical frame.

    Returns
    -------
    ndarray, shape (n, 2)
        Stored (row, col), zero-based pixel centres; may lie outside the frame.
    """
    places = np.asarray(space_mm, dtype=np.float64)
    anatomical_mm = places if alignment is None else places + _offset(alignment.to_visit, places)
    return _turned(_flipped(anatomical_mm / view.anatomical_spacing_mm, view), view)


def stored_pixels(space_mm: Points, view: View, alignment: ViewAlignment | None, area_mm2: float) -> NDArray[np.int32]:
    """Return the stored pixels that an outline given in patient space covers on a view.

    The outline's own pixels may be coarser or finer than the view's: each is spread over its neighbours, and as many
    of the best covered pixels are taken as make up ``area_mm2``.

    Parameters
    ----------
    space_mm : ndarray, shape (n, 2)
        Patient-space places of the outline's pixels, millimetres.
    view : View
        The view wanted.
    alignment : ViewAlignment or None
        How it lies in patient space.
    area_mm2 : float
        Area of the outline, square millimetres.

    Returns
    -------
    ndarray, shape (m, 2), int32
        Stored (row, col); empty where the outline lies outside the frame.
    """
    points = stored_points(space_mm, view, alignment)
    pitch_px = np.sqrt(area_mm2 / max(1, len(points)) / view.pixel_area_mm2)
    reach = int(np.ceil(pitch_px)) + 1
    low = np.floor(points.min(axis=0)).astype(int) - reach
    high = np.ceil(points.max(axis=0)).astype(int) + reach + 1
    rows, cols = np.arange(low[0], high[0]), np.arange(low[1], high[1])
    along_rows, along_cols = (
        np.exp(-0.5 * ((axis[None, :] - points[:, which, None]) / (0.6 * pitch_px)) ** 2)
        for which, axis in enumerate((rows, cols))
    )
    cover = along_rows.T @ along_cols
    count = max(1, round(area_mm2 / view.pixel_area_mm2))
    best = np.argsort(-cover, axis=None, kind="stable")[:count]
    at = np.unravel_index(best, cover.shape)
    pixels = np.stack([rows[at[0]], cols[at[1]]], axis=1)
    inside = ((pixels >= 0) & (pixels < view.counts.shape)).all(axis=1)
    return np.ascontiguousarray(pixels[inside], dtype=np.int32)


def _turned(points: Points, view: View) -> Points:
    return points[:, ::-1] if view.orientation.transposed else points


def _flipped(points: Points, view: View) -> Points:
    """Return ``points`` of the turned frame with rows and columns counted from the head and the patient's right."""
    rows, cols = view.anatomical_counts.shape
    flipped = np.array(points, dtype=np.float64)
    if view.orientation.head_last:
        flipped[:, 0] = rows - 1 - flipped[:, 0]
    if view.orientation.patient_left_first:
        flipped[:, 1] = cols - 1 - flipped[:, 1]
    return flipped


def _offset(field: DisplacementField, places_mm: Points) -> Points:
    """Return the field's displacement at places given in millimetres on its own grid."""
    index = (places_mm / field.spacing_mm).T
    parts = [map_coordinates(field.displacement_mm[..., axis], index, order=1, mode="nearest") for axis in (0, 1)]
    return np.stack(parts, axis=1).astype(np.float64)
