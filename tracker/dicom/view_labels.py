"""What a header says about which side each frame shows. No single attribute can be trusted on its own.

Sources, strongest first. *Firm* ones decide; *weak* ones decide only with a notice, or give way to the image.

==========================  ======  ====================================================================
source                      kind    why
==========================  ======  ====================================================================
view code                   firm    CID 26, or the words of a local scheme such as ``99NMG`` "FACE ANT"
label                       firm    ANT or POST in Image ID, series description or GE frame names
GE suffix                   weak    ``_E`` and ``_F`` of GE Genie names: seen on two real headers, not documented
orientation                 weak    Image Orientation of the detectors, where it differs between them: real files
                                    repeat one vector for both
==========================  ======  ====================================================================
"""

import re
from dataclasses import dataclass

from tracker.dicom.codes import VIEW_CODES
from tracker.dicom.header import Detector, Header
from tracker.records.view import Projection

ANTERIOR_WORDS = re.compile(r"(?<![a-z])(ant|anterior|anterieur|face ant|frontal|vorne|ventral)(?![a-z])", re.I)
"""How stations name the anterior view."""

POSTERIOR_WORDS = re.compile(r"(?<![a-z])(post|posterior|posterieur|pst|hinten|dorsal)(?![a-z])", re.I)
"""How stations name the posterior view."""

GENIE_SUFFIX = {"_E": Projection.ANTERIOR, "_F": Projection.POSTERIOR}
"""How names of GE Genie data sets end (`tracker.dicom.header_reader.GENIE`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one source says about the frames of one object.

    Parameters
    ----------
    source : str
        For people, such as ``"view code"``.
    firm : bool
        Whether it decides without a notice.
    sides : tuple of Projection or None
        One per frame; None where it is silent.
    """

    source: str
    firm: bool
    sides: tuple[Projection | None, ...]


def side_named(text: str) -> Projection | None:
    """Return the side that a text names; None if it names none or both.

    Parameters
    ----------
    text : str
        Free text of a station.

    Returns
    -------
    Projection or None
        The one side named.

    Examples
    --------
    >>> side_named("WB ANT"), side_named("antero-posterior"), side_named("Ant/Post")
    (<Projection.ANTERIOR: 'ANTERIOR'>, None, None)
    """
    named = [
        side
        for side, words in ((Projection.ANTERIOR, ANTERIOR_WORDS), (Projection.POSTERIOR, POSTERIOR_WORDS))
        if words.search(text.replace("_", " ").replace("é", "e"))
    ]
    return named[0] if len(named) == 1 and "antero" not in text.lower() else None


def claims(header: Header, frames: tuple[int, ...]) -> tuple[Claim, ...]:
    """Return what each source says, strongest first; sources that say nothing are left out.

    Parameters
    ----------
    header : Header
        The object's header.
    frames : tuple of int
        Frames asked about, zero-based.

    Returns
    -------
    tuple of Claim
        At least one side named in each.
    """
    found = [
        Claim(source="view code", firm=True, sides=tuple(_coded(_detector(header, frame)) for frame in frames)),
        *_label_claims(header, frames),
        Claim(source="GE name suffix", firm=False, sides=tuple(_suffix(header, frame) for frame in frames)),
        Claim(source="detector orientation", firm=False, sides=_orientations(header, frames)),
    ]
    return tuple(claim for claim in found if any(claim.sides))


def _detector(header: Header, frame: int) -> Detector:
    number = header.detector_vector[frame] if len(header.detector_vector) == header.frames else frame + 1
    return header.detectors[number - 1] if 1 <= number <= len(header.detectors) else Detector()


def _coded(detector: Detector) -> Projection | None:
    for code in detector.view_codes:
        value, _, meaning = code.split("|", 2)
        known = next((side for side, entry in VIEW_CODES.items() if entry.value == value), None)
        side = known or side_named(meaning) or side_named(value)
        if side:
            return side
    return None


def _label_claims(header: Header, frames: tuple[int, ...]) -> list[Claim]:
    found = []
    for where, texts in header.frame_labels:
        if len(texts) == header.frames:
            found.append(Claim(source=where, firm=True, sides=tuple(side_named(texts[frame]) for frame in frames)))
    if header.frames == 1:
        for where, text in header.labels:
            if where != "protocol":
                found.append(Claim(source=where, firm=True, sides=(side_named(text),)))
    return found


def _suffix(header: Header, frame: int) -> Projection | None:
    for _, texts in header.frame_labels:
        if len(texts) == header.frames:
            side = GENIE_SUFFIX.get(texts[frame][-2:].upper())
            if side:
                return side
    return None


def _orientations(header: Header, frames: tuple[int, ...]) -> tuple[Projection | None, ...]:
    """Return the side from the direction of image columns: to the patient's left for an anterior detector."""
    vectors = [_detector(header, frame).image_orientation for frame in frames]
    if not all(vectors) or len(frames) > 1 and len(set(vectors)) == 1:
        return (None,) * len(frames)
    across = [vector[0] if abs(vector[0]) > abs(vector[3]) else vector[3] for vector in vectors]
    return tuple(Projection.ANTERIOR if step > 0 else Projection.POSTERIOR if step < 0 else None for step in across)
