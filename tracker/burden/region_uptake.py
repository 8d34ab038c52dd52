"""Uptake per region: counts on the scan's own pixels, soft tissue taken away, over the reference bone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tracker.burden.combined_view import combined
from tracker.burden.placement import placement_sd
from tracker.burden.repeatability import repeat_sd
from tracker.burden.view_to_measure import ViewToMeasure, region_parts, to_measure
from tracker.records.regions import FINE_LABEL, WHOLE_LABEL, Level
from tracker.records.skeleton import SkeletonView
from tracker.records.study import Study
from tracker.records.uptake import Normaliser, RegionUptake, UptakeError
from tracker.records.view import Projection
from tracker.settings.burden import BurdenSettings

Images = Mapping[Projection, NDArray[np.float64]]
"""One image per projection, stored pixels."""

Masks = Mapping[Projection, NDArray[np.bool_]]
"""One mask per projection, stored pixels."""

NAMES: Mapping[Level, Mapping[str, int]] = {Level.WHOLE: WHOLE_LABEL, Level.FINE: FINE_LABEL}
"""Regions of each level, and their numbers in its label images, in the order of the tables."""

SEEN_BADLY = 0.3
"""Relative error of filling in for hidden bone, per hidden fraction: usual spread of the pattern in a region."""

HALO_ERROR = 0.15
"""Relative error of the halo of a hot site (measured on simulated repeat scans, tuning seeds)."""


def region_uptakes(
    study: Study,
    skeleton_views: Sequence[SkeletonView],
    normalisers: Sequence[Normaliser],
    errors_mm: Images,
    settings: BurdenSettings,
    *,
    exclude: Masks | None = None,
) -> tuple[RegionUptake, ...]:
    """Return the uptake of every region of one visit, at both levels.

    Parameters
    ----------
    study : Study
        The visit.
    skeleton_views : sequence of SkeletonView
        Labels on its stored pixels.
    normalisers : sequence of Normaliser
        What 1.0 means on each view.
    errors_mm : mapping of Projection to ndarray, shape (rows, cols)
        Expected misplacement of the labels on stored pixels, millimetres; 0 where a view is not named.
    settings : BurdenSettings
        Gaps and limits.
    exclude : mapping of Projection to ndarray of bool, optional
        Pixels that are not measured, stored frame.

    Returns
    -------
    tuple of RegionUptake
        Whole level first, vocabulary order; per region anterior, posterior, combined. A region that cannot be
        measured has no ratio and says why.
    """
    ready = {}
    for view in study.views:
        skeleton_view = next((entry for entry in skeleton_views if entry.projection is view.projection), None)
        normaliser = next((entry for entry in normalisers if entry.projection == view.projection), None)
        if skeleton_view is None or normaliser is None:
            continue
        nothing = np.zeros(view.counts.shape, dtype=bool)
        ready[view.projection] = to_measure(
            view,
            skeleton_view,
            normaliser,
            np.asarray(errors_mm.get(view.projection, np.zeros(view.counts.shape)), dtype=np.float64),
            settings,
            (exclude or {}).get(view.projection, nothing),
        )
    found: list[RegionUptake] = []
    for level, names in NAMES.items():
        parts = {projection: region_parts(entry, level) for projection, entry in ready.items()}
        for name, number in names.items():
            sides = []
            for projection in Projection:
                empty = RegionUptake(
                    region=name, level=level, projection=str(projection), area_mm2=0, counts=0, uptake_ratio=None
                )
                sides.append(_one_view(empty, parts.get(projection), number, settings))
            found += [*sides, combined(sides)]
    return tuple(found)


def _one_view(
    empty: RegionUptake,
    parts: dict[int, tuple[ViewToMeasure, NDArray[np.bool_]]] | None,
    number: int,
    settings: BurdenSettings,
) -> RegionUptake:
    """Return the uptake of one region on one view, if that view and the region in it exist."""
    if parts is None:
        return replace(empty, reason_empty="this view was not acquired or could not be labelled")
    if number not in parts:
        return replace(empty, reason_empty="the region is not in this view")
    ready, mask = parts[number]
    return _measured(empty, ready, mask, settings)


def _measured(
    empty: RegionUptake, ready: ViewToMeasure, mask: NDArray[np.bool_], settings: BurdenSettings
) -> RegionUptake:
    """Return the uptake of the region that ``mask`` covers."""
    seen = mask & ~ready.hidden
    counts = float(ready.counts[seen].sum())
    soft = float(ready.not_bone[seen].sum())
    visible = float(ready.pattern[seen].sum() / ready.pattern[mask].sum())
    seen_as = replace(
        empty,
        area_mm2=float(seen.sum()) * ready.view.pixel_area_mm2,
        counts=counts,
        visible_fraction=visible,
        soft_fraction=min(soft / counts, 1.0) if counts > 0 else 0.0,
    )
    reason = _why_not(ready.normaliser, counts, counts - soft, visible, settings)
    if reason:
        return replace(seen_as, reason_empty=reason)
    density = (counts - soft) / visible / (float(mask.sum()) * ready.view.pixel_area_mm2)
    spacing = ready.view.spacing_mm
    placement = placement_sd(seen, ready.density, ready.error_mm, spacing, settings.placement_length_mm)
    repeat = settings.repeat_scale * repeat_sd(empty.region, empty.projection)
    error = UptakeError(
        counting=float(np.sqrt(counts)) / (counts - soft),
        placement=placement,
        repeat=repeat,
        hidden=_hidden_sd(ready, seen, visible, counts - soft),
        normaliser=ready.normaliser.relative_sd,
    )
    ratio = density / ready.normaliser.bone_counts_per_mm2
    return replace(seen_as, uptake_ratio=ratio, relative_sd=error.total_sd, error=error)


def _hidden_sd(ready: ViewToMeasure, seen: NDArray[np.bool_], visible: float, net: float) -> float:
    """Return the relative error of filling in for hidden bone and of taking away the halo."""
    return float(np.hypot(SEEN_BADLY * (1 - visible), HALO_ERROR * float(ready.halo[seen].sum()) / net))


def _why_not(normaliser: Normaliser, counts: float, net: float, visible: float, settings: BurdenSettings) -> str:
    """Return why a region has no ratio; empty where it has one."""
    if not normaliser.reliable:
        return normaliser.reason
    if visible < settings.smallest_visible_fraction:
        return "hidden by the bladder or another site of uptake"
    if net <= settings.smallest_significance * max(counts, 1.0) ** 0.5:
        return "no bone uptake stands out of the soft tissue"
    return ""
