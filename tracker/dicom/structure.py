"""The skeleton of a DICOM file, walked without building anything, to learn whether it is sane and how it is encoded.

The walk is iterative and counts as it goes, so that a file cannot make the full parser recurse or allocate without
limit. It knows nothing of meaning; `tracker.dicom.header` reads values.
"""

import struct
import zlib
from dataclasses import dataclass

from pydicom.datadict import dictionary_VR

from tracker.errors import FileRejected
from tracker.settings.dicom import ReadingLimits

LONG_FORM = {b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"}
"""Value representations with a 32-bit length (PS3.5 7.1.2)."""

SHORT_FORM = {
    *(b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"LT", b"PN"),
    *(b"SH", b"SL", b"SS", b"ST", b"TM", b"UI", b"UL", b"US"),
}
"""Value representations with a 16-bit length."""

UNDEFINED = 0xFFFFFFFF
"""The length that says: until a delimiter."""

ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
"""Item tags (PS3.5 7.5)."""

PIXEL_DATA = 0x7FE00010
"""Tag of Pixel Data."""

IMPLICIT_UID, EXPLICIT_UID, BIG_ENDIAN_UID = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
"""Transfer syntaxes of unencoded pixels, by how elements are written."""

DEFLATED_UID = "1.2.840.10008.1.2.1.99"
"""Deflated Explicit VR Little Endian."""

EXECUTABLE_MARKS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
"""How programs begin; such a preamble makes a file both an image and a program (CVE-2019-11687)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What the walk found.

    Parameters
    ----------
    data : bytes
        The file; a deflated one is inflated.
    transfer_syntax : str
        As stated in the meta information, or as the elements are written.
    notices : tuple of str
        Codes of irregularities that do not stop the reading.
    """

    data: bytes
    transfer_syntax: str
    notices: tuple[str, ...]


@dataclass(slots=True)
class _Walk:
    """A cursor over elements; ``ends`` holds the end of each open container, or None for *until a delimiter*."""

    data: bytes
    position: int
    implicit: bool
    order: str
    limits: ReadingLimits
    elements: int = 0

    def element(self, end: int) -> tuple[int, bytes, int]:
        """Return tag, value representation and length at the cursor, and step over them."""
        self.elements += 1
        if self.elements > self.limits.most_elements:
            raise FileRejected(f"more than {self.limits.most_elements} elements", code="TOO_MANY_ELEMENTS")
        if self.position + 8 > end:
            raise FileRejected("an element is cut off", code="STRUCTURE")
        group, number = struct.unpack_from(self.order + "HH", self.data, self.position)
        tag = group << 16 | number
        kind = self.data[self.position + 4 : self.position + 6]
        if self.implicit or group == 0xFFFE:
            length = struct.unpack_from(self.order + "I", self.data, self.position + 4)[0]
            self.position += 8
            return tag, b"", length
        if kind in LONG_FORM and self.position + 12 <= end:
            length = struct.unpack_from(self.order + "I", self.data, self.position + 8)[0]
            self.position += 12
            return tag, kind, length
        if kind not in SHORT_FORM:
            raise FileRejected(f"element {tag:08X} has no valid value representation", code="STRUCTURE")
        length = struct.unpack_from(self.order + "H", self.data, self.position + 6)[0]
        self.position += 8
        return tag, kind, length


def survey(data: bytes, limits: ReadingLimits) -> Survey:
    """Return how a file is encoded, or refuse it.

    Parameters
    ----------
    data : bytes
        The whole file.
    limits : ReadingLimits
        What it may ask for.

    Returns
    -------
    Survey
        Bytes that the full parser may be given.

    Raises
    ------
    FileRejected
        ``NOT_DICOM``, ``STRUCTURE``, ``TRUNCATED``, ``TOO_DEEP``, ``TOO_MANY_ELEMENTS`` or ``INFLATE_BOMB``.
    """
    notices = ["EXECUTABLE_PREAMBLE"] if data.startswith(EXECUTABLE_MARKS) and data[128:132] == b"DICM" else []
    if not looks_like_dicom(data):
        raise FileRejected("the file is not DICOM", code="NOT_DICOM")
    start = 132 if data[128:132] == b"DICM" else 0
    if start == 0:
        notices.append("NO_PREAMBLE")
    syntax, body = _meta(data, start, limits)
    if syntax == DEFLATED_UID:
        data = data[:body].replace(DEFLATED_UID.encode(), EXPLICIT_UID.encode() + b"\0\0\0", 1) + _inflate(
            data[body:], limits
        )
    implicit, order = _encoding(data, body, syntax)
    walk = _Walk(data=data, position=body, implicit=implicit, order=order, limits=limits)
    notices += _walk_body(walk)
    bare = IMPLICIT_UID if implicit else BIG_ENDIAN_UID if order == ">" else EXPLICIT_UID
    return Survey(data=data, transfer_syntax=syntax or bare, notices=tuple(notices))


def looks_like_dicom(data: bytes) -> bool:
    """Return whether a file begins like DICOM, with or without its preamble.

    Parameters
    ----------
    data : bytes
        The file, or its first 256 bytes.

    Returns
    -------
    bool
        True is a suspicion, not a promise.
    """
    if data[128:132] == b"DICM":
        return True
    if len(data) < 16:
        return False
    little, big = struct.unpack_from("<HH", data), struct.unpack_from(">HH", data)
    if little[0] not in (2, 8) and big[0] != 8:
        return False
    if data[4:6] in LONG_FORM | SHORT_FORM:
        return True
    length: int = struct.unpack_from("<I", data, 4)[0]
    return bool(little[0] == 8 and little[1] < 0x0100 and length < 1024)


def _meta(data: bytes, start: int, limits: ReadingLimits) -> tuple[str, int]:
    walk = _Walk(data=data, position=start, implicit=False, order="<", limits=limits)
    syntax = ""
    while walk.position + 8 <= len(data) and data[walk.position : walk.position + 2] == b"\x02\x00":
        tag, _, length = walk.element(len(data))
        if walk.position + length > len(data):
            raise FileRejected("the meta information is cut off", code="TRUNCATED")
        if tag == 0x00020010:
            syntax = data[walk.position : walk.position + length].decode("ascii", "replace").strip("\0 ")
        walk.position += length
    return syntax, walk.position


def _encoding(data: bytes, body: int, syntax: str) -> tuple[bool, str]:
    if syntax:
        return syntax == IMPLICIT_UID, ">" if syntax == BIG_ENDIAN_UID else "<"
    explicit = data[body + 4 : body + 6] in LONG_FORM | SHORT_FORM
    return not explicit, ">" if explicit and data[body : body + 1] == b"\0" else "<"


def _inflate(deflated: bytes, limits: ReadingLimits) -> bytes:
    most = min(limits.largest_file_bytes, limits.largest_inflate_ratio * max(len(deflated), 1))
    worker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = worker.decompress(deflated, most)
    except zlib.error as error:
        raise FileRejected("the deflated data set is damaged", code="STRUCTURE") from error
    if worker.unconsumed_tail and not worker.eof:
        raise FileRejected(f"the data set inflates beyond {most} bytes", code="INFLATE_BOMB")
    if not worker.eof:
        raise FileRejected("the deflated data set is cut off", code="TRUNCATED")
    return inflated


def _walk_body(walk: _Walk) -> list[str]:
    total, previous, notices = len(walk.data), -1, set()
    while walk.position < total:
        if total - walk.position < 8 or not any(walk.data[walk.position : walk.position + 8]):
            if any(walk.data[walk.position :]):
                raise FileRejected("the data set ends in the middle of an element", code="TRUNCATED")
            notices.add("TRAILING_ZEROS")
            break
        tag, kind, length = walk.element(total)
        if tag == previous:
            notices.add("TAG_TWICE")
        elif tag < previous:
            notices.add("TAGS_UNORDERED")
        previous = tag
        if length % 2 and length != UNDEFINED:
            notices.add("ODD_LENGTH")
        _step_over(walk, tag, kind, length)
    return sorted(notices)


def _step_over(walk: _Walk, tag: int, kind: bytes, length: int) -> None:
    total = len(walk.data)
    if length == UNDEFINED and tag == PIXEL_DATA:
        _walk_fragments(walk)
    elif length == UNDEFINED:
        _walk_sequence(walk, None, unknown=kind == b"UN")
    elif walk.position + length > total:
        what = "pixel data end" if tag == PIXEL_DATA else f"element {tag:08X} ends"
        raise FileRejected(f"{what} beyond the end of the file", code="TRUNCATED")
    elif _is_sequence(walk, tag, kind):
        _walk_sequence(walk, walk.position + length, unknown=False)
    else:
        walk.position += length


def _is_sequence(walk: _Walk, tag: int, kind: bytes) -> bool:
    if not walk.implicit:
        return kind == b"SQ"
    try:
        return str(dictionary_VR(tag)) == "SQ"
    except KeyError:
        return False


def _walk_fragments(walk: _Walk) -> None:
    total = len(walk.data)
    while True:
        if walk.position + 8 > total:
            raise FileRejected("the compressed pixel data have no end", code="TRUNCATED")
        tag, _, length = walk.element(total)
        if tag == SEQUENCE_END:
            return
        if tag != ITEM or length == UNDEFINED:
            raise FileRejected("the compressed pixel data are not made of fragments", code="STRUCTURE")
        if walk.position + length > total:
            raise FileRejected("a fragment of pixel data ends beyond the end of the file", code="TRUNCATED")
        walk.position += length


def _walk_sequence(walk: _Walk, end: int | None, *, unknown: bool) -> None:
    """Step over a sequence and everything inside; ``ends`` is the stack of open sequences and items, in turn."""
    outside = (walk.implicit, walk.order)
    if unknown:  # PS3.5 6.2.2 note 2: unknown representation of undefined length is implicit little endian
        walk.implicit, walk.order = True, "<"
    total = len(walk.data)
    ends: list[int | None] = [end]
    while ends:
        if len(ends) > 2 * walk.limits.deepest_sequence:
            raise FileRejected(f"sequences deeper than {walk.limits.deepest_sequence}", code="TOO_DEEP")
        close = ends[-1]
        if close is not None and walk.position >= close:
            if walk.position > close:
                raise FileRejected("an element ends beyond its sequence", code="STRUCTURE")
            ends.pop()
            continue
        limit = min((mark for mark in ends if mark is not None), default=total)
        _step_inside(walk, ends, limit)
    walk.implicit, walk.order = outside


def _step_inside(walk: _Walk, ends: list[int | None], limit: int) -> None:
    in_sequence = len(ends) % 2 == 1
    tag, kind, length = walk.element(limit)
    if tag in (SEQUENCE_END, ITEM_END):
        if in_sequence is not (tag == SEQUENCE_END) or ends[-1] is not None:
            raise FileRejected("a delimiter stands where nothing is open", code="STRUCTURE")
        ends.pop()
        return
    if in_sequence is not (tag == ITEM):
        raise FileRejected("a sequence holds something that is not an item", code="STRUCTURE")
    if length != UNDEFINED and walk.position + length > limit:
        raise FileRejected(f"element {tag:08X} ends beyond its sequence", code="STRUCTURE")
    if length == UNDEFINED and tag == PIXEL_DATA:
        _walk_fragments(walk)
    elif length == UNDEFINED and kind == b"UN":
        _walk_sequence(walk, None, unknown=True)
    elif in_sequence or length == UNDEFINED or _is_sequence(walk, tag, kind):
        ends.append(None if length == UNDEFINED else walk.position + length)
    else:
        walk.position += length
