"""What frames every page: the research-use banner, navigation, switches, help."""

import json
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from dash import dcc, html

from dashboards.ids import Id
from dashboards.theme import PALETTES
from dashboards.words import say, say_raw

DISTRIBUTION = "bone-scan-tracker"
"""Name under which the version is known."""

NAVIGATION: tuple[tuple[str, str], ...] = (("/", "Worklist"), ("/cohort", "Cohort"), ("/import", "Import"))
"""Addresses and names of the pages that do not belong to one patient."""

KEYS: tuple[tuple[str, str], ...] = (
    ("1 – 9", "show or hide a visit"),
    ("← →", "move the selection to the previous or next visit"),
    ("[ ]", "lower or raise the upper end of the window"),
    ("A", "automatic window"),
    ("I", "invert the grey scale"),
    ("+ −", "zoom in or out"),
    ("R", "reset zoom and position"),
    ("N", "native or aligned images"),
    ("F", "flicker two visits; space pauses"),
    ("W", "wipe between two visits"),
    ("S", "subtract two visits"),
    ("O", "lesion outlines"),
    ("G", "region borders"),
    ("P", "physiologic masks"),
    ("C", "alignment confidence"),
    ("B", "board mode"),
    ("E", "export the table of this page as CSV"),
    ("/", "search the worklist"),
    ("H", "hide or show identifiers"),
    ("D", "dark or light"),
    ("?", "this help"),
    ("Esc", "close, or leave a mode"),
)
"""Keys and what they do; ``assets/keys.js`` holds the same letters."""


SCRIPT_WORDS: tuple[str, ...] = (
    "counts",
    "uptake ratio",
    "row {row}, col {col}",
    "patient space",
    "within noise",
    "beyond noise",
    "due now",
    "overdue",
    "from {date}",
    "not stated",
    "of reference bone",
    "raw counts, window of the first scan",
)
"""Texts that scripts write: each is looked up in the catalogue like every other text."""


def banner() -> html.Div:
    """Return the sentence that stands on every screen."""
    return html.Div(
        say("Research use only. Not a medical device. Not for diagnosis or treatment decisions."),
        className="banner",
        role="region",
        **{"aria-label": say("Research use")},
    )


def _button(name: str, text: str, label: str, key: str) -> html.Button:
    extra = {"data-action": name, "aria-label": label, "title": f"{label} ({key})"}
    return html.Button(text, className="icon-button", type="button", **extra)


def header() -> html.Header:
    """Return brand, navigation and switches."""
    links = [dcc.Link(say(name), href=path, className="nav-link") for path, name in NAVIGATION]
    return html.Header(
        [
            dcc.Link([html.Span(className="brand-mark"), say("Bone-scan tracker")], href="/", className="brand"),
            html.Nav(links, className="nav", **{"aria-label": say("Main")}),
            html.Div(
                [
                    _button("privacy", "ID", say("Hide or show identifiers"), "H"),
                    _button("theme", "◐", say("Dark or light"), "D"),
                    _button("help", "?", say("Keyboard help"), "?"),
                ],
                className="switches",
            ),
        ],
        className="header",
    )


def help_dialog() -> html.Dialog:
    """Return the list of keys, closed."""
    rows = [html.Div([html.Dt(html.Kbd(key)), html.Dd(say(words))], className="key") for key, words in KEYS]
    close = html.Button(say("Close"), className="button", type="button", **{"data-action": "close-help"})
    return html.Dialog(
        [html.H2(say("Keyboard"), id="help-title"), html.Dl(rows, className="keys"), close],
        id="help",
        className="help",
        **{"aria-labelledby": "help-title"},
    )


def own_version() -> str:
    """Return the version of this program; empty where it runs from a folder that was never installed."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return ""


def print_line() -> html.Div:
    """Return what stands at the foot of every printed page; a script adds when it was printed."""
    words = say("Bone-scan tracker {version}. Research use only, not a medical device.", version=own_version())
    return html.Div(words, className="print-line", **{"data-printed": say("Printed {{when}}.")})


def shell() -> html.Div:
    """Return the frame that every page is put into."""
    stores: list[Any] = [
        dcc.Location(id=Id.URL, refresh="callback-nav"),
        dcc.Store(id=Id.THEME),
        dcc.Store(id=Id.PAINTED),
        dcc.Store(id=Id.REGION_VISIT),
        dcc.Store(id=Id.PALETTES, data={theme.value: asdict(palette) for theme, palette in PALETTES.items()}),
    ]
    return html.Div(
        [
            html.A(say("Skip to content"), href=f"#{Id.PAGE}", className="skip"),
            banner(),
            header(),
            html.Main(html.Div(say("Loading …"), className="state", role="status"), id=Id.PAGE, tabIndex=-1),
            help_dialog(),
            print_line(),
            html.Div(
                id="words", hidden=True, **{"data-words": json.dumps({text: say_raw(text) for text in SCRIPT_WORDS})}
            ),
            *stores,
        ],
        className="shell",
    )
