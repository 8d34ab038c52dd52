"""Follow lesions through time: who is who, what is new, what is gone, what merged and what split.

Visits are taken in order of date. Each lesion of a visit is assigned to at most one known lesion, and the other way
round, at least total cost in patient space. What is left over is explained, in this order: two known lesions under
one outline are *merged*; two outlines over one known lesion are *split*; a known lesion without an outline is
measured at its place, and is *resolved* only if that measurement says so; an outline without a known lesion is
measured at its place on every earlier visit, and is *new* only if it stands significantly above all of them.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from tracker.lesions.find import describe
from tracker.lesions.measure import Reading, blocked_pixels, read_pixels
from tracker.lesions.place import Points, stored_pixels
from tracker.lesions.sighting import IMPOSSIBLE, Sighting, overlap, sightings
from tracker.records.foci import FociView, VisitFoci
from tracker.records.lesion import Fate, Focus, FollowedCourse, FollowedVisit, Kinship, Lesion, LesionPlace
from tracker.records.view import Projection
from tracker.settings.lesions import LesionSettings


@dataclass(slots=True)
class Track:
    """What is known of one lesion so far; lives only inside `follow`."""

    lesion_id: str
    seen: dict[str, Sighting] = field(default_factory=dict)
    last: Sighting | None = None
    present: bool = True
    ended: bool = False

    @property
    def latest(self) -> Sighting:
        """The last sighting."""
        assert self.last is not None
        return self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What became of everything at one visit; lives only inside `follow`."""

    lesions: tuple[Lesion, ...]
    kinships: tuple[Kinship, ...]


def follow(visits: tuple[VisitFoci, ...], settings: LesionSettings) -> FollowedCourse:
    """Return the lesions of all visits with identity and fate.

    Parameters
    ----------
    visits : tuple of VisitFoci
        All visits of one patient, foci judged, in any order.
    settings : LesionSettings
        Reach and thresholds.

    Returns
    -------
    FollowedCourse
        Visits earliest first; a visit that is not evaluable has no lesions and its reason.
    """
    ordered = sorted(visits, key=lambda visit: (visit.study_date, visit.study_uid))
    tracks: list[Track] = []
    earlier: list[VisitFoci] = []
    followed: list[FollowedVisit] = []
    kinships: list[Kinship] = []
    for visit in ordered:
        lesions: tuple[Lesion, ...] = ()
        if visit.evaluable:
            step = _step(tracks, visit, tuple(earlier), settings)
            lesions = step.lesions
            kinships += step.kinships
            earlier.append(visit)
        followed.append(
            FollowedVisit(
                study_uid=visit.study_uid,
                study_date=visit.study_date,
                lesions=tuple(sorted(lesions, key=lambda one: (one.lesion_id, one.focus.projection))),
                evaluable=visit.evaluable,
                reason=visit.reason,
            )
        )
    return FollowedCourse(visits=tuple(followed), places=_places(tracks), kinships=tuple(kinships))


def _step(tracks: list[Track], visit: VisitFoci, earlier: tuple[VisitFoci, ...], settings: LesionSettings) -> Step:
    """Return what became of every lesion at one visit; extends ``tracks``."""
    found = sightings(visit, settings)
    links = _assign(tracks, found, settings)
    lesions: list[Lesion] = []
    kinships: list[Kinship] = []
    for track, sighting in links:
        lesions += _seen(track, sighting, visit, Fate.PERSISTENT)
    matched = {id(track): sighting for track, sighting in links}
    for track in [one for one in tracks if one.present and not one.ended and id(one) not in matched]:
        host = next((t for t, s in links if _covers(s, track.latest, settings)), None)
        if host is not None:
            lesions += _gone(track, visit, Fate.MERGED)
            kinships.append(
                Kinship(
                    study_uid=visit.study_uid,
                    fate=Fate.MERGED,
                    before=tuple(sorted((host.lesion_id, track.lesion_id))),
                    after=(host.lesion_id,),
                )
            )
            track.ended = True
            continue
        rescued = _rescue(track, visit, settings)
        if rescued is None:
            lesions += _gone(track, visit, Fate.RESOLVED)
        else:
            lesions += _seen(track, rescued, visit, Fate.PERSISTENT)
    taken = {id(sighting) for _, sighting in links}
    for sighting in found:
        if id(sighting) not in taken:
            track = Track(lesion_id=f"L{len(tracks) + 1:03d}")
            tracks.append(track)
            fate = Fate.NEW if earlier and _is_new(sighting, visit, earlier, settings) else Fate.PERSISTENT
            lesions += _seen(track, sighting, visit, fate)
    return Step(lesions=tuple(lesions), kinships=tuple(kinships))


def _assign(tracks: list[Track], found: tuple[Sighting, ...], settings: LesionSettings) -> list[tuple[Track, Sighting]]:
    """Return which known lesion is which sighting, one to one, at least total cost."""
    alive = [track for track in tracks if not track.ended]
    if not alive or not found:
        return []
    cost = np.array([[link_cost(track.latest, one, settings) for one in found] for track in alive])
    rows, cols = linear_sum_assignment(cost)
    return [(alive[r], found[c]) for r, c in zip(rows, cols, strict=True) if cost[r, c] < IMPOSSIBLE]


def link_cost(before: Sighting, after: Sighting, settings: LesionSettings) -> float:
    """Return how badly a lesion of one visit fits one of another.

    Parameters
    ----------
    before, after : Sighting
        Two visits' lesions in one patient space.
    settings : LesionSettings
        Reach of a link.

    Returns
    -------
    float
        Millimetres between centres less what the outlines overlap; `IMPOSSIBLE` out of reach.
    """
    apart = float(np.hypot(*(before.centre_mm - after.centre_mm)))
    shared = _shared(before, after, settings)
    if apart > settings.link_mm and shared < 0.5:
        return IMPOSSIBLE
    return apart - settings.link_mm * shared - settings.link_mm


def _shared(before: Sighting, after: Sighting, settings: LesionSettings) -> float:
    """Return the largest overlap on one view, or across views where no view is common."""
    pairs = [
        (one, other)
        for focus, one in zip(before.foci, before.outlines_mm, strict=True)
        for twin, other in zip(after.foci, after.outlines_mm, strict=True)
        if focus.projection is twin.projection
    ]
    if not pairs:
        pairs = [(before.outlines_mm[0], after.outlines_mm[0])]
    return max(overlap(one, other, settings.touch_mm) for one, other in pairs)


def _covers(large: Sighting, small: Sighting, settings: LesionSettings) -> bool:
    """Return whether one sighting lies over the centre of another, on a view that shows both."""
    for focus, outline in zip(large.foci, large.outlines_mm, strict=True):
        twin = small.focus(focus.projection)
        if twin is not None and overlap(np.array([[twin.row_mm, twin.col_mm]]), outline, settings.touch_mm) > 0:
            return True
    return False


def _seen(track: Track, sighting: Sighting, visit: VisitFoci, fate: Fate) -> list[Lesion]:
    """Return the rows of a lesion that is seen; the track remembers it."""
    track.seen[visit.study_uid] = sighting
    track.last = sighting
    track.present = True
    return [Lesion(lesion_id=track.lesion_id, focus=focus, fate=fate) for focus in sighting.foci]


def _gone(track: Track, visit: VisitFoci, fate: Fate) -> list[Lesion]:
    """Return the rows of a lesion that is no longer there, where it was last seen, carried to this visit."""
    track.present = False
    rows = []
    for focus, outline in zip(track.latest.foci, track.latest.outlines_mm, strict=True):
        view = visit.view(focus.projection)
        carried = _carried(focus, outline, view) if view is not None else None
        if carried is not None:
            rows.append(Lesion(lesion_id=track.lesion_id, focus=carried, fate=fate))
    return rows


def _carried(focus: Focus, outline_mm: Points, seen: FociView) -> Focus | None:
    """Return a focus of another visit as it measures at its place on this view."""
    pixels = stored_pixels(outline_mm, seen.view, seen.alignment, focus.area_mm2)
    if len(pixels) == 0:
        return None
    here = describe(pixels, seen)
    return replace(here, region=focus.region, side=focus.side, kind=focus.kind, kind_reason=focus.kind_reason)


def _rescue(track: Track, visit: VisitFoci, settings: LesionSettings) -> Sighting | None:
    """Return the lesion as it is still seen at its known place, or None if it is gone."""
    foci: list[Focus] = []
    outlines: list[Points] = []
    for focus, outline in zip(track.latest.foci, track.latest.outlines_mm, strict=True):
        view = visit.view(focus.projection)
        carried = _carried(focus, outline, view) if view is not None else None
        if carried is None or view is None:
            continue
        reading = read_pixels(carried.pixels, view, blocked_pixels(view), settings)
        if reading is not None and reading.significance >= settings.keep_significance:
            foci.append(carried)
            outlines.append(outline)
    return Sighting(foci=tuple(foci), outlines_mm=tuple(outlines)) if foci else None


def _is_new(sighting: Sighting, visit: VisitFoci, earlier: tuple[VisitFoci, ...], settings: LesionSettings) -> bool:
    """Return whether a sighting stands significantly above the same place on every earlier visit."""
    return all(_rise(sighting, visit, before, settings) >= settings.change_significance for before in earlier)


def _rise(sighting: Sighting, visit: VisitFoci, before: VisitFoci, settings: LesionSettings) -> float:
    """Return how far a sighting rose since an earlier visit, in standard deviations, over both views."""
    rises = []
    for focus, outline in zip(sighting.foci, sighting.outlines_mm, strict=True):
        now = _reading(focus.projection, outline, focus.area_mm2, visit, settings)
        then = _reading(focus.projection, outline, focus.area_mm2, before, settings)
        if now is not None and then is not None:
            spread = np.hypot(now.relative_sd, then.relative_sd)
            rises.append((now.relative_excess - then.relative_excess) / spread)
    return float(np.sum(rises) / np.sqrt(len(rises))) if rises else 0.0


def _reading(
    projection: Projection, outline_mm: Points, area_mm2: float, visit: VisitFoci, settings: LesionSettings
) -> Reading | None:
    """Return what the place of an outline shows at one visit, or None."""
    view = visit.view(projection)
    if view is None:
        return None
    pixels = stored_pixels(outline_mm, view.view, view.alignment, area_mm2)
    return read_pixels(pixels, view, blocked_pixels(view), settings)


def _places(tracks: list[Track]) -> tuple[LesionPlace, ...]:
    """Return where each lesion is measured: its outline on each view at the visit where it stood out most."""
    places = []
    for track in tracks:
        for projection in Projection:
            shown = [
                (sighting.focus(projection), sighting, uid)
                for uid, sighting in sorted(track.seen.items())
                if sighting.focus(projection) is not None
            ]
            best = max(shown, key=lambda one: one[0].significance if one[0] else 0.0, default=None)
            if best is not None and best[0] is not None:
                index = best[1].foci.index(best[0])
                places.append(
                    LesionPlace(
                        lesion_id=track.lesion_id,
                        projection=projection,
                        study_uid=best[2],
                        outline_mm=best[1].outlines_mm[index],
                        row_mm=best[0].row_mm,
                        col_mm=best[0].col_mm,
                        area_mm2=best[0].area_mm2,
                    )
                )
    return tuple(places)
