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
        The figure; its height is kept if it has one, its width follows the page.

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
        style={"height": f"{figure.layout.height}px"} if figure.layout.height else {},
    )


def card(title: str, words: str, *body: object, name: str, table: str = "") -> html.Section:
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
    table : str, optional
        Address of the CSV file behind it.

    Returns
    -------
    html.Section
        The card, with buttons that save its chart as PNG and the table behind it as CSV.
    """
    saves: list[object] = []
    if any(isinstance(part, dcc.Graph) for part in body):
        label = say("Save {title} as PNG", title=title)
        saves.append(
            html.Button(
                say("PNG"), className="save", type="button", **{"data-action": "save-chart", "aria-label": label}
            )
        )
    if table:
        label = say("Save the table behind {title} as CSV", title=title)
        saves.append(html.A(say("CSV"), href=table, className="save", **{"aria-label": label}))
    head = html.Div([html.H2(title), html.Div(saves, className="saves")], className="card-head")
    return html.Section([head, html.P(words, className="says"), *body], className=f"card {name}")
