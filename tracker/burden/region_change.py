"""The change of every region against the reference visit, with interval, significance and smallest detectable size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from tracker.burden.false_discovery import critical_p
from tracker.records.regions import Level
from tracker.records.uptake import COMBINED, RegionChange, RegionUptake, UptakeError
from tracker.settings.burden import BurdenSettings

FEWEST_TO_CHECK = 5
"""Fewest regions whose scatter says anything about the error model."""

QN_NORMAL = 2.2219
"""Standard deviation of a normal variable over Qn's order statistic, dimensionless (Rousseeuw and Croux 1993)."""

DISAGREEING = 1.959964
"""From this many standard deviations on two views disagree: two-sided 95 % of the normal distribution."""

REFERENCE_VISIT = "this is the reference visit"
"""Reason on every region of the reference visit itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A change that could be formed: difference of logarithms and one standard deviation of each part of its error."""

    change: RegionChange
    log_change: float
    own_sd: float
    shared_sd: float
    apart: float = 0.0


def region_changes(
    uptakes: Sequence[RegionUptake],
    reference_uptakes: Sequence[RegionUptake],
    settings: BurdenSettings,
    *,
    reason_empty: str = "",
) -> tuple[RegionChange, ...]:
    """Return the change of every region of one visit against the reference visit.

    Parameters
    ----------
    uptakes : sequence of RegionUptake
        The visit.
    reference_uptakes : sequence of RegionUptake
        The reference visit; the same object for the reference visit itself.
    settings : BurdenSettings
        Confidence and false-discovery rate.
    reason_empty : str, optional
        Why no change of this visit may be formed at all, such as that the visits are not comparable.

    Returns
    -------
    tuple of RegionChange
        One per entry of ``uptakes``, same order. A change that cannot be formed says why.
    """
    if uptakes is reference_uptakes:
        reason_empty = reason_empty or REFERENCE_VISIT
    earlier = {(entry.region, entry.level, entry.projection): entry for entry in reference_uptakes}
    steps = [
        _step(entry, earlier.get((entry.region, entry.level, entry.projection)), settings, reason_empty)
        for entry in uptakes
    ]
    apart = _apart([step for step in steps if isinstance(step, _Step)])
    steps = [_told_apart(step, apart) if isinstance(step, _Step) else step for step in steps]
    formed = [step for step in steps if isinstance(step, _Step)]
    scatter = {
        projection: error_scale(
            np.array(
                [
                    step.log_change / step.own_sd
                    for step in formed
                    if step.change.level is Level.WHOLE and step.change.projection == projection
                ]
            ),
            settings,
        )
        for projection in {step.change.projection for step in formed}
    }
    tested = [
        _with_interval(step, scatter[step.change.projection], settings) if isinstance(step, _Step) else step
        for step in steps
    ]
    threshold = _limit(_family(tested), settings.false_discovery_rate)
    found = [replace(entry, significant=_significant(entry, threshold)) for entry in tested]
    both = {(entry.region, entry.level): entry for entry in found if entry.projection == COMBINED}
    return tuple(_confirmed(entry, both.get((entry.region, entry.level), entry)) for entry in found)


def _family(changes: Sequence[RegionChange]) -> list[float]:
    """Return one p-value per whole region: that of both views together, or of the only one that has a change."""
    whole = [(one, one.p_value) for one in changes if one.level is Level.WHOLE and one.p_value is not None]
    both = {one.region for one, _ in whole if one.projection == COMBINED}
    return [p_value for one, p_value in whole if one.projection == COMBINED or one.region not in both]


def _limit(family: Sequence[float], rate: float) -> float:
    """Return the p-value up to which a change is significant, one of the family or one that shows the same region."""
    largest = critical_p(family, rate)
    found = sum(p_value <= largest for p_value in family) if largest > 0 else 0
    return rate * found / max(len(family), 1)


def _significant(change: RegionChange, threshold: float) -> bool:
    """Return whether the interval excludes 0 and the change survives false-discovery control."""
    return change.p_value is not None and change.p_value <= threshold and _direction(change) != 0


def _direction(change: RegionChange) -> int:
    """Return 1 where the whole interval lies above 0, -1 where it lies below, else 0."""
    if change.low_pct is None or change.high_pct is None:
        return 0
    return int(change.low_pct > 0) - int(change.high_pct < 0)


def _confirmed(change: RegionChange, both: RegionChange) -> RegionChange:
    """Return the change of one view, significant only if that of both views together is: a bone changes on both.

    What one view alone shows is mostly a label beside its bone, or something before that side of it.
    """
    denied = both.p_value is not None and not (both.significant and _direction(both) == _direction(change))
    return replace(change, significant=False) if denied else change


def _step(
    now: RegionUptake, earlier: RegionUptake | None, settings: BurdenSettings, reason_empty: str
) -> _Step | RegionChange:
    """Return the change of one region as far as it can be formed."""
    empty = RegionChange(region=now.region, level=now.level, projection=now.projection)
    reason = reason_empty or _why_not(now, earlier, settings)
    if reason or earlier is None or now.uptake_ratio is None or earlier.uptake_ratio is None:
        return replace(empty, reason_empty=reason)
    return _Step(
        change=empty,
        log_change=float(np.log(now.uptake_ratio / earlier.uptake_ratio)),
        own_sd=max(_own_sd(now.error, earlier.error), 1e-6),
        shared_sd=float(np.hypot(now.error.normaliser, earlier.error.normaliser)),
    )


def _apart(formed: Sequence[_Step]) -> dict[tuple[str, Level], float]:
    """Return by how much the two views of a region disagree about its change, beyond their errors, where they do.

    A bone that changes does so on both views. Where one view alone changes, something else came or went before that
    side of it, such as urine on the skin or an arm across it, and no error of either view knows of that.
    """
    sides: dict[tuple[str, Level], list[_Step]] = {}
    for step in formed:
        if step.change.projection != COMBINED:
            sides.setdefault((step.change.region, step.change.level), []).append(step)
    found = {}
    for region, pair in sides.items():
        if len(pair) == 2:
            expected = float(np.linalg.norm([sd for step in pair for sd in (step.own_sd, step.shared_sd)]))
            beyond = (pair[0].log_change - pair[1].log_change) ** 2 - (DISAGREEING * expected) ** 2
            found[region] = float(np.sqrt(max(beyond, 0.0)))
    return found


def _told_apart(step: _Step, apart: Mapping[tuple[str, Level], float]) -> _Step:
    """Return a change with what its views disagree by; half of it reaches the mean of both."""
    found = apart.get((step.change.region, step.change.level), 0.0)
    return replace(step, apart=found / 2 if step.change.projection == COMBINED else found)


def _own_sd(now: UptakeError, earlier: UptakeError) -> float:
    """Return the error of a change apart from the normalisers; what both visits share of the overlap divides out."""
    return float(np.sqrt(now.own_sd**2 + earlier.own_sd**2 + (now.overlap - earlier.overlap) ** 2))


def _why_not(now: RegionUptake, earlier: RegionUptake | None, settings: BurdenSettings) -> str:
    """Return why two uptakes of one region have no change; empty where they have one."""
    if now.uptake_ratio is None:
        return now.reason_empty
    if earlier is None or earlier.uptake_ratio is None:
        missing = "it was not measured" if earlier is None else earlier.reason_empty
        return f"at the reference visit: {missing}"
    shown = (now.area_mm2 / now.visible_fraction) / (earlier.area_mm2 / earlier.visible_fraction)
    labels = [one.label_area_mm2 for one in (now, earlier)]
    drawn = labels[0] / labels[1] if min(labels) > 0 else 1.0
    if max(shown, 1 / shown, drawn, 1 / drawn) > settings.largest_area_step:
        return "the two visits do not show the same part of the region"
    return ""


def error_scale(standardised: NDArray[np.float64], settings: BurdenSettings) -> float:
    """Return how much more (or less) this visit's regions scatter than the error model expects.

    Most regions of a visit have not changed; how far all pairs of them lie apart tells how large errors really are
    on these scans, in this body, on this camera. Regions that did change move it little, and a common shift not at
    all. It is drawn towards 1 by a prior and kept within limits.

    Parameters
    ----------
    standardised : ndarray, shape (n,), float64
        Changes of logarithms over their expected standard deviations.
    settings : BurdenSettings
        Weight of the prior, in regions, and the limits.

    Returns
    -------
    float
        Factor on the expected standard deviations.
    """
    if standardised.size < FEWEST_TO_CHECK:
        return 1.0
    weight = settings.self_check_weight
    scatter = robust_scatter(standardised)
    pooled = (standardised.size * scatter**2 + weight) / (standardised.size + weight)
    low, high = settings.self_check_limits
    return float(np.clip(np.sqrt(pooled), low, high))


def robust_scatter(values: NDArray[np.float64]) -> float:
    """Return the standard deviation of a majority of values, from how far pairs of them lie apart.

    Rousseeuw and Croux's Qn (J Am Stat Assoc 1993;88:1273): half of the values may be anything, and for normal ones
    it is nearly as precise as the plain standard deviation.

    Parameters
    ----------
    values : ndarray, shape (n,), float64
        At least two values.

    Returns
    -------
    float
        Unit of the values.

    Examples
    --------
    >>> round(robust_scatter(np.array([-1.0, -0.4, 0.0, 0.3, 0.9, 50.0])), 2)
    1.22
    """
    size = values.size
    first, second = np.triu_indices(size, 1)
    apart = np.sort(np.abs(values[first] - values[second]))
    half = size // 2 + 1
    small_sample = size / (size + 1.4) if size % 2 else size / (size + 3.8)
    return float(QN_NORMAL * small_sample * apart[half * (half - 1) // 2 - 1])


def _with_interval(step: _Step, scale: float, settings: BurdenSettings) -> RegionChange:
    """Return the change with its interval, p-value and smallest detectable size."""
    deviation = float(np.linalg.norm([step.own_sd * scale, step.shared_sd, step.apart]))
    reach = float(ndtri(0.5 + settings.confidence / 2)) * deviation
    return replace(
        step.change,
        change_pct=100 * float(np.expm1(step.log_change)),
        low_pct=100 * float(np.expm1(step.log_change - reach)),
        high_pct=100 * float(np.expm1(step.log_change + reach)),
        detectable_pct=100 * float(np.expm1(reach)),
        p_value=float(2 * ndtr(-abs(step.log_change) / deviation)),
    )
