"""The patient's own skeleton, front and back, each region in the colour of its change."""

from collections.abc import Mapping

import plotly.graph_objects as go

from dashboards.figures.canvas import BODY_PX, blank, message, plain
from dashboards.rasters import RegionShape
from dashboards.region_states import STEPS_PCT, RegionState, state_words
from dashboards.theme import Palette, number
from dashboards.words import region_words, say
from tracker.records.view import Projection

GAP_MM = 90.0
"""Space between the front and the back figure."""

HEIGHT_PX = 520
"""Height of the figure."""


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
