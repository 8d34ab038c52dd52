"""What one visit hides of a bone is left out at the others too: like is compared with like.

A bladder hides another part of the sacrum at every visit, an injection site an elbow at one of them. What is hidden is
filled in by the pattern of a healthy person, and an elbow with wear, or a sacrum with a hot joint, is not like that.
An arm that the edge of the field cuts lacks its elbow likewise.
Where every visit leaves out the same part, what is filled in divides out of the change.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.alignment import mask_from_other
from tracker.burden.view_to_measure import hidden_pixels
from tracker.pipeline.labelling import LabelledVisit
from tracker.records.view import Projection, View

_Shown = tuple[LabelledVisit, View, NDArray[np.bool_]]
"""A visit, one view of it, and what is hidden there."""


def hidden_elsewhere(
    visits: Sequence[LabelledVisit], gap_mm: float
) -> tuple[Mapping[Projection, NDArray[np.bool_]], ...]:
    """Return, for every visit, the pixels whose bone another visit does not show.

    Parameters
    ----------
    visits : sequence of LabelledVisit
        All visits of one patient.
    gap_mm : float
        How far the blur of bladder, injection site and contamination reaches, millimetres.

    Returns
    -------
    tuple of mapping of Projection to ndarray, shape (rows, cols), bool
        Stored frame, one per visit; empty where alignment was refused.
    """
    found: list[dict[Projection, NDArray[np.bool_]]] = [{} for _ in visits]
    for side in Projection:
        shown = [_shown(visit, side, gap_mm) for visit in visits]
        for place, here in enumerate(shown):
            if here is not None:
                others = [there for there in shown if there is not None and there is not here]
                found[place][side] = _union(here, others)
    return tuple(found)


def _shown(visit: LabelledVisit, side: Projection, gap_mm: float) -> _Shown | None:
    """Return one view of a visit with what is hidden there; None without labels."""
    view, labels = visit.study.view(side), visit.skeleton_view(side)
    if view is None or labels is None:
        return None
    return visit, view, hidden_pixels(view, labels, gap_mm)


def _union(here: _Shown, others: Sequence[_Shown]) -> NDArray[np.bool_]:
    """Return what any of the others hides, on the pixels of this one."""
    found = np.zeros(here[1].counts.shape, dtype=bool)
    for there in others:
        found |= mask_from_other(there[2], (there[0].alignment, there[1]), (here[0].alignment, here[1]))
    return found
