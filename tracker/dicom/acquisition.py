"""Header to acquisition facts and identity clues; zero, where it cannot be, means not stated."""

import re

from tracker.dicom.header import Header, Tracer
from tracker.dicom.moments import acquisition_moment, parse_date, uptake_time_h
from tracker.records.study import Acquisition, Notice, PatientClues
from tracker.settings.dicom import ReadingSettings

BQ_PER_MBQ = 1e6
"""Some stations write becquerel where the standard (PS3.3 C.8.4.10.1.7) wants megabecquerel."""

CREATOR_VENDORS = {"GEMS": "GE", "SIEMENS": "Siemens", "PHILIPS": "Philips", "ADAC": "ADAC", "MEDISO": "Mediso"}
"""Who writes private elements under a creator that begins so."""

HEIGHT_RANGE_M = (0.4, 2.6)
"""Patient size in metres; larger numbers are centimetres, anything else is not stated."""


def acquisition_of(header: Header, settings: ReadingSettings) -> Acquisition:
    """Return what one object states about how it was acquired.

    Parameters
    ----------
    header : Header
        Its header.
    settings : ReadingSettings
        Plausible ranges.

    Returns
    -------
    Acquisition
        None wherever the header is silent.
    """
    tracer = header.tracers[0] if header.tracers else Tracer()
    detector = next((item for item in header.detectors if item.collimator_name or item.collimator_type), None)
    _, moment, _ = acquisition_moment(header)
    return Acquisition(
        tracer=tracer.name or next((code.rpartition("|")[2] for code in tracer.codes), "") or None,
        activity_mbq=activity_mbq(tracer.dose, settings),
        uptake_time_h=uptake_time_h(tracer, moment, settings),
        duration_s=header.duration_ms / 1000 if _positive(header.duration_ms) and header.duration_ms else None,
        scan_velocity_mm_s=_positive(header.velocity_mm_s),
        scan_length_mm=_positive(header.scan_length_mm),
        energy_window_kev=photopeak_limits(header, settings),
        collimator=(detector.collimator_name or detector.collimator_type) if detector else None,
        manufacturer=header.manufacturer or None,
        model=header.model or None,
        station=header.station or None,
        exporter=exporter_of(header),
        corrections=header.corrections,
    )


def activity_mbq(dose: float | None, settings: ReadingSettings) -> float | None:
    """Return the administered activity, or None if what is written cannot be one.

    Parameters
    ----------
    dose : float or None
        Radionuclide Total Dose as written: MBq by the standard, Bq at some stations.
    settings : ReadingSettings
        The plausible range.

    Returns
    -------
    float or None
        MBq.
    """
    low, high = settings.activity_range_mbq
    for scaled in (dose or 0.0, (dose or 0.0) / BQ_PER_MBQ):
        if low <= scaled <= high:
            return scaled
    return None


def photopeak_window(header: Header, settings: ReadingSettings) -> int | None:
    """Return which energy window holds the photopeak, zero-based, or None if no limits are stated.

    Parameters
    ----------
    header : Header
        Its header.
    settings : ReadingSettings
        The photopeak.

    Returns
    -------
    int or None
        The window whose centre is nearest; ``-1`` if limits are stated and none holds it.
    """
    stated, best = False, (float("inf"), -1)
    for index, window in enumerate(header.energy_windows):
        for low, high in window.ranges_kev:
            stated = True
            if low <= settings.photopeak_kev <= high:
                best = min(best, (abs((low + high) / 2 - settings.photopeak_kev), index))
    return best[1] if stated else None


def photopeak_limits(header: Header, settings: ReadingSettings) -> tuple[float, float] | None:
    """Return the limits of the window that holds the photopeak, keV, or None if they are not stated.

    Parameters
    ----------
    header : Header
        Its header.
    settings : ReadingSettings
        The photopeak.

    Returns
    -------
    tuple of float or None
        Lower and upper limit.
    """
    index = photopeak_window(header, settings)
    if index is None or index < 0:
        return None
    return next(
        (low, high) for low, high in header.energy_windows[index].ranges_kev if low <= settings.photopeak_kev <= high
    )


def exporter_of(header: Header) -> str | None:
    """Return the maker of private elements where it is not the maker of the scanner.

    Parameters
    ----------
    header : Header
        Its header.

    Returns
    -------
    str or None
        Such as ``"GE (GEMS_GENIE_1)"``; None where nothing points to another station.
    """
    for creator in header.private_creators:
        vendor = next((name for mark, name in CREATOR_VENDORS.items() if creator.upper().startswith(mark)), "")
        if vendor and header.manufacturer and not re.search(rf"\b{vendor}", header.manufacturer, re.I):
            return f"{vendor} ({creator})"
    return None


def clues_of(header: Header) -> PatientClues:
    """Return what one object states about who was scanned.

    Parameters
    ----------
    header : Header
        Its header.

    Returns
    -------
    PatientClues
        Empty or None wherever the header is silent.
    """
    low, high = HEIGHT_RANGE_M
    height = header.height_m or 0.0
    height = height / 100 if height > high else height
    return PatientClues(
        name_digest=header.name_digest,
        birth_date=parse_date(header.birth_date),
        sex=header.sex if header.sex in ("M", "F", "O") else "",
        height_m=height if low <= height <= high else None,
        weight_kg=_positive(header.weight_kg),
        id_issuer=header.patient_id_issuer,
    )


def acquisition_notices(header: Header, settings: ReadingSettings) -> tuple[Notice, ...]:
    """Return what a reader should know about how an object was acquired and written.

    Parameters
    ----------
    header : Header
        Its header.
    settings : ReadingSettings
        Tolerances.

    Returns
    -------
    tuple of Notice
        Empty where nothing is unusual.
    """
    found = []
    if "DERIVED" in header.image_type:
        found.append(
            Notice(code="IMAGE_DERIVED", text="The image type says derived; the counts agree with the header.")
        )
    if len(header.image_type) > 2 and header.image_type[2] != "WHOLE BODY":
        text = f"The image type is {header.image_type[2]}; its field is as long as a body."
        found.append(Notice(code="IMAGE_NOT_MARKED_WHOLE_BODY", text=text))
    if header.rescale and header.rescale != (1.0, 0.0):
        text = f"A rescale of {header.rescale} is stated and not applied: stored values are counts."
        found.append(Notice(code="RESCALE_NOT_APPLIED", text=text))
    speed, duration, length = header.velocity_mm_s, header.duration_ms, header.scan_length_mm
    if speed and duration and length and abs(speed * duration / 1000 / length - 1) > settings.speed_tolerance:
        text = f"Speed times duration is {speed * duration / 1000:.0f} mm, the stated length {length:.0f} mm."
        found.append(Notice(code="SPEED_INCONSISTENT", text=text))
    dose = header.tracers[0].dose if header.tracers else None
    if dose and activity_mbq(dose, settings) != dose:
        found.append(Notice(code="ACTIVITY_UNIT", text=f"The activity is written as {dose:g}, which is not in MBq."))
    return tuple(found)


def _positive(number: float | None) -> float | None:
    return number if number is not None and number > 0 else None
