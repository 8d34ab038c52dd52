"""A figure on a page: full width, its own height, no floating buttons."""

import plotly.graph_objects as go
from dash import dcc, html

from dashboards.ids import Id
from dashboards.words import say


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


def card(title: str, words: str, *body: object, name: str) -> html.Section:
    """Return a titled part of a page with a sentence that says what it shows.

    Parameters
    ----------
    title : str
        Heading.
    words : str
        What it shows.
    *body : component
        Chart, table or whatever else.
    name : str
        Its place in the style sheet.

    Returns
    -------
    html.Section
        The card, with a button that saves its chart as PNG if it has one.
    """
    charts = [part for part in body if isinstance(part, dcc.Graph)]
    saves = [
        html.Button(
            say("PNG"),
            className="save",
            type="button",
            **{"data-action": "save-chart", "aria-label": say("Save as PNG")},
        )
        for _ in charts[:1]
    ]
    head = html.Div([html.H2(title), *saves], className="card-head")
    return html.Section([head, html.P(words, className="says"), *body], className=f"card {name}")
