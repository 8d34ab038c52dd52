"""One visit made ready to be measured: labels on its own pixels, this visit's own bladder, expected misplacement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tracker.alignment import align_course, carry_skeleton, error_on_view
from tracker.errors import ImageError, SkeletonError
from tracker.lesions import Witness, of_the_others, visit_evidence
from tracker.records.alignment import VisitAlignment
from tracker.records.foci import Likeness
from tracker.records.skeleton import SkeletonMap, SkeletonView
from tracker.records.study import Study
from tracker.records.view import Projection
from tracker.settings.whole import Settings
from tracker.skeleton import fit_skeleton, refine_physiologic


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelledVisit:
    """One visit with its labels.

    Parameters
    ----------
    study : Study
        The visit.
    alignment : VisitAlignment
        Where it lies in patient space.
    skeleton_views : tuple of SkeletonView
        Labels and masks on stored pixels; empty where alignment was refused.
    errors_mm : mapping of Projection to ndarray
        Expected misplacement of the labels on stored pixels.
    evidence : mapping of Projection to Likeness
        How much every stored pixel looks like a lesion, as this visit alone shows it.
    others : mapping of Projection to ndarray
        What the other visits of the patient say about the same places; empty without any.
    """

    study: Study
    alignment: VisitAlignment
    skeleton_views: tuple[SkeletonView, ...]
    errors_mm: Mapping[Projection, NDArray[np.float32]]
    evidence: Mapping[Projection, Likeness]
    others: Mapping[Projection, NDArray[np.float32]] = field(default_factory=dict)

    def skeleton_view(self, projection: Projection) -> SkeletonView | None:
        """Return the labels of one view, or None without any.

        Parameters
        ----------
        projection : Projection
            The side wanted.

        Returns
        -------
        SkeletonView or None
            None where that side was not acquired or alignment was refused.
        """
        return next((view for view in self.skeleton_views if view.projection is projection), None)

    @property
    def median_error_mm(self) -> float | None:
        """Median expected misplacement over the skeleton; None without labels."""
        found = [
            self.errors_mm[view.projection][view.labels > 0] for view in self.skeleton_views if (view.labels > 0).any()
        ]
        return float(np.median(np.concatenate(found))) if found else None


def label_visit(study: Study, alignment: VisitAlignment, skeleton: SkeletonMap, settings: Settings) -> LabelledVisit:
    """Return a visit with the patient's labels on its own pixels.

    Parameters
    ----------
    study : Study
        The visit.
    alignment : VisitAlignment
        Where it lies in patient space.
    skeleton : SkeletonMap
        The patient's bones in patient space.
    settings : Settings
        Of all stages.

    Returns
    -------
    LabelledVisit
        Without labels where alignment was refused: they would name the wrong bones.
    """
    if not alignment.accepted:
        return LabelledVisit(study=study, alignment=alignment, skeleton_views=(), errors_mm={}, evidence={})
    labels = carried_labels(study, alignment, skeleton, settings)
    views = {view.projection: view for view in study.views}
    return LabelledVisit(
        study=study,
        alignment=alignment,
        skeleton_views=labels,
        errors_mm={
            one.projection: error_on_view(alignment, views[one.projection], skeleton.spacing_mm) for one in labels
        },
        evidence=visit_evidence(study.views),
    )


def carried_labels(
    study: Study, alignment: VisitAlignment, skeleton: SkeletonMap, settings: Settings
) -> tuple[SkeletonView, ...]:
    """Return the patient's labels on a visit's own pixels, with this visit's own bladder and other sites.

    Parameters
    ----------
    study : Study
        The visit.
    alignment : VisitAlignment
        Where it lies in patient space; accepted.
    skeleton : SkeletonMap
        The patient's bones in patient space.
    settings : Settings
        Of all stages.

    Returns
    -------
    tuple of SkeletonView
        One per view that could be placed.
    """
    carried = carry_skeleton(skeleton, alignment, study)
    views = {view.projection: view for view in study.views}
    return refine_physiologic([views[one.projection] for one in carried], carried, settings.skeleton)


def labels_alone(study: Study, settings: Settings) -> tuple[SkeletonView, ...]:
    """Return labels that are placed on one visit without any other.

    A visit that could not be aligned still shows whether tracer stayed at the injection site or soft tissue is bright,
    which may be why.

    Parameters
    ----------
    study : Study
        The visit.
    settings : Settings
        Of all stages.

    Returns
    -------
    tuple of SkeletonView
        Good enough to say what is bone and what an arm, not to measure bones; empty where no skeleton can be placed.
    """
    try:
        alone = align_course([study], settings.alignment)
        skeleton = fit_skeleton(alone.images, alone.spacing_mm, settings.skeleton)
    except (ImageError, SkeletonError):
        return ()
    return carried_labels(study, alone.visit(study.study_uid), skeleton, settings)


def with_others(visits: Sequence[LabelledVisit]) -> tuple[LabelledVisit, ...]:
    """Return the visits of one patient, each knowing what the others say about its places.

    Parameters
    ----------
    visits : sequence of LabelledVisit
        All visits, each with its own evidence.

    Returns
    -------
    tuple of LabelledVisit
        Same order; a visit whose alignment was refused neither tells nor is told.
    """
    told: dict[str, dict[Projection, NDArray[np.float32]]] = {one.study.study_uid: {} for one in visits}
    for side in Projection:
        witnesses = {
            visit.study.study_uid: Witness(view=view, alignment=alignment, odds=visit.evidence[side].odds)
            for visit in visits
            if visit.alignment.accepted
            for view in visit.study.views
            if view.projection is side and side in visit.evidence
            for alignment in visit.alignment.views
            if alignment.projection is side
        }
        for uid, odds in zip(witnesses, of_the_others(tuple(witnesses.values())), strict=True):
            if odds is not None:
                told[uid][side] = odds
    return tuple(replace(visit, others=told[visit.study.study_uid]) for visit in visits)
