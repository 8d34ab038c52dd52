"""All visits of one patient, both views, in one patient space. Order of loading changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.alignment.acceptance import confidence, reasons
from tracker.alignment.carry import seen_in_space, warp_to_space
from tracker.alignment.compare import Pair
from tracker.alignment.deform import Motion, unsolved
from tracker.alignment.dense import Grid
from tracker.alignment.fields import Floats, Spacing, sample
from tracker.alignment.meet import FEWEST_VISITS, Met, meet
from tracker.alignment.midspace import Chart, chart, global_part, mean_motion
from tracker.alignment.pairwise import Found, find_motion
from tracker.alignment.prepare import Picture, checked, field_of_view, picture
from tracker.alignment.similarity import IDENTITY, Affine, similarity
from tracker.alignment.spline import cover
from tracker.alignment.template import Layer, robust_mean
from tracker.errors import CourseError
from tracker.jobs import side_by_side
from tracker.records.alignment import CourseAlignment, DisplacementField, SpaceImage, ViewAlignment, VisitAlignment
from tracker.records.study import Study
from tracker.records.view import Projection, View
from tracker.settings.alignment import AlignmentSettings

Nudge = tuple[float, float, float]
"""A visit moved by hand in patient space: (row_mm, col_mm, degrees about the middle of the grid)."""

MOVED_BY_HAND = "placed by hand"
"""Reason on a visit that a person has moved."""

NO_COMMON_VIEW = "this visit has no view in common with the patient's other visits"
"""Reason of refusal where there is nothing to compare."""


MOST_PIVOTS = 3
"""Visits tried as pivot while any visit is refused: a pivot that others refuse may itself be the odd one (another
person, a broken image, a pose of its own). The pivot that fewest refuse stays; the first one tried, where all do alike.
Decided."""

TYPICAL_EXTENT = 0.9
"""A pivot covers at least this share of the median field of view."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Placed:
    """One visit against the pivot."""

    study: Study
    motion: Motion
    error_mm: NDArray[np.float32]
    against: tuple[str, ...]


def _pictures(study: Study) -> dict[Projection, Picture]:
    """Return the views of a study as pictures in the anatomical frame."""
    return {
        view.projection: picture(
            checked(view.anatomical_counts, view.anatomical_spacing_mm, view.projection), view.anatomical_spacing_mm
        )
        for view in study.views
    }


def _pairs(fixed: dict[Projection, Picture], moving: dict[Projection, Picture]) -> list[Pair]:
    """Return the views that both visits have and whose fixed pictures share one grid."""
    common = [projection for projection in Projection if projection in fixed and projection in moving]
    geometry = {(fixed[projection].shape, fixed[projection].spacing_mm) for projection in common[:1]}
    return [
        Pair(fixed=fixed[projection], moving=moving[projection])
        for projection in common
        if (fixed[projection].shape, fixed[projection].spacing_mm) in geometry
    ]


def _pivots(studies: Sequence[Study]) -> list[Study]:
    """Return the visits, the best pivot first: both views, a typical extent, most counts."""
    extents = {
        study.study_uid: float(field_of_view(study.views[0].counts).sum()) * study.views[0].pixel_area_mm2
        for study in studies
    }
    middle = float(np.median(list(extents.values())))

    def rank(study: Study) -> tuple[int, bool, float, str]:
        typical = extents[study.study_uid] >= TYPICAL_EXTENT * middle
        return (-len(study.views), not typical, -sum(view.total_counts for view in study.views), study.study_uid)

    return sorted(studies, key=rank)


def _placed(studies: Sequence[Study], settings: AlignmentSettings) -> tuple[Study, list[_Placed]]:
    """Return the pivot and all visits aligned to it; another pivot where fewer visits are refused against that one."""
    best: tuple[Study, list[_Placed]] | None = None
    fewest = len(studies) + 1
    for pivot in _pivots(studies)[:MOST_PIVOTS]:
        placed = side_by_side(partial(_place, pivot, settings), studies)
        refused = sum(bool(each.against) for each in placed)
        if best is None or refused < fewest:
            best, fewest = (pivot, placed), refused
        if len(studies) < FEWEST_VISITS or not refused:
            break
    assert best is not None
    return best


def align_course(
    studies: Sequence[Study], settings: AlignmentSettings, *, nudges: Mapping[str, Nudge] | None = None
) -> CourseAlignment:
    """Return all visits of one patient in one patient space.

    Parameters
    ----------
    studies : sequence of Study
        The visits, any order; one or more.
    settings : AlignmentSettings
        How to align.
    nudges : mapping of str to tuple of float, optional
        For visits moved by hand: study uid to (row_mm, col_mm, degrees) in patient space.

    Returns
    -------
    CourseAlignment
        Patient space, mean images and one alignment per visit, in the order given.

    Raises
    ------
    CourseError
        If there are no studies, or two have the same study uid.
    ImageError
        If a view cannot be an image of counts.
    """
    if not studies or len({study.study_uid for study in studies}) != len(studies):
        raise CourseError(f"a course needs studies with distinct uids; {len(studies)} were given")
    ordered = sorted(studies, key=lambda study: study.study_uid)
    pivot, placed = _placed(ordered, settings)
    return _compose(pivot, _met(pivot, placed, settings), (studies, nudges or {}))


def _grid(view: View) -> Grid:
    """Return the anatomical grid of a view."""
    shape = view.anatomical_counts.shape
    return Grid(shape=(shape[0], shape[1]), spacing_mm=view.anatomical_spacing_mm)


def _place(pivot: Study, settings: AlignmentSettings, study: Study) -> _Placed:
    """Return one visit against the pivot."""
    fixed = _pictures(pivot)
    moving = _pictures(study)
    pairs = _pairs(fixed, moving)
    if study is pivot or not pairs:
        alone: tuple[str, ...] = () if study is pivot else (NO_COMMON_VIEW,)
        return _unmoved(study, _grid(pivot.views[0]), (alone, settings))
    found = find_motion(pairs, settings)
    against = reasons(found.evidence)
    return _Placed(study=study, motion=_kept(found, against), error_mm=found.expected_error_mm, against=against)


def _met(pivot: Study, placed: Sequence[_Placed], settings: AlignmentSettings) -> list[_Placed]:
    """Return the visits, each with its own part of the error, the accepted ones aligned to the mean of the others."""
    shared = _shared_errors(placed)
    accepted = [each for each in shared if not each.against]
    if len(accepted) < FEWEST_VISITS:
        return shared
    visits = [Met(pictures=_pictures(each.study), motion=each.motion, error_mm=each.error_mm) for each in accepted]
    met = meet(visits, _grid(pivot.views[0]), settings)
    # The pivot hardly has to move towards the mean of visits that lie as it does: its pose is no better known for that.
    typical = np.mean(
        [visit.error_mm for each, visit in zip(accepted, met, strict=True) if each.study is not pivot], axis=0
    ).astype(np.float32)
    again = {
        each.study.study_uid: replace(
            each, motion=visit.motion, error_mm=typical if each.study is pivot else visit.error_mm
        )
        for each, visit in zip(accepted, met, strict=True)
    }
    return [again.get(each.study.study_uid, each) for each in shared]


def _shared_errors(placed: Sequence[_Placed]) -> list[_Placed]:
    """Return the visits with each one's part of the expected error: the parts of two visits add up as variances."""
    parts = [each.error_mm / np.float32(np.sqrt(2.0)) for each in placed]
    others = [part for each, part in zip(placed, parts, strict=True) if part.any() and not each.against]
    pivot_part = np.mean(others, axis=0).astype(np.float32) if others else None
    found = []
    for each, part in zip(placed, parts, strict=True):
        is_pivot = not part.any() and not each.against and pivot_part is not None
        found.append(replace(each, error_mm=pivot_part if is_pivot and pivot_part is not None else part))
    return found


def _kept(found: Found, against: tuple[str, ...]) -> Motion:
    """Return the motion found; without its bending if it is refused."""
    return global_part(found.motion, found.motion.start) if against else found.motion


def _unmoved(study: Study, grid: Grid, why: tuple[tuple[str, ...], AlignmentSettings]) -> _Placed:
    """Return a visit that stays where it is."""
    control = cover(grid.shape, grid.spacing_mm, why[1].knot_mm)
    motion = Motion(start=IDENTITY, grid=control, solution=unsolved(control))
    return _Placed(study=study, motion=motion, error_mm=np.zeros(grid.shape, np.float32), against=why[0])


def _compose(
    pivot: Study, placed: Sequence[_Placed], order: tuple[Sequence[Study], Mapping[str, Nudge]]
) -> CourseAlignment:
    """Return the course in the mean of all accepted poses."""
    studies, nudges = order
    home = _grid(pivot.views[0])
    centre = np.array([(size - 1) * step / 2 for size, step in zip(home.shape, home.spacing_mm, strict=True)])
    mean = chart(mean_motion([each.motion for each in placed if not each.against], centre), home)
    space = _space_grid(studies, home.spacing_mm)
    unmoved = mean.back(space.places)
    visits = {
        visit.study_uid: visit
        for visit in side_by_side(lambda each: _visit(each, (mean, space, unmoved), nudges), placed)
    }
    counted = [(each.study, visits[each.study.study_uid]) for each in placed if visits[each.study.study_uid].accepted]
    return CourseAlignment(
        spacing_mm=space.spacing_mm,
        images=tuple(
            image
            for image in (_space_image(counted, projection, space.spacing_mm) for projection in Projection)
            if image is not None
        ),
        visits=tuple(visits[study.study_uid] for study in studies),
    )


def _space_grid(studies: Sequence[Study], spacing_mm: Spacing) -> Grid:
    """Return the grid of patient space: the pivot's pixels, as many as the largest visit needs."""
    grids = [_grid(view) for study in studies for view in study.views]
    shape = [
        int(np.ceil(max(grid.shape[axis] * grid.spacing_mm[axis] for grid in grids) / spacing_mm[axis] - 1e-6))
        for axis in (0, 1)
    ]
    return Grid(shape=(shape[0], shape[1]), spacing_mm=spacing_mm)


def _visit(
    each: _Placed,
    into: tuple[Chart, Grid, Floats],
    nudges: Mapping[str, Nudge],
) -> VisitAlignment:
    """Return one visit in patient space."""
    mean, space, unmoved = into
    here = chart(each.motion, mean.pivot)
    nudge = _nudge_map(nudges.get(each.study.study_uid), space)
    home = mean.back(nudge.inverse()(space.places)) if each.study.study_uid in nudges else unmoved
    field = DisplacementField(displacement_mm=here(home) - space.places, spacing_mm=space.spacing_mm)
    # Both views mostly lie on one grid, and the way back is dear: once per grid.
    grids = {(grid.shape, grid.spacing_mm): grid for grid in map(_grid, each.study.views)}
    ways = {key: _to_space(grid, here, mean, nudge) for key, grid in grids.items()}
    views = tuple(
        ViewAlignment(projection=view.projection, to_visit=field, to_space=ways[grid.shape, grid.spacing_mm])
        for view, grid in ((view, _grid(view)) for view in each.study.views)
    )
    moved = each.study.study_uid in nudges
    error = np.ascontiguousarray(sample(each.error_mm, home, mean.pivot.spacing_mm, border=cv2.BORDER_REPLICATE))
    against = () if moved else each.against
    return VisitAlignment(
        study_uid=each.study.study_uid,
        views=views,
        confidence=confidence(error) * np.float32(not against),
        expected_error_mm=error,
        accepted=not against,
        reason=MOVED_BY_HAND if moved else "; ".join(against),
    )


def _to_space(grid: Grid, here: Chart, mean: Chart, nudge: Affine) -> DisplacementField:
    """Return the field from a view's own grid to patient space."""
    places = nudge(mean(here.back(grid.places)))
    return DisplacementField(displacement_mm=places - grid.places, spacing_mm=grid.spacing_mm)


def _nudge_map(nudge: Nudge | None, space: Grid) -> Affine:
    """Return the rigid map of a nudge about the middle of patient space."""
    if nudge is None:
        return IDENTITY
    centre = np.array([(size - 1) * step / 2 for size, step in zip(space.shape, space.spacing_mm, strict=True)])
    return similarity(nudge[2], 1.0, centre, centre + np.array(nudge[:2]))


def _space_image(
    counted: Sequence[tuple[Study, VisitAlignment]], projection: Projection, spacing_mm: Spacing
) -> SpaceImage | None:
    """Return the robust mean of one projection, or None where no accepted visit has it."""
    layers, total = [], 0.0
    for study, visit in counted:
        view, alignment = study.view(projection), visit.view(projection)
        if view is not None and alignment is not None:
            layers.append(_layer(view, alignment))
            total += view.total_counts
    if not layers:
        return None
    return SpaceImage(projection=projection, counts=robust_mean(layers, spacing_mm), total_counts=total)


def _layer(view: View, alignment: ViewAlignment) -> Layer:
    """Return one view in patient space with its field of view."""
    return Layer(counts=warp_to_space(view, alignment), seen=seen_in_space(view, alignment))
