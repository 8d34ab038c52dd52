"""From files to courses: read everything, track each patient by itself; one bad patient never stops a batch."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from tracker.archive.context_store import patient_ids_of
from tracker.archive.context_tables import read_context
from tracker.dicom import read_studies
from tracker.errors import TrackerError
from tracker.jobs import run
from tracker.pipeline.course import track_patient
from tracker.pipeline.provenance import provenance_of, with_tables
from tracker.pipeline.request import CONTEXT_NAMES, Request
from tracker.records.context import Context
from tracker.records.course import Course, TrackReport
from tracker.records.reference import ReferenceName
from tracker.records.study import ReadReport, RejectedFile, Study
from tracker.settings.whole import Settings, load_settings

Advance = Callable[[str, int, int], None]
"""Called with (what, done, total)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Outcome:
    """One patient's course, or why there is none."""

    patient_id: str
    course: Course | None
    rejected: tuple[RejectedFile, ...] = ()


def quiet(_what: str, _done: int, _total: int) -> None:
    """Show nothing.

    Parameters
    ----------
    _what : str
        Ignored.
    _done, _total : int
        Ignored.
    """


def without_tables(read: ReadReport, request: Request) -> ReadReport:
    """Return a reading in which the input tables that are used as such are not rejected as images.

    Parameters
    ----------
    read : ReadReport
        What was read.
    request : Request
        Which folder holds the tables.

    Returns
    -------
    ReadReport
        Same studies.
    """
    folders = {path.resolve() for path in request.paths if path.is_dir()}
    if request.context is None or request.context.resolve() not in folders:
        return read
    kept = tuple(one for one in read.rejected if one.path not in CONTEXT_NAMES)
    return ReadReport(studies=read.studies, rejected=kept)


def track_report(request: Request, *, workers: int = 1, advance: Advance = quiet) -> TrackReport:
    """Return what became of everything that was given.

    Parameters
    ----------
    request : Request
        What to do.
    workers : int, optional
        Processes.
    advance : callable, optional
        Told of progress.

    Returns
    -------
    TrackReport
        Courses ordered by patient, files not used, provenance.

    Raises
    ------
    TableError
        If an input table is impossible.
    SettingsError
        If a setting is unknown or out of its range.
    """
    settings = load_settings(request.settings_file)
    context = read_context(request.context, treatments=request.treatments)
    advance("Reading", 0, 0)
    read = without_tables(read_studies(request.paths, settings.dicom), request)
    report = track_read(read, context, settings, request=request, workers=workers, advance=advance)
    return replace(report, provenance=with_tables(report.provenance, request))


def track_read(
    read: ReadReport,
    context: Context,
    settings: Settings,
    *,
    request: Request,
    workers: int = 1,
    advance: Advance = quiet,
) -> TrackReport:
    """Return the courses of studies that were read already.

    Parameters
    ----------
    read : ReadReport
        Studies and rejected files.
    context : Context
        Of all patients.
    settings : Settings
        Of all stages.
    request : Request
        What changes are against, and which variants of the settings are tried.
    workers : int, optional
        Processes.
    advance : callable, optional
        Told of progress.

    Returns
    -------
    TrackReport
        Courses ordered by patient.
    """
    by_patient: dict[str, list[Study]] = {}
    for study in read.studies:
        by_patient.setdefault(study.patient_id, []).append(study)
    work = [(studies, context.of(patient_id)) for patient_id, studies in sorted(by_patient.items())]
    outcomes: list[_Outcome] = []
    tracked = partial(_tracked, settings=settings, request=request)
    for outcome in run(tracked, work, workers=workers):
        outcomes.append(outcome)
        advance("Tracking", len(outcomes), len(work))
    rejected = [*read.rejected, *(file for outcome in outcomes for file in outcome.rejected)]
    return TrackReport(
        courses=tuple(outcome.course for outcome in outcomes if outcome.course is not None),
        rejected=tuple(sorted(rejected, key=lambda file: (file.path, file.code))),
        provenance=provenance_of(read.studies, settings),
        notices=(*(notice.text for notice in context.notices), *_other_spellings(by_patient, context)),
    )


def _other_spellings(scanned: Iterable[str], context: Context) -> tuple[str, ...]:
    """Return a sentence for each patient whose id the input tables write with other case or blanks than the scans."""
    known = set(scanned)
    named = {_plain_id(one): one for one in sorted(patient_ids_of(context) - known)}
    return tuple(
        f"The input tables name {named[_plain_id(one)]!r}, the scans {one!r}: taken for two patients."
        for one in sorted(known)
        if _plain_id(one) in named
    )


def _plain_id(patient_id: str) -> str:
    """Return a patient id without case and blanks."""
    return "".join(patient_id.casefold().split())


def _tracked(
    work: tuple[Sequence[Study], Context],
    *,
    settings: Settings,
    request: Request,
) -> _Outcome:
    """Track one patient; a refusal becomes one rejected row per file, so that nothing is lost silently."""
    studies, context = work
    patient_id = studies[0].patient_id
    try:
        course = track_patient(studies, context, settings, request.reference, request.variants)
        return _Outcome(patient_id=patient_id, course=course)
    except TrackerError as refusal:
        files = [file for study in studies for file in study.files]
        rows = tuple(RejectedFile(path=file.path, code=refusal.code, reason=refusal.message) for file in files)
        return _Outcome(patient_id=patient_id, course=None, rejected=rows)


def track(
    paths: str | Path | Sequence[str | Path],
    *,
    context: str | Path | None = None,
    treatments: str | Path | None = None,
    reference: str = ReferenceName.BASELINE,
    settings: str | Path | None = None,
    jobs: int = 1,
) -> tuple[Course, ...]:
    """Return the course of every patient whose scans are found.

    Parameters
    ----------
    paths : str, Path or sequence of them
        Files, folders, zips, DICOMDIRs.
    context : str or Path, optional
        Folder of the optional tables.
    treatments : str or Path, optional
        ``treatments.csv`` by itself.
    reference : str, optional
        ``baseline``, ``previous``, ``nadir`` or ``first_on_treatment``.
    settings : str or Path, optional
        Settings, TOML.
    jobs : int, optional
        Processes.

    Returns
    -------
    tuple of Course
        One per patient, ordered by patient id.
    """
    given = (paths,) if isinstance(paths, str | Path) else tuple(paths)
    request = Request(
        paths=tuple(Path(path) for path in given),
        treatments=Path(treatments) if treatments else None,
        context=Path(context) if context else None,
        reference=ReferenceName(reference),
        settings_file=Path(settings) if settings else None,
    )
    return track_report(request, workers=jobs).courses
