"""Visit by visit, what the images made of the lesions that a reader could see: where a wrong verdict comes from."""

from collections.abc import Sequence

import numpy as np

from tracker.phantom.course import SimulatedCourse, SimulatedVisit
from tracker.phantom.truth import LesionAppearance
from tracker.records.assessment import Assessment, Criterion
from tracker.records.course import Course
from tracker.records.lesion import Fate, Kind, Lesion
from tracker.records.timepoint import Timepoint
from tracker.records.view import Projection

REACH_MM = 12.0
"""A focus shows the planted lesion whose true centre lies within this distance, or within the focus's outline."""

GONE = (Fate.RESOLVED, Fate.MERGED)
"""Fates of lesions that are listed at a visit without being there."""


def account(course: SimulatedCourse, tracked: Course) -> tuple[str, ...]:
    """Return one line per visit: its status, what became of each lesion new by truth, and what the rule counted.

    Parameters
    ----------
    course : SimulatedCourse
        What is there.
    tracked : Course
        What was made of it.

    Returns
    -------
    tuple of str
        Earliest visit first.
    """
    rows = {row.study_uid: row for row in tracked.response.assessments if row.criterion is Criterion.PCWG3_2016}
    by_uid = {one.study_uid: one for one in tracked.timepoints}
    before: set[str] = set()
    lines: list[str] = []
    for visit in course.visits:
        seen = by_uid[visit.study.study_uid]
        row = rows.get(seen.study_uid)
        shown = _shown(visit)
        firsts = {name: views for name, views in shown.items() if name not in before}
        told = [f"{name} {_made_of(views, visit, seen)}" for name, views in firsts.items()] if lines else []
        lines.append(f"day {visit.day:4d}: {_status(row, seen)}; " + "; ".join((*told, *_counted(row, visit, seen))))
        before |= shown.keys()
    return tuple(lines)


def _shown(visit: SimulatedVisit) -> dict[str, list[LesionAppearance]]:
    """Return the malignant lesions that a reader could see, with every view that shows them."""
    shown: dict[str, list[LesionAppearance]] = {}
    for projection in Projection:
        for one in visit.truth(projection).lesions:
            if one.kind is Kind.LESION and one.visible:
                shown.setdefault(one.lesion_id, []).append(one)
    return shown


def _status(row: Assessment | None, seen: Timepoint) -> str:
    """Return what was said of a visit."""
    said = (
        "before treatment"
        if row is None
        else f"{row.provisional_status} then {row.final_status} ({row.evidence.rule_id})"
    )
    count = len({one.lesion_id for one in seen.lesions if one.focus.kind is Kind.LESION and one.fate not in GONE})
    return f"{said}, comparable {seen.comparability.verdict.value}, {count} lesions"


def _made_of(views: list[LesionAppearance], visit: SimulatedVisit, seen: Timepoint) -> str:
    """Return what the images made of a lesion that is new by truth."""
    best_view = max(views, key=lambda one: one.significance)
    strength = f"{best_view.region}, {best_view.significance:.0f} sd, ratio {best_view.image_ratio:.2f}"
    rows = [one for one in seen.lesions if one.fate not in GONE and any(_shows(one, view, visit) for view in views)]
    if not rows:
        return f"not found ({strength})"
    best = next((one for one in rows if one.focus.kind is Kind.LESION), rows[0])
    return f"{best.lesion_id} {best.focus.kind.value} {best.fate.value} ({strength})"


def _counted(row: Assessment | None, visit: SimulatedVisit, seen: Timepoint) -> list[str]:
    """Return the lesions that the rule counted as new that day, and what is planted there."""
    planted = [one for projection in Projection for one in visit.truth(projection).lesions]
    told = []
    for name in row.provisional_evidence.new_ids if row is not None else ():
        rows = [one for one in seen.lesions if one.lesion_id == name]
        there = sorted({one.lesion_id for one in planted if any(_shows(found, one, visit) for found in rows)})
        told.append(f"{name} counted as new: {'+'.join(there) or _nothing_planted(rows)}")
    return told


def _nothing_planted(rows: Sequence[Lesion]) -> str:
    """Return where a lesion is that nothing was planted for."""
    focus = max((row.focus for row in rows), key=lambda focus: focus.significance, default=None)
    return "nothing of its own" if focus is None else f"nothing planted ({focus.region}, {focus.significance:.0f} sd)"


def _shows(lesion: Lesion, planted: LesionAppearance, visit: SimulatedVisit) -> bool:
    """Whether a focus lies where a lesion was planted, on that view."""
    focus = lesion.focus
    view = visit.study.view(planted.projection)
    if focus.projection is not planted.projection or view is None:
        return False
    step = np.asarray(view.spacing_mm) * (focus.row_px - planted.row_px, focus.col_px - planted.col_px)
    inside = np.abs(focus.pixels - (planted.row_px, planted.col_px)).max(axis=1).min() <= 1.0
    return bool(np.hypot(*step) <= REACH_MM or inside)
