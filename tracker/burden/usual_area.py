"""One bone has one area: what a label has in excess of its usual area is rim, and is taken off at the rim's density.

Alignment spreads a bone that became hot, and its label with it. The mean density over the wider label falls short,
since the rim is fainter than the bone: a rise looks smaller than it is, a fall likewise. Over the visits of one patient
the area of a label hardly changes otherwise (it does a little as the patient turns, and then the counts stay the same).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from tracker.burden.label_area import Key, key_of, usual_areas, view_keys
from tracker.records.uptake import COMBINED, RegionUptake

LARGEST_STEP = 0.15
"""Areas further from the usual one, natural logarithm, are another part of the bone; no more than this is made good."""

RIM_OWN = 0.5
"""How much of the density along the rim is what a wider label gains there. The rest comes from neighbours and from the
bone's own blur, which a swollen label has already. Tuned on simulated people (seeds 1120-1139, 1220-1239): the least
share at which unchanged bones scatter no more, so that true changes come out less too small."""


def at_usual_area(visits: Sequence[Sequence[RegionUptake]]) -> tuple[tuple[RegionUptake, ...], ...]:
    """Return the uptakes of one patient's visits as labels of the usual area would show them.

    Parameters
    ----------
    visits : sequence of sequences of RegionUptake
        From `region_uptakes`, one per visit.

    Returns
    -------
    tuple of tuples of RegionUptake
        Same order. Regions that the edge of the field cuts stay as they are.
    """
    usual = usual_areas(one for uptakes in visits for one in uptakes if _tells(one))
    return tuple(with_factors(uptakes, {key_of(one): _factor(one, usual) for one in uptakes}) for uptakes in visits)


def with_factors(uptakes: Sequence[RegionUptake], factors: Mapping[Key, float]) -> tuple[RegionUptake, ...]:
    """Return uptakes with the ratio of each view times a factor, and that of both views times its geometric mean.

    Parameters
    ----------
    uptakes : sequence of RegionUptake
        Of one visit.
    factors : mapping of (str, Level, str) to float
        Of every region of either view; 1 where it is not named.

    Returns
    -------
    tuple of RegionUptake
        Same order.
    """
    found = []
    for one in uptakes:
        factor = float(np.exp(np.mean([np.log(factors.get(key, 1.0)) for key in view_keys(one)])))
        ratio = None if one.uptake_ratio is None else one.uptake_ratio * factor
        found.append(replace(one, uptake_ratio=ratio))
    return tuple(found)


def _tells(uptake: RegionUptake) -> bool:
    """Return whether the label of one view is there and whole."""
    return uptake.label_area_mm2 > 0 and not uptake.cut and uptake.projection != COMBINED


def _factor(uptake: RegionUptake, usual: Mapping[Key, float]) -> float:
    """Return what a label of the usual area would show over what this one shows."""
    if not _tells(uptake):
        return 1.0
    step = float(np.clip(np.log(uptake.label_area_mm2 / usual[key_of(uptake)]), -LARGEST_STEP, LARGEST_STEP))
    return float(np.exp((1 - RIM_OWN * uptake.rim_share) * step))
