"""Whether an archive is what it was: every blob against its name, every log row against the one before."""

from sqlalchemy import select

from tracker.archive import log
from tracker.archive.database import RASTERS, STUDIES
from tracker.archive.objects import get_blob
from tracker.archive.store import Archive
from tracker.errors import ArchiveError


def faults_of(archive: Archive) -> tuple[str, ...]:
    """Return every fault, in plain sentences.

    Parameters
    ----------
    archive : Archive
        What to check.

    Returns
    -------
    tuple of str
        Empty for an intact archive.
    """
    faults = []
    broken = log.broken_row(archive.engine)
    if broken is not None:
        faults.append(f"Row {broken} of the log does not fit the row before it.")
    with archive.engine.connect() as connection:
        wanted = {row.sha256 for table in (STUDIES, RASTERS) for row in connection.execute(select(table.c.sha256))}
    for digest in sorted(wanted):
        try:
            get_blob(archive.blobs, digest)
        except ArchiveError as fault:
            faults.append(f"{fault.code}: {fault.message}.")
    return tuple(faults)


def sweep(archive: Archive) -> int:
    """Remove blobs and drafts that nothing points to; a crash between blob and database leaves them.

    Parameters
    ----------
    archive : Archive
        What to clean; no other program may be writing.

    Returns
    -------
    int
        How many files were removed.
    """
    with archive.engine.connect() as connection:
        wanted = {row.sha256 for table in (STUDIES, RASTERS) for row in connection.execute(select(table.c.sha256))}
    orphans = [path for path in archive.blobs.glob("*/*") if path.is_file() and path.name not in wanted]
    for path in orphans:
        path.unlink()
    return len(orphans)
