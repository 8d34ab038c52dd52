"""Members of a zip, inflated under limits and never written anywhere."""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from tracker.errors import FileRejected
from tracker.settings.dicom import ReadingLimits

ZIP_MARK = b"PK\x03\x04"
"""How a zip with members begins."""

SMALL_MEMBER_BYTES = 1024 * 1024
"""Members up to this size cannot be bombs, whatever their ratio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of a zip.

    Parameters
    ----------
    name : str
        As stored.
    data : bytes
        Inflated; empty where ``refusal`` says why.
    refusal : FileRejected or None
        Why it could not be read.
    """

    name: str
    data: bytes = b""
    refusal: FileRejected | None = None


def members(data: bytes, limits: ReadingLimits) -> Iterator[Member]:
    """Yield the members of a zip, sorted by name.

    Parameters
    ----------
    data : bytes
        The zip.
    limits : ReadingLimits
        What it may ask for.

    Yields
    ------
    Member
        Inflated, or refused with a code.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        entries = sorted(
            (entry for entry in archive.infolist() if not entry.is_dir()), key=lambda entry: entry.filename
        )
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError):
        yield Member(name="", refusal=FileRejected("the zip is damaged", code="ZIP_DAMAGED"))
        return
    if len(entries) > limits.most_zip_members:
        text = f"the zip has more than {limits.most_zip_members} members"
        yield Member(name="", refusal=FileRejected(text, code="ZIP_BOMB"))
        return
    left = limits.largest_zip_bytes
    for entry in entries:
        try:
            content = _inflated(archive, entry, min(left, limits.largest_file_bytes), limits)
        except FileRejected as refusal:
            yield Member(name=entry.filename, refusal=refusal)
            continue
        left -= len(content)
        yield Member(name=entry.filename, data=content)


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int, limits: ReadingLimits) -> bytes:
    _check_entry(entry, limits)
    try:
        with archive.open(entry) as stream:
            content = stream.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise FileRejected("the member of the zip is damaged", code="ZIP_DAMAGED") from error
    if len(content) > most:
        raise FileRejected("the zip inflates beyond its limit", code="ZIP_BOMB")
    if content.startswith(ZIP_MARK) and entry.filename.lower().endswith(".zip"):
        raise FileRejected("a zip inside a zip is not opened", code="ZIP_NESTED")
    return content


def _check_entry(entry: zipfile.ZipInfo, limits: ReadingLimits) -> None:
    name = entry.orig_filename
    unsafe = name.startswith(("/", "\\")) or ":" in name[:2] or "\0" in name
    if unsafe or ".." in name.replace("\\", "/").split("/"):
        raise FileRejected("the member's name leaves the zip", code="UNSAFE_NAME")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise FileRejected("a link is not followed", code="LINK")
    if entry.flag_bits & 1:
        raise FileRejected("the member of the zip is encrypted", code="ZIP_ENCRYPTED")
    large = entry.file_size > SMALL_MEMBER_BYTES
    if large and entry.file_size > limits.largest_zip_ratio * max(entry.compress_size, 1):
        raise FileRejected(f"the member inflates more than {limits.largest_zip_ratio} times", code="ZIP_BOMB")
