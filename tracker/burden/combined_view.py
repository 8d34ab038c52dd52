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
    error = replace(weighed(anterior.error, posterior.error, (0.5, 0.5)), repeat=repeat_sd(anterior.region, COMBINED))
    ratio = float(np.sqrt(anterior.uptake_ratio * posterior.uptake_ratio))
    return replace(both, uptake_ratio=ratio, relative_sd=error.total_sd, error=error)


def weighed(front: UptakeError, back: UptakeError, weights: tuple[float, float]) -> UptakeError:
    """Return the error of a weighted mean of two views' logarithms.

    Parameters
    ----------
    front, back : UptakeError
        Of each view.
    weights : tuple of float
        Of front and back.

    Returns
    -------
    UptakeError
        Counting errors are independent, all others move both views alike; without repeatability, which is not the
        views' own.
    """
    ours, theirs = weights

    def alike(one: float, other: float) -> float:
        return ours * one + theirs * other

    return UptakeError(
        counting=float(np.hypot(ours * front.counting, theirs * back.counting)),
        placement=alike(front.placement, back.placement),
        hidden=alike(front.hidden, back.hidden),
        soft=alike(front.soft, back.soft),
        normaliser=alike(front.normaliser, back.normaliser),
        overlap=alike(front.overlap, back.overlap),
    )
