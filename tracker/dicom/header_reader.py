"""Data set to `Header`: tolerant, value by value, one clause per attribute of PS3.3."""

import unicodedata
from contextlib import suppress
from hashlib import sha256
from math import isfinite
from typing import Any

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from tracker.dicom.codes import code_words
from tracker.dicom.header import Detector, EnergyWindow, Header, Tracer

LONGEST_TEXT = 256
"""Characters kept of any text; longer ones are damage or attack."""

MOST_ITEMS = 64
"""Items and values kept of any list; a planar object needs a handful."""

GENIE = "GEMS_GENIE_1"
"""Private creator of GE Genie, Xeleris and compatible stations; its elements are read by this name only."""

GENIE_FRAME_LABELS = {0x12: "GE dataset name", 0x30: "GE picture name"}
"""Elements of block (0011,xx) of `GENIE` that name each frame, as documented in public private dictionaries."""


class _Values:
    """Typed access to a data set that never raises; invalid values are noted by keyword."""

    def __init__(self, item: Dataset, complaints: list[str]) -> None:
        self.item = item
        self.complaints = complaints

    def raw(self, keyword: str) -> list[Any]:
        """All values of an attribute; empty if it is missing, empty or cannot be read."""
        try:
            value = self.item.get(keyword)
        except Exception:  # noqa: BLE001  (pydicom raises a dozen kinds on damaged values)
            self.complaints.append(keyword)
            return []
        if value is None or isinstance(value, str) and not value.strip():
            return []
        values = list(value[:MOST_ITEMS]) if isinstance(value, MultiValue | list | tuple) else [value]
        return [entry for entry in values if entry is not None]

    def texts(self, keyword: str) -> tuple[str, ...]:
        """Texts, trimmed, control characters removed."""
        return tuple(clean_text(str(value)) for value in self.raw(keyword))

    def text(self, keyword: str) -> str:
        """First text, empty if there is none."""
        return next(iter(self.texts(keyword)), "")

    def numbers(self, keyword: str) -> tuple[float, ...]:
        """Finite numbers; empty if any value is not one."""
        found = []
        for value in self.raw(keyword):
            with suppress(TypeError, ValueError, OverflowError):
                number = float(value)
                if isfinite(number):
                    found.append(number)
                    continue
            self.complaints.append(keyword)
            return ()
        return tuple(found)

    def number(self, keyword: str) -> float | None:
        """First number, None if there is none."""
        return next(iter(self.numbers(keyword)), None)

    def whole(self, keyword: str) -> int | None:
        """First number if it is whole, else None."""
        number = self.number(keyword)
        return int(number) if number is not None and number == int(number) else None

    def items(self, keyword: str) -> list["_Values"]:
        """Items of a sequence."""
        try:
            return [_Values(item, self.complaints) for item in (self.item.get(keyword) or ())[:MOST_ITEMS]]
        except Exception:  # noqa: BLE001  (as above)
            self.complaints.append(keyword)
            return []

    def codes(self, keyword: str) -> tuple[str, ...]:
        """Codes of a sequence as ``value|scheme|meaning``."""
        try:
            return tuple(clean_text(word) for word in code_words((self.item.get(keyword) or ())[:MOST_ITEMS]))
        except Exception:  # noqa: BLE001  (as above)
            self.complaints.append(keyword)
            return ()


def clean_text(text: str) -> str:
    """Return a text without control characters and outer blanks, at most 256 characters.

    Parameters
    ----------
    text : str
        Text from a header: other people's.

    Returns
    -------
    str
        Printable characters only.
    """
    kept = (char if char.isprintable() else " " for char in text[:LONGEST_TEXT])
    return "".join(kept).strip()


def name_digest(name: str) -> str:
    """Return a digest by which two spellings of one name agree; empty for an empty name.

    Case, accents, punctuation, titles and further given names do not matter; numbers of study subjects do.

    Parameters
    ----------
    name : str
        A person name of the standard, ``Family^Given^Middle^Prefix^Suffix``.

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    alphabetic = name.partition("=")[0] or name
    parts = [_letters(part) for part in alphabetic.split("^")[:2]]
    parts[1:] = [_given(part) for part in parts[1:]]
    key = "^".join(part for part in parts if part)
    return sha256(key.encode()).hexdigest()[:16] if key else ""


def _given(part: str) -> str:
    """Return the first given name; all words where they number subjects rather than name people."""
    return part if any(char.isdigit() for char in part) else part.partition(" ")[0]


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(
        "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char)).split()
    )


def read_header(item: Dataset, transfer_syntax: str) -> Header:
    """Return what a data set says.

    Parameters
    ----------
    item : Dataset
        A parsed object.
    transfer_syntax : str
        From the meta information.

    Returns
    -------
    Header
        Plain values.
    """
    complaints: list[str] = []
    values = _Values(item, complaints)
    parts = {
        **_identity(values),
        **_moments(values),
        **_pixels(values),
        **_geometry(values),
        **_equipment(values),
        "transfer_syntax": transfer_syntax,
    }
    return Header(**parts, complaints=tuple(sorted(set(complaints))))


def _identity(values: _Values) -> dict[str, Any]:
    return {
        "sop_class": values.text("SOPClassUID"),
        "sop_uid": values.text("SOPInstanceUID"),
        "study_uid": values.text("StudyInstanceUID"),
        "series_uid": values.text("SeriesInstanceUID"),
        "frame_of_reference_uid": values.text("FrameOfReferenceUID"),
        "modality": values.text("Modality"),
        "image_type": values.texts("ImageType"),
        "patient_id": values.text("PatientID"),
        "patient_id_issuer": values.text("IssuerOfPatientID"),
        "name_digest": name_digest(values.text("PatientName")),
        "birth_date": values.text("PatientBirthDate"),
        "sex": values.text("PatientSex").upper(),
        "height_m": values.number("PatientSize"),
        "weight_kg": values.number("PatientWeight"),
    }


def _moments(values: _Values) -> dict[str, Any]:
    found = {"acquisition_datetime": values.text("AcquisitionDateTime")}
    for level in ("Acquisition", "Series", "Content", "Study"):
        found[f"{level.lower()}_date"] = values.text(f"{level}Date")
        found[f"{level.lower()}_time"] = values.text(f"{level}Time")
    return found


def _pixels(values: _Values) -> dict[str, Any]:
    return {
        "rows": values.whole("Rows"),
        "columns": values.whole("Columns"),
        "frames": values.whole("NumberOfFrames") if values.raw("NumberOfFrames") else 1,
        "samples": values.whole("SamplesPerPixel"),
        "photometric": values.text("PhotometricInterpretation"),
        "bits_allocated": values.whole("BitsAllocated"),
        "bits_stored": values.whole("BitsStored"),
        "high_bit": values.whole("HighBit"),
        "signed": values.whole("PixelRepresentation"),
        "spacing_mm": values.numbers("PixelSpacing"),
        "counts_accumulated": values.whole("CountsAccumulated"),
        "largest_pixel": values.whole("LargestImagePixelValue"),
        "rescale": values.numbers("RescaleSlope") + values.numbers("RescaleIntercept"),
        "lossy": values.text("LossyImageCompression"),
        "lossy_method": values.text("LossyImageCompressionMethod"),
        "derivation": values.text("DerivationDescription"),
        "derivation_codes": values.codes("DerivationCodeSequence"),
    }


def _geometry(values: _Values) -> dict[str, Any]:
    texts = {"image id": "ImageID", "series description": "SeriesDescription", "protocol": "ProtocolName"}
    return {
        "energy_vector": tuple(int(number) for number in values.numbers("EnergyWindowVector")),
        "detector_vector": tuple(int(number) for number in values.numbers("DetectorVector")),
        "energy_windows": tuple(_window(item) for item in values.items("EnergyWindowInformationSequence")),
        "detectors": tuple(_detector(item) for item in values.items("DetectorInformationSequence")),
        "tracers": tuple(_tracer(item) for item in values.items("RadiopharmaceuticalInformationSequence")),
        "labels": tuple((where, values.text(keyword)) for where, keyword in texts.items() if values.text(keyword)),
        "frame_labels": _frame_labels(values),
        "gantry_codes": values.codes("PatientGantryRelationshipCodeSequence"),
        "patient_position": values.text("PatientPosition"),
    }


def _window(item: _Values) -> EnergyWindow:
    ranges = []
    for part in item.items("EnergyWindowRangeSequence"):
        low, high = part.number("EnergyWindowLowerLimit"), part.number("EnergyWindowUpperLimit")
        if low is not None and high is not None and 0 <= low < high:
            ranges.append((low, high))
    return EnergyWindow(ranges_kev=tuple(ranges), name=item.text("EnergyWindowName"))


def _detector(item: _Values) -> Detector:
    orientation = item.numbers("ImageOrientationPatient")
    return Detector(
        view_codes=item.codes("ViewCodeSequence"),
        collimator_type=item.text("CollimatorType"),
        collimator_name=item.text("CollimatorGridName"),
        start_angle_deg=item.number("StartAngle"),
        image_orientation=orientation if len(orientation) == 6 else (),
    )


def _tracer(item: _Values) -> Tracer:
    return Tracer(
        name=item.text("Radiopharmaceutical"),
        codes=item.codes("RadiopharmaceuticalCodeSequence"),
        nuclide_codes=item.codes("RadionuclideCodeSequence"),
        dose=item.number("RadionuclideTotalDose"),
        start_time=item.text("RadiopharmaceuticalStartTime"),
        start_datetime=item.text("RadiopharmaceuticalStartDateTime"),
    )


def _frame_labels(values: _Values) -> tuple[tuple[str, tuple[str, ...]], ...]:
    try:
        block = values.item.private_block(0x0011, GENIE)
    except Exception:  # noqa: BLE001  (no such block, or a damaged one)
        return ()
    found = []
    for offset, where in GENIE_FRAME_LABELS.items():
        with suppress(Exception):
            value = block[offset].value
            texts = list(value[:MOST_ITEMS]) if isinstance(value, MultiValue | list) else str(value).split("\\")
            found.append((where, tuple(clean_text(str(text)) for text in texts)))
    return tuple(found)


def _equipment(values: _Values) -> dict[str, Any]:
    return {
        "duration_ms": values.number("ActualFrameDuration"),
        "velocity_mm_s": values.number("ScanVelocity"),
        "scan_length_mm": values.number("ScanLength"),
        "corrections": values.texts("CorrectedImage"),
        "manufacturer": values.text("Manufacturer"),
        "model": values.text("ManufacturerModelName"),
        "station": values.text("StationName"),
        "serial_number": values.text("DeviceSerialNumber"),
        "private_creators": _private_creators(values.item),
    }


def _private_creators(item: Dataset) -> tuple[str, ...]:
    found = set()
    for tag in item.keys():  # noqa: SIM118  (iterating a data set converts every element)
        if tag.group % 2 and 0x10 <= tag.element <= 0xFF:
            with suppress(Exception):
                found.add(clean_text(str(item[tag].value)))
    return tuple(sorted(found))
