"""Find foci: where the evidence of a visit peaks, or where counts stand above what this person should show here.

Where a network has said how much every place looks like a lesion (`tracker.lesions.evidence`), its peaks are the foci
and its area their outline; significance is measured on top, against the expectation.

Without it, matched filters at several widths find what stands out. At each width the excess is divided by its own
standard deviation: counting noise, which a wider filter averages away, and the error of the expectation, which it does
not. That ratio is compared with its own spread over the bones of this very view (an *empirical null*), so that a
template which fits this patient badly raises the bar by itself.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from tracker.lesions.expectation import expect
from tracker.lesions.outline import outlines, parted
from tracker.lesions.place import space_points
from tracker.lesions.sites import site_pixels
from tracker.lesions.smoothing import noise_share, smooth
from tracker.records.alignment import ViewAlignment
from tracker.records.foci import Expectation, FociView, Likeness
from tracker.records.lesion import Focus
from tracker.records.regions import FINE_REGIONS
from tracker.records.skeleton import SkeletonView
from tracker.records.uptake import Normaliser
from tracker.records.view import View
from tracker.settings.lesions import LesionSettings

Image = NDArray[np.float64]

ARM_LABELS = [region.label for region in FINE_REGIONS if region.whole.startswith(("hand", "forearm"))]
"""Fine labels of the bones beside the veins that tracer is injected into."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Known:
    """What is known of a view beside its counts and its labels.

    Parameters
    ----------
    alignment : ViewAlignment, optional
        How the view lies in patient space; without it patient space is the view's anatomical frame.
    error_mm : ndarray, shape (rows, cols), float32, optional
        Expected misplacement of the labels on the stored pixels, millimetres.
    likeness : Likeness, optional
        How much every stored pixel looks like a lesion; without it significance alone decides.
    others : ndarray, shape (rows, cols), float32, optional
        What the other visits of the patient say about the same places.
    """

    alignment: ViewAlignment | None = None
    error_mm: NDArray[np.float32] | None = None
    likeness: Likeness | None = None
    others: NDArray[np.float32] | None = None


NOTHING = Known()
"""Nothing is known beside counts and labels."""


def look(
    view: View, skeleton_view: SkeletonView, normaliser: Normaliser, settings: LesionSettings, known: Known = NOTHING
) -> FociView:
    """Return one view with its expectation and its foci, ready to be judged, followed and measured.

    Parameters
    ----------
    view : View
        The counts, as stored.
    skeleton_view : SkeletonView
        Labels, masks and healthy expectation on the stored pixels.
    normaliser : Normaliser
        Count density of an uptake ratio of 1.0.
    settings : LesionSettings
        Widths and thresholds.
    known : Known, optional
        What is known beside.

    Returns
    -------
    FociView
        Foci strongest first, not yet judged; none where nothing stands out.
    """
    seen = FociView(
        view=view,
        skeleton=skeleton_view,
        normaliser=normaliser,
        expectation=expect(view, skeleton_view, normaliser, settings, error_mm=known.error_mm),
        alignment=known.alignment,
        error_mm=known.error_mm,
        evidence=None if known.likeness is None else known.likeness.odds,
        others=known.others,
        lesion_share=None if known.likeness is None else known.likeness.lesion_share,
    )
    least_px = settings.smallest_area_mm2 / view.pixel_area_mm2
    shapes = _significant(seen, settings) if known.likeness is None else _listed(seen, settings)
    found = [describe(pixels, seen) for pixels in shapes if len(pixels) >= least_px]
    sites = [describe(pixels, seen) for pixels in site_pixels(skeleton_view, least_px)]
    found += [focus for focus in sites if focus.significance >= settings.site_significance]
    found.sort(key=lambda focus: (-focus.significance, focus.row_px, focus.col_px))
    return replace(seen, foci=tuple(found))


def evident(seen: FociView, settings: LesionSettings) -> tuple[NDArray[np.int32], ...]:
    """Return the outlines of the places that look like a lesion: here, not at the other visits alone.

    Parameters
    ----------
    seen : FociView
        A view with its evidence.
    settings : LesionSettings
        Least odds and level of the outline.

    Returns
    -------
    tuple of ndarray, shape (n, 2), int32
        Stored (row, col), most likely first; may be empty.
    """
    if seen.evidence is None:
        return ()
    told = 0.0 if seen.others is None else np.clip(seen.others, settings.others_least, settings.others_most)
    shown = seen.skeleton.body & (seen.evidence >= settings.keep_odds)
    odds = np.where(shown, seen.evidence + settings.others_weight * told, -np.inf)
    reach = np.maximum(1, np.round(settings.touch_mm / np.asarray(seen.view.spacing_mm))).astype(int)
    places = np.argwhere((odds == maximum_filter(odds, size=tuple(2 * reach + 1))) & (odds >= settings.find_odds))
    strength = odds[tuple(places.T)]
    peaks = places[np.lexsort((places[:, 1], places[:, 0], -strength))]
    chance = 1 / (1 + np.exp(-odds.astype(np.float64)))
    return parted(outlines(chance, peaks, seen.view.spacing_mm, settings), odds, peaks, settings.parting_odds)


def _listed(seen: FociView, settings: LesionSettings) -> tuple[NDArray[np.int32], ...]:
    """Return the outlines of what looks like a lesion, then of what stands out in hands and forearms beside it."""
    likely = evident(seen, settings)
    taken = np.zeros(seen.view.counts.shape, dtype=np.bool_)
    for pixels in likely:
        taken[tuple(pixels.T)] = True
    beside = [pixels for pixels in injected(seen, settings) if not taken[tuple(pixels.T)].any()]
    return (*likely, *beside)


def injected(seen: FociView, settings: LesionSettings) -> tuple[NDArray[np.int32], ...]:
    """Return the outlines of the hottest places of hands and forearms, where tracer is injected.

    What is hotter than these thin bones mostly are, and still fainter than the reference bone, is their build.

    Parameters
    ----------
    seen : FociView
        A view with its expectation.
    settings : LesionSettings
        Widths and thresholds.

    Returns
    -------
    tuple of ndarray, shape (n, 2), int32
        Stored (row, col), hottest first; may be empty.
    """
    arms = np.isin(seen.skeleton.labels, ARM_LABELS) & seen.expectation.usable
    if not arms.any():
        return ()
    width = settings.scales_mm[0] / np.asarray(seen.view.spacing_mm)
    excess = smooth(residual(seen.view, seen.expectation), width)
    noise = np.sqrt(smooth(seen.expectation.counts, width / np.sqrt(2)) * noise_share(width))
    reference = seen.normaliser.counts_per_mm2 * seen.view.pixel_area_mm2
    bright = excess + seen.expectation.counts >= settings.least_arm_uptake * reference
    hot = arms & bright & (excess >= (settings.mild_ratio - 1) * seen.expectation.counts)
    score = np.where(hot, excess / np.maximum(noise, 1e-6), 0.0)
    return outlines(excess, _peaks(score, excess, seen, settings), seen.view.spacing_mm, settings)


def _significant(seen: FociView, settings: LesionSettings) -> tuple[NDArray[np.int32], ...]:
    """Return the outlines of the places whose counts stand out."""
    significance = significance_map(seen.view, seen.expectation, settings)
    width = settings.scales_mm[0] / np.asarray(seen.view.spacing_mm)
    excess = smooth(residual(seen.view, seen.expectation), width)
    return outlines(excess, _peaks(significance, excess, seen, settings), seen.view.spacing_mm, settings)


def residual(view: View, expectation: Expectation) -> Image:
    """Return counts above the expectation, 0 where a physiologic site or no body is.

    Parameters
    ----------
    view : View
        The counts, as stored.
    expectation : Expectation
        What they should be.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        Counts per pixel, negative where there are fewer than expected.
    """
    return np.where(expectation.usable, view.counts - expectation.counts, 0.0)


def significance_map(view: View, expectation: Expectation, settings: LesionSettings) -> Image:
    """Return, per pixel, the largest significance over all widths.

    Parameters
    ----------
    view : View
        The counts, as stored.
    expectation : Expectation
        What they should be.
    settings : LesionSettings
        Widths.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        Excess over its own standard deviation; 0 outside the usable body.
    """
    above = residual(view, expectation)
    best = np.full(view.counts.shape, -np.inf)
    for scale_mm in settings.scales_mm:
        width = scale_mm / np.asarray(view.spacing_mm)
        excess = smooth(above, width)
        noise = smooth(expectation.counts, width / np.sqrt(2)) * noise_share(width)
        model = smooth(expectation.model_sd, width)
        score = excess / np.sqrt(noise + model**2 + 1e-12)
        best = np.maximum(best, score / empirical_spread(score, expectation.bone))
    return np.where(expectation.usable, best, 0.0)


def empirical_spread(score: Image, bone: NDArray[np.bool_]) -> float:
    """Return the spread of a score over bone, from its lower half, at least 1.

    Parameters
    ----------
    score : ndarray, shape (rows, cols), float64
        Excess over its nominal standard deviation.
    bone : ndarray, shape (rows, cols), bool
        Where to look.

    Returns
    -------
    float
        Median minus 16th percentile: one standard deviation if nothing but noise lies below the median.
    """
    if not bone.any():
        return 1.0
    low, middle = np.percentile(score[bone], [15.87, 50])
    return max(1.0, float(middle - low))


def _peaks(significance: Image, excess: Image, seen: FociView, settings: LesionSettings) -> NDArray[np.intp]:
    """Return the local maxima of significance that pass both thresholds, strongest first."""
    reach = np.maximum(1, np.round(settings.scales_mm[0] / np.asarray(seen.view.spacing_mm))).astype(int)
    top = significance == maximum_filter(significance, size=tuple(2 * reach + 1))
    contrast = excess >= settings.find_contrast * seen.expectation.counts
    places = np.argwhere(top & contrast & (significance >= settings.find_significance) & seen.expectation.usable)
    strength = significance[tuple(places.T)]
    return places[np.lexsort((places[:, 1], places[:, 0], -strength))]


def describe(pixels: NDArray[np.int32], seen: FociView) -> Focus:
    """Return the focus that an outline on a view makes.

    Parameters
    ----------
    pixels : ndarray, shape (n, 2), int32
        Stored (row, col) inside the outline.
    seen : FociView
        The view they belong to.

    Returns
    -------
    Focus
        Kind lesion, without a reason: not yet judged.
    """
    at = tuple(pixels.T)
    counts, expected = seen.view.counts[at], seen.expectation.counts[at]
    excess = float(counts.sum() - expected.sum())
    weight = np.maximum(counts - expected, 0) + 1e-9
    centre = (pixels * weight[:, None]).sum(axis=0) / weight.sum()
    place = space_points(centre[None], seen.view, seen.alignment)[0]
    area_mm2 = len(pixels) * seen.view.pixel_area_mm2
    region = _region(seen.skeleton.labels[at])
    variance = max(float(expected.sum()), 1.0) + float(seen.expectation.model_sd[at].sum()) ** 2
    return Focus(
        projection=seen.projection,
        pixels=pixels,
        row_px=float(centre[0]),
        col_px=float(centre[1]),
        row_mm=float(place[0]),
        col_mm=float(place[1]),
        area_mm2=area_mm2,
        region=region[0],
        side=region[1],
        uptake_ratio=float(counts.sum()) / area_mm2 / seen.normaliser.counts_per_mm2,
        excess_ratio=float(counts.sum()) / max(float(expected.sum()), 1e-9),
        significance=excess / np.sqrt(variance),
    )


def _region(labels: NDArray[np.uint8]) -> tuple[str, str]:
    """Return the fine region and side that most of an outline lies in; empty outside all bones."""
    counted = np.bincount(labels, minlength=len(FINE_REGIONS) + 1)
    if counted[1:].sum() * 3 < counted.sum():
        return ("", "")
    region = FINE_REGIONS[int(counted[1:].argmax())]
    return (region.name, region.side)
