"""What an object shows, from its header: one or two whole-body projections of Tc-99m in bone, or something else."""

import re

from tracker.dicom.codes import NM_CLASSES
from tracker.dicom.header import Header
from tracker.errors import FileRejected
from tracker.settings.dicom import ReadingSettings

NOT_PLANAR = {"TOMO", "GATED TOMO", "RECON TOMO", "RECON GATED TOMO", "GATED", "DYNAMIC"}
"""Values of Image Type 3 that are no whole-body projection (PS3.3 C.8.4.9.1.1)."""

MEAN_OF_BOTH = re.compile(r"\b(geo(metric)?[ _-]?mean|geomean|gmean)\b", re.I)
"""Names of images that are neither view, whatever the image type says."""

COMBINED_WORDS = re.compile(r"\b(gm|average|mean|sum(med)?|subtract(ed|ion)?|fused|fusion|ratio)\b", re.I)
"""Words by which stations name derived images computed from several views; none of them is a projection."""

OTHER_NUCLIDES = re.compile(
    r"\b(I-?12[345]|I-?131|In-?111|Ga-?6[78]|Lu-?177|Tl-?201|F-?18|Xe-?133|Sm-?153|Ra-?223|Sr-?89"
    r"|(123|131|125)-?I|111-?In|67-?Ga|68-?Ga|177-?Lu|201-?Tl|18-?F|Iod\w*|Indium|Gallium|Lutetium|Thallium)\b",
    re.I,
)
"""Nuclides other than technetium as stations write them."""

OTHER_TRACERS = re.compile(
    r"\b(mibg|iobenguane|sestamibi|mibi|tetrofosmin|octreo\w*|tektrotyd|pertechnetate|dmsa|dtpa|mag-?3|maa|psma\w*"
    r"|(sulfur|nano|tin)[ -]?colloid|leu[ck]ocytes?|exametazime|hmpao|besilesomab|sulesomab|red ?cells?)\b",
    re.I,
)
"""Technetium and other tracers that do not go to bone."""


def check_subject(header: Header, settings: ReadingSettings) -> None:
    """Refuse an object that is not a whole-body bone scan.

    Parameters
    ----------
    header : Header
        Its header.
    settings : ReadingSettings
        What counts as whole-body.

    Raises
    ------
    FileRejected
        ``NOT_NM``, ``SC_NO_COUNTS``, ``TRANSMISSION``, ``NOT_WHOLE_BODY``, ``DERIVED_IMAGE``, ``NOT_TECHNETIUM`` or
        ``NOT_BONE_TRACER``.
    """
    if header.modality != "NM" and header.sop_class not in NM_CLASSES:
        raise FileRejected(f"modality {header.modality or 'not stated'}: not a nuclear medicine image", code="NOT_NM")
    if (header.samples or 1) != 1 or header.bits_allocated == 8 and header.sop_class not in NM_CLASSES:
        raise FileRejected("a screen capture in colour or 8 bits holds no counts", code="SC_NO_COUNTS")
    if "TRANSMISSION" in header.image_type:
        raise FileRejected("a transmission image, not an emission image", code="TRANSMISSION")
    _check_whole_body(header, settings)
    _check_one_projection(header)
    _check_tracer(header)


def is_body_long(header: Header, settings: ReadingSettings) -> bool:
    """Return whether the field of an object is as long as a body.

    Parameters
    ----------
    header : Header
        Its header.
    settings : ReadingSettings
        How long that is, or how long against its width where no spacing is stated.

    Returns
    -------
    bool
        False also where rows or columns are missing.
    """
    rows, columns = header.rows or 0, header.columns or 0
    if min(rows, columns) < 1:
        return False
    if len(header.spacing_mm) == 2 and min(header.spacing_mm) > 0:
        row_mm, col_mm = header.spacing_mm
        return max(rows * row_mm, columns * col_mm) >= settings.shortest_body_mm
    return max(rows, columns) / min(rows, columns) >= settings.longest_side_ratio


def _check_whole_body(header: Header, settings: ReadingSettings) -> None:
    kind = header.image_type[2] if len(header.image_type) > 2 else ""
    if kind in NOT_PLANAR:
        raise FileRejected(f"image type {kind}: not a whole-body projection", code="NOT_WHOLE_BODY")
    if kind != "WHOLE BODY" and not is_body_long(header, settings):
        raise FileRejected("the field is shorter than a body", code="NOT_WHOLE_BODY")


def _check_one_projection(header: Header) -> None:
    texts = [*(text for _, text in header.labels), header.derivation, *header.image_type[3:]]
    patterns = (MEAN_OF_BOTH, COMBINED_WORDS) if "DERIVED" in header.image_type else (MEAN_OF_BOTH,)
    found = next((match for pattern in patterns for text in texts if (match := pattern.search(text))), None)
    if found:
        raise FileRejected(f"computed from several views ({found[0]}): neither projection", code="DERIVED_IMAGE")


def _check_tracer(header: Header) -> None:
    for tracer in header.tracers:
        nuclides = " ".join(tracer.nuclide_codes).replace("^", " ")
        words = " ".join((tracer.name, *tracer.codes)).replace("^", " ")
        if OTHER_NUCLIDES.search(f"{nuclides} {words}") and not re.search(r"99m|techne", f"{nuclides} {words}", re.I):
            raise FileRejected("the nuclide is not technetium-99m", code="NOT_TECHNETIUM")
        if OTHER_TRACERS.search(words):
            raise FileRejected(f"the tracer is not one for bone ({tracer.name})", code="NOT_BONE_TRACER")
