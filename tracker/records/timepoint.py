"""What was measured at one visit, and how it changed against the reference visit."""

from dataclasses import dataclass
from datetime import date, datetime

from tracker.records.burden import BurdenFigure, BurdenMeasure
from tracker.records.comparability import Comparability
from tracker.records.lesion import Fate, Kind, Lesion, LesionMeasurement
from tracker.records.uptake import Normaliser, RegionChange, RegionUptake


@dataclass(frozen=True, slots=True, kw_only=True)
class Timepoint:
    """Everything measured at one visit.

    Parameters
    ----------
    patient_id, study_uid : str
        Whose visit, and which.
    study_date : date
        Acquisition date.
    acquired_at : datetime or None
        Acquisition date and time.
    visit_number : int
        1 for the earliest visit of the course.
    day_from_baseline : int
        Days since the baseline visit of the line; negative before it.
    evaluable : bool
        Whether the visit can be read at all.
    not_evaluable_reason : str
        Why not; empty otherwise.
    reference_uid : str
        The visit that changes are against.
    comparability : Comparability
        Against that reference.
    alignment_accepted : bool
        Whether the visit's place in patient space can be trusted.
    alignment_reason : str
        Why not, or a caution.
    alignment_error_mm : float or None
        Median expected misplacement over the skeleton.
    superscan : bool
        No healthy bone can serve as a reference.
    normalisers : tuple of Normaliser
        What 1.0 means, per view.
    uptakes : tuple of RegionUptake
        Per region and projection.
    changes : tuple of RegionChange
        Same, against the reference; empty at the reference itself.
    lesions : tuple of Lesion
        Seen at this visit, and those resolved or merged at it.
    measurements : tuple of LesionMeasurement
        Every lesion of the course at its place here.
    burden : tuple of BurdenFigure
        Extent, intensity and number of lesions, kept apart.
    """

    patient_id: str
    study_uid: str
    study_date: date
    acquired_at: datetime | None
    visit_number: int
    day_from_baseline: int
    evaluable: bool
    not_evaluable_reason: str = ""
    reference_uid: str
    comparability: Comparability
    alignment_accepted: bool
    alignment_reason: str = ""
    alignment_error_mm: float | None = None
    superscan: bool = False
    normalisers: tuple[Normaliser, ...] = ()
    uptakes: tuple[RegionUptake, ...] = ()
    changes: tuple[RegionChange, ...] = ()
    lesions: tuple[Lesion, ...] = ()
    measurements: tuple[LesionMeasurement, ...] = ()
    burden: tuple[BurdenFigure, ...] = ()

    def figure(self, measure: BurdenMeasure) -> BurdenFigure | None:
        """Return one whole-body measure of the lesions, or None if it was not computed.

        Parameters
        ----------
        measure : BurdenMeasure
            Which.

        Returns
        -------
        BurdenFigure or None
            With its interval, or with the reason why there is no number.
        """
        return next((one for one in self.burden if one.measure is measure and not one.region), None)

    @property
    def counted(self) -> tuple[Lesion, ...]:
        """Lesions that count at this visit: kind lesion, neither resolved nor merged; one per view."""
        gone = (Fate.RESOLVED, Fate.MERGED)
        return tuple(one for one in self.lesions if one.focus.kind is Kind.LESION and one.fate not in gone)

    @property
    def lesion_uptake_ratio(self) -> float | None:
        """Mean uptake ratio inside the lesions that count, weighted by area; None without any."""
        area_mm2 = sum(one.focus.area_mm2 for one in self.counted)
        total = sum(one.focus.area_mm2 * one.focus.uptake_ratio for one in self.counted)
        return total / area_mm2 if area_mm2 else None
