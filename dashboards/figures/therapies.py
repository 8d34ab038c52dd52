"""Therapies as bars and events as marks: the top row of the timeline."""

import pandas as pd
import plotly.graph_objects as go

from dashboards.answers import CourseAnswer
from dashboards.figures.canvas import BODY_PX, plain
from dashboards.figures.time_axis import SUPPORTIVE, Span, as_date
from dashboards.theme import Palette, missing
from dashboards.words import region_words, say


def add_therapies(figure: go.Figure, course: CourseAnswer, extent: Span, palette: Palette) -> None:
    """Draw therapies as bars and events as marks in row 1.

    Parameters
    ----------
    figure : go.Figure
        Changed in place.
    course : CourseAnswer
        The course.
    extent : Span
        What the time axis covers.
    palette : Palette
        Colours.
    """
    for lane, line in enumerate(course.tables["treatments"].to_dict("records")):
        begin = max(as_date(line["start_date"]) or extent.first, extent.first)
        end = min(as_date(line["end_date"]) or extent.last, extent.last)
        if begin >= end:
            continue
        colour = palette.support if line["therapy_class"] == SUPPORTIVE else palette.treatment
        words = plain("{} ({})".format(line["agent"], str(line["therapy_class"]).replace("_", " ")))
        until = say("ongoing") if missing(line["end_date"]) else plain(line["end_date"])
        hover = "{}<br>{} – {}".format(words, plain(line["start_date"]), until)
        figure.add_scatter(
            x=[begin, end],
            y=[-lane, -lane],
            mode="lines",
            line={"color": colour, "width": 12},
            text=hover,
            hoverinfo="text",
            row=1,
            col=1,
        )
        figure.add_annotation(
            x=begin,
            y=-lane,
            text=words,
            xanchor="left",
            yshift=13,
            showarrow=False,
            row=1,
            col=1,
            font_size=BODY_PX - 1,
        )
    _add_events(figure, course.tables["events"], palette)


def _add_events(figure: go.Figure, events: pd.DataFrame, palette: Palette) -> None:
    for event in events.itertuples():
        words = f"{plain(event.kind)}: {plain(region_words(str(event.region)))} {plain(event.note)}<br>{event.date}"
        figure.add_scatter(
            x=[as_date(event.date)],
            y=[1],
            mode="markers+text",
            marker={"symbol": "cross-thin-open", "size": 10, "color": palette.text, "line": {"width": 2}},
            text=f" {plain(event.kind)}",
            textposition="middle right",
            textfont={"size": BODY_PX - 1},
            cliponaxis=False,
            hovertext=words,
            hoverinfo="text",
            row=1,
            col=1,
        )
