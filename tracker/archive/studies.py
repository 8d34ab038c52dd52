"""Which files and studies an archive holds, so that a later visit joins the earlier ones."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from tracker.archive.database import FILES, STUDIES
from tracker.archive.objects import get_blob, put_blob
from tracker.archive.store import Archive
from tracker.archive.study_codec import decoded, encoded
from tracker.records.study import RejectedFile, Study


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Admission:
    """What of a reading is new to an archive.

    Parameters
    ----------
    studies : tuple of Study
        To be added.
    rejected : tuple of RejectedFile
        Files of studies that are there already, or that contradict one that is.
    """

    studies: tuple[Study, ...]
    rejected: tuple[RejectedFile, ...]


def admit(archive: Archive, studies: Iterable[Study]) -> Admission:
    """Tell which studies are new; a file that is there already is a duplicate, other bytes under its UID a conflict.

    Parameters
    ----------
    archive : Archive
        What is there.
    studies : iterable of Study
        What was read.

    Returns
    -------
    Admission
        New studies, and the files of the others.
    """
    with archive.engine.connect() as connection:
        known = {row.sop_uid: row.sha256 for row in connection.execute(select(FILES))}
    fresh: list[Study] = []
    rejected: list[RejectedFile] = []
    for study in studies:
        clashes = [file for file in study.files if file.sop_uid in known]
        if not clashes:
            fresh.append(study)
        for file in study.files if clashes else ():
            same = known.get(file.sop_uid) == file.sha256
            rejected.append(
                RejectedFile(
                    path=file.path,
                    code="DUPLICATE" if same else "UID_CONFLICT",
                    reason="The archive holds this file already."
                    if same
                    else "The archive holds another file of this study or under this SOP Instance UID; it was kept.",
                )
            )
    return Admission(studies=tuple(fresh), rejected=tuple(rejected))


def add_studies(archive: Archive, connection: Connection, studies: Iterable[Study]) -> None:
    """Add studies inside the caller's transaction.

    Parameters
    ----------
    archive : Archive
        Where to.
    connection : Connection
        An open transaction.
    studies : iterable of Study
        As `admit` gave them.
    """
    for study in studies:
        digest = put_blob(archive.blobs, encoded(study))
        keys = {"patient_id": study.patient_id, "study_uid": study.study_uid}
        connection.execute(STUDIES.insert().values(sha256=digest, **keys))
        for file in study.files:
            connection.execute(FILES.insert().values(sha256=file.sha256, path=file.path, sop_uid=file.sop_uid, **keys))


def load_studies(archive: Archive, patient_id: str) -> tuple[Study, ...]:
    """Return every stored study of one patient.

    Parameters
    ----------
    archive : Archive
        Where from.
    patient_id : str
        Whose.

    Returns
    -------
    tuple of Study
        Ordered by date and uid.
    """
    with archive.engine.connect() as connection:
        rows = connection.execute(select(STUDIES).where(STUDIES.c.patient_id == patient_id)).all()
    studies = [decoded(get_blob(archive.blobs, row.sha256)) for row in rows]
    return tuple(sorted(studies, key=lambda study: (study.study_date, study.study_uid)))


def forget_studies(connection: Connection, patient_id: str) -> None:
    """Remove one patient's studies from the index inside the caller's transaction; blobs stay until swept.

    Parameters
    ----------
    connection : Connection
        An open transaction.
    patient_id : str
        Whose.
    """
    for table in (STUDIES, FILES):
        connection.execute(delete(table).where(table.c.patient_id == patient_id))
