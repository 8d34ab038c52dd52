"""Categories M1 to M25 of malformed files; each has one right answer: a code, or the same counts with a notice."""

import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest

from tests.dicom.broken import COUNTS, SETTINGS, good, outcome
from tests.dicom.made import element, file_of, native, with_element
from tracker.dicom import Encoding
from tracker.dicom.examine import examine
from tracker.dicom.examined import Examined
from tracker.dicom.objects import photopeak_frames
from tracker.errors import FileRejected

PIXEL_DATA = 0x7FE00010


def test_the_pattern_itself_is_accepted() -> None:
    assert outcome(good()) == ""


@pytest.mark.parametrize("cut", [1, 2, 100, 24_576, 49_152])
def test_m1_truncated_pixels(cut: int) -> None:
    assert outcome(good()[:-cut]) == "TRUNCATED"


@pytest.mark.parametrize("cut", [1, 50, 5000])
def test_m1_truncated_compressed_pixels(cut: int) -> None:
    assert outcome(file_of(native(), Encoding.JPEG_2000)[:-cut]) == "TRUNCATED"


def test_m1_no_pixels() -> None:
    assert outcome(file_of(native(PixelData=None))) == "NO_PIXELS"
    assert outcome(good()[: good().index(struct.pack("<HH", 0x7FE0, 0x0010))]) == "NO_PIXELS"


@pytest.mark.parametrize(("extra", "expected"), [(2, "EXTRA_PIXEL_BYTES"), (1000, "EXTRA_PIXEL_BYTES")])
def test_m2_extra_pixel_bytes(extra: int, expected: str) -> None:
    item = native()
    item.PixelData += b"\x01" * extra
    assert outcome(file_of(item)) == expected


@pytest.mark.parametrize(
    ("frames", "expected"),
    [(3, {"TRUNCATED"}), (0, {"FRAMES"}), (-1, {"FRAMES"}), (65, {"FRAMES"}), (10**9, {"FRAMES"})],
)
def test_m3_wrong_number_of_frames(frames: int, expected: set[str]) -> None:
    assert outcome(file_of(native(NumberOfFrames=frames))) in expected


def test_m3_text_as_number_of_frames() -> None:
    data = with_element(good(), 0x00280008, element(0x00280008, b"IS", b"two "))
    assert outcome(data) == "FRAMES"


@pytest.mark.parametrize("vector", [[1], [1, 1, 1], [0, 1], [1, 5]])
def test_m4_detector_vector(vector: list[int]) -> None:
    found = examine(file_of(native(DetectorVector=vector)), SETTINGS)
    assert isinstance(found, Examined)
    with pytest.raises(FileRejected) as caught:
        photopeak_frames(found.header, SETTINGS)
    assert caught.value.code == "FRAME_VECTOR"


@pytest.mark.parametrize(
    "changes", [{"Rows": 0}, {"Rows": 65535}, {"Columns": 0}, {"Columns": 65535}, {"Rows": None}, {"Columns": None}]
)
def test_m5_rows_and_columns(changes: dict[str, int | None]) -> None:
    assert outcome(file_of(native(ImageType=["ORIGINAL", "PRIMARY", "WHOLE BODY"], **changes))) == "IMAGE_SIZE"


def test_m6_signed_pixels() -> None:
    assert outcome(file_of(native(PixelRepresentation=1))) == ""


def test_m6_negative_counts() -> None:
    pixels = COUNTS.astype(np.int16)
    pixels[0, 0, 0] = -3
    item = native(PixelRepresentation=1, CountsAccumulated=int(pixels.sum()))
    item.PixelData = pixels.tobytes()
    assert outcome(file_of(item)) == "NEGATIVE_COUNTS"


def test_m6_unsigned_marked_as_signed() -> None:
    pixels = COUNTS.astype(np.uint16)
    pixels[0, 50, 30] = 40000
    item = native(PixelRepresentation=1, CountsAccumulated=int(pixels.sum(dtype=int)), LargestImagePixelValue=None)
    item.PixelData = pixels.tobytes()
    found = examine(file_of(item), SETTINGS)
    assert isinstance(found, Examined)
    assert found.notices == ("SIGN_WRONG",)
    np.testing.assert_array_equal(found.counts, pixels)


def test_m6_eight_bits() -> None:
    item = native(BitsAllocated=8, BitsStored=8, HighBit=7)
    item.PixelData = COUNTS.astype(np.uint8).tobytes()
    assert outcome(file_of(item)) == "EIGHT_BITS"


def test_m6_thirty_two_bits() -> None:
    item = native(BitsAllocated=32, BitsStored=32, HighBit=31)
    item.PixelData = COUNTS.astype("<u4").tobytes()
    assert outcome(file_of(item)) == ""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"BitsStored": 12, "HighBit": 11}, ""),
        ({"HighBit": 11}, "HIGH_BIT"),
        ({"HighBit": 11, "CountsAccumulated": None}, "BITS"),
        ({"BitsAllocated": 12, "BitsStored": 12, "HighBit": 11}, "BITS"),
        ({"BitsAllocated": 16, "BitsStored": 32}, "BITS"),
        ({"BitsAllocated": None}, "BITS"),
    ],
)
def test_m6_bits(changes: dict[str, int | None], expected: str) -> None:
    assert outcome(file_of(native(**changes))) == expected


def test_m7_odd_length() -> None:
    data = with_element(good(), 0x00081030, element(0x00081030, b"LO", b"odd"))
    assert outcome(data) == "ODD_LENGTH"


def nested(depth: int, *, delimited: bool) -> bytes:
    inner = element(0x00081030, b"LO", b"deep")
    for _ in range(depth):
        if delimited:
            item = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF) + inner + struct.pack("<HHI", 0xFFFE, 0xE00D, 0)
            inner = element(0x00081115, b"SQ", item, 0xFFFFFFFF) + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
        else:
            inner = element(0x00081115, b"SQ", struct.pack("<HHI", 0xFFFE, 0xE000, len(inner)) + inner)
    return inner


@pytest.mark.parametrize("delimited", [True, False])
@pytest.mark.parametrize(
    ("depth", "expected"), [(1, ""), (10, ""), (31, ""), (100, "TOO_DEEP"), (200, "TOO_DEEP"), (5000, "TOO_DEEP")]
)
def test_m8_m9_nested_sequences(depth: int, expected: str, *, delimited: bool) -> None:
    assert outcome(with_element(good(), 0x00081115, nested(depth, delimited=delimited))) == expected


@pytest.mark.parametrize("lost", [8, 16])
def test_m8_missing_delimiters(lost: int) -> None:
    assert outcome(with_element(good(), 0x00081115, nested(1, delimited=True)[:-lost])) in {"STRUCTURE", "TRUNCATED"}


def test_m10_delimiter_bytes_inside_pixels() -> None:
    pixels = COUNTS.astype("<u2").copy()
    pixels[0, 60, :4] = np.frombuffer(struct.pack("<HHI", 0xFFFE, 0xE0DD, 0), "<u2")
    item = native(CountsAccumulated=int(pixels.sum(dtype=int)), LargestImagePixelValue=int(pixels.max()))
    item.PixelData = pixels.tobytes()
    found = examine(file_of(item), SETTINGS)
    assert isinstance(found, Examined)
    np.testing.assert_array_equal(found.counts, pixels)


def meta_end(data: bytes) -> int:
    return 144 + int(struct.unpack_from("<I", data, 140)[0])


@pytest.mark.parametrize(
    ("strip", "expected"),
    [
        (lambda data: data[128:], "NOT_DICOM"),
        (lambda data: data[132:], "NO_PREAMBLE"),
        (lambda data: data[meta_end(data) :], "NO_PREAMBLE"),
    ],
    ids=["no preamble", "no mark", "no meta"],
)
def test_m11_without_preamble_mark_or_meta(strip: Callable[[bytes], bytes], expected: str) -> None:
    assert outcome(strip(good())) == expected


@pytest.mark.parametrize("encoding", [Encoding.IMPLICIT, Encoding.BIG_ENDIAN])
def test_m11_m13_bare_data_sets(encoding: Encoding) -> None:
    data = file_of(native(), encoding)
    assert outcome(data[meta_end(data) :]) == "NO_PREAMBLE"


@pytest.mark.parametrize("length", [0, 10, 0xFFFF])
def test_m12_wrong_meta_length(length: int) -> None:
    data = good()
    assert outcome(data[:140] + struct.pack("<I", length) + data[144:]) == ""


@pytest.mark.parametrize("encoding", Encoding)
def test_m13_encodings(encoding: Encoding) -> None:
    assert outcome(file_of(native(), encoding)) == ""


def fragments(data: bytes, change: Callable[[list[bytes]], list[bytes]]) -> bytes:
    """A compressed file with other fragments; the first one is the offset table."""
    start = data.index(struct.pack("<HH", 0x7FE0, 0x0010)) + 12
    parts, position = [], start
    while struct.unpack_from("<HH", data, position) == (0xFFFE, 0xE000):
        length = struct.unpack_from("<I", data, position + 4)[0]
        parts.append(data[position + 8 : position + 8 + length])
        position += 8 + length
    changed = b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(part)) + part for part in change(parts))
    return data[:start] + changed + data[position:]


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts[:2],
        lambda parts: parts[:1],
        lambda parts: [parts[0], parts[1], b""],
        lambda parts: [b"\xff" * 8, *parts[1:]],
        lambda parts: [parts[0], parts[2], parts[2]],
        lambda parts: [parts[0], parts[1][: len(parts[1]) // 2], parts[2]],
    ],
    ids=["one missing", "all missing", "empty", "bad offsets", "twice the same", "half"],
)
@pytest.mark.parametrize("encoding", [Encoding.JPEG_2000, Encoding.RLE])
def test_m16_fragments(encoding: Encoding, change: Callable[[list[bytes]], list[bytes]]) -> None:
    code = outcome(fragments(file_of(native(), encoding), change))
    assert code in {"FRAMES", "DECODE", "COUNTS_MISMATCH", "FRAME_SIZE", "DAMAGED"}


def test_m16_fragments_without_an_offset_table_are_read() -> None:
    assert outcome(fragments(file_of(native(), Encoding.JPEG_2000), lambda parts: [b"", *parts[1:]])) == ""


@pytest.mark.parametrize("uid", [b"1.2.3.4\0", b"1.2.840.10008.1.2.4.100\0", b"not a uid "])
def test_m17_unknown_transfer_syntax(uid: bytes) -> None:
    data = with_element(good(), 0x00020010, element(0x00020010, b"UI", uid))
    assert outcome(data) == "TRANSFER_SYNTAX"


@pytest.mark.parametrize("charset", [b"NO_SUCH_CHARSET ", b"ISO 2022 IR 87\\ISO_IR 192 ", b"\xff\xfe\xff\xfe"])
def test_m18_charsets(charset: bytes) -> None:
    data = with_element(good(), 0x00080005, element(0x00080005, b"CS", charset))
    data = with_element(data, 0x00100010, element(0x00100010, b"PN", b"\x1b$B\xff\xfe^\x1b(Z\x80"))
    assert outcome(data) in {"", "INVALID_VALUE"}


@pytest.mark.parametrize(
    ("tag", "kind", "value"),
    [
        (0x00100030, b"DA", b"20230229"),
        (0x00080032, b"TM", b"256199"),
        (0x00280030, b"DS", b"wide\\2.2x "),
        (0x00101030, b"DS", b"1e999 "),
        (0x00200013, b"IS", b"99999999999999999999"),
        (0x00080018, b"UI", b"1..2.03.x "),
    ],
)
def test_m19_invalid_values(tag: int, kind: bytes, value: bytes) -> None:
    assert outcome(with_element(good(), tag, element(tag, kind, value))) in {"", "INVALID_VALUE"}


@pytest.mark.parametrize(("largest", "expected"), [(None, "COUNTS_MISMATCH"), (int(COUNTS.max()), "COUNTS_NOT_STATED")])
def test_m19_counts_that_are_no_number_need_another_proof(largest: int | None, expected: str) -> None:
    data = file_of(native(LargestImagePixelValue=largest))
    assert expected in outcome(with_element(data, 0x00180070, element(0x00180070, b"IS", b"12x4")))


def test_m20_several_values_where_one_is_allowed() -> None:
    data = with_element(good(), 0x00181242, element(0x00181242, b"IS", b"900000\\1 "))
    found = examine(data, SETTINGS)
    assert isinstance(found, Examined)
    assert found.header.duration_ms == 900_000


def test_m21_duplicate_and_unordered_tags() -> None:
    double = element(0x00081030, b"LO", b"twofold ")
    assert outcome(with_element(good(), 0x00081030, double + double)) == "TAG_TWICE"
    late = element(0x00100010, b"PN", b"late")
    assert outcome(with_element(good(), 0x00080005, late)) == "TAGS_UNORDERED"


@pytest.mark.parametrize("rows", [4096, 4097])
def test_m23_huge_images_are_refused_before_they_are_allocated(rows: int) -> None:
    item = native(Rows=rows, Columns=4096, NumberOfFrames=64, DetectorVector=None, EnergyWindowVector=None)
    assert outcome(file_of(item)) == "IMAGE_SIZE"


def test_m23_a_codestream_that_claims_to_be_huge() -> None:
    data = file_of(native(), Encoding.JPEG_2000)
    start = data.index(b"\xff\x4f\xff\x51") + 8
    assert outcome(data[:start] + struct.pack(">II", 65535, 65535) + data[start + 8 :]) in {"FRAME_SIZE", "DECODE"}


def test_m24_deflate_bomb() -> None:
    data = file_of(native(), Encoding.DEFLATED)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(element(0x00081030, b"UT", b"\0" * 50_000_000)) + packer.flush()
    assert outcome(data[: meta_end(data)] + body) == "INFLATE_BOMB"


@pytest.mark.parametrize("delimited", [True, False])
def test_m25_millions_of_items(*, delimited: bool) -> None:
    items = struct.pack("<HHI", 0xFFFE, 0xE000, 0) * 1_000_000
    end = struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    bomb = element(0x00081115, b"SQ", items + end, 0xFFFFFFFF) if delimited else element(0x00081115, b"SQ", items)
    assert outcome(with_element(good(), 0x00081115, bomb)) == "TOO_MANY_ELEMENTS"


def test_m25_a_million_elements() -> None:
    many = b"".join(element(0x00090000 + number % 60000, b"LO", b"") for number in range(300_000))
    assert outcome(with_element(good(), 0x00090000, many)) == "TOO_MANY_ELEMENTS"
