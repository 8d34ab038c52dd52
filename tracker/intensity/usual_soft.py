"""Soft tissue under a bone is much the same at every visit of one person: what is estimated there is drawn to that.

Soft tissue makes half of the counts on most bones, and it is estimated at every visit anew, from places beside the
bones that the pose gives and takes. That estimate scatters between visits, and the bone's uptake with it. What soft
tissue a person has before and behind a bone, per area and against that of the whole body, hardly changes. So over the
visits of one patient the estimates of all bones say how much soft tissue a visit shows as a whole (more tracer, more
time, another uptake time), and how much each bone has of it; what one estimate lies off that is taken for its error,
but for a part, and but for what is larger than errors are: an arm that lies before the hip at one visit alone. What
bones scatter into the estimate stays when soft tissue empties, more of it under a skull than under a thigh: that is
allowed for, or a longer uptake time would be taken for an error of both (`soft_share.stray_of_labels`). Around
the bladder the estimate holds a part of its scatter, which is another at every visit: that part stays, and the more
scatter there is the more the estimate is believed.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tracker.intensity.reference_bone import scale_of, usual_levels
from tracker.intensity.region_levels import (
    Exclusions,
    ViewLevels,
    VisitLevels,
    excluded_pixels,
    levels_over,
)
from tracker.intensity.soft_share import stray_of_labels
from tracker.records.regions import FINE_REGIONS
from tracker.records.skeleton import SkeletonView
from tracker.records.study import Study
from tracker.records.view import Projection
from tracker.settings.intensity import IntensitySettings

FEWEST_VISITS = 2
"""One visit says nothing about what is usual."""

FEWEST_BONES = 5
"""Fewest bones that say how much soft tissue a visit shows as a whole (decided)."""

SITE_TAIL = 0.15
"""How much of a hot site's halo the soft tissue sampled around it holds once more, over the halo. Tuned on simulated
people (seeds 1020-1033 and 1220-1233), for least scatter of hip bone and sacrum."""

LARGEST_TAIL = 0.5
"""That part is at most so much of the soft tissue (decided)."""

LABELS = len(FINE_REGIONS) + 1
"""Label numbers, 0 included."""

Labelled = tuple[Study, Sequence[SkeletonView], Exclusions | None]
"""A visit, the labels on its stored pixels, and pixels that must not serve."""


def with_usual_soft(
    visits: Sequence[Labelled], levels: Sequence[VisitLevels], settings: IntensitySettings
) -> tuple[VisitLevels, ...]:
    """Return the levels of one patient's visits over soft tissue that is drawn to what is usual in this patient.

    Parameters
    ----------
    visits : sequence of (Study, sequence of SkeletonView, exclusions)
        All visits of one patient.
    levels : sequence of mapping of Projection to ViewLevels
        From `visit_levels`, each visit alone.
    settings : IntensitySettings
        How far an estimate is believed against the other visits.

    Returns
    -------
    tuple of mapping of Projection to ViewLevels
        Same order; unchanged on sides that fewer than two visits show.
    """
    factors: list[dict[Projection, NDArray[np.float64]]] = [{} for _ in visits]
    for side in Projection:
        shown = [place for place, found in enumerate(levels) if side in found]
        if len(shown) < FEWEST_VISITS:
            continue
        seen = [_under_labels(levels[place][side], _labels(visits[place][1], side), settings) for place in shown]
        densities, halos = (np.stack(values) for values in zip(*seen, strict=True))
        emptied = _emptied([levels[place][side] for place in shown], settings)
        densities = without_stray(densities, stray_of_labels(side), emptied)
        tails = np.minimum(SITE_TAIL * halos, LARGEST_TAIL)
        belief = np.minimum(settings.soft_belief + halos.max(axis=0), 1.0)
        drawn = usual_factors(densities + np.log1p(-tails), belief, settings.soft_largest_error)
        for place, factor in zip(shown, tails + (1 - tails) * drawn, strict=True):
            factors[place][side] = factor
    return tuple(
        {side: _drawn(visit, side, found, factor.get(side), settings) for side, found in mine.items()}
        for visit, mine, factor in zip(visits, levels, factors, strict=True)
    )


def without_stray(
    densities: NDArray[np.float64], stray: NDArray[np.float64], emptied: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return soft tissue under every bone as if bone and soft tissue stood as they do in the mean of the visits.

    Parameters
    ----------
    densities : ndarray, shape (visits, labels), float64
        Logarithm of soft-tissue counts per area under each label.
    stray : ndarray, shape (labels,), float64
        Share of it that bones scatter.
    emptied : ndarray, shape (visits,), float64
        Soft tissue against bone, logarithm over the mean of the visits.

    Returns
    -------
    ndarray, shape (visits, labels), float64
        Without what differs between labels because bones scatter more to some than to others.
    """
    return np.asarray(densities - np.log1p((1 - stray) * np.expm1(emptied)[:, None]))


def usual_factors(
    densities: NDArray[np.float64], belief: NDArray[np.float64], largest_error: float
) -> NDArray[np.float64]:
    """Return by what the soft tissue under every bone must be multiplied, at each visit.

    Parameters
    ----------
    densities : ndarray, shape (visits, labels), float64
        Logarithm of soft-tissue counts per area under each label; NaN where a label is not seen.
    belief : ndarray, shape (labels,), float64
        How far a visit's own estimate is believed, 0 to 1.
    largest_error : float
        Differences beyond this, natural logarithm, are believed.

    Returns
    -------
    ndarray, shape (visits, labels), float64
        1 for labels that fewer than two visits show, and at visits that show too few bones.
    """
    known = np.isfinite(densities)
    known &= known.sum(axis=0) >= FEWEST_VISITS
    known &= (known.sum(axis=1) >= FEWEST_BONES)[:, None]
    factors = np.ones(densities.shape)
    if not known.any():
        return factors
    away = np.where(known, densities, np.nan)
    bones = known.any(axis=0)
    away[:, bones] -= np.nanmean(away[:, bones], axis=0)
    places = known.any(axis=1)
    away[places] -= np.nanmedian(away[places], axis=1)[:, None]
    error = (1 - belief) * np.clip(away, -largest_error, largest_error)
    factors[known] = np.exp(-error[known])
    return factors


def _emptied(levels: Sequence[ViewLevels], settings: IntensitySettings) -> NDArray[np.float64]:
    """Return how much soft tissue against bone each visit shows, logarithm over the mean of the visits."""
    regions = [one.regions for one in levels]
    usual = usual_levels(regions, settings)
    scales = [scale_of(one, usual, settings, len(levels)) for one in regions]
    softs = [one.soft_level for one in levels]
    apart = [soft - scale.value for soft, scale in zip(softs, scales, strict=True) if soft is not None and scale]
    if len(apart) < len(levels):
        return np.zeros(len(levels))
    return np.asarray(np.array(apart) - float(np.mean(apart)))


def _labels(skeleton_views: Sequence[SkeletonView], side: Projection) -> SkeletonView:
    """Return the labels of one side."""
    return next(one for one in skeleton_views if one.projection is side)


def _under_labels(
    levels: ViewLevels, skeleton_view: SkeletonView, settings: IntensitySettings
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the logarithm of soft-tissue counts per area under every label (NaN: little seen) and halo over them."""
    numbers = skeleton_view.labels.ravel()
    area_mm2 = np.bincount(numbers, minlength=LABELS) * levels.pixel_area_mm2
    counts = np.bincount(numbers, weights=levels.soft.counts.ravel() - levels.soft.room, minlength=LABELS)
    halo = np.bincount(numbers, weights=levels.halo.ravel(), minlength=LABELS)
    seen = (area_mm2 >= settings.smallest_area_mm2) & (counts > 0)
    seen[0] = False
    known = np.where(seen, counts, 1.0)
    density = np.where(seen, np.log(known / np.maximum(area_mm2, 1.0)), np.nan)
    return density, np.where(seen, halo / known, 0.0)


def _drawn(
    visit: Labelled,
    side: Projection,
    levels: ViewLevels,
    factors: NDArray[np.float64] | None,
    settings: IntensitySettings,
) -> ViewLevels:
    """Return the levels of one view over soft tissue times a factor under every label."""
    study, skeleton_views, exclude = visit
    view, skeleton_view = study.view(side), _labels(skeleton_views, side)
    if factors is None or view is None:
        return levels
    room = levels.soft.room
    counts = (levels.soft.counts - room) * factors[skeleton_view.labels] + room
    soft = replace(levels.soft, counts=np.maximum(counts, 0.0))
    return levels_over(view, skeleton_view, (soft, levels.halo), settings, excluded_pixels(view, exclude))
