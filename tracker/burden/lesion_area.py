"""How much area the lesions of a visit cover, both views added."""

import numpy as np

from tracker.records.burden import BurdenFigure, BurdenMeasure
from tracker.records.lesion import Fate, FollowedVisit, Kind, Lesion

Z95 = 1.959964
"""Two-sided 95 % point of the normal distribution."""

MM2_PER_CM2 = 100.0
"""Square millimetres in a square centimetre."""


def counted(visit: FollowedVisit) -> tuple[Lesion, ...]:
    """Return the rows of a visit that count as burden: kind lesion, neither resolved nor merged.

    Parameters
    ----------
    visit : FollowedVisit
        What was followed.

    Returns
    -------
    tuple of Lesion
        One per lesion and view.
    """
    gone = (Fate.RESOLVED, Fate.MERGED)
    return tuple(row for row in visit.lesions if row.focus.kind is Kind.LESION and row.fate not in gone)


def area_sd_mm2(lesion: Lesion) -> float:
    """Return the standard deviation of one outlined area from counting noise.

    Parameters
    ----------
    lesion : Lesion
        One lesion on one view.

    Returns
    -------
    float
        Square millimetres. An outline at half maximum moves with the noise of peak and edge, each about the
        reciprocal of the significance.
    """
    return lesion.focus.area_mm2 * float(np.sqrt(2) / max(lesion.focus.significance, 1.0))


def lesion_area(visit: FollowedVisit) -> BurdenFigure:
    """Return the area of all lesions of a visit, both views added.

    Parameters
    ----------
    visit : FollowedVisit
        What was followed.

    Returns
    -------
    BurdenFigure
        Square centimetres with a 95 % interval.
    """
    if not visit.evaluable:
        return BurdenFigure(study_uid=visit.study_uid, measure=BurdenMeasure.LESION_AREA_CM2, reason_empty=visit.reason)
    rows = counted(visit)
    area = sum(row.focus.area_mm2 for row in rows) / MM2_PER_CM2
    spread = Z95 * float(np.sqrt(sum(area_sd_mm2(row) ** 2 for row in rows))) / MM2_PER_CM2
    return BurdenFigure(
        study_uid=visit.study_uid,
        measure=BurdenMeasure.LESION_AREA_CM2,
        value=area,
        low=max(0.0, area - spread),
        high=area + spread,
    )
