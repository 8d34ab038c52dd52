"""How many lesions a visit shows."""

import numpy as np
from scipy.special import ndtr

from tracker.records.burden import BurdenFigure, BurdenMeasure
from tracker.records.lesion import FollowedVisit
from tracker.settings.lesions import LesionSettings

Z95 = 1.959964
"""Two-sided 95 % point of the normal distribution."""

HALF = 0.5
"""Half a lesion: a count covers the numbers that round to it."""


def lesion_count(visit: FollowedVisit, settings: LesionSettings) -> BurdenFigure:
    """Return the number of distinct lesions present at a visit.

    Parameters
    ----------
    visit : FollowedVisit
        What was followed.
    settings : LesionSettings
        The threshold that weak lesions may have passed by chance.

    Returns
    -------
    BurdenFigure
        Distinct ids of kind lesion, neither resolved nor merged. The interval holds the lesions that a second scan
        of the same day could miss: each is seen again with the chance that its significance leaves.
    """
    if not visit.evaluable:
        return BurdenFigure(study_uid=visit.study_uid, measure=BurdenMeasure.LESION_COUNT, reason_empty=visit.reason)
    ids = visit.present_ids
    strength = [max(row.focus.significance for row in visit.lesions if row.lesion_id == lesion_id) for lesion_id in ids]
    again = ndtr(np.array(strength) - settings.keep_significance)
    spread = Z95 * float(np.sqrt((again * (1 - again)).sum())) + HALF
    return BurdenFigure(
        study_uid=visit.study_uid,
        measure=BurdenMeasure.LESION_COUNT,
        value=float(len(ids)),
        low=max(0.0, float(np.ceil(len(ids) - spread))),
        high=float(np.floor(len(ids) + spread)),
    )
