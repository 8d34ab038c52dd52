"""Study to DICOM files: strict NM Image objects, the same bytes for the same study."""

import re
from enum import StrEnum
from io import BytesIO
from pathlib import Path

from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import RE_VALID_UID, UID

from tracker.dicom.nm_object import nm_object, uid_of
from tracker.errors import StudyError
from tracker.records.study import Study
from tracker.records.view import View


class Layout(StrEnum):
    """How the views of a visit are spread over files."""

    TWO_FRAMES = "two_frames"
    SEPARATE = "separate"


class Encoding(StrEnum):
    """How pixels are stored; every choice is lossless. The value is the Transfer Syntax UID."""

    EXPLICIT = "1.2.840.10008.1.2.1"
    IMPLICIT = "1.2.840.10008.1.2"
    BIG_ENDIAN = "1.2.840.10008.1.2.2"
    DEFLATED = "1.2.840.10008.1.2.1.99"
    RLE = "1.2.840.10008.1.2.5"
    JPEG_2000 = "1.2.840.10008.1.2.4.90"


IMPLEMENTATION_UID = uid_of("bone-scan-tracker")
"""Implementation Class UID (0002,0012) of files written here."""

IMPLEMENTATION_NAME = "BONE_SCAN_1"
"""Implementation Version Name (0002,0013) of files written here."""


def write_study(
    study: Study,
    folder: Path,
    layout: Layout = Layout.TWO_FRAMES,
    encoding: Encoding = Encoding.JPEG_2000,
    patient_name: str = "",
) -> tuple[Path, ...]:
    """Write a visit as NM Image objects and return the files, sorted by name.

    UIDs are derived from ``study.study_uid``, so the same study gives the same bytes. Reversible JPEG 2000 is the
    default: of the encodings that the required packages decode it is the smallest (about half of native size / 6
    on a real bone scan).

    Parameters
    ----------
    study : Study
        The visit; counts are whole numbers up to 65535, ``study_uid`` is a valid UID.
    folder : Path
        Where to write; made if it is missing.
    layout : Layout, optional
        One object with a frame per view, or one object per view.
    encoding : Encoding, optional
        How pixels are stored.
    patient_name : str, optional
        Written as Patient's Name (``Family^Given``).

    Returns
    -------
    tuple of Path
        One file, or one per view.

    Raises
    ------
    StudyError
        If ``study_uid`` is not a valid UID.
    ValueError
        If counts are not whole numbers that fit into 16 bits.
    """
    if not re.fullmatch(RE_VALID_UID, study.study_uid.partition("#")[0]):
        raise StudyError(f"the study uid {study.study_uid!r} is not a DICOM UID", remedy="Make one with uid_of().")
    folder.mkdir(parents=True, exist_ok=True)
    groups = (study.views,) if layout is Layout.TWO_FRAMES else tuple((view,) for view in study.views)
    paths = []
    for views in groups:
        path = folder / f"{_stem(study, views)}.dcm"
        path.write_bytes(object_bytes(nm_object(study, views, patient_name), encoding))
        paths.append(path)
    return tuple(sorted(paths))


def object_bytes(item: Dataset, encoding: Encoding) -> bytes:
    """Return a DICOM file of a data set whose pixels are native little endian.

    Parameters
    ----------
    item : Dataset
        The object; not kept in its given state if it is compressed.
    encoding : Encoding
        How pixels are stored.

    Returns
    -------
    bytes
        Preamble, meta information and data set.
    """
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = item.SOPClassUID
    meta.MediaStorageSOPInstanceUID = item.SOPInstanceUID
    meta.ImplementationClassUID = IMPLEMENTATION_UID
    meta.ImplementationVersionName = IMPLEMENTATION_NAME
    item.file_meta = meta
    if encoding in (Encoding.RLE, Encoding.JPEG_2000):
        meta.TransferSyntaxUID = UID(Encoding.EXPLICIT)
        item.compress(UID(encoding), generate_instance_uid=False)
    elif encoding is Encoding.BIG_ENDIAN:
        item.PixelData = _swapped(item.PixelData)
    meta.TransferSyntaxUID = UID(encoding)
    buffer = BytesIO()
    dcmwrite(buffer, item, enforce_file_format=True)
    return buffer.getvalue()


def _swapped(words: bytes) -> bytes:
    swapped = bytearray(words)
    swapped[0::2], swapped[1::2] = words[1::2], words[0::2]
    return bytes(swapped)


def _stem(study: Study, views: tuple[View, ...]) -> str:
    sides = "" if len(views) == len(study.views) > 1 else "_" + views[0].projection.lower()
    return f"{study.study_date:%Y%m%d}_{uid_of(study.study_uid)[-8:]}{sides}"
