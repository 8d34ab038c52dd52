"""Left over right of each paired region: a comparison that needs no reference bone."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from tracker.records.regions import Level, mirrored_name, side_of
from tracker.records.uptake import RegionAsymmetry, RegionUptake
from tracker.settings.burden import BurdenSettings


def region_asymmetries(
    uptakes: Sequence[RegionUptake], reference_uptakes: Sequence[RegionUptake], settings: BurdenSettings
) -> tuple[RegionAsymmetry, ...]:
    """Return left over right of every paired region of one visit, and its change since the reference visit.

    The reference bone divides out, so that only the two sides' own errors remain.

    Parameters
    ----------
    uptakes : sequence of RegionUptake
        The visit.
    reference_uptakes : sequence of RegionUptake
        The reference visit; the same object for the reference visit itself.
    settings : BurdenSettings
        Confidence.

    Returns
    -------
    tuple of RegionAsymmetry
        One per left region of ``uptakes``, same order.
    """
    now = _by_place(uptakes)
    earlier = {} if reference_uptakes is uptakes else _by_place(reference_uptakes)
    reach = float(ndtri(0.5 + settings.confidence / 2))
    return tuple(_asymmetry(place, now, earlier, reach) for place in now if side_of(place[0]) == "left")


Place = tuple[str, Level, str]
"""Region, level, projection."""


def _by_place(uptakes: Sequence[RegionUptake]) -> dict[Place, RegionUptake]:
    """Return uptakes by region, level and projection, in their own order."""
    return {(entry.region, entry.level, entry.projection): entry for entry in uptakes}


def _log_ratio(place: Place, uptakes: dict[Place, RegionUptake]) -> tuple[float, float] | None:
    """Return logarithm of left over right and its standard deviation, or None where a side has no ratio."""
    left, right = uptakes.get(place), uptakes.get((mirrored_name(place[0]), place[1], place[2]))
    if left is None or right is None or left.uptake_ratio is None or right.uptake_ratio is None:
        return None
    deviation = float(np.hypot(left.error.own_sd, right.error.own_sd))
    return float(np.log(left.uptake_ratio / right.uptake_ratio)), deviation


def _asymmetry(
    place: Place, now: dict[Place, RegionUptake], earlier: dict[Place, RegionUptake], reach: float
) -> RegionAsymmetry:
    """Return the asymmetry of one pair of regions."""
    empty = RegionAsymmetry(region=place[0].removesuffix("_left"), level=place[1], projection=place[2])
    today = _log_ratio(place, now)
    if today is None:
        return replace(empty, reason_empty="one of the two sides has no uptake ratio")
    ratio = replace(
        empty,
        ratio=float(np.exp(today[0])),
        low=float(np.exp(today[0] - reach * today[1])),
        high=float(np.exp(today[0] + reach * today[1])),
    )
    before = _log_ratio(place, earlier)
    if before is None:
        return ratio
    step, half = today[0] - before[0], reach * float(np.hypot(today[1], before[1]))
    return replace(
        ratio,
        change_pct=100 * float(np.expm1(step)),
        change_low_pct=100 * float(np.expm1(step - half)),
        change_high_pct=100 * float(np.expm1(step + half)),
    )
