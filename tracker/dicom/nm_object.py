"""One NM Image object (DICOM PS3.3 A.5) from the views of a study; every type 1 and 2 attribute is there."""

from collections.abc import Sequence as Items
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tracker.dicom.codes import (
    FEET_FIRST,
    HEAD_FIRST,
    NM_STORAGE,
    RECUMBENT,
    SUPINE,
    TECHNETIUM,
    VIEW_CODES,
)
from tracker.records.study import Study
from tracker.records.view import View

COLLIMATOR_TYPES = ("PARA", "PINH", "FANB", "CONE", "SLNT", "ASTG", "DIVG", "NONE", "UNKN")
"""Defined terms of Collimator Type (0018,1181), PS3.3 C.8.4.11."""

LARGEST_COUNT = np.iinfo(np.uint16).max
"""Largest count that a 16-bit pixel holds."""


def uid_of(*parts: str) -> str:
    """Return the UID that always belongs to these words.

    Parameters
    ----------
    *parts : str
        Words in order, such as patient and visit.

    Returns
    -------
    str
        A UID under ``2.25`` (PS3.5 B.2), the same for the same words on every machine.

    Examples
    --------
    >>> uid_of("P001", "1") == uid_of("P001", "1") != uid_of("P0011")
    True
    """
    return f"2.25.{uuid5(NAMESPACE_OID, chr(31).join(parts)).int}"


def nm_object(study: Study, views: Items[View], patient_name: str = "") -> Dataset:
    """Return an NM Image object with one frame per view, pixels unencoded.

    Parameters
    ----------
    study : Study
        The visit.
    views : sequence of View
        The views that become frames, in this order.
    patient_name : str, optional
        Written as Patient's Name; a study itself keeps only a digest of it.

    Returns
    -------
    Dataset
        All attributes and native pixel data; no file meta information.

    Raises
    ------
    ValueError
        If counts are not whole numbers that fit into 16 bits.
    """
    frames = np.stack([_whole_counts(view) for view in views])
    item = Dataset()
    _identify(item, study, views, patient_name)
    _describe_acquisition(item, study, frames)
    _describe_frames(item, views)
    _describe_tracer(item, study)
    _describe_detectors(item, study, views)
    _add_pixels(item, frames, views[0].spacing_mm, stated=views[0].spacing_stated)
    return item


def acquired_at(study: Study) -> datetime:
    """Return the moment of acquisition; midnight of the study date where no time is stated.

    Parameters
    ----------
    study : Study
        The visit.

    Returns
    -------
    datetime
        Local to the scanner.
    """
    return study.acquired_at or datetime.combine(study.study_date, datetime.min.time())


def _whole_counts(view: View) -> NDArray[np.uint16]:
    if (view.counts != np.rint(view.counts)).any() or view.counts.max() > LARGEST_COUNT:
        raise ValueError(f"counts to be written must be whole numbers up to {LARGEST_COUNT}")
    return view.counts.astype(np.uint16)


def _clock(moment: datetime) -> str:
    text = moment.strftime("%H%M%S")
    return f"{text}.{moment.microsecond:06d}" if moment.microsecond else text


def _decimal(value: float) -> str:
    return f"{value:.10g}"


def _identify(item: Dataset, study: Study, views: Items[View], patient_name: str) -> None:
    names = "+".join(view.projection for view in views)
    moment = acquired_at(study)
    day, clock = moment.strftime("%Y%m%d"), _clock(moment)
    item.SOPClassUID = NM_STORAGE
    item.SOPInstanceUID = uid_of(study.study_uid, "instance", names)
    item.StudyInstanceUID = study.study_uid.partition("#")[0]
    item.SeriesInstanceUID = uid_of(study.study_uid, "series")
    item.FrameOfReferenceUID = uid_of(study.study_uid, "frame of reference")
    item.PositionReferenceIndicator = ""
    item.StudyID, item.AccessionNumber, item.ReferringPhysicianName = "1", "", ""
    item.SeriesNumber = 1
    item.InstanceNumber = 1 + ["ANTERIOR", "POSTERIOR"].index(views[0].projection)
    item.Modality = "NM"
    for keyword in ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"):
        setattr(item, keyword, day)
    for keyword in ("StudyTime", "SeriesTime", "AcquisitionTime", "ContentTime"):
        setattr(item, keyword, clock)
    item.StudyDescription, item.SeriesDescription = "Whole body bone scan", "Whole body bone"
    item.PatientName, item.PatientID = patient_name, study.patient_id
    item.PatientBirthDate = study.clues.birth_date.strftime("%Y%m%d") if study.clues.birth_date else ""
    item.PatientSex = study.clues.sex
    if study.clues.height_m:
        item.PatientSize = _decimal(study.clues.height_m)
    if study.clues.weight_kg:
        item.PatientWeight = _decimal(study.clues.weight_kg)


def _describe_acquisition(item: Dataset, study: Study, frames: NDArray[np.uint16]) -> None:
    facts = study.acquisition
    item.Manufacturer = facts.manufacturer or ""
    item.ManufacturerModelName = facts.model or ""
    item.StationName = facts.station or ""
    item.SoftwareVersions = "1"
    item.ImageType = ["ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION"]
    item.CountsAccumulated = int(frames.sum(dtype=np.int64))
    if facts.duration_s is not None:
        item.ActualFrameDuration = round(facts.duration_s * 1000)
    item.BodyPartExamined = "WHOLEBODY"
    item.WholeBodyTechnique = "1PS"
    item.ScanVelocity = "" if facts.scan_velocity_mm_s is None else _decimal(facts.scan_velocity_mm_s)
    item.ScanLength = "" if facts.scan_length_mm is None else round(facts.scan_length_mm)
    if facts.corrections:
        item.CorrectedImage = list(facts.corrections)
    item.AcquisitionContextSequence = Sequence()
    item.LossyImageCompression = "00"
    item.PatientOrientationCodeSequence = RECUMBENT.sequence(PatientOrientationModifierCodeSequence=SUPINE.sequence())


def _describe_frames(item: Dataset, views: Items[View]) -> None:
    count = len(views)
    upside_down = views[0].orientation.head_last
    item.PatientGantryRelationshipCodeSequence = (FEET_FIRST if upside_down else HEAD_FIRST).sequence()
    item.NumberOfFrames = count
    item.FrameIncrementPointer = [0x00540010, 0x00540020]
    item.EnergyWindowVector = [1] * count if count > 1 else 1
    item.NumberOfEnergyWindows = 1
    item.DetectorVector = list(range(1, count + 1)) if count > 1 else 1
    item.NumberOfDetectors = count


def _describe_tracer(item: Dataset, study: Study) -> None:
    facts = study.acquisition
    window, limits = Dataset(), Dataset()
    if facts.energy_window_kev is not None:
        limits.EnergyWindowLowerLimit, limits.EnergyWindowUpperLimit = map(_decimal, facts.energy_window_kev)
        window.EnergyWindowRangeSequence = Sequence([limits])
        window.EnergyWindowName = "Tc-99m"
    item.EnergyWindowInformationSequence = Sequence([window])
    tracer = Dataset()
    tracer.RadionuclideCodeSequence = TECHNETIUM.sequence()
    if facts.tracer:
        tracer.Radiopharmaceutical = facts.tracer
    if facts.activity_mbq is not None:
        tracer.RadionuclideTotalDose = _decimal(facts.activity_mbq)
    if facts.uptake_time_h is not None and study.acquired_at is not None:
        tracer.RadiopharmaceuticalStartTime = _clock(study.acquired_at - timedelta(hours=facts.uptake_time_h))
    item.RadiopharmaceuticalInformationSequence = Sequence([tracer])


def _describe_detectors(item: Dataset, study: Study, views: Items[View]) -> None:
    collimator = study.acquisition.collimator or ""
    is_type = collimator in COLLIMATOR_TYPES
    detectors = Sequence()
    for view in views:
        detector = Dataset()
        detector.CollimatorType = collimator if is_type else "PARA" if collimator else ""
        if collimator and not is_type:
            detector.CollimatorGridName = collimator
        across = -1 if view.orientation.patient_left_first else 1
        down = 1 if view.orientation.head_last else -1
        axes = [[across, 0, 0], [0, 0, down]]
        detector.ImageOrientationPatient = sum(axes[::-1] if view.orientation.transposed else axes, [])
        detector.ImagePositionPatient = ""
        detector.ViewCodeSequence = VIEW_CODES[view.projection].sequence()
        detectors.append(detector)
    item.DetectorInformationSequence = detectors


def _add_pixels(item: Dataset, frames: NDArray[np.uint16], spacing_mm: tuple[float, float], *, stated: bool) -> None:
    item.SamplesPerPixel = 1
    item.PhotometricInterpretation = "MONOCHROME2"
    item.Rows, item.Columns = frames.shape[1:]
    item.PixelSpacing = [_decimal(step) for step in spacing_mm] if stated else ""
    item.BitsAllocated, item.BitsStored, item.HighBit, item.PixelRepresentation = 16, 16, 15, 0
    item.SmallestImagePixelValue, item.LargestImagePixelValue = int(frames.min()), int(frames.max())
    item.PixelData = frames.tobytes()
    item["PixelData"].VR = "OW"
