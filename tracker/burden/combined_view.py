"""The geometric mean of a region's two views: how deep the bone lies divides out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tracker.burden.repeatability import repeat_sd
from tracker.records.uptake import COMBINED, RegionUptake, UptakeError


def combined(sides: Sequence[RegionUptake]) -> RegionUptake:
    """Return the geometric mean of a region's two views.

    What is said of its area and counts is a mean and a sum over the views that show the region: without one of them
    they are those of the other, as they stand there.

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
    shown = [side for side in sides if side.area_mm2 > 0] or list(sides)
    both = replace(
        anterior,
        projection=COMBINED,
        area_mm2=float(np.mean([side.area_mm2 for side in shown])),
        counts=sum(side.counts for side in shown),
        visible_fraction=float(np.mean([side.visible_fraction for side in shown])),
        soft_fraction=float(np.mean([side.soft_fraction for side in shown])),
        own_share=float(np.mean([side.own_share for side in shown])),
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
        soft=(anterior.error.soft + posterior.error.soft) / 2,
        normaliser=(anterior.error.normaliser + posterior.error.normaliser) / 2,
        overlap=(anterior.error.overlap + posterior.error.overlap) / 2,
    )
    ratio = float(np.sqrt(anterior.uptake_ratio * posterior.uptake_ratio))
    return replace(both, uptake_ratio=ratio, relative_sd=error.total_sd, error=error)
