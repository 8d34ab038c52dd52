"""Content-addressed files: a blob's name is the SHA-256 of its bytes, so nothing is ever overwritten."""

import hashlib
import os
from pathlib import Path

from tracker.archive.tables import write_whole
from tracker.errors import ArchiveError

DIGEST_LENGTH = 64
"""Characters of a SHA-256 in hexadecimal."""


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of ``content``, hexadecimal.

    Parameters
    ----------
    content : bytes
        Any bytes.

    Returns
    -------
    str
        64 characters.
    """
    return hashlib.sha256(content).hexdigest()


def blob_path(folder: Path, digest: str) -> Path:
    """Return where a blob lies.

    Parameters
    ----------
    folder : Path
        The blob folder.
    digest : str
        SHA-256, hexadecimal.

    Returns
    -------
    Path
        Two levels, so that no folder grows large.

    Raises
    ------
    ArchiveError
        If ``digest`` is no SHA-256; paths are never built from outside text.
    """
    if len(digest) != DIGEST_LENGTH or not set(digest) <= set("0123456789abcdef"):
        raise ArchiveError("a blob is named by a SHA-256", code="ARCHIVE_BLOB_NAME")
    return folder / digest[:2] / digest


def put_blob(folder: Path, content: bytes) -> str:
    """Store ``content`` durably and return its digest; storing it twice is the same as once.

    Parameters
    ----------
    folder : Path
        The blob folder.
    content : bytes
        What to keep.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    digest = digest_of(content)
    path = blob_path(folder, digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
        _sync_folder(path.parent)
    return digest


def _sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable where the system can."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def get_blob(folder: Path, digest: str) -> bytes:
    """Return the bytes of a blob, checked against its name.

    Parameters
    ----------
    folder : Path
        The blob folder.
    digest : str
        SHA-256, hexadecimal.

    Returns
    -------
    bytes
        What was stored.

    Raises
    ------
    ArchiveError
        If it is missing or its bytes have changed.
    """
    try:
        content = blob_path(folder, digest).read_bytes()
    except OSError as failure:
        raise ArchiveError(f"blob {digest[:12]} cannot be read", code="ARCHIVE_BLOB_MISSING") from failure
    if digest_of(content) != digest:
        raise ArchiveError(f"blob {digest[:12]} has changed on disk", code="ARCHIVE_BLOB_CHANGED")
    return content
