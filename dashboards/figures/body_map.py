"""The patient's own skeleton, front and back, each region in the colour of its change."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from dashboards.figures.canvas import BODY_PX, blank, message, plain
from dashboards.rasters import RegionShape
from dashboards.theme import Palette, interval, missing, number, percent
from dashboards.words import region_words, say
from tracker.records.uptake import COMBINED
from tracker.records.view import Projection

STEPS_PCT = (25.0, 60.0)
"""Size of a change, percent, at which the colour deepens."""

GAP_MM = 90.0
"""Space between the front and the back figure."""

HEIGHT_PX = 520
"""Height of the figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionState:
    """What one region shows at one visit.

    Parameters
    ----------
    region : str
        Name, whole level.
    uptake_ratio : float or None
        Its uptake.
    change_pct, low_pct, high_pct : float or None
        Change against the reference and its interval.
    significant : bool
        Beyond noise.
    reason_empty : str
        Why there is no change.
    """

    region: str
    uptake_ratio: float | None
    change_pct: float | None
    low_pct: float | None
    high_pct: float | None
    significant: bool
    reason_empty: str


def _real(value: object) -> float | None:
    return None if missing(value) else float(str(value))


def region_states(regions: pd.DataFrame, study_uid: str) -> dict[str, RegionState]:
    """Return what every whole-level region shows at one visit, both views combined where both exist.

    Parameters
    ----------
    regions : DataFrame
        Columns of ``regions.csv``.
    study_uid : str
        The visit.

    Returns
    -------
    dict of str to RegionState
        By region, in the order of the table.
    """
    rows = regions[(regions["study_uid"] == study_uid) & (regions["level"] == "whole")] if len(regions) else regions
    found: dict[str, RegionState] = {}
    for row in rows.to_dict("records"):
        if row["region"] in found and row["projection"] != COMBINED:
            continue
        found[row["region"]] = RegionState(
            region=row["region"],
            uptake_ratio=_real(row["uptake_ratio"]),
            change_pct=_real(row["change_pct"]),
            low_pct=_real(row["change_low_pct"]),
            high_pct=_real(row["change_high_pct"]),
            significant=str(row["significant"]).lower() == "true",
            reason_empty="" if missing(row["reason_empty"]) else str(row["reason_empty"]),
        )
    return found


def fill_name(state: RegionState | None) -> str:
    """Return the palette's name of a region's colour.

    Parameters
    ----------
    state : RegionState or None
        What it shows; None where it was not measured.

    Returns
    -------
    str
        ``surface`` without a change, ``quiet_fill`` within noise, else ``hot_1`` ... ``cool_3``.

    Examples
    --------
    >>> fill_name(None)
    'surface'
    """
    if state is None or state.change_pct is None:
        return "surface"
    if not state.significant:
        return "quiet_fill"
    depth = 1 + sum(abs(state.change_pct) >= step for step in STEPS_PCT)
    return f"{'hot' if state.change_pct > 0 else 'cool'}_{depth}"


def state_words(state: RegionState | None) -> str:
    """Return what a region shows, in words.

    Parameters
    ----------
    state : RegionState or None
        What it shows.

    Returns
    -------
    str
        Change with interval, or why there is none.
    """
    if state is None:
        return say("not measured")
    if state.change_pct is None:
        return say("no change: {reason}", reason=state.reason_empty or say("not measured"))
    verdict = say("beyond noise") if state.significant else say("within noise")
    return f"{percent(state.change_pct)} ({interval(state.low_pct, state.high_pct)}), {verdict}"


def body_map(shapes: tuple[RegionShape, ...], states: Mapping[str, RegionState], palette: Palette) -> go.Figure:
    """Return the body, front and back, coloured by change.

    Parameters
    ----------
    shapes : tuple of RegionShape
        Outlines in patient space.
    states : mapping of str to RegionState
        What each region shows.
    palette : Palette
        Colours.

    Returns
    -------
    go.Figure
        One filled trace per region and side; ``meta`` names the region.
    """
    if not shapes:
        return message(palette, say("No skeleton could be placed on these scans."), 200)
    figure = blank(palette, HEIGHT_PX)
    width = max(col for shape in shapes for ring in shape.rings for _, col in ring)
    for shape in shapes:
        figure.add_trace(_region_trace(shape, states.get(shape.region), palette, width))
    height = max(row for shape in shapes for ring in shape.rings for row, _ in ring)
    for side, middle in ((say("anterior"), width / 2), (say("posterior"), 1.5 * width + GAP_MM)):
        figure.add_annotation(x=middle, y=height + 60, text=side, showarrow=False, font_color=palette.muted)
    for text, x in (("R", 20), ("L", width - 20), ("L", width + GAP_MM + 20), ("R", 2 * width + GAP_MM - 20)):
        figure.add_annotation(x=x, y=0, text=text, showarrow=False, font={"color": palette.muted, "size": BODY_PX})
    figure.update_xaxes(visible=False, range=[-20, 2 * width + GAP_MM + 20])
    figure.update_yaxes(visible=False, range=[height + 90, -20], scaleanchor="x")
    figure.update_layout(margin={"l": 0, "r": 0, "t": 4, "b": 0})
    return figure


def _region_trace(shape: RegionShape, state: RegionState | None, palette: Palette, width: float) -> go.Scatter:
    """Return one region; the back is shown as the detector saw it, the patient's left at the viewer's left."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for ring in shape.rings:
        places = [col if shape.projection is Projection.ANTERIOR else 2 * width + GAP_MM - col for _, col in ring]
        xs += [*places, places[0], None]
        ys += [*(row for row, _ in ring), ring[0][0], None]
    ratio = "" if state is None else f"{say('uptake ratio')} {number(state.uptake_ratio)}"
    words = [f"<b>{plain(region_words(shape.region))}</b>", plain(state_words(state)), plain(ratio)]
    return go.Scatter(
        x=xs,
        y=ys,
        mode="lines",
        fill="toself",
        fillcolor=str(getattr(palette, fill_name(state))),
        line={
            "color": palette.muted,
            "width": 0.8,
            "dash": "solid" if state and state.change_pct is not None else "dot",
        },
        hoveron="fills",
        hoverinfo="text",
        text="<br>".join(filter(None, words)),
        meta={"region": shape.region},
    )
