"""What an uptake ratio of 1.0 means on each view of a visit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from tracker.intensity.reference_bone import scale_of
from tracker.intensity.region_levels import Exclusions, ViewLevels, VisitLevels, visit_levels
from tracker.intensity.robust_mean import RobustMean
from tracker.records.skeleton import SkeletonView
from tracker.records.study import Study
from tracker.records.uptake import Normaliser, NormaliserMethod, ReferenceBone
from tracker.records.view import View
from tracker.settings.intensity import IntensitySettings

SOFT_TISSUE_SD = 0.10
"""Day-to-day standard deviation of soft-tissue uptake at one uptake time, of its value (decided for this program)."""

ACTIVITY_SD = 0.10
"""Standard deviation of counts per activity: syringe residue, decay timing, table and attenuation (decided)."""

TOTAL_SD = 0.05
"""Standard deviation of bone counts over all counts: bladder, kidneys and soft tissue vary (decided)."""

NO_HEALTHY_BONE = "superscan: axial bone stands far out of soft tissue everywhere, so that none can serve as healthy"
"""Why bone cannot be its own reference in a superscan."""


def normalisers(
    study: Study,
    skeleton_views: Sequence[SkeletonView],
    settings: IntensitySettings,
    *,
    reference: ReferenceBone | None = None,
    exclude: Exclusions | None = None,
) -> tuple[Normaliser, ...]:
    """Return what 1.0 means on each view of one visit.

    Parameters
    ----------
    study : Study
        The visit.
    skeleton_views : sequence of SkeletonView
        Labels on its stored pixels.
    settings : IntensitySettings
        Method and limits.
    reference : ReferenceBone, optional
        The patient's own reference bone, from `reference_bone`; a healthy person's unless given.
    exclude : mapping of Projection to ndarray of bool, optional
        Pixels that must not serve, such as lesions.

    Returns
    -------
    tuple of Normaliser
        One per view that has labels, in the order of the study's views.
    """
    return normalisers_of(study, visit_levels(study, skeleton_views, settings, exclude), settings, reference=reference)


def normalisers_of(
    study: Study,
    levels: VisitLevels,
    settings: IntensitySettings,
    *,
    reference: ReferenceBone | None = None,
) -> tuple[Normaliser, ...]:
    """Return what 1.0 means on each view of a visit whose regions have been measured.

    Parameters
    ----------
    study : Study
        The visit.
    levels : mapping of Projection to ViewLevels
        From `visit_levels`.
    settings : IntensitySettings
        Method and limits.
    reference : ReferenceBone, optional
        The patient's own reference bone; a healthy person's unless given.

    Returns
    -------
    tuple of Normaliser
        One per view measured, in the order of the study's views.
    """
    found = []
    for view in study.views:
        if view.projection not in levels:
            continue
        mine = levels[view.projection]
        visits = 0 if reference is None else reference.visits
        scale = scale_of(mine.regions, _usual(reference, view.projection), settings, visits)
        unreliable = _why_unreliable(mine, scale, settings)
        value = METHODS[settings.method](study, view, mine, scale)
        found.append(_normaliser(view, mine, settings.method, value, unreliable))
    return tuple(found)


def without_healthy_bone(found: Sequence[Normaliser]) -> tuple[Normaliser, ...]:
    """Return normalisers of a superscan: what rests on bone is declared unreliable, what does not stays.

    Parameters
    ----------
    found : sequence of Normaliser
        Of one visit.

    Returns
    -------
    tuple of Normaliser
        Same order.
    """
    return tuple(
        replace(one, reliable=False, reason=one.reason or NO_HEALTHY_BONE)
        if one.method == NormaliserMethod.REFERENCE_BONE
        else one
        for one in found
    )


def _usual(reference: ReferenceBone | None, projection: str) -> Mapping[str, float]:
    """Return the usual level of each region on one projection; empty without a reference."""
    levels = {} if reference is None else reference.levels
    return {region: level for (side, region), level in levels.items() if side == projection}


def _normaliser(
    view: View, levels: ViewLevels, method: NormaliserMethod, value: tuple[float, float, str], unreliable: str
) -> Normaliser:
    """Return the record of one view from bone density, its deviation and what speaks against it."""
    bone_density, relative_sd, reason = value
    soft_scale = 0.0 if levels.soft_level is None else float(np.exp(levels.soft_level))
    unreliable = unreliable if method is NormaliserMethod.REFERENCE_BONE else reason
    return Normaliser(
        projection=str(view.projection),
        method=str(method),
        counts_per_mm2=bone_density + soft_scale * (1 - levels.bone_share),
        bone_counts_per_mm2=bone_density,
        relative_sd=relative_sd,
        soft_tissue=levels.soft.counts.astype(np.float32),
        halo=levels.halo.astype(np.float32),
        reliable=not unreliable,
        reason=unreliable,
    )


def _why_unreliable(levels: ViewLevels, scale: RobustMean | None, settings: IntensitySettings) -> str:
    """Return why bone cannot serve as its own reference here; empty where it can."""
    if scale is None or scale.used < settings.fewest_regions:
        count = 0 if scale is None else scale.used
        return f"only {count} healthy reference regions can be measured, {settings.fewest_regions} are needed"
    if scale.scatter > settings.widest_disagreement:
        return "the reference regions disagree: no healthy bone can be told from diseased bone"
    if levels.soft_level is not None:
        contrast = float(np.exp(scale.value - levels.soft_level))
        if contrast > settings.superscan_contrast:
            return (
                f"superscan: bone stands out of soft tissue {contrast:.1f} times as much as in a healthy person, "
                "so that no bone can serve as a healthy reference"
            )
    return ""


def _by_bone(_study: Study, view: View, levels: ViewLevels, scale: RobustMean | None) -> tuple[float, float, str]:
    """Return density of reference bone, its relative deviation and what speaks against it."""
    if scale is None:
        mean = float(view.counts.sum() / max(levels.soft.sampled.size, 1)) / view.pixel_area_mm2
        return max(mean, np.finfo(float).tiny), 1.0, ""
    return float(np.exp(scale.value)) * levels.bone_share, scale.standard_error, ""


def _by_soft_tissue(
    _study: Study, view: View, levels: ViewLevels, scale: RobustMean | None
) -> tuple[float, float, str]:
    """Return the density of soft tissue, brought to the bone scale by a healthy person's ratio."""
    if levels.soft_level is None:
        return *_by_bone(_study, view, levels, scale)[:2], "no soft tissue can be measured"
    return float(np.exp(levels.soft_level)) * levels.bone_share, SOFT_TISSUE_SD, ""


def _by_activity(study: Study, view: View, levels: ViewLevels, scale: RobustMean | None) -> tuple[float, float, str]:
    """Return counts per square millimetre that 1 MBq administered and 1 s per row would make, scaled by both."""
    activity, time_s = study.acquisition.activity_mbq, study.acquisition.duration_s
    if not activity or not time_s:
        return *_by_bone(study, view, levels, scale)[:2], "administered activity or duration is not stated"
    return activity * time_s * 1e-6, ACTIVITY_SD, ""


def _by_total(_study: Study, view: View, levels: ViewLevels, _scale: RobustMean | None) -> tuple[float, float, str]:
    """Return the mean count density inside the body."""
    body_pixels = max(int((levels.soft.counts > levels.soft.room).sum()), 1)
    density = float(view.counts.sum()) / (body_pixels * view.pixel_area_mm2)
    return max(density, np.finfo(float).tiny), TOTAL_SD, ""


METHODS: Mapping[NormaliserMethod, Callable[[Study, View, ViewLevels, RobustMean | None], tuple[float, float, str]]] = {
    NormaliserMethod.REFERENCE_BONE: _by_bone,
    NormaliserMethod.SOFT_TISSUE: _by_soft_tissue,
    NormaliserMethod.ADMINISTERED_ACTIVITY: _by_activity,
    NormaliserMethod.TOTAL_COUNTS: _by_total,
}
"""The function behind each method."""
