"""The heart: one patient's scans in date order, what they mean, and why."""

from dash import Dash, Input, Output, dcc, html

from dashboards.address import Address, requested_theme
from dashboards.answers import CourseAnswer, VisitFacts
from dashboards.components.marks import identifier, verdict_chip
from dashboards.components.remarks import remarks
from dashboards.components.states import empty
from dashboards.components.verdict_card import verdict_card
from dashboards.components.viewer import viewer
from dashboards.ids import Id
from dashboards.pages.course_cards import regions_of, rest
from dashboards.source import Source
from dashboards.words import say
from tracker.records.comparability import Comparable

PATH = r"/s/([A-Za-z0-9_-]+)"
"""Addresses of this page."""


def _heading(course: CourseAnswer) -> html.Div:
    subject = course.subject
    links = [
        dcc.Link(say("Compare and quality"), href=f"/s/{subject.token}/compare", className="button"),
        html.Button(say("Board mode"), className="button", type="button", **{"data-action": "board"}),
    ]
    return html.Div(
        [
            html.H1([say("Course") + " ", identifier(subject)]),
            html.Span(subject.cancer, className="muted"),
            html.Span(say("{count} visits", count=len(course.visits)), className="muted"),
            html.Div(links, className="page-links"),
        ],
        className="page-heading",
    )


def first_sentence(text: str) -> str:
    """Return the first sentence of a text: what a board has time for.

    Parameters
    ----------
    text : str
        One or more sentences.

    Returns
    -------
    str
        Up to the first full stop before a space.

    Examples
    --------
    >>> first_sentence("No new lesions on 12 April 2025. Uptake -37 %, scan index 0.9.")
    'No new lesions on 12 April 2025.'
    """
    first, stop, _ = text.partition(". ")
    return f"{first}." if stop else text


def _board(course: CourseAnswer) -> html.Section:
    """Return what a tumour board reads: one sentence and the trend; the viewer beside it is the same one."""
    headline = course.headlines[-1]
    answer = html.Div(
        [verdict_chip(headline.verdict), html.H1(first_sentence(headline.sentence))], className="board-answer"
    )
    trend = html.Div(id=Id.BOARD_PLACE, className="board-trend")
    caution = _caution(course.visits[-1])
    return html.Section([answer, *caution, trend], className="board", **{"aria-label": say("Board")})


def _caution(visit: VisitFacts) -> list[html.P]:
    """Return the one thing that a board must not overlook: numbers that cannot be compared."""
    worst = visit.comparability.verdict
    if worst is Comparable.YES:
        return []
    reason = next((one.text for one in visit.comparability.reasons if one.severity is worst), "")
    words = {
        Comparable.CAUTION: say("Compare with caution: {reason}", reason=reason),
        Comparable.NO: say("Numbers of this scan are not comparable: {reason}", reason=reason),
    }
    return [html.P(words[worst], className="board-caution")]


def layout(source: Source, address: Address) -> html.Div:
    """Return the course page.

    Parameters
    ----------
    source : Source
        What may be asked.
    address : Address
        Whose course, and how it should look.

    Returns
    -------
    html.Div
        The page.
    """
    course = source.course(address.tokens[0])
    if not course.visits:
        return html.Div([_heading(course), empty(say("No visits"), say("Import scans of this patient."))])
    waiting = html.Div(say("Charts and tables follow the images …"), className="card state", role="status")
    return html.Div(
        [
            _heading(course),
            verdict_card(course.headlines[-1], course.visits[-1], course.next_scan),
            remarks(course),
            _board(course),
            viewer(course),
            html.Div(waiting, id=Id.COURSE_REST, className="course-rest"),
        ],
        className="course",
        **{"data-title": say("Course"), "data-subject": course.subject.token},
        **{"data-export": f"/csv/{course.subject.token}/trends.csv"},
    )


def connect(app: Dash, source: Source) -> None:
    """Wire the course page: charts and tables are asked for when the images have been painted.

    Parameters
    ----------
    app : Dash
        The app.
    source : Source
        What may be asked.
    """

    def follow(painted: dict[str, str] | None) -> tuple[list[html.Section], dcc.Graph | None]:
        told = painted or {}
        return rest(source, told.get("subject", ""), told.get("regions", ""), requested_theme())

    app.callback(
        Output(Id.COURSE_REST, "children"),
        Output(Id.BOARD_PLACE, "children"),
        Input(Id.PAINTED, "data"),
        prevent_initial_call=True,
    )(follow)

    def choose(chosen: dict[str, str] | None) -> list[html.Section]:
        told = chosen or {}
        return regions_of(source, told.get("subject", ""), told.get("visit", ""), requested_theme())

    app.callback(Output(Id.REGION_CARDS, "children"), Input(Id.REGION_VISIT, "data"), prevent_initial_call=True)(choose)
