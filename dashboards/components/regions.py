"""Regions on the course page: the body coloured by change, its legend, the table with a line per region."""

from typing import Any

from dash import html

from dashboards.answers import CourseAnswer, VisitFacts
from dashboards.components.grids import SPARK, Column, column, number_column
from dashboards.region_states import STEPS_PCT, RegionState, region_states, state_words
from dashboards.theme import day, interval, missing
from dashboards.words import region_words, say
from tracker.records.uptake import COMBINED


def region_rows(course: CourseAnswer, study_uid: str) -> list[dict[str, Any]]:
    """Return one row per whole-level region with its history; significant changes first.

    Parameters
    ----------
    course : CourseAnswer
        The course.
    study_uid : str
        Visit whose change is shown.

    Returns
    -------
    list of dict
        Plain values.
    """
    states = region_states(course.tables["regions"], study_uid)
    history = region_history(course)
    rows = [_row(state, history.get(name, [])) for name, state in states.items()]
    return sorted(rows, key=lambda row: (row["within_noise"], -abs(row["change_pct"] or 0.0)))


def _row(state: RegionState, history: list[float | None]) -> dict[str, Any]:
    return {
        "region": state.region,
        "where": region_words(state.region),
        "history": history,
        "uptake_ratio": state.uptake_ratio,
        "change_pct": state.change_pct,
        "low_pct": state.low_pct,
        "high_pct": state.high_pct,
        "within_noise": not state.significant,
        "interval": interval(state.low_pct, state.high_pct) or state.reason_empty,
        "words": state_words(state),
    }


def region_history(course: CourseAnswer) -> dict[str, list[float | None]]:
    """Return the uptake of every whole-level region at every visit, both views combined where both exist.

    Parameters
    ----------
    course : CourseAnswer
        The course.

    Returns
    -------
    dict of str to list
        By region; None where it was not measured.
    """
    table = course.tables["regions"]
    whole = table[table["level"] == "whole"].to_dict("records") if len(table) else []
    places = {visit.study_uid: index for index, visit in enumerate(course.visits)}
    found: dict[str, list[float | None]] = {}
    ordered = sorted(whole, key=lambda row: row["projection"] == COMBINED)
    for row in ordered:
        line = found.setdefault(row["region"], [None] * len(places))
        if not missing(row["uptake_ratio"]):
            line[places[row["study_uid"]]] = float(row["uptake_ratio"])
    return found


def region_columns() -> list[Column]:
    """Return the columns of the region table."""
    return [
        column("where", say("Region"), minWidth=140, tooltipField="where"),
        column("history", say("Uptake ratio"), **{**SPARK, "minWidth": 124}),
        number_column("uptake_ratio", say("Last"), cellRenderer="Number", minWidth=68, maxWidth=90),
        number_column("change_pct", say("Change"), cellRenderer="Change", minWidth=84, maxWidth=90),
        column("interval", say("95 % interval"), cellRenderer="Quiet", tooltipField="words", minWidth=126),
    ]


def region_visit_choice(course: CourseAnswer, visit: VisitFacts) -> html.Label:
    """Return the choice of the visit whose regions are shown; a script tells the page.

    Parameters
    ----------
    course : CourseAnswer
        The course.
    visit : VisitFacts
        The visit shown now.

    Returns
    -------
    html.Label
        The choice.
    """
    options = [
        html.Option(day(other.study_date), value=other.token, selected=other is visit) for other in course.visits
    ]
    choice = html.Select(options, className="region-visit", **{"data-subject": course.subject.token})
    return html.Label([html.Span(say("Visit")), choice], className="choice")


def body_legend() -> html.Div:
    """Return the colours of the body figure in words."""
    first, second = (f"{step:.0f}" for step in STEPS_PCT)
    steps = (
        ("cool_3", f"< −{second} %"),
        ("cool_2", f"−{first} … −{second} %"),
        ("cool_1", f"0 … −{first} %"),
        ("quiet_fill", say("within noise")),
        ("hot_1", f"0 … +{first} %"),
        ("hot_2", f"+{first} … +{second} %"),
        ("hot_3", f"> +{second} %"),
    )
    swatches = [
        html.Span([html.Span(className=f"swatch swatch--{name}"), words], className="legend-item")
        for name, words in steps
    ]
    return html.Div(swatches, className="body-legend")
