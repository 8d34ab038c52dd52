"""What limits a course, in sentences above its images: each says what is wrong and what can be done."""

from dash import html

from dashboards.answers import CourseAnswer, VisitFacts
from dashboards.components.viewer import VISITS_AT_ONCE
from dashboards.theme import day
from dashboards.words import say


def remark_texts(course: CourseAnswer) -> tuple[str, ...]:
    """Return what a reader must know before reading the images.

    Parameters
    ----------
    course : CourseAnswer
        With at least one visit.

    Returns
    -------
    tuple of str
        Empty where nothing limits the course.
    """
    visits = course.visits
    texts = [_refused(visit) for visit in visits if not visit.aligned]
    texts += [_one_view(visit) for visit in visits if len(visit.views) == 1]
    if len(visits) == 1:
        texts.append(say("One visit only: there is nothing to compare yet. Import a later scan of this patient."))
    if len(visits) > VISITS_AT_ONCE:
        words = "{count} visits: the reference and the latest {shown} are shown. Choose others by their numbers below."
        texts.append(say(words, count=len(visits), shown=VISITS_AT_ONCE - 1))
    return tuple(texts)


def _refused(visit: VisitFacts) -> str:
    """Return that a visit was not aligned, why, and what to do."""
    words = "{date} was not aligned ({reason}). It is shown as acquired; Compare and quality takes a shift by hand."
    reason = visit.alignment_reason.rstrip(". ") or say("no reason was given")
    return say(words, date=day(visit.study_date), reason=reason)


def _one_view(visit: VisitFacts) -> str:
    """Return that a visit has one view, and what that means."""
    words = "{date} has the {view} view alone: lesions on the other side can be missed, and depth is not averaged out."
    return say(words, date=day(visit.study_date), view=visit.views[0].projection.value.lower())


def remarks(course: CourseAnswer) -> html.Ul | None:
    """Return what limits a course as a list, or None where nothing does.

    Parameters
    ----------
    course : CourseAnswer
        With at least one visit.

    Returns
    -------
    html.Ul or None
        One sentence each.
    """
    texts = remark_texts(course)
    if not texts:
        return None
    return html.Ul([html.Li(text) for text in texts], className="card remarks", **{"aria-label": say("Limits")})
