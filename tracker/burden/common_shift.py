"""What all bones of a visit do together is not theirs but the scale's: what the reference bone left is taken away.

The reference bone is measured before bones are told apart and before hidden parts and label areas are made good. Once
that is done every region of a visit says how it lies against its usual level over the patient's visits, and what most
of them agree on is what the normaliser was off by. The normaliser's own error is the prior: no more is taken than it
allows for, and less where the regions disagree. What it may still be off by afterwards is the error that is stated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tracker.burden.region_change import robust_scatter
from tracker.burden.usual_area import with_factors
from tracker.records.regions import Level
from tracker.records.uptake import COMBINED, Normaliser, NormaliserMethod, RegionUptake
from tracker.records.view import Projection

FEWEST_REGIONS = 8
"""Fewest regions of a view that say anything about its scale (decided)."""

LEAST_SD = 0.02
"""No region is surer of its level than this, natural logarithm: none may decide alone (decided)."""

LARGEST_SD = 0.4
"""Regions less sure than this are not asked (decided)."""

FAR = 1.5
"""Regions further off than this many standard deviations count less (Huber 1981, the usual tuning constant)."""

ROUNDS = 20
"""Rounds of weighting, enough for the mean to stand still (decided)."""

MOST = 2.0
"""Most that is taken away, in standard deviations of the normaliser (decided)."""


def without_common_shift(
    visits: Sequence[Sequence[RegionUptake]], normalisers: Sequence[Sequence[Normaliser]]
) -> tuple[tuple[RegionUptake, ...], ...]:
    """Return the uptakes of one patient's visits, each visit on the scale that its regions agree on.

    Parameters
    ----------
    visits : sequence of sequences of RegionUptake
        One per visit.
    normalisers : sequence of sequences of Normaliser
        What 1.0 means, per visit; where it is not reference bone nothing is changed.

    Returns
    -------
    tuple of tuples of RegionUptake
        Same order.
    """
    scales = [
        {one.projection: one.relative_sd for one in found if one.method == NormaliserMethod.REFERENCE_BONE}
        for found in normalisers
    ]
    shifts: list[dict[str, float]] = [{} for _ in visits]
    left: list[dict[str, float]] = [{} for _ in visits]
    for side in (str(projection) for projection in Projection):
        levels, deviations = _levels(visits, side)
        away = levels - _medians(levels)
        for place, scale in enumerate(scales):
            if side in scale:
                shifts[place][side], left[place][side] = _shift(away[place], deviations[place], scale[side])
    return tuple(
        _surer(
            with_factors(
                uptakes,
                {
                    (one.region, one.level, one.projection): float(np.exp(-shift.get(one.projection, 0.0)))
                    for one in uptakes
                },
            ),
            sure,
        )
        for uptakes, shift, sure in zip(visits, shifts, left, strict=True)
    )


def _surer(uptakes: Sequence[RegionUptake], left: Mapping[str, float]) -> tuple[RegionUptake, ...]:
    """Return uptakes with the error that the scale of each view still has; both views' is its mean."""
    both = float(np.mean(list(left.values()))) if len(left) == len(Projection) else None
    found = []
    for one in uptakes:
        scale_sd = both if one.projection == COMBINED else left.get(one.projection)
        if scale_sd is not None and scale_sd < one.error.normaliser:
            error = replace(one.error, normaliser=scale_sd)
            found.append(replace(one, error=error, relative_sd=error.total_sd))
        else:
            found.append(one)
    return tuple(found)


def _levels(visits: Sequence[Sequence[RegionUptake]], side: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the logarithm of every whole region's uptake on one side, and its deviation; NaN where there is none."""
    names = sorted({one.region for uptakes in visits for one in uptakes})
    levels = np.full((len(visits), len(names)), np.nan)
    deviations = levels.copy()
    for place, uptakes in enumerate(visits):
        for one in uptakes:
            if one.level is Level.WHOLE and one.projection == side and one.uptake_ratio is not None:
                levels[place, names.index(one.region)] = np.log(one.uptake_ratio)
                deviations[place, names.index(one.region)] = np.hypot(one.error.own_sd, LEAST_SD)
    return levels, deviations


def _medians(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of every region over the visits; NaN for regions that fewer than two visits show."""
    enough = np.isfinite(levels).sum(axis=0) >= 2  # noqa: PLR2004 - one visit says nothing about its usual level
    usual = np.full(levels.shape[1], np.nan)
    if enough.any():
        usual[enough] = np.nanmedian(levels[:, enough], axis=0)
    return usual


def _shift(away: NDArray[np.float64], deviations: NDArray[np.float64], scale_sd: float) -> tuple[float, float]:
    """Return what the regions of one view agree on, as far as the error of the scale allows, and what error is left."""
    known = np.isfinite(away) & (deviations < LARGEST_SD)
    if known.sum() < FEWEST_REGIONS or scale_sd <= 0:
        return 0.0, scale_sd
    values, deviation = away[known], deviations[known]
    mean = float(np.median(values))
    weights = 1 / deviation**2
    for _ in range(ROUNDS):
        far = np.abs(values - mean) / deviation
        weights = np.minimum(1.0, FAR / np.maximum(far, FAR)) / deviation**2
        mean = float((weights * values).sum() / weights.sum())
    scatter = max(robust_scatter((values - mean) / deviation), 1.0)
    error = scatter / float(np.sqrt(weights.sum()))
    believed = mean * scale_sd**2 / (scale_sd**2 + error**2)
    shift = float(np.clip(believed, -MOST * scale_sd, MOST * scale_sd))
    return shift, scale_sd * error / float(np.hypot(scale_sd, error))
