"""The Bone Scan Index: the share of the skeleton's mass that lesions involve.

``index = sum over regions (involved area / region area x the region's percent of skeletal mass)``, the mean of the
views that show the region; background is in neither area. Numbers depend on the table of mass fractions and on how
outlines are drawn: never call them an equivalent of another program's index.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from tracker.burden.lesion_area import area_sd_mm2, counted
from tracker.records.burden import BurdenFigure, BurdenMeasure
from tracker.records.foci import FociView, VisitFoci
from tracker.records.lesion import FollowedVisit, Lesion
from tracker.records.regions import WHOLE_REGIONS, whole_labels

Z95 = 1.959964
"""Two-sided 95 % point of the normal distribution."""


def scan_index(visit: FollowedVisit, seen: VisitFoci, mass_fractions: Mapping[str, float]) -> tuple[BurdenFigure, ...]:
    """Return the Bone Scan Index of a visit, whole body first, then every region that lesions involve.

    Parameters
    ----------
    visit : FollowedVisit
        What was followed.
    seen : VisitFoci
        The same visit with its labels.
    mass_fractions : mapping of str to float
        Percent of skeletal mass of each whole-level region; regions left out do not count.

    Returns
    -------
    tuple of BurdenFigure
        Percent with a 95 % interval.
    """
    measure = BurdenMeasure.SCAN_INDEX_PCT
    if not visit.evaluable:
        return (BurdenFigure(study_uid=visit.study_uid, measure=measure, reason_empty=visit.reason),)
    involved = np.zeros(len(WHOLE_REGIONS))
    variance = np.zeros(len(WHOLE_REGIONS))
    shown = np.zeros(len(WHOLE_REGIONS))
    for view in seen.views:
        rows = [row for row in counted(visit) if row.focus.projection is view.projection]
        share, share_variance, visible = _view_shares(rows, view)
        involved, variance, shown = involved + share, variance + share_variance, shown + visible
    weight = np.array([mass_fractions.get(region.name, 0.0) for region in WHOLE_REGIONS]) / np.maximum(shown, 1)
    parts = [
        _figure(
            visit.study_uid, measure, region.name, weight[index] * involved[index], weight[index] ** 2 * variance[index]
        )
        for index, region in enumerate(WHOLE_REGIONS)
        if involved[index] > 0 and weight[index] > 0
    ]
    total = _figure(visit.study_uid, measure, "", float((weight * involved).sum()), float((weight**2 * variance).sum()))
    return (total, *parts)


def _view_shares(rows: Sequence[Lesion], view: FociView) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return per whole region: share of its area that lesions involve, its variance, whether the view shows it."""
    whole = whole_labels(view.skeleton.labels)
    area_px = np.bincount(whole.ravel(), minlength=len(WHOLE_REGIONS) + 1)[1:].astype(float)
    covered = np.zeros(whole.shape, dtype=np.bool_)
    variance = np.zeros(len(WHOLE_REGIONS))
    for row in rows:
        at = tuple(row.focus.pixels.T)
        covered[at] = True
        own = np.bincount(whole[at], minlength=len(WHOLE_REGIONS) + 1)[1:] * view.view.pixel_area_mm2
        variance += (own * area_sd_mm2(row) / row.focus.area_mm2) ** 2
    involved_px = np.bincount(whole[covered], minlength=len(WHOLE_REGIONS) + 1)[1:]
    area_mm2 = np.maximum(area_px, 1.0) * view.view.pixel_area_mm2
    return involved_px / np.maximum(area_px, 1.0), variance / area_mm2**2, (area_px > 0).astype(float)


def _figure(study_uid: str, measure: BurdenMeasure, region: str, value: float, variance: float) -> BurdenFigure:
    """Return one figure with the interval of a normal error, cut at 0 and 100."""
    spread = Z95 * float(np.sqrt(variance))
    return BurdenFigure(
        study_uid=study_uid,
        measure=measure,
        region=region,
        value=float(value),
        low=max(0.0, float(value) - spread),
        high=min(100.0, float(value) + spread),
    )
