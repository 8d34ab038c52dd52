"""Foci, lesions, their forced measurements and their tracks through time."""

from dataclasses import dataclass
from datetime import date
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
    reader : str
        Who changed or added this row; empty where the machine's word stands.
    machine_id : str
        The name the machine gave to a row that a reader changed; empty where a reader added the focus.
    machine_kind : Kind or None
        What the machine took it for, of a row that a reader changed; None where a reader added the focus.
    """

    lesion_id: str
    focus: Focus
    fate: Fate
    reader: str = ""
    machine_id: str = ""
    machine_kind: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionMeasurement:
    """One lesion measured at its place on one view of one visit, seen or not.

    Parameters
    ----------
    study_uid : str
        Which visit.
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
        95 % upper limit of ``uptake_ratio``, one-sided, a lesion that cannot be seen included: surroundings, what
        excess there is, and its error.
    significance : float
        Excess over the surroundings, in standard deviations.
    detected : bool
        Seen by the detector at this visit.
    reason_empty : str
        Why there is no number; empty otherwise.
    """

    study_uid: str
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LesionPlace:
    """Where a lesion lies in patient space, on one view: what is measured at every visit.

    Parameters
    ----------
    lesion_id : str
        Which lesion.
    projection : Projection
        Which view.
    study_uid : str
        The visit whose outline this is: where the lesion stood out most.
    outline_mm : ndarray, shape (n, 2), float64
        Patient-space (row, col) of the pixels of that outline, millimetres.
    row_mm, col_mm : float
        Excess-weighted centre in patient space.
    area_mm2 : float
        Area of the outline.
    """

    lesion_id: str
    projection: Projection
    study_uid: str
    outline_mm: NDArray[np.float64]
    row_mm: float
    col_mm: float
    area_mm2: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "outline_mm", frozen(self.outline_mm))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FollowedVisit:
    """The lesions of one visit, each with identity and fate.

    Parameters
    ----------
    study_uid : str
        The visit.
    study_date : date
        Date of acquisition.
    lesions : tuple of Lesion
        One per lesion and view: those seen, those resolved since the previous evaluable visit, those merged into
        another. Ordered by id, anterior first.
    evaluable : bool
        As in `tracker.records.foci.VisitFoci`.
    reason : str
        As in `tracker.records.foci.VisitFoci`.
    """

    study_uid: str
    study_date: date
    lesions: tuple[Lesion, ...]
    evaluable: bool = True
    reason: str = ""

    @property
    def present_ids(self) -> tuple[str, ...]:
        """Distinct ids of what is counted at this visit: kind lesion, neither resolved nor merged."""
        gone = (Fate.RESOLVED, Fate.MERGED)
        counted = {
            lesion.lesion_id for lesion in self.lesions if lesion.focus.kind is Kind.LESION and lesion.fate not in gone
        }
        return tuple(sorted(counted))

    @property
    def new_ids(self) -> tuple[str, ...]:
        """Distinct ids of kind lesion that are new at this visit."""
        return tuple(
            sorted(
                {
                    lesion.lesion_id
                    for lesion in self.lesions
                    if lesion.focus.kind is Kind.LESION and lesion.fate is Fate.NEW
                }
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinship:
    """One merge or split: which ids ended in, or came from, which.

    Parameters
    ----------
    study_uid : str
        Visit at which it was first seen.
    fate : Fate
        ``merged`` or ``split``.
    before : tuple of str
        Ids at the previous evaluable visit.
    after : tuple of str
        Ids at this visit.
    """

    study_uid: str
    fate: Fate
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FollowedCourse:
    """All lesions of one patient through time.

    Parameters
    ----------
    visits : tuple of FollowedVisit
        Earliest first.
    places : tuple of LesionPlace
        Where each lesion is measured at every visit, ordered by id, anterior first.
    kinships : tuple of Kinship
        Merges and splits, earliest first.
    removed : tuple of Lesion
        Rows that a reader removed, as the machine wrote them, with who removed them in ``reader``.
    """

    visits: tuple[FollowedVisit, ...]
    places: tuple[LesionPlace, ...] = ()
    kinships: tuple[Kinship, ...] = ()
    removed: tuple[Lesion, ...] = ()
