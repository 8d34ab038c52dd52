"""Decision stability: the course judged again under every declared variant of the settings."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.errors import TrackerError
from tracker.pipeline.readings import visit_readings
from tracker.pipeline.stages import Stages, run_again
from tracker.pipeline.timepoints import timepoints_of
from tracker.records.context import Context
from tracker.records.course_response import CourseResponse, VisitResponse
from tracker.records.reference import ReferenceName
from tracker.records.stability import CourseStability, OtherAnswer, StatusStability, VerdictStability
from tracker.records.study import Study
from tracker.response import assess_course
from tracker.settings.stability import Variant, variant_settings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rerun:
    """What the rules say under one variant, or why they say nothing."""

    variant: Variant
    response: CourseResponse | None
    refusal: str = ""


def course_stability(
    ordered: Sequence[Study],
    stages: Stages,
    response: CourseResponse,
    asked: tuple[Context, ReferenceName, Sequence[Variant]],
) -> CourseStability | None:
    """Return how firm a course's answers are.

    Parameters
    ----------
    ordered : sequence of Study
        Earliest first.
    stages : Stages
        Of the run itself: what a variant does not touch is taken over.
    response : CourseResponse
        The answers in question.
    asked : tuple of (Context, ReferenceName, sequence of Variant)
        What is known beside the images, what changes are against, and the variants.

    Returns
    -------
    CourseStability or None
        None where no variant is asked for.
    """
    context, reference, variants = asked
    if not variants:
        return None
    reruns = [_rerun(ordered, stages, variant, (context, reference)) for variant in variants]
    return CourseStability(
        variants={variant.name: variant.text for variant in variants},
        verdicts=tuple(_verdict(visit, reruns) for visit in response.visits if visit.headline.verdict is not None),
        statuses=_statuses(response, reruns),
    )


def _rerun(ordered: Sequence[Study], stages: Stages, variant: Variant, known: tuple[Context, ReferenceName]) -> _Rerun:
    """Return what the rules say under one variant; a refusal is an answer of its own."""
    settings = variant_settings(stages.settings, variant)
    try:
        again = run_again(ordered, settings, stages)
        return _Rerun(variant=variant, response=_judged(again, known))
    except TrackerError as refusal:
        return _Rerun(variant=variant, response=None, refusal=refusal.message)


def _judged(stages: Stages, known: tuple[Context, ReferenceName]) -> CourseResponse:
    """Return what the rules say of measured visits."""
    timepoints = timepoints_of(stages.measured, known[0], stages.settings, known[1])
    kinships = stages.measured.followed.kinships
    return assess_course(visit_readings(timepoints, kinships), known[0], stages.settings.response)


def _verdict(visit: VisitResponse, reruns: Sequence[_Rerun]) -> VerdictStability:
    """Return in how many variants one visit's verdict holds."""
    answers = [(one.variant, _answer(visit.study_uid, one)) for one in reruns]
    own = visit.headline.verdict.value if visit.headline.verdict else ""
    others = tuple(
        OtherAnswer(variant=variant.name, text=variant.text, answer=answer)
        for variant, answer in answers
        if answer != own
    )
    return VerdictStability(
        study_uid=visit.study_uid, held=len(answers) - len(others), total=len(answers), others=others
    )


def _answer(study_uid: str, rerun: _Rerun) -> str:
    """Return the verdict of one visit under one variant, or why there is none."""
    if rerun.response is None:
        return f"cannot be run: {rerun.refusal}"
    verdict = rerun.response.visit(study_uid).headline.verdict
    return verdict.value if verdict else "no verdict"


def _statuses(response: CourseResponse, reruns: Sequence[_Rerun]) -> tuple[StatusStability, ...]:
    """Return in how many variants every criterion's final status holds."""
    found = [
        {(row.study_uid, row.criterion): str(row.final_status) for row in one.response.assessments}
        for one in reruns
        if one.response is not None
    ]
    return tuple(
        StatusStability(
            study_uid=row.study_uid,
            criterion=row.criterion.value,
            held=sum(one.get((row.study_uid, row.criterion)) == str(row.final_status) for one in found),
            total=len(reruns),
        )
        for row in response.assessments
    )
