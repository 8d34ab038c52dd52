"""The outline of a focus: where its excess is above a share of its peak, connected to the peak."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label
from skimage.segmentation import watershed

from tracker.settings.lesions import LesionSettings

Image = NDArray[np.float64]


def outlines(
    excess: Image, peaks: NDArray[np.intp], spacing_mm: tuple[float, float], settings: LesionSettings
) -> tuple[NDArray[np.int32], ...]:
    """Return the pixels of every focus, each pixel given to the nearest peak that claims it.

    Parameters
    ----------
    excess : ndarray, shape (rows, cols), float64
        Smoothed counts above the expectation.
    peaks : ndarray, shape (n, 2)
        Stored (row, col) of the peaks, strongest first.
    spacing_mm : tuple of float
        Pixel spacing (row, col).
    settings : LesionSettings
        Level and size limits.

    Returns
    -------
    tuple of ndarray, shape (m, 2), int32
        One per peak, in the order of ``peaks``; empty where nothing is left for a peak.
    """
    owner = np.zeros(excess.shape, dtype=np.int32)
    for number, (row, col) in enumerate(peaks, start=1):
        box = _box(excess.shape, (int(row), int(col)), spacing_mm, settings.largest_area_mm2)
        local = excess[box]
        at = (int(row) - box[0].start, int(col) - box[1].start)
        parts, _ = label(local >= settings.outline_fraction * local[at])
        mine = (parts == parts[at]) & (owner[box] == 0)
        owner[box][mine] = number
    return tuple(_connected(owner, number, peak) for number, peak in enumerate(peaks, start=1))


def parted(
    shapes: Sequence[NDArray[np.int32]], odds: Image, peaks: NDArray[np.intp], least_drop: float
) -> tuple[NDArray[np.int32], ...]:
    """Return outlines, each cut where two peaks in it are two foci: the way from one to the other leads through a dip.

    Parameters
    ----------
    shapes : sequence of ndarray, shape (m, 2), int32
        Outlines, one per peak; empty where another peak's outline holds the peak.
    odds : ndarray, shape (rows, cols), float64
        Log odds, what the dip is measured in.
    peaks : ndarray, shape (n, 2)
        Stored (row, col) of the peaks, strongest first.
    least_drop : float
        How far the odds must fall below the lower peak on every way to a higher one.

    Returns
    -------
    tuple of ndarray, shape (m, 2), int32
        One per peak, in the order of ``peaks``; a pixel goes to the peak that leads up from it.
    """
    found = list(shapes)
    for number, shape in enumerate(shapes):
        inside = [at for at, peak in enumerate(peaks) if not len(shapes[at]) and (shape == peak).all(axis=1).any()]
        if inside:
            for at, part in _cut(shape, odds, {at: peaks[at] for at in (number, *inside)}, least_drop).items():
                found[at] = part
    return tuple(found)


def _cut(
    shape: NDArray[np.int32], odds: Image, peaks: dict[int, NDArray[np.intp]], least_drop: float
) -> dict[int, NDArray[np.int32]]:
    """Return the part of an outline that belongs to each peak that is a focus of its own, the first one among them."""
    corner = shape.min(axis=0)
    local = np.full(tuple(shape.max(axis=0) - corner + 1), -np.inf)
    local[tuple((shape - corner).T)] = odds[tuple(shape.T)]
    tops: dict[int, tuple[int, ...]] = {}
    for at, peak in peaks.items():
        top = tuple(peak - corner)
        above, _ = label(local >= local[top] - least_drop)
        if all(above[top] != above[other] for other in tops.values()):
            tops[at] = top
    marked = np.zeros(local.shape, dtype=np.int32)
    for part, top in enumerate(tops.values(), start=1):
        marked[top] = part
    parts = watershed(-local, marked, mask=np.isfinite(local))
    return {at: (np.argwhere(parts == part) + corner).astype(np.int32) for part, at in enumerate(tops, start=1)}


def _box(
    shape: tuple[int, ...], at: tuple[int, int], spacing_mm: tuple[float, float], area_mm2: float
) -> tuple[slice, slice]:
    """Return the part of the frame that an outline around ``at`` may reach into."""
    reach = [int(np.ceil(np.sqrt(area_mm2 / np.pi) / step)) for step in spacing_mm]
    return (
        slice(max(0, at[0] - reach[0]), min(shape[0], at[0] + reach[0] + 1)),
        slice(max(0, at[1] - reach[1]), min(shape[1], at[1] + reach[1] + 1)),
    )


def _connected(owner: NDArray[np.int32], number: int, peak: NDArray[np.intp]) -> NDArray[np.int32]:
    """Return the pixels of one focus; none if its own peak belongs to another."""
    if owner[tuple(peak)] != number:
        return np.empty((0, 2), dtype=np.int32)
    return np.argwhere(owner == number).astype(np.int32)
