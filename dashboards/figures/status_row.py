"""What the main criterion said on the day of each visit, and what that became: open above, filled below."""

import plotly.graph_objects as go

from dashboards.answers import CourseAnswer, Headline
from dashboards.figures.canvas import BODY_PX, plain
from dashboards.theme import Palette
from dashboards.words import say

MOST_NAMED = 9
"""Visits whose status is written beside its mark; with more the words would overlap."""

SYMBOLS: dict[str, str] = {
    "PD": "triangle-up",
    "PDu": "diamond",
    "NON-PD": "square",
    "NED": "circle",
    "NE": "x-thin",
}
"""Mark of each status."""

ON_THE_DAY, AS_IT_BECAME = 1.0, 0.0
"""Places of the two lanes."""


def status_colour(status: str, palette: Palette) -> str:
    """Return the colour of a status.

    Parameters
    ----------
    status : str
        As in ``assessments.csv``.
    palette : Palette
        Colours.

    Returns
    -------
    str
        ``#rrggbb``.
    """
    if status == "PD":
        return palette.progressed
    if status == "PDu":
        return palette.unconfirmed
    return palette.not_evaluable if status == "NE" else palette.stable


def has_status(course: CourseAnswer) -> bool:
    """Return whether any visit has a status to draw.

    Parameters
    ----------
    course : CourseAnswer
        The course.

    Returns
    -------
    bool
        False before treatment and without one.
    """
    return any(line.provisional_status for line in course.headlines)


def add_status(figure: go.Figure, course: CourseAnswer, row: int, palette: Palette) -> None:
    """Draw status on the day (open) and final status (filled) of every visit, and until when each was to be settled.

    Parameters
    ----------
    figure : go.Figure
        Changed in place.
    course : CourseAnswer
        The course.
    row : int
        Row of the chart.
    palette : Palette
        Colours.
    """
    _settle_windows(figure, course, row, palette)
    for lane in (ON_THE_DAY, AS_IT_BECAME):
        _lane(figure, course, lane, row, palette)
    figure.update_yaxes(
        tickvals=[ON_THE_DAY, AS_IT_BECAME],
        ticktext=[say("on the day"), say("final")],
        range=[-0.6, 1.6],
        showgrid=False,
        zeroline=False,
        row=row,
        col=1,
    )


def _lane(figure: go.Figure, course: CourseAnswer, lane: float, row: int, palette: Palette) -> None:
    """Draw one lane: a mark per visit that has a status."""
    final = lane == AS_IT_BECAME
    known = [
        (visit, line) for visit, line in zip(course.visits, course.headlines, strict=True) if line.provisional_status
    ]
    statuses = [line.final_status if final else line.provisional_status for _, line in known]
    colours = [status_colour(status, palette) for status in statuses]
    figure.add_scatter(
        x=[visit.study_date for visit, _ in known],
        y=[lane] * len(known),
        mode="markers+text" if len(known) <= MOST_NAMED else "markers",
        marker={
            "symbol": [SYMBOLS.get(status, "circle") + ("" if final else "-open") for status in statuses],
            "color": colours,
            "size": 10,
            "line": {"width": 1.8, "color": colours},
        },
        text=[f" {plain(status)}" for status in statuses],
        textposition="middle right",
        textfont={"size": BODY_PX - 1, "color": colours},
        cliponaxis=False,
        customdata=[visit.token for visit, _ in known],
        hovertext=[_hover(visit.study_date.isoformat(), line) for visit, line in known],
        hoverinfo="text",
        meta={"visit": True},
        row=row,
        col=1,
    )


def _hover(when: str, line: Headline) -> str:
    words = say(
        "{first} on the day, {last} in the end", first=line.provisional_status, last=line.final_status or say("open")
    )
    return f"{when}<br>{plain(words)}"


def _settle_windows(figure: go.Figure, course: CourseAnswer, row: int, palette: Palette) -> None:
    """Draw, per open visit, between which days the scan that settles it was or is due."""
    for visit, line in zip(course.visits, course.headlines, strict=True):
        if line.next_scan_from is None or line.next_scan_to is None:
            continue
        words = say(
            "{date}: to be settled between {first} and {last}",
            date=visit.study_date,
            first=line.next_scan_from,
            last=line.next_scan_to,
        )
        figure.add_scatter(
            x=[line.next_scan_from, line.next_scan_to],
            y=[0.5, 0.5],
            mode="lines+markers",
            line={"color": palette.unconfirmed, "width": 1.5, "dash": "dot"},
            marker={"symbol": ["line-ns-open", "line-ns-open"], "size": 8, "color": palette.unconfirmed},
            hovertext=plain(words),
            hoverinfo="text",
            meta={"settle": visit.token},
            row=row,
            col=1,
        )
