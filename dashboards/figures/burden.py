"""Burden through time: value, interval, what is within noise, and the verdict of each visit."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import plotly.graph_objects as go

from dashboards.answers import CourseAnswer
from dashboards.figures.canvas import BOARD_PX, BODY_PX, blank, plain
from dashboards.theme import VERDICT_SYMBOL, Palette, interval, missing, number, percent
from dashboards.words import say
from tracker.records.assessment import Verdict

MEASURE = "scan_index"
"""Name of the burden in ``trends.csv``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BurdenPoint:
    """The burden of one visit as it is drawn.

    Parameters
    ----------
    token : str
        The visit.
    study_date : date
        When.
    value : float or None
        Scan index, percent; None where it was not measured.
    low, high : float or None
        95 % interval of ``value``.
    noise_low, noise_high : float or None
        Between these values a change from the reference is within noise.
    change_words : str
        Change and interval as text.
    within_noise : bool
        The change cannot be told from noise.
    verdict : Verdict or None
        Of the visit; None before treatment.
    status_words : str
        Provisional and final status of the main criterion.
    comparable : str
        yes, caution or no.
    """

    token: str
    study_date: date
    value: float | None
    low: float | None
    high: float | None
    noise_low: float | None
    noise_high: float | None
    change_words: str
    within_noise: bool
    verdict: Verdict | None
    status_words: str
    comparable: str


def _real(value: object) -> float | None:
    return None if missing(value) else float(str(value))


def _status_words(provisional: str, final: str) -> str:
    return provisional if provisional == final else f"{provisional} → {final}"


def _true(value: object) -> bool:
    """Return whether a cell of a table read from a file or from memory says yes."""
    return str(value).lower() in ("true", "1")


def _change(row: dict[Any, Any]) -> tuple[float, float, float] | None:
    """Return change and interval of a row of ``trends.csv``, percent, or None where one is missing."""
    change, low, high = (_real(row.get(name)) for name in ("change_pct", "change_low_pct", "change_high_pct"))
    return None if change is None or low is None or high is None else (change, low, high)


def _edges(base: float | None, change: tuple[float, float, float] | None) -> tuple[float | None, ...]:
    """Return the values between which a change from the reference could not be told from noise."""
    if base is None or change is None:
        return (None, None)
    middle, low, high = change
    return tuple(max(0.0, base * (1 + pct / 100)) for pct in (middle - high, middle - low))


def burden_points(course: CourseAnswer) -> tuple[BurdenPoint, ...]:
    """Return what the burden chart draws, one point per visit.

    Parameters
    ----------
    course : CourseAnswer
        The course.

    Returns
    -------
    tuple of BurdenPoint
        In order of visits; ``value`` is None where the table has no number.
    """
    trends, visits = course.tables["trends"], course.tables["timepoints"]
    burden = trends[trends["measure"] == MEASURE].to_dict("records") if len(trends) else []
    rows: dict[str, dict[Any, Any]] = {row["study_uid"]: row for row in burden}
    own: dict[str, dict[Any, Any]] = {row["study_uid"]: row for row in visits.to_dict("records")}
    reference = next((v.study_uid for v in course.visits if v.is_reference), "")
    base = _real(own.get(reference, {}).get("scan_index_pct"))
    points = []
    for visit, line in zip(course.visits, course.headlines, strict=True):
        row, values = rows.get(visit.study_uid, {}), own.get(visit.study_uid, {})
        change = _change(row)
        edges = _edges(base, change)
        points.append(
            BurdenPoint(
                token=visit.token,
                study_date=visit.study_date,
                value=_real(values.get("scan_index_pct")),
                low=_real(values.get("scan_index_low_pct")),
                high=_real(values.get("scan_index_high_pct")),
                noise_low=edges[0],
                noise_high=edges[1],
                change_words=f"{percent(change[0])} ({interval(*change[1:])})" if change else "",
                within_noise=_true(row.get("within_noise")),
                verdict=line.verdict,
                status_words=_status_words(line.provisional_status, line.final_status),
                comparable=visit.comparability.verdict.value,
            )
        )
    return tuple(points)


def _noise_band(figure: go.Figure, points: tuple[BurdenPoint, ...], palette: Palette, cell: dict[str, int]) -> None:
    """Shade between which values a change from the reference is within noise."""
    known = [p for p in points if p.noise_low is not None and p.noise_high is not None]
    days = [p.study_date for p in known]
    edges = [p.noise_low for p in known], [p.noise_high for p in known]
    for values, fill in zip(edges, (None, "tonexty"), strict=True):
        figure.add_scatter(
            x=days,
            y=values,
            mode="lines",
            line_width=0,
            fill=fill,
            fillcolor=palette.noise_band,
            hoverinfo="skip",
            **cell,
        )


def _hover(point: BurdenPoint) -> str:
    noise = say("within noise") if point.within_noise else say("beyond noise")
    lines = [str(point.study_date), f"{say('scan index')} {number(point.value)} %"]
    lines += [f"{point.change_words}, {noise}"] if point.change_words else []
    lines += [point.status_words] if point.status_words else []
    return "<br>".join(map(plain, [*lines, say("comparable: {state}", state=point.comparable)]))


def _symbol(point: BurdenPoint) -> str:
    """Return the mark of a visit: hollow where its numbers cannot be compared with the reference."""
    symbol = VERDICT_SYMBOL[point.verdict]
    return f"{symbol}-open" if point.comparable == "no" and symbol != "x-thin" else symbol


def _draw(
    figure: go.Figure, points: tuple[BurdenPoint, ...], palette: Palette, size: int, cell: dict[str, int]
) -> None:
    """Draw line, intervals and one marker per visit in the shape and colour of its verdict."""
    known = [p for p in points if p.value is not None]
    days, values = [p.study_date for p in known], [p.value for p in known]
    _noise_band(figure, points, palette, cell)
    figure.add_scatter(
        x=days, y=values, mode="lines", line={"color": palette.muted, "width": size / 5}, hoverinfo="skip", **cell
    )
    arms = [((p.high or p.value or 0) - (p.value or 0), (p.value or 0) - (p.low or p.value or 0)) for p in known]
    figure.add_scatter(
        x=days,
        y=values,
        mode="markers",
        marker={
            "symbol": [_symbol(p) for p in known],
            "color": [palette.muted if p.within_noise else palette.verdict(p.verdict) for p in known],
            "size": size,
            "line": {"width": 1.5, "color": [palette.verdict(p.verdict) for p in known]},
        },
        error_y={
            "type": "data",
            "array": [up for up, _ in arms],
            "arrayminus": [down for _, down in arms],
            "color": palette.muted,
            "thickness": 1.2,
            "width": 4,
        },
        customdata=[p.token for p in known],
        meta={"visit": True},
        hovertext=[_hover(p) for p in known],
        hoverinfo="text",
        **cell,
    )


def add_burden(figure: go.Figure, points: tuple[BurdenPoint, ...], row: int, palette: Palette) -> None:
    """Draw the burden in one row of the timeline.

    Parameters
    ----------
    figure : go.Figure
        Changed in place.
    points : tuple of BurdenPoint
        One per visit.
    row : int
        Row of the chart.
    palette : Palette
        Colours.
    """
    _draw(figure, points, palette, BODY_PX, {"row": row, "col": 1})
    figure.update_yaxes(title_text=say("scan index, %"), rangemode="tozero", nticks=5, row=row, col=1)


def board_trend(course: CourseAnswer, palette: Palette) -> go.Figure:
    """Return the burden alone, with writing that is legible at three metres.

    Parameters
    ----------
    course : CourseAnswer
        The course.
    palette : Palette
        Colours.

    Returns
    -------
    go.Figure
        One panel, large text; as tall as its place.
    """
    points = burden_points(course)
    figure = blank(palette, 560, BOARD_PX)
    figure.update_layout(height=None)
    _draw(figure, points, palette, 26, {})
    days = [p.study_date for p in points]
    figure.update_xaxes(tickvals=[days[0], days[-1]] if len(days) > 1 else days, tickformat="%Y-%m", showgrid=False)
    figure.update_yaxes(title_text=say("burden, %"), rangemode="tozero", nticks=4)
    bold = {"tickfont_color": palette.text, "title_font_color": palette.text}
    figure.update_xaxes(**bold)
    figure.update_yaxes(**bold)
    figure.update_layout(margin={"l": 120, "r": 80, "t": 20, "b": 66})
    return figure
