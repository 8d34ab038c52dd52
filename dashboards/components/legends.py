"""What the signs of the charts mean, as text with the same shapes, so that a chart needs no legend of its own."""

from dash import html

from dashboards.components.marks import verdict_chip
from dashboards.theme import FATE_LETTER
from dashboards.words import say
from tracker.records.assessment import Verdict

SHOWN_FATES = ("new", "persistent", "resolved")
"""Fates that the bars of the timeline tell apart."""


def verdict_legend() -> html.Div:
    """Return shape, colour and word of every verdict.

    Returns
    -------
    html.Div
        One line.
    """
    return html.Div([verdict_chip(verdict) for verdict in (None, *Verdict)], className="sign-legend")


def timeline_legend() -> html.Div:
    """Return the signs of the timeline: verdicts, and what becomes of lesions.

    Returns
    -------
    html.Div
        One line.
    """
    words = {"new": say("new"), "persistent": say("persistent"), "resolved": say("resolved")}
    fates = [
        html.Span(
            [html.Span(className=f"swatch swatch--{fate}"), f"{FATE_LETTER[fate]} {words[fate]}"],
            className="legend-item",
        )
        for fate in SHOWN_FATES
    ]
    chips = [verdict_chip(verdict) for verdict in (None, *Verdict)]
    parts = [
        html.Span(say("Burden:"), className="legend-title"),
        *chips,
        html.Span(say("Lesions:"), className="legend-title"),
        *fates,
    ]
    return html.Div(parts, className="sign-legend")
