"""What each region shows at one visit, taken from ``regions.csv``: for the figure of the body and for the table."""

from dataclasses import dataclass

import pandas as pd

from dashboards.theme import interval, missing, percent
from dashboards.words import say
from tracker.records.uptake import COMBINED

STEPS_PCT = (25.0, 60.0)
"""Size of a change, percent, at which the colour deepens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionState:
    """What one region shows at one visit.

    Parameters
    ----------
    region : str
        Name, whole level.
    uptake_ratio : float or None
        Its uptake.
    change_pct, low_pct, high_pct : float or None
        Change against the reference and its interval.
    significant : bool
        Beyond noise.
    reason_empty : str
        Why there is no change.
    """

    region: str
    uptake_ratio: float | None
    change_pct: float | None
    low_pct: float | None
    high_pct: float | None
    significant: bool
    reason_empty: str


def _real(value: object) -> float | None:
    return None if missing(value) else float(str(value))


def region_states(regions: pd.DataFrame, study_uid: str) -> dict[str, RegionState]:
    """Return what every whole-level region shows at one visit, both views combined where both exist.

    Parameters
    ----------
    regions : DataFrame
        Columns of ``regions.csv``.
    study_uid : str
        The visit.

    Returns
    -------
    dict of str to RegionState
        By region, in the order of the table.
    """
    rows = regions[(regions["study_uid"] == study_uid) & (regions["level"] == "whole")] if len(regions) else regions
    found: dict[str, RegionState] = {}
    for row in rows.to_dict("records"):
        if row["region"] in found and row["projection"] != COMBINED:
            continue
        found[row["region"]] = RegionState(
            region=row["region"],
            uptake_ratio=_real(row["uptake_ratio"]),
            change_pct=_real(row["change_pct"]),
            low_pct=_real(row["change_low_pct"]),
            high_pct=_real(row["change_high_pct"]),
            significant=str(row["significant"]).lower() == "true",
            reason_empty="" if missing(row["reason_empty"]) else str(row["reason_empty"]),
        )
    return found


def state_words(state: RegionState | None) -> str:
    """Return what a region shows, in words.

    Parameters
    ----------
    state : RegionState or None
        What it shows.

    Returns
    -------
    str
        Change with interval, or why there is none.
    """
    if state is None:
        return say("not measured")
    if state.change_pct is None:
        return say("no change: {reason}", reason=state.reason_empty or say("not measured"))
    verdict = say("beyond noise") if state.significant else say("within noise")
    return f"{percent(state.change_pct)} ({interval(state.low_pct, state.high_pct)}), {verdict}"
