"""Uptake per region and its change, each with an interval."""

from dataclasses import dataclass

from tracker.records.regions import Level

COMBINED = "COMBINED"
"""Projection name of the geometric mean of both views."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Normaliser:
    """What an uptake ratio of 1.0 means on one view of one visit.

    Parameters
    ----------
    projection : str
        Which side.
    method : str
        Name of the method, such as ``"reference_bone"``.
    counts_per_mm2 : float
        Count density that is called 1.0.
    relative_sd : float
        One standard deviation of ``counts_per_mm2`` over its value.
    reliable : bool
        False where the reference itself is diseased or missing.
    reason : str
        Why it is not reliable; empty otherwise.
    """

    projection: str
    method: str
    counts_per_mm2: float
    relative_sd: float
    reliable: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionUptake:
    """What one region of one view shows at one visit.

    Parameters
    ----------
    region : str
        Closed name, side last.
    level : Level
        Whole or fine.
    projection : str
        ``ANTERIOR``, ``POSTERIOR`` or ``COMBINED``.
    area_mm2 : float
        Measured area on the scan's own pixels.
    counts : float
        Detected events inside.
    uptake_ratio : float or None
        Mean count density over that of the reference; None with ``reason_empty``.
    relative_sd : float
        One standard deviation of ``uptake_ratio`` over its value, of everything that differs between visits.
    reason_empty : str
        Why there is no ratio; empty otherwise.
    """

    region: str
    level: Level
    projection: str
    area_mm2: float
    counts: float
    uptake_ratio: float | None
    relative_sd: float = 0.0
    reason_empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionChange:
    """The change of one region against the reference visit.

    Parameters
    ----------
    region, level, projection : str, Level, str
        As in `RegionUptake`.
    change_pct : float or None
        ``100 (r / r_ref - 1)``; None with ``reason_empty``.
    low_pct, high_pct : float or None
        95 % interval.
    significant : bool
        The interval excludes 0 and the change survives false-discovery control over the whole-level regions.
    detectable_pct : float or None
        Smallest rise that this pair of scans could have shown.
    p_value : float or None
        Two-sided, of no change.
    reason_empty : str
        Why there is no change; empty otherwise.
    """

    region: str
    level: Level
    projection: str
    change_pct: float | None = None
    low_pct: float | None = None
    high_pct: float | None = None
    significant: bool = False
    detectable_pct: float | None = None
    p_value: float | None = None
    reason_empty: str = ""
