"""Every lesion through time, measured at every visit whether it was seen or not."""

import pandas as pd
import plotly.graph_objects as go

from dashboards.answers import CourseAnswer
from dashboards.figures.canvas import BODY_PX, blank, message, plain, spread
from dashboards.theme import FATE_LETTER, Palette, missing, number
from dashboards.words import region_words, say

HEIGHT_PX = 500
"""Height of the figure."""

MOST_NAMED = 14
"""Lines that are named at their end; more would overlap."""


def strongest_view(measurements: pd.DataFrame) -> pd.DataFrame:
    """Return one measurement per visit and lesion: that of the view in which the lesion stands out most.

    Parameters
    ----------
    measurements : DataFrame
        Columns of ``lesion_measurements.csv``.

    Returns
    -------
    DataFrame
        Same columns, ordered by lesion and date.
    """
    if not len(measurements):
        return measurements
    clear = pd.to_numeric(measurements["significance"], errors="coerce")
    ordered = measurements.assign(_clear=clear).sort_values(["_clear", "projection"], ascending=[False, True])
    once = ordered.drop_duplicates(["study_uid", "lesion_id"]).drop(columns="_clear")
    return once.sort_values(["lesion_id", "study_date", "study_uid"])


def last_fates(lesions: pd.DataFrame) -> dict[str, str]:
    """Return the last known fate of every lesion of kind ``lesion``.

    Parameters
    ----------
    lesions : DataFrame
        Columns of ``lesions.csv``.

    Returns
    -------
    dict of str to str
        Fate by lesion id.
    """
    kept = lesions[lesions["kind"] == "lesion"] if len(lesions) else lesions
    return {str(row["lesion_id"]): str(row["fate"]) for row in kept.to_dict("records")}


def lesion_history(course: CourseAnswer, palette: Palette) -> go.Figure:
    """Return the uptake of every lesion at every visit.

    Parameters
    ----------
    course : CourseAnswer
        The course.
    palette : Palette
        Colours.

    Returns
    -------
    go.Figure
        One line per lesion; filled where it was seen, open where it was not; ``meta`` names the lesion.
    """
    fates = last_fates(course.tables["lesions"])
    table = strongest_view(course.tables["lesion_measurements"])
    table = table[table["lesion_id"].isin(fates)] if len(table) else table
    if not len(table):
        return message(palette, say("No lesion was measured."), 160)
    where = {str(row["lesion_id"]): str(row["region"] or "") for row in course.tables["lesions"].to_dict("records")}
    figure = blank(palette, HEIGHT_PX)
    colours = {"new": palette.new, "resolved": palette.resolved}
    ends: dict[str, float] = {}
    for lesion_id, rows in table.groupby("lesion_id", sort=True):
        name = str(lesion_id)
        colour = colours.get(fates[name], palette.persistent)
        figure.add_trace(_lesion_line(rows, name, colour, f"{name} {region_words(where[name])}"))
        last = pd.to_numeric(rows["uptake_ratio"], errors="coerce").dropna()
        if len(last):
            ends[name] = float(last.iloc[-1])
    if len(fates) <= MOST_NAMED:
        _name_lines(figure, ends, fates, palette)
    days = [visit.study_date for visit in course.visits][:: 1 + len(course.visits) // 7]
    figure.update_xaxes(tickvals=days, tickformat="%Y-%m", tickangle=0, showgrid=False)
    figure.update_yaxes(title_text=say("uptake ratio"), rangemode="tozero", nticks=6)
    figure.update_layout(margin={"r": 70})
    return figure


def _lesion_line(rows: pd.DataFrame, name: str, colour: str, title: str) -> go.Scatter:
    records = rows.to_dict("records")
    seen = [str(row["detected"]).lower() == "true" for row in records]
    words = [
        f"<b>{plain(title)}</b><br>{row['study_date']}<br>{say('uptake ratio')} {number(row['uptake_ratio'])}<br>"
        + (say("seen") if found else say("not seen, below {limit}", limit=number(row.get("upper_limit"))))
        for row, found in zip(records, seen, strict=True)
    ]
    return go.Scatter(
        x=rows["study_date"].to_list(),
        y=[None if missing(value) else float(value) for value in rows["uptake_ratio"]],
        mode="lines+markers",
        line={"color": colour, "width": 1.6},
        marker={"color": colour, "size": 8, "symbol": ["circle" if found else "circle-open" for found in seen]},
        text=words,
        hoverinfo="text",
        meta={"lesion": name},
    )


def _name_lines(figure: go.Figure, ends: dict[str, float], fates: dict[str, str], palette: Palette) -> None:
    """Write each lesion's id and fate at the end of its line."""
    top = max((y for trace in figure.data for y in trace.y if y is not None), default=1.0)
    colours = {"new": palette.new, "resolved": palette.resolved}
    for name, place in spread(ends, top * 16 / HEIGHT_PX).items():
        figure.add_annotation(
            xref="paper",
            x=1.0,
            y=place,
            text=plain(f"{name} {FATE_LETTER.get(fates[name], '')}"),
            xanchor="left",
            xshift=4,
            showarrow=False,
            font={"size": BODY_PX - 1, "color": colours.get(fates[name], palette.persistent)},
        )
