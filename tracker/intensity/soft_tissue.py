"""Counts that are not bone: sampled in the body away from bone, carried smoothly under it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from tracker.records.skeleton import SkeletonView
from tracker.records.view import View
from tracker.settings.intensity import IntensitySettings

LEAST_SUPPORT = 1e-3
"""Share of the smoothing kernel that must fall on sampled pixels, dimensionless; beneath it a wider one is used."""

WIDER = 3.0
"""Factor on the reach where the first kernel meets no sampled pixel, dimensionless."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SoftTissue:
    """Soft tissue on one view, in counts and as a healthy person would show it.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols), float64
        Estimated counts per pixel of everything that is not bone.
    expected : ndarray, shape (rows, cols), float64
        The same operation on ``SkeletonView.expected``: its soft-tissue part.
    sampled : ndarray, shape (rows, cols), bool
        Pixels that soft tissue was sampled on.
    """

    counts: NDArray[np.float64]
    expected: NDArray[np.float64]
    sampled: NDArray[np.bool_]


def distance_mm(mask: NDArray[np.bool_], spacing_mm: tuple[float, float]) -> NDArray[np.float64]:
    """Return the distance of every pixel from the nearest one inside ``mask``.

    Parameters
    ----------
    mask : ndarray, shape (rows, cols), bool
        What to measure from.
    spacing_mm : tuple of float
        Pixel spacing (row, col).

    Returns
    -------
    ndarray, shape (rows, cols), float64
        Millimetres; infinite everywhere if ``mask`` is empty.
    """
    if not mask.any():
        return np.full(mask.shape, np.inf)
    return np.asarray(ndimage.distance_transform_edt(~mask, sampling=spacing_mm), dtype=np.float64)


def sampled_pixels(
    view: View, skeleton_view: SkeletonView, settings: IntensitySettings, exclude: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return the pixels that show soft tissue alone.

    Parameters
    ----------
    view : View
        The image.
    skeleton_view : SkeletonView
        Labels, body and physiologic sites on its stored pixels.
    settings : IntensitySettings
        The gaps to keep.
    exclude : ndarray, shape (rows, cols), bool
        Pixels that must not be used.

    Returns
    -------
    ndarray, shape (rows, cols), bool
        True on soft tissue.
    """
    spacing = view.spacing_mm
    inside = np.pad(skeleton_view.body, 1)
    depth = distance_mm(~inside, spacing)[1:-1, 1:-1]
    from_bone = distance_mm(skeleton_view.labels > 0, spacing)
    from_sites = distance_mm((skeleton_view.physiologic > 0) | exclude, spacing)
    return (
        (depth >= settings.soft_edge_mm)
        & (from_bone >= settings.soft_gap_mm)
        & (from_sites >= settings.soft_bladder_gap_mm)
    )


def carried(
    image: NDArray[np.float64], sampled: NDArray[np.bool_], reach_px: tuple[float, float]
) -> NDArray[np.float64]:
    """Return ``image`` known on ``sampled`` pixels alone, carried to all pixels by a Gaussian mean.

    Parameters
    ----------
    image : ndarray, shape (rows, cols), float64
        Any image.
    sampled : ndarray, shape (rows, cols), bool
        Where it is believed.
    reach_px : tuple of float
        Standard deviation of the Gaussian (row, col), pixels.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        Smooth; 0 everywhere if nothing was sampled.
    """
    if not sampled.any():
        return np.zeros(image.shape)
    mean = np.full(image.shape, float(image[sampled].mean()))
    weight = sampled.astype(np.float64)
    for factor in (WIDER, 1.0):
        sigma = (reach_px[0] * factor, reach_px[1] * factor)
        support = ndimage.gaussian_filter(weight, sigma, mode="constant", truncate=3.0)
        smooth = ndimage.gaussian_filter(image * weight, sigma, mode="constant", truncate=3.0)
        mean = (smooth + LEAST_SUPPORT * mean) / (support + LEAST_SUPPORT)
    return np.asarray(mean, dtype=np.float64)


def soft_tissue(
    view: View, skeleton_view: SkeletonView, settings: IntensitySettings, exclude: NDArray[np.bool_]
) -> SoftTissue:
    """Return the soft tissue of one view.

    Parameters
    ----------
    view : View
        The image.
    skeleton_view : SkeletonView
        Labels, body and physiologic sites on its stored pixels.
    settings : IntensitySettings
        The gaps to keep and the reach.
    exclude : ndarray, shape (rows, cols), bool
        Pixels that must not be used.

    Returns
    -------
    SoftTissue
        Estimated under bone as well; 0 outside the body.
    """
    sampled = sampled_pixels(view, skeleton_view, settings, exclude)
    reach = (settings.soft_reach_mm / view.spacing_mm[0], settings.soft_reach_mm / view.spacing_mm[1])
    body = skeleton_view.body | (skeleton_view.labels > 0)
    expected = skeleton_view.expected.astype(np.float64)
    return SoftTissue(
        counts=np.where(body, carried(view.counts, sampled, reach), 0.0),
        expected=np.where(body, carried(expected, sampled, reach), 0.0),
        sampled=sampled,
    )
