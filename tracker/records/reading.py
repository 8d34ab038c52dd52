"""What the response rules need from one visit, whether people read it or the pipeline measured it."""

from dataclasses import dataclass
from datetime import date

from tracker.records.comparability import Comparable


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A measured number with its error.

    Parameters
    ----------
    value : float
        Best estimate.
    sd : float or None
        One standard deviation of everything that differs between visits, same unit; None if it was never measured.
    """

    value: float
    sd: float | None = None

    def __post_init__(self) -> None:
        if self.sd is not None and not self.sd >= 0:
            raise ValueError(f"a standard deviation is not negative, found {self.sd}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusReading:
    """One focus at one visit.

    Parameters
    ----------
    lesion_id : str
        Stable through time.
    region : str
        Where; empty if not stated.
    malignant : bool
        Taken for unequivocal metastasis; equivocal, benign and physiologic foci are never counted.
    seen : bool
        Present at this visit; False for a place measured where nothing was seen.
    judged_new : bool or None
        At the visit where the focus is first seen: whether it stands significantly above what was at its place
        before. None where nobody judged: then absence from the earlier lists decides. False means *it was there
        before, only fainter*, and such a focus is never counted as new.
    uptake_ratio : Quantity or None
        Mean uptake ratio at its place, seen or not.
    stands_for : tuple of str
        Further ids that are present in this focus: lesions that merged into it at this visit or before, or the
        lesion that it split from. A focus that split from another states ``judged_new=False``.
    """

    lesion_id: str
    region: str = ""
    malignant: bool = True
    seen: bool = True
    judged_new: bool | None = None
    stands_for: tuple[str, ...] = ()
    uptake_ratio: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionReading:
    """Uptake of one region at one visit.

    Parameters
    ----------
    region : str
        Closed name.
    uptake_ratio : Quantity
        Mean uptake ratio.
    """

    region: str
    uptake_ratio: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitReading:
    """One visit, as the response rules see it.

    Parameters
    ----------
    study_date : date
        Date of acquisition.
    study_uid : str
        Study Instance UID; empty where people read and stated none.
    evaluable : bool
        False for missing, not done or unreadable.
    not_evaluable_reason : str
        Why not; empty otherwise.
    countable : bool
        False where disease is so diffuse (superscan) that foci cannot be counted.
    not_countable_reason : str
        Why not; empty otherwise.
    foci : tuple of FocusReading
        Distinct lesions, ordered by lesion id.
    regions : tuple of RegionReading
        Distinct regions, ordered by name; may be empty.
    lesion_area_cm2 : Quantity or None
        Sum of the malignant foci's areas.
    scan_index_pct : Quantity or None
        Whole-skeleton index, percent.
    comparable : Comparable
        Verdict against the reference visit; ``no`` removes quantities, never the reading of foci by eye.
    comparable_reason : str
        Why not; empty otherwise.
    assumed : bool
        True for no scan at all, but the assumption that there was no focus before treatment, where people who list
        foci list none before it.
    """

    study_date: date
    study_uid: str = ""
    evaluable: bool = True
    not_evaluable_reason: str = ""
    countable: bool = True
    not_countable_reason: str = ""
    foci: tuple[FocusReading, ...] = ()
    regions: tuple[RegionReading, ...] = ()
    lesion_area_cm2: Quantity | None = None
    scan_index_pct: Quantity | None = None
    comparable: Comparable = Comparable.YES
    comparable_reason: str = ""
    assumed: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "foci", tuple(sorted(self.foci, key=lambda focus: focus.lesion_id)))
        object.__setattr__(self, "regions", tuple(sorted(self.regions, key=lambda region: region.region)))
        for kind, names in (("lesion", [f.lesion_id for f in self.foci]), ("region", [r.region for r in self.regions])):
            if len(set(names)) != len(names):
                raise ValueError(f"the visit of {self.study_date} lists a {kind} twice")

    @property
    def malignant_ids(self) -> frozenset[str]:
        """Ids of the malignant foci seen at this visit, and of those that live on in them."""
        seen = (focus for focus in self.foci if focus.malignant and focus.seen)
        return frozenset(name for focus in seen for name in (focus.lesion_id, *focus.stands_for))

    @property
    def malignant_count(self) -> int:
        """How many malignant foci are seen at this visit."""
        return sum(focus.malignant and focus.seen for focus in self.foci)

    @property
    def refuted_ids(self) -> frozenset[str]:
        """Ids of the foci that were judged *not* new when first seen here."""
        return frozenset(focus.lesion_id for focus in self.foci if focus.seen and focus.judged_new is False)

    @property
    def order(self) -> tuple[date, str]:
        """What visits are ordered by."""
        return (self.study_date, self.study_uid)

    def focus(self, lesion_id: str) -> FocusReading | None:
        """Return what this visit says of one lesion, or None if it says nothing.

        Parameters
        ----------
        lesion_id : str
            The lesion.

        Returns
        -------
        FocusReading or None
            None is the state *not mentioned*.
        """
        return next((focus for focus in self.foci if focus.lesion_id == lesion_id), None)
