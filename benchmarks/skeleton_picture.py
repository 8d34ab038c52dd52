"""Contact sheet of labels drawn over scans, to be looked at."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.skeleton_cases import Case
from tracker.records.skeleton import SkeletonMap
from tracker.records.view import Projection

ACROSS = 16
"""Pictures per row of the sheet."""

TILE = (320, 88)
"""Rows and columns of one picture, pixels."""

COLOURS = 256
"""Colours of the sheet: enough for greys and outlines, and a small file."""

SATURATION = 99.5
"""Percentile of counts drawn black."""


def _colours() -> NDArray[np.uint8]:
    """Return one colour per label, neighbours apart."""
    hue = (np.arange(256) * 67) % 180
    table = np.stack([hue, np.full(256, 220), np.full(256, 230)], axis=1).astype(np.uint8)
    return np.asarray(cv2.cvtColor(table[None], cv2.COLOR_HSV2BGR)[0], dtype=np.uint8)


def picture(
    counts: NDArray[np.float64], labels: NDArray[np.uint8], sites: NDArray[np.uint8] | None = None
) -> NDArray[np.uint8]:
    """Return a scan with the outlines of its regions, and of sites in black.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols)
        Counts as stored.
    labels : ndarray, shape (rows, cols), uint8
        Whole or fine labels.
    sites : ndarray, shape (rows, cols), uint8, optional
        Physiologic sites.

    Returns
    -------
    ndarray, shape (rows, cols, 3), uint8
        Blue, green, red.
    """
    top = max(float(np.percentile(counts, SATURATION)), 1.0)
    grey = (255 * (1 - np.sqrt(np.clip(counts / top, 0, 1)))).astype(np.uint8)
    image = np.repeat(grey[:, :, None], 3, axis=2)
    rim = cv2.morphologyEx(labels, cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8)) > 0
    image[rim] = _colours()[labels][rim]
    if sites is not None:
        edge = cv2.morphologyEx(sites, cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8)) > 0
        image[edge] = (0, 0, 0)
    return image


def _tile(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture fitted into a tile."""
    return np.asarray(cv2.resize(image, TILE[::-1], interpolation=cv2.INTER_AREA), dtype=np.uint8)


def contact_sheet(
    people: list[tuple[Case, SkeletonMap]], real: tuple[NDArray[np.float64], SkeletonMap], path: str
) -> None:
    """Write all pictures on one sheet.

    Parameters
    ----------
    people : list of tuple
        Simulated people and their maps.
    real : tuple
        Counts and map of the real scan.
    path : str
        Where the PNG goes.
    """
    tiles = [_tile(picture(real[0], real[1].labels("ANTERIOR"), real[1].views[0].physiologic))]
    for case, skeleton in people:
        for view in case.views:
            if view.projection in (Projection.ANTERIOR, Projection.POSTERIOR):
                found = skeleton.view(view.projection)
                assert found is not None
                tiles.append(_tile(picture(view.counts, skeleton.labels(view.projection), found.physiologic)))
    blank = np.full((*TILE, 3), 255, dtype=np.uint8)
    tiles += [blank] * (-len(tiles) % ACROSS)
    rows = [np.hstack(tiles[start : start + ACROSS]) for start in range(0, len(tiles), ACROSS)]
    Image.fromarray(np.vstack(rows)[..., ::-1]).quantize(COLOURS).save(path, optimize=True)
