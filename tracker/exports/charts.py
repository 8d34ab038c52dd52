"""Printable charts: vector pictures drawn from the tables, the same bytes for the same tables."""

import io
from collections.abc import Sequence
from datetime import date

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure

from tracker.records.context import Treatment

FLARE_DAYS = (91.5, 182.5)
"""Days 92 to 182 of treatment, when a bone scan reads response reliably again; drawn as a band."""

EARLY_DAYS = (0.5, 91.5)
"""Days 1 to 91 of treatment, drawn as a lighter band."""

BLUE, VERMILLION, GREY = "#0072B2", "#D55E00", "#767676"
"""Okabe-Ito blue and vermillion, and a grey of 4.5:1 on white."""

WIDTH_IN = 8.6
"""Width of a chart, inches: the page without its margins."""

MARGINS_IN = (1.35, 0.15, 0.5, 0.12)
"""Left, right, bottom, top of the axes, inches: room for the longest region name and for axis titles."""

MARGIN_DAYS = 30
"""Empty days before the first and after the last visit."""

HASH_SALT = "bone-scan-tracker"
"""Makes the ids inside the SVG the same on every run."""


def burden_chart(timepoints: pd.DataFrame, treatments: Sequence[Treatment]) -> str:
    """Return lesion area and scan index over time, with therapies and the early and flare windows.

    Parameters
    ----------
    timepoints : DataFrame
        The table of one patient.
    treatments : sequence of Treatment
        The patient's.

    Returns
    -------
    str
        SVG element.
    """
    figure = _sheet(4.2)
    upper, lower, bars = figure.subplots(3, 1, sharex=True, height_ratios=(4, 4, 1))
    dates = [day_number(date.fromisoformat(text)) for text in timepoints["study_date"]]
    _draw_series(upper, dates, timepoints, ("lesion_area_cm2", "lesion_area_low_cm2", "lesion_area_high_cm2"))
    upper.set_ylabel("lesion area (cm²)")
    _draw_series(lower, dates, timepoints, ("scan_index_pct", "scan_index_low_pct", "scan_index_high_pct"))
    lower.set_ylabel("scan index (%)")
    first, last = dates[0] - MARGIN_DAYS, dates[-1] + MARGIN_DAYS
    for axes in (upper, lower):
        _draw_windows(axes, treatments)
    _draw_therapies(bars, treatments, last)
    locator = AutoDateLocator()
    bars.xaxis.set_major_locator(locator)
    bars.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    bars.set_xlim(first, last)
    return as_svg(figure)


def _sheet(height_in: float) -> Figure:
    """Return an empty figure with `MARGINS_IN` about its axes: fixed, since fitting them takes as long as drawing."""
    left, right, bottom, top = MARGINS_IN
    figure = Figure(figsize=(WIDTH_IN, height_in))
    figure.subplots_adjust(
        left=left / WIDTH_IN, right=1 - right / WIDTH_IN, bottom=bottom / height_in, top=1 - top / height_in
    )
    return figure


def _draw_series(axes: Axes, dates: Sequence[float], table: pd.DataFrame, names: tuple[str, str, str]) -> None:
    """Draw one measure with its interval; visits that may not be compared are hollow."""
    value, low, high = (table[name].to_numpy(dtype=float) for name in names)
    axes.errorbar(dates, value, yerr=[value - low, high - value], color=BLUE, linewidth=1.2, capsize=3)
    for day, number, comparable in zip(dates, value, table["comparable"], strict=True):
        face, edge = ("white", GREY) if comparable == "no" else (BLUE, BLUE)
        axes.plot([day], [number], "o", markersize=5, markerfacecolor=face, markeredgecolor=edge)
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_windows(axes: Axes, treatments: Sequence[Treatment]) -> None:
    """Shade the early and the flare window of every anticancer line."""
    for treatment in treatments:
        if treatment.is_line:
            start = day_number(treatment.start_date)
            for (first, last), shade in ((EARLY_DAYS, 0.10), (FLARE_DAYS, 0.22)):
                axes.axvspan(
                    start + first,
                    start + last,
                    color="#E69F00",
                    alpha=shade,
                    linewidth=0,
                )


def _draw_therapies(axes: Axes, treatments: Sequence[Treatment], last: float) -> None:
    """Draw each therapy as a bar with its name."""
    for row, treatment in enumerate(treatments):
        start = day_number(treatment.start_date)
        end = last if treatment.end_date is None else day_number(treatment.end_date)
        colour = VERMILLION if treatment.is_line else GREY
        axes.barh(row, end - start, left=start, color=colour, height=0.6)
        axes.text(start, row, f" {treatment.agent}", va="center", fontsize=8, color="white", clip_on=True)
    axes.set_yticks([])
    axes.set_ylabel("therapy", rotation=0, ha="right", va="center")
    axes.spines[["top", "right", "left"]].set_visible(False)


def day_number(day: date) -> float:
    """Return a day on the axis of dates.

    Parameters
    ----------
    day : date
        Any.

    Returns
    -------
    float
        Days, as the charts count them.
    """
    return float(date2num(day))


def region_chart(regions: pd.DataFrame) -> str:
    """Return the change of every region at one visit, each with its interval; within noise is grey.

    Parameters
    ----------
    regions : DataFrame
        Rows of one visit, whole level, one projection.

    Returns
    -------
    str
        SVG element; empty text where no region has a change.
    """
    shown = regions[regions["change_pct"].notna()]
    if shown.empty:
        return ""
    figure = _sheet(0.24 * len(shown) + 0.9)
    axes = figure.subplots()
    rows = range(len(shown))[::-1]
    for row, (_, region) in zip(rows, shown.iterrows(), strict=True):
        colour = GREY if not region["significant"] else (VERMILLION if region["change_pct"] > 0 else BLUE)
        axes.plot([region["change_low_pct"], region["change_high_pct"]], [row, row], color=colour, linewidth=2)
        axes.plot(region["change_pct"], row, "D" if region["significant"] else "o", color=colour, markersize=5)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_yticks(list(rows), [name.replace("_", " ") for name in shown["region"]], fontsize=8)
    axes.set_xlabel("change of uptake ratio against the reference visit (%), 95 % interval")
    axes.spines[["top", "right"]].set_visible(False)
    return as_svg(figure)


def as_svg(figure: Figure) -> str:
    """Return a figure as an SVG element without date or random ids.

    Parameters
    ----------
    figure : Figure
        Any.

    Returns
    -------
    str
        From ``<svg`` on.
    """
    stream = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": HASH_SALT, "svg.fonttype": "none", "font.size": 9}):
        FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    return text[text.index("<svg") :]
