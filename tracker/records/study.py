"""One visit as it was acquired: its views and what the headers state about them."""

from dataclasses import dataclass, field
from datetime import date, datetime

from tracker.records.view import Projection, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something a reader should know about an input that is used all the same.

    Parameters
    ----------
    code : str
        Stable code, such as ``"IMAGE_DERIVED"``.
    text : str
        One plain sentence.
    patient_id : str
        Whom a notice on a table of many patients is about; empty where that is plain from where it stands.
    """

    code: str
    text: str
    patient_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file that a study was read from.

    Parameters
    ----------
    path : str
        Relative to the input that was given, ``/`` as separator.
    sha256 : str
        Digest of the file's bytes, hexadecimal.
    sop_uid : str
        SOP Instance UID.
    transfer_syntax_uid : str
        Encoding of the stored pixels.
    """

    path: str
    sha256: str
    sop_uid: str
    transfer_syntax_uid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedFile:
    """One file that was not used, and why.

    Parameters
    ----------
    path : str
        Relative to the input that was given, ``/`` as separator.
    code : str
        Stable code, such as ``"NOT_DICOM"`` or ``"LOSSY"``.
    reason : str
        One plain sentence.
    """

    path: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquisition:
    """What the headers state about how a study was acquired. ``None`` means *not stated*, never assumed.

    Parameters
    ----------
    tracer : str or None
        Radiopharmaceutical as written, such as ``"Tc-99m MDP"``.
    activity_mbq : float or None
        Administered activity; 0 in the header means not stated.
    uptake_time_h : float or None
        Injection to acquisition.
    duration_s : float or None
        Actual duration of the whole-body pass.
    scan_velocity_mm_s : float or None
        Speed of the table or gantry.
    scan_length_mm : float or None
        Length of the scanned field.
    energy_window_kev : tuple of float or None
        Lower and upper limit of the window that holds 140.5 keV.
    collimator : str or None
        Type or name as written.
    manufacturer, model, station : str or None
        The scanner as written.
    exporter : str or None
        Software that wrote the file, where it differs from the scanner.
    corrections : tuple of str
        Corrected Image (0028,0051), as written.
    injection_site : str or None
        Where the tracer was injected, as written.
    """

    tracer: str | None = None
    activity_mbq: float | None = None
    uptake_time_h: float | None = None
    duration_s: float | None = None
    scan_velocity_mm_s: float | None = None
    scan_length_mm: float | None = None
    energy_window_kev: tuple[float, float] | None = None
    collimator: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    station: str | None = None
    exporter: str | None = None
    corrections: tuple[str, ...] = ()
    injection_site: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientClues:
    """What helps to notice that two studies are of different people. Never exported, never printed.

    Parameters
    ----------
    name_digest : str
        Digest of the normalised name, empty if not stated.
    birth_date : date or None
        Date of birth.
    sex : str
        As written, empty if not stated.
    height_m, weight_kg : float or None
        Size and weight; 0 in the header means not stated.
    id_issuer : str
        Who gave out the Patient ID; the same ID of two issuers is two people.
    """

    name_digest: str = ""
    birth_date: date | None = None
    sex: str = ""
    height_m: float | None = None
    weight_kg: float | None = None
    id_issuer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Study:
    """One visit's images and acquisition facts.

    Parameters
    ----------
    patient_id : str
        DICOM Patient ID, trimmed.
    study_uid : str
        Study Instance UID; ``<uid>#2`` and so on where one DICOM study holds several acquisitions.
    study_date : date
        Date of acquisition (not of the DICOM study, which archives re-stamp).
    acquired_at : datetime or None
        Date and time of acquisition, local to the scanner, if the time is stated.
    views : tuple of View
        One or two, distinct projections, anterior first.
    acquisition : Acquisition
        What the headers state.
    clues : PatientClues
        Identity clues, for the wrong-patient check.
    notices : tuple of Notice
        Warnings raised while reading.
    files : tuple of SourceFile
        The files the views came from.
    """

    patient_id: str
    study_uid: str
    study_date: date
    acquired_at: datetime | None = None
    views: tuple[View, ...]
    acquisition: Acquisition = field(default_factory=Acquisition)
    clues: PatientClues = field(default_factory=PatientClues)
    notices: tuple[Notice, ...] = ()
    files: tuple[SourceFile, ...] = ()

    def __post_init__(self) -> None:
        projections = [view.projection for view in self.views]
        if not projections or len(set(projections)) != len(projections):
            raise ValueError(f"a study has one view per projection, at least one, not {projections}")
        if len(self.views) == 2 and self.views[0].counts.shape != self.views[1].counts.shape:
            raise ValueError("both views of a study must have the same shape")

    def view(self, projection: Projection) -> View | None:
        """Return the view of ``projection``, or None if it was not acquired.

        Parameters
        ----------
        projection : Projection
            The side wanted.

        Returns
        -------
        View or None
            None is the state *this side was not acquired*.
        """
        return next((view for view in self.views if view.projection is projection), None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadReport:
    """Everything that became of the files given.

    Parameters
    ----------
    studies : tuple of Study
        Ordered by patient, acquisition time, study uid.
    rejected : tuple of RejectedFile
        Ordered by path; every file given is in a study's ``files`` or here.
    """

    studies: tuple[Study, ...]
    rejected: tuple[RejectedFile, ...]
