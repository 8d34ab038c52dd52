"""What `benchmarks.measurement` computes from measured courses, and the calibration picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.measurement_courses import BenchVisit
from benchmarks.measurement_labels import MeasuredVisit
from tracker.records.regions import Level, without_side

LEAST_AREA_MM2 = 2000.0
"""Regions under 20 square centimetres are left out of coverage, as the figure is defined."""

FEWEST_FOR_RANGE = 40
"""Fewest repeats that show where 95 % of them lie: of ten the range is a quarter too narrow, of forty a twentieth."""

HALF_WIDTH = float(stats.norm.ppf(0.975))
"""Half a 95 % interval over its standard deviation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the benchmark's table.

    Parameters
    ----------
    name : str
        What is measured.
    value : str
        The figure with its unit.
    must, aim : str
        What it must and should be.
    """

    name: str
    value: str
    must: str
    aim: str


def change_table(courses: Sequence[tuple[Sequence[BenchVisit], Sequence[MeasuredVisit]]]) -> pd.DataFrame:
    """Return every whole-level change of every later visit, with its truth.

    Parameters
    ----------
    courses : sequence of (visits, measured visits)
        Same order within a course.

    Returns
    -------
    DataFrame
        One row per course, visit, region and projection; logarithms in ``log_error`` and ``half``.
    """
    rows = []
    for number, (visits, measured) in enumerate(courses):
        first = {(one.region, one.level, one.projection): one for one in measured[0].uptakes}
        for place, (visit, seen) in enumerate(zip(visits, measured, strict=True)):
            for change, uptake in zip(seen.changes, seen.uptakes, strict=True):
                if place == 0 or change.level is not Level.WHOLE:
                    continue
                truth = visit.plan.region_factor.get(change.region, 1.0)
                before = first[change.region, change.level, change.projection]
                rows.append(
                    {
                        "course": number,
                        "visit": place,
                        "region": change.region,
                        "base": without_side(change.region),
                        "projection": change.projection,
                        "area_mm2": min(uptake.area_mm2, before.area_mm2),
                        "truth": truth,
                        "change_pct": change.change_pct,
                        "low_pct": change.low_pct,
                        "high_pct": change.high_pct,
                        "significant": change.significant,
                        "reason": change.reason_empty,
                        "counting": np.hypot(uptake.error.counting, before.error.counting),
                        "placement": np.hypot(uptake.error.placement, before.error.placement),
                        "hidden": np.hypot(uptake.error.hidden, before.error.hidden),
                        "soft": np.hypot(uptake.error.soft, before.error.soft),
                        "normaliser": np.hypot(uptake.error.normaliser, before.error.normaliser),
                        "repeat": np.hypot(uptake.error.repeat, before.error.repeat),
                    }
                )
    table = pd.DataFrame(rows)
    numbers = table[["change_pct", "low_pct", "high_pct"]].astype(float)
    table["log_error"] = np.log1p(numbers["change_pct"] / 100) - np.log(table["truth"])
    table["half"] = (np.log1p(numbers["high_pct"] / 100) - np.log1p(numbers["low_pct"] / 100)) / 2
    return table


def large(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of regions of at least `LEAST_AREA_MM2`.

    Parameters
    ----------
    table : DataFrame
        From `change_table`.

    Returns
    -------
    DataFrame
        Fewer rows.
    """
    return table[table["area_mm2"] >= LEAST_AREA_MM2]


def coverage(table: pd.DataFrame, nominal: float = 0.95) -> float:
    """Return the share of intervals that hold the truth.

    Parameters
    ----------
    table : DataFrame
        From `change_table`.
    nominal : float, optional
        Nominal coverage of the intervals asked about.

    Returns
    -------
    float
        0 to 1.
    """
    known = large(table).dropna(subset=["half"])
    reach = known["half"] * float(stats.norm.ppf(0.5 + nominal / 2)) / HALF_WIDTH
    return float((known["log_error"].abs() <= reach).mean())


def width_ratio(table: pd.DataFrame) -> float:
    """Return the median over regions of interval width against the empirical 95 % range of repeats.

    Parameters
    ----------
    table : DataFrame
        Of repeat courses.

    Returns
    -------
    float
        1 is exact. The range of a few repeats is narrower than that of many: with too few for a range of each region
        all regions make one, of errors over the width of their own intervals.
    """
    known = large(table).dropna(subset=["half"])
    groups = [group for _, group in known.groupby(["base", "projection"]) if len(group) >= FEWEST_FOR_RANGE]
    if groups:
        return float(np.median([2 * float(group["half"].median()) / _range(group["log_error"]) for group in groups]))
    return 2 / _range(known["log_error"] / known["half"]) if len(known) >= FEWEST_FOR_RANGE else float("nan")


def _range(values: pd.Series) -> float:
    """Return the width of the range that holds the middle 95 % of values."""
    low, high = np.quantile(values, [0.025, 0.975])
    return float(high - low)


def per_visit(table: pd.DataFrame, projection: str | None = None) -> float:
    """Return significant changes per visit where none is true.

    Parameters
    ----------
    table : DataFrame
        Of repeat courses.
    projection : str, optional
        One projection alone; all rows unless given.

    Returns
    -------
    float
        Mean count.
    """
    chosen = table if projection is None else table[table["projection"] == projection]
    visits = table.groupby(["course", "visit"]).ngroups
    return float(chosen["significant"].sum()) / max(visits, 1)


def answered(table: pd.DataFrame) -> float:
    """Return the share of large regions, seen on both visits, that have a change.

    Parameters
    ----------
    table : DataFrame
        From `change_table`.

    Returns
    -------
    float
        0 to 1.
    """
    return float(large(table)["change_pct"].notna().mean())


def flagged(table: pd.DataFrame) -> float:
    """Return the share of large regions with a true change, combined view, that are called significant.

    Parameters
    ----------
    table : DataFrame
        Of courses with planted changes.

    Returns
    -------
    float
        0 to 1.
    """
    true = large(table)
    true = true[(true["truth"] != 1) & (true["projection"] == "COMBINED")]
    return float(true["significant"].mean())


def mean_error(table: pd.DataFrame) -> float:
    """Return the mean absolute error of truly changed large regions, combined view, in percentage points.

    Parameters
    ----------
    table : DataFrame
        Of courses with planted changes.

    Returns
    -------
    float
        Points of the percentage scale.
    """
    true = large(table).dropna(subset=["half"])
    true = true[(true["truth"] != 1) & (true["projection"] == "COMBINED")]
    return float((true["change_pct"].astype(float) - 100 * (true["truth"] - 1)).abs().mean())


def by_region(table: pd.DataFrame) -> pd.DataFrame:
    """Return, per bone and projection, how large errors are and how large they were expected to be.

    Parameters
    ----------
    table : DataFrame
        Of repeat courses.

    Returns
    -------
    DataFrame
        One row per bone and projection.
    """
    known = table.dropna(subset=["half"])
    groups = known.groupby(["projection", "base"])
    return pd.DataFrame(
        {
            "n": groups.size(),
            "sd": groups["log_error"].std(),
            "stated_sd": groups["half"].mean() / HALF_WIDTH,
            "counting": groups["counting"].mean(),
            "placement": groups["placement"].mean(),
            "hidden": groups["hidden"].mean(),
            "soft": groups["soft"].mean(),
            "repeat": groups["repeat"].mean(),
            "normaliser": groups["normaliser"].mean(),
        }
    ).round(3)


def draw_calibration(tables: dict[str, pd.DataFrame], path: Path) -> None:
    """Write a picture of nominal against observed coverage.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Repeat courses, one table per way of labelling.
    path : Path
        PNG to write.
    """
    import matplotlib  # noqa: PLC0415 - only where a picture is drawn

    matplotlib.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    nominal = np.linspace(0.05, 0.99, 40)
    figure, axes = pyplot.subplots(1, len(tables), figsize=(5 * len(tables), 5), squeeze=False)
    for axis, (title, table) in zip(axes[0], tables.items(), strict=True):
        axis.plot([0, 1], [0, 1], color="0.6", linewidth=1)
        for projection, group in table.groupby("projection"):
            observed = [coverage(group, float(level)) for level in nominal]
            axis.plot(nominal, observed, label=str(projection).lower())
        axis.set(xlabel="nominal coverage", ylabel="observed coverage", title=f"{title} (simulated)", aspect="equal")
        axis.legend(loc="upper left", frameon=False)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
