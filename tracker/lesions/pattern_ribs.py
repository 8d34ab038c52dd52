"""Foci on neighbouring ribs, one above the other: the pattern of trauma."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tracker.lesions.landmarks import anatomical_mm
from tracker.records.foci import FociView
from tracker.records.lesion import Focus, Kind
from tracker.settings.lesions import LesionSettings

RIB_STEP_MM = (14.0, 48.0)
"""Distance between neighbouring ribs along a line, millimetres; adults 20 to 35 (unverified), two ribs at most."""

FEWEST = 3
"""Foci that make a line; two always do."""


def aligned_ribs(foci: tuple[Focus, ...], seen: FociView, settings: LesionSettings) -> tuple[Focus, ...]:
    """Return the foci with those on neighbouring ribs in a line called benign.

    Parameters
    ----------
    foci : tuple of Focus
        All foci of one view, judged one by one.
    seen : FociView
        The view.
    settings : LesionSettings
        How straight a line must be.

    Returns
    -------
    tuple of Focus
        Same order. A side with many rib foci off the line keeps them all as lesions.
    """
    lined: set[int] = set()
    for side in ("left", "right"):
        members = [
            index
            for index, focus in enumerate(foci)
            if focus.kind is Kind.LESION and focus.region.startswith("ribs") and focus.side == side
        ]
        line = _longest_line([anatomical_mm(foci[index], seen) for index in members], settings.line_mm)
        if len(line) >= FEWEST and len(line) >= 0.75 * len(members):
            lined |= {members[index] for index in line}
    reason = "one of several foci in a line on neighbouring ribs, as in trauma"
    return tuple(
        replace(focus, kind=Kind.BENIGN, kind_reason=reason) if index in lined else focus
        for index, focus in enumerate(foci)
    )


def _longest_line(places: Sequence[tuple[float, float]], width_mm: float) -> list[int]:
    """Return the indices of the longest run of places, one rib apart each, along one straight line."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    best: list[int] = []
    for first in range(len(order)):
        for second in range(first + 1, len(order)):
            run = _run(places, order, (first, second), width_mm)
            best = run if len(run) > len(best) else best
    return best


def _run(places: Sequence[tuple[float, float]], order: list[int], start: tuple[int, int], width_mm: float) -> list[int]:
    """Return the run that two places begin."""
    run = [order[start[0]]]
    for index in order[start[1] :]:
        step = np.subtract(places[index], places[run[-1]])
        apart = float(np.hypot(*step))
        if not RIB_STEP_MM[0] <= apart <= RIB_STEP_MM[1] or abs(step[1]) > abs(step[0]):
            continue
        if len(run) < 2 or _off_line(places, run, index) <= width_mm:
            run.append(index)
    return run


def _off_line(places: Sequence[tuple[float, float]], run: list[int], index: int) -> float:
    """Return how far a place lies from the line through the first and last of a run."""
    origin, end = np.asarray(places[run[0]]), np.asarray(places[run[-1]])
    along = (end - origin) / float(np.hypot(*(end - origin)))
    step = np.asarray(places[index]) - origin
    return abs(float(along[0] * step[1] - along[1] * step[0]))
