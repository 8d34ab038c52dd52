"""Label images as outlines, for the figure of the body."""

import gzip

import numpy as np
from numpy.typing import NDArray
from skimage.measure import approximate_polygon, find_contours

from dashboards.rasters import Raster, RegionShape
from tracker.records.regions import WHOLE_REGIONS, whole_labels
from tracker.records.view import Projection

SIMPLIFY_PX = 0.8
"""Outlines may leave the pixels by this much; finer detail cannot be seen at the size of the figure."""

SMALLEST_RING = 4
"""Corners below which a ring is a speck."""


def array_of(raster: Raster) -> NDArray[np.generic]:
    """Return the numbers of an image.

    Parameters
    ----------
    raster : Raster
        As it is sent.

    Returns
    -------
    ndarray, shape (rows, cols)
        Stored units.
    """
    kind = np.dtype(raster.dtype).newbyteorder("<")
    return np.frombuffer(gzip.decompress(raster.body), kind).reshape(raster.rows, raster.cols)


def region_shapes(
    labels: NDArray[np.uint8], projection: Projection, spacing_mm: tuple[float, float]
) -> tuple[RegionShape, ...]:
    """Return the outline of every whole-level region in a fine label image.

    Parameters
    ----------
    labels : ndarray of uint8, shape (rows, cols)
        Fine region numbers in patient space.
    projection : Projection
        Which side it shows.
    spacing_mm : tuple of float
        Row and column spacing.

    Returns
    -------
    tuple of RegionShape
        In the order of the vocabulary; regions outside the image are left out.
    """
    whole = np.pad(whole_labels(labels), 1)
    found = []
    for number, region in enumerate(WHOLE_REGIONS, start=1):
        inside = whole == number
        if not inside.any():
            continue
        rings = [approximate_polygon(ring - 1.0, SIMPLIFY_PX) for ring in find_contours(inside.astype(float), 0.5)]
        kept = tuple(
            tuple(
                (round(float(row) * spacing_mm[0], 1), round(float(col) * spacing_mm[1], 1)) for row, col in ring[:-1]
            )
            for ring in rings
            if len(ring) > SMALLEST_RING
        )
        if kept:
            found.append(RegionShape(region=region.name, projection=projection, rings=kept))
    return tuple(found)
