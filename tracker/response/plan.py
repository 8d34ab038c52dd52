"""What follows from a course as a whole: next scan, best response, time free of progression."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.records.assessment import BestResponse, NextScan, ProgressionFree
from tracker.records.context import Context
from tracker.records.course_response import VisitResponse
from tracker.records.reading import VisitReading
from tracker.records.study import Notice
from tracker.response.best_response import best_response
from tracker.response.judgement import LineJudgement
from tracker.response.line_course import LineCourse, known_on
from tracker.response.next_scan import next_scan
from tracker.response.survival import progression_free
from tracker.settings.response import ResponseSettings

LineAnswer = tuple[LineCourse, LineJudgement]
"""One line and what the rules finally say of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePlan:
    """What follows from a course as a whole.

    Parameters
    ----------
    next_scan : NextScan or None
        Of the line begun last.
    best_response : BestResponse or None
        Of the line assessed.
    progression_free : ProgressionFree or None
        Of the line assessed.
    """

    next_scan: NextScan | None = None
    best_response: BestResponse | None = None
    progression_free: ProgressionFree | None = None


def course_plan(
    answers: Sequence[LineAnswer],
    ordered: Sequence[VisitReading],
    visits: Sequence[VisitResponse],
    context: Context,
    settings: ResponseSettings,
) -> CoursePlan:
    """Return what follows from a course as a whole.

    Parameters
    ----------
    answers : sequence of LineAnswer
        One per anticancer line, earliest first.
    ordered : sequence of VisitReading
        All visits, earliest first.
    visits : sequence of VisitResponse
        What the rules say of each.
    context : Context
        What is known of that patient.
    settings : ResponseSettings
        Schedule, gaps, choices.

    Returns
    -------
    CoursePlan
        Empty without an anticancer line.
    """
    if not answers:
        return CoursePlan()
    last_course, last_final = answers[-1]
    course, final = line_assessed(answers, ordered, context)
    overall = {(visit.study_date, visit.study_uid): visit.overall for visit in visits}
    after = [] if course.next_start is None else [visit for visit in ordered if visit.study_date > course.next_start]
    alive = context.facts.death_date is None
    return CoursePlan(
        next_scan=next_scan(last_course, last_final.outcomes, last_final.flares, settings) if alive else None,
        best_response=best_response(final.outcomes, [overall[visit.order] for visit in course.scans], settings),
        progression_free=progression_free(course, known_on(after, context.findings, None), context, settings),
    )


def line_assessed(answers: Sequence[LineAnswer], ordered: Sequence[VisitReading], context: Context) -> LineAnswer:
    """Return the line that best response and survival are about.

    Parameters
    ----------
    answers : sequence of LineAnswer
        One per anticancer line, earliest first, at least one.
    ordered : sequence of VisitReading
        All visits, earliest first.
    context : Context
        Whether and when that patient was randomised.

    Returns
    -------
    LineAnswer
        With a date of randomisation the first line begun on or after it, else the last begun before it; without one
        the line of the last visit.
    """
    randomised = context.facts.randomised_date
    if randomised is not None:
        after = [answer for answer in answers if answer[0].line.start_date >= randomised]
        return after[0] if after else answers[-1]
    begun = [answer for answer in answers if answer[0].line.start_date < ordered[-1].study_date]
    return begun[-1] if begun else answers[0]


def unknown_lesions(ordered: Sequence[VisitReading], context: Context) -> tuple[Notice, ...]:
    """Return a notice for each lesion that another examination speaks of and no visit holds.

    Parameters
    ----------
    ordered : sequence of VisitReading
        All visits.
    context : Context
        The findings.

    Returns
    -------
    tuple of Notice
        Ordered by lesion.
    """
    known = {focus.lesion_id for visit in ordered for focus in visit.foci}
    unknown = sorted({finding.lesion_id for finding in context.findings} - known)
    return tuple(
        Notice(code="FINDING_UNKNOWN_LESION", text=f"A finding speaks of lesion {lesion_id}, which no visit holds.")
        for lesion_id in unknown
    )
