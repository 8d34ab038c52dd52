"""The interval change map: one joint test of two visits, as detector of change and as subtraction display.

The earlier visit's counts are carried to the later view's stored pixels and scaled to its normaliser, then by a slowly
varying factor: what changes as a whole bone is a matter of regions, and neither normaliser's error enters. At every
width of a Gaussian window the difference is divided by its own standard deviation: counting noise of both visits,
misplacement (where counts are steep), and what neighbouring healthy places differ by. Resampled counts are never
reported; the map says where to look, numbers come from forced measurement.

Where evidence tells lesions, changes are listed at the middles of lesions (`tracker.lesions.lesion_change`): healthy
bone that lies differently, urine, joints and whole bones then stay out, and far more changes are listed at the same
number of false ones (`benchmarks.lesions`). Without it, the peaks of the map are listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_gradient_magnitude, map_coordinates, maximum_filter

from tracker.lesions.expectation import FLOOR_COUNTS, patient_factor
from tracker.lesions.find import empirical_spread
from tracker.lesions.lesion_change import Added, Seen, added_by_lesions, all_middles, changed_odds, sureness
from tracker.lesions.place import Points, space_points, stored_points
from tracker.lesions.smoothing import noise_share, smooth
from tracker.records.change import ChangeMap, ChangeSpot
from tracker.records.foci import FociView, VisitFoci
from tracker.records.regions import FINE_REGIONS
from tracker.settings.lesions import LesionSettings

Image = NDArray[np.float64]


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
    """One view of two visits: `width` is that of the window which showed the change of each pixel best."""

    now: FociView
    map: Image
    difference: Image
    width: Image
    added: Added | None


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
    likeness = _likeness(now, before, places)
    return _Compared(
        now=now,
        map=score,
        difference=smooth(counts - scaled, narrow) / unit,
        width=width,
        added=None
        if likeness is None
        else added_by_lesions(
            Seen(
                counts=(counts, scaled),
                share=likeness[0],
                odds=likeness[1],
                gain=gain,
                counts_score=score,
                usable=usable,
                spacing_mm=np.asarray(now.view.spacing_mm),
            ),
            settings,
        ),
    )


def _likeness(
    now: FociView, before: FociView, places: Points
) -> tuple[tuple[Image, Image], tuple[Image, Image]] | None:
    """Return the lesions' share and their log odds at both visits on the later one's pixels; None without evidence."""
    if now.lesion_share is None or before.lesion_share is None or now.evidence is None or before.evidence is None:
        return None
    shape = now.view.counts.shape
    share: Image = map_coordinates(before.lesion_share.astype(np.float64), places.T, order=1, mode="constant")
    odds: Image = map_coordinates(before.evidence.astype(np.float64), places.T, order=1, mode="nearest")
    here = (now.lesion_share.astype(np.float64), now.evidence.astype(np.float64))
    return (here[0], share.reshape(shape)), (here[1], odds.reshape(shape))


def _change(here: _Compared, others: Sequence[_Compared], uids: tuple[str, str], settings: LesionSettings) -> ChangeMap:
    """Return the change of one view; what the other view shows at a place counts there as well."""
    return ChangeMap(
        projection=here.now.projection,
        study_uid=uids[0],
        reference_uid=uids[1],
        score=here.map.astype(np.float32),
        difference=here.difference.astype(np.float32),
        spots=_peaks(here, settings) if here.added is None else _changed_lesions(here, here.added, others, settings),
    )


def _changed_lesions(
    here: _Compared, added: Added, others: Sequence[_Compared], settings: LesionSettings
) -> tuple[ChangeSpot, ...]:
    """Return the lesions that changed, surest first."""
    beside = [(one.now, one.added) for one in others if one.added is not None]
    carried = [_from_to(other.middles.astype(np.float64), seen, here.now) for seen, other in beside]
    middles = all_middles(added, carried, np.asarray(here.now.view.spacing_mm))
    at_others = [(other, _from_to(middles.astype(np.float64), here.now, seen)) for seen, other in beside]
    direction, log_odds = changed_odds(added, middles, at_others)
    listed = log_odds >= settings.lesion_change_odds
    return _spots(here, middles[listed], (direction * sureness(log_odds))[listed])


def _from_to(pixels: Points, seen: FociView, other: FociView) -> Points:
    """Return where pixels of one view lie on another of the same visit."""
    return stored_points(space_points(pixels, seen.view, seen.alignment), other.view, other.alignment)


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


def _peaks(here: _Compared, settings: LesionSettings) -> tuple[ChangeSpot, ...]:
    """Return the peaks of change beyond a threshold and at least a distance apart, strongest first."""
    reach = np.maximum(1, np.round(settings.pair_mm / 2 / np.asarray(here.now.view.spacing_mm))).astype(int)
    size = np.abs(here.map)
    top = (size == maximum_filter(size, size=tuple(2 * reach + 1))) & (size >= settings.spot_significance)
    places = np.argwhere(top)
    return _spots(here, places, here.map[tuple(places.T)])


def _spots(here: _Compared, places: NDArray[np.intp], scores: NDArray[np.float64]) -> tuple[ChangeSpot, ...]:
    """Return the spots at some pixels, greatest score first."""
    order = np.lexsort((places[:, 1], places[:, 0], -np.abs(scores)))
    space = space_points(places.astype(np.float64), here.now.view, here.now.alignment)
    return tuple(
        ChangeSpot(
            row_px=float(places[at, 0]),
            col_px=float(places[at, 1]),
            row_mm=float(space[at, 0]),
            col_mm=float(space[at, 1]),
            score=float(scores[at]),
            difference=float(here.difference[tuple(places[at])]),
            width_mm=float(here.width[tuple(places[at])]),
            region=_region_name(int(here.now.skeleton.labels[tuple(places[at])])),
        )
        for at in order
    )


def _region_name(label: int) -> str:
    """Return the name of a fine label, empty for none."""
    return FINE_REGIONS[label - 1].name if label else ""
