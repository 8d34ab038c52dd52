"""One course into an archive: tables, display images, and the summary that the worklist and verdict card read."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.alignment import warp_to_space
from tracker.archive.rasters import Raster, RasterKind, packed, quantised
from tracker.archive.store import Archive, save_course
from tracker.archive.summary import summary_of
from tracker.records.alignment import ViewAlignment, VisitAlignment
from tracker.records.course import Course, Scan
from tracker.records.view import View

COUNT_STEP = 1.0
"""Counts per stored unit, unless a pixel holds more than a 16-bit image can."""

SPACE_COUNT_STEP = 0.25
"""Counts per stored unit of warped images, which are not whole numbers; finer steps only store noise, at a cost."""

MILLIMETRE_STEP = 0.05
"""Millimetres per stored unit of shifts and errors."""


def store_course(archive: Archive, course: Course, *, at: datetime) -> None:
    """Replace what the archive shows of one patient.

    Parameters
    ----------
    archive : Archive
        Where to.
    course : Course
        What to show.
    at : datetime
        Now, with a time zone.
    """
    save_course(
        archive,
        course.patient_id,
        tables=course.to_frames(),
        summary=summary_of(course, token_of(archive, course.patient_id)),
        rasters=course_rasters(course),
        at=at,
    )


def token_of(archive: Archive, identifier: str) -> str:
    """Return the opaque token of a patient or visit: the only identifier in addresses.

    Parameters
    ----------
    archive : Archive
        Its salt makes tokens unguessable.
    identifier : str
        Patient id or study uid.

    Returns
    -------
    str
        20 hexadecimal characters.
    """
    return hashlib.sha256(f"{archive.token_salt}:{identifier}".encode()).hexdigest()[:20]


def course_rasters(course: Course) -> Iterator[Raster]:
    """Yield every display image of one course.

    Parameters
    ----------
    course : Course
        Whose.

    Yields
    ------
    Raster
        Stored frames first, then patient space.
    """
    for scan, alignment in zip(course.scans, course.alignment.visits, strict=True):
        for view in scan.study.views:
            yield from _stored_rasters(scan, view)
            placed = alignment.view(view.projection)
            if placed is not None:
                yield from _space_rasters(course, alignment, placed, view)
                yield from _space_sites(course, scan, placed, view)


def _stored_rasters(scan: Scan, view: View) -> Iterator[Raster]:
    """Yield the images of one view's stored frame."""
    counts, step = quantised(view.counts, "uint16", COUNT_STEP)
    yield _raster(scan.study.study_uid, view, RasterKind.COUNTS, counts, view.spacing_mm, step)
    labels = scan.skeleton_view(view.projection)
    if labels is not None:
        yield _raster(scan.study.study_uid, view, RasterKind.LABELS, labels.labels, view.spacing_mm)
        yield _raster(scan.study.study_uid, view, RasterKind.PHYSIOLOGIC, labels.physiologic, view.spacing_mm)


def _space_rasters(course: Course, alignment: VisitAlignment, placed: ViewAlignment, view: View) -> Iterator[Raster]:
    """Yield the images of one view in patient space."""
    spacing, uid = course.alignment.spacing_mm, alignment.study_uid
    shift = placed.to_visit.displacement_mm
    if alignment.accepted:
        counts, step = quantised(np.maximum(warp_to_space(view, placed), 0.0), "uint16", SPACE_COUNT_STEP)
        yield _raster(uid, view, RasterKind.SPACE_COUNTS, counts, spacing, step)
    for kind, values, dtype in (
        (RasterKind.SPACE_ERROR, alignment.expected_error_mm, "uint16"),
        (RasterKind.SPACE_SHIFT_ROW, shift[..., 0], "int16"),
        (RasterKind.SPACE_SHIFT_COL, shift[..., 1], "int16"),
    ):
        stored, step = quantised(values, dtype, MILLIMETRE_STEP)
        yield _raster(uid, view, kind, stored, spacing, step)
    confidence = np.rint(np.clip(alignment.confidence, 0, 1) * 255).astype(np.uint8)
    yield _raster(uid, view, RasterKind.SPACE_CONFIDENCE, confidence, spacing, 1 / 255)
    bones = course.skeleton.view(view.projection)
    if bones is not None:
        yield _raster(uid, view, RasterKind.SPACE_LABELS, bones.labels, spacing)


def _space_sites(course: Course, scan: Scan, placed: ViewAlignment, view: View) -> Iterator[Raster]:
    """Yield the physiologic sites of this very visit in patient space, so that differences there can be hatched."""
    labels = scan.skeleton_view(view.projection)
    if labels is None:
        return
    sites = view.orientation.to_anatomical(labels.physiologic)
    step, space = np.array(view.anatomical_spacing_mm), np.array(course.alignment.spacing_mm)
    places = np.moveaxis(np.indices(placed.to_visit.shape), 0, -1) * space + placed.to_visit.displacement_mm
    row, col = np.moveaxis(np.rint(places / step).astype(int), -1, 0)
    inside = (row >= 0) & (col >= 0) & (row < sites.shape[0]) & (col < sites.shape[1])
    found = np.zeros(placed.to_visit.shape, np.uint8)
    found[inside] = sites[row[inside], col[inside]]
    yield _raster(scan.study.study_uid, view, RasterKind.SPACE_PHYSIOLOGIC, found, course.alignment.spacing_mm)


def _raster(
    study_uid: str,
    view: View,
    kind: RasterKind,
    array: NDArray[Any],
    spacing_mm: tuple[float, float],
    step: float = 1.0,
) -> Raster:
    """Return one display image."""
    return Raster(
        study_uid=study_uid,
        projection=view.projection,
        kind=kind,
        body=packed(array),
        dtype=array.dtype.name,
        rows=array.shape[0],
        cols=array.shape[1],
        spacing_mm=spacing_mm,
        step=step,
    )
