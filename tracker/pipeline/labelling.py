"""One visit made ready to be measured: labels on its own pixels, this visit's own bladder, expected misplacement."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.alignment import carry_skeleton, error_on_view
from tracker.records.alignment import VisitAlignment
from tracker.records.skeleton import SkeletonMap, SkeletonView
from tracker.records.study import Study
from tracker.records.view import Projection
from tracker.settings.whole import Settings
from tracker.skeleton import refine_physiologic


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
    """

    study: Study
    alignment: VisitAlignment
    skeleton_views: tuple[SkeletonView, ...]
    errors_mm: Mapping[Projection, NDArray[np.float32]]

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
        return LabelledVisit(study=study, alignment=alignment, skeleton_views=(), errors_mm={})
    carried = carry_skeleton(skeleton, alignment, study)
    views = {view.projection: view for view in study.views}
    return LabelledVisit(
        study=study,
        alignment=alignment,
        skeleton_views=refine_physiologic([views[one.projection] for one in carried], carried, settings.skeleton),
        errors_mm={
            one.projection: error_on_view(alignment, views[one.projection], skeleton.spacing_mm) for one in carried
        },
    )
