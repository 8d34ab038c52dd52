"""Measure, on the scan's own pixels, what makes two visits incomparable: counts, background, injection, bladder."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from tracker.records.comparability import ImageFacts, ViewFacts
from tracker.records.regions import WHOLE_REGIONS, Level
from tracker.records.skeleton import Physiologic, SkeletonView
from tracker.records.study import Study
from tracker.records.view import View
from tracker.settings.comparability import ComparabilitySettings

DENSE_SHARE = 0.2
"""The bone that is compared with soft tissue: this share of the labelled pixels, those of the highest expected uptake
(decided; spine, sacroiliac joints). In fainter bone, soft tissue before and behind hides the difference."""

LEAST_AREA_MM2 = 2000.0
"""Bone and soft tissue must each be in sight over this area for their ratio, mm2 (decided: a hand's breadth)."""

PELVIS = ("sacrum", "hip_bone")
"""Regions that a full bladder hides."""

ARMS = ("humerus", "forearm", "hand")
"""Regions near which tracer is injected."""

BLUR_MM = 5.0
"""Standard deviation of the blur under which hot places are outlined, mm (decided: the camera's own)."""

INJECTION_LEVEL = 3.0
"""Over an arm, what exceeds this many times dense bone is tracer that never got into the blood (decided)."""

BLADDER_LEVEL = 2.0
"""The bladder's glow ends where it falls below this many times dense bone (decided)."""

REACH_MM = 7.5
"""The glow must come this near to the bladder's mask, mm (decided: three pixels of a usual matrix)."""


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
    blurred = ndimage.gaussian_filter(view.counts, [BLUR_MM / step for step in view.spacing_mm])
    clear = skeleton.body & (skeleton.physiologic == Physiologic.NONE)
    first, _ = _densities(view, skeleton, clear)
    bone, soft = _densities(view, skeleton, clear & (blurred <= BLADDER_LEVEL * (first or np.inf)))
    if bone is None or soft is None or bone <= soft:
        return ViewFacts(projection=view.projection, body_counts=body_counts)
    return ViewFacts(
        projection=view.projection,
        body_counts=body_counts,
        soft_tissue_ratio=soft / (bone - soft),
        injection_share=_injection_share(view, skeleton, blurred, INJECTION_LEVEL * bone),
        bladder_share=_bladder_share(view, skeleton, blurred, BLADDER_LEVEL * bone),
    )


def _densities(view: View, skeleton: SkeletonView, clear: NDArray[np.bool_]) -> tuple[float | None, float | None]:
    """Return counts per pixel of dense bone and of soft tissue, robust against lesions; None where out of sight."""
    labelled, soft = clear & (skeleton.labels > 0), clear & (skeleton.labels == 0)
    if not labelled.any():
        return None, None
    dense = labelled & (skeleton.expected >= np.quantile(skeleton.expected[labelled], 1 - DENSE_SHARE))
    least_px = LEAST_AREA_MM2 / view.pixel_area_mm2
    if min(int(dense.sum()), int(soft.sum())) < least_px:
        return None, None
    return _steady_mean(view.counts[dense]), _steady_mean(view.counts[soft])


def _steady_mean(values: NDArray[np.float64]) -> float:
    """Return the mean between the quartiles: as robust as a median here, without its steps on small counts."""
    ordered = np.sort(values)
    return float(ordered[ordered.size // 4 : ordered.size - ordered.size // 4].mean())


def _injection_share(view: View, skeleton: SkeletonView, blurred: NDArray[np.float64], level: float) -> float:
    """Return the share of all counts at the injection site: what was labelled so, or what glows over an arm."""
    labelled = float(view.counts[skeleton.physiologic == Physiologic.INJECTION_SITE].sum())
    whole = skeleton.at_level(Level.WHOLE)
    nearest = ndimage.distance_transform_edt(whole == 0, return_distances=False, return_indices=True)
    arms = np.isin(whole[tuple(nearest)], _numbers(ARMS))
    glow = float(np.clip(blurred[arms] - level, 0, None).sum())
    return max(labelled, glow) / max(view.total_counts, 1.0)


def _bladder_share(view: View, skeleton: SkeletonView, blurred: NDArray[np.float64], level: float) -> float:
    """Return the share of the pelvis that the bladder and its glow cover."""
    pelvis = np.isin(skeleton.at_level(Level.WHOLE), _numbers(PELVIS))
    bladder = skeleton.physiologic == Physiologic.BLADDER
    if not bladder.any() or not pelvis.any():
        return 0.0
    outside_mm = ndimage.distance_transform_edt(~bladder, sampling=view.spacing_mm)
    places, _ = ndimage.label(blurred > level)
    touching = np.unique(places[(outside_mm <= REACH_MM) & (places > 0)])
    covered = bladder | np.isin(places, touching[touching > 0])
    return float((pelvis & covered).sum() / pelvis.sum())


def _numbers(names: tuple[str, ...]) -> list[int]:
    """Return the whole-level numbers of regions named with or without their side."""
    sides = {f"{name}{side}" for name in names for side in ("", "_left", "_right")}
    return [index + 1 for index, region in enumerate(WHOLE_REGIONS) if region.name in sides]
