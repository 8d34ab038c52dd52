"""Laboratory values through time: PSA, ALP and whatever else was given."""

import pandas as pd
import plotly.graph_objects as go

from dashboards.figures.canvas import plain, spread
from dashboards.theme import Palette, number
from dashboards.words import say

LABEL_PX = 15
"""Least distance of two names at the end of lines, pixels."""


def add_labs(figure: go.Figure, labs: pd.DataFrame, row: int, height_px: int, palette: Palette) -> None:
    """Draw each laboratory value as percent of its first, so that two units share one axis.

    Parameters
    ----------
    figure : go.Figure
        Changed in place.
    labs : DataFrame
        Columns of ``labs.csv``.
    row : int
        Row of the chart.
    height_px : int
        Height of that row.
    palette : Palette
        Colours.
    """
    dashes = {"PSA": (palette.psa, "solid", "circle"), "ALP": (palette.alp, "dash", "square")}
    ends: dict[str, float] = {}
    last_days: dict[str, object] = {}
    for test, values in labs.sort_values("date").groupby("test", sort=True):
        colour, dash, symbol = dashes.get(str(test), (palette.other, "dot", "diamond"))
        percents = (100 * values["value"].astype(float) / (float(values["value"].iloc[0]) or 1.0)).to_list()
        words = [f"{plain(test)} {number(v.value)} {plain(v.unit)}<br>{v.date}" for v in values.itertuples()]
        ends[str(test)] = percents[-1]
        last_days[str(test)] = values["date"].iloc[-1]
        figure.add_scatter(
            x=values["date"],
            y=percents,
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 2},
            marker={"symbol": symbol, "size": 6, "color": colour},
            hovertext=words,
            hoverinfo="text",
            row=row,
            col=1,
        )
    top = max((value for trace in figure.select_traces(row=row, col=1) for value in trace.y), default=100.0)
    for test, place in spread(ends, LABEL_PX * top / height_px).items():
        figure.add_annotation(
            x=last_days[test],
            y=place,
            text=plain(test),
            xanchor="left",
            xshift=6,
            showarrow=False,
            font_color=dashes.get(test, (palette.other,))[0],
            row=row,
            col=1,
        )
    figure.update_yaxes(title_text=say("% of first"), rangemode="tozero", nticks=4, row=row, col=1)
