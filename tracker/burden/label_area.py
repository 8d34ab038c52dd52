"""The area that a label usually has: the median over the visits of one patient. A bone keeps its area."""

from collections.abc import Iterable

import numpy as np

from tracker.records.regions import Level
from tracker.records.uptake import COMBINED, RegionUptake
from tracker.records.view import Projection

Key = tuple[str, Level, str]
"""Region, level, projection."""


def key_of(uptake: RegionUptake) -> Key:
    """Return what names a region at every visit.

    Parameters
    ----------
    uptake : RegionUptake
        Of any visit.

    Returns
    -------
    tuple of (str, Level, str)
        Region, level, projection.
    """
    return (uptake.region, uptake.level, uptake.projection)


def view_keys(uptake: RegionUptake) -> list[Key]:
    """Return what names the views that a row rests on.

    Parameters
    ----------
    uptake : RegionUptake
        Of one view, or of both together.

    Returns
    -------
    list of tuple
        Its own `key_of`, or that of either view.
    """
    if uptake.projection != COMBINED:
        return [key_of(uptake)]
    return [(uptake.region, uptake.level, str(side)) for side in Projection]


def usual_areas(uptakes: Iterable[RegionUptake]) -> dict[Key, float]:
    """Return the median area of every label.

    Parameters
    ----------
    uptakes : iterable of RegionUptake
        Of all visits, those whose labels are to be compared.

    Returns
    -------
    dict of tuple to float
        Square millimetres by `key_of`.
    """
    areas: dict[Key, list[float]] = {}
    for one in uptakes:
        areas.setdefault(key_of(one), []).append(one.label_area_mm2)
    return {key: float(np.median(found)) for key, found in areas.items()}
