"""The halo that a hot bladder, injection site or spill throws over the bone around it.

Scatter and the tails of the collimator carry a hot site's counts some centimetres away. How far and how much depends
on camera, window and body, so that nothing is assumed: around the sites the counts above soft tissue are fitted,
without negative parts, by the bones' own pattern (one scale per region) and the sites' counts spread by Gaussians of
several widths. The spread part is the halo. Soft tissue is known from elsewhere and stays as it is: a fit that was
free to lower it took the widest Gaussian for it, and then both were taken away from the hip bones.
"""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, optimize

from tracker.intensity.soft_tissue import SoftTissue, block_sums, distance_mm
from tracker.records.skeleton import Physiologic, SkeletonView
from tracker.records.view import View

HOT = (Physiologic.BLADDER, Physiologic.INJECTION_SITE, Physiologic.URINE_CONTAMINATION)
"""Sites that may outshine bone by far."""

WIDTHS_MM = (10.0, 22.0, 45.0, 90.0)
"""Standard deviations of the Gaussians that a halo is made of, millimetres: collimator tails to broad scatter."""

REACH_MM = 140.0
"""The fit uses pixels up to this far from a site, millimetres."""

RIM_MM = 9.0
"""Pixels nearer than this to a site belong to the site itself, millimetres: its blurred edge."""

BLOCK_MM = 7.0
"""The fit runs on blocks of about this size, millimetres: the halo is smooth."""

OUTLIER = 3.0
"""Blocks beyond this many standard deviations of the residual lose weight (lesions), dimensionless."""

ROUNDS = 3
"""Rounds of reweighting."""


def hot_halo(view: View, skeleton_view: SkeletonView, soft: SoftTissue) -> NDArray[np.float64]:
    """Return the counts per pixel that hot sites throw beyond their own outline.

    Parameters
    ----------
    view : View
        The image.
    skeleton_view : SkeletonView
        Labels, expected uptake and sites on its stored pixels.
    soft : SoftTissue
        Soft tissue of the view.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        Not negative; 0 everywhere without hot sites.
    """
    nothing = np.zeros(view.counts.shape)
    hot = np.isin(skeleton_view.physiologic, [int(site) for site in HOT])
    if not hot.any():
        return nothing
    away = distance_mm(hot, view.spacing_mm)
    source = np.where(away <= RIM_MM, np.maximum(view.counts - soft.counts, 0), 0.0)
    spread = [_spread(source, width, view.spacing_mm) for width in WIDTHS_MM]
    fitted = (away > RIM_MM) & (away <= REACH_MM)
    others = _bone_columns(skeleton_view, soft, fitted)
    blocks = (_block(view.spacing_mm[0]), _block(view.spacing_mm[1]))
    share = block_sums(fitted.astype(np.float64), blocks)
    used = share > 0
    columns = [block_sums(np.where(fitted, column, 0.0), blocks)[used] for column in (*spread, *others)]
    counts = block_sums(np.where(fitted, view.counts, 0.0), blocks)[used]
    known = block_sums(np.where(fitted, soft.counts, 0.0), blocks)[used]
    scale = _fit(np.stack(columns, axis=1), counts, known)
    halo = sum((factor * image for factor, image in zip(scale, spread, strict=False)), nothing)
    return np.asarray(np.where(away > 0, halo, 0.0), dtype=np.float64)


def _block(step_mm: float) -> int:
    """Return how many pixels make a block."""
    return max(int(BLOCK_MM / step_mm), 1)


def _spread(source: NDArray[np.float64], width_mm: float, spacing_mm: tuple[float, float]) -> NDArray[np.float64]:
    """Return the source blurred by a Gaussian of ``width_mm``."""
    sigma = (width_mm / spacing_mm[0], width_mm / spacing_mm[1])
    blocks = (max(int(sigma[0] / 4), 1), max(int(sigma[1] / 4), 1))
    coarse = block_sums(source, blocks) / (blocks[0] * blocks[1])
    smooth = ndimage.gaussian_filter(
        coarse, (sigma[0] / blocks[0], sigma[1] / blocks[1]), mode="constant", truncate=4.0
    )
    size = (smooth.shape[1] * blocks[1], smooth.shape[0] * blocks[0])
    fine = cv2.resize(smooth, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(fine[: source.shape[0], : source.shape[1]], dtype=np.float64)


def _bone_columns(
    skeleton_view: SkeletonView, soft: SoftTissue, fitted: NDArray[np.bool_]
) -> list[NDArray[np.float64]]:
    """Return what else the counts above soft tissue are made of: each region's pattern."""
    bone = np.maximum(skeleton_view.expected - soft.expected, 0.0).astype(np.float64)
    return [np.where(skeleton_view.labels == label, bone, 0.0) for label in np.unique(skeleton_view.labels[fitted])]


def _fit(columns: NDArray[np.float64], counts: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return non-negative factors of the columns, for what is not known already, by reweighted least squares."""
    size = np.maximum(np.abs(columns).max(axis=0), 1e-12)
    noise = np.sqrt(counts + 1.0)
    weight = 1.0 / noise
    factors = np.zeros(columns.shape[1])
    for _ in range(ROUNDS):
        factors, _ = optimize.nnls(columns / size * weight[:, None], (counts - known) * weight)
        residual = (counts - known - columns / size @ factors) / noise
        scale = max(1.4826 * float(np.median(np.abs(residual))), 1.0)
        weight = 1.0 / noise / np.sqrt(1 + (residual / (OUTLIER * scale)) ** 2)
    return np.asarray(factors / size, dtype=np.float64)
