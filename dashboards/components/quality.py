"""How well the visits lie over each other: numbers per visit, and before and after in one picture each."""

from typing import Any

from dash import dcc, html

from dashboards.answers import CourseAnswer, VisitFacts
from dashboards.components.marks import tag
from dashboards.theme import day, number
from dashboards.words import say
from tracker.records.view import Projection


def _state(visit: VisitFacts) -> html.Span:
    if not visit.aligned:
        return tag(say("refused"), "refused", visit.alignment_reason)
    return tag(say("caution"), "caution", visit.alignment_reason) if visit.alignment_reason else tag(say("accepted"))


def _row(course: CourseAnswer, visit: VisitFacts, chosen: str) -> html.Tr:
    link = dcc.Link(day(visit.study_date), href=f"/s/{course.subject.token}/compare?v={visit.token}")
    confidence = "–" if visit.alignment_confidence is None else f"{number(100 * visit.alignment_confidence, 0)} %"
    error = "–" if visit.alignment_error_mm is None else f"{number(visit.alignment_error_mm, 1)} mm"
    nudge = f"{number(visit.nudge_mm[0], 1)} / {number(visit.nudge_mm[1], 1)} mm" if any(visit.nudge_mm) else "–"
    cells: list[Any] = [link, _state(visit), confidence, error, nudge, visit.alignment_reason or "–"]
    current = {"aria-current": "true"} if visit.token == chosen else {}
    return html.Tr([html.Td(cell) for cell in cells], className="chosen" if current else "", **current)


def quality_table(course: CourseAnswer, chosen: str) -> html.Table:
    """Return one row per visit: accepted or not, confidence, expected error, manual shift, reason.

    Parameters
    ----------
    course : CourseAnswer
        The course.
    chosen : str
        Token of the visit shown below.

    Returns
    -------
    html.Table
        The table.
    """
    titles = [
        say("Visit"),
        say("Alignment"),
        say("Confidence"),
        say("Expected error"),
        say("Shift by hand, down / to the patient's left"),
        say("Reason"),
    ]
    head = html.Thead(html.Tr([html.Th(title, scope="col") for title in titles]))
    rows = [_row(course, visit, chosen) for visit in course.visits]
    return html.Table([head, html.Tbody(rows)], className="plain-table")


def _stage(name: str, title: str, words: str) -> html.Figure:
    panels = [
        html.Div(className="panel", role="img", **{"data-quality": name, "data-side": side.value, "aria-label": title})
        for side in Projection
    ]
    return html.Figure([html.Figcaption([html.Strong(title), html.Span(words)]), html.Div(panels, className="pair")])


def before_and_after(course: CourseAnswer, visit: VisitFacts, reference: VisitFacts) -> html.Section:
    """Return the pictures of one visit over the reference; a script paints them.

    Parameters
    ----------
    course : CourseAnswer
        The course.
    visit, reference : VisitFacts
        What is laid over what.

    Returns
    -------
    html.Section
        Before, after, and confidence with the displacement as a grid.
    """
    both = say(
        "{first} blue, {second} orange, both dark", first=day(reference.study_date), second=day(visit.study_date)
    )
    figures = [
        _stage("before", say("Before"), say("centred only: {both}", both=both)),
        _stage("after", say("After"), say("aligned: {both}", both=both)),
        _stage("confidence", say("Confidence"), say("tinted where doubtful; lines: a 5 cm grid of the visit")),
    ]
    keys = {"data-visit": visit.token, "data-reference": reference.token, "data-subject": course.subject.token}
    words = {"data-refused": visit.alignment_reason or say("Alignment was refused.")}
    return html.Section(
        figures,
        className="card quality",
        **keys,
        **words,
        **{
            "data-aligned": "yes" if visit.aligned and reference.aligned else "no",
            "aria-label": say("Before and after"),
        },
    )
