"""Where a visit stands on the treatment clock, and whether a worsening may be a flare."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.records.context import Treatment


class TreatmentWindow(StrEnum):
    """Part of the treatment clock; days since the current anticancer line began."""

    PRE = "pre"
    EARLY = "early"
    FLARE = "flare"
    AFTER = "after"


class FlareStatus(StrEnum):
    """What a worsening is taken for."""

    NOT_APPLICABLE = "not_applicable"
    POSSIBLE = "possible"
    CONFIRMED = "confirmed"
    PROGRESSION = "progression"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentPosition:
    """Where one visit stands on the treatment clock.

    A treatment that begins on the day of the scan is not yet in effect: for the first line that day is 0 and
    ``pre``, for a later line the clock of the line before it still runs.

    Parameters
    ----------
    treatment_day : int or None
        Days since ``line`` began; None without an anticancer line.
    window : TreatmentWindow or None
        Part of the clock; None without an anticancer line.
    line : Treatment or None
        The line that the clock runs from.
    line_number : int
        1 for the first anticancer line; 0 without one.
    remarks : tuple of str
        Plain sentences: lines that overlap, a line that has ended, bone-protecting agents begun.
    """

    treatment_day: int | None = None
    window: TreatmentWindow | None = None
    line: Treatment | None = None
    line_number: int = 0
    remarks: tuple[str, ...] = ()

    @property
    def on_treatment(self) -> bool:
        """Whether the visit lies after the first day of an anticancer line."""
        return self.treatment_day is not None and self.treatment_day > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEstimate:
    """A day on the treatment clock, as far as the spacing of visits tells.

    Parameters
    ----------
    day : float or None
        Best estimate; None where it has not happened yet.
    low_day, high_day : float or None
        The visits between which it lies; an open end is None.
    """

    day: float | None
    low_day: float | None = None
    high_day: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlareAssessment:
    """Whether the worsening at one visit may be a flare.

    Parameters
    ----------
    status : FlareStatus
        As known today. From the visit that worsened to the visit that settles it, all carry the outcome.
    provisional_status : FlareStatus
        As known on the day of the visit.
    peak : DayEstimate or None
        When the measure that worsened was highest; None where nothing worsened.
    back : DayEstimate or None
        When it fell below its value before treatment; None where nothing worsened.
    measure : str
        The measure that ``peak`` and ``back`` follow.
    settle_from, settle_to : date or None
        Between which dates a scan would settle it, as advised on the day; None where there was nothing to settle.
    advice : str
        One plain sentence: which scan settles it; empty where there is nothing to settle.
    reason : str
        One plain sentence: why this status.
    new_ids : tuple of str
        New foci that contribute.
    support : tuple of str
        Supporting evidence, shown and never required: PSA, ALP, soft tissue.
    """

    status: FlareStatus
    provisional_status: FlareStatus
    peak: DayEstimate | None = None
    back: DayEstimate | None = None
    measure: str = ""
    settle_from: date | None = None
    settle_to: date | None = None
    advice: str = ""
    reason: str = ""
    new_ids: tuple[str, ...] = ()
    support: tuple[str, ...] = ()


class ElementKind(StrEnum):
    """What a flare of one element is about."""

    REGION = "region"
    LESION = "lesion"


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementFlare:
    """Whether the worsening of one region or lesion at one visit may be a flare.

    Parameters
    ----------
    study_date : date
        The visit.
    study_uid : str
        The visit.
    kind : ElementKind
        Region or lesion.
    name : str
        Region name or lesion id.
    status, provisional_status : FlareStatus
        As known today and as known on the day.
    change_pct : float or None
        Against the reference before it, positive is hotter; None where there is no number.
    peak, back : DayEstimate or None
        As in `FlareAssessment`.
    reason : str
        One plain sentence.
    """

    study_date: date
    study_uid: str
    kind: ElementKind
    name: str
    status: FlareStatus
    provisional_status: FlareStatus
    change_pct: float | None = None
    peak: DayEstimate | None = None
    back: DayEstimate | None = None
    reason: str = ""
