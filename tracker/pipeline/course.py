"""One patient's course, from studies to verdict: the order of the stages, written once."""

from collections.abc import Sequence
from dataclasses import replace

from tracker.alignment import align_course
from tracker.archive.course_tables import course_frames
from tracker.errors import CourseError
from tracker.intensity import normalisers, reference_bone
from tracker.lesions import follow, measure_everywhere
from tracker.pipeline.labelling import LabelledVisit, label_visit
from tracker.pipeline.lesions import foci_of, masks_by_visit
from tracker.pipeline.provenance import provenance_of
from tracker.pipeline.readings import visit_readings
from tracker.pipeline.timepoints import Measured, timepoints_of
from tracker.records.context import Context
from tracker.records.course import Course, Scan
from tracker.records.foci import VisitFoci
from tracker.records.reference import ReferenceName
from tracker.records.study import Notice, Study
from tracker.response import assess_course
from tracker.settings.whole import Settings
from tracker.skeleton import fit_skeleton


def track_patient(
    studies: Sequence[Study], context: Context, settings: Settings, reference: ReferenceName = ReferenceName.BASELINE
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
    ordered = _in_order(studies)

    # Where every visit lies in one patient space, and where the bones lie in it.
    alignment = align_course(ordered, settings.alignment)
    skeleton = fit_skeleton(alignment.images, alignment.spacing_mm, settings.skeleton)
    labelled = [label_visit(study, alignment.visit(study.study_uid), skeleton, settings) for study in ordered]

    # What stands out, against a first idea of what 1.0 means; then 1.0 again, without what stands out.
    first = [normalisers(one.study, one.skeleton_views, settings.intensity) for one in labelled]
    found = tuple(foci_of(one, scale, settings) for one, scale in zip(labelled, first, strict=True))
    masks = masks_by_visit(found)
    usable = [one for one in labelled if one.skeleton_views]
    bone = reference_bone(
        [one.study for one in usable],
        {one.study.study_uid: one.skeleton_views for one in usable},
        settings.intensity,
        exclude=masks,
    )
    scales = [
        normalisers(
            one.study, one.skeleton_views, settings.intensity, reference=bone, exclude=masks[one.study.study_uid]
        )
        for one in labelled
    ]
    judged = tuple(foci_of(one, scale, settings) for one, scale in zip(labelled, scales, strict=True))

    # Every lesion followed through time and measured at every visit; every region measured and compared.
    followed = follow(judged, settings.lesions)
    measured = Measured(
        visits=tuple(labelled),
        normalisers=tuple(scales),
        foci=judged,
        followed=followed,
        measurements=measure_everywhere(followed, judged, settings.lesions),
        skeleton=skeleton,
    )
    timepoints = timepoints_of(measured, context, settings, reference)

    # What it means: the rules see numbers and identities, never images.
    response = assess_course(visit_readings(timepoints, followed.kinships), context, settings.response)
    course = Course(
        patient_id=ordered[0].patient_id,
        timepoints=timepoints,
        scans=tuple(_scan(one, foci) for one, foci in zip(labelled, judged, strict=True)),
        alignment=alignment,
        skeleton=skeleton,
        context=context,
        response=response,
        reference=reference,
        notices=_notices(ordered, context, response.notices),
        provenance=provenance_of(ordered, settings),
    )
    return replace(course, tables=course_frames(course))


def _in_order(studies: Sequence[Study]) -> tuple[Study, ...]:
    """Return the studies earliest first; equal dates by time, then uid."""
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
