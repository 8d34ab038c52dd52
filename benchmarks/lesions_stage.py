"""The lesion stage alone, with nothing else of the program loaded, for whoever measures what it takes.

Imports `tracker.lesions` and records only, as a process that finds lesions and nothing else would.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.lesions import Known, follow, judge_kinds, look, visit_evidence
from tracker.records.foci import VisitFoci
from tracker.records.skeleton import SkeletonView
from tracker.records.uptake import Normaliser
from tracker.records.view import View
from tracker.settings.lesions import LesionSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """One visit as the lesion stage takes it.

    Parameters
    ----------
    study_uid : str
        The visit.
    study_date : date
        Its day.
    views : tuple of tuple
        View, its labels, what 1.0 means on it, and what is known of it beforehand, but for the visit's own evidence.
    """

    study_uid: str
    study_date: date
    views: tuple[tuple[View, SkeletonView, Normaliser, Known], ...]


def lesion_stage(given: tuple[Sequence[Laid], LesionSettings]) -> None:
    """Find, judge and follow the foci of one patient: the work whose memory is measured.

    Parameters
    ----------
    given : tuple
        Visits laid in patient space, and the settings.
    """
    visits, settings = given
    follow([_found(one, settings) for one in visits], settings)


def _found(visit: Laid, settings: LesionSettings) -> VisitFoci:
    """Return the judged foci of one visit."""
    evidence = visit_evidence([view for view, *_ in visit.views])
    looked = tuple(
        look(view, labels, scale, settings, replace(known, likeness=evidence[view.projection]))
        for view, labels, scale, known in visit.views
    )
    found = VisitFoci(study_uid=visit.study_uid, study_date=visit.study_date, views=looked, evaluable=True, reason="")
    return judge_kinds(found, settings)
