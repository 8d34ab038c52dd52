"""The viewer's toolbar and the place where two visits are laid over each other. Scripts give them life."""

from typing import Any

from dash import html

from dashboards.answers import CourseAnswer
from dashboards.theme import day
from dashboards.words import say
from tracker.records.view import Projection


def _tool(action: str, text: str, key: str, words: str) -> html.Button:
    extra = {"data-action": action, "aria-pressed": "false"}
    return html.Button(text, className="tool", type="button", title=f"{words} ({key})", **extra)


def _group(label: str, tools: list[Any]) -> html.Div:
    return html.Div(
        [html.Span(label, className="tool-label"), *tools],
        className="tool-group",
        role="group",
        **{"aria-label": label},
    )


def _picker(course: CourseAnswer, shown: tuple[str, ...]) -> html.Div:
    buttons = [
        html.Button(
            str(index + 1),
            className="tool tool--visit",
            type="button",
            title=day(visit.study_date),
            **{
                "data-action": "toggle-visit",
                "data-visit": visit.token,
                "aria-pressed": str(visit.token in shown).lower(),
                "aria-label": say("Visit {number}, {date}", number=index + 1, date=day(visit.study_date)),
            },
        )
        for index, visit in enumerate(course.visits)
    ]
    return _group(say("Visits"), buttons)


def _pair(course: CourseAnswer) -> list[html.Label]:
    options = [html.Option(day(visit.study_date), value=visit.token) for visit in course.visits]
    return [
        html.Label([html.Span(name, className="hidden"), html.Select(options, id=key)])
        for key, name in (("pair-a", say("First visit")), ("pair-b", say("Second visit")))
    ]


def toolbar(course: CourseAnswer, shown: tuple[str, ...]) -> html.Div:
    """Return window, switches, layers, comparison and choice of visits.

    Parameters
    ----------
    course : CourseAnswer
        The course.
    shown : tuple of str
        Tokens of the visits shown at first.

    Returns
    -------
    html.Div
        The toolbar.
    """
    words = {"data-low": say("Lower end of the window"), "data-high": say("Upper end of the window")}
    window = html.Div(id="window", className="tool-group window", **words)
    shows = [
        _tool("auto", say("Auto"), "A", say("Automatic window from bone")),
        _tool("invert", say("Invert"), "I", say("Invert the grey scale")),
        _tool("gain", say("Raw counts"), "X", say("Raw counts instead of counts relative to reference bone")),
        _tool("native", say("Aligned"), "N", say("Aligned instead of native images")),
        _tool("reset", say("Reset"), "R", say("Reset zoom and position")),
    ]
    saves = html.Button(
        say("PNG"),
        className="tool",
        type="button",
        title=say("Save the images as they are on screen"),
        **{"data-action": "save-images", "data-note": say("Research use only. Not a medical device.")},
    )
    layers = [
        _tool("outlines", say("Outlines"), "O", say("Lesion outlines")),
        _tool("regions", say("Regions"), "G", say("Region borders")),
        _tool("physiologic", say("Physiologic"), "P", say("Physiologic sites")),
        _tool("confidence", say("Confidence"), "C", say("Alignment confidence: doubtful places are tinted")),
    ]
    compares = [
        *_pair(course),
        _tool("flicker", say("Flicker"), "F", say("Flicker between two aligned visits")),
        _tool("swipe", say("Wipe"), "W", say("Wipe between two aligned visits")),
        _tool("subtract", say("Subtract"), "S", say("Difference in standard deviations")),
    ]
    groups = [window, html.Div(shows, className="tool-group"), _group(say("Show"), layers)]
    if len(course.visits) > 1:
        groups += [_group(say("Compare"), compares), _picker(course, shown)]
    groups.append(html.Div(saves, className="tool-group"))
    return html.Div(groups, className="toolbar", role="toolbar", **{"aria-label": say("Viewer")})


def compare_column() -> html.Div:
    """Return the place where two visits are laid over each other; hidden until asked for."""
    legend = html.Div(
        [html.Span(say("−8 SD, cooler")), html.Span(className="legend-bar"), html.Span(say("+8 SD, hotter"))],
        className="legend",
        hidden=True,
    )
    rates = [html.Option(say("{rate} per second", rate=rate), value=str(rate)) for rate in (2, 1, 3)]
    rate = html.Label([html.Span(say("Rate"), className="hidden"), html.Select(rates, className="rate")])
    pause = _tool("pause", say("Pause"), say("space"), say("Pause or go on"))
    panels = [html.Div(className="panel", role="img", **_compare_words(side)) for side in Projection]
    return html.Div(
        [
            html.H2(className="compare-title", **{"data-subtract": say("{{b}} minus {{a}}")}),
            html.Div(
                [
                    legend,
                    html.Div(className="divider-row", hidden=True, **{"data-words": say("Divider")}),
                    html.Div([pause, rate], className="flicker-row", hidden=True),
                ],
                className="compare-controls",
            ),
            html.Div(panels, className="pair"),
            html.P(className="compare-message", role="status"),
        ],
        className="visit visit--compare",
        hidden=True,
    )


def _compare_words(side: Projection) -> dict[str, str]:
    return {"data-compare": side.value, "aria-label": say("Comparison, {side}", side=side.value.lower())}
