"""The stages that measure, each once; a run with other settings repeats only those stages that they touch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from tracker.alignment import Nudge, align_course
from tracker.intensity import (
    normalisers,
    normalisers_of,
    reference_of,
    visit_levels,
    with_usual_soft,
    without_healthy_bone,
)
from tracker.jobs import side_by_side
from tracker.lesions import follow, measure_everywhere
from tracker.pipeline.labelling import LabelledVisit, label_visit, with_others
from tracker.pipeline.lesions import foci_of, lesion_masks
from tracker.pipeline.timepoints import Measured
from tracker.records.alignment import CourseAlignment
from tracker.records.skeleton import SkeletonMap
from tracker.records.study import Study
from tracker.records.uptake import Normaliser
from tracker.settings.whole import Settings
from tracker.skeleton import fit_skeleton

Scales = tuple[tuple[Normaliser, ...], ...]
"""What 1.0 means on the views of every visit."""

PLACING = ("alignment", "skeleton")
"""Settings that say where every visit and every bone lies."""

SCALING = (*PLACING, "intensity")
"""Settings that the first idea of what 1.0 means rests on."""

MEASURING = (*SCALING, "lesions")
"""Settings that everything measured before visits are compared rests on."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placed:
    """Where every visit lies in patient space, and where the bones lie on it.

    Parameters
    ----------
    alignment : CourseAlignment
        Patient space.
    skeleton : SkeletonMap
        Bones in patient space.
    visits : tuple of LabelledVisit
        Earliest first.
    """

    alignment: CourseAlignment
    skeleton: SkeletonMap
    visits: tuple[LabelledVisit, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stages:
    """What the stages gave under one choice of settings.

    Parameters
    ----------
    settings : Settings
        The choice.
    nudges : mapping of str to tuple of float
        Visits moved by hand, by study uid.
    placed : Placed
        Alignment and bones.
    first : tuple of tuple of Normaliser
        A first idea of what 1.0 means, before lesions are known.
    measured : Measured
        Everything measured before visits are compared.
    """

    settings: Settings
    nudges: Mapping[str, Nudge]
    placed: Placed
    first: Scales
    measured: Measured


def run_stages(ordered: Sequence[Study], settings: Settings, nudges: Mapping[str, Nudge] | None = None) -> Stages:
    """Return everything measured on one patient's visits.

    Parameters
    ----------
    ordered : sequence of Study
        Earliest first.
    settings : Settings
        Of all stages.
    nudges : mapping of str to tuple of float, optional
        Visits moved by hand, by study uid.

    Returns
    -------
    Stages
        Ready to be compared and judged.
    """
    moved = nudges or {}
    placed = _place(ordered, settings, moved)
    first = _first_scales(placed, settings)
    measured = _measure(placed, first, settings)
    return Stages(settings=settings, nudges=moved, placed=placed, first=first, measured=measured)


def run_again(ordered: Sequence[Study], settings: Settings, earlier: Stages) -> Stages:
    """Return what `run_stages` would, taking over every stage of an earlier run that the settings do not touch.

    Parameters
    ----------
    ordered : sequence of Study
        The studies of that run.
    settings : Settings
        The other choice.
    earlier : Stages
        Of the same studies.

    Returns
    -------
    Stages
        Equal to a run from the start.
    """
    changed = {name for name in MEASURING if getattr(settings, name) != getattr(earlier.settings, name)}
    placed = _place(ordered, settings, earlier.nudges) if changed & set(PLACING) else earlier.placed
    first = _first_scales(placed, settings) if changed & set(SCALING) else earlier.first
    measured = _measure(placed, first, settings) if changed else earlier.measured
    return Stages(settings=settings, nudges=earlier.nudges, placed=placed, first=first, measured=measured)


def _place(ordered: Sequence[Study], settings: Settings, nudges: Mapping[str, Nudge]) -> Placed:
    """Return where every visit lies in one patient space, and where the bones lie in it."""
    alignment = align_course(ordered, settings.alignment, nudges=nudges)
    skeleton = fit_skeleton(alignment.images, alignment.spacing_mm, settings.skeleton)
    visits = side_by_side(
        lambda study: label_visit(study, alignment.visit(study.study_uid), skeleton, settings), ordered
    )
    return Placed(alignment=alignment, skeleton=skeleton, visits=with_others(visits))


def _first_scales(placed: Placed, settings: Settings) -> Scales:
    """Return a first idea of what 1.0 means, before anything is known of lesions."""
    return tuple(
        side_by_side(lambda one: normalisers(one.study, one.skeleton_views, settings.intensity), placed.visits)
    )


def _measure(placed: Placed, first: Scales, settings: Settings) -> Measured:
    """Return every lesion found and followed, against a reference bone that leaves them out."""
    # What stands out against a first idea of what 1.0 means; then 1.0 again, without what stands out.
    labelled = placed.visits
    look = partial(foci_of, settings=settings)
    masks = [lesion_masks(found) for found in side_by_side(look, labelled, first)]
    levels = side_by_side(
        lambda one, mask: visit_levels(one.study, one.skeleton_views, settings.intensity, mask), labelled, masks
    )
    seen = [(one.study, one.skeleton_views, mask) for one, mask in zip(labelled, masks, strict=True)]
    steady = with_usual_soft(seen, levels, settings.intensity)
    bone = reference_of([level for level in steady if level], settings.intensity)
    scales = tuple(
        normalisers_of(one.study, level, settings.intensity, reference=bone)
        for one, level in zip(labelled, steady, strict=True)
    )
    if placed.skeleton.superscan:
        scales = tuple(without_healthy_bone(scale) for scale in scales)
    judged = tuple(side_by_side(look, labelled, scales))

    # Every lesion followed through time and measured at every visit.
    followed = follow(judged, settings.lesions)
    return Measured(
        visits=labelled,
        normalisers=scales,
        foci=judged,
        followed=followed,
        measurements=measure_everywhere(followed, judged, settings.lesions),
        skeleton=placed.skeleton,
    )
