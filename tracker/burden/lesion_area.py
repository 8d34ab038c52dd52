"""How much area the lesions of a visit cover, both views added."""

import numpy as np

from tracker.records.burden import BurdenFigure, BurdenMeasure
from tracker.records.lesion import Fate, FollowedVisit, Kind, Lesion

Z95 = 1.959964
"""Two-sided 95 % point of the normal distribution."""

MM2_PER_CM2 = 100.0
"""Square millimetres in a square centimetre."""

LESION_SD = 0.4
"""Standard deviation of the area that one lesion adds, both views together, relative: between two scans on which
nothing changed its outlines move, and now and then it is found at one of them alone or grown together with another. How
significant it is hardly matters. On simulated repeats (seeds 1540-1565) 0.25 would do; more is taken, as a flare is
also called on the area of few lesions. ``benchmarks.lesions`` checks."""


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
    of_lesion: dict[str, float] = {}
    for row in rows:
        of_lesion[row.lesion_id] = of_lesion.get(row.lesion_id, 0.0) + row.focus.area_mm2 / MM2_PER_CM2
    spread = Z95 * LESION_SD * float(np.linalg.norm(list(of_lesion.values())))
    return BurdenFigure(
        study_uid=visit.study_uid,
        measure=BurdenMeasure.LESION_AREA_CM2,
        value=area,
        low=max(0.0, area - spread),
        high=area + spread,
    )
