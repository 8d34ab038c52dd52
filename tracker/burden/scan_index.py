"""The Bone Scan Index: the share of the skeleton's mass that lesions involve.

``index = sum over regions (involved area / region area x the region's percent of skeletal mass)``, the mean of the
views that show the region; background is in neither area. Numbers depend on the table of mass fractions and on how
outlines are drawn: never call them an equivalent of another program's index.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tracker.burden.lesion_area import LESION_SD, counted
from tracker.records.burden import BurdenFigure, BurdenMeasure
from tracker.records.foci import VisitFoci
from tracker.records.lesion import FollowedVisit
from tracker.records.regions import WHOLE_REGIONS, whole_labels

Shares = NDArray[np.float64]
"""A number for every whole region."""

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
    if not visit.evaluable:
        empty = BurdenFigure(study_uid=visit.study_uid, measure=BurdenMeasure.SCAN_INDEX_PCT, reason_empty=visit.reason)
        return (empty,)
    involved, shown = np.zeros(len(WHOLE_REGIONS)), np.zeros(len(WHOLE_REGIONS))
    of_lesion: dict[str, Shares] = {}
    for view in seen.views:
        whole = whole_labels(view.skeleton.labels)
        area_px = _pixels(whole)
        size_px = np.maximum(area_px, 1.0)
        covered = np.zeros(whole.shape, dtype=np.bool_)
        for row in counted(visit):
            if row.focus.projection is view.projection:
                at = tuple(row.focus.pixels.T)
                covered[at] = True
                of_lesion[row.lesion_id] = of_lesion.get(row.lesion_id, 0.0) + _pixels(whole[at]) / size_px
        involved += _pixels(whole[covered]) / size_px
        shown += area_px > 0
    weight = np.array([mass_fractions.get(region.name, 0.0) for region in WHOLE_REGIONS]) / np.maximum(shown, 1)
    added = np.array([weight * own for own in of_lesion.values()]).reshape(-1, len(WHOLE_REGIONS))
    parts = [
        _figure(visit.study_uid, region.name, weight[index] * involved[index], added[:, index])
        for index, region in enumerate(WHOLE_REGIONS)
        if involved[index] > 0 and weight[index] > 0
    ]
    return (_figure(visit.study_uid, "", float((weight * involved).sum()), added.sum(axis=1)), *parts)


def _pixels(whole: NDArray[np.uint8]) -> Shares:
    """Return how many pixels carry each whole region."""
    return np.bincount(whole.ravel(), minlength=len(WHOLE_REGIONS) + 1)[1:].astype(np.float64)


def _figure(study_uid: str, region: str, value: float, of_lesions: Shares) -> BurdenFigure:
    """Return one figure with the interval of a normal error, cut at 0 and 100, from what every lesion adds."""
    spread = Z95 * LESION_SD * float(np.linalg.norm(of_lesions))
    return BurdenFigure(
        study_uid=study_uid,
        measure=BurdenMeasure.SCAN_INDEX_PCT,
        region=region,
        value=float(value),
        low=max(0.0, float(value) - spread),
        high=min(100.0, float(value) + spread),
    )
