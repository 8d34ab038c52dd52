"""Courses of an archive, made again from the scans and tables that it keeps: for what the stored tables cannot give."""

from collections.abc import Iterator

from tracker.archive.context_store import kept_context
from tracker.archive.overview import load_worklist
from tracker.archive.store import Archive
from tracker.archive.studies import load_studies
from tracker.pipeline.course import track_patient
from tracker.pipeline.run import Advance, quiet
from tracker.records.course import Course
from tracker.settings.whole import Settings


def courses_again(archive: Archive, settings: Settings, *, advance: Advance = quiet) -> Iterator[Course]:
    """Yield the course of every patient of an archive.

    Parameters
    ----------
    archive : Archive
        Where from; nothing is written.
    settings : Settings
        Of all stages.
    advance : callable, optional
        Told of progress.

    Yields
    ------
    Course
        Ordered by patient id; the same as at import, if the settings are.
    """
    context = kept_context(archive)
    patient_ids = [str(row["patient_id"]) for row in load_worklist(archive)]
    for done, patient_id in enumerate(patient_ids):
        advance("Tracking", done, len(patient_ids))
        yield track_patient(load_studies(archive, patient_id), context.of(patient_id), settings)
