"""One lesion, one kind: what a visit leaves no doubt about, the other visits need not doubt.

Each visit is judged for itself first, as a reader with one scan would. A place that shows the same focus again and
again is one thing, though; where noise or pose made it doubtful at some visits and sure at others, the sure ones count.
A doubt is lifted this way, never raised: a later worn joint is no reason to take back a lesion. Nor do many visits
outvote a doubt: what a body shows by its build it shows at every visit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracker.lesions.sighting import Sighting
from tracker.lesions.tracks import Track, views_of
from tracker.records.foci import FociView, VisitFoci
from tracker.records.lesion import Focus, Kind
from tracker.records.view import Projection
from tracker.settings.lesions import LesionSettings

Views = Mapping[tuple[str, Projection], FociView]
"""Views of all visits, by study uid and projection."""

DOUBTFUL = (Kind.BENIGN, Kind.EQUIVOCAL)
"""Kinds that rest on a doubt about one look; a physiologic site is one at its visit alone."""


def one_kind_each(tracks: Sequence[Track], visits: Sequence[VisitFoci], settings: LesionSettings) -> tuple[Track, ...]:
    """Return lesions whose doubtful sightings are called what their sure ones are called.

    Parameters
    ----------
    tracks : sequence of Track
        All lesions of a patient, each sighting judged at its visit.
    visits : sequence of VisitFoci
        The visits they were seen at.
    settings : LesionSettings
        Log odds that settle the kind for all visits.

    Returns
    -------
    tuple of Track
        Same order; only kinds and reasons of benign and equivocal sightings differ.
    """
    views = views_of(visits)
    return tuple(_settled(track) if _is_sure(track, views, settings) else track for track in tracks)


def _is_sure(track: Track, views: Views, settings: LesionSettings) -> bool:
    """Return whether a lesion was called one beyond doubt at any visit."""
    called = [(uid, focus) for uid, one in track.seen.items() if one.kind is Kind.LESION for focus in one.foci]
    odds = [views[uid, focus.projection].odds_at(focus.pixels) for uid, focus in called]
    return any(one is not None and one >= settings.settled_odds for one in odds)


def _settled(track: Track) -> Track:
    """Return a lesion without doubts."""
    return replace(track, seen={uid: _certain(one) for uid, one in track.seen.items()})


def _certain(sighting: Sighting) -> Sighting:
    """Return a sighting, called a lesion if it was doubtful."""
    return replace(sighting, foci=tuple(_lesion(focus) if focus.kind in DOUBTFUL else focus for focus in sighting.foci))


def _lesion(focus: Focus) -> Focus:
    """Return a doubtful focus as a lesion, with the doubt kept in the reason."""
    return replace(focus, kind=Kind.LESION, kind_reason=f"other visits leave no doubt here ({focus.kind_reason})")
