"""Foci, lesions, their forced measurements and their tracks through time."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tracker.records.arrays import frozen
from tracker.records.view import Projection


class Kind(StrEnum):
    """What a focus is taken for; patterns are hints for the reader, never diagnoses."""

    LESION = "lesion"
    PHYSIOLOGIC = "physiologic"
    BENIGN = "benign"
    EQUIVOCAL = "equivocal"
    COLD = "cold"


class Fate(StrEnum):
    """What became of a lesion since the previous evaluable visit."""

    NEW = "new"
    PERSISTENT = "persistent"
    RESOLVED = "resolved"
    MERGED = "merged"
    SPLIT = "split"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Focus:
    """One place on one view that stands out; not yet given an identity.

    Parameters
    ----------
    projection : Projection
        Which view.
    pixels : ndarray, shape (n, 2), int32
        Stored (row, col) of every pixel inside the outline.
    row_px, col_px : float
        Excess-weighted centre in the stored frame, zero-based pixel centres.
    row_mm, col_mm : float
        The same place in patient space, measured from the centre of its pixel (0, 0).
    area_mm2 : float
        Area of the outline on the scan's own pixels.
    region : str
        Fine region name, or empty outside all bones.
    side : str
        ``left``, ``right`` or empty.
    uptake_ratio : float
        Mean uptake ratio inside the outline.
    excess_ratio : float
        Uptake ratio over what was expected here for this person.
    significance : float
        Excess counts over their standard deviation.
    kind : Kind
        What it is taken for.
    kind_reason : str
        Why, in words.
    """

    projection: Projection
    pixels: NDArray[np.int32]
    row_px: float
    col_px: float
    row_mm: float
    col_mm: float
    area_mm2: float
    region: str
    side: str
    uptake_ratio: float
    excess_ratio: float
    significance: float
    kind: Kind = Kind.LESION
    kind_reason: str = ""

    def __post_init__(self) -> None:
        if not self.area_mm2 > 0 or self.pixels.shape[0] == 0:
            raise ValueError("a focus has an area")
        object.__setattr__(self, "pixels", frozen(self.pixels))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesion:
    """A focus that was seen at one visit, with its identity and fate.

    Parameters
    ----------
    lesion_id : str
        Stable through time, such as ``"L003"``.
    focus : Focus
        Where and how it was seen; for a resolved lesion, where it was last seen, carried to this visit.
    fate : Fate
        Against the previous evaluable visit.
    """

    lesion_id: str
    focus: Focus
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionMeasurement:
    """One lesion measured at its place on one view of one visit, seen or not.

    Parameters
    ----------
    lesion_id : str
        Which lesion.
    projection : Projection
        Which view.
    row_px, col_px : float
        Centre of the measured place, stored frame.
    area_mm2 : float
        Area measured over.
    uptake_ratio : float or None
        Mean uptake ratio there; None with ``reason_empty``.
    low, high : float or None
        95 % interval of ``uptake_ratio``.
    upper_limit : float or None
        95 % upper limit of the excess over the surroundings, as uptake ratio, where nothing is seen.
    significance : float
        Excess over the surroundings, in standard deviations.
    detected : bool
        Seen by the detector at this visit.
    reason_empty : str
        Why there is no number; empty otherwise.
    """

    lesion_id: str
    projection: Projection
    row_px: float
    col_px: float
    area_mm2: float
    uptake_ratio: float | None
    low: float | None
    high: float | None
    upper_limit: float | None
    significance: float
    detected: bool
    reason_empty: str = ""
