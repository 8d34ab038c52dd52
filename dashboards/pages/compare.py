"""Compare and quality: how each visit was laid over the reference, how far that can be trusted, and a manual shift."""

from dash import Dash, Input, Output, State, dcc, html, no_update

from dashboards.address import Address
from dashboards.answers import CourseAnswer, JobState, VisitFacts
from dashboards.components.jobs import job_list
from dashboards.components.marks import identifier
from dashboards.components.quality import before_and_after, quality_table
from dashboards.components.states import empty
from dashboards.ids import Id
from dashboards.routes import checked
from dashboards.source import Source
from dashboards.words import say
from tracker.errors import InputError, TrackerError

PATH = r"/s/([A-Za-z0-9_-]+)/compare"
"""Addresses of this page."""

TICK_MS = 1000
"""How often the job of a shift is looked at, milliseconds."""

LARGEST_NUDGE_MM = 200.0
"""A manual shift larger than this is a typing error: no two visits of one patient lie further apart after centring."""


def chosen_visit(course: CourseAnswer, token: str | None) -> VisitFacts:
    """Return the visit an address names, or the last one.

    Parameters
    ----------
    course : CourseAnswer
        The course.
    token : str or None
        From the address.

    Returns
    -------
    VisitFacts
        The visit.

    Raises
    ------
    InputError
        If the course has no such visit.
    """
    if token is None:
        return course.visits[-1]
    for visit in course.visits:
        if visit.token == token:
            return visit
    raise InputError(
        "This course has no such visit.", remedy="Open the course page and choose one.", code="UNKNOWN_VISIT"
    )


def _nudge_form(course: CourseAnswer, visit: VisitFacts) -> html.Section:
    def number_input(name: Id, label: str, value: float) -> html.Label:
        return html.Label([label, dcc.Input(id=name, type="number", step=1, value=value, className="search")])

    key = {"subject": course.subject.token, "visit": visit.token}
    return html.Section(
        [
            html.H2(say("Manual shift of this visit")),
            html.P(
                say(
                    "Where alignment fails, shift the visit by hand until both lie over each other under Before; "
                    "the course is then aligned and measured again, and the shift stays in force until it is set to 0."
                ),
                className="says",
            ),
            number_input(Id.NUDGE_ROW, say("Down, mm"), visit.nudge_mm[0]),
            number_input(Id.NUDGE_COL, say("To the patient's left, mm"), visit.nudge_mm[1]),
            html.Button(say("Align again"), id=Id.NUDGE_SAVE, className="button", n_clicks=0),
            dcc.Store(id=Id.NUDGE_TARGET, data=key),
            html.P(id=Id.NUDGE_MESSAGE, role="status", className="says"),
            dcc.Store(id=Id.NUDGE_JOB),
            dcc.Interval(id=Id.NUDGE_TICK, interval=TICK_MS, disabled=True),
            html.Div(id=Id.NUDGE_PROGRESS),
        ],
        className="card nudge",
    )


def layout(source: Source, address: Address) -> html.Div:
    """Return the compare and quality page.

    Parameters
    ----------
    source : Source
        What may be asked.
    address : Address
        Whose course; query ``v`` names a visit.

    Returns
    -------
    html.Div
        The page.
    """
    course = source.course(address.tokens[0])
    heading = html.Div(
        [
            html.H1([say("Compare and quality") + " ", identifier(course.subject)]),
            html.Div(dcc.Link(say("Course"), href=f"/s/{course.subject.token}", className="button")),
        ],
        className="page-heading",
    )
    page = {
        "className": "course",
        "data-title": say("Compare and quality"),
        "data-export": f"/csv/{course.subject.token}/trends.csv",
    }
    if len(course.visits) < 2:
        return html.Div(
            [heading, empty(say("Only one visit"), say("There is nothing to compare it with yet."))], **page
        )
    visit = chosen_visit(course, address.query.get("v"))
    reference = next((v for v in course.visits if v.is_reference), course.visits[0])
    if visit is reference:
        reference = course.visits[0] if visit is not course.visits[0] else course.visits[1]
    table = html.Section([html.H2(say("Alignment")), quality_table(course, visit.token)], className="card")
    return html.Div([heading, table, before_and_after(course, visit, reference), _nudge_form(course, visit)], **page)


def nudge(source: Source, target: dict[str, str], shift_mm: tuple[object, object]) -> tuple[str, str | None, bool]:
    """Start aligning again and say so, or say why not.

    Parameters
    ----------
    source : Source
        What may be asked.
    target : dict of str to str
        Tokens of subject and visit.
    shift_mm : tuple
        Down and to the patient's left, as typed.

    Returns
    -------
    tuple of str, (str or None) and bool
        One sentence, the job where one was started, and whether there is none to look after.
    """
    try:
        down, left = (float(str(value)) for value in shift_mm)
    except ValueError:
        return say("Both shifts must be numbers of millimetres."), None, True
    if not max(abs(down), abs(left)) <= LARGEST_NUDGE_MM:
        return say("A shift of more than {largest} mm is not possible.", largest=round(LARGEST_NUDGE_MM)), None, True
    try:
        job = source.nudge(checked(target["subject"]), checked(target["visit"]), (down, left))
    except TrackerError as error:
        return f"{error.message} {error.remedy} ({error.code})", None, True
    words = say("Started as job {job}. It goes on when this page is left; the import page lists it.", job=job)
    return words, job, False


def nudge_progress(source: Source, job_id: str | None) -> html.Div | None:
    """Return how far the alignment started here is.

    Parameters
    ----------
    source : Source
        What may be asked.
    job_id : str or None
        Its job.

    Returns
    -------
    html.Div or None
        Its row, and when it is done a way to the result.
    """
    if job_id is None:
        return None
    mine = tuple(job for job in source.jobs() if job.job_id == job_id)
    done = any(job.state is JobState.DONE for job in mine)
    again = [html.P(html.A(say("Show the result"), href="", className="button"))] if done else []
    return html.Div([job_list(mine), *again])


def connect(app: Dash, source: Source) -> None:
    """Wire the manual shift.

    Parameters
    ----------
    app : Dash
        The app.
    source : Source
        What may be asked.
    """

    def save(clicks: int, down: object, left: object, target: dict[str, str]) -> tuple[object, object, object]:
        return nudge(source, target, (down, left)) if clicks else (no_update, no_update, no_update)

    app.callback(
        Output(Id.NUDGE_MESSAGE, "children"),
        Output(Id.NUDGE_JOB, "data"),
        Output(Id.NUDGE_TICK, "disabled"),
        Input(Id.NUDGE_SAVE, "n_clicks"),
        State(Id.NUDGE_ROW, "value"),
        State(Id.NUDGE_COL, "value"),
        State(Id.NUDGE_TARGET, "data"),
        prevent_initial_call=True,
    )(save)
    app.callback(
        Output(Id.NUDGE_PROGRESS, "children"),
        Input(Id.NUDGE_TICK, "n_intervals"),
        State(Id.NUDGE_JOB, "data"),
        prevent_initial_call=True,
    )(lambda _, job: nudge_progress(source, job))
