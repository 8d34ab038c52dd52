"""Bytes to one object or a refusal: the boundary at which whatever a file holds becomes a value.

Runs in the limited process of `tracker.dicom.worker`.
"""

import struct
import warnings
from io import BytesIO

from pydicom import config, dcmread
from pydicom.dataset import FileDataset
from pydicom.errors import BytesLengthException, InvalidDicomError

from tracker.dicom.codes import DICOMDIR_STORAGE
from tracker.dicom.counting import counts_of
from tracker.dicom.examined import Directory, Examined
from tracker.dicom.header_reader import clean_text, read_header
from tracker.dicom.pixels import check_lossless, check_size, stored_pixels
from tracker.dicom.structure import Survey, survey
from tracker.dicom.subject import check_subject
from tracker.errors import FileRejected
from tracker.settings.dicom import ReadingSettings

DAMAGE = (
    *(AttributeError, BytesLengthException, InvalidDicomError, KeyError, IndexError, NotImplementedError, OSError),
    *(RecursionError, RuntimeError, TypeError, ValueError, struct.error),
)
"""What the parser raises on damaged files."""

BITS_OF_A_PICTURE = 8
"""Bits Allocated of pixels made to be looked at; counts of a whole-body scan often need more."""

IRREGULAR = {"TAGS_UNORDERED", "TAG_TWICE"}
"""Notices that damage leaves."""

UNCONFIRMED = {"COUNTS_NOT_STATED", "COUNTS_UNCHECKED"}
"""Notices of pixels that nothing confirms."""


def examine(data: bytes, settings: ReadingSettings) -> Examined | Directory:
    """Return what a file holds.

    Parameters
    ----------
    data : bytes
        The whole file.
    settings : ReadingSettings
        Limits, and what a whole-body bone scan is.

    Returns
    -------
    Examined or Directory
        A usable object, or an index of other files.

    Raises
    ------
    FileRejected
        With a stable code, whatever is wrong.
    """
    if not data:
        raise FileRejected("the file is empty", code="EMPTY_FILE")
    found = survey(data, settings.limits)
    with warnings.catch_warnings(), config.disable_value_validation():
        warnings.simplefilter("ignore")
        try:
            return _examined(found, settings)
        except FileRejected:
            raise
        except DAMAGE as error:
            raise FileRejected(f"the file is damaged ({type(error).__name__})", code="DAMAGED") from error


def _examined(found: Survey, settings: ReadingSettings) -> Examined | Directory:
    item = dcmread(BytesIO(found.data), force=True)
    if _is_directory(item):
        return Directory(references=_references(item))
    header = read_header(item, found.transfer_syntax)
    check_subject(header, settings)
    check_lossless(header)
    check_size(header, settings.limits)
    pixels, irregular = stored_pixels(item, header)
    counts, counted = counts_of(pixels, header)
    if IRREGULAR & set(found.notices) and UNCONFIRMED & set(counted):
        raise FileRejected("elements are out of order and the counts cannot be confirmed", code="STRUCTURE")
    if "CountsAccumulated" in header.complaints and "COUNTS_UNCHECKED" in counted:
        raise FileRejected("the counts stated in the header cannot be read", code="COUNTS_MISMATCH")
    said = {*found.notices, *irregular, *counted}
    said |= {"INVALID_VALUE"} if header.complaints else set()
    said |= {"EIGHT_BITS"} if header.bits_allocated == BITS_OF_A_PICTURE else set()
    return Examined(header=header, counts=counts, notices=tuple(sorted(said)))


def _is_directory(item: FileDataset) -> bool:
    return item.file_meta.get("MediaStorageSOPClassUID", "") == DICOMDIR_STORAGE or "DirectoryRecordSequence" in item


def _references(item: FileDataset) -> tuple[tuple[str, ...], ...]:
    found = []
    for record in item.get("DirectoryRecordSequence") or ():
        value = record.get("ReferencedFileID")
        if value:
            parts = [value] if isinstance(value, str) else list(value)
            found.append(tuple(clean_text(str(part)) for part in parts))
    return tuple(found)
