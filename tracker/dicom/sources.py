"""Where files come from: paths, folders, zips. Nothing is opened that is not a regular file inside what was given.

Links and special files in a folder are reported, never followed; a path that was given by name may be a link.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tracker.dicom.structure import looks_like_dicom
from tracker.dicom.zips import ZIP_MARK, members
from tracker.errors import FileRejected
from tracker.settings.dicom import ReadingLimits

HEAD_BYTES = 256
"""Bytes by which a file is known as DICOM or zip; nothing more is read of any other file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One file that was found.

    Parameters
    ----------
    label : str
        Path relative to the input that was given, ``/`` as separator.
    data : bytes
        Its content; empty where ``refusal`` says why.
    refusal : FileRejected or None
        Why it could not be read.
    folder : Path or None
        The folder it lies in, if it was given by name; references of a DICOMDIR start there.
    """

    label: str
    data: bytes = b""
    refusal: FileRejected | None = None
    folder: Path | None = None


def files_of(paths: Iterable[str | Path], limits: ReadingLimits) -> Iterator[Found]:
    """Yield every file of the given paths once, in an order that does not depend on the file system.

    Parameters
    ----------
    paths : iterable of str or Path
        Files, folders and zips.
    limits : ReadingLimits
        What a file may ask for.

    Yields
    ------
    Found
        A file with its content, or with the reason why it has none.
    """
    seen: set[str] = set()
    for given in sorted({os.fspath(path) for path in paths}):
        path = Path(given)
        if path.is_dir():
            yield from _folder(path, limits, seen)
        elif _first_time(path, seen):
            yield from _file(path, path.name, limits, path.resolve().parent)


def _first_time(path: Path, seen: set[str]) -> bool:
    real = os.path.realpath(path)
    new = real not in seen
    seen.add(real)
    return new


def _folder(root: Path, limits: ReadingLimits, seen: set[str]) -> Iterator[Found]:
    errors: list[OSError] = []
    for folder, subfolders, names in os.walk(root, followlinks=False, onerror=errors.append):
        subfolders.sort()
        linked = [name for name in subfolders if os.path.islink(os.path.join(folder, name))]
        for name in sorted(names + linked):
            path = Path(folder, name)
            label = path.relative_to(root).as_posix()
            if path.is_symlink():
                yield Found(label=_printable(label), refusal=FileRejected("a link is not followed", code="LINK"))
            elif _first_time(path, seen):
                yield from _file(path, label, limits, None)
    for error in errors:
        label = Path(str(error.filename)).relative_to(root).as_posix()
        yield Found(label=_printable(label), refusal=FileRejected("the folder cannot be read", code="UNREADABLE"))


def _file(path: Path, label: str, limits: ReadingLimits, folder: Path | None) -> Iterator[Found]:
    label = _printable(label)
    try:
        data = read_regular(path, limits.largest_file_bytes)
    except FileRejected as refusal:
        yield Found(label=label, refusal=refusal)
        return
    if path.suffix.lower() == ".zip" and data.startswith(ZIP_MARK):
        for member in members(data, limits):
            yield Found(label=_printable(f"{label}/{member.name}"), data=member.data, refusal=member.refusal)
    else:
        yield Found(label=label, data=data, folder=folder)


def read_regular(path: Path, most: int) -> bytes:
    """Return the content of a regular file that begins like DICOM or like a zip, or is empty.

    Parameters
    ----------
    path : Path
        Any path.
    most : int
        Bytes that are read at most.

    Returns
    -------
    bytes
        The whole content.

    Raises
    ------
    FileRejected
        ``NOT_FOUND``, ``NOT_A_FILE``, ``UNREADABLE``, ``NOT_DICOM`` or ``TOO_LARGE``.
    """
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as error:
        raise FileRejected("there is no such file", code="NOT_FOUND") from error
    except OSError as error:
        special = path.exists() and not path.is_file()
        code = "NOT_A_FILE" if special else "UNREADABLE"
        raise FileRejected("the file cannot be opened", code=code) from error
    with os.fdopen(number, "rb") as stream:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise FileRejected("a pipe, socket or device is not a file", code="NOT_A_FILE")
        try:
            data = stream.read(HEAD_BYTES)
            if data and not looks_like_dicom(data) and not data.startswith(ZIP_MARK):
                raise FileRejected("the file is not DICOM", code="NOT_DICOM")
            data += stream.read(most + 1)
        except OSError as error:
            raise FileRejected("the file cannot be read", code="UNREADABLE") from error
    if len(data) > most:
        raise FileRejected(f"the file is larger than {most} bytes", code="TOO_LARGE")
    return data


def _printable(label: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in label)
