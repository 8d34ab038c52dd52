"""What this bone should show at this place in this person, and how wrong that may be.

The healthy expectation is scaled to the patient: first by the normaliser, then by a slowly varying factor, fitted on
bone and on soft tissue apart, robustly, so that lesions do not raise what they are measured against. Its error has
two parts that a larger window does not average away: people differ (``spread``), and labels are misplaced by some
millimetres, which matters where the expectation is steep.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, gaussian_gradient_magnitude

from tracker.lesions.smoothing import noise_share, smooth, smooth_wide
from tracker.records.foci import Expectation
from tracker.records.skeleton import Physiologic, SkeletonView
from tracker.records.uptake import Normaliser
from tracker.records.view import View
from tracker.settings.lesions import LesionSettings

Image = NDArray[np.float64]

ROUNDS = 4
"""Rounds of the robust fit; the factor changes by under 1 % after the third on simulated scans."""

OUTLIER_SD = 2.0
"""Excess, in standard deviations of smoothed counts, beyond which a pixel does not take part in the fit."""

PATTERN_SD = 0.15
"""Relative standard deviation of uptake within one bone about its expectation (between healthy places)."""

PRIOR_SHARE = 0.02
"""Weight of the whole tissue's median against the densest neighbourhood: matters only where there is no bone."""

HALO_MM = 12.0
"""Reach of the blur of a very hot site, such as a full bladder: about twice the resolution at 10 cm depth."""

SPILL_SHARE = 0.5
"""Share of what a Gaussian of ``HALO_MM`` predicts around a very hot site that may really be there: scatter."""

FLOOR_COUNTS = 0.05
"""Least expected counts per pixel: scatter and background of any camera; keeps ratios finite."""


def expect(
    view: View,
    skeleton_view: SkeletonView,
    normaliser: Normaliser,
    settings: LesionSettings,
    *,
    error_mm: NDArray[np.float32] | None = None,
) -> Expectation:
    """Return what ``view`` should show without any lesion.

    Parameters
    ----------
    view : View
        The counts, as stored.
    skeleton_view : SkeletonView
        Labels, masks and healthy expectation on the same pixels.
    normaliser : Normaliser
        Count density of an uptake ratio of 1.0.
    settings : LesionSettings
        Widths and defaults.
    error_mm : ndarray, shape (rows, cols), float32, optional
        Expected misplacement of the labels, millimetres.

    Returns
    -------
    Expectation
        Expected counts and their error as a model.
    """
    spacing = np.asarray(view.spacing_mm)
    scale = normaliser.counts_per_mm2 * view.pixel_area_mm2
    base = np.maximum(skeleton_view.expected.astype(np.float64) * scale, FLOOR_COUNTS)
    hot = skeleton_view.physiologic != Physiologic.NONE
    usable = skeleton_view.body & ~(_grown(hot, HALO_MM / spacing) if hot.any() else hot)
    bone = (skeleton_view.labels > 0) & usable
    counts = base * patient_factor(view.counts, base, (bone, usable & ~bone), settings.background_mm / spacing)
    misplaced = settings.misplacement_mm if error_mm is None else np.hypot(error_mm, 0.5 * spacing.mean())
    slope = gaussian_gradient_magnitude(counts, 0.5) / spacing.mean()
    spread = counts * skeleton_view.spread / np.maximum(skeleton_view.expected, 1e-3)
    above = np.where(hot, 0.0, smooth(np.where(hot, np.maximum(view.counts - counts, 0.0), 0.0), HALO_MM / spacing))
    model_sd = np.sqrt(spread**2 + (slope * misplaced) ** 2 + (SPILL_SHARE * above) ** 2)
    return Expectation(counts=counts, model_sd=model_sd, bone=bone, usable=usable)


def _grown(mask: NDArray[np.bool_], radius_px: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return ``mask`` widened by an ellipse."""
    reach = np.ceil(radius_px).astype(int)
    rows, cols = np.mgrid[-reach[0] : reach[0] + 1, -reach[1] : reach[1] + 1]
    ellipse = (rows / radius_px[0]) ** 2 + (cols / radius_px[1]) ** 2 <= 1
    return np.asarray(binary_dilation(mask, ellipse))


def patient_factor(
    counts: Image, base: Image, tissues: tuple[NDArray[np.bool_], ...], width_px: NDArray[np.float64]
) -> Image:
    """Return the slowly varying factor between counts and what they are compared with, blind to what stands out.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols), float64
        Detected events per pixel.
    base : ndarray, shape (rows, cols), float64
        What they are compared with, above 0.
    tissues : tuple of ndarray, shape (rows, cols), bool
        Masks within each of which the factor is fitted by itself.
    width_px : ndarray, shape (2,)
        Standard deviation (row, col) of the window in which it varies, pixels.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        1 outside all tissues.
    """
    factor = np.ones_like(counts)
    narrow = np.maximum(width_px / 12, 0.7)
    seen = smooth(counts, narrow)
    for tissue in tissues:
        if tissue.any():
            fitted = _tissue_factor(seen, base, tissue, width_px, noise_share(narrow))
            factor = np.where(tissue, fitted, factor)
    return factor


def _tissue_factor(
    seen: Image, base: Image, tissue: NDArray[np.bool_], width_px: NDArray[np.float64], variance_share: float
) -> Image:
    """Return the factor within one tissue."""
    whole = max(float(np.median(seen[tissue] / base[tissue])), 1e-3)
    factor = np.full(seen.shape, whole)
    prior = float(smooth_wide(np.where(tissue, base, 0.0), width_px).max()) * PRIOR_SHARE
    for _ in range(ROUNDS):
        expected = base * factor
        deviation = (seen - expected) / np.sqrt(expected * variance_share + (PATTERN_SD * expected) ** 2)
        weight = tissue & (np.abs(deviation) < OUTLIER_SD)
        above = smooth_wide(np.where(weight, seen, 0.0), width_px) + prior * whole
        below = smooth_wide(np.where(weight, base, 0.0), width_px) + prior
        factor = above / below
    return factor
