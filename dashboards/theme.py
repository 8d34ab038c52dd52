"""Every colour, scale and number format, once, for charts and for the style sheet alike.

Colours are Okabe-Ito hues, darkened or lightened until text reaches 4.5:1 and graphics 3:1 on their surface, and
never the only carrier: each verdict and fate also has a shape and a letter.
"""

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from math import isfinite, isnan

import pandas as pd

from tracker.records.assessment import Verdict


class Theme(StrEnum):
    """Light or dark."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Named colours of one theme, ``#rrggbb``; values are distinct, so that one theme maps onto the other.

    Parameters
    ----------
    page, surface, raised : str
        Backgrounds, back to front.
    line, grid : str
        Separators; chart grid.
    text, muted : str
        Writing.
    accent, accent_soft : str
        Links, focus, selection.
    improved, stable, progressed, unconfirmed, not_evaluable : str
        Verdicts, as text and graphics.
    new, persistent, resolved : str
        Fates.
    early_band, flare_band, noise_band : str
        Areas behind charts.
    treatment, support, other : str
        Therapy bars: anticancer, bone protecting, else.
    psa, alp : str
        Laboratory lines.
    quiet_fill : str
        A region whose change is within noise.
    hot_1, hot_2, hot_3, cool_1, cool_2, cool_3 : str
        Regions that became hotter or cooler beyond noise, in three steps.
    """

    page: str
    surface: str
    raised: str
    line: str
    grid: str
    text: str
    muted: str
    accent: str
    accent_soft: str
    improved: str
    stable: str
    progressed: str
    unconfirmed: str
    not_evaluable: str
    new: str
    persistent: str
    resolved: str
    early_band: str
    flare_band: str
    noise_band: str
    treatment: str
    support: str
    other: str
    psa: str
    alp: str
    quiet_fill: str
    hot_1: str
    hot_2: str
    hot_3: str
    cool_1: str
    cool_2: str
    cool_3: str

    def verdict(self, verdict: Verdict | None) -> str:
        """Return the colour of a verdict.

        Parameters
        ----------
        verdict : Verdict or None
            The verdict; None where there is nothing to judge yet.

        Returns
        -------
        str
            ``#rrggbb``.
        """
        return self.muted if verdict is None else str(getattr(self, verdict.value))


LIGHT = Palette(
    page="#f3f5f7",
    surface="#ffffff",
    raised="#f9fafb",
    line="#d9dee4",
    grid="#e8ebef",
    text="#12171d",
    muted="#55606c",
    accent="#0069a6",
    accent_soft="#e2eff8",
    improved="#00639c",
    stable="#4d5966",
    progressed="#b04400",
    unconfirmed="#7d5600",
    not_evaluable="#6a6375",
    new="#b24601",
    persistent="#4e5a67",
    resolved="#01649d",
    early_band="#eaf0f6",
    flare_band="#fdf0d2",
    noise_band="#e4e7eb",
    treatment="#0f5f92",
    support="#7a8793",
    other="#9aa5b0",
    psa="#8a4d76",
    alp="#00704f",
    quiet_fill="#e3e6ea",
    hot_1="#f3b58f",
    hot_2="#e07a3c",
    hot_3="#a83f00",
    cool_1="#a9cfe8",
    cool_2="#4f9fd0",
    cool_3="#00568a",
)
"""For bright rooms and print."""

DARK = Palette(
    page="#0e1114",
    surface="#161a1f",
    raised="#1c2127",
    line="#303841",
    grid="#262d34",
    text="#e9edf1",
    muted="#a3aeb9",
    accent="#5cb6ea",
    accent_soft="#16324a",
    improved="#56b4e9",
    stable="#b4bec8",
    progressed="#ff935c",
    unconfirmed="#ffc64a",
    not_evaluable="#b9aecb",
    new="#ff945d",
    persistent="#b5bfc9",
    resolved="#57b5ea",
    early_band="#1a242f",
    flare_band="#3a2f14",
    noise_band="#2b3138",
    treatment="#3f93c7",
    support="#77838f",
    other="#5f6b77",
    psa="#d08bb8",
    alp="#3fc39a",
    quiet_fill="#343c45",
    hot_1="#7d4a2b",
    hot_2="#c86a30",
    hot_3="#ffa069",
    cool_1="#2c526b",
    cool_2="#3986b5",
    cool_3="#7cc8f5",
)
"""For reading rooms and projectors."""

PALETTES: dict[Theme, Palette] = {Theme.LIGHT: LIGHT, Theme.DARK: DARK}
"""Both."""

FONT = "Inter, 'Segoe UI', system-ui, sans-serif"
"""Writing on pages and charts; Inter lies in ``assets/fonts`` (SIL Open Font License 1.1)."""

VERDICT_SYMBOL: dict[Verdict | None, str] = {
    None: "circle",
    Verdict.IMPROVED: "triangle-down",
    Verdict.STABLE: "square",
    Verdict.PROGRESSED: "triangle-up",
    Verdict.UNCONFIRMED: "diamond",
    Verdict.NOT_EVALUABLE: "x-thin",
}
"""Chart marker of each verdict; the style sheet draws the same shapes."""

FATE_LETTER: dict[str, str] = {"new": "N", "persistent": "=", "resolved": "R", "merged": "M", "split": "S"}
"""One letter per fate, drawn beside outlines."""


def style_sheet() -> str:
    """Return the palettes as custom properties, each for the pages that ask for it; paper always gets the light one.

    Returns
    -------
    str
        CSS text.
    """
    blocks = [_block(f':root[data-theme="{theme}"]', theme, palette) for theme, palette in PALETTES.items()]
    paper = _block(":root[data-theme]", Theme.LIGHT, LIGHT)
    return "\n".join([*blocks, f"@media print{{{paper}}}"])


def _block(selector: str, theme: Theme, palette: Palette) -> str:
    """Return one palette as a rule."""
    names = "".join(f"--{name.replace('_', '-')}:{value};" for name, value in asdict(palette).items())
    return f"{selector}{{color-scheme:{theme};{names}}}"


def missing(value: object) -> bool:
    """Return whether a table cell holds no value.

    Parameters
    ----------
    value : object
        A cell.

    Returns
    -------
    bool
        True for None, NaN, NaT and the empty text.
    """
    absent = value is None or value is pd.NA or value is pd.NaT
    return absent or (isinstance(value, str) and not value) or (isinstance(value, float) and isnan(value))


def number(value: object, digits: int = 2) -> str:
    """Return a number as text, or a dash.

    Parameters
    ----------
    value : object
        A number or nothing.
    digits : int, optional
        Decimals.

    Returns
    -------
    str
        Such as ``1.25``, thousands separated by commas.

    Examples
    --------
    >>> number(3596452.0, 0), number(None), number(-0.001)
    ('3,596,452', '–', '0.00')
    """
    if missing(value):
        return "–"
    real = float(str(value))
    if not isfinite(real):
        return "–"
    return f"{round(real, digits) + 0.0:,.{digits}f}".replace("-", "−")


def percent(value: object) -> str:
    """Return a change as text with its sign.

    Parameters
    ----------
    value : object
        Percent or nothing.

    Returns
    -------
    str
        Such as ``+12 %``.

    Examples
    --------
    >>> percent(12.4), percent(-3.0), percent(0.2), percent(None)
    ('+12 %', '−3 %', '0 %', '–')
    """
    if missing(value) or not isfinite(float(str(value))):
        return "–"
    whole = round(float(str(value)))
    return f"{'+' if whole > 0 else ''}{whole} %".replace("-", "−")


def interval(low: object, high: object) -> str:
    """Return an interval of percents as text, or nothing.

    Parameters
    ----------
    low, high : object
        Percent or nothing.

    Returns
    -------
    str
        Such as ``−3 to +9 %``.

    Examples
    --------
    >>> interval(-3, 9), interval(None, 9)
    ('−3 to +9 %', '')
    """
    if missing(low) or missing(high):
        return ""
    return f"{percent(low).removesuffix(' %')} to {percent(high)}"


def day(value: object) -> str:
    """Return a date as ISO text, or a dash.

    Parameters
    ----------
    value : object
        Date, ISO text or nothing.

    Returns
    -------
    str
        Such as ``2024-03-04``.

    Examples
    --------
    >>> day("2024-03-04T10:00"), day(None)
    ('2024-03-04', '–')
    """
    if missing(value):
        return "–"
    return value.isoformat()[:10] if isinstance(value, date) else str(value)[:10]
