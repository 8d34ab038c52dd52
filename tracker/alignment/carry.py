"""Labels, outlines and places carried between patient space and the stored pixels of a visit."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.alignment.fields import Floats, Spacing, places_mm, sample, sample_field
from tracker.alignment.prepare import field_of_view
from tracker.records.alignment import DisplacementField, ViewAlignment, VisitAlignment
from tracker.records.skeleton import SkeletonMap, SkeletonView
from tracker.records.study import Study
from tracker.records.view import Projection, View


def _at_space(view_alignment: ViewAlignment) -> Floats:
    """Return the place in patient space of every anatomical pixel of a view, millimetres."""
    field = view_alignment.to_space
    return places_mm(field.shape, field.spacing_mm) + field.displacement_mm


def _in_view(view_alignment: ViewAlignment) -> Floats:
    """Return the place in the view of every pixel of patient space, millimetres."""
    field = view_alignment.to_visit
    return places_mm(field.shape, field.spacing_mm) + field.displacement_mm


def carry_skeleton(
    skeleton_map: SkeletonMap, visit_alignment: VisitAlignment, study: Study
) -> tuple[SkeletonView, ...]:
    """Return the patient's skeleton on the stored pixels of each view of a visit.

    Parameters
    ----------
    skeleton_map : SkeletonMap
        The skeleton in patient space.
    visit_alignment : VisitAlignment
        How the visit lies in patient space.
    study : Study
        The visit.

    Returns
    -------
    tuple of SkeletonView
        One per view that both the map and the alignment hold, in the order of the study's views.
    """
    carried = []
    for view in study.views:
        template = skeleton_map.view(view.projection)
        alignment = visit_alignment.view(view.projection)
        if template is not None and alignment is not None:
            carried.append(_carry_view(template, alignment, (view, skeleton_map.spacing_mm)))
    return tuple(carried)


def _carry_view(template: SkeletonView, alignment: ViewAlignment, onto: tuple[View, Spacing]) -> SkeletonView:
    """Return one view of the skeleton on stored pixels."""
    view, spacing_mm = onto
    at_mm = _at_space(alignment)

    def nearest(layer: NDArray[np.generic]) -> NDArray[np.generic]:
        carried = sample(layer.astype(np.uint8), at_mm, spacing_mm, method=cv2.INTER_NEAREST)
        return view.orientation.to_stored(carried)

    def smooth(layer: NDArray[np.float32]) -> NDArray[np.float32]:
        carried = sample(layer, at_mm, spacing_mm, border=cv2.BORDER_REPLICATE)
        return np.asarray(view.orientation.to_stored(carried), dtype=np.float32)

    return SkeletonView(
        projection=view.projection,
        labels=nearest(template.labels).astype(np.uint8),
        expected=smooth(template.expected),
        spread=smooth(template.spread),
        body=nearest(template.body).astype(np.bool_),
        physiologic=nearest(template.physiologic).astype(np.uint8),
    )


def space_position(view_alignment: ViewAlignment, view: View, row_px: float, col_px: float) -> tuple[float, float]:
    """Return where a stored pixel lies in patient space.

    Parameters
    ----------
    view_alignment : ViewAlignment
        How the view lies in patient space.
    view : View
        The view.
    row_px, col_px : float
        Stored frame, zero-based pixel centres.

    Returns
    -------
    tuple of float
        (row_mm, col_mm) from the centre of patient-space pixel (0, 0).
    """
    shape = view.anatomical_counts.shape
    row, col = view.orientation.point_to_anatomical((row_px, col_px), (shape[0], shape[1]))
    step = view.anatomical_spacing_mm
    return _moved(view_alignment.to_space, (row * step[0], col * step[1]))


def stored_position(view_alignment: ViewAlignment, view: View, row_mm: float, col_mm: float) -> tuple[float, float]:
    """Return where a place of patient space lies on the stored pixels of a view; the inverse of `space_position`.

    Parameters
    ----------
    view_alignment : ViewAlignment
        How the view lies in patient space.
    view : View
        The view.
    row_mm, col_mm : float
        Place in patient space, millimetres.

    Returns
    -------
    tuple of float
        (row_px, col_px), stored frame, zero-based pixel centres.
    """
    row, col = _moved(view_alignment.to_visit, (row_mm, col_mm))
    step = view.anatomical_spacing_mm
    shape = view.anatomical_counts.shape
    return view.orientation.point_to_stored((row / step[0], col / step[1]), (shape[0], shape[1]))


def _moved(field: DisplacementField, place_mm: tuple[float, float]) -> tuple[float, float]:
    """Return a place after its displacement."""
    at_mm = np.array(place_mm, dtype=np.float32).reshape(1, 1, 2)
    moved = sample_field(field.displacement_mm, at_mm, field.spacing_mm)[0, 0]
    return (place_mm[0] + float(moved[0]), place_mm[1] + float(moved[1]))


def placed_in(first: VisitAlignment, second: VisitAlignment, projection: Projection) -> Floats:
    """Return where the pixels of one visit lie in another, through patient space.

    Parameters
    ----------
    first, second : VisitAlignment
        Two visits that both have the view.
    projection : Projection
        Which view.

    Returns
    -------
    ndarray, shape (rows, cols, 2), float32
        For each anatomical pixel of the first visit its place (row, col) in the second, millimetres.

    Raises
    ------
    KeyError
        If one of them has no such view.
    """
    here, there = first.view(projection), second.view(projection)
    if here is None or there is None:
        raise KeyError(projection)
    at_mm = _at_space(here)
    return at_mm + sample_field(there.to_visit.displacement_mm, at_mm, there.to_visit.spacing_mm)


def mask_from_other(
    mask: NDArray[np.bool_], there: tuple[VisitAlignment, View], here: tuple[VisitAlignment, View]
) -> NDArray[np.bool_]:
    """Return a mask of one visit on the stored pixels of another, through patient space.

    Parameters
    ----------
    mask : ndarray, shape (rows, cols), bool
        On the stored pixels of the view ``there``.
    there, here : (VisitAlignment, View)
        Two visits and their views of one projection.

    Returns
    -------
    ndarray, shape (rows, cols), bool
        On the stored pixels of the view ``here``; True where the other visit did not look.

    Raises
    ------
    KeyError
        If one of them has no such view.
    """
    other, view = there[1], here[1]
    at_mm = placed_in(here[0], there[0], view.projection)
    clear = np.ascontiguousarray(other.orientation.to_anatomical(~mask), dtype=np.uint8)
    carried = sample(clear, at_mm, other.anatomical_spacing_mm, method=cv2.INTER_NEAREST)
    return np.asarray(view.orientation.to_stored(carried) == 0, dtype=np.bool_)


def error_on_view(visit_alignment: VisitAlignment, view: View, spacing_mm: Spacing) -> NDArray[np.float32]:
    """Return the expected misplacement on the stored pixels of a view.

    Parameters
    ----------
    visit_alignment : VisitAlignment
        How the visit lies in patient space.
    view : View
        A view of that visit.
    spacing_mm : tuple of float
        Pixel spacing of the patient-space grid (`CourseAlignment.spacing_mm`).

    Returns
    -------
    ndarray, shape (rows, cols), float32
        Expected length of the error, millimetres, stored frame.

    Raises
    ------
    KeyError
        If the visit's alignment holds no such view.
    """
    alignment = visit_alignment.view(view.projection)
    if alignment is None:
        raise KeyError(view.projection)
    error = sample(visit_alignment.expected_error_mm, _at_space(alignment), spacing_mm, border=cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(view.orientation.to_stored(error), dtype=np.float32)


def warp_to_space(view: View, view_alignment: ViewAlignment) -> NDArray[np.float64]:
    """Return a view as it looks in patient space, for display.

    Parameters
    ----------
    view : View
        The view.
    view_alignment : ViewAlignment
        How it lies in patient space.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        Counts per patient-space pixel, anatomical frame, zero outside the view; resampled once, never modulated.
    """
    field = view_alignment.to_visit
    counts = np.ascontiguousarray(view.anatomical_counts, dtype=np.float32)
    warped = sample(counts, _in_view(view_alignment), view.anatomical_spacing_mm, method=cv2.INTER_CUBIC)
    area = field.spacing_mm[0] * field.spacing_mm[1] / view.pixel_area_mm2
    return np.asarray(np.maximum(warped, 0) * area, dtype=np.float64)


def seen_in_space(view: View, view_alignment: ViewAlignment) -> NDArray[np.bool_]:
    """Return where in patient space a view looked.

    Parameters
    ----------
    view : View
        The view.
    view_alignment : ViewAlignment
        How it lies in patient space.

    Returns
    -------
    ndarray, shape (rows, cols), bool
        Inside the view's field of view.
    """
    looked = field_of_view(view.anatomical_counts)
    return np.asarray(sample(looked, _in_view(view_alignment), view.anatomical_spacing_mm) > 0.5)
