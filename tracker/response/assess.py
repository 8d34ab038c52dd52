"""One patient's readings in, everything the rules say of the course out.

Two clocks: the final answer comes from all scans and all findings, the provisional answer for a visit from the scans
up to that visit and the findings known by its day. Nothing that is added later can change a provisional answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.errors import CourseError
from tracker.records.assessment import Assessment, Criterion, Evidence, Headline
from tracker.records.context import Context, Treatment
from tracker.records.course_response import CourseResponse, VisitResponse
from tracker.records.flare import ElementFlare, FlareAssessment, FlareStatus, TreatmentPosition
from tracker.records.reading import VisitReading
from tracker.references import criteria
from tracker.response.headline import reference_headline
from tracker.response.judgement import LineJudgement, RowView, judge_line
from tracker.response.line_course import LineCourse, known_on, line_courses
from tracker.response.overall import overall_response
from tracker.response.plan import course_plan, unknown_lesions
from tracker.response.stability import line_stability
from tracker.response.support import supporting_evidence
from tracker.response.treatment_clock import anticancer_lines, treatment_position
from tracker.response.untreated import describe_untreated
from tracker.settings.response import ResponseSettings

CITATIONS: dict[Criterion, str] = {
    Criterion.PCWG3_2016: criteria.PCWG3.key,
    Criterion.PCWG2_2008: criteria.PCWG2.key,
    Criterion.PCWG2_ADAPTED_302: criteria.COU_AA_302.key,
    Criterion.MDA: criteria.MDA.key,
    Criterion.LESION_AREA_30: criteria.BONE_LESION_AREA.key,
    Criterion.SCAN_INDEX_CHANGE: criteria.SCAN_INDEX.key,
    Criterion.DESCRIPTIVE: criteria.DESCRIPTIVE.key,
}
"""Citation of each criterion."""

NO_FLARE = FlareAssessment(
    status=FlareStatus.NOT_APPLICABLE,
    provisional_status=FlareStatus.NOT_APPLICABLE,
    reason="Not on an anticancer line.",
)
"""Flare of a visit before treatment or without any."""


_NOTHING = Evidence(rule_id="")
"""Evidence of a criterion that had nothing to rest on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _LineAnswer:
    """Both clocks of one line."""

    course: LineCourse
    final: LineJudgement
    on_the_day: tuple[LineJudgement, ...]
    stability: tuple[str, ...]


def assess_course(readings: Sequence[VisitReading], context: Context, settings: ResponseSettings) -> CourseResponse:
    """Return everything that the response rules say of one patient's course.

    Parameters
    ----------
    readings : sequence of VisitReading
        All visits of that patient, in any order, at least one.
    context : Context
        What is known of that patient beside the images.
    settings : ResponseSettings
        Every threshold and choice.

    Returns
    -------
    CourseResponse
        One `VisitResponse` per reading, assessments of the on-treatment visits, headline, plan.

    Raises
    ------
    CourseError
        If there is no reading, or two readings are of one study.
    """
    ordered = tuple(sorted(readings, key=lambda visit: visit.order))
    orders = {visit.order for visit in ordered}
    if not ordered or len(orders) != len(ordered):
        raise CourseError("a course needs at least one visit, and each visit once")
    lines = anticancer_lines(context, settings)
    answers = tuple(_answer(course, context, settings) for course in line_courses(ordered, lines))
    visits = _visits(ordered, answers, (context, lines), settings)
    plan = course_plan(tuple((answer.course, answer.final) for answer in answers), ordered, visits, context, settings)
    return CourseResponse(
        visits=visits,
        assessments=tuple(row for answer in answers for row in _assessments(answer, settings)),
        element_flares=tuple(flare for answer in answers for flare in _element_flares(answer)),
        headline=visits[-1].headline,
        next_scan=plan.next_scan,
        best_response=plan.best_response,
        progression_free=plan.progression_free,
        notices=(*context.notices, *unknown_lesions(ordered, context)),
    )


def _answer(course: LineCourse, context: Context, settings: ResponseSettings) -> _LineAnswer:
    """Return both clocks of one line."""
    known = _as_known(course, context, len(course.scans), None)
    on_the_day = tuple(
        judge_line(_as_known(course, context, count, visit.study_date), context, settings)
        for count, visit in enumerate(course.scans, start=1)
    )
    final = judge_line(known, context, settings)
    stability = line_stability(known, final.outcomes, context, settings)
    return _LineAnswer(course=known, final=final, on_the_day=on_the_day, stability=stability)


def _as_known(course: LineCourse, context: Context, count: int, day: date | None) -> LineCourse:
    """Return a line with its first scans and the findings of a day; of all days for None."""
    return replace(
        course,
        before=known_on(course.before, context.findings, day),
        scans=known_on(course.scans[:count], context.findings, day),
    )


def _assessments(answer: _LineAnswer, settings: ResponseSettings) -> tuple[Assessment, ...]:
    """Return the rows of one line, ordered by scan, then criterion."""
    asked = [criterion for criterion in Criterion if criterion in settings.criteria]
    return tuple(
        _assessment(criterion, visit, _row(answer.on_the_day[index], criterion, index), final)
        for index, visit in enumerate(answer.course.scans)
        for criterion in asked
        if (final := _row(answer.final, criterion, index)) is not None
    )


def _row(judgement: LineJudgement, criterion: Criterion, index: int) -> RowView | None:
    """Return what a criterion says of a scan, or None where it has no number to rest on."""
    rows = judgement.rows[criterion]
    return rows[index] if rows else None


def _assessment(criterion: Criterion, visit: VisitReading, day_row: RowView | None, final: RowView) -> Assessment:
    """Return the record with both clocks; without a number on the day, the day's status is NE."""
    on_day = day_row or replace(final, status="NE", reason="Nothing to rest on by that day.", evidence=_NOTHING)
    return Assessment(
        criterion=criterion,
        study_date=visit.study_date,
        study_uid=visit.study_uid,
        provisional_status=on_day.status,
        final_status=final.status,
        progression_date=final.progression_date,
        reason=final.reason,
        provisional_reason=on_day.reason,
        evidence=final.evidence,
        provisional_evidence=on_day.evidence,
        citation_key=CITATIONS[criterion],
    )


def _visits(
    ordered: Sequence[VisitReading],
    answers: Sequence[_LineAnswer],
    known: tuple[Context, Sequence[Treatment]],
    settings: ResponseSettings,
) -> tuple[VisitResponse, ...]:
    """Return what the rules say of each visit."""
    context, lines = known
    treated = {visit.order: (answer, index) for answer in answers for index, visit in enumerate(answer.course.scans)}
    untreated = {} if lines else describe_untreated(known_on(ordered, context.findings, None), settings)
    found = []
    for visit in ordered:
        position = treatment_position(visit.study_date, context, lines, settings)
        if visit.order in treated:
            found.append(_treated(visit, position, treated[visit.order], context, settings))
            continue
        headline = untreated.get(visit.order) or reference_headline(visit, position)
        found.append(
            VisitResponse(
                study_date=visit.study_date,
                study_uid=visit.study_uid,
                position=position,
                flare=NO_FLARE,
                headline=_both_clocks(headline, headline),
            )
        )
    return tuple(found)


def _treated(
    visit: VisitReading,
    position: TreatmentPosition,
    place: tuple[_LineAnswer, int],
    context: Context,
    settings: ResponseSettings,
) -> VisitResponse:
    """Return what the rules say of an on-treatment visit."""
    answer, index = place
    final, on_day = answer.final, answer.on_the_day[index]
    return VisitResponse(
        study_date=visit.study_date,
        study_uid=visit.study_uid,
        position=position,
        flare=_merged_flare(final.flares[index], on_day.flares[index], answer.course, context, settings),
        headline=replace(
            _both_clocks(final.headlines[index], on_day.headlines[index]), stability=answer.stability[index]
        ),
        overall=overall_response(visit, final.outcomes[index].status, context.responses, settings),
    )


def _both_clocks(final: Headline, on_day: Headline) -> Headline:
    """Return the final headline with what was known on the day."""
    return replace(
        final,
        provisional_verdict=on_day.verdict,
        provisional_sentence=on_day.sentence,
        provisional_status=on_day.final_status,
    )


def _merged_flare(
    final: FlareAssessment,
    on_day: FlareAssessment,
    course: LineCourse,
    context: Context,
    settings: ResponseSettings,
) -> FlareAssessment:
    """Return the final flare with the advice of the day and the evidence beside the images."""
    support = () if final.status is FlareStatus.NOT_APPLICABLE else supporting_evidence(course, context, settings)
    return replace(
        final,
        provisional_status=on_day.status,
        settle_from=on_day.settle_from,
        settle_to=on_day.settle_to,
        advice=on_day.advice,
        support=support,
    )


def _element_flares(answer: _LineAnswer) -> tuple[ElementFlare, ...]:
    """Return the flares of regions and lesions on both clocks."""
    on_day = {
        _flare_key(flare): flare.status
        for visit, judgement in zip(answer.course.scans, answer.on_the_day, strict=True)
        for flare in judgement.element_flares
        if (flare.study_date, flare.study_uid) == visit.order
    }
    return tuple(
        replace(flare, provisional_status=on_day.get(_flare_key(flare), FlareStatus.NOT_APPLICABLE))
        for flare in answer.final.element_flares
    )


def _flare_key(flare: ElementFlare) -> tuple[str, ...]:
    """Return what identifies the flare of one element at one visit."""
    return (flare.study_date.isoformat(), flare.study_uid, flare.kind.value, flare.name)
