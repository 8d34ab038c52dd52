"""One lesion through time, and the rows that follow from when it was seen.

Fates follow from presence alone: persistent at the first evaluable visit and wherever it was seen before, new (or
split, or persistent) at its first sighting, resolved once at the first evaluable visit that no longer shows it,
merged instead where another lesion took it over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from tracker.lesions.find import describe
from tracker.lesions.place import Points, space_points, stored_pixels, stored_points
from tracker.lesions.sighting import Sighting
from tracker.records.foci import FociView, VisitFoci
from tracker.records.lesion import Fate, Focus, FollowedCourse, FollowedVisit, Kinship, Lesion, LesionPlace
from tracker.records.view import Projection

OUTSIDE_THE_FIELD = "its place lies outside the field at this visit"
"""Said of a lesion that was seen before and whose place a later visit does not show."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Track:
    """One lesion through time.

    Parameters
    ----------
    lesion_id : str
        Stable name.
    born : Fate
        Its fate at the first sighting: persistent, new or split.
    seen : mapping of str to Sighting
        Study uid to how it looked; only visits that show it.
    merged_at, split_at : str
        Study uid at which another lesion took it over, or its parts went on under their own names; else empty.
    outgrown_at : str
        Study uid at which a lesion that leaves no doubt appeared where this one was doubtful; else empty.
    """

    lesion_id: str
    born: Fate
    seen: Mapping[str, Sighting] = field(default_factory=dict)
    merged_at: str = ""
    split_at: str = ""
    outgrown_at: str = ""

    @property
    def ended(self) -> bool:
        """Whether the name is given up for good."""
        return bool(self.merged_at or self.split_at or self.outgrown_at)

    @property
    def last(self) -> Sighting:
        """The latest sighting."""
        return tuple(self.seen.values())[-1]

    def with_sighting(self, study_uid: str, sighting: Sighting) -> "Track":
        """Return the track seen at one more visit.

        Parameters
        ----------
        study_uid : str
            The visit.
        sighting : Sighting
            How it looked.

        Returns
        -------
        Track
            A copy.
        """
        return replace(self, seen={**self.seen, study_uid: sighting})


def ordered(visits: Sequence[VisitFoci]) -> tuple[VisitFoci, ...]:
    """Return visits earliest first, whatever order they came in.

    Parameters
    ----------
    visits : sequence of VisitFoci
        All visits of one patient.

    Returns
    -------
    tuple of VisitFoci
        By date, then study uid.
    """
    return tuple(sorted(visits, key=lambda visit: (visit.study_date, visit.study_uid)))


def course_of(tracks: Sequence[Track], visits: Sequence[VisitFoci], kinships: Sequence[Kinship] = ()) -> FollowedCourse:
    """Return the course that tracks make.

    Parameters
    ----------
    tracks : sequence of Track
        All lesions.
    visits : sequence of VisitFoci
        All visits.
    kinships : sequence of Kinship, optional
        Merges and splits.

    Returns
    -------
    FollowedCourse
        Rows of every visit, ordered by id, anterior first.
    """
    in_order = ordered(visits)
    evaluable = [visit for visit in in_order if visit.evaluable]
    rows = {visit.study_uid: [row for track in tracks for row in _rows(track, visit, evaluable)] for visit in evaluable}
    followed = tuple(
        FollowedVisit(
            study_uid=visit.study_uid,
            study_date=visit.study_date,
            lesions=tuple(sorted(rows.get(visit.study_uid, []), key=lambda row: (row.lesion_id, row.focus.projection))),
            evaluable=visit.evaluable,
            reason=visit.reason,
        )
        for visit in in_order
    )
    places = tuple(place for track in sorted(tracks, key=lambda one: one.lesion_id) for place in _places(track))
    return FollowedCourse(visits=followed, places=places, kinships=tuple(kinships))


def views_of(visits: Sequence[VisitFoci]) -> dict[tuple[str, Projection], FociView]:
    """Return the views of some visits by study uid and projection.

    Parameters
    ----------
    visits : sequence of VisitFoci
        Of one patient.

    Returns
    -------
    dict
        Every view of every visit.
    """
    return {(visit.study_uid, view.projection): view for visit in visits for view in visit.views}


def tracks_of(course: FollowedCourse, visits: Sequence[VisitFoci]) -> tuple[Track, ...]:
    """Return the tracks that a course was made of; the inverse of `course_of`.

    Parameters
    ----------
    course : FollowedCourse
        What was followed.
    visits : sequence of VisitFoci
        The same visits.

    Returns
    -------
    tuple of Track
        Ordered by id.
    """
    views = views_of(visits)
    found: dict[str, Track] = {}
    for visit in course.visits:
        for lesion_id in sorted({row.lesion_id for row in visit.lesions}):
            rows = [row for row in visit.lesions if row.lesion_id == lesion_id]
            if rows[0].fate is Fate.RESOLVED:
                continue
            if rows[0].fate is Fate.MERGED:
                found[lesion_id] = replace(found[lesion_id], merged_at=visit.study_uid)
                continue
            sighting = sighting_of([row.focus for row in rows], views, visit.study_uid)
            track = found.get(lesion_id) or Track(lesion_id=lesion_id, born=rows[0].fate)
            found[lesion_id] = track.with_sighting(visit.study_uid, sighting)
    for kinship in course.kinships:
        if kinship.fate is Fate.SPLIT:
            found |= {one: replace(found[one], split_at=kinship.study_uid) for one in kinship.before}
    return tuple(found[lesion_id] for lesion_id in sorted(found))


def sighting_of(foci: Sequence[Focus], views: Mapping[tuple[str, Projection], FociView], study_uid: str) -> Sighting:
    """Return the sighting that one or two foci of a visit make.

    Parameters
    ----------
    foci : sequence of Focus
        Distinct projections.
    views : mapping
        Views by study uid and projection.
    study_uid : str
        The visit.

    Returns
    -------
    Sighting
        Anterior first.
    """
    in_order = tuple(sorted(foci, key=lambda focus: focus.projection))
    outlines = tuple(outline_mm(focus, views[study_uid, focus.projection]) for focus in in_order)
    return Sighting(foci=in_order, outlines_mm=outlines)


def outline_mm(focus: Focus, seen: FociView) -> Points:
    """Return the patient-space places of a focus' pixels.

    Parameters
    ----------
    focus : Focus
        A focus of ``seen``.
    seen : FociView
        Its view.

    Returns
    -------
    ndarray, shape (n, 2)
        Millimetres.
    """
    return space_points(focus.pixels.astype(np.float64), seen.view, seen.alignment)


def carried(focus: Focus, outline: Points, seen: FociView) -> Focus | None:
    """Return a focus of another visit as it measures at its place on this view.

    Parameters
    ----------
    focus : Focus
        The focus, seen at another visit.
    outline : ndarray, shape (n, 2)
        Patient-space places of its pixels.
    seen : FociView
        The view to measure on.

    Returns
    -------
    Focus or None
        Same region and kind, this view's pixels and numbers; None where the place lies outside the frame.
    """
    pixels = stored_pixels(outline, seen.view, seen.alignment, focus.area_mm2)
    if len(pixels) == 0:
        return None
    here = describe(pixels, seen)
    return replace(here, region=focus.region, side=focus.side, kind=focus.kind, kind_reason=focus.kind_reason)


def _rows(track: Track, visit: VisitFoci, evaluable: Sequence[VisitFoci]) -> list[Lesion]:
    """Return the rows of one lesion at one evaluable visit."""
    uids = [one.study_uid for one in evaluable]
    index = uids.index(visit.study_uid)
    before = [uid for uid in uids[:index] if uid in track.seen]
    if visit.study_uid in track.seen:
        fate = Fate.PERSISTENT if before or index == 0 else track.born
        return [Lesion(lesion_id=track.lesion_id, focus=focus, fate=fate) for focus in track.seen[visit.study_uid].foci]
    if index == 0 or uids[index - 1] not in track.seen:
        return []
    if track.split_at == visit.study_uid:
        return []
    last = track.seen[uids[index - 1]]
    if track.merged_at == visit.study_uid:
        clearest = max(_gone(last, visit), key=lambda focus: focus.significance, default=None)
        return [Lesion(lesion_id=track.lesion_id, focus=clearest, fate=Fate.MERGED)] if clearest else []
    return [Lesion(lesion_id=track.lesion_id, focus=focus, fate=Fate.RESOLVED) for focus in _gone(last, visit)]


def _gone(last: Sighting, visit: VisitFoci) -> list[Focus]:
    """Return where a lesion that is no longer there was last seen, carried to the views of this visit."""
    found = []
    for focus, outline in zip(last.foci, last.outlines_mm, strict=True):
        view = visit.view(focus.projection)
        if view is not None:
            found.append(carried(focus, outline, view) or _at_the_edge(focus, outline, view))
    return found


def _at_the_edge(focus: Focus, outline: Points, seen: FociView) -> Focus:
    """Return a focus whose place this view does not show, at the nearest pixel of the frame, and said so."""
    centre = stored_points(outline, seen.view, seen.alignment).mean(axis=0)
    pixel = np.clip(np.round(centre), 0, np.array(seen.view.counts.shape) - 1).astype(np.int32)
    reason = "; ".join(filter(None, (focus.kind_reason, OUTSIDE_THE_FIELD)))
    here = describe(pixel[None], seen)
    return replace(here, region=focus.region, side=focus.side, kind=focus.kind, kind_reason=reason)


def _places(track: Track) -> list[LesionPlace]:
    """Return where one lesion is measured: its outline on each view at the visit where it stood out most."""
    places = []
    for projection in Projection:
        shown = [
            (focus, outline, uid)
            for uid, sighting in sorted(track.seen.items())
            for focus, outline in zip(sighting.foci, sighting.outlines_mm, strict=True)
            if focus.projection is projection
        ]
        if shown:
            focus, outline, uid = max(shown, key=lambda one: one[0].significance)
            places.append(
                LesionPlace(
                    lesion_id=track.lesion_id,
                    projection=projection,
                    study_uid=uid,
                    outline_mm=outline,
                    row_mm=focus.row_mm,
                    col_mm=focus.col_mm,
                    area_mm2=focus.area_mm2,
                )
            )
    return places
