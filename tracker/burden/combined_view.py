"""The geometric mean of a region's two views: how deep the bone lies divides out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tracker.burden.repeatability import repeat_sd
from tracker.records.uptake import COMBINED, RegionUptake, UptakeError


def combined(sides: Sequence[RegionUptake]) -> RegionUptake:
    """Return the geometric mean of a region's two views.

    Misplaced labels and the reference move both views alike, so their errors add; counting errors are independent.

    Parameters
    ----------
    sides : sequence of RegionUptake
        Anterior and posterior.

    Returns
    -------
    RegionUptake
        Without a ratio where either view has none.
    """
    anterior, posterior = sides
    both = replace(
        anterior,
        projection=COMBINED,
        area_mm2=(anterior.area_mm2 + posterior.area_mm2) / 2,
        counts=anterior.counts + posterior.counts,
        visible_fraction=(anterior.visible_fraction + posterior.visible_fraction) / 2,
        soft_fraction=(anterior.soft_fraction + posterior.soft_fraction) / 2,
        own_share=(anterior.own_share + posterior.own_share) / 2,
        uptake_ratio=None,
        relative_sd=0.0,
        error=UptakeError(),
        reason_empty="",
    )
    if anterior.uptake_ratio is None or posterior.uptake_ratio is None:
        first = next(side for side in sides if side.uptake_ratio is None)
        return replace(both, reason_empty=f"{first.projection.lower()} view: {first.reason_empty}")
    error = UptakeError(
        counting=float(np.hypot(anterior.error.counting, posterior.error.counting)) / 2,
        placement=(anterior.error.placement + posterior.error.placement) / 2,
        repeat=repeat_sd(anterior.region, COMBINED),
        hidden=(anterior.error.hidden + posterior.error.hidden) / 2,
        normaliser=(anterior.error.normaliser + posterior.error.normaliser) / 2,
        overlap=(anterior.error.overlap + posterior.error.overlap) / 2,
    )
    ratio = float(np.sqrt(anterior.uptake_ratio * posterior.uptake_ratio))
    return replace(both, uptake_ratio=ratio, relative_sd=error.total_sd, error=error)
