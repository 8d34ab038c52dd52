"""What is known of a patient beside the images: treatments, laboratory values, events, other readings.

Each record is one row of an optional input table. Texts that are not in a closed vocabulary become ``other`` with a
notice; nothing is dropped silently.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from tracker.records.study import Notice


class TherapyClass(StrEnum):
    """What kind of treatment a line is; the closed list of ``treatments.csv``."""

    ENDOCRINE = "endocrine"
    ANDROGEN_PATHWAY = "androgen_pathway"
    CHEMOTHERAPY = "chemotherapy"
    TARGETED = "targeted"
    IMMUNOTHERAPY = "immunotherapy"
    RADIOPHARMACEUTICAL = "radiopharmaceutical"
    RADIOTHERAPY = "radiotherapy"
    BONE_PROTECTING = "bone_protecting"
    SUPPORTIVE = "supportive"
    OTHER = "other"


NOT_A_LINE: frozenset[TherapyClass] = frozenset(
    {TherapyClass.BONE_PROTECTING, TherapyClass.SUPPORTIVE, TherapyClass.RADIOTHERAPY}
)
"""Classes that never start or restart the treatment clock: they are not systemic anticancer lines."""


class EventKind(StrEnum):
    """What can change uptake without being the cancer; the closed list of ``events.csv``."""

    FRACTURE = "fracture"
    SURGERY = "surgery"
    RADIOTHERAPY = "radiotherapy"
    INFECTION = "infection"
    OTHER = "other"


class SoftTissue(StrEnum):
    """Soft-tissue response by RECIST 1.1; the closed list of ``responses.csv``."""

    CR = "CR"
    PR = "PR"
    SD = "SD"
    NON_CR_NON_PD = "NON-CR/NON-PD"
    PD = "PD"
    NED = "NED"
    NE = "NE"


class FindingResult(StrEnum):
    """What another examination made of a lesion."""

    MALIGNANT = "malignant"
    BENIGN = "benign"
    EQUIVOCAL = "equivocal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """One treatment of one patient.

    Parameters
    ----------
    patient_id : str
        DICOM Patient ID, trimmed.
    start_date : date
        First day.
    end_date : date or None
        Last day; None while it goes on or where it is not stated.
    agent : str
        Name as written.
    therapy_class : TherapyClass
        Kind of treatment.
    therapy_text : str
        Class as written, before it was recognised.
    """

    patient_id: str
    start_date: date
    end_date: date | None = None
    agent: str = ""
    therapy_class: TherapyClass = TherapyClass.OTHER
    therapy_text: str = ""

    def __post_init__(self) -> None:
        if self.end_date is not None and self.end_date < self.start_date:
            raise ValueError(f"a treatment cannot end ({self.end_date}) before it begins ({self.start_date})")

    @property
    def is_line(self) -> bool:
        """Whether this is an anticancer line, which starts the treatment clock."""
        return self.therapy_class not in NOT_A_LINE


@dataclass(frozen=True, slots=True, kw_only=True)
class LabValue:
    """One laboratory value, such as PSA or ALP.

    Parameters
    ----------
    patient_id : str
        DICOM Patient ID, trimmed.
    date : date
        Day of the sample.
    test : str
        Upper-case short name, such as ``"PSA"``.
    value : float
        In ``unit``.
    unit : str
        As written.
    """

    patient_id: str
    date: date
    test: str
    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicalEvent:
    """Something that happened to a bone or to the patient.

    Parameters
    ----------
    patient_id : str
        DICOM Patient ID, trimmed.
    date : date
        Day of the event.
    kind : EventKind
        What happened.
    region : str
        Where, as written; empty if not stated.
    note : str
        Free text.
    """

    patient_id: str
    date: date
    kind: EventKind
    region: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientFacts:
    """What a trial knows of a patient.

    Parameters
    ----------
    patient_id : str
        DICOM Patient ID, trimmed.
    cancer : str
        Lower-case name of the primary, such as ``"prostate"``; empty if not stated.
    randomised_date : date or None
        Start of the trial's clocks.
    death_date : date or None
        None while alive or where it is not stated.
    """

    patient_id: str
    cancer: str = ""
    randomised_date: date | None = None
    death_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftTissueResponse:
    """Soft-tissue response at one time point, read on CT or MRI.

    Parameters
    ----------
    patient_id : str
        DICOM Patient ID, trimmed.
    date : date
        Day of that examination.
    soft_tissue : SoftTissue
        RECIST 1.1 response.
    target_at_screening : bool or None
        Whether there were soft-tissue target lesions at screening; None if not stated.
    """

    patient_id: str
    date: date
    soft_tissue: SoftTissue
    target_at_screening: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What CT, MRI, X-ray or biopsy made of one bone lesion.

    Parameters
    ----------
    patient_id : str
        DICOM Patient ID, trimmed.
    date : date
        Day on which it was known.
    lesion_id : str
        The lesion meant.
    modality : str
        ``CT``, ``MRI``, ``X-RAY``, ``BIOPSY`` or as written.
    result : FindingResult
        What it was found to be.
    """

    patient_id: str
    date: date
    lesion_id: str
    modality: str
    result: FindingResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """One visit moved by hand in patient space, on top of what alignment found.

    Parameters
    ----------
    patient_id : str
        DICOM Patient ID, trimmed.
    study_uid : str
        The visit.
    down_mm, left_mm : float
        Shift towards the feet and towards the patient's left, millimetres.
    turn_deg : float
        Turn about the middle of patient space, degrees.
    """

    patient_id: str
    study_uid: str
    down_mm: float
    left_mm: float
    turn_deg: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything known beside the images, of one patient or of all.

    Parameters
    ----------
    treatments : tuple of Treatment
        Ordered by patient, start, agent.
    labs : tuple of LabValue
        Ordered by patient, date, test.
    events : tuple of ClinicalEvent
        Ordered by patient, date, kind.
    patients : tuple of PatientFacts
        At most one per patient, ordered by patient.
    responses : tuple of SoftTissueResponse
        Ordered by patient, date.
    findings : tuple of Finding
        Ordered by patient, date, lesion.
    nudges : tuple of Nudge
        Ordered by patient, visit.
    notices : tuple of Notice
        What the reader of the tables should know.
    """

    treatments: tuple[Treatment, ...] = ()
    labs: tuple[LabValue, ...] = ()
    events: tuple[ClinicalEvent, ...] = ()
    patients: tuple[PatientFacts, ...] = ()
    responses: tuple[SoftTissueResponse, ...] = ()
    findings: tuple[Finding, ...] = ()
    nudges: tuple[Nudge, ...] = ()
    notices: tuple[Notice, ...] = ()

    def of(self, patient_id: str) -> "Context":
        """Return what is known of one patient.

        Parameters
        ----------
        patient_id : str
            DICOM Patient ID, trimmed.

        Returns
        -------
        Context
            The rows of that patient and the notices about them.
        """
        return replace(
            self,
            treatments=tuple(row for row in self.treatments if row.patient_id == patient_id),
            labs=tuple(row for row in self.labs if row.patient_id == patient_id),
            events=tuple(row for row in self.events if row.patient_id == patient_id),
            patients=tuple(row for row in self.patients if row.patient_id == patient_id),
            responses=tuple(row for row in self.responses if row.patient_id == patient_id),
            findings=tuple(row for row in self.findings if row.patient_id == patient_id),
            nudges=tuple(row for row in self.nudges if row.patient_id == patient_id),
            notices=tuple(row for row in self.notices if row.patient_id in ("", patient_id)),
        )

    @property
    def moved_by_hand(self) -> dict[str, tuple[float, float, float]]:
        """Shift down and to the patient's left, millimetres, and turn, degrees, of every moved visit by study uid."""
        moves = {row.study_uid: (row.down_mm, row.left_mm, row.turn_deg) for row in self.nudges}
        return {study_uid: move for study_uid, move in moves.items() if any(move)}

    @property
    def facts(self) -> PatientFacts:
        """Facts of the only or first patient; empty facts if none are stated."""
        return self.patients[0] if self.patients else PatientFacts(patient_id="")

    @property
    def lines(self) -> tuple[Treatment, ...]:
        """Anticancer lines, earliest first; those begun on one day in the order of their agents."""
        lines = (treatment for treatment in self.treatments if treatment.is_line)
        return tuple(sorted(lines, key=lambda line: (line.start_date, line.agent)))
