"""One lesion, two views: what one view leaves no doubt about, the other need not doubt."""

from dataclasses import replace

import numpy as np

from tracker.records.foci import FociView, VisitFoci
from tracker.records.lesion import Focus, Kind
from tracker.settings.lesions import LesionSettings


def confirmed(visit: VisitFoci, settings: LesionSettings) -> VisitFoci:
    """Return a visit in which a doubtful focus is a lesion where the other view shows one beyond doubt.

    Doubts are of one view: from the front the face hides the neck, from behind the spine hides the sternum.

    Parameters
    ----------
    visit : VisitFoci
        Judged view by view.
    settings : LesionSettings
        How far apart one lesion lies on two views, and the log odds that leave no doubt.

    Returns
    -------
    VisitFoci
        Only kinds and reasons of equivocal foci differ.
    """
    views = []
    for seen in visit.views:
        others = [(focus, one) for one in visit.views if one.projection is not seen.projection for focus in one.foci]
        sure = [focus for focus, one in others if focus.kind is Kind.LESION and _looks(focus, one, settings.sure_odds)]
        views.append(replace(seen, foci=tuple(_confirmed(focus, seen, sure, settings) for focus in seen.foci)))
    return replace(visit, views=tuple(views))


def _confirmed(focus: Focus, seen: FociView, sure: list[Focus], settings: LesionSettings) -> Focus:
    """Return a focus, a lesion if it looks like one and a sure one lies at its place on the other view."""
    if focus.kind is not Kind.EQUIVOCAL or not _looks(focus, seen, settings.find_odds):
        return focus
    near = [one for one in sure if np.hypot(one.row_mm - focus.row_mm, one.col_mm - focus.col_mm) <= settings.pair_mm]
    if not near:
        return focus
    reason = f"the other view leaves no doubt here ({focus.kind_reason})"
    return replace(focus, kind=Kind.LESION, kind_reason=reason)


def _looks(focus: Focus, seen: FociView, least_odds: float) -> bool:
    """Return whether a focus looks like a lesion with some log odds or more; never without evidence."""
    odds = seen.odds_at(focus.pixels)
    return odds is not None and odds >= least_odds
