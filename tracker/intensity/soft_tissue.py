"""Counts that are not bone: sampled in the body away from bone, carried smoothly under it."""

from dataclasses import dataclass

import cv2
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

PIXELS_PER_REACH = 5
"""The smoothing runs on pixels this many times finer than its own reach."""

PROFILE_MM = 60.0
"""Half-width of limbs and trunk is sought this far around a pixel, millimetres: less than the way to another part."""

ATTENUATION_PER_MM = 0.012
"""Broad-beam attenuation of 140 keV photons in soft tissue, per millimetre (0.15 per cm narrow beam, less build-up)."""

LARGEST_STEP = 1.35
"""Sampled pixels brighter or fainter than the soft tissue around them by more than this factor are none: kidneys
without a mask, bones without a label, air inside the outline."""

FAINTEST = 0.35
"""A pixel fainter than this share of the median soft tissue is not inside the body, whatever the outline says; where a
bone lies there is a body, however thin a hand is."""

ROUNDS = 3
"""Rounds of sampling and rejecting."""

BLUR_SD_MM = 5.0
"""Standard deviation of the blur of a low-energy collimator at patient distance, millimetres."""

ROOM_GAP_MM = 60.0
"""Further than this from the body a camera counts the room alone, millimetres: beyond blur and scatter (decided)."""

ROOM_BLOCK_MM = 30.0
"""The room is counted on blocks of about this size, millimetres, each of some ten events (decided)."""

FEWEST_BLOCKS = 20
"""Fewer blocks with events say nothing about the room (decided)."""


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
    room : float
        Counts per pixel that the room makes, part of ``counts``: the same everywhere, with or without a body.
    """

    counts: NDArray[np.float64]
    expected: NDArray[np.float64]
    sampled: NDArray[np.bool_]
    room: float = 0.0


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
    if spacing_mm[0] == spacing_mm[1]:
        steps = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        return np.asarray(steps, dtype=np.float64) * spacing_mm[0]
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


def tissue_profile(body: NDArray[np.bool_], spacing_mm: tuple[float, float]) -> NDArray[np.float64]:
    """Return how much soft tissue a body of this outline would show at each pixel, in arbitrary unit.

    Every part of the body is taken for a round one: a pixel at depth ``d`` inside an outline of local half-width
    ``r`` has ``2 sqrt(d (2 r - d))`` of tissue behind it, of which attenuation lets
    ``1 - exp(-mu thickness)`` be seen. What trunk and limbs really hold is fitted afterwards.

    Parameters
    ----------
    body : ndarray, shape (rows, cols), bool
        Inside the body outline.
    spacing_mm : tuple of float
        Pixel spacing (row, col).

    Returns
    -------
    ndarray, shape (rows, cols), float64
        In 0 to 1, 0 outside the body.
    """
    depth = distance_mm(np.pad(~body, 1, constant_values=True), spacing_mm)[1:-1, 1:-1]
    if not body.any() or not np.isfinite(depth).all():
        return body.astype(np.float64)
    window = tuple(1 + 2 * int(np.ceil(PROFILE_MM / step)) for step in spacing_mm)
    half_width = ndimage.maximum_filter(depth, size=window, mode="constant")
    thickness = 2 * np.sqrt(np.clip(depth * (2 * half_width - depth), 0, None))
    seen = 1 - np.exp(-ATTENUATION_PER_MM * thickness)
    return np.asarray(ndimage.gaussian_filter(seen, [BLUR_SD_MM / step for step in spacing_mm]), dtype=np.float64)


def carried(
    image: NDArray[np.floating],
    sampled: NDArray[np.bool_],
    profile: NDArray[np.float64],
    reach_px: tuple[float, float],
) -> NDArray[np.float64]:
    """Return ``image`` known on ``sampled`` pixels alone, carried to all pixels in proportion to ``profile``.

    Parameters
    ----------
    image : ndarray, shape (rows, cols)
        Any image.
    sampled : ndarray, shape (rows, cols), bool
        Where it is believed.
    profile : ndarray, shape (rows, cols), float64
        Shape that it follows locally, not negative.
    reach_px : tuple of float
        Standard deviation (row, col) of the Gaussian over which image over profile is averaged, pixels.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        0 everywhere if nothing was sampled.
    """
    known, unit = float(image[sampled].sum()), float(profile[sampled].sum())
    if not sampled.any() or unit <= 0:
        return np.zeros(image.shape)
    blocks = (max(int(reach_px[0] / PIXELS_PER_REACH), 1), max(int(reach_px[1] / PIXELS_PER_REACH), 1))
    above = block_sums(np.where(sampled, image, 0.0), blocks)
    below = block_sums(np.where(sampled, profile, 0.0), blocks)
    full = float(below.max())
    ratio: NDArray[np.float64] = np.full(above.shape, known / unit)
    for factor in (WIDER, 1.0):
        sigma = [factor * reach / block for reach, block in zip(reach_px, blocks, strict=True)]
        numerator = ndimage.gaussian_filter(above, sigma, mode="constant", truncate=3.0)
        denominator = ndimage.gaussian_filter(below, sigma, mode="constant", truncate=3.0)
        ratio = (numerator + LEAST_SUPPORT * full * ratio) / (denominator + LEAST_SUPPORT * full)
    rows, cols = above.shape
    fine = cv2.resize(ratio, (cols * blocks[1], rows * blocks[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(fine[: image.shape[0], : image.shape[1]] * profile, dtype=np.float64)


def block_sums(image: NDArray[np.float64], blocks: tuple[int, int]) -> NDArray[np.float64]:
    """Return sums over blocks of pixels, the last ones padded with 0.

    Parameters
    ----------
    image : ndarray, shape (rows, cols), float64
        Any image.
    blocks : tuple of int
        Rows and columns of one block.

    Returns
    -------
    ndarray, shape (ceil(rows / blocks[0]), ceil(cols / blocks[1])), float64
        Sums.

    Examples
    --------
    >>> block_sums(np.ones((3, 4)), (2, 2))
    array([[4., 4.],
           [2., 2.]])
    """
    rows, cols = (-image.shape[0] % blocks[0], -image.shape[1] % blocks[1])
    padded = np.pad(image, ((0, rows), (0, cols)))
    # Rows first: whole rows add up many times faster than tiles do.
    strips = padded.reshape(padded.shape[0] // blocks[0], blocks[0], padded.shape[1]).sum(axis=1)
    return np.asarray(strips.reshape(len(strips), padded.shape[1] // blocks[1], blocks[1]).sum(axis=2))


def room_counts(view: View, body: NDArray[np.bool_]) -> float:
    """Return the counts per pixel that a camera makes without a body before it.

    A hand is so thin that the room makes much of what it shows, the more the fewer counts a scan holds and the finer
    its matrix: carried with the soft tissue it would look like a change of bone.

    Parameters
    ----------
    view : View
        The image.
    body : ndarray, shape (rows, cols), bool
        Inside the body outline.

    Returns
    -------
    float
        Median over blocks of air; blocks without any count lie beyond the field. 0 where there is too little air.
    """
    blocks = (_blocks_of(view.spacing_mm[0]), _blocks_of(view.spacing_mm[1]))
    air = distance_mm(body, view.spacing_mm) >= ROOM_GAP_MM
    pixels = block_sums(air.astype(np.float64), blocks)
    counts = block_sums(np.where(air, view.counts, 0.0), blocks)
    seen = (pixels == blocks[0] * blocks[1]) & (counts > 0)
    if seen.sum() < FEWEST_BLOCKS:
        return 0.0
    return float(np.median(counts[seen])) / (blocks[0] * blocks[1])


def _blocks_of(step_mm: float) -> int:
    """Return how many pixels make a block of air."""
    return max(int(ROOM_BLOCK_MM / step_mm), 1)


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
        Estimated under bone as well; the room alone outside the body.
    """
    sampled = sampled_pixels(view, skeleton_view, settings, exclude)
    smooth = ndimage.gaussian_filter(view.counts, [BLUR_SD_MM / step for step in view.spacing_mm])
    body = skeleton_view.body
    if sampled.any():
        body = body & (smooth > FAINTEST * float(np.median(smooth[sampled])))
    body = body | (skeleton_view.labels > 0)
    profile = tissue_profile(body, view.spacing_mm)
    near = (settings.soft_reach_mm / view.spacing_mm[0], settings.soft_reach_mm / view.spacing_mm[1])
    far = (settings.soft_level_reach_mm / view.spacing_mm[0], settings.soft_level_reach_mm / view.spacing_mm[1])
    noise = np.sqrt(np.maximum(smooth, 1e-6) / _averaged_pixels(view.spacing_mm))
    room = room_counts(view, body)
    for _ in range(ROUNDS):
        expected = carried(skeleton_view.expected, sampled, profile, near)
        counts = carried(view.counts - room, sampled, expected, far) + room
        low, high = counts / LARGEST_STEP - 3 * noise, counts * LARGEST_STEP + 3 * noise
        kept = sampled & (smooth >= low) & (smooth <= high)
        sampled = kept if kept.any() else sampled
    return SoftTissue(counts=np.maximum(counts, 0.0), expected=expected, sampled=sampled, room=room)


def _averaged_pixels(spacing_mm: tuple[float, float]) -> float:
    """Return over how many pixels a Gaussian of `BLUR_SD_MM` averages."""
    return max(4 * np.pi * BLUR_SD_MM**2 / (spacing_mm[0] * spacing_mm[1]), 1.0)
