"""The reader's word wins: kinds, foci and links can be overridden; what the machine said stays beside it.

Decisions are events, applied in the order they were made to the machine's own course, which is never changed: leaving
out an event undoes it. Fates are derived anew from what was seen, so that a link or a removed focus cannot leave a
*new* or *resolved* behind that no longer follows.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from tracker.errors import CourseError
from tracker.lesions.find import describe
from tracker.lesions.sighting import Sighting
from tracker.lesions.tracks import Track, course_of, ordered, outline_mm, tracks_of
from tracker.records.foci import FociView, VisitFoci
from tracker.records.lesion import Fate, Focus, FollowedCourse, FollowedVisit, Lesion
from tracker.records.reader import ReaderAction, ReaderEvent

Tracks = dict[str, Track]
"""Tracks by their name."""

Visits = tuple[VisitFoci, ...]
"""All visits of one patient, earliest first."""


def apply_reader(course: FollowedCourse, visits: Sequence[VisitFoci], events: Sequence[ReaderEvent]) -> FollowedCourse:
    """Return the course as readers see it, with the machine's word beside every change.

    Parameters
    ----------
    course : FollowedCourse
        The machine's course.
    visits : sequence of VisitFoci
        The same visits.
    events : sequence of ReaderEvent
        Decisions, in any order.

    Returns
    -------
    FollowedCourse
        Changed rows name their reader and keep the machine's name and kind; removed rows are listed.

    Raises
    ------
    CourseError
        If an event names a lesion or a view that does not exist at that point.
    """
    if not events:
        return course
    in_order = ordered(visits)
    tracks = {track.lesion_id: track for track in tracks_of(course, in_order)}
    readers: dict[str, str] = {}
    for event in sorted(events, key=lambda one: (one.at, one.reader, one.action, one.study_uid, one.lesion_id)):
        before = tracks
        tracks = ACTIONS[event.action](dict(tracks), event, in_order)
        readers |= {name: event.reader for name, track in tracks.items() if before.get(name) is not track}
        readers |= {name: event.reader for name in before if name not in tracks}
    edited = course_of(tuple(tracks.values()), in_order, course.kinships)
    return _stamped(course, edited, readers, events)


def _set_kind(tracks: Tracks, event: ReaderEvent, visits: Visits) -> Tracks:  # noqa: ARG001
    """Return the tracks with one lesion's kind set at every visit."""
    track = _known(tracks, event.lesion_id)
    kind = event.kind or track.last.kind
    reason = f"{event.reader}: {event.reason or 'reader’s decision'}"
    seen = {
        uid: replace(one, foci=tuple(replace(focus, kind=kind, kind_reason=reason) for focus in one.foci))
        for uid, one in track.seen.items()
    }
    return tracks | {track.lesion_id: replace(track, seen=seen)}


def _add_focus(tracks: Tracks, event: ReaderEvent, visits: Visits) -> Tracks:
    """Return the tracks with one more focus."""
    view = _view(event, visits)
    focus = _disc(event, view)
    one = Sighting(foci=(focus,), outlines_mm=(outline_mm(focus, view),))
    if not event.lesion_id:
        first = next(visit.study_uid for visit in visits if visit.evaluable)
        name = _next_name(tracks)
        born = Fate.PERSISTENT if event.study_uid == first else Fate.NEW
        return tracks | {name: Track(lesion_id=name, born=born, seen={event.study_uid: one})}
    track = _known(tracks, event.lesion_id)
    seen = dict(track.seen)
    seen[event.study_uid] = _joined(one, seen[event.study_uid]) if event.study_uid in seen else one
    return tracks | {track.lesion_id: replace(track, seen=_by_date(seen, visits))}


def _remove_focus(tracks: Tracks, event: ReaderEvent, visits: Visits) -> Tracks:  # noqa: ARG001
    """Return the tracks without one lesion's foci at one visit."""
    track = _known(tracks, event.lesion_id)
    if event.study_uid not in track.seen:
        raise CourseError(f"lesion {event.lesion_id} was not seen at visit {event.study_uid}")
    one = track.seen[event.study_uid]
    kept = [
        index for index, focus in enumerate(one.foci) if event.projection and focus.projection is not event.projection
    ]
    seen = {uid: sighting for uid, sighting in track.seen.items() if uid != event.study_uid or kept}
    if kept:
        seen[event.study_uid] = Sighting(
            foci=tuple(one.foci[index] for index in kept), outlines_mm=tuple(one.outlines_mm[index] for index in kept)
        )
    rest = {name: other for name, other in tracks.items() if name != track.lesion_id}
    return rest | {track.lesion_id: replace(track, seen=seen)} if seen else rest


def _link(tracks: Tracks, event: ReaderEvent, visits: Visits) -> Tracks:
    """Return the tracks with two lesions made one."""
    gone, kept = _known(tracks, event.lesion_id), _known(tracks, event.other_id)
    seen = dict(kept.seen)
    for uid, one in gone.seen.items():
        seen[uid] = _joined(seen[uid], one) if uid in seen else one
    seen = _by_date(seen, visits)
    first = next(iter(seen))
    born = kept.born if first in kept.seen else gone.born
    rest = {name: track for name, track in tracks.items() if name != gone.lesion_id}
    return rest | {kept.lesion_id: replace(kept, seen=seen, born=born, merged_at="", split_at="")}


def _unlink(tracks: Tracks, event: ReaderEvent, visits: Visits) -> Tracks:
    """Return the tracks with one lesion cut in two at a visit; the later part gets a new name."""
    track = _known(tracks, event.lesion_id)
    order = [visit.study_uid for visit in visits]
    if event.study_uid not in order:
        raise CourseError(f"there is no visit {event.study_uid}")
    cut = order.index(event.study_uid)
    before = {uid: one for uid, one in track.seen.items() if order.index(uid) < cut}
    after = {uid: one for uid, one in track.seen.items() if order.index(uid) >= cut}
    if not before or not after:
        raise CourseError(f"lesion {event.lesion_id} was seen only on one side of visit {event.study_uid}")
    name = _next_name(tracks)
    later = replace(track, lesion_id=name, born=Fate.NEW, seen=after)
    return tracks | {track.lesion_id: replace(track, seen=before, merged_at="", split_at=""), name: later}


ACTIONS: dict[ReaderAction, Callable[[Tracks, ReaderEvent, Visits], Tracks]] = {
    ReaderAction.SET_KIND: _set_kind,
    ReaderAction.ADD_FOCUS: _add_focus,
    ReaderAction.REMOVE_FOCUS: _remove_focus,
    ReaderAction.LINK: _link,
    ReaderAction.UNLINK: _unlink,
}
"""What each action does."""


def _stamped(
    machine: FollowedCourse, edited: FollowedCourse, readers: dict[str, str], events: Sequence[ReaderEvent]
) -> FollowedCourse:
    """Return the edited course with the machine's word on every changed row, and the removed rows."""
    said = {(visit.study_uid, _key(row)): row for visit in machine.visits for row in visit.lesions if _shown(row)}
    kept = {(visit.study_uid, _key(row)) for visit in edited.visits for row in visit.lesions if _shown(row)}
    last = max(events, key=lambda one: one.at).reader
    visits = tuple(
        replace(visit, lesions=tuple(_stamp(row, visit, said, readers) for row in visit.lesions))
        for visit in edited.visits
    )
    removed = tuple(
        replace(row, reader=readers.get(row.lesion_id, last)) for key, row in said.items() if key not in kept
    )
    return replace(edited, visits=visits, removed=removed)


def _stamp(
    row: Lesion, visit: FollowedVisit, said: dict[tuple[str, tuple[object, ...]], Lesion], readers: dict[str, str]
) -> Lesion:
    """Return one row with the machine's word where a reader changed it."""
    reader = readers.get(row.lesion_id, "")
    own = said.get((visit.study_uid, _key(row)))
    if not reader or not _shown(row):
        return replace(row, reader=reader)
    if own is None:
        return replace(row, reader=reader)
    if own.lesion_id == row.lesion_id and own.focus.kind is row.focus.kind and own.fate is row.fate:
        return row
    return replace(row, reader=reader, machine_id=own.lesion_id, machine_kind=own.focus.kind)


def _shown(row: Lesion) -> bool:
    """Return whether a row is of a focus that was seen."""
    return row.fate not in (Fate.RESOLVED, Fate.MERGED)


def _key(row: Lesion) -> tuple[object, ...]:
    """Return what tells one focus of a visit from another."""
    return (row.focus.projection, row.focus.row_px, row.focus.col_px, row.focus.area_mm2)


def _known(tracks: Tracks, lesion_id: str) -> Track:
    """Return one track."""
    if lesion_id not in tracks:
        raise CourseError(f"there is no lesion {lesion_id}; known are {', '.join(sorted(tracks)) or 'none'}")
    return tracks[lesion_id]


def _view(event: ReaderEvent, visits: Visits) -> FociView:
    """Return the view an event is about."""
    visit = next((one for one in visits if one.study_uid == event.study_uid and one.evaluable), None)
    view = visit.view(event.projection) if visit is not None and event.projection is not None else None
    if view is None:
        raise CourseError(f"visit {event.study_uid} has no evaluable {event.projection} view")
    return view


def _disc(event: ReaderEvent, view: FociView) -> Focus:
    """Return the focus that a reader drew."""
    assert event.row_px is not None
    assert event.col_px is not None
    assert event.radius_mm is not None
    assert event.kind is not None
    rows, cols = np.indices(view.view.counts.shape)
    step = view.view.spacing_mm
    inside = np.hypot((rows - event.row_px) * step[0], (cols - event.col_px) * step[1]) <= event.radius_mm
    if not inside.any():
        raise CourseError(f"the focus drawn on visit {event.study_uid} lies outside the image")
    focus = describe(np.argwhere(inside).astype(np.int32), view)
    reason = f"{event.reader}: {event.reason or 'added by the reader'}"
    return replace(focus, kind=event.kind, kind_reason=reason)


def _joined(first: Sighting, second: Sighting) -> Sighting:
    """Return one sighting of two; where both show the same view, the first wins."""
    shown = {focus.projection: (focus, outline) for focus, outline in zip(second.foci, second.outlines_mm, strict=True)}
    shown |= {focus.projection: (focus, outline) for focus, outline in zip(first.foci, first.outlines_mm, strict=True)}
    parts = [shown[projection] for projection in sorted(shown)]
    return Sighting(foci=tuple(focus for focus, _ in parts), outlines_mm=tuple(outline for _, outline in parts))


def _by_date(seen: dict[str, Sighting], visits: Visits) -> dict[str, Sighting]:
    """Return sightings in the order of the visits."""
    return {visit.study_uid: seen[visit.study_uid] for visit in visits if visit.study_uid in seen}


def _next_name(tracks: Tracks) -> str:
    """Return a name that no lesion has had."""
    return f"L{max((int(name[1:]) for name in tracks), default=0) + 1:03d}"
