"""Words of CDISC SDTM that describe tumours on bone scans: column orders, tests, categories, places.

Controlled Terminology 2025-03-25 (`references`: clinical rules, section 9). Test codes and categories of bone disease
were read there; the order of columns after the eighth follows SDTMIG 3.4 from memory, and the words for places are
taken from the extensible code list C74456: check both against the version a trial files with. Test codes that the
list does not hold are the sponsor's own and are marked so.
"""


def _columns(domain: str, *own: str) -> tuple[str, ...]:
    """Return the columns of a domain: keys, its own with the domain's prefix, visit and date."""
    inner = tuple(f"{domain}{name}" for name in own)
    return ("STUDYID", "DOMAIN", "USUBJID", *inner, "VISITNUM", "VISIT", "EPOCH", f"{domain}DTC", f"{domain}DY")


_NAMES = ("SEQ", "GRPID", "REFID", "SPID", "LNKID")
_RATING = ("LOBXFL", "EVAL", "EVALID", "ACPTFL")

TU_COLUMNS = _columns(
    "TU", *_NAMES, "TESTCD", "TEST", "ORRES", "STRESC", "NAM", "LOC", "LAT", "DIR", "METHOD", *_RATING
)
"""Tumour identification, in the order they are filed."""

_UNITS = ("ORRES", "ORRESU", "STRESC", "STRESN", "STRESU", "STAT", "REASND")

TR_COLUMNS = _columns("TR", *_NAMES, "LNKGRP", "TESTCD", "TEST", *_UNITS, "NAM", "METHOD", *_RATING)
"""Tumour results, in the order they are filed."""

_RESPONSE = ("LNKGRP", "TESTCD", "TEST", "CAT", "ORRES", "STRESC", "STAT", "REASND", "NAM")

RS_COLUMNS = _columns("RS", *_NAMES, *_RESPONSE, *_RATING)
"""Disease response, in the order they are filed."""

METHOD = "SCINTIGRAPHY"
"""C62667; there is no term for a bone scan."""

TUMOUR_TESTS: dict[str, str] = {
    "TUMIDENT": "Tumor Identification",
    "TUMERGE": "Tumor Merged",
    "TUSPLIT": "Tumor Split",
}
"""C96784: what a row of TU says."""

RESULT_TESTS: dict[str, str] = {
    "BNLNUM": "Number of Bone Lesions",
    "NBNLNUM": "Number of New Bone Lesions",
    "NBNL2IND": "Two or More New Bone Lesions Indicator",
    "TUMSTATE": "Tumor State",
    "LESAREA": "Lesion Area on Bone Scan",
    "SCANIDX": "Scan Index",
    "UPTRATIO": "Uptake Ratio",
}
"""C96779, and three of the sponsor's own: LESAREA, SCANIDX, UPTRATIO."""

RESPONSE_CATEGORIES: dict[str, str] = {
    "PCWG3_2016": "PCWG SCHER PROSTATE CANCER 2016",
    "PCWG2_2008": "PCWG SCHER PROSTATE CANCER 2008",
}
"""C124298: criteria that have a category; others are not filed."""

LOCATIONS: dict[str, str] = {
    "skull": "SKULL",
    "mandible": "MANDIBLE",
    "cervical_spine": "CERVICAL SPINE",
    "thoracic_spine": "THORACIC SPINE",
    "lumbar_spine": "LUMBAR SPINE",
    "sacrum": "SACRUM",
    "sternum": "STERNUM",
    "clavicle": "CLAVICLE",
    "scapula": "SCAPULA",
    "ribs": "RIB",
    "humerus": "HUMERUS",
    "forearm": "FOREARM",
    "hand": "HAND",
    "hip_bone": "PELVIS",
    "femur": "FEMUR",
    "lower_leg": "LOWER LEG",
    "foot": "FOOT",
}
"""Place by the beginning of a region's name; the side goes to TULAT."""


def location_of(region: str) -> str:
    """Return the place of a region.

    Parameters
    ----------
    region : str
        Region name of either level, or empty.

    Returns
    -------
    str
        Empty where there is no bone.

    Examples
    --------
    >>> location_of("femur_proximal_left"), location_of("thoracic_spine_lower")
    ('FEMUR', 'THORACIC SPINE')
    """
    return next((place for start, place in LOCATIONS.items() if region.startswith(start)), "")


def study_day(treatment_day: int | None) -> int | None:
    """Return the study day of a day on the treatment clock: the day of treatment start is 1, there is no day 0.

    Parameters
    ----------
    treatment_day : int or None
        Days since treatment began.

    Returns
    -------
    int or None
        None without a treatment.

    Examples
    --------
    >>> study_day(0), study_day(-1), study_day(None)
    (1, -1, None)
    """
    if treatment_day is None:
        return None
    return treatment_day + 1 if treatment_day >= 0 else treatment_day
