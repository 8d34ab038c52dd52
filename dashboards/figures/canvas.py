"""The blank chart that every figure starts from: fonts, margins, grid lines, safe text."""

from html import escape

import plotly.graph_objects as go

from dashboards.theme import FONT, Palette

BODY_PX = 12
"""Chart writing at desk distance, pixels."""

BOARD_PX = 36
"""Chart writing in board mode, pixels: 31 px is 16 arc minutes at 3 m on a 55 inch 1080p screen, 38 px is 20."""


def plain(text: object) -> str:
    """Return text from a file as text, never as markup.

    Parameters
    ----------
    text : object
        Anything from a header or table.

    Returns
    -------
    str
        Safe in titles, labels and hover boxes.

    Examples
    --------
    >>> plain("<a href=x>&amp;")
    '&lt;a href=x&gt;&amp;amp;'
    """
    return escape(str(text), quote=False)


def blank(palette: Palette, height: int, size_px: int = BODY_PX) -> go.Figure:
    """Return an empty figure in the house style.

    Parameters
    ----------
    palette : Palette
        Colours.
    height : int
        Pixels.
    size_px : int, optional
        Font size.

    Returns
    -------
    go.Figure
        No traces, no title, transparent background.
    """
    figure = go.Figure()
    dress(figure, palette, height, size_px)
    return figure


def dress(figure: go.Figure, palette: Palette, height: int, size_px: int = BODY_PX) -> None:
    """Give ``figure`` the house style.

    Parameters
    ----------
    figure : go.Figure
        Changed in place.
    palette : Palette
        Colours.
    height : int
        Pixels.
    size_px : int, optional
        Font size.
    """
    figure.update_layout(
        template="none",
        height=height,
        paper_bgcolor=palette.surface,
        plot_bgcolor=palette.surface,
        font={"family": FONT, "size": size_px, "color": palette.text},
        margin={"l": 5 * size_px, "r": 2 * size_px, "t": 2 * size_px, "b": 3 * size_px},
        hoverlabel={"bgcolor": palette.raised, "bordercolor": palette.line, "font": {"color": palette.text}},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
    )
    axis = {
        "gridcolor": palette.grid,
        "linecolor": palette.line,
        "zerolinecolor": palette.line,
        "tickcolor": palette.line,
        "tickfont": {"color": palette.muted},
        "title_font": {"color": palette.muted},
        "fixedrange": True,
    }
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)


def message(palette: Palette, text: str, height: int) -> go.Figure:
    """Return an empty chart that says why it is empty.

    Parameters
    ----------
    palette : Palette
        Colours.
    text : str
        One plain sentence.
    height : int
        Pixels.

    Returns
    -------
    go.Figure
        A figure with one annotation.
    """
    figure = blank(palette, height)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.add_annotation(text=plain(text), showarrow=False, font={"color": palette.muted}, x=0.5, y=0.5)
    return figure


def spread(values: dict[str, float], gap: float) -> dict[str, float]:
    """Return places for labels that keep the order of ``values`` and are at least ``gap`` apart.

    Parameters
    ----------
    values : dict of str to float
        Where each label belongs.
    gap : float
        Least distance, same unit.

    Returns
    -------
    dict of str to float
        Where each label is written.

    Examples
    --------
    >>> spread({"a": 1.0, "b": 1.0, "c": 5.0}, 1.0)
    {'a': 0.5, 'b': 1.5, 'c': 5.0}
    """
    groups: list[list[str]] = []
    middles: list[float] = []
    for name in sorted(values, key=lambda key: (values[key], key)):
        groups.append([name])
        middles.append(values[name])
        while len(groups) > 1 and middles[-1] - middles[-2] < gap * (len(groups[-1]) + len(groups[-2])) / 2:
            groups[-2:] = [groups[-2] + groups[-1]]
            middles[-2:] = [sum(values[key] for key in groups[-1]) / len(groups[-1])]
    return {
        name: middle + gap * (place - (len(group) - 1) / 2)
        for group, middle in zip(groups, middles, strict=True)
        for place, name in enumerate(group)
    }
