"""Lesions: find foci, judge their kind, follow them through time, measure them at every visit.

Order of use, per patient::

    visit_evidence(views)                                                         -> log odds    one per view
    of_the_others(witnesses)                                                      -> log odds    one per visit
    look(view, skeleton_view, normaliser, settings, Known(...))                   -> FociView    one per view
    judge_kinds(VisitFoci, settings)                                              -> VisitFoci  one per visit
    follow(visits, settings)                                                      -> FollowedCourse
    measure_everywhere(course, visits, settings)                                  -> LesionMeasurement, ...
    interval_changes(visit, reference, settings)                                  -> ChangeMap, ...
"""

from tracker.lesions.agreement import Witness, of_the_others
from tracker.lesions.change_map import interval_changes
from tracker.lesions.evidence import visit_evidence
from tracker.lesions.find import Known, look
from tracker.lesions.follow import follow
from tracker.lesions.kind import judge_kinds
from tracker.lesions.measure import measure_everywhere
from tracker.lesions.overrides import apply_reader

__all__ = [
    "Known",
    "Witness",
    "apply_reader",
    "follow",
    "interval_changes",
    "judge_kinds",
    "look",
    "measure_everywhere",
    "of_the_others",
    "visit_evidence",
]
