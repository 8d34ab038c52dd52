"""One patient's course: everything measured and judged, earliest visit first."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from tracker.records.alignment import CourseAlignment
from tracker.records.assessment import Assessment
from tracker.records.context import Context
from tracker.records.course_response import CourseResponse
from tracker.records.foci import VisitFoci
from tracker.records.lesion import Lesion
from tracker.records.provenance import Provenance
from tracker.records.reference import ReferenceName
from tracker.records.skeleton import SkeletonMap, SkeletonView
from tracker.records.stability import CourseStability
from tracker.records.study import RejectedFile, Study
from tracker.records.timepoint import Timepoint
from tracker.records.view import Projection


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scan:
    """One visit's images with their labels, for display and for measuring again.

    Parameters
    ----------
    study : Study
        The images.
    skeleton_views : tuple of SkeletonView
        Labels and masks on stored pixels; empty where alignment was refused.
    foci : VisitFoci
        What stood out.
    """

    study: Study
    skeleton_views: tuple[SkeletonView, ...]
    foci: VisitFoci

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """One patient's course.

    Parameters
    ----------
    patient_id : str
        DICOM Patient ID, trimmed.
    timepoints : tuple of Timepoint
        Earliest first.
    scans : tuple of Scan
        The images, same order.
    alignment : CourseAlignment
        Patient space.
    skeleton : SkeletonMap
        Bones in patient space.
    context : Context
        What is known beside the images.
    response : CourseResponse
        What the rules say.
    reference : ReferenceName
        What changes are against.
    notices : tuple of str
        What the reader should know.
    provenance : Provenance
        What it can be reproduced from.
    stability : CourseStability or None
        Whether the answers hold under other plausible settings; None where that was not examined.
    tables : mapping of str to DataFrame
        The tables of the contract; read them by `to_frames`.
    """

    patient_id: str
    timepoints: tuple[Timepoint, ...]
    scans: tuple[Scan, ...]
    alignment: CourseAlignment
    skeleton: SkeletonMap
    context: Context
    response: CourseResponse
    reference: ReferenceName
    notices: tuple[str, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
    stability: CourseStability | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        order = [(visit.study_date, visit.visit_number) for visit in self.timepoints]
        if not order or order != sorted(set(order)):
            raise ValueError("a course has visits in strict order of time")

    @property
    def lesions(self) -> tuple[Lesion, ...]:
        """Every lesion of every visit, earliest visit first."""
        return tuple(lesion for visit in self.timepoints for lesion in visit.lesions)

    @property
    def assessments(self) -> tuple[Assessment, ...]:
        """Every criterion's word on every on-treatment visit."""
        return self.response.assessments

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Return the tables of the contract; changing them changes nothing here.

        Returns
        -------
        dict of str to DataFrame
            timepoints, regions, lesions, lesion_measurements, assessments, trends.
        """
        return {name: table.copy() for name, table in self.tables.items()}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrackReport:
    """What became of everything that was given.

    Parameters
    ----------
    courses : tuple of Course
        One per patient, ordered by patient id.
    rejected : tuple of RejectedFile
        Files not used, ordered by path.
    provenance : Provenance
        Of the whole run.
    notices : tuple of str
        About input tables and patients that could not be tracked.
    """

    courses: tuple[Course, ...]
    rejected: tuple[RejectedFile, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
    notices: tuple[str, ...] = ()
