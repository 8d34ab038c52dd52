"""The reference bone of one patient: the same regions at every visit, each against its own usual level."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from tracker.intensity.region_levels import Exclusions, RegionLevel, VisitLevels, visit_levels
from tracker.intensity.robust_mean import RobustMean, robust_mean
from tracker.records.regions import without_side
from tracker.records.skeleton import SkeletonView
from tracker.records.study import Study
from tracker.records.uptake import ReferenceBone
from tracker.records.view import Projection
from tracker.settings.intensity import IntensitySettings

ROUNDS = 20
"""Rounds of the alternating fit of visit scales and region levels; it converges in a few."""

REPEAT_SPREAD: Mapping[str, float] = {
    "skull": 0.03,
    "thoracic_spine_upper": 0.05,
    "thoracic_spine_middle": 0.05,
    "thoracic_spine_lower": 0.05,
    "lumbar_spine": 0.035,
    "scapula": 0.04,
    "ribs": 0.04,
    "hip_bone": 0.065,
    "humerus": 0.08,
    "femur_shaft": 0.06,
}
"""How well a region votes: standard deviation of its level between scans of one person, natural logarithm, without
side (simulated repeat scans, tuning seeds; the parts of the thoracic spine err together and count for less each)."""


def scale_of(
    levels: Sequence[RegionLevel], usual: Mapping[str, float], settings: IntensitySettings, visits: int = 0
) -> RobustMean | None:
    """Return the scale of one view from the votes of its regions, or None where no region votes.

    Parameters
    ----------
    levels : sequence of RegionLevel
        What each region shows.
    usual : mapping of str to float
        Region to its usual level; 0 where a region is not named.
    settings : IntensitySettings
        Spread among regions and limit of outliers.
    visits : int, optional
        Number of visits, this one among them, that ``usual`` comes from; a healthy person's unless given. The fewer
        they are the nearer a usual level lies to each visit's own, so that the same distance says more.

    Returns
    -------
    RobustMean or None
        Logarithm of bone counts per square millimetre of reference bone.
    """
    if not levels:
        return None
    values = np.array([entry.level - usual.get(entry.region, 0.0) for entry in levels])
    if visits < 2:
        deviations = np.array([np.hypot(entry.counting_sd, settings.region_spread) for entry in levels])
        return robust_mean(values, deviations, settings.outlier_limit)
    nearer = np.sqrt((visits - 1) / visits)
    deviations = np.array([np.hypot(entry.counting_sd, _repeat_spread(entry.region, settings)) for entry in levels])
    mean = robust_mean(values, nearer * deviations, settings.outlier_limit)
    return replace(mean, standard_error=mean.standard_error / nearer)


def _repeat_spread(region: str, settings: IntensitySettings) -> float:
    """Return how well a region votes on one person's visits."""
    return REPEAT_SPREAD.get(without_side(region), settings.region_spread)


def reference_bone(
    studies: Sequence[Study],
    skeleton_views: Mapping[str, Sequence[SkeletonView]],
    settings: IntensitySettings,
    *,
    exclude: Mapping[str, Exclusions] | None = None,
) -> ReferenceBone:
    """Return the reference bone that all visits of one patient share.

    Parameters
    ----------
    studies : sequence of Study
        All usable visits of one patient, any order.
    skeleton_views : mapping of str to sequence of SkeletonView
        Study uid to the labels on that visit's stored pixels.
    settings : IntensitySettings
        Which regions may serve.
    exclude : mapping of str to mapping of Projection to ndarray of bool, optional
        Study uid to pixels that must not serve, such as lesions.

    Returns
    -------
    ReferenceBone
        Usual level of each region on each view, in this patient; a healthy person's with fewer than two visits.
    """
    ordered = sorted(studies, key=lambda entry: entry.study_uid)
    return reference_of(
        [
            visit_levels(study, skeleton_views[study.study_uid], settings, (exclude or {}).get(study.study_uid))
            for study in ordered
        ],
        settings,
    )


def reference_of(visits: Sequence[VisitLevels], settings: IntensitySettings) -> ReferenceBone:
    """Return the reference bone of visits whose regions have been measured.

    Parameters
    ----------
    visits : sequence of mapping of Projection to ViewLevels
        All usable visits of one patient, in any fixed order.
    settings : IntensitySettings
        Spread among regions and limit of outliers.

    Returns
    -------
    ReferenceBone
        Usual level of each region on each view; a healthy person's with fewer than two visits.
    """
    tables: dict[Projection, list[tuple[RegionLevel, ...]]] = {}
    for visit in visits:
        for projection, levels in visit.items():
            tables.setdefault(projection, []).append(levels.regions)
    usual = {
        (str(projection), region): level
        for projection, measured in sorted(tables.items())
        for region, level in usual_levels(measured, settings).items()
    }
    return ReferenceBone(levels=usual, visits=len(visits))


def usual_levels(visits: Sequence[Sequence[RegionLevel]], settings: IntensitySettings) -> dict[str, float]:
    """Return each region's usual level in one patient: a robust fit of visit scale plus region level.

    Parameters
    ----------
    visits : sequence of sequence of RegionLevel
        What each region shows at each visit, one projection.
    settings : IntensitySettings
        Spread among regions and limit of outliers.

    Returns
    -------
    dict of str to float
        Region to its level over the patient's reference bone; all 0 with fewer than two visits.
    """
    regions = sorted({entry.region for levels in visits for entry in levels})
    usual = dict.fromkeys(regions, 0.0)
    if len(visits) < 2:
        return usual
    for _ in range(ROUNDS):
        scales = [scale_of(levels, usual, settings, len(visits)) for levels in visits]
        for region in regions:
            seen = [
                entry.level - scale.value
                for levels, scale in zip(visits, scales, strict=True)
                if scale is not None
                for entry in levels
                if entry.region == region
            ]
            usual[region] = float(np.median(seen))
        centre = robust_mean(
            np.array(list(usual.values())), np.full(len(usual), settings.region_spread * 3), settings.outlier_limit
        ).value
        usual = {region: level - centre for region, level in usual.items()}
    return usual
