"""One patient's course, from studies to verdict: the order of the stages, written once."""

from collections.abc import Sequence
from dataclasses import replace

from tracker.archive.course_tables import course_frames
from tracker.errors import CourseError
from tracker.pipeline.labelling import LabelledVisit
from tracker.pipeline.provenance import provenance_of
from tracker.pipeline.readings import visit_readings
from tracker.pipeline.stability import course_stability
from tracker.pipeline.stages import run_stages
from tracker.pipeline.timepoints import timepoints_of
from tracker.records.context import Context
from tracker.records.course import Course, Scan
from tracker.records.foci import VisitFoci
from tracker.records.reference import ReferenceName
from tracker.records.study import Notice, Study
from tracker.response import assess_course
from tracker.settings.stability import Variant
from tracker.settings.whole import Settings


def track_patient(
    studies: Sequence[Study],
    context: Context,
    settings: Settings,
    reference: ReferenceName = ReferenceName.BASELINE,
    variants: Sequence[Variant] = (),
) -> Course:
    """Return one patient's course.

    Parameters
    ----------
    studies : sequence of Study
        All visits of one patient, any order.
    context : Context
        What is known of this patient beside the images.
    settings : Settings
        Of all stages.
    reference : ReferenceName, optional
        What changes are against.
    variants : sequence of Variant, optional
        Other choices of settings under which the answers are looked at again; none unless asked for.

    Returns
    -------
    Course
        Earliest visit first, tables included.

    Raises
    ------
    CourseError
        If the studies are none, or of several patients.
    SkeletonError
        If no skeleton can be placed on the patient's mean image.
    """
    ordered = in_order(studies)

    # Aligned, every bone named, every lesion found and followed: each stage once, on the scans' own pixels.
    stages = run_stages(ordered, settings, context.moved_by_hand)
    placed, measured = stages.placed, stages.measured

    # Every region measured and compared with the reference visit, if the two may be compared.
    timepoints = timepoints_of(measured, context, settings, reference)

    # What it means: the rules see numbers and identities, never images.
    response = assess_course(visit_readings(timepoints, measured.followed.kinships), context, settings.response)
    course = Course(
        patient_id=ordered[0].patient_id,
        timepoints=timepoints,
        scans=tuple(_scan(one, foci) for one, foci in zip(placed.visits, measured.foci, strict=True)),
        alignment=placed.alignment,
        skeleton=placed.skeleton,
        context=context,
        response=response,
        reference=reference,
        notices=_notices(ordered, context, response.notices),
        provenance=provenance_of(ordered, settings),
        stability=course_stability(ordered, stages, response, (context, reference, variants)),
    )
    return replace(course, tables=course_frames(course))


def in_order(studies: Sequence[Study]) -> tuple[Study, ...]:
    """Return the studies of one patient earliest first; equal dates by time, then uid.

    Parameters
    ----------
    studies : sequence of Study
        Any order.

    Returns
    -------
    tuple of Study
        Same studies.

    Raises
    ------
    CourseError
        If there are none, or of several patients.
    """
    if not studies:
        raise CourseError("a course needs at least one study")
    if len({study.patient_id for study in studies}) > 1:
        raise CourseError("these studies are of several patients", code="COURSE_MIXED")
    return tuple(
        sorted(studies, key=lambda one: (one.study_date, one.acquired_at is None, str(one.acquired_at), one.study_uid))
    )


def _scan(visit: LabelledVisit, foci: VisitFoci) -> Scan:
    """Return a visit's images with their labels."""
    return Scan(study=visit.study, skeleton_views=visit.skeleton_views, foci=foci)


def _notices(studies: Sequence[Study], context: Context, further: Sequence[Notice]) -> tuple[str, ...]:
    """Return every notice once, in a fixed order."""
    said = [f"{study.study_date}: {notice.text}" for study in studies for notice in study.notices]
    said += [notice.text for notice in (*context.notices, *further)]
    return tuple(dict.fromkeys(said))
