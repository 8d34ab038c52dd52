"""One pass to one study: sides, orientation and facts, each with its evidence."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.dicom.acquisition import acquisition_notices, acquisition_of, clues_of
from tracker.dicom.body_pose import upright
from tracker.dicom.moments import acquisition_moment, moment_notices
from tracker.dicom.notice_texts import NOTICE_TEXTS
from tracker.dicom.objects import ReadObject
from tracker.dicom.orient import lie_of
from tracker.dicom.passes import Pass
from tracker.dicom.sides import decide_sides
from tracker.dicom.view_labels import Claim, claims
from tracker.errors import FileRejected
from tracker.records.study import Acquisition, Notice, PatientClues, Study
from tracker.records.view import Orientation, Projection, View
from tracker.settings.dicom import ReadingSettings

SPACING_RANGE_MM = (0.3, 12.0)
"""Pixels of planar cameras are 0.6 to 9.6 mm wide; anything outside this range is a mistake."""


def study_of(taken: Pass, settings: ReadingSettings) -> Study:
    """Return the study that one pass is.

    Parameters
    ----------
    taken : Pass
        Views that were taken together.
    settings : ReadingSettings
        Tolerances.

    Returns
    -------
    Study
        Anterior view first.

    Raises
    ------
    FileRejected
        ``NO_DATE``, ``VIEW_UNKNOWN`` or ``VIEW_CONFLICT``.
    """
    first = taken.objects[0]
    day = min((day for item in taken.objects if (day := acquisition_moment(item.header)[0])), default=None)
    if day is None:
        raise FileRejected("no date is stated", code="NO_DATE")
    views, view_notices = _views(taken, settings)
    moments = [item.moment for item in taken.objects if item.moment]
    codes = {code for item in taken.objects for code in item.notices} | set(taken.notices)
    codes |= set() if first.header.patient_id else {"NO_PATIENT_ID"}
    codes |= set() if views[0].spacing_stated else {"SPACING_NOT_STATED"}
    notices = [Notice(code=code, text=NOTICE_TEXTS[code]) for code in codes] + list(view_notices)
    for item in taken.objects:
        notices += (*moment_notices(item.header, settings), *acquisition_notices(item.header, settings))
    return Study(
        patient_id=first.patient_id,
        study_uid=min(item.study_uid for item in taken.objects),
        study_date=day,
        acquired_at=min(moments, default=None),
        views=views,
        acquisition=_merged_acquisition(taken, settings),
        clues=_merged_clues(taken),
        notices=tuple(sorted(set(notices), key=lambda notice: (notice.code, notice.text))),
        files=tuple(sorted((item.source for item in taken.objects), key=lambda source: source.path)),
    )


def _views(taken: Pass, settings: ReadingSettings) -> tuple[tuple[View, ...], tuple[Notice, ...]]:
    frames = [(item, frame) for item in taken.objects for frame in item.frames]
    counts = tuple(item.counts[frame].astype(np.float64) for item, frame in frames)
    spacing_mm, stated = _spacing(taken, settings)
    body, head = upright(np.sum(counts, axis=0), spacing_mm)
    decision = decide_sides(_claims(taken), tuple(_head_up(image, body) for image in counts))
    lie = lie_of(body, decision.sides, tuple(_vector(item, frame) for item, frame in frames), counts)
    views = [
        View(
            projection=side,
            counts=image,
            spacing_mm=spacing_mm,
            spacing_stated=stated,
            orientation=orientation,
            evidence=(*(f"{side.lower()} by {source}" for source in decision.evidence), head, *lie.evidence),
            frame_index=frame,
        )
        for side, image, orientation, (_, frame) in zip(decision.sides, counts, lie.orientations, frames, strict=True)
    ]
    order = list(Projection)
    return tuple(sorted(views, key=lambda view: order.index(view.projection))), (*decision.notices, *lie.notices)


def _head_up(image: NDArray[np.float64], body: Orientation) -> NDArray[np.float64]:
    turned: NDArray[np.float64] = body.to_anatomical(image)
    return turned


def _claims(taken: Pass) -> tuple[Claim, ...]:
    if len(taken.objects) == 1:
        return claims(taken.objects[0].header, taken.objects[0].frames)
    each = [claims(item.header, item.frames) for item in taken.objects]
    sources = dict.fromkeys((claim.source, claim.firm) for found in each for claim in found)
    merged = []
    for source, firm in sources:
        sides = tuple(next((claim.sides[0] for claim in found if claim.source == source), None) for found in each)
        merged.append(Claim(source=source, firm=firm, sides=sides))
    return tuple(merged)


def _vector(item: ReadObject, frame: int) -> tuple[float, ...]:
    detectors, vector = item.header.detectors, item.header.detector_vector
    number = vector[frame] if vector else frame + 1
    return detectors[number - 1].image_orientation if number <= len(detectors) else ()


def _spacing(taken: Pass, settings: ReadingSettings) -> tuple[tuple[float, float], bool]:
    """Return the spacing that any object of a pass states, and whether one does."""
    low, high = SPACING_RANGE_MM
    for item in taken.objects:
        stated = item.header.spacing_mm
        if len(stated) == 2 and all(low <= step <= high for step in stated):
            return (stated[0], stated[1]), True
    step = settings.assumed_field_width_mm / min(taken.objects[0].counts.shape[1:])
    return (step, step), False


def _merged_acquisition(taken: Pass, settings: ReadingSettings) -> Acquisition:
    facts = [acquisition_of(item.header, settings) for item in taken.objects]
    names = Acquisition.__dataclass_fields__
    return Acquisition(**{name: _first(getattr(fact, name) for fact in facts) for name in names})


def _merged_clues(taken: Pass) -> PatientClues:
    clues = [clues_of(item.header) for item in taken.objects]
    return PatientClues(**{name: _first(getattr(c, name) for c in clues) for name in PatientClues.__dataclass_fields__})


def _first(values: Iterable[Any]) -> Any:  # noqa: ANN401  (fields of several types)
    """Return the first value that is stated, else the last one: None, empty text or an empty tuple."""
    found = None
    for value in values:
        found = value
        if value not in (None, "", ()):
            break
    return found
