"""Measure, on the scan's own pixels, what makes two visits incomparable: counts, background, injection, bladder."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.records.comparability import ImageFacts, ViewFacts
from tracker.records.regions import WHOLE_REGIONS, Level
from tracker.records.skeleton import Physiologic, SkeletonView
from tracker.records.study import Study
from tracker.records.view import View
from tracker.settings.comparability import ComparabilitySettings

BONE_FLOOR = 0.5
"""Expected uptake of bone that counts as bone here, relative to the reference bone: below, little more than soft
tissue is expected."""

LEAST_AREA_MM2 = 2000.0
"""Bone and soft tissue must each be in sight over this area for their ratio, mm2 (decided: a hand's breadth)."""

PELVIS = ("sacrum", "hip_bone_left", "hip_bone_right")
"""Regions that a full bladder hides."""


def image_facts(
    study: Study, skeleton_views: Sequence[SkeletonView], settings: ComparabilitySettings | None = None
) -> ImageFacts:
    """Return what the pixels of a visit say about how comparable it is.

    Parameters
    ----------
    study : Study
        The visit.
    skeleton_views : sequence of SkeletonView
        Labels and masks on the stored pixels of its views; a view without one is measured as a whole.
    settings : ComparabilitySettings, optional
        Not needed yet; the limits are applied by `tracker.comparability.compare`.

    Returns
    -------
    ImageFacts
        One entry per view of the study.
    """
    maps = {skeleton.projection: skeleton for skeleton in skeleton_views}
    return ImageFacts(views=tuple(_facts(view, maps.get(view.projection)) for view in study.views))


def _facts(view: View, skeleton: SkeletonView | None) -> ViewFacts:
    if skeleton is None or not skeleton.body.any():
        return ViewFacts(projection=view.projection, body_counts=view.total_counts)
    body_counts = float(view.counts[skeleton.body].sum())
    injected = skeleton.physiologic == Physiologic.INJECTION_SITE
    return ViewFacts(
        projection=view.projection,
        body_counts=body_counts,
        soft_tissue_ratio=_soft_tissue_ratio(view, skeleton),
        injection_share=float(view.counts[injected].sum() / max(view.total_counts, 1.0)),
        bladder_share=_bladder_share(skeleton),
    )


def _soft_tissue_ratio(view: View, skeleton: SkeletonView) -> float | None:
    """Return the median density of soft tissue over that of bone; medians, so that lesions do not matter."""
    clear = skeleton.body & (skeleton.physiologic == Physiologic.NONE)
    bone = clear & (skeleton.labels > 0) & (skeleton.expected >= BONE_FLOOR)
    soft = clear & (skeleton.labels == 0)
    least_px = LEAST_AREA_MM2 / view.pixel_area_mm2
    if min(int(bone.sum()), int(soft.sum())) < least_px:
        return None
    density = _steady_mean(view.counts[bone] / np.maximum(skeleton.expected[bone], BONE_FLOOR))
    return _steady_mean(view.counts[soft]) / density if density > 0 else None


def _steady_mean(values: NDArray[np.float64]) -> float:
    """Return the mean between the quartiles: as robust as a median here, without its steps on small counts."""
    ordered = np.sort(values)
    return float(ordered[ordered.size // 4 : ordered.size - ordered.size // 4].mean())


def _bladder_share(skeleton: SkeletonView) -> float:
    numbers = [index + 1 for index, region in enumerate(WHOLE_REGIONS) if region.name in PELVIS]
    pelvis = np.isin(skeleton.at_level(Level.WHOLE), numbers)
    bladder = skeleton.physiologic == Physiologic.BLADDER
    return float((pelvis & bladder).sum() / max(int(pelvis.sum()), 1))
