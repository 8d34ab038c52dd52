"""Follow lesions through time: who is who, what is new, what is gone, what merged and what split.

Visits are taken in order of date. Each lesion of a visit is assigned to at most one known lesion, and the other way
round, at least total cost in patient space. What is left over is explained, in this order: a known lesion whose place
another's outline now covers, and that is still hot, is *merged*; two outlines over one known lesion are *split*; a
known lesion without an outline is measured at its place, and is *resolved* only if that measurement says so; an
outline without a known lesion is measured at its place on every earlier visit, and is *new* only if it stands
significantly above all of them.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tracker.lesions.assign import assign, covers
from tracker.lesions.forced import is_another, is_new, on_both_views, still_there
from tracker.lesions.one_kind import one_kind_each
from tracker.lesions.sighting import Sighting, sightings
from tracker.lesions.tracks import Track, course_of, ordered
from tracker.records.foci import VisitFoci
from tracker.records.lesion import Fate, FollowedCourse, Kinship
from tracker.settings.lesions import LesionSettings


def follow(visits: Sequence[VisitFoci], settings: LesionSettings) -> FollowedCourse:
    """Return the lesions of all visits with identity and fate.

    Parameters
    ----------
    visits : sequence of VisitFoci
        All visits of one patient, foci judged, in any order.
    settings : LesionSettings
        Reach and thresholds.

    Returns
    -------
    FollowedCourse
        Visits earliest first; a visit that is not evaluable has no lesions and its reason.
    """
    tracks: tuple[Track, ...] = ()
    kinships: tuple[Kinship, ...] = ()
    earlier: tuple[VisitFoci, ...] = ()
    for visit in ordered(visits):
        if visit.evaluable:
            tracks, more = _step(tracks, visit, earlier, settings)
            kinships += more
            earlier += (visit,)
    return course_of(one_kind_each(tracks, earlier, settings), visits, kinships)


def _step(
    tracks: tuple[Track, ...], visit: VisitFoci, earlier: tuple[VisitFoci, ...], settings: LesionSettings
) -> tuple[tuple[Track, ...], tuple[Kinship, ...]]:
    """Return the tracks after one more visit, and the merges and splits it shows."""
    found = [on_both_views(one, visit, settings) for one in sightings(visit, settings)]
    known = [track for track in tracks if not track.ended]
    links = assign([track.last for track in known], found, settings)
    outgrown = {at for at, place in links.items() if is_another(known[at], found[place], visit, earlier, settings)}
    links = {at: place for at, place in links.items() if at not in outgrown}
    now = {known[index].lesion_id: found[place] for index, place in links.items()}
    loose = [one for place, one in enumerate(found) if place not in set(links.values())]
    updated = {track.lesion_id: track for track in tracks}
    updated |= {known[at].lesion_id: replace(known[at], outgrown_at=visit.study_uid) for at in outgrown}
    known = [track for at, track in enumerate(known) if at not in outgrown]
    previous = earlier[-1].study_uid if earlier else ""
    gone = [track for track in known if track.lesion_id not in now and previous in track.seen]
    kinships: list[Kinship] = []
    for track in gone:
        there = still_there(track.last, visit, settings)
        host = _host(track, now, settings) if there is not None else ""
        if host:
            updated[track.lesion_id] = replace(track, merged_at=visit.study_uid)
            kinships.append(_kinship(visit, Fate.MERGED, (host, track.lesion_id), (host,)))
        elif there is not None:
            now[track.lesion_id] = there
    splits, loose = _splits(known, now, loose, settings)
    for lesion_id, parts in splits.items():
        del now[lesion_id]
        names = tuple(_name(len(updated) + 1 + index) for index in range(len(parts)))
        updated[lesion_id] = replace(updated[lesion_id], split_at=visit.study_uid)
        updated |= {name: _born(name, Fate.SPLIT, visit, part) for name, part in zip(names, parts, strict=True)}
        kinships.append(_kinship(visit, Fate.SPLIT, (lesion_id,), names))
    for one in loose:
        fate = Fate.NEW if earlier and is_new(one, visit, earlier, settings) else Fate.PERSISTENT
        name = _name(len(updated) + 1)
        updated[name] = _born(name, fate, visit, one)
    for lesion_id, sighting in now.items():
        updated[lesion_id] = updated[lesion_id].with_sighting(visit.study_uid, sighting)
    return tuple(updated.values()), tuple(kinships)


def _host(track: Track, now: dict[str, Sighting], settings: LesionSettings) -> str:
    """Return the older lesion whose outline now covers a known one's place, or an empty text."""
    return next((name for name, one in sorted(now.items()) if covers(one, track.last, settings)), "")


def _splits(
    known: Sequence[Track], now: dict[str, Sighting], loose: list[Sighting], settings: LesionSettings
) -> tuple[dict[str, list[Sighting]], list[Sighting]]:
    """Return which known lesions fell into parts, with the parts, and the sightings that are no part of any."""
    splits: dict[str, list[Sighting]] = {}
    rest = []
    for one in loose:
        parent = next(
            (
                track.lesion_id
                for track in known
                if track.lesion_id in now and covers(track.last, one, settings) and _shrunk(track, now, one)
            ),
            "",
        )
        if parent:
            splits.setdefault(parent, [now[parent]]).append(one)
        else:
            rest.append(one)
    return splits, rest


def _shrunk(track: Track, now: dict[str, Sighting], part: Sighting) -> bool:
    """Return whether the two parts together are not much larger than what they came from."""
    return bool(np.less(now[track.lesion_id].area_mm2, track.last.area_mm2) and part.area_mm2 < track.last.area_mm2)


def _name(number: int) -> str:
    """Return the name of the ``number``-th lesion of a patient."""
    return f"L{number:03d}"


def _born(name: str, fate: Fate, visit: VisitFoci, sighting: Sighting) -> Track:
    """Return a lesion at its first sighting."""
    return Track(lesion_id=name, born=fate, seen={visit.study_uid: sighting})


def _kinship(visit: VisitFoci, fate: Fate, before: Sequence[str], after: Sequence[str]) -> Kinship:
    """Return one merge or split."""
    return Kinship(study_uid=visit.study_uid, fate=fate, before=tuple(sorted(before)), after=tuple(sorted(after)))
