"""A cohort in three charts: best change per patient, time on treatment, and every course on one axis."""

import pandas as pd
import plotly.graph_objects as go

from dashboards.cohort_table import best_changes
from dashboards.figures.canvas import blank, message, plain
from dashboards.theme import VERDICT_SYMBOL, Palette, interval, missing, number, percent
from dashboards.words import say
from tracker.records.assessment import Verdict

WATERFALL_PX = 380
"""Height of the waterfall and of the spider plot."""

LANE_PX = 22
"""Height of one patient in the swimmer plot."""

LETTER_PX = 7.5
"""Width of a letter of a patient's name beside its lane."""

TALLEST_PX = 2400
"""The swimmer plot grows no taller; lanes get thinner."""


def _name_patients(figure: go.Figure, cohort: pd.DataFrame) -> None:
    """Tell the page which texts of a figure name a patient, and what stands there while identifiers are hidden."""
    once = cohort.drop_duplicates("token").sort_values("token")
    names = {plain(name): token for name, token in zip(once["patient_id"], once["token"], strict=True)}
    figure.update_layout(meta={"names": names})


def _verdict(value: object) -> Verdict | None:
    return None if missing(value) else Verdict(str(value))


def _true(value: object) -> bool:
    return str(value).lower() == "true"


def waterfall(cohort: pd.DataFrame, palette: Palette) -> go.Figure:
    """Return the best change of burden of each patient, worst first; changes within noise are grey.

    Parameters
    ----------
    cohort : DataFrame
        Columns of `dashboards.source.COHORT_COLUMNS`.
    palette : Palette
        Colours.

    Returns
    -------
    go.Figure
        One bar per patient with its interval; each opens its course.
    """
    best = best_changes(cohort) if len(cohort) else cohort
    if not len(best):
        return message(palette, say("No patient of this selection has a change on treatment."), WATERFALL_PX)
    rows = best.to_dict("records")
    figure = blank(palette, WATERFALL_PX)
    colours = [
        palette.persistent if _true(row["within_noise"]) else palette.new if row["change_pct"] > 0 else palette.resolved
        for row in rows
    ]
    spans = [interval(row["change_low_pct"], row["change_high_pct"]) for row in rows]
    figure.add_bar(
        x=list(range(1, len(rows) + 1)),
        y=[row["change_pct"] for row in rows],
        marker={
            "color": colours,
            "opacity": [0.45 if _true(row["within_noise"]) else 1.0 for row in rows],
            "line": {"width": 0},
        },
        error_y={
            "type": "data",
            "array": [_gap(row["change_high_pct"], row["change_pct"]) for row in rows],
            "arrayminus": [_gap(row["change_pct"], row["change_low_pct"]) for row in rows],
            "color": palette.muted,
            "thickness": 1,
            "width": 2,
        },
        customdata=[f"/s/{row['token']}" for row in rows],
        hovertext=[
            f"{plain(row['patient_id'])}<br>{percent(row['change_pct'])} ({span})<br>{row['study_date']}"
            for row, span in zip(rows, spans, strict=True)
        ],
        hoverinfo="text",
        meta={"link": True},
    )
    figure.update_xaxes(title_text=say("patients, worst to best"), showgrid=False, tickformat="d")
    figure.update_yaxes(title_text=say("best change of burden, %"), zeroline=True)
    _name_patients(figure, best)
    return figure


def _gap(high: object, low: object) -> float:
    return 0.0 if missing(high) or missing(low) else float(str(high)) - float(str(low))


def spider(cohort: pd.DataFrame, palette: Palette) -> go.Figure:
    """Return the change of burden of every patient over the days on treatment.

    Parameters
    ----------
    cohort : DataFrame
        Columns of `dashboards.source.COHORT_COLUMNS`.
    palette : Palette
        Colours.

    Returns
    -------
    go.Figure
        One line per patient from 0 at the reference, in the colour of its last verdict; each opens its course.
    """
    if not len(cohort):
        return message(palette, say("No patient of this selection has a change on treatment."), WATERFALL_PX)
    figure = blank(palette, WATERFALL_PX)
    for token, rows in cohort.sort_values(["study_date", "visit"]).groupby("token", sort=True):
        days = pd.to_numeric(rows["treatment_day"], errors="coerce")
        changes = pd.to_numeric(rows["change_pct"], errors="coerce")
        known = days.notna() & changes.notna()
        if not known.any():
            continue
        verdict = _verdict(rows["verdict"].iloc[-1])
        words = [
            "<br>".join((plain(row["patient_id"]), _day_words(row["treatment_day"]), percent(row["change_pct"])))
            for row in rows[known].to_dict("records")
        ]
        figure.add_scatter(
            x=[0.0, *days[known]],
            y=[0.0, *changes[known]],
            mode="lines+markers",
            line={"color": palette.verdict(verdict), "width": 1.4},
            marker={"symbol": VERDICT_SYMBOL[verdict], "size": 7, "color": palette.verdict(verdict)},
            customdata=[f"/s/{token}"] * (1 + int(known.sum())),
            hovertext=["", *words],
            hoverinfo="text",
            meta={"link": True},
        )
    figure.update_xaxes(title_text=say("days on treatment"), rangemode="tozero")
    figure.update_yaxes(title_text=say("change of burden, %"))
    _name_patients(figure, cohort)
    return figure


def _day_words(day: object) -> str:
    return say("day {day}", day=number(day, 0))


def swimmer(cohort: pd.DataFrame, palette: Palette) -> go.Figure:
    """Return time on treatment per patient, each visit marked by the shape and colour of its verdict.

    Parameters
    ----------
    cohort : DataFrame
        Columns of `dashboards.source.COHORT_COLUMNS`.
    palette : Palette
        Colours.

    Returns
    -------
    go.Figure
        One lane per treated patient, longest first; death ends a lane with a cross.
    """
    days = pd.to_numeric(cohort["treatment_day"], errors="coerce") if len(cohort) else pd.Series(dtype=float)
    treated = cohort.assign(_day=days)[days.notna()] if len(cohort) else cohort
    if not len(treated):
        return message(palette, say("No patient of this selection is on treatment."), WATERFALL_PX)
    treated = treated.sort_values(["token", "study_date", "visit"])
    order = treated.groupby("token", sort=True)["_day"].max().sort_values(ascending=True, kind="stable")
    lanes = {str(token): lane for lane, token in enumerate(order.index)}
    figure = blank(palette, min(TALLEST_PX, 110 + LANE_PX * len(lanes)))
    figure.add_bar(
        x=[max(0.0, float(last)) for last in order],
        y=list(lanes.values()),
        orientation="h",
        width=0.5,
        marker={"color": palette.noise_band, "line": {"width": 0}},
        customdata=[f"/s/{token}" for token in lanes],
        hoverinfo="skip",
        meta={"link": True},
    )
    for verdict in (None, *Verdict):
        _lane_marks(figure, treated, lanes, verdict, palette)
    _deaths(figure, treated, lanes, palette)
    names = treated.drop_duplicates("token").set_index("token")["patient_id"]
    few = len(lanes) <= 60
    figure.update_yaxes(
        tickvals=list(lanes.values()) if few else [],
        ticktext=[plain(names[token]) for token in lanes] if few else [],
        range=[-1, len(lanes)],
        showgrid=False,
        zeroline=False,
    )
    figure.update_xaxes(title_text=say("days on treatment"), rangemode="tozero")
    figure.update_layout(margin={"l": 12 + LETTER_PX * max(map(len, names)) if few else 40})
    _name_patients(figure, treated)
    return figure


def _lane_marks(
    figure: go.Figure, treated: pd.DataFrame, lanes: dict[str, int], verdict: Verdict | None, palette: Palette
) -> None:
    name = "" if verdict is None else verdict.value
    rows = [row for row in treated.to_dict("records") if (row["verdict"] or "") == name and row["_day"] >= 0]
    figure.add_scatter(
        x=[row["_day"] for row in rows],
        y=[lanes[row["token"]] for row in rows],
        mode="markers",
        marker={
            "symbol": VERDICT_SYMBOL[verdict],
            "size": 10,
            "color": palette.verdict(verdict),
            "line": {"width": 1.5, "color": palette.verdict(verdict)},
        },
        customdata=[f"/s/{row['token']}" for row in rows],
        hovertext=[
            "<br>".join(map(plain, (row["patient_id"], row["study_date"], name.replace("_", " "), row["final_status"])))
            for row in rows
        ],
        hoverinfo="text",
        meta={"link": True},
    )


def _deaths(figure: go.Figure, treated: pd.DataFrame, lanes: dict[str, int], palette: Palette) -> None:
    last = treated.sort_values("study_date").drop_duplicates("token", keep="last")
    dead = [row for row in last.to_dict("records") if not missing(row["death_date"])]
    gaps = [pd.Timestamp(row["death_date"]) - pd.Timestamp(row["study_date"]) for row in dead]
    figure.add_scatter(
        x=[row["_day"] + gap.days for row, gap in zip(dead, gaps, strict=True)],
        y=[lanes[row["token"]] for row in dead],
        mode="markers",
        marker={"symbol": "cross", "size": 9, "color": palette.text},
        hovertext=[f"{plain(row['patient_id'])}<br>{say('died')} {row['death_date']}" for row in dead],
        hoverinfo="text",
    )
