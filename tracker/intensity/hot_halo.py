"""The halo that bladder, kidneys, injection site and spills throw over the bone around them.

Scatter and the tails of the collimator carry a hot site's counts some centimetres away. How far and how much depends
on camera, window and body only within limits: around the sites the counts above soft tissue are fitted, without
negative parts, by the bones' own pattern (one scale per region) and the sites' counts spread by Gaussians of several
widths, for sites in the trunk and those in an arm or on the skin each, whose shares are held near what scatter in a
pelvis is known to be. The spread part is the halo. Free shares
took the bones' uptake for halo wherever the bladder was faint, and left halo on the hip bones where it was hot. Soft
tissue is known from elsewhere and stays as it is: a fit that was free to lower it took the widest Gaussian for it.
What bone the sites cover is taken out of their counts before these are spread: a faint bladder over a hot sacrum
would throw the sacrum's halo.
"""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, optimize

from tracker.intensity.soft_tissue import SoftTissue, block_sums, distance_mm
from tracker.records.skeleton import Physiologic, SkeletonView
from tracker.records.view import View

GROUPS = (
    (Physiologic.BLADDER, Physiologic.KIDNEY_LEFT, Physiologic.KIDNEY_RIGHT),
    (Physiologic.INJECTION_SITE, Physiologic.URINE_CONTAMINATION),
)
"""Sites that may outshine bone, or lie over it as kidneys do: their scatter is a tenth of a lumbar spine's counts.
Those deep in the trunk scatter unlike those in an arm or on the skin: fitted by one spread, a bright injection site
decided it for the bladder as well, whose halo was then missing from sacrum and hip bones at one visit and not at the
other."""

WIDTHS_MM = (10.0, 22.0, 45.0, 90.0)
"""Standard deviations of the Gaussians that a halo is made of, millimetres: collimator tails to broad scatter."""

SHARES = (0.0, 0.20, 0.25, 0.0)
"""Usual share of a site's counts in each of them: scattered events make 0.3 to 0.6 of the unscattered ones inside a
20 % window over a trunk, most of them within 10 cm. The sum, 0.45, is the middle of that range (decided)."""

SHARE_SD = 0.01
"""How freely the fit may leave the usual shares; bones in the same place differ from their pattern by more than
counting noise, so that the fit is surer of itself than it should be. Tuned on simulated visits (seeds 1000-1004). Held
four times more loosely, hip bones scattered by 0.078 instead of 0.069 between visits (seeds 1000-1009, 1100-1109)."""

REACH_MM = 140.0
"""The fit uses pixels up to this far from a site, millimetres."""

RIM_MM = 9.0
"""Pixels nearer than this to a site belong to the site itself, millimetres: its blurred edge."""

BLOCK_MM = 7.0
"""The fit runs on blocks of about this size, millimetres: the halo is smooth."""

OUTLIER = 3.0
"""Blocks beyond this many standard deviations of the residual lose weight (lesions), dimensionless."""

ROUNDS = 3
"""Rounds of reweighting, and of taking the bones' part out of the sites."""


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
    distances = _distances(view, skeleton_view)
    if not distances:
        return nothing
    away = np.minimum.reduce(distances)
    own = [(mine <= RIM_MM) & (mine <= away) for mine in distances]
    fitted = (away > RIM_MM) & (away <= REACH_MM)
    blocks = (_block(view.spacing_mm[0]), _block(view.spacing_mm[1]))
    used = block_sums(fitted.astype(np.float64), blocks) > 0

    def cut(image: NDArray[np.float64]) -> NDArray[np.float64]:
        return block_sums(np.where(fitted, image, 0.0), blocks)[used]

    bones = _bone_columns(skeleton_view, soft, fitted)
    bone_columns = [cut(column) for column in bones]
    counts, known = cut(view.counts), cut(soft.counts)
    halo = bone = nothing
    for _ in range(ROUNDS):
        above = np.maximum(view.counts - soft.counts - bone, 0)
        spread = [_spread(np.where(mine, above, 0.0), width, view.spacing_mm) for mine in own for width in WIDTHS_MM]
        columns = np.stack([*(cut(image) for image in spread), *bone_columns], axis=1)
        scale = _fit(columns, counts, known, np.tile(SHARES, len(own)))
        halo = sum((factor * image for factor, image in zip(scale, spread, strict=False)), nothing)
        bone = sum((factor * image for factor, image in zip(scale[len(spread) :], bones, strict=True)), nothing)
    return np.asarray(np.where(away > 0, halo, 0.0), dtype=np.float64)


def _distances(view: View, skeleton_view: SkeletonView) -> list[NDArray[np.float64]]:
    """Return the distance of every pixel from the sites of each group that has any, millimetres."""
    masks = [np.isin(skeleton_view.physiologic, [int(site) for site in group]) for group in GROUPS]
    return [distance_mm(mask, view.spacing_mm) for mask in masks if mask.any()]


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


def _fit(
    columns: NDArray[np.float64], counts: NDArray[np.float64], known: NDArray[np.float64], shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return non-negative factors of the columns, for what is not known already, by reweighted least squares.

    The first columns are held near the usual ``shares``.
    """
    size = np.maximum(np.abs(columns).max(axis=0), 1e-12)
    held = np.eye(len(shares), columns.shape[1]) / SHARE_SD / size
    usual = shares / SHARE_SD
    noise = np.sqrt(counts + 1.0)
    weight = 1.0 / noise
    factors = np.zeros(columns.shape[1])
    for _ in range(ROUNDS):
        rows = np.concatenate([columns / size * weight[:, None], held])
        factors, _ = optimize.nnls(rows, np.concatenate([(counts - known) * weight, usual]))
        residual = (counts - known - columns / size @ factors) / noise
        scale = max(1.4826 * float(np.median(np.abs(residual))), 1.0)
        weight = 1.0 / noise / np.sqrt(1 + (residual / (OUTLIER * scale)) ** 2)
    return np.asarray(factors / size, dtype=np.float64)
