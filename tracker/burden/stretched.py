"""A label that is larger or smaller than the same bone's labels at other visits does not lie on its bone.

Alignment says how far it expects to be off, and where an arm at the edge of the field or a turned foot is not followed
it does not know. But a bone keeps its area, and a label that is drawn off its bone mostly is stretched or squeezed: on
simulated repeat scans regions whose area differs between two visits scatter more than their error says, those whose
area is the same less.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from tracker.burden.label_area import Key, key_of, usual_areas, view_keys
from tracker.records.uptake import COMBINED, RegionUptake

TURNS = 0.03
"""So much, natural logarithm, a label's area differs because the patient lies otherwise. Tuned on simulated repeat
scans (seeds 1600-1639)."""

PER_AREA = 1.0
"""Error of a region's density, soft tissue included, per further difference of its area: what is added to a label has
no bone, what it lacks had all of it. Tuned on simulated people (seeds 1600-1639): from 0.6 on alike."""

MOST_SOFT = 0.95
"""Where soft tissue makes more than this share of the counts, no more is allowed for (decided)."""


def with_stretch(visits: Sequence[Sequence[RegionUptake]]) -> tuple[tuple[RegionUptake, ...], ...]:
    """Return the uptakes of one patient's visits with a larger error where a label's area is not the usual one.

    Parameters
    ----------
    visits : sequence of sequences of RegionUptake
        From `region_uptakes`, one per visit.

    Returns
    -------
    tuple of tuples of RegionUptake
        Same order and same ratios.
    """
    usual = usual_areas(
        one for uptakes in visits for one in uptakes if one.projection != COMBINED and one.label_area_mm2 > 0
    )
    return tuple(_with_errors(uptakes, usual) for uptakes in visits)


def _with_errors(uptakes: Sequence[RegionUptake], usual: Mapping[Key, float]) -> tuple[RegionUptake, ...]:
    """Return the uptakes of one visit with what their areas add to the error of their labels."""
    added = {key_of(one): _error(one, usual) for one in uptakes if one.projection != COMBINED}
    found = []
    for one in uptakes:
        more = float(np.mean([added.get(key, 0.0) for key in view_keys(one)]))
        error = replace(one.error, placement=float(np.hypot(one.error.placement, more)))
        known = one.uptake_ratio is not None and more > 0
        found.append(replace(one, error=error, relative_sd=error.total_sd) if known else one)
    return tuple(found)


def _error(uptake: RegionUptake, usual: Mapping[Key, float]) -> float:
    """Return what the area of one label adds to the error of its bone's uptake, over the value."""
    if uptake.label_area_mm2 <= 0:
        return 0.0
    step = abs(float(np.log(uptake.label_area_mm2 / usual[key_of(uptake)])))
    return PER_AREA * max(step - TURNS, 0.0) / (1 - min(uptake.soft_fraction, MOST_SOFT))
