"""Two simple rivals on the same images, both followed by matching nearest neighbours.

A global threshold with connected components, and a Laplacian-of-Gaussian blob finder (scikit-image). Both get the
body's own scale, and a threshold chosen on tuning seeds for about one false mark a view; neither knows any anatomy.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects, gaussian_filter, gaussian_laplace, label
from scipy.optimize import linear_sum_assignment
from skimage.feature import blob_log

from benchmarks.lesions_scores import Links, Mark
from tracker.records.view import Projection, View

SMOOTHED_MM = 4.0
"""Standard deviation of the window on which the threshold works."""

LEAST_AREA_MM2 = 40.0
"""Smallest component kept."""

BLOB_MM = (4.0, 14.0)
"""Range of blob widths."""

NEAREST_MM = 20.0
"""Farthest that nearest neighbours may lie apart."""

BLOB_WIDTHS = 4
"""Widths tried."""

Finder = Callable[[View, Sequence[float]], dict[float, list[Mark]]]
"""A view and levels to marks per level."""


def body_scale(view: View) -> float:
    """Return the usual counts of a body pixel.

    Parameters
    ----------
    view : View
        The counts.

    Returns
    -------
    float
        Median of smoothed counts above a quarter of their mean.
    """
    smoothed = gaussian_filter(view.counts, SMOOTHED_MM / np.asarray(view.spacing_mm))
    return float(np.median(smoothed[smoothed > 0.25 * smoothed.mean()]))


def by_threshold(view: View, levels: Sequence[float]) -> dict[float, list[Mark]]:
    """Return connected areas above multiples of the body's usual counts.

    Parameters
    ----------
    view : View
        The counts.
    levels : sequence of float
        Multiples.

    Returns
    -------
    dict of float to list of Mark
        Per level, without names.
    """
    smoothed = gaussian_filter(view.counts, SMOOTHED_MM / np.asarray(view.spacing_mm)) / body_scale(view)
    return {level: _components(smoothed > level, LEAST_AREA_MM2 / view.pixel_area_mm2) for level in levels}


def _components(hot: NDArray[np.bool_], least_px: float) -> list[Mark]:
    """Return connected areas of some size."""
    parts, _ = label(hot)
    marks = []
    for number, box in enumerate(find_objects(parts), start=1):
        pixels = np.argwhere(parts[box] == number) + np.array([box[0].start, box[1].start])
        if len(pixels) >= least_px:
            marks.append(_mark(pixels.astype(np.int32)))
    return marks


def by_blobs(view: View, levels: Sequence[float]) -> dict[float, list[Mark]]:
    """Return blobs of a Laplacian of Gaussian on the square root of counts over the body's usual ones.

    Parameters
    ----------
    view : View
        The counts.
    levels : sequence of float
        Least responses.

    Returns
    -------
    dict of float to list of Mark
        Per level, without names; discs of the blob's radius.
    """
    step = float(np.mean(view.spacing_mm))
    image = np.sqrt(view.counts / body_scale(view))
    narrow, wide = (width / step for width in BLOB_MM)
    blobs = blob_log(image, min_sigma=narrow, max_sigma=wide, num_sigma=BLOB_WIDTHS, threshold=min(levels))
    response = {sigma: -(sigma**2) * gaussian_laplace(image, sigma) for sigma in np.unique(blobs[:, 2])}
    strength = [response[sigma][int(row), int(col)] for row, col, sigma in blobs]
    discs = [_disc((int(row), int(col)), np.sqrt(2) * sigma, view) for row, col, sigma in blobs]
    return {level: [disc for disc, own in zip(discs, strength, strict=True) if own >= level] for level in levels}


def _disc(middle: tuple[int, int], radius_px: float, view: View) -> Mark:
    """Return a disc inside the frame."""
    reach = int(np.ceil(radius_px))
    rows, cols = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    inside = np.hypot(rows, cols) <= radius_px
    pixels = np.stack([rows[inside] + middle[0], cols[inside] + middle[1]], axis=1)
    within = ((pixels >= 0) & (pixels < view.counts.shape)).all(axis=1)
    return _mark(pixels[within].astype(np.int32))


RIVALS: dict[str, tuple[Finder, tuple[float, ...], float]] = {
    "global threshold": (by_threshold, (3.0, 4.0, 5.5, 7.0, 9.0, 12.0, 16.0), 12.0),
    "Laplacian of Gaussian": (by_blobs, (0.3, 0.4, 0.5, 0.6, 0.8, 1.1, 1.5), 1.1),
}
"""Finder, levels of its free-response curve, and the level nearest one false mark a view on tuning seeds."""


def _mark(pixels: NDArray[np.int32]) -> Mark:
    """Return an outline as a mark."""
    row, col = pixels.mean(axis=0)
    return Mark(name="", pixels=pixels, row_px=float(row), col_px=float(col))


def named(
    found: Sequence[dict[Projection, list[Mark]]], spacing_mm: tuple[float, float]
) -> tuple[dict[tuple[int, Projection], list[Mark]], Links]:
    """Return marks with names by nearest neighbours: between the views of a visit, then from visit to visit.

    Parameters
    ----------
    found : sequence of dict
        Marks without names, per visit and view.
    spacing_mm : tuple of float
        Of all views.

    Returns
    -------
    tuple
        Marks by visit and view, and which name goes on at which visit.
    """
    marks: dict[tuple[int, Projection], list[Mark]] = {}
    links: Links = set()
    before: list[tuple[str, NDArray[np.float64]]] = []
    for visit, views in enumerate(found):
        front, back = views[Projection.ANTERIOR], views[Projection.POSTERIOR]
        places = [_place(one, spacing_mm, mirrored=False) for one in front]
        behind = [_place(one, spacing_mm, mirrored=True) for one in back]
        pairs = _nearest(places, behind)
        alone = [index for index in range(len(back)) if index not in pairs.values()]
        joined = places + [behind[index] for index in alone]
        old = _nearest([place for _, place in before], joined)
        names = [f"{visit}.{index}" for index in range(len(joined))]
        links |= {(visit, before[was][0], names[now]) for was, now in old.items()}
        back_names = {index: names[len(front) + order] for order, index in enumerate(alone)}
        back_names |= {index: names[place] for place, index in pairs.items()}
        marks[visit, Projection.ANTERIOR] = [_renamed(one, names[index]) for index, one in enumerate(front)]
        marks[visit, Projection.POSTERIOR] = [_renamed(one, back_names[index]) for index, one in enumerate(back)]
        before = list(zip(names, joined, strict=True))
    return marks, links


def _place(mark: Mark, spacing_mm: tuple[float, float], *, mirrored: bool) -> NDArray[np.float64]:
    """Return a mark's place in millimetres, the posterior view mirrored about the middle of its frame."""
    col = COLS - 1 - mark.col_px if mirrored else mark.col_px
    return np.array([mark.row_px * spacing_mm[0], col * spacing_mm[1]])


COLS = 256
"""Columns of the simulated camera's views."""


def _renamed(mark: Mark, name: str) -> Mark:
    """Return a mark with a name."""
    return Mark(name=name, pixels=mark.pixels, row_px=mark.row_px, col_px=mark.col_px)


def _nearest(one: Sequence[NDArray[np.float64]], other: Sequence[NDArray[np.float64]]) -> dict[int, int]:
    """Return which of the first lies nearest which of the second, one to one."""
    if not one or not other:
        return {}
    apart = np.linalg.norm(np.asarray(one)[:, None] - np.asarray(other)[None], axis=2)
    rows, cols = linear_sum_assignment(np.minimum(apart, 2 * NEAREST_MM))
    return {int(a): int(b) for a, b in zip(rows, cols, strict=True) if apart[a, b] <= NEAREST_MM}
