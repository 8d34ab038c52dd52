"""What a page shows when there is nothing, or something went wrong: what happened and what to do."""

from dash import dcc, html

from dashboards.words import say
from tracker.errors import TrackerError


def failed(error: TrackerError) -> html.Div:
    """Return a page that says what is wrong and what to do.

    Parameters
    ----------
    error : TrackerError
        What happened.

    Returns
    -------
    html.Div
        Heading, sentence, remedy, code and a way back.
    """
    return html.Div(
        [
            html.H1(say("This page cannot be shown")),
            html.P(error.message, className="state-text"),
            html.P(error.remedy, className="state-remedy") if error.remedy else None,
            html.P([say("Code") + " ", html.Code(error.code)], className="state-code"),
            dcc.Link(say("Open the worklist"), href="/", className="button"),
        ],
        className="state state--failed",
        role="alert",
        **{"data-title": say("Not available")},
    )


def empty(title: str, text: str) -> html.Div:
    """Return a place that is empty on purpose.

    Parameters
    ----------
    title : str
        What is missing.
    text : str
        What to do about it.

    Returns
    -------
    html.Div
        Heading and sentence.
    """
    return html.Div([html.H2(title), html.P(text, className="state-text")], className="state")
