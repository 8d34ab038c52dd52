"""The interval change map: one joint test of two visits, as detector of change and as subtraction display.

The earlier visit's counts are carried to the later view's stored pixels and scaled to its normaliser, then by a slowly
varying factor: what changes as a whole bone is a matter of regions, and neither normaliser's error enters. At every
width of a Gaussian window the difference is divided by its own standard deviation: counting noise of both visits,
misplacement (where counts are steep), and what neighbouring healthy places differ by. Resampled counts are never
reported; the map says where to look, numbers come from forced measurement.

Peaks are listed of what *lesions* add: the share of each visit's counts that look like a lesion's
(`tracker.lesions.evidence`) is subtracted the same way. Healthy bone that lies differently, urine, joints and whole
bones then stay out of the difference, and far more changes are listed at the same number of false peaks
(`benchmarks.lesions`). A lesion lies at one place of patient space on both views, whose noise is not shared: what the
other view shows there is added with a weight.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_gradient_magnitude, map_coordinates, maximum_filter

from tracker.lesions.expectation import FLOOR_COUNTS, patient_factor
from tracker.lesions.find import empirical_spread
from tracker.lesions.place import Points, space_points, stored_points
from tracker.lesions.smoothing import noise_share, smooth
from tracker.records.change import ChangeMap, ChangeSpot
from tracker.records.foci import FociView, VisitFoci
from tracker.records.regions import FINE_REGIONS
from tracker.settings.lesions import LesionSettings

Image = NDArray[np.float64]

SURETY_PER_ODDS = 0.18
"""Growth of a difference's weight with the log odds of a lesion at either visit: logistic regression of true and false
peaks on simulated courses (seeds 1000-1019)."""

LEAST_ODDS, MOST_ODDS = -5.0, 8.0
"""Log odds below and above which nothing is added."""

SURETY_REACH_MM = 7.0
"""Odds are the greatest within this distance, millimetres: an outline and its middle need not agree."""


def interval_changes(visit: VisitFoci, reference: VisitFoci, settings: LesionSettings) -> tuple[ChangeMap, ...]:
    """Return the change of every view that both visits have.

    Parameters
    ----------
    visit, reference : VisitFoci
        The later and the earlier visit.
    settings : LesionSettings
        Widths and threshold.

    Returns
    -------
    tuple of ChangeMap
        One per common view; empty if either visit is not evaluable.
    """
    if not (visit.evaluable and reference.evaluable):
        return ()
    pairs = [(view, before) for view in visit.views if (before := reference.view(view.projection)) is not None]
    found = [_compared(now, before, settings) for now, before in pairs]
    uids = (visit.study_uid, reference.study_uid)
    return tuple(_change(one, [other for other in found if other is not one], uids, settings) for one in found)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Compared:
    """One view of two visits: `map` is shown, `score` and `width` are of what peaks are listed of."""

    now: FociView
    map: Image
    difference: Image
    score: Image
    width: Image


def _compared(now: FociView, before: FociView, settings: LesionSettings) -> _Compared:
    """Return the change of one view, as it shows on it alone."""
    places = _places(before, now)
    carried, valid = _carried_counts(before, now, places)
    gain = (now.normaliser.counts_per_mm2 * now.view.pixel_area_mm2) / (
        before.normaliser.counts_per_mm2 * before.view.pixel_area_mm2
    )
    usable = now.expectation.usable & valid
    scaled = np.where(usable, carried * gain, 0.0)
    counts = np.where(usable, now.view.counts, 0.0)
    score, width = _best_score(counts, scaled, gain, now, before, settings)
    score = np.where(usable, score, 0.0)
    unit = now.normaliser.counts_per_mm2 * now.view.pixel_area_mm2
    narrow = settings.scales_mm[0] / np.asarray(now.view.spacing_mm)
    told = _lesion_score((counts, scaled), gain, (now, before), places, settings) or (score, width)
    return _Compared(
        now=now, map=score, difference=smooth(counts - scaled, narrow) / unit, score=told[0], width=told[1]
    )


def _change(here: _Compared, others: Sequence[_Compared], uids: tuple[str, str], settings: LesionSettings) -> ChangeMap:
    """Return the change of one view; what the other view shows at a place counts there as well."""
    score = here.score
    if here.now.lesion_share is not None:
        for other in others:
            score = score + settings.other_view_weight * _seen_from(here.now, other)
    least = settings.spot_significance if here.now.lesion_share is None else settings.lesion_change_significance
    return ChangeMap(
        projection=here.now.projection,
        study_uid=uids[0],
        reference_uid=uids[1],
        score=here.map.astype(np.float32),
        difference=here.difference.astype(np.float32),
        spots=_spots(score, here.width, here.difference, here.now, (settings.pair_mm / 2, least)),
    )


def _seen_from(now: FociView, other: _Compared) -> Image:
    """Return the other view's score on this view's pixels: a lesion lies at one place of patient space."""
    places = _places(other.now, now)
    return np.asarray(map_coordinates(other.score, places.T, order=1, mode="constant").reshape(now.view.counts.shape))


def _best_score(
    counts: Image, scaled: Image, gain: float, now: FociView, before: FociView, settings: LesionSettings
) -> tuple[Image, Image]:
    """Return the score of largest size over all widths, and that width, per pixel."""
    spacing = np.asarray(now.view.spacing_mm)
    error = np.hypot(_error_mm(now, settings), _error_mm(before, settings))
    seen = np.maximum(smooth(scaled, 3.0 / spacing), FLOOR_COUNTS)
    bone, usable = now.expectation.bone, now.expectation.usable
    scaled = scaled * patient_factor(counts, seen, (bone, usable & ~bone), settings.background_mm / spacing)
    mean = smooth((counts + scaled) / 2, 3.0 / spacing)
    slope = gaussian_gradient_magnitude(mean, 0.5) / spacing.mean() * error
    unit_error = mean * settings.neighbour_sd
    best, width = np.zeros_like(counts), np.zeros_like(counts)
    for scale_mm in settings.scales_mm:
        window = scale_mm / spacing
        excess = smooth(counts - scaled, window)
        noise = smooth(mean * (1 + gain), window / np.sqrt(2)) * noise_share(window)
        model = smooth(np.hypot(slope, unit_error), window)
        score = excess / np.sqrt(noise + model**2 + 1e-9)
        score = score / empirical_spread(score, now.expectation.bone)
        better = np.abs(score) > np.abs(best)
        best, width = np.where(better, score, best), np.where(better, scale_mm, width)
    return best, width


def _error_mm(seen: FociView, settings: LesionSettings) -> float:
    """Return the usual misplacement of a view, millimetres."""
    if seen.error_mm is None:
        return settings.misplacement_mm
    return float(np.median(seen.error_mm[seen.expectation.usable])) if seen.expectation.usable.any() else 0.0


def _places(before: FociView, now: FociView) -> Points:
    """Return where the later view's pixels lie on the earlier one's stored frame."""
    grid = np.indices(now.view.counts.shape).reshape(2, -1).T.astype(np.float64)
    return stored_points(space_points(grid, now.view, now.alignment), before.view, before.alignment)


def _carried_counts(before: FociView, now: FociView, places: Points) -> tuple[Image, NDArray[np.bool_]]:
    """Return an earlier view's counts per own pixel on the later view's pixels, and where they are known."""
    shape = now.view.counts.shape
    carried = map_coordinates(before.view.counts, places.T, order=1, mode="constant").reshape(shape)
    usable = map_coordinates(
        before.expectation.usable.astype(np.float32), places.T, order=0, mode="constant", cval=0
    ).reshape(shape)
    return carried, usable > 0.5


def _lesion_score(
    counts: tuple[Image, Image], gain: float, views: tuple[FociView, FociView], places: Points, settings: LesionSettings
) -> tuple[Image, Image] | None:
    """Return the score of what lesions add to each visit's counts, and its width; None without evidence."""
    now, before = views
    if now.lesion_share is None or before.lesion_share is None:
        return None
    spacing = np.asarray(now.view.spacing_mm)
    share = map_coordinates(before.lesion_share, places.T, order=1, mode="constant").reshape(now.view.counts.shape)
    added = (now.lesion_share * counts[0], share * counts[1])
    surety = _surety(now, before, places)
    mean = smooth((counts[0] + counts[1]) / 2, 3.0 / spacing)
    best, width = np.zeros_like(mean), np.zeros_like(mean)
    for scale_mm in settings.scales_mm:
        window = scale_mm / spacing
        here, then = (smooth(one, window) for one in added)
        noise = smooth(mean * (1 + gain), window / np.sqrt(2)) * noise_share(window)
        model = settings.repeat_sd * (here + then) + settings.neighbour_sd * smooth(mean, window)
        score = surety * (here - then) / np.sqrt(noise + model**2 + 1e-9)
        better = np.abs(score) > np.abs(best)
        best, width = np.where(better, score, best), np.where(better, scale_mm, width)
    return best, width


def _surety(now: FociView, before: FociView, places: Points) -> Image:
    """Return how far a difference counts, 0 to 1: fully where either visit shows a lesion beyond doubt."""
    if now.evidence is None or before.evidence is None:
        return np.ones(now.view.counts.shape)
    then = map_coordinates(before.evidence, places.T, order=1, mode="nearest").reshape(now.view.counts.shape)
    reach = np.maximum(1, np.round(SURETY_REACH_MM / np.asarray(now.view.spacing_mm))).astype(int)
    odds = maximum_filter(np.maximum(now.evidence, then), size=tuple(2 * reach + 1))
    return np.asarray(np.exp(SURETY_PER_ODDS * (np.clip(odds, LEAST_ODDS, MOST_ODDS) - MOST_ODDS)))


def _spots(
    score: Image, width: Image, difference: Image, now: FociView, limits: tuple[float, float]
) -> tuple[ChangeSpot, ...]:
    """Return the peaks of change beyond a threshold and at least a distance apart, strongest first."""
    apart_mm, least = limits
    reach = np.maximum(1, np.round(apart_mm / np.asarray(now.view.spacing_mm))).astype(int)
    size = np.abs(score)
    top = (size == maximum_filter(size, size=tuple(2 * reach + 1))) & (size >= least)
    places = np.argwhere(top)
    strength = size[tuple(places.T)]
    places = places[np.lexsort((places[:, 1], places[:, 0], -strength))]
    space = space_points(places.astype(np.float64), now.view, now.alignment)
    return tuple(
        ChangeSpot(
            row_px=float(row),
            col_px=float(col),
            row_mm=float(place[0]),
            col_mm=float(place[1]),
            score=float(score[row, col]),
            difference=float(difference[row, col]),
            width_mm=float(width[row, col]),
            region=_region_name(int(now.skeleton.labels[row, col])),
        )
        for (row, col), place in zip(places, space, strict=True)
    )


def _region_name(label: int) -> str:
    """Return the name of a fine label, empty for none."""
    return FINE_REGIONS[label - 1].name if label else ""
