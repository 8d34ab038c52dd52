"""Lesions: find foci, judge their kind, follow them through time, measure them at every visit.

Order of use, per patient::

    look(view, skeleton_view, normaliser, settings, alignment=..., error_mm=...)  -> FociView   one per view
    judge_kinds(VisitFoci, settings)                                              -> VisitFoci  one per visit
    follow(visits, settings)                                                      -> FollowedCourse
    measure_everywhere(course, visits, settings)                                  -> LesionMeasurement, ...
    interval_changes(visit, reference, settings)                                  -> ChangeMap, ...
"""

from tracker.lesions.change_map import interval_changes
from tracker.lesions.find import find_foci, look
from tracker.lesions.follow import follow
from tracker.lesions.kind import judge_kinds
from tracker.lesions.measure import measure_everywhere
from tracker.lesions.overrides import apply_reader

__all__ = ["apply_reader", "find_foci", "follow", "interval_changes", "judge_kinds", "look", "measure_everywhere"]
