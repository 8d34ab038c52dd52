"""Which known lesion is which sighting: one to one, at least total cost in patient space."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from tracker.lesions.sighting import IMPOSSIBLE, Sighting, overlap
from tracker.records.lesion import Kind
from tracker.settings.lesions import LesionSettings


def assign(known: Sequence[Sighting], found: Sequence[Sighting], settings: LesionSettings) -> dict[int, int]:
    """Return which known lesion is which sighting.

    Parameters
    ----------
    known : sequence of Sighting
        Known lesions as last seen.
    found : sequence of Sighting
        Lesions of one visit.
    settings : LesionSettings
        Reach of a link.

    Returns
    -------
    dict of int to int
        Index into ``known`` to index into ``found``.
    """
    if not known or not found:
        return {}
    cost = np.array([[link_cost(one, other, settings) for other in found] for one in known])
    rows, cols = linear_sum_assignment(cost)
    return {int(row): int(col) for row, col in zip(rows, cols, strict=True) if cost[row, col] < IMPOSSIBLE}


def link_cost(before: Sighting, after: Sighting, settings: LesionSettings) -> float:
    """Return how badly a lesion of one visit fits one of another.

    Parameters
    ----------
    before, after : Sighting
        Two visits' lesions in one patient space.
    settings : LesionSettings
        Reach of a link.

    Returns
    -------
    float
        Millimetres between centres less what the outlines overlap; `IMPOSSIBLE` out of reach.
    """
    apart = min(_distances(before, after))
    if apart > settings.farthest_mm or (before.kind is Kind.COLD) != (after.kind is Kind.COLD):
        return IMPOSSIBLE
    shared = _shared(before, after, settings)
    if apart > settings.link_mm and shared < 0.5:
        return IMPOSSIBLE
    return apart - settings.link_mm * shared - settings.link_mm


def covers(large: Sighting, small: Sighting, settings: LesionSettings) -> bool:
    """Return whether one sighting lies over the centre of another, on a view that shows both.

    Parameters
    ----------
    large, small : Sighting
        Two lesions in one patient space.
    settings : LesionSettings
        How near counts as over.

    Returns
    -------
    bool
        True if the centre of ``small`` lies within reach of the outline of ``large``.
    """
    for focus, outline in zip(large.foci, large.outlines_mm, strict=True):
        twin = small.focus(focus.projection)
        if twin is not None and overlap(np.array([[twin.row_mm, twin.col_mm]]), outline, settings.touch_mm / 2) > 0:
            return True
    return False


def _distances(before: Sighting, after: Sighting) -> list[float]:
    """Return the distance of the centres on every common view, or across views where none is common."""
    pairs = [(one, other) for one in before.foci for other in after.foci if one.projection is other.projection]
    pairs = pairs or [(before.foci[0], after.foci[0])]
    return [float(np.hypot(one.row_mm - other.row_mm, one.col_mm - other.col_mm)) for one, other in pairs]


def _shared(before: Sighting, after: Sighting, settings: LesionSettings) -> float:
    """Return the largest overlap on one view, or across views where no view is common."""
    pairs = [
        (one, other)
        for focus, one in zip(before.foci, before.outlines_mm, strict=True)
        for twin, other in zip(after.foci, after.outlines_mm, strict=True)
        if focus.projection is twin.projection
    ]
    pairs = pairs or [(before.outlines_mm[0], after.outlines_mm[0])]
    return max(overlap(one, other, settings.touch_mm / 2) for one, other in pairs)
