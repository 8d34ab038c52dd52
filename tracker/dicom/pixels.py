"""Pixel data to counts: everything is checked before a decoder sees it, and counted after."""

import struct
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels import pixel_array

from tracker.dicom.header import Header
from tracker.dicom.structure import BIG_ENDIAN_UID, DEFLATED_UID, EXPLICIT_UID, IMPLICIT_UID
from tracker.errors import FileRejected
from tracker.settings.dicom import ReadingLimits

NATIVE = {IMPLICIT_UID, EXPLICIT_UID, BIG_ENDIAN_UID, DEFLATED_UID}
"""Transfer syntaxes of unencoded pixels."""

LOSSLESS_DECODERS = {
    "1.2.840.10008.1.2.4.57": "gdcm",
    "1.2.840.10008.1.2.4.70": "gdcm",
    "1.2.840.10008.1.2.4.80": "gdcm",
    "1.2.840.10008.1.2.4.90": "pylibjpeg",
    "1.2.840.10008.1.2.5": "pydicom",
}
"""Lossless encodings (JPEG lossless twice, JPEG-LS, reversible JPEG 2000, run length) and the decoder used."""

LOSSY_SYNTAXES = {
    "1.2.840.10008.1.2.4.50": "JPEG baseline",
    "1.2.840.10008.1.2.4.51": "JPEG extended",
    "1.2.840.10008.1.2.4.81": "near-lossless JPEG-LS",
    "1.2.840.10008.1.2.4.91": "JPEG 2000 that may be irreversible",
    "1.2.840.10008.1.2.4.203": "high-throughput JPEG 2000 that may be irreversible",
}
"""Encodings that do not promise the stored counts."""

LARGEST_EXPANSION = 2
"""A lossless frame may be this much longer than its pixels, with `EXPANSION_SPARE` bytes."""

EXPANSION_SPARE = 4096
"""Bytes for headers of a compressed frame."""

JPEG_LOSSLESS_FRAME, JPEG_LS_FRAME = 0xC3, 0xF7
"""Markers that begin a losslessly coded frame (ITU-T T.81 B.1, T.87 C.1)."""

ANY_JPEG_FRAME = {*range(0xC0, 0xD0), JPEG_LS_FRAME} - {0xC4, 0xC8, 0xCC}
"""Markers that begin a frame of any kind."""

DTYPES = {
    (8, 0): np.uint8,
    (8, 1): np.int8,
    (16, 0): np.uint16,
    (16, 1): np.int16,
    (32, 0): np.uint32,
    (32, 1): np.int32,
}
"""Stored type by Bits Allocated and Pixel Representation."""


def check_lossless(header: Header) -> None:
    """Refuse an object whose pixels have ever been compressed with loss.

    Parameters
    ----------
    header : Header
        Its header.

    Raises
    ------
    FileRejected
        ``LOSSY``, or ``TRANSFER_SYNTAX`` for an encoding that is not known.
    """
    syntax = header.transfer_syntax
    why = LOSSY_SYNTAXES.get(syntax, "")
    if header.lossy == "01":
        why = why or "Lossy Image Compression (0028,2110) is 01"
    if not why and header.lossy_method:
        why = f"a lossy method is stated: {header.lossy_method}"
    if not why and any(word.startswith("113040|") for word in header.derivation_codes):
        why = "the derivation code says lossy compression"
    if why:
        raise FileRejected(f"lossy compression changed the counts ({why})", code="LOSSY")
    if syntax not in NATIVE | LOSSLESS_DECODERS.keys():
        raise FileRejected(f"the transfer syntax {syntax} is not supported", code="TRANSFER_SYNTAX")


def check_size(header: Header, limits: ReadingLimits) -> None:
    """Refuse sizes that are impossible or beyond the limits, before anything is allocated.

    Parameters
    ----------
    header : Header
        Its header.
    limits : ReadingLimits
        What a file may ask for.

    Raises
    ------
    FileRejected
        ``IMAGE_SIZE``, ``FRAMES`` or ``BITS``.
    """
    rows, columns, frames = header.rows or 0, header.columns or 0, header.frames or 0
    if not (1 <= rows <= limits.largest_side_px and 1 <= columns <= limits.largest_side_px):
        raise FileRejected(f"{header.rows} rows and {header.columns} columns cannot be read", code="IMAGE_SIZE")
    if not 1 <= frames <= limits.most_frames:
        raise FileRejected(f"{header.frames} frames cannot be read", code="FRAMES")
    bits = header.bits_allocated or 0
    if (bits, header.signed) not in DTYPES or not 1 <= (header.bits_stored or 0) <= bits:
        raise FileRejected(
            f"pixels of {header.bits_stored} in {header.bits_allocated} bits cannot be read", code="BITS"
        )
    if rows * columns * frames * bits // 8 > limits.largest_image_bytes:
        raise FileRejected(f"the image is larger than {limits.largest_image_bytes} bytes", code="IMAGE_SIZE")


def stored_pixels(item: Dataset, header: Header) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Return the stored pixel values and codes of irregularities.

    Parameters
    ----------
    item : Dataset
        The parsed object, with its file meta information.
    header : Header
        Its header; sizes and encoding already checked.

    Returns
    -------
    pixels : ndarray, shape (frames, rows, cols)
        Stored values, integer.
    notices : tuple of str
        Codes.

    Raises
    ------
    FileRejected
        ``NO_PIXELS``, ``TRUNCATED``, ``FRAMES``, ``FRAME_SIZE`` or ``DECODE``.
    """
    data = item.get("PixelData")
    if not isinstance(data, bytes) or not data:
        raise FileRejected("the object has no pixel data", code="NO_PIXELS")
    if header.transfer_syntax in NATIVE:
        return _native(data, header, ">" if header.transfer_syntax == BIG_ENDIAN_UID else "<")
    _check_frames(data, header)
    try:
        pixels = np.asarray(pixel_array(item, raw=True, decoding_plugin=LOSSLESS_DECODERS[header.transfer_syntax]))
    except MemoryError:
        raise
    except Exception as error:
        raise FileRejected("the compressed pixel data are damaged", code="DECODE") from error
    shape = (header.frames or 0, header.rows or 0, header.columns or 0)
    if pixels.size != int(np.prod(shape)):
        raise FileRejected("the decoded image has not the stated size", code="FRAME_SIZE")
    return pixels.reshape(shape), ()


def _native(data: bytes, header: Header, order: Literal["<", ">"]) -> tuple[NDArray[Any], tuple[str, ...]]:
    bits = header.bits_allocated or 16
    shape = (header.frames or 0, header.rows or 0, header.columns or 0)
    expected = int(np.prod(shape)) * bits // 8
    if len(data) < expected:
        raise FileRejected(f"{len(data)} bytes of pixel data where {expected} are needed", code="TRUNCATED")
    if len(data) >= expected + expected // shape[0]:
        raise FileRejected(f"pixel data of more frames than the {shape[0]} that are stated", code="FRAMES")
    kind = np.dtype(DTYPES[bits, header.signed or 0]).newbyteorder(order)
    pixels = np.frombuffer(data, kind, count=expected * 8 // bits).reshape(shape)
    extra = len(data) - expected - expected % 2
    return pixels.astype(kind.newbyteorder("=")), ("EXTRA_PIXEL_BYTES",) if extra > 0 else ()


def _check_frames(data: bytes, header: Header) -> None:
    frames, rows, columns = header.frames or 0, header.rows or 0, header.columns or 0
    try:
        encoded = list(generate_frames(data, number_of_frames=frames))
    except Exception as error:
        raise FileRejected("the fragments of the pixel data do not make up the frames", code="FRAMES") from error
    if len(encoded) != frames or not all(encoded):
        raise FileRejected(f"{len(encoded)} compressed frames where {frames} are stated", code="FRAMES")
    most = LARGEST_EXPANSION * rows * columns * (header.bits_allocated or 16) // 8 + EXPANSION_SPARE
    for frame in encoded:
        if len(frame) > most:
            raise FileRejected("a compressed frame is longer than its pixels could be", code="FRAME_SIZE")
        size = _codestream_size(frame, header.transfer_syntax)
        if size is not None and size != (rows, columns):
            raise FileRejected(
                f"a compressed frame is {size[0]} x {size[1]}, not {rows} x {columns}", code="FRAME_SIZE"
            )


def _codestream_size(frame: bytes, syntax: str) -> tuple[int, int] | None:
    """Return rows and columns that the compressed frame itself states; None for run lengths, which state none."""
    if syntax == "1.2.840.10008.1.2.5":
        return None
    if syntax == "1.2.840.10008.1.2.4.90":
        return _jpeg_2000_size(frame)
    return _jpeg_size(frame, JPEG_LS_FRAME if syntax == "1.2.840.10008.1.2.4.80" else JPEG_LOSSLESS_FRAME)


def _jpeg_2000_size(frame: bytes) -> tuple[int, int]:
    start = frame.find(b"\xff\x4f\xff\x51")
    if start < 0 or len(frame) < start + 38:
        raise FileRejected("a compressed frame has no JPEG 2000 header", code="DECODE")
    width, height, left, top, tile_width, tile_height = struct.unpack_from(">6I", frame, start + 8)
    if tile_width == 0 or tile_height == 0 or (width // tile_width + 1) * (height // tile_height + 1) > 65535:
        raise FileRejected("a compressed frame has impossible tiles", code="DECODE")
    return height - top, width - left


def _jpeg_size(frame: bytes, lossless: int) -> tuple[int, int]:
    position = 2
    while position + 9 <= len(frame) and frame[position] == 0xFF:
        marker, length = frame[position + 1], struct.unpack_from(">H", frame, position + 2)[0]
        if marker == 0xFF:
            position += 1
            continue
        if marker in ANY_JPEG_FRAME:
            if marker != lossless:
                raise FileRejected("a compressed frame is not of the lossless kind that is stated", code="LOSSY")
            rows, columns = struct.unpack_from(">HH", frame, position + 5)
            return rows, columns
        position += 2 + length
    raise FileRejected("a compressed frame has no JPEG header", code="DECODE")
