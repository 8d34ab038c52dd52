"""Accepted objects and their frames, and which of them are copies of others."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from numpy.typing import NDArray

from tracker.dicom.acquisition import photopeak_window
from tracker.dicom.examined import smallest_type
from tracker.dicom.header import Header
from tracker.dicom.moments import acquisition_moment
from tracker.errors import FileRejected
from tracker.records.study import RejectedFile, SourceFile
from tracker.settings.dicom import ReadingSettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadObject:
    """One accepted object.

    Parameters
    ----------
    source : SourceFile
        The file.
    header : Header
        What it says.
    counts : ndarray, shape (frames, rows, cols), integer
        All frames.
    frames : tuple of int
        Frames of the photopeak, zero-based; one or two.
    notices : tuple of str
        Codes of irregularities.
    """

    source: SourceFile
    header: Header
    counts: NDArray[Any]
    frames: tuple[int, ...]
    notices: tuple[str, ...]

    @property
    def patient_id(self) -> str:
        """Patient ID; a name of its own for an object without one, so that it joins nobody."""
        if self.header.patient_id:
            return self.header.patient_id
        seed = self.header.study_uid or self.source.sop_uid
        return "UNIDENTIFIED-" + sha256(seed.encode()).hexdigest()[:8]

    @property
    def study_uid(self) -> str:
        """Study Instance UID; the object's own UID where it is missing."""
        return self.header.study_uid or self.source.sop_uid

    @property
    def moment(self) -> datetime | None:
        """Moment of acquisition."""
        return acquisition_moment(self.header)[1]

    @property
    def frame_digests(self) -> tuple[str, ...]:
        """Digest of each photopeak frame's counts and shape."""
        return tuple(
            sha256(repr(self.counts.shape[1:]).encode() + smallest_type(self.counts[frame]).tobytes()).hexdigest()
            for frame in self.frames
        )


def photopeak_frames(header: Header, settings: ReadingSettings) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return which frames show the photopeak, zero-based, and codes of what was left out.

    Parameters
    ----------
    header : Header
        The object's header.
    settings : ReadingSettings
        The photopeak.

    Returns
    -------
    frames : tuple of int
        One or two.
    notices : tuple of str
        Codes.

    Raises
    ------
    FileRejected
        ``FRAME_VECTOR``, ``ENERGY_WINDOW`` or ``FRAMES``.
    """
    total = header.frames or 1
    for name, vector in (("energy window", header.energy_vector), ("detector", header.detector_vector)):
        if vector and (len(vector) != total or min(vector) < 1):
            raise FileRejected(f"the {name} vector does not fit {total} frames", code="FRAME_VECTOR")
    if len(header.detectors) and max(header.detector_vector, default=1) > len(header.detectors):
        raise FileRejected("the detector vector names a detector that is not described", code="FRAME_VECTOR")
    window = photopeak_window(header, settings)
    if window == -1:
        raise FileRejected(f"no energy window holds {settings.photopeak_kev} keV", code="ENERGY_WINDOW")
    if window is None and len(set(header.energy_vector)) > 1:
        raise FileRejected("several energy windows without their limits", code="ENERGY_WINDOW")
    vector = header.energy_vector or (1,) * total
    kept = tuple(frame for frame in range(total) if window is None or vector[frame] == window + 1)
    if len(kept) not in (1, 2):
        raise FileRejected(
            f"{len(kept)} frames of one energy window where one or two views are expected", code="FRAMES"
        )
    return kept, ("OTHER_WINDOWS",) if len(kept) < total else ()


def drop_copies(objects: Iterable[ReadObject]) -> tuple[list[ReadObject], list[RejectedFile]]:
    """Return the objects without copies, and the copies.

    Same SOP Instance UID and same pixels: the smallest SHA-256 is kept. Same UID, other pixels: none is kept.
    Another UID but the same pixels at the same moment of the same patient: a copy too, as archives re-issue UIDs.

    Parameters
    ----------
    objects : iterable of ReadObject
        Any order.

    Returns
    -------
    kept : list of ReadObject
        Ordered by digest.
    rejected : list of RejectedFile
        With ``DUPLICATE`` or ``UID_CONFLICT``.
    """
    ordered = sorted(objects, key=lambda item: (item.source.sha256, item.source.path))
    by_uid: dict[str, list[ReadObject]] = defaultdict(list)
    for item in ordered:
        by_uid[item.source.sop_uid].append(item)
    kept, rejected = [], []
    for item in ordered:
        same = by_uid[item.source.sop_uid]
        if len({other.frame_digests for other in same}) > 1:
            rejected.append(_refuse(item, "UID_CONFLICT", "Other pixels claim the same SOP Instance UID."))
        elif item is not same[0]:
            rejected.append(_refuse(item, "DUPLICATE", f"The same image as {same[0].source.path}."))
        else:
            kept.append(item)
    unique, reissued = _drop_reissued(kept)
    return unique, rejected + reissued


def _drop_reissued(objects: list[ReadObject]) -> tuple[list[ReadObject], list[RejectedFile]]:
    holders: dict[tuple[str, datetime | None, str], ReadObject] = {}
    kept, rejected = [], []
    for item in sorted(objects, key=lambda item: -len(item.frames)):
        keys = [(item.patient_id, item.moment, digest) for digest in item.frame_digests]
        if all(key in holders for key in keys):
            rejected.append(_refuse(item, "DUPLICATE", f"The same image as {holders[keys[0]].source.path}, other UID."))
            continue
        kept.append(item)
        holders.update(dict.fromkeys(keys, item))
    return sorted(kept, key=lambda item: item.source.sha256), rejected


def _refuse(item: ReadObject, code: str, reason: str) -> RejectedFile:
    return RejectedFile(path=item.source.path, code=code, reason=reason)
