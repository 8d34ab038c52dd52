"""How the reading process and the limited process talk: length, JSON, length, raw pixels. Nothing executable.

A process that decodes hostile files may be taken over by one; so its answers are parsed like any other input.
"""

import json
import struct
from typing import IO, Any

import numpy as np

from tracker.dicom.examined import Directory, Examined, smallest_type
from tracker.dicom.header import Header
from tracker.errors import FileRejected

LENGTH = struct.Struct(">Q")
"""Eight bytes before each part."""

LONGEST_ANSWER = 64 * 1024 * 1024
"""Bytes of JSON that are believed at most; headers are a few thousand."""

ANSWER_TYPES = {"<u2": 2, "<u4": 4}
"""Pixel types of an answer and their size in bytes."""


def send(stream: IO[bytes], part: bytes) -> None:
    """Write one part.

    Parameters
    ----------
    stream : IO[bytes]
        A pipe.
    part : bytes
        Any content.
    """
    stream.write(LENGTH.pack(len(part)))
    stream.write(part)
    stream.flush()


def receive(stream: IO[bytes], most: int) -> bytes | None:
    """Return one part, or None if the other side is gone.

    Parameters
    ----------
    stream : IO[bytes]
        A pipe.
    most : int
        Longest part that is accepted, bytes.

    Returns
    -------
    bytes or None
        None at the end of the stream, in the middle of a part, or for a part that is too long.
    """
    length = stream.read(LENGTH.size)
    if len(length) < LENGTH.size or LENGTH.unpack(length)[0] > most:
        return None
    wanted = LENGTH.unpack(length)[0]
    part = stream.read(wanted)
    return part if len(part) == wanted else None


def answer_parts(answer: Examined | Directory | FileRejected) -> tuple[bytes, bytes]:
    """Return the two parts of an answer.

    Parameters
    ----------
    answer : Examined, Directory or FileRejected
        What a file turned out to be.

    Returns
    -------
    tuple of bytes
        JSON, and raw pixels or nothing.
    """
    if isinstance(answer, FileRejected):
        return json.dumps({"kind": "rejected", "code": answer.code, "message": answer.message}).encode(), b""
    if isinstance(answer, Directory):
        return json.dumps({"kind": "directory", "references": answer.references}).encode(), b""
    counts = smallest_type(answer.counts)
    plain = {
        "kind": "object",
        "header": answer.header.to_plain(),
        "notices": answer.notices,
        "shape": counts.shape,
        "type": counts.dtype.str,
    }
    return json.dumps(plain).encode(), counts.tobytes()


def answer_of(head: bytes, pixels: bytes) -> Examined | Directory:
    """Return what `answer_parts` was given.

    Parameters
    ----------
    head, pixels : bytes
        The two parts.

    Returns
    -------
    Examined or Directory
        What the file turned out to be.

    Raises
    ------
    FileRejected
        The refusal that was sent.
    ValueError, KeyError, TypeError
        If the parts are not an answer.
    """
    plain: dict[str, Any] = json.loads(head)
    if plain["kind"] == "rejected":
        raise FileRejected(str(plain["message"]), code=str(plain["code"]))
    if plain["kind"] == "directory":
        return Directory(references=tuple(tuple(str(part) for part in parts) for parts in plain["references"]))
    if plain["type"] not in ANSWER_TYPES:
        raise ValueError("an answer with pixels of an unknown type")
    counts = np.frombuffer(pixels, plain["type"]).reshape(plain["shape"])
    header = Header.from_plain(plain["header"])
    if counts.ndim != 3 or counts.shape != (header.frames, header.rows, header.columns):
        raise ValueError("an answer whose pixels do not fit its header")
    return Examined(header=header, counts=counts, notices=tuple(str(code) for code in plain["notices"]))
