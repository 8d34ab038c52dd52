"""New scans join an archive: every patient they touch is tracked again, and nothing stored is lost."""

from dataclasses import replace
from datetime import datetime

from tracker.archive.context_store import keep_context, kept_context, patient_ids_of
from tracker.archive.context_tables import read_context
from tracker.archive.course_store import store_course
from tracker.archive.store import Archive, save_rejected, writing
from tracker.archive.studies import add_studies, admit, load_studies
from tracker.dicom import read_studies
from tracker.pipeline.request import Request
from tracker.pipeline.run import Advance, quiet, track_read, without_tables
from tracker.records.course import TrackReport
from tracker.records.study import ReadReport
from tracker.settings.whole import load_settings


def import_into(
    archive: Archive, request: Request, *, at: datetime, workers: int = 1, advance: Advance = quiet
) -> TrackReport:
    """Add scans to an archive and track the patients they belong to.

    Parameters
    ----------
    archive : Archive
        Where to.
    request : Request
        What to add.
    at : datetime
        Now, with a time zone.
    workers : int, optional
        Processes.
    advance : callable, optional
        Told of progress.

    Returns
    -------
    TrackReport
        Courses of the patients touched, and every file not used.
    """
    settings = load_settings(request.settings_file)
    context = read_context(request.context, treatments=request.treatments)
    advance("Reading", 0, 0)
    read = without_tables(read_studies(request.paths, settings.dicom), request)
    admission = admit(archive, read.studies)
    with writing(archive) as connection:
        add_studies(archive, connection, admission.studies)
        keep_context(connection, context)
    patients = sorted({study.patient_id for study in admission.studies} | patient_ids_of(context))
    studies = tuple(study for patient_id in patients for study in load_studies(archive, patient_id))
    report = track_read(
        ReadReport(studies=studies, rejected=(*read.rejected, *admission.rejected)),
        kept_context(archive),
        settings,
        request=request,
        workers=workers,
        advance=advance,
    )
    for course in report.courses:
        store_course(archive, course, at=at)
    save_rejected(archive, report.rejected)
    return replace(report, notices=tuple(notice.text for notice in context.notices))
