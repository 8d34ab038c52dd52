"""One time axis for everything: therapies, burden with its error, lesions by fate, laboratory values."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboards.answers import CourseAnswer, Headline
from dashboards.figures.burden import BurdenPoint, add_burden, burden_points
from dashboards.figures.canvas import BODY_PX, dress, message, plain
from dashboards.theme import Palette, missing, number
from dashboards.words import region_words, say

EARLY_DAYS = (1, 91)
"""Early window of the treatment clock, days (design: tables)."""

FLARE_DAYS = (92, 182)
"""Flare window of the treatment clock, days (design: tables)."""

SUPPORTIVE = "bone_protecting"
"""Therapy class that never restarts the treatment clock."""

HEIGHT_PX = {"burden": 190, "lesions": 110, "labs": 110}
"""Height of each row; that of the therapies follows from their number."""

LANE_PX = 34
"""Height of one therapy: its name above its bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What the time axis covers.

    Parameters
    ----------
    first, last : date
        With a margin.
    treatment_start : date or None
        Start of the current anticancer line.
    """

    first: date
    last: date
    treatment_start: date | None


def treatment_start(treatments: pd.DataFrame, last_visit: date) -> date | None:
    """Return when the anticancer line that was current at the last visit began.

    Parameters
    ----------
    treatments : DataFrame
        Columns of ``treatments.csv``.
    last_visit : date
        Date of the last visit.

    Returns
    -------
    date or None
        None without an anticancer treatment begun by then.
    """
    lines = treatments[treatments["therapy_class"] != SUPPORTIVE] if len(treatments) else treatments
    starts = [day for day in map(_as_date, lines["start_date"]) if day is not None and day <= last_visit]
    return max(starts, default=None)


def _as_date(value: object) -> date | None:
    return None if missing(value) else date.fromisoformat(str(value)[:10])


def span(course: CourseAnswer) -> Span:
    """Return what the time axis of a course covers.

    Parameters
    ----------
    course : CourseAnswer
        The course.

    Returns
    -------
    Span
        From the first to the last visit, treatment start included, with a margin of 4 %.
    """
    visits = [visit.study_date for visit in course.visits]
    start = treatment_start(course.tables["treatments"], visits[-1])
    ends = [visits[-1], *(line.next_scan_to for line in course.headlines[-1:] if line.next_scan_to)]
    begin = min(filter(None, [visits[0], start]))
    margin = timedelta(days=max(10, (max(ends) - begin).days // 25))
    return Span(first=begin - margin, last=max(ends) + margin, treatment_start=start)


def _band(figure: go.Figure, extent: Span, days: tuple[int, int], colour: str) -> None:
    if extent.treatment_start is None:
        return
    first = extent.treatment_start + timedelta(days=days[0])
    last = extent.treatment_start + timedelta(days=days[1])
    if first < extent.last:
        figure.add_vrect(x0=first, x1=min(last, extent.last), fillcolor=colour, line_width=0, layer="below")


def _settling(figure: go.Figure, headlines: tuple[Headline, ...], palette: Palette) -> None:
    """Draw when the scan that settles an open question is due."""
    latest = headlines[-1]
    if latest.next_scan_from and latest.next_scan_to:
        figure.add_vrect(
            x0=latest.next_scan_from,
            x1=latest.next_scan_to,
            line={"color": palette.unconfirmed, "width": 1.5, "dash": "dot"},
            annotation={"text": say("settling scan"), "font": {"color": palette.unconfirmed, "size": BODY_PX - 1}},
            annotation_position="top left",
        )


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
        begin = max(_as_date(line["start_date"]) or extent.first, extent.first)
        end = min(_as_date(line["end_date"]) or extent.last, extent.last)
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
            x=[_as_date(event.date)],
            y=[1],
            mode="markers",
            marker={"symbol": "cross-thin-open", "size": 10, "color": palette.text, "line": {"width": 2}},
            text=words,
            hoverinfo="text",
            row=1,
            col=1,
        )


def fate_counts(lesions: pd.DataFrame) -> pd.DataFrame:
    """Return how many lesions of each fate each visit has, counted once whatever the number of views.

    Parameters
    ----------
    lesions : DataFrame
        Columns of ``lesions.csv``.

    Returns
    -------
    DataFrame
        Index ``study_uid``; columns new, persistent, split, resolved, merged; zero where there are none.
    """
    kept = lesions[lesions["kind"] == "lesion"] if len(lesions) else lesions
    once = kept.drop_duplicates(["study_uid", "lesion_id"]) if len(kept) else kept
    counts = once.groupby(["study_uid", "fate"]).size().unstack(fill_value=0) if len(once) else pd.DataFrame()
    return counts.reindex(columns=["new", "persistent", "split", "resolved", "merged"], fill_value=0)


def add_lesions(figure: go.Figure, course: CourseAnswer, row: int, palette: Palette) -> None:
    """Draw the number of lesions per visit by fate; those gone point down.

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
    counts = fate_counts(course.tables["lesions"]).reindex([v.study_uid for v in course.visits], fill_value=0)
    days = [visit.study_date for visit in course.visits]
    seen = counts["persistent"] + counts["split"]
    width = 86_400_000 * max(5, (days[-1] - days[0]).days / max(12, 3 * len(days)))
    bars = (
        (say("persistent"), seen, palette.persistent, ""),
        (say("new"), counts["new"], palette.new, "/"),
        (say("resolved"), -counts["resolved"], palette.resolved, "."),
    )
    for name, values, colour, pattern in bars:
        figure.add_bar(
            x=days,
            y=values.to_list(),
            name=name,
            width=width,
            marker={
                "color": colour,
                "pattern": {"shape": pattern, "bgcolor": colour, "fgcolor": palette.surface, "solidity": 0.25},
                "line": {"width": 0},
            },
            hovertemplate=f"%{{x|%Y-%m-%d}}<br>{name}: %{{customdata}}<extra></extra>",
            customdata=values.abs().to_list(),
            row=row,
            col=1,
        )
    figure.update_layout(barmode="relative")
    figure.update_yaxes(title_text=say("lesions"), tickformat="d", nticks=4, row=row, col=1)


def add_labs(figure: go.Figure, labs: pd.DataFrame, row: int, palette: Palette) -> None:
    """Draw each laboratory value as percent of its first, so that two units share one axis.

    Parameters
    ----------
    figure : go.Figure
        Changed in place.
    labs : DataFrame
        Columns of ``labs.csv``.
    row : int
        Row of the chart.
    palette : Palette
        Colours.
    """
    dashes = {"PSA": (palette.psa, "solid", "circle"), "ALP": (palette.alp, "dash", "square")}
    for test, values in labs.sort_values("date").groupby("test", sort=True):
        colour, dash, symbol = dashes.get(str(test), (palette.other, "dot", "diamond"))
        first = float(values["value"].iloc[0]) or 1.0
        words = [f"{plain(test)} {number(v.value)} {plain(v.unit)}<br>{v.date}" for v in values.itertuples()]
        figure.add_scatter(
            x=values["date"],
            y=(100 * values["value"].astype(float) / first).to_list(),
            mode="lines+markers+text",
            line={"color": colour, "dash": dash, "width": 2},
            marker={"symbol": symbol, "size": 6, "color": colour},
            text=[""] * (len(values) - 1) + [f" {plain(test)}"],
            textposition="middle right",
            textfont={"color": colour},
            hovertext=words,
            hoverinfo="text",
            cliponaxis=False,
            row=row,
            col=1,
        )
    figure.update_yaxes(title_text=say("% of first"), rangemode="tozero", nticks=4, row=row, col=1)


def _rows(course: CourseAnswer) -> list[str]:
    """Return which rows have something to show."""
    rows = ["therapy"] if len(course.tables["treatments"]) or len(course.tables["events"]) else []
    rows += ["burden", "lesions"]
    return rows + (["labs"] if len(course.tables["labs"]) else [])


def _label_visits(figure: go.Figure, course: CourseAnswer, extent: Span) -> None:
    """Write date and week since treatment start under each visit, thinning where there are many."""
    step = 1 + len(course.visits) // 12
    days = [visit.study_date for visit in course.visits][::step]
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
        Rows: therapies and events, burden, lesions by fate, laboratory values; rows without data are left out.
    """
    if not course.visits:
        return message(palette, say("No visit in this course."), 120)
    rows, extent = _rows(course), span(course)
    lanes = max(1, len(course.tables["treatments"])) + bool(len(course.tables["events"]))
    heights = [HEIGHT_PX.get(name, LANE_PX * lanes) for name in rows]
    figure = make_subplots(rows=len(rows), cols=1, shared_xaxes=True, vertical_spacing=0.035, row_heights=heights)
    dress(figure, palette, sum(heights) + 60)
    points: tuple[BurdenPoint, ...] = burden_points(course)
    if "therapy" in rows:
        add_therapies(figure, course, extent, palette)
        figure.update_yaxes(
            visible=False,
            range=[0.6 - max(1, len(course.tables["treatments"])), 1.4 if len(course.tables["events"]) else 0.7],
            row=1,
            col=1,
        )
    add_burden(figure, points, rows.index("burden") + 1, palette)
    add_lesions(figure, course, rows.index("lesions") + 1, palette)
    if "labs" in rows:
        add_labs(figure, course.tables["labs"], rows.index("labs") + 1, palette)
    _band(figure, extent, EARLY_DAYS, palette.early_band)
    _band(figure, extent, FLARE_DAYS, palette.flare_band)
    _settling(figure, course.headlines, palette)
    _label_visits(figure, course, extent)
    return figure
