"""A figure on a page: full width, its own height, no floating buttons."""

import plotly.graph_objects as go
from dash import dcc

from dashboards.ids import Id


def chart(name: Id, figure: go.Figure) -> dcc.Graph:
    """Return a figure as a component.

    Parameters
    ----------
    name : Id
        Which chart it is.
    figure : go.Figure
        The figure; its height is kept, its width follows the page.

    Returns
    -------
    dcc.Graph
        The component; its id is ``{"chart": name}``, so that the theme switch reaches every chart.
    """
    return dcc.Graph(
        id={"chart": name.value},
        figure=figure,
        config={"displayModeBar": False, "displaylogo": False},
        responsive=True,
        style={"height": f"{figure.layout.height}px"},
    )
