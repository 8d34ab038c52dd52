"""The lesion stage over one course: find and judge per visit, follow over visits, measure everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.lesions import Known, judge_kinds, look
from tracker.pipeline.labelling import LabelledVisit
from tracker.records.foci import VisitFoci
from tracker.records.lesion import Kind
from tracker.records.uptake import Normaliser
from tracker.records.view import Projection
from tracker.settings.whole import Settings

Masks = dict[Projection, NDArray[np.bool_]]
"""Pixels of one visit, per view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readability:
    """Whether a visit can be read at all.

    Parameters
    ----------
    evaluable : bool
        False where the visit cannot be read.
    reason : str
        Why not; empty otherwise.
    """

    evaluable: bool
    reason: str = ""


def readability(visit: LabelledVisit, normalisers: Sequence[Normaliser]) -> Readability:
    """Return whether a visit can be read: aligned, labelled and scaled.

    Parameters
    ----------
    visit : LabelledVisit
        The visit.
    normalisers : sequence of Normaliser
        What 1.0 means on its views.

    Returns
    -------
    Readability
        An unreliable normaliser alone (superscan) does not make a visit unreadable.
    """
    if not visit.alignment.accepted:
        return Readability(evaluable=False, reason=f"alignment refused: {visit.alignment.reason}")
    if not normalisers:
        return Readability(evaluable=False, reason="no bone could be labelled on any view")
    return Readability(evaluable=True)


def known_of(visit: LabelledVisit, projection: Projection) -> Known:
    """Return what is known of one view of a visit before its foci are looked for.

    Parameters
    ----------
    visit : LabelledVisit
        The visit.
    projection : Projection
        Which side.

    Returns
    -------
    Known
        Without what the visit does not hold.
    """
    return Known(
        alignment=visit.alignment.view(projection),
        error_mm=visit.errors_mm.get(projection),
        likeness=visit.evidence.get(projection),
        others=visit.others.get(projection),
    )


def foci_of(visit: LabelledVisit, normalisers: Sequence[Normaliser], settings: Settings) -> VisitFoci:
    """Return what stands out at one visit, each focus with its kind.

    Parameters
    ----------
    visit : LabelledVisit
        The visit.
    normalisers : sequence of Normaliser
        What 1.0 means on its views.
    settings : Settings
        Of all stages.

    Returns
    -------
    VisitFoci
        Ready to be followed.
    """
    read = readability(visit, normalisers)
    scale = {one.projection: one for one in normalisers}
    views = []
    for view in visit.study.views:
        skeleton_view = visit.skeleton_view(view.projection)
        if skeleton_view is None or view.projection.value not in scale:
            continue
        views.append(
            look(
                view,
                skeleton_view,
                scale[view.projection.value],
                settings.lesions,
                known_of(visit, view.projection),
            )
        )
    found = VisitFoci(
        study_uid=visit.study.study_uid,
        study_date=visit.study.study_date,
        views=tuple(views),
        evaluable=read.evaluable,
        reason=read.reason,
    )
    return judge_kinds(found, settings.lesions)


def lesion_masks(visit: VisitFoci) -> Masks:
    """Return the pixels of everything that stands out at one visit and is not cold.

    Parameters
    ----------
    visit : VisitFoci
        With judged foci.

    Returns
    -------
    dict of Projection to ndarray of bool
        Pixels that must not serve as reference bone.
    """
    masks: Masks = {}
    for seen in visit.views:
        mask = np.zeros(seen.view.counts.shape, dtype=bool)
        for focus in seen.foci:
            if focus.kind is not Kind.COLD:
                mask[focus.pixels[:, 0], focus.pixels[:, 1]] = True
        masks[seen.projection] = mask
    return masks
