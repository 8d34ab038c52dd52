"""Uptake per region and its change, each with an interval."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tracker.records.arrays import frozen
from tracker.records.regions import Level

COMBINED = "COMBINED"
"""Projection name of the geometric mean of both views."""


class NormaliserMethod(StrEnum):
    """What an uptake ratio is relative to."""

    REFERENCE_BONE = "reference_bone"
    SOFT_TISSUE = "soft_tissue"
    ADMINISTERED_ACTIVITY = "administered_activity"
    TOTAL_COUNTS = "total_counts"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceBone:
    """The healthy bone that all visits of one patient are measured against, and its usual level there.

    Parameters
    ----------
    levels : mapping of (str, str) to float
        ``(projection, fine region)`` to the natural logarithm of that region's bone uptake over the patient's
        reference bone: what the region shows at a visit where nothing happened to it.
    visits : int
        Number of visits the levels were estimated from; 0 where they are a healthy person's.
    """

    levels: Mapping[tuple[str, str], float]
    visits: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Normaliser:
    """What an uptake ratio of 1.0 means on one view of one visit.

    Parameters
    ----------
    projection : str
        Which side.
    method : str
        Name of the method, such as ``"reference_bone"``.
    counts_per_mm2 : float
        Count density that is called 1.0, soft tissue included: what ``SkeletonView.expected`` multiplies.
    bone_counts_per_mm2 : float
        The same of bone alone, soft tissue taken away: what the uptake ratio of a region divides by. The same as
        ``counts_per_mm2`` unless given.
    relative_sd : float
        One standard deviation of ``bone_counts_per_mm2`` over its value.
    soft_tissue : ndarray or None, shape (rows, cols), float32
        Estimated counts per pixel of soft tissue, under bone as well, stored frame; None where it is not estimated.
    halo : ndarray or None, shape (rows, cols), float32
        Estimated counts per pixel that bladder, injection site and spills throw beyond their outline; None without.
    reliable : bool
        False where the reference itself is diseased or missing.
    reason : str
        Why it is not reliable; empty otherwise.
    """

    projection: str
    method: str
    counts_per_mm2: float
    relative_sd: float
    bone_counts_per_mm2: float = 0.0
    soft_tissue: NDArray[np.float32] | None = None
    halo: NDArray[np.float32] | None = None
    reliable: bool = True
    reason: str = ""

    def __post_init__(self) -> None:
        if self.bone_counts_per_mm2 <= 0:
            object.__setattr__(self, "bone_counts_per_mm2", self.counts_per_mm2)
        for name in ("soft_tissue", "halo"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, frozen(getattr(self, name)))
        if not self.reliable and not self.reason:
            raise ValueError("a normaliser that is not reliable needs a reason")

    def not_bone(self, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Return the counts per pixel that are not bone: soft tissue and halo.

        Parameters
        ----------
        shape : tuple of int
            Shape of the view.

        Returns
        -------
        ndarray, shape (rows, cols), float64
            0 where neither is estimated.
        """
        total = np.zeros(shape)
        for part in (self.soft_tissue, self.halo):
            if part is not None:
                total += part
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class UptakeError:
    """Where the error of one uptake ratio comes from; each part is one standard deviation over the value.

    Parameters
    ----------
    counting : float
        Poisson noise of the counts, and of the soft tissue taken away.
    placement : float
        Labels that do not lie exactly on the bone.
    repeat : float
        Pose, attenuation and blur: what differs between two scans of one day.
    hidden : float
        Bone behind bladder or other sites that had to be filled in, and the halo of these sites.
    soft : float
        The soft tissue taken away: how much of it lies under the bone is never quite known.
    normaliser : float
        The reference itself; common to all regions of the view.
    overlap : float
        Other bones in front and behind that were taken away. The same at every visit of a patient as long as these
        bones keep their share, so that only its difference adds to the error of a change.
    """

    counting: float = 0.0
    placement: float = 0.0
    repeat: float = 0.0
    hidden: float = 0.0
    soft: float = 0.0
    normaliser: float = 0.0
    overlap: float = 0.0

    @property
    def own_sd(self) -> float:
        """What is this region's own and differs between visits, over the value."""
        return float(np.linalg.norm([self.counting, self.placement, self.repeat, self.hidden, self.soft]))

    @property
    def total_sd(self) -> float:
        """All that differs between visits, over the value."""
        return float(np.hypot(self.own_sd, self.normaliser))


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
        Mean density of the region's own bone counts (soft tissue and other bones taken away) over that of the
        reference, scaled to all bone that a healthy person shows there; None with ``reason_empty``.
    relative_sd : float
        One standard deviation of ``uptake_ratio`` over its value, of everything that differs between visits.
    reason_empty : str
        Why there is no ratio; empty otherwise.
    visible_fraction : float
        Share of the region's usual uptake that is not hidden by the bladder, an injection site or an exclusion.
    soft_fraction : float
        Share of ``counts`` that was taken away as soft tissue.
    own_share : float
        Share of its own bone in the bone counts that the region shows in a healthy person.
    label_area_mm2 : float
        Area of the whole label, hidden parts too, as far as it lies in the field; 0 where there is no label.
    cut : bool
        Whether the edge of the field cuts the label.
    rim_share : float
        Bone density along the rim of the label over that of the whole region; 0 to 1.
    error : UptakeError
        The parts of ``relative_sd``.
    """

    region: str
    level: Level
    projection: str
    area_mm2: float
    counts: float
    uptake_ratio: float | None
    relative_sd: float = 0.0
    reason_empty: str = ""
    visible_fraction: float = 1.0
    soft_fraction: float = 0.0
    own_share: float = 1.0
    label_area_mm2: float = 0.0
    cut: bool = False
    rim_share: float = 1.0
    error: UptakeError = field(default_factory=UptakeError)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeParts:
    """What a region's change consists of, in percent of the region's uptake at the reference visit.

    The parts of one view add up to its change; those of the combined view are the mean of both views, what the
    geometric mean leaves over being counted as diffuse.

    Parameters
    ----------
    region, level, projection : str, Level, str
        As in `RegionUptake`.
    hotter_pct : float or None
        Lesions present at both visits: more uptake on the same area (negative: cooler).
    larger_pct : float or None
        Lesions present at both visits: more area at the same uptake (negative: smaller).
    new_pct : float or None
        Lesions present now alone.
    lost_pct : float or None
        Lesions present at the reference visit alone; not positive.
    diffuse_pct : float or None
        Bone outside all lesions.
    reason_empty : str
        Why there are no parts; empty otherwise.
    """

    region: str
    level: Level
    projection: str
    hotter_pct: float | None = None
    larger_pct: float | None = None
    new_pct: float | None = None
    lost_pct: float | None = None
    diffuse_pct: float | None = None
    reason_empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionAsymmetry:
    """Left over right of a paired region at one visit, and its change.

    Parameters
    ----------
    region : str
        Name without side, such as ``"femur"``.
    level : Level
        Whole or fine.
    projection : str
        ``ANTERIOR``, ``POSTERIOR`` or ``COMBINED``.
    ratio : float or None
        Uptake of the left over that of the right; None with ``reason_empty``.
    low, high : float or None
        95 % interval of ``ratio``.
    change_pct, change_low_pct, change_high_pct : float or None
        Change of ``ratio`` against the reference visit, with its 95 % interval; None at the reference visit.
    reason_empty : str
        Why there is no ratio; empty otherwise.
    """

    region: str
    level: Level
    projection: str
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    change_pct: float | None = None
    change_low_pct: float | None = None
    change_high_pct: float | None = None
    reason_empty: str = ""
