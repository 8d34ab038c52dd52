"""From what the template sees to labels, expected uptake and sites on the given pixels of one view."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.records.skeleton import Physiologic, SkeletonView
from tracker.records.view import Projection
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.explain import Explanation
from tracker.skeleton.grid import Grid
from tracker.skeleton.template import LABEL_COUNT, STEP_MM, Template

SITES: tuple[Physiologic, ...] = (
    Physiologic.BLADDER,
    Physiologic.KIDNEY_LEFT,
    Physiologic.KIDNEY_RIGHT,
    Physiologic.INJECTION_SITE,
    Physiologic.URINE_CONTAMINATION,
)
"""Order of the template's sites."""

LEAST_CHANCE = 0.02
"""Where a region is less probable it wins no pixel, so that it is not carried there."""

WINNING_CHANCE = 0.1
"""A region that is nowhere more probable than this wins nothing among the few that compete for a pixel."""

LEAST_EXPECTED = 1e-4
"""Expected uptake is never below this, of reference bone: it is divided by."""


def view_index(projection: Projection) -> int:
    """Return the place of a projection in the template's pairs.

    Parameters
    ----------
    projection : Projection
        The side.

    Returns
    -------
    int
        0 anterior, 1 posterior.
    """
    return 0 if projection is Projection.ANTERIOR else 1


def labels_on(chances: NDArray[np.float32], grid: Grid) -> NDArray[np.uint8]:
    """Return the most probable region of every given pixel.

    Parameters
    ----------
    chances : ndarray, shape (LABEL_COUNT, rows, cols), float32
        Probability of each region on the part used of the template grid.
    grid : Grid
        How the given pixels lie in it.

    Returns
    -------
    ndarray, shape ``grid.given_shape``, uint8
        Fine region numbers, 0 where there is no bone.
    """
    best = grid.given(1 - chances[0])
    best = np.subtract(1, best, out=best)
    labels = np.zeros(grid.given_shape, dtype=np.uint8)
    for label in np.flatnonzero(chances.max(axis=(1, 2)) > WINNING_CHANCE):
        if label == 0:
            continue
        window = grid.window_of(chances[label] > LEAST_CHANCE)
        carried = grid.given(chances[label], window)
        higher = carried > best[window]
        best[window][higher] = carried[higher]
        labels[window][higher] = label
    return labels


def without_islands(
    labels: NDArray[np.uint8], island_fraction: float, speck_fraction: float, near_px: tuple[float, float]
) -> NDArray[np.uint8]:
    """Return labels without specks and the small stray pieces of each region.

    A bone that others cover in part, such as a shoulder blade seen between ribs, shows as one large piece and small
    ones beside it: those stay.

    Parameters
    ----------
    labels : ndarray, shape (rows, cols), uint8
        Fine region numbers.
    island_fraction : float
        Pieces smaller than this fraction of the region's largest piece are small.
    speck_fraction : float
        Pieces smaller than this fraction of the largest piece are specks, and become background.
    near_px : tuple of float
        Rows and columns by which the box about a region's large pieces grows; small pieces outside it become
        background.

    Returns
    -------
    ndarray, shape (rows, cols), uint8
        Cleaned labels.
    """
    cleaned = labels.copy()
    for label in range(1, LABEL_COUNT):
        mask = labels == label
        rows = np.flatnonzero(mask.any(axis=1))
        if not rows.size:
            continue
        span = slice(rows[0], rows[-1] + 1)
        count, pieces, facts, _ = cv2.connectedComponentsWithStats(mask[span].astype(np.uint8), connectivity=8)
        stray = np.concatenate([[False], _stray(facts[1:count], island_fraction, speck_fraction, near_px)])
        cleaned[span][stray[pieces]] = 0
    return cleaned


def _stray(
    facts: NDArray[np.int32], island_fraction: float, speck_fraction: float, near_px: tuple[float, float]
) -> NDArray[np.bool_]:
    """Return which pieces of a region are specks, or small and beside the grown box of the large ones."""
    area = facts[:, cv2.CC_STAT_AREA]
    small = area < island_fraction * area.max()
    outside = np.zeros(len(facts), dtype=bool)
    sides = ((cv2.CC_STAT_TOP, cv2.CC_STAT_HEIGHT), (cv2.CC_STAT_LEFT, cv2.CC_STAT_WIDTH))
    for (first, extent), near in zip(sides, near_px, strict=True):
        low, high = facts[:, first], facts[:, first] + facts[:, extent]
        outside |= (low > high[~small].max() + near) | (high < low[~small].min() - near)
    return np.asarray((small & outside) | (area < speck_fraction * area.max()))


def _sites_on(chances: NDArray[np.float32], grid: Grid, chance: float) -> NDArray[np.uint8]:
    """Return the physiologic sites of every given pixel; the first of `SITES` wins."""
    sites = np.zeros(grid.given_shape, dtype=np.uint8)
    for site, part in reversed(list(zip(SITES, chances, strict=True))):
        if (part > chance).any():
            sites[grid.given(np.ascontiguousarray(part)) > chance] = site
    return sites


def spread_of(
    expected: NDArray[np.float32], soft: NDArray[np.float32], labels: NDArray[np.uint8], template: Template
) -> NDArray[np.float32]:
    """Return the standard deviation between healthy people of the expected uptake.

    Parameters
    ----------
    expected, soft : ndarray, shape (rows, cols), float32
        Expected uptake and its soft-tissue part.
    labels : ndarray, shape (rows, cols), uint8
        Fine region numbers.
    template : Template
        Relative spread of each region.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        In units of reference bone.
    """
    bone = np.maximum(expected - soft, 0)
    return np.asarray(np.hypot(template.relative_spread[labels] * bone, template.relative_spread[0] * soft))


def place_view(
    projection: Projection, seen: Explanation, grid: Grid, template: Template, settings: SkeletonSettings
) -> SkeletonView:
    """Return one view's skeleton on the given pixels, anatomical frame.

    Parameters
    ----------
    projection : Projection
        Which side.
    seen : Explanation
        What the template sees.
    grid : Grid
        How the given pixels lie in the template grid.
    template : Template
        What was learned.
    settings : SkeletonSettings
        Cleaning and limits.

    Returns
    -------
    SkeletonView
        Labels, expected uptake, spread, body, sites.
    """
    index = view_index(projection)
    spacing_mm = [STEP_MM * full / given for full, given in zip(grid.full_shape, grid.given_shape, strict=True)]
    labels = without_islands(
        labels_on(seen.chances[index], grid),
        settings.island_fraction,
        settings.speck_fraction,
        (settings.island_near_mm / spacing_mm[0], settings.island_near_mm / spacing_mm[1]),
    )
    expected = np.maximum(grid.given(seen.expected[index]), LEAST_EXPECTED)
    soft = np.minimum(grid.given(seen.soft), expected)
    return SkeletonView(
        projection=projection,
        labels=labels,
        expected=expected,
        spread=spread_of(expected, soft, labels, template),
        body=grid.given(seen.body) > 0.5,
        physiologic=_sites_on(seen.sites[index], grid, settings.site_chance),
    )
