"""Settings of the response stage: windows, thresholds and the choices that charters differ in."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from tracker.errors import SettingsError
from tracker.records.assessment import BoneStatus, Criterion
from tracker.references import criteria


class Persistence(StrEnum):
    """What confirms two new lesions after the first scan: the same ones, or any two."""

    STRICT = "strict"
    LENIENT = "lenient"


class FirstTwo(StrEnum):
    """Whether the first two of the 2+2 rule must still be there when two more are found."""

    MAY_FADE = "may_fade"
    MUST_PERSIST = "must_persist"


class LateFirstScan(StrEnum):
    """How a first on-treatment scan after the PCWG3 first-scan window is read."""

    POST_FLARE = "post_flare"
    FLARE_SCAN = "flare_scan"


class OpenAtEnd(StrEnum):
    """What an unconfirmed progression on the last scan is taken for, in best response and survival."""

    NO_EVENT = "no_event"
    EVENT = "event"


class LaterScan(StrEnum):
    """Whether a scan after the start of a new anticancer line still confirms progression on the line before."""

    NOT_ACCEPTED = "not_accepted"
    ACCEPTED = "accepted"


class ClockChoice(StrEnum):
    """Where the day limits of the treatment clock come from."""

    UNIVERSAL = "universal"
    BY_CANCER_AND_CLASS = "by_cancer_and_class"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLimits:
    """Day limits of the treatment clock for one cancer and class of treatment.

    Parameters
    ----------
    cancer, therapy_class : str
        What they are for; empty for any.
    early_until_day : int
        Last day of ``early``.
    flare_until_day : int
        Last day of ``flare``.
    citation_key : str
        Key of the citation.
    """

    cancer: str = ""
    therapy_class: str = ""
    early_until_day: int = 91
    flare_until_day: int = 182
    citation_key: str = criteria.TREATMENT_CLOCK.key

    def __post_init__(self) -> None:
        if not 0 < self.early_until_day <= self.flare_until_day:
            raise SettingsError("the day limits of the treatment clock must be positive and in order")


CLOCK_LIMITS: tuple[ClockLimits, ...] = (
    ClockLimits(cancer="prostate", therapy_class="endocrine", citation_key=criteria.FLARE.key),
    ClockLimits(cancer="prostate", therapy_class="androgen_pathway", citation_key=criteria.FLARE.key),
    ClockLimits(cancer="breast", flare_until_day=180, citation_key=criteria.EANM_2016.key),
)
"""Limits by cancer and class, most specific first. Prostate, endocrine: flare seen at 3 months and, on leuprolide, at
3-6; abiraterone: read as progression at 3, resolved by 6. Breast: scans less than 180 days apart. Others: universal."""


CHOICES: Mapping[str, type[StrEnum]] = MappingProxyType(
    {
        "clock": ClockChoice,
        "late_first_scan": LateFirstScan,
        "persistence": Persistence,
        "first_two": FirstTwo,
        "diffuse_status": BoneStatus,
        "open_at_end": OpenAtEnd,
        "later_scan": LaterScan,
    }
)
"""Settings that are a choice of words; a settings file may give the word."""


def _chosen(name: str, kind: type[StrEnum], value: str) -> StrEnum:
    """Return a word as the choice it names."""
    try:
        return kind(value)
    except ValueError:
        raise SettingsError(f"{name} is {value!r}; it can be {', '.join(kind)}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseSettings:
    """How a course is judged.

    Parameters
    ----------
    criteria : tuple of Criterion
        Which criteria write rows; the headline always rests on PCWG3 first.
    clock : ClockChoice
        Universal day limits, or `CLOCK_LIMITS` by cancer and class.
    clock_limits : ClockLimits
        Universal day limits: early 1-91, flare window 92-182 days.
    rechallenge_gap_days : int
        The same agent begun again after a pause of at most this many days continues its line.
    first_scan_window_days : int
        PCWG3 first-scan window, days: 12 weeks and 7 days of tolerance.
    late_first_scan : LateFirstScan
        A first scan after that window.
    new_lesion_threshold : int
        New lesions that make an unconfirmed progression (PCWG2, PCWG3).
    additional_threshold : int
        Further new lesions that confirm it on the 2+2 rule.
    confirmation_gap_days : int
        Least days to the confirming scan: six weeks.
    persistence : Persistence
        What confirms new lesions after the first scan.
    first_two : FirstTwo
        Whether the first two must persist on the 2+2 rule.
    diffuse_status : BoneStatus
        Status where foci cannot be counted (superscan): ``NON-PD`` or ``NE`` by protocol.
    open_at_end : OpenAtEnd
        An unconfirmed progression on the last scan.
    later_scan : LaterScan
        Confirmation after the start of the next line.
    two_missed_visits_days : int
        Days between evaluable scans that mean two missed visits at twelve-week spacing, less 14 days of tolerance.
    soft_tissue_match_days : int
        Greatest distance between a bone scan and the soft-tissue reading it is combined with, days.
    response_confirmation_days : int
        CR and PR need another at least this much later to count as confirmed, days.
    area_change_pct : float
        Rise or fall of the lesion area that counts, percent.
    index_repeatability_pct : float
        Own 95 % limit of an index change without any change in disease, in index points, used where an index comes
        without its error; the 0.30 of another product is not inherited, this one is wider.
    index_smallest_base_pct : float
        No percent change below this reference index, index points.
    uptake_repeatability_pct : float
        95 % limit of a change of uptake without its own error, percent.
    flare_new_foci : int
        New foci that make a visit worse.
    settle_gap_days : int
        Least days to the scan that settles a possible flare.
    settle_ideal_from_day, settle_ideal_to_day : int
        Best days on the treatment clock for that scan.
    settle_width_days : int
        Least width of the dates advised, days.
    schedule_first_days : tuple of int
        First on-treatment scan: first and last planned day (weeks 8-9).
    schedule_early_days : tuple of int
        Interval of scans until ``schedule_early_until_day``: weeks 8-9.
    schedule_early_until_day : int
        Week 24.
    schedule_late_days : tuple of int
        Interval after that: 12 weeks, with 7 days of tolerance.
    psa_fall_pct : float
        Fall of PSA that supports a flare, percent.
    interval_z : float
        Half-width of a 95 % interval in standard deviations.
    """

    criteria: tuple[Criterion, ...] = tuple(Criterion)
    clock: ClockChoice = ClockChoice.UNIVERSAL
    clock_limits: ClockLimits = ClockLimits()
    rechallenge_gap_days: int = 90
    first_scan_window_days: int = 91
    late_first_scan: LateFirstScan = LateFirstScan.POST_FLARE
    new_lesion_threshold: int = 2
    additional_threshold: int = 2
    confirmation_gap_days: int = 42
    persistence: Persistence = Persistence.STRICT
    first_two: FirstTwo = FirstTwo.MAY_FADE
    diffuse_status: BoneStatus = BoneStatus.NON_PD
    open_at_end: OpenAtEnd = OpenAtEnd.NO_EVENT
    later_scan: LaterScan = LaterScan.NOT_ACCEPTED
    two_missed_visits_days: int = 238
    soft_tissue_match_days: int = 28
    response_confirmation_days: int = 28
    area_change_pct: float = 30.0
    index_repeatability_pct: float = 0.5
    index_smallest_base_pct: float = 0.5
    uptake_repeatability_pct: float = 32.0
    flare_new_foci: int = 2
    settle_gap_days: int = 42
    settle_ideal_from_day: int = 150
    settle_ideal_to_day: int = 200
    settle_width_days: int = 42
    schedule_first_days: tuple[int, int] = (56, 63)
    schedule_early_days: tuple[int, int] = (56, 63)
    schedule_early_until_day: int = 168
    schedule_late_days: tuple[int, int] = (77, 91)
    psa_fall_pct: float = 50.0
    interval_z: float = 1.96

    def __post_init__(self) -> None:
        for name, kind in CHOICES.items():
            object.__setattr__(self, name, _chosen(name, kind, getattr(self, name)))
        asked = tuple(_chosen("criteria", Criterion, name) for name in self.criteria)
        object.__setattr__(self, "criteria", asked)
        counts = (self.new_lesion_threshold, self.additional_threshold, self.flare_new_foci)
        days = (self.first_scan_window_days, self.confirmation_gap_days, self.settle_gap_days, self.settle_width_days)
        if min(counts) < 1 or min(days) < 1:
            raise SettingsError("lesion thresholds and day limits of the response settings must be at least 1")
        if self.diffuse_status not in (BoneStatus.NON_PD, BoneStatus.NE):
            raise SettingsError("diffuse disease is NON-PD or NE by protocol, never another status")
        limits = (self.area_change_pct, self.uptake_repeatability_pct, self.index_repeatability_pct, self.interval_z)
        if min(limits) <= 0:
            raise SettingsError("limits of change must be positive")
