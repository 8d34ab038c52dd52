"""Verdicts of the response criteria, each with its rule, its evidence and both clocks."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.records.context import SoftTissue


class Verdict(StrEnum):
    """The headline, in plain words."""

    IMPROVED = "improved"
    STABLE = "stable"
    PROGRESSED = "progressed"
    UNCONFIRMED = "unconfirmed"
    NOT_EVALUABLE = "not_evaluable"


class BoneStatus(StrEnum):
    """Tokens of the bone criteria; stored and exported unchanged."""

    PD = "PD"
    PDU = "PDu"
    NON_PD = "NON-PD"
    NED = "NED"
    NE = "NE"


class Criterion(StrEnum):
    """The criteria that can be asked for."""

    PCWG3_2016 = "PCWG3_2016"
    PCWG2_2008 = "PCWG2_2008"
    PCWG2_ADAPTED_302 = "PCWG2_ADAPTED_302"
    MDA = "MDA"
    LESION_AREA_30 = "LESION_AREA_30"
    SCAN_INDEX_CHANGE = "SCAN_INDEX_CHANGE"
    DESCRIPTIVE = "DESCRIPTIVE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of a criterion, as a physician can check it.

    Parameters
    ----------
    rule_id : str
        Stable name, such as ``"PCWG3-06"``.
    criterion : str
        The criterion or table it belongs to.
    when : str
        State, event and guard, in words.
    then : str
        Status now, rewriting of earlier visits, next state, date of progression, in words.
    citation_key : str
        Key of the citation.
    kind : str
        What sort of row it is, for the wording of sentences; empty where none is needed.
    """

    rule_id: str
    criterion: str
    when: str
    then: str
    citation_key: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a rule was applied to.

    Parameters
    ----------
    rule_id : str
        The row that fired.
    reference_date : date or None
        The scan that "new" was counted against; None where nothing was counted.
    focus_count : int
        Malignant foci on this scan.
    new_ids : tuple of str
        Foci that are neither on the reference scan nor on any scan before treatment.
    persisting_ids : tuple of str
        Those that set the unconfirmed progression and are still there.
    gap_days : int or None
        Days since the scan that set the unconfirmed progression.
    settled_on : date or None
        The later scan that confirmed or refuted it; None where nothing was rewritten.
    settling_ids : tuple of str
        Foci on that scan that decided it.
    counted : bool
        False where new foci could not be counted: not evaluable, diffuse disease, nothing to compare with.
    numbers : tuple of tuple of str and float
        Further named numbers, each name with its unit.
    """

    rule_id: str
    reference_date: date | None = None
    focus_count: int = 0
    new_ids: tuple[str, ...] = ()
    persisting_ids: tuple[str, ...] = ()
    gap_days: int | None = None
    settled_on: date | None = None
    settling_ids: tuple[str, ...] = ()
    counted: bool = True
    numbers: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What one criterion says of one on-treatment visit.

    Parameters
    ----------
    criterion : Criterion
        Which criterion.
    study_date : date
        The visit.
    study_uid : str
        The visit.
    provisional_status : str
        As known on the day; never changes afterwards.
    final_status : str
        After later scans rewrote it.
    progression_date : date or None
        On rows whose final status is PD, else None.
    reason : str
        One plain sentence for the final status.
    provisional_reason : str
        One plain sentence for the provisional status.
    evidence : Evidence
        Of the final status.
    provisional_evidence : Evidence
        Of the provisional status.
    citation_key : str
        Key of the citation.
    """

    criterion: Criterion
    study_date: date
    study_uid: str
    provisional_status: str
    final_status: str
    progression_date: date | None = None
    reason: str
    provisional_reason: str
    evidence: Evidence
    provisional_evidence: Evidence
    citation_key: str

    def __post_init__(self) -> None:
        if (self.progression_date is not None) != (self.final_status == BoneStatus.PD):
            raise ValueError("a date of progression stands exactly on rows whose final status is PD")


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The one sentence for a visit.

    Parameters
    ----------
    verdict : Verdict or None
        None before treatment, where a visit is the reference and there is nothing to judge.
    sentence : str
        One plain sentence that names the rule.
    criterion : str
        The criterion that decided it; empty without a verdict.
    provisional_verdict : Verdict or None
        As known on the day.
    provisional_sentence : str
        As known on the day.
    provisional_status, final_status : str
        Status of that criterion; empty without a verdict.
    rule_id : str
        The row that fired; empty without a verdict.
    citation_key : str
        Key of the citation; empty without a verdict.
    stability : str
        Whether the verdict holds under other rule choices and without single lesions, in words; empty without a
        verdict on treatment.
    """

    verdict: Verdict | None
    sentence: str
    criterion: str = ""
    provisional_verdict: Verdict | None = None
    provisional_sentence: str = ""
    provisional_status: str = ""
    final_status: str = ""
    rule_id: str = ""
    citation_key: str = ""
    stability: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverallResponse:
    """Soft tissue and bone together at one visit.

    Parameters
    ----------
    study_date : date
        The visit.
    study_uid : str
        The visit.
    soft_tissue : SoftTissue
        RECIST 1.1 response read nearest to the visit.
    soft_tissue_date : date
        Day of that reading.
    bone : BoneStatus
        Final bone status.
    overall : str
        ``PD``, ``PDu``, ``CR``, ``PR``, ``SD``, ``NON-CR/NON-PD`` or ``NE``.
    rule_id : str
        Row of the table.
    """

    study_date: date
    study_uid: str
    soft_tissue: SoftTissue
    soft_tissue_date: date
    bone: BoneStatus
    overall: str
    rule_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BestResponse:
    """Best response of a line.

    Parameters
    ----------
    scope : str
        ``overall`` where soft tissue was given at any visit, else ``bone``.
    response : str
        The best one; ``NE`` where nothing was evaluable.
    study_date : date or None
        The visit that reached it first.
    reason : str
        One plain sentence.
    """

    scope: str
    response: str
    study_date: date | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressionFree:
    """Radiographic progression-free survival, bone, soft tissue and death.

    Parameters
    ----------
    start_date : date
        Randomisation where stated, else the first day of the line.
    end_date : date
        Day of the event or of censoring.
    event : bool
        True for an event, False for censoring.
    cause : str
        Stable code, such as ``"BONE_PD"``, ``"SOFT_TISSUE_PD"``, ``"DEATH"`` or ``"CENSORED_LAST_SCAN"``.
    days : int
        ``start_date`` to ``end_date``.
    reason : str
        One plain sentence.
    """

    start_date: date
    end_date: date
    event: bool
    cause: str
    days: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextScan:
    """When the next scan is due and what it decides.

    Parameters
    ----------
    due_from, due_to : date
        First and last suitable day.
    purpose : str
        Stable code: ``FIRST_ON_TREATMENT``, ``CONFIRM_PROGRESSION``, ``SETTLE_FLARE`` or ``ROUTINE``.
    reason : str
        One plain sentence.
    """

    due_from: date
    due_to: date
    purpose: str
    reason: str
