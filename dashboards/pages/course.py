"""The heart: one patient's scans in date order, what they mean, and why."""

from typing import Any

from dash import Dash, html

from dashboards.address import Address
from dashboards.answers import CourseAnswer
from dashboards.components.charts import chart
from dashboards.components.grids import SPARK, column, grid, number_column
from dashboards.components.marks import identifier
from dashboards.components.states import empty
from dashboards.components.verdict_card import verdict_card
from dashboards.components.viewer import viewer
from dashboards.figures.timeline import timeline
from dashboards.ids import Id
from dashboards.source import COURSE_TABLES, Source
from dashboards.theme import PALETTES, Palette
from dashboards.words import region_words, say

PATH = r"/s/([A-Za-z0-9_-]+)"
"""Addresses of this page."""


def lesion_rows(course: CourseAnswer) -> list[dict[str, Any]]:
    """Return one row per lesion, with its last fate and its uptake at every visit.

    Parameters
    ----------
    course : CourseAnswer
        The course.

    Returns
    -------
    list of dict
        Lesions in order of id.
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
    return rows


def lesion_columns() -> list[dict[str, Any]]:
    """Return the columns of the lesion table."""
    return [
        column("lesion_id", say("Lesion"), maxWidth=100),
        column("where", say("Where"), minWidth=150),
        column("fate", say("Fate"), cellRenderer="Fate", maxWidth=130),
        column("kind", say("Taken for"), maxWidth=130),
        column("history", say("Uptake ratio, all visits"), **SPARK),
        number_column("uptake_ratio", say("Last"), cellRenderer="Number", maxWidth=100),
        number_column("area_mm2", say("Area, mm²"), cellRenderer="Whole", maxWidth=120),
        column("first_seen", say("First seen"), maxWidth=130),
        column("last_row", say("Last row"), maxWidth=130),
    ]


def _heading(course: CourseAnswer) -> html.Div:
    subject = course.subject
    return html.Div(
        [
            html.H1([say("Course") + " ", identifier(subject)]),
            html.Span(subject.cancer, className="muted"),
            html.Span(say("{count} visits", count=len(course.visits)), className="muted"),
        ],
        className="page-heading",
    )


def _downloads(course: CourseAnswer) -> html.Nav:
    links = [
        html.A(f"{name}.csv", href=f"/csv/{course.subject.token}/{name}.csv", className="download")
        for name in COURSE_TABLES
    ]
    return html.Nav([html.H2(say("Tables")), *links], className="card downloads", **{"aria-label": say("Downloads")})


def _timeline_card(course: CourseAnswer, palette: Palette) -> html.Section:
    words = say(
        "Burden, lesions and laboratory values of every visit over therapies. Grey band: change within noise of the "
        "reference. Shaded: early (days 1-91) and flare window (days 92-182) of the present treatment."
    )
    graph = chart(Id.TIMELINE, timeline(course, palette))
    return html.Section([html.H2(say("Timeline")), html.P(words, className="says"), graph], className="card timeline")


def _lesion_card(course: CourseAnswer) -> html.Section:
    rows = lesion_rows(course) if len(course.tables["lesions"]) else []
    body = (
        grid(Id.LESION_GRID, rows, lesion_columns(), key="lesion_id", label=say("Lesions"))
        if rows
        else empty(say("No lesions"), say("No focus was found at any visit."))
    )
    return html.Section([html.H2(say("Lesions")), body], className="card lesions")


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
    palette = PALETTES[address.theme]
    return html.Div(
        [
            _heading(course),
            verdict_card(course.headlines[-1], course.visits[-1]),
            viewer(course),
            _timeline_card(course, palette),
            _lesion_card(course),
            _downloads(course),
        ],
        className="course",
        **{"data-title": say("Course"), "data-subject": course.subject.token},
    )


def connect(app: Dash, source: Source) -> None:
    """Wire the course page; everything on it is linked in the browser.

    Parameters
    ----------
    app : Dash
        The app.
    source : Source
        What may be asked.
    """
