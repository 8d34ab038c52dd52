"""Uptake per region: counts on the scan's own pixels, soft tissue and other bones taken away, over reference bone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tracker.burden.bone_levels import BoneLevels, bone_levels, measurable
from tracker.burden.combined_view import combined
from tracker.burden.one_sided import one_sided
from tracker.burden.overlap import own_uptake
from tracker.burden.placement import placement_sd
from tracker.burden.repeatability import repeat_sd
from tracker.burden.view_to_measure import RegionPart, region_parts, to_measure
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

ALIKE_BADLY = 0.1
"""The same where every visit leaves out the same part of the bone: what is filled in divides out of a change, unless
the hidden and the visible part change differently (decided)."""

HALO_ERROR = 0.10
"""Relative error of the halo of a hot site (measured on simulated repeat scans, tuning seeds)."""

SOFT_ERROR = 0.0075
"""Relative error of the soft tissue under any region from visit to visit. What a region's soft tissue scatters beyond
it is in the table of repeatability, region by region: with more of it for all, skull and spine were called more unsure
than they are, shoulder blades and arms not unsure enough. Tuned (seeds 1600-1639)."""

OVERLAP_ERROR = 0.3
"""Relative error of what other bones put on a region: how far people differ from the table (simulated people differ
by 0.2 to 0.25; other bodies and cameras by somewhat more)."""


def region_uptakes(
    study: Study,
    skeleton_views: Sequence[SkeletonView],
    normalisers: Sequence[Normaliser],
    errors_mm: Images,
    settings: BurdenSettings,
    *,
    elsewhere: Masks | None = None,
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
    elsewhere : mapping of Projection to ndarray of bool, optional
        Pixels whose bone another visit of the patient does not show, stored frame: left out here too where enough of
        the bone is left.

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
        ready[view.projection] = to_measure(
            view,
            skeleton_view,
            normaliser,
            np.asarray(errors_mm.get(view.projection, np.zeros(view.counts.shape)), dtype=np.float64),
            settings,
            (elsewhere or {}).get(view.projection),
        )
    on_skin = one_sided(ready, settings.hidden_gap_mm)
    if on_skin is not None:
        front = ready[Projection.ANTERIOR]
        ready[Projection.ANTERIOR] = replace(front, hidden=front.hidden | on_skin)
    bones = bone_levels(list(ready.values()), settings)
    found: list[RegionUptake] = []
    for level, names in NAMES.items():
        parts = {projection: region_parts(entry, level) for projection, entry in ready.items()}
        for name, number in names.items():
            sides = []
            for projection in Projection:
                empty = RegionUptake(
                    region=name, level=level, projection=str(projection), area_mm2=0, counts=0, uptake_ratio=None
                )
                reason = _why_not_there(parts.get(projection), number)
                if reason:
                    sides.append(replace(empty, reason_empty=reason))
                else:
                    sides.append(_measured(empty, parts[projection][number], bones[projection], settings))
            found += [*sides, combined(sides)]
    return tuple(found)


def _why_not_there(parts: Mapping[int, RegionPart] | None, number: int) -> str:
    """Return why a region is not on a view; empty where it is."""
    if parts is None:
        return "this view was not acquired or could not be labelled"
    return "" if number in parts else "the region is not in this view, or its label lies beside the body"


def _measured(empty: RegionUptake, part: RegionPart, bones: BoneLevels, settings: BurdenSettings) -> RegionUptake:
    """Return the uptake of one region on one view."""
    ready, counts, soft, visible = part.ready, part.counts, part.not_bone, part.visible_fraction
    seen_as = replace(
        empty,
        area_mm2=float(part.seen.sum()) * ready.view.pixel_area_mm2,
        counts=counts,
        visible_fraction=visible,
        soft_fraction=min(soft / counts, 1.0) if counts > 0 else 0.0,
        label_area_mm2=part.area_mm2,
        cut=part.cut,
        rim_share=part.rim_share,
    )
    reason = _why_not(part, settings)
    if reason:
        return replace(seen_as, reason_empty=reason)
    own = own_uptake(
        bones.areas_of(empty.region, empty.level),
        part.density,
        bones.levels,
        empty.projection,
        settings.overlap_strength,
    )
    if own.uptake_ratio <= 0:
        return replace(seen_as, own_share=own.own_share, reason_empty="other bones in front or behind outshine it")
    gain = 1 + own.foreign
    error = UptakeError(
        counting=gain * float(np.sqrt(counts)) / (counts - soft),
        placement=gain * placement_sd(part, ready.density, ready.error_mm, settings.placement_length_mm),
        repeat=settings.repeat_scale * repeat_sd(empty.region, empty.projection),
        hidden=gain * _hidden_sd(part),
        soft=gain * SOFT_ERROR * (soft - float(ready.halo[part.seen].sum())) / (counts - soft),
        normaliser=ready.normaliser.relative_sd,
        overlap=OVERLAP_ERROR * abs(own.foreign),
    )
    if error.total_sd > settings.largest_relative_sd:
        return replace(seen_as, own_share=own.own_share, reason_empty="its error is larger than its uptake")
    return replace(
        seen_as, uptake_ratio=own.uptake_ratio, own_share=own.own_share, relative_sd=error.total_sd, error=error
    )


def _hidden_sd(part: RegionPart) -> float:
    """Return the relative error of filling in for hidden bone and of taking away the halo."""
    halo = float(part.ready.halo[part.seen].sum()) / (part.counts - part.not_bone)
    filled = ALIKE_BADLY if part.alike else SEEN_BADLY
    return float(np.hypot(filled * (1 - part.visible_fraction), HALO_ERROR * halo))


def _why_not(part: RegionPart, settings: BurdenSettings) -> str:
    """Return why a region has no ratio; empty where it has one."""
    if not part.ready.normaliser.reliable:
        return part.ready.normaliser.reason
    if measurable(part, settings):
        return ""
    if part.visible_fraction < settings.smallest_visible_fraction:
        return "hidden by the bladder or another site of uptake"
    return "no bone uptake stands out of the soft tissue"
