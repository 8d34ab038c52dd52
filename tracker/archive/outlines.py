"""Lesion outlines as closed rings in stored pixels, for drawing."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.measure import find_contours

from tracker.alignment import space_position
from tracker.records.alignment import VisitAlignment
from tracker.records.course import Scan
from tracker.records.lesion import Fate, Lesion, LesionMeasurement
from tracker.records.timepoint import Timepoint

SIMPLIFY_PX = 0.3
"""Rings may leave the pixel outline by this much, pixels."""

CIRCLE_POINTS = 24
"""Corners of the circle drawn where a lesion was measured and not seen."""


def visit_outlines(timepoint: Timepoint, scan: Scan) -> list[dict[str, Any]]:
    """Return the outlines of one visit, ordered by lesion and projection.

    Parameters
    ----------
    timepoint : Timepoint
        Lesions seen, and measurements of those not seen.
    scan : Scan
        Shapes of the views.

    Returns
    -------
    list of dict
        Identity, kind, fate, projection, rings, uptake ratio, whether seen.
    """
    shapes = {view.projection: view.counts.shape for view in scan.study.views}
    seen = [one for one in timepoint.lesions if one.fate not in (Fate.RESOLVED, Fate.MERGED)]
    drawn = {(one.lesion_id, one.focus.projection) for one in seen}
    kinds = {one.lesion_id: one for one in timepoint.lesions}
    rows = [_seen_row(one, shapes[one.focus.projection]) for one in seen if one.focus.projection in shapes]
    rows += [
        _place_row(one, kinds.get(one.lesion_id), scan)
        for one in timepoint.measurements
        if not one.detected and (one.lesion_id, one.projection) not in drawn and one.projection in shapes
    ]
    return sorted(rows, key=lambda row: (row["lesion_id"], row["projection"]))


def _seen_row(lesion: Lesion, shape: tuple[int, ...]) -> dict[str, Any]:
    """Return a lesion that was seen."""
    focus = lesion.focus
    return {
        "lesion_id": lesion.lesion_id,
        "region": focus.region,
        "kind": focus.kind.value,
        "fate": lesion.fate.value,
        "projection": focus.projection.value,
        "rings": rings_of(focus.pixels, shape),
        "uptake_ratio": focus.uptake_ratio,
        "detected": True,
    }


def rings_of(pixels: NDArray[np.int32], shape: tuple[int, ...]) -> list[list[list[float]]]:
    """Return the outline of a set of pixels as closed rings.

    Parameters
    ----------
    pixels : ndarray, shape (n, 2)
        (row, col) of every pixel inside.
    shape : tuple of int
        Rows and columns of the frame.

    Returns
    -------
    list
        Rings of [row, col] in stored pixels, zero-based pixel centres, to a tenth of a pixel.
    """
    low = np.maximum(pixels.min(axis=0) - 1, -1)
    high = pixels.max(axis=0) + 2
    window = np.zeros(tuple(high - low))
    window[tuple((pixels - low).T)] = 1.0
    found = [_simplified(ring) + low for ring in find_contours(np.pad(window, 1), 0.5)]
    limit = np.array(shape) - 0.5
    return [np.round(np.clip(ring - 1, -0.5, limit), 1).tolist() for ring in found]


def _simplified(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a closed ring with fewer corners."""
    corners = cv2.approxPolyDP(ring[:-1].astype(np.float32)[:, None], SIMPLIFY_PX, closed=True)[:, 0]
    return np.concatenate([corners, corners[:1]]).astype(np.float64)


def _place_row(one: LesionMeasurement, lesion: Lesion | None, scan: Scan) -> dict[str, Any]:
    """Return a place that was measured and where nothing was seen: a circle of the measured area."""
    view = next(view for view in scan.study.views if view.projection is one.projection)
    radius_mm = np.sqrt(one.area_mm2 / np.pi)
    angle = np.linspace(0, 2 * np.pi, CIRCLE_POINTS + 1)
    rows = one.row_px + radius_mm / view.spacing_mm[0] * np.sin(angle)
    cols = one.col_px + radius_mm / view.spacing_mm[1] * np.cos(angle)
    return {
        "lesion_id": one.lesion_id,
        "region": lesion.focus.region if lesion else "",
        "kind": lesion.focus.kind.value if lesion else "",
        "fate": lesion.fate.value if lesion else "",
        "projection": one.projection.value,
        "rings": [np.round(np.stack([rows, cols], axis=1), 1).tolist()],
        "uptake_ratio": one.uptake_ratio,
        "detected": False,
    }


def outlines_in_space(rows: list[dict[str, Any]], scan: Scan, alignment: VisitAlignment) -> list[dict[str, Any]]:
    """Return the outlines with the same rings in patient space, for drawing on aligned images.

    Parameters
    ----------
    rows : list of dict
        As `visit_outlines` returns them.
    scan : Scan
        The visit.
    alignment : VisitAlignment
        Its place in patient space.

    Returns
    -------
    list of dict
        Same rows with ``space_rings``: rings of [row_mm, col_mm]; none where alignment was refused.
    """
    views = {view.projection.value: view for view in scan.study.views}
    placed = []
    for row in rows:
        here = alignment.view(views[row["projection"]].projection) if alignment.accepted else None
        rings = row["rings"] if here is not None else []
        moved = [
            [[round(mm, 1) for mm in space_position(here, views[row["projection"]], *point)] for point in ring]
            for ring in rings
            if here is not None
        ]
        placed.append({**row, "space_rings": moved})
    return placed
