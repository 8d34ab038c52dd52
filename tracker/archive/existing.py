"""Opening an archive that must be there already: asking about one never makes one."""

from pathlib import Path

from tracker.archive.store import DATABASE_NAME, Archive, open_archive
from tracker.errors import ArchiveError


def existing_archive(folder: Path) -> Archive:
    """Open an archive that must be there already.

    Parameters
    ----------
    folder : Path
        The archive folder.

    Returns
    -------
    Archive
        Ready to read and write.

    Raises
    ------
    ArchiveError
        If the folder holds none, or it is unreadable or of another version.
    """
    if not (folder / DATABASE_NAME).is_file():
        raise ArchiveError(
            f"{folder} holds no archive",
            code="NOT_AN_ARCHIVE",
            remedy="Make one with: tracker import PATH --archive DIR",
        )
    return open_archive(folder)
