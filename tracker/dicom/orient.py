"""How the body lies in the frames of one pass: head from the image, left and right from detectors and images.

A detector never sees a mirror image. So a frame with the feet first is a *turned* one, and the anterior view has the
patient's right on the left, the posterior view the reverse, unless the file says otherwise. Stations may store the
posterior view mirrored; two views of one pass show that by themselves. What cannot be seen is noted.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tracker.dicom.body_pose import MIRROR_MARGIN, mirror_margin
from tracker.records.study import Notice
from tracker.records.view import Orientation, Projection


@dataclass(frozen=True, slots=True, kw_only=True)
class Lie:
    """How the body lies in each frame.

    Parameters
    ----------
    orientations : tuple of Orientation
        One per frame.
    evidence : tuple of str
        What left and right were decided from.
    notices : tuple of Notice
        What a reader should check.
    """

    orientations: tuple[Orientation, ...]
    evidence: tuple[str, ...]
    notices: tuple[Notice, ...] = ()


def lie_of(
    body: Orientation,
    sides: tuple[Projection, ...],
    vectors: tuple[tuple[float, ...], ...],
    counts: tuple[NDArray[np.float64], ...],
) -> Lie:
    """Return the orientation of each frame of one pass.

    Parameters
    ----------
    body : Orientation
        ``transposed`` and ``head_last`` as seen in the image.
    sides : tuple of Projection
        One per frame.
    vectors : tuple of tuple of float
        Image Orientation of each frame's detector, empty where not stated.
    counts : tuple of ndarray, shape (rows, cols)
        Stored counts of each frame.

    Returns
    -------
    Lie
        Left and right decided, with evidence.
    """
    seen = tuple(replace(body, patient_left_first=_as_seen(body, side)) for side in sides)
    notices: tuple[Notice, ...] = ()
    evidence: tuple[str, ...] = ("left and right: as the detectors see the body",)
    if body.transposed or body.head_last:
        stated = _stated(body, sides, vectors)
        if stated is not None:
            seen, evidence = stated, ("left and right: image orientation of the detectors",)
        else:
            text = "The body does not lie head up; left and right follow from turning, not mirroring, the frame."
            notices = (Notice(code="LEFT_RIGHT_ASSUMED", text=text),)
    if len(sides) == 2:
        return _with_mirror_check(Lie(orientations=seen, evidence=evidence, notices=notices), sides, counts)
    return Lie(orientations=seen, evidence=evidence, notices=notices)


def _as_seen(body: Orientation, side: Projection) -> bool:
    turned = body.head_last is not body.transposed
    return turned if side is Projection.ANTERIOR else not turned


def _stated(
    body: Orientation, sides: tuple[Projection, ...], vectors: tuple[tuple[float, ...], ...]
) -> tuple[Orientation, ...] | None:
    """Return what the vectors say, if they agree with the image about the head and with each other."""
    if not all(vectors) or len(vectors) > 1 and len(set(vectors)) == 1:
        return None
    found = []
    for vector in vectors:
        across, along = (vector[3], vector[2]) if body.transposed else (vector[0], vector[5])
        if abs(across) < 0.5 or abs(along) < 0.5 or (along > 0) is not body.head_last:
            return None
        found.append(replace(body, patient_left_first=across < 0))
    return tuple(found)


def _with_mirror_check(lie: Lie, sides: tuple[Projection, ...], counts: tuple[NDArray[np.float64], ...]) -> Lie:
    behind = sides.index(Projection.POSTERIOR)
    front, back = lie.orientations[1 - behind], lie.orientations[behind]
    margin = mirror_margin(_turned(counts[1 - behind], front), _turned(counts[behind], back))
    seen_opposite = front.patient_left_first is not back.patient_left_first
    if abs(margin) < MIRROR_MARGIN:
        text = "left and right: the two views are too symmetric to check one against the other"
        return replace(lie, evidence=(*lie.evidence, text))
    if (margin > 0) is seen_opposite:
        text = "left and right: the two views are mirror images" if margin > 0 else "left and right: stored alike"
        return replace(lie, evidence=(*lie.evidence, text))
    flipped = replace(back, patient_left_first=not back.patient_left_first)
    orientations = (front, flipped) if behind == 1 else (flipped, front)
    text = "The posterior view is stored mirrored: it overlies the anterior view without a flip."
    notice = Notice(code="POSTERIOR_MIRRORED", text=text)
    return Lie(orientations=orientations, evidence=(*lie.evidence, "image: " + text), notices=(*lie.notices, notice))


def _turned(counts: NDArray[np.float64], orientation: Orientation) -> NDArray[np.float64]:
    """Return a frame with the head at row 0, its columns as stored."""
    turned: NDArray[np.float64] = replace(orientation, patient_left_first=False).to_anatomical(counts)
    return turned
