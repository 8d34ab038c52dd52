"""What follows the images of a course page: timeline, lesions, regions, their history, and the tables."""

from dash import dcc, html

from dashboards.answers import CourseAnswer, VisitFacts
from dashboards.components.charts import card, chart
from dashboards.components.grids import grid
from dashboards.components.legends import timeline_legend
from dashboards.components.lesions import lesion_columns, lesion_rows
from dashboards.components.regions import body_legend, region_columns, region_rows, region_visit_choice
from dashboards.components.states import empty, failed
from dashboards.figures.body_map import body_map
from dashboards.figures.burden import board_trend
from dashboards.figures.lesion_history import lesion_history
from dashboards.figures.timeline import timeline
from dashboards.ids import Id
from dashboards.region_states import region_states
from dashboards.routes import checked
from dashboards.source import COURSE_TABLES, Source
from dashboards.theme import PALETTES, Palette, Theme, day
from dashboards.words import say
from tracker.errors import TrackerError


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
        "on the day; filled: what it became; dotted: when it was to be settled; hollow burden: not comparable. Grey "
        "band: change within noise of the reference. Shaded: early (days 1-91) and flare window (days 92-182) of the "
        "present treatment."
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
        say("Every focus found, its fate at its last row, and its uptake ratio at each visit."),
        body,
        name="lesions",
        table=_csv(course, "lesions"),
    )


def _history_card(course: CourseAnswer, palette: Palette) -> html.Section:
    words = say("Each lesion measured at every visit at the same place: filled where seen, open where not.")
    graph = chart(Id.LESION_HISTORY, lesion_history(course, palette))
    return card(say("Lesions through time"), words, graph, name="history", table=_csv(course, "lesion_measurements"))


def shown_visit(course: CourseAnswer, token: str) -> VisitFacts:
    """Return the visit whose regions are shown: the one asked for if there is such a one, else the last.

    Parameters
    ----------
    course : CourseAnswer
        The course.
    token : str
        From an address; may be empty or stale.

    Returns
    -------
    VisitFacts
        The visit.
    """
    return next((visit for visit in course.visits if visit.token == token), course.visits[-1])


def region_cards(source: Source, course: CourseAnswer, visit: VisitFacts, palette: Palette) -> list[html.Section]:
    """Return body figure and table of the regions of one visit.

    Parameters
    ----------
    source : Source
        What may be asked.
    course : CourseAnswer
        The course.
    visit : VisitFacts
        One of its visits.
    palette : Palette
        Colours.

    Returns
    -------
    list of html.Section
        Two cards.
    """
    states = region_states(course.tables["regions"], visit.study_uid)
    words = say(
        "Change of each region on {date} against the {reference}.",
        date=day(visit.study_date),
        reference=reference_words(course),
    )
    silent = "" if any(state.change_pct is not None for state in states.values()) else _silence(visit)
    figure = body_map(source.region_shapes(course.subject.token), states, palette)
    parts = [region_visit_choice(course, visit), html.P(silent, className="reason") if silent else None]
    graph = chart(Id.BODY_MAP, figure)
    table = _csv(course, "regions")
    body = card(say("Skeleton"), words, *parts, graph, body_legend(), name="body", table=table)
    return [body, _region_card(course, visit)]


def _silence(visit: VisitFacts) -> str:
    """Return why no region of a visit shows a change."""
    if visit.is_reference:
        return say("This is the visit that changes are counted from.")
    return say("No change can be shown: this visit is not comparable with the reference.")


def _region_card(course: CourseAnswer, visit: VisitFacts) -> html.Section:
    rows = region_rows(course, visit.study_uid)
    body = (
        grid(Id.REGION_GRID, rows, region_columns(), key="region", label=say("Regions"))
        if rows
        else empty(say("No regions"), say("No region could be measured at this visit."))
    )
    words = say("Change on {date}. Within noise: grey, and last.", date=day(visit.study_date))
    return card(say("Regions"), words, body, name="regions", table=_csv(course, "regions"))


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


def rest(source: Source, subject: str, visit: str, theme: Theme) -> tuple[list[html.Section], dcc.Graph | None]:
    """Return what follows the images: charts and tables, and the trend of the board.

    Parameters
    ----------
    source : Source
        What may be asked.
    subject : str
        Whose course.
    visit : str
        Token of the visit whose regions are shown; empty for the last.
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
            html.Div(region_cards(source, course, shown_visit(course, visit), palette), id=Id.REGION_CARDS),
            _history_card(course, palette),
            _downloads(course),
        ]
    except TrackerError as error:
        return [html.Section(failed(error))], None
    return cards, chart(Id.BOARD_TREND, board_trend(course, palette))


def regions_of(source: Source, subject: str, visit: str, theme: Theme) -> list[html.Section]:
    """Return the region cards of one visit, or why they cannot be shown.

    Parameters
    ----------
    source : Source
        What may be asked.
    subject, visit : str
        Tokens as they came from the browser.
    theme : Theme
        Light or dark.

    Returns
    -------
    list of html.Section
        Cards.
    """
    try:
        course = source.course(checked(subject))
        return region_cards(source, course, shown_visit(course, visit), PALETTES[theme])
    except TrackerError as error:
        return [html.Section(failed(error))]
