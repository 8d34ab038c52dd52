"""One time axis for everything: therapies, status, burden with its error, lesions by fate, laboratory values."""

from datetime import timedelta

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboards.answers import CourseAnswer
from dashboards.figures.burden import BurdenPoint, add_burden, burden_points
from dashboards.figures.canvas import BODY_PX, dress, message
from dashboards.figures.labs import add_labs
from dashboards.figures.lesion_counts import add_lesions
from dashboards.figures.status_row import add_status, has_status
from dashboards.figures.therapies import add_therapies
from dashboards.figures.time_axis import Span, labelled_days, span
from dashboards.theme import Palette
from dashboards.words import say

EARLY_DAYS = (1, 91)
"""Early window of the treatment clock, days (design: tables)."""

FLARE_DAYS = (92, 182)
"""Flare window of the treatment clock, days (design: tables)."""

HEIGHT_PX = {"status": 62, "burden": 190, "lesions": 110, "labs": 110}
"""Height of each row; that of the therapies follows from their number."""

LANE_PX = 34
"""Height of one therapy: its name above its bar."""


def _band(figure: go.Figure, extent: Span, days: tuple[int, int], words: str, colours: tuple[str, str]) -> None:
    """Shade a window of the treatment clock in every row and name it above the first."""
    if extent.treatment_start is None:
        return
    first = extent.treatment_start + timedelta(days=days[0])
    last = min(extent.treatment_start + timedelta(days=days[1]), extent.last)
    if first >= extent.last:
        return
    figure.add_vrect(x0=first, x1=last, fillcolor=colours[0], line_width=0, layer="below")
    _name_window(figure, first + (last - first) / 2, words, colours[1])


def _name_window(figure: go.Figure, middle: object, words: str, colour: str) -> None:
    font = {"color": colour, "size": BODY_PX - 1}
    figure.add_annotation(
        x=middle, y=1, yref="paper", yanchor="bottom", yshift=1, text=words, showarrow=False, font=font
    )


def _next_scan(figure: go.Figure, course: CourseAnswer, palette: Palette) -> None:
    """Frame the days on which the next scan is due: what it settles stands in the verdict card."""
    due = course.next_scan
    if due is None:
        return
    settles = course.headlines[-1].next_scan_from is not None
    colour = palette.unconfirmed if settles else palette.muted
    figure.add_vrect(x0=due.due_from, x1=due.due_to, line={"color": colour, "width": 1.5, "dash": "dot"})
    words = say("settling scan") if settles else say("next scan")
    _name_window(figure, due.due_from + (due.due_to - due.due_from) / 2, words, colour)


def _rows(course: CourseAnswer) -> list[str]:
    """Return which rows have something to show."""
    rows = ["therapy"] if len(course.tables["treatments"]) or len(course.tables["events"]) else []
    rows += ["status"] if has_status(course) else []
    rows += ["burden", "lesions"]
    return rows + (["labs"] if len(course.tables["labs"]) else [])


def _label_visits(figure: go.Figure, course: CourseAnswer, extent: Span) -> None:
    """Write date and week since treatment start under each visit that has room for it."""
    days = labelled_days([visit.study_date for visit in course.visits], extent)
    start = extent.treatment_start
    weeks = ["" if start is None else "<br>" + say("week {week}", week=round((day - start).days / 7)) for day in days]
    figure.update_xaxes(range=[extent.first, extent.last], tickvals=days, showgrid=False)
    bottom = len(_rows(course))
    figure.update_xaxes(ticktext=[f"{d}{w}" for d, w in zip(days, weeks, strict=True)], row=bottom, col=1)


def timeline(course: CourseAnswer, palette: Palette) -> go.Figure:
    """Return the whole course on one time axis.

    Parameters
    ----------
    course : CourseAnswer
        The course.
    palette : Palette
        Colours.

    Returns
    -------
    go.Figure
        Rows: therapies and events, status on the day and final, burden, lesions by fate, laboratory values; rows
        without data are left out.
    """
    if not course.visits:
        return message(palette, say("No visit in this course."), 120)
    rows, extent = _rows(course), span(course)
    lanes = max(1, len(course.tables["treatments"])) + bool(len(course.tables["events"]))
    heights = [HEIGHT_PX.get(name, LANE_PX * lanes) for name in rows]
    figure = make_subplots(rows=len(rows), cols=1, shared_xaxes=True, vertical_spacing=0.035, row_heights=heights)
    dress(figure, palette, sum(heights) + 60)
    figure.update_layout(margin={"l": 6 * BODY_PX, "r": 3 * BODY_PX})
    points: tuple[BurdenPoint, ...] = burden_points(course)
    if "therapy" in rows:
        add_therapies(figure, course, extent, palette)
        _therapy_axis(figure, course)
    if "status" in rows:
        add_status(figure, course, rows.index("status") + 1, palette)
    add_burden(figure, points, rows.index("burden") + 1, palette)
    add_lesions(figure, course, rows.index("lesions") + 1, palette)
    if "labs" in rows:
        add_labs(figure, course.tables["labs"], rows.index("labs") + 1, HEIGHT_PX["labs"], palette)
    _band(figure, extent, EARLY_DAYS, say("early"), (palette.early_band, palette.muted))
    _band(figure, extent, FLARE_DAYS, say("flare window"), (palette.flare_band, palette.muted))
    _next_scan(figure, course, palette)
    _label_visits(figure, course, extent)
    return figure


def _therapy_axis(figure: go.Figure, course: CourseAnswer) -> None:
    lanes, events = max(1, len(course.tables["treatments"])), len(course.tables["events"])
    figure.update_yaxes(visible=False, range=[0.6 - lanes, 1.4 if events else 0.7], row=1, col=1)
