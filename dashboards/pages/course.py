"""The heart: one patient's scans in date order, what they mean, and why."""

from typing import Any

from dash import Dash, Input, Output, dcc, html

from dashboards.address import Address, requested_theme
from dashboards.answers import CourseAnswer
from dashboards.components.charts import card, chart
from dashboards.components.grids import SPARK, column, grid, number_column
from dashboards.components.legends import timeline_legend
from dashboards.components.marks import identifier, verdict_chip
from dashboards.components.regions import body_legend, region_columns, region_rows
from dashboards.components.remarks import remarks
from dashboards.components.states import empty, failed
from dashboards.components.verdict_card import verdict_card
from dashboards.components.viewer import viewer
from dashboards.figures.body_map import body_map
from dashboards.figures.burden import board_trend
from dashboards.figures.lesion_history import lesion_history
from dashboards.figures.timeline import timeline
from dashboards.ids import Id
from dashboards.region_states import region_states
from dashboards.routes import checked
from dashboards.source import COURSE_TABLES, Source
from dashboards.theme import PALETTES, Palette, Theme, day
from dashboards.words import region_words, say
from tracker.errors import TrackerError

PATH = r"/s/([A-Za-z0-9_-]+)"
"""Addresses of this page."""


GONE = ("resolved", "merged")
"""Fates after which a lesion is not counted."""


def lesion_rows(course: CourseAnswer) -> list[dict[str, Any]]:
    """Return one row per lesion, with its last fate and its uptake at every visit.

    Parameters
    ----------
    course : CourseAnswer
        The course.

    Returns
    -------
    list of dict
        Lesions still there first, then those gone, then foci taken for something else; each in order of id.
    """
    table = course.tables["lesions"]
    rows = []
    for lesion_id, seen in table.groupby("lesion_id", sort=True):
        last = seen.iloc[-1]
        by_visit = seen[seen["fate"] != "resolved"].groupby("study_uid")["uptake_ratio"].max()
        history = [float(by_visit[v.study_uid]) if v.study_uid in by_visit.index else None for v in course.visits]
        rows.append(
            {
                "lesion_id": lesion_id,
                "where": region_words(str(last["region"] or "")),
                "kind": last["kind"],
                "fate": last["fate"],
                "first_seen": seen["study_date"].iloc[0],
                "last_row": last["study_date"],
                "uptake_ratio": last["uptake_ratio"],
                "area_mm2": last["area_mm2"],
                "history": history,
            }
        )
    return sorted(rows, key=lambda row: (row["kind"] != "lesion", row["fate"] in GONE, row["lesion_id"]))


def lesion_columns() -> list[dict[str, Any]]:
    """Return the columns of the lesion table."""
    return [
        column("lesion_id", say("Lesion"), minWidth=78, maxWidth=90),
        column("where", say("Where"), minWidth=165, tooltipField="where"),
        column("fate", say("Fate"), cellRenderer="Fate", minWidth=116, maxWidth=126),
        column("kind", say("Kind"), minWidth=96, maxWidth=110, tooltipField="kind"),
        column("history", say("Uptake ratio, all visits"), **SPARK),
        number_column("uptake_ratio", say("Last"), cellRenderer="Number", minWidth=68, maxWidth=80),
        number_column("area_mm2", say("mm²"), cellRenderer="Whole", minWidth=64, maxWidth=80),
        column("first_seen", say("First seen"), minWidth=104, maxWidth=116),
    ]


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


def _downloads(course: CourseAnswer) -> html.Nav:
    links = [
        html.A(f"{name}.csv", href=f"/csv/{course.subject.token}/{name}.csv", className="download")
        for name in COURSE_TABLES
    ]
    return html.Nav([html.H2(say("Tables")), *links], className="card downloads", **{"aria-label": say("Downloads")})


def _csv(course: CourseAnswer, table: str) -> str:
    """Return the address of one table of a course."""
    return f"/csv/{course.subject.token}/{table}.csv"


def _timeline_card(course: CourseAnswer, palette: Palette) -> html.Section:
    words = say(
        "Status, burden, lesions and laboratory values of every visit under its therapies. Open marks: what was known "
        "on the day; filled: what it became; dotted: when it was to be settled. Grey band: change within noise of the "
        "reference. Shaded: early (days 1-91) and flare window (days 92-182) of the present treatment."
    )
    graph = chart(Id.TIMELINE, timeline(course, palette))
    return card(say("Timeline"), words, timeline_legend(), graph, name="timeline", table=_csv(course, "trends"))


def _lesion_card(course: CourseAnswer) -> html.Section:
    rows = lesion_rows(course) if len(course.tables["lesions"]) else []
    body = (
        grid(Id.LESION_GRID, rows, lesion_columns(), key="lesion_id", label=say("Lesions"))
        if rows
        else empty(say("No lesions"), say("No focus was found at any visit."))
    )
    return card(
        say("Lesions"),
        say("Every focus found, its fate at its last row, and its uptake at each visit."),
        body,
        name="lesions",
        table=_csv(course, "lesions"),
    )


def _history_card(course: CourseAnswer, palette: Palette) -> html.Section:
    words = say("Each lesion measured at every visit at the same place: filled where seen, open where not.")
    graph = chart(Id.LESION_HISTORY, lesion_history(course, palette))
    return card(say("Lesions through time"), words, graph, name="history", table=_csv(course, "lesion_measurements"))


def _body_card(source: Source, course: CourseAnswer, palette: Palette) -> html.Section:
    visit = course.visits[-1]
    states = region_states(course.tables["regions"], visit.study_uid)
    words = say(
        "Change of each region on {date} against the {reference}.",
        date=day(visit.study_date),
        reference=reference_words(course),
    )
    figure = body_map(source.region_shapes(course.subject.token), states, palette)
    return card(say("Skeleton"), words, chart(Id.BODY_MAP, figure), body_legend(), name="body")


def _region_card(course: CourseAnswer) -> html.Section:
    rows = region_rows(course, course.visits[-1].study_uid)
    body = (
        grid(Id.REGION_GRID, rows, region_columns(), key="region", label=say("Regions"))
        if rows
        else empty(say("No regions"), say("No region could be measured at this visit."))
    )
    return card(say("Regions"), say("Changes within noise are grey and come last."), body, name="regions")


def reference_words(course: CourseAnswer) -> str:
    """Return what changes are counted from, with its date.

    Parameters
    ----------
    course : CourseAnswer
        The course.

    Returns
    -------
    str
        Such as ``baseline (2023-12-19)``.
    """
    name = course.reference_name.replace("_", " ")
    date = next((day(visit.study_date) for visit in course.visits if visit.is_reference), "")
    return f"{name} ({date})" if date else name


def _board(course: CourseAnswer) -> html.Section:
    """Return what a tumour board reads: one sentence and the trend; the viewer beside it is the same one."""
    headline = course.headlines[-1]
    answer = html.Div([verdict_chip(headline.verdict), html.H1(headline.sentence)], className="board-answer")
    trend = html.Div(id=Id.BOARD_PLACE, className="board-trend")
    return html.Section([answer, trend], className="board", **{"aria-label": say("Board")})


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
    )


def rest(source: Source, subject: str, theme: Theme) -> tuple[list[html.Section], dcc.Graph | None]:
    """Return what follows the images: charts and tables, and the trend of the board.

    Parameters
    ----------
    source : Source
        What may be asked.
    subject : str
        Whose course.
    theme : Theme
        Light or dark.

    Returns
    -------
    tuple of list of html.Section and dcc.Graph
        Cards in order; without a board trend where the course cannot be read.
    """
    try:
        course = source.course(checked(subject))
        palette = PALETTES[theme]
        cards = [
            _timeline_card(course, palette),
            _lesion_card(course),
            _body_card(source, course, palette),
            _region_card(course),
            _history_card(course, palette),
            _downloads(course),
        ]
    except TrackerError as error:
        return [html.Section(failed(error))], None
    return cards, chart(Id.BOARD_TREND, board_trend(course, palette))


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
        return rest(source, (painted or {}).get("subject", ""), requested_theme())

    app.callback(
        Output(Id.COURSE_REST, "children"),
        Output(Id.BOARD_PLACE, "children"),
        Input(Id.PAINTED, "data"),
        prevent_initial_call=True,
    )(follow)
