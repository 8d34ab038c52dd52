"""Measures the table of repeatability on simulated repeat scans (tuning seeds) and writes it. All *simulated*.

::

    python -m benchmarks.repeatability               measure and write tracker/burden/repeatability.csv
    python -m benchmarks.repeatability --courses 4   fewer courses

A region's entry is what must be added to counting noise, placement, hidden bone, soft tissue and normaliser so that
95 % of the changes on scans between which nothing changed lie inside their 95 % intervals. An extent's entry likewise.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize

from benchmarks.measurement_courses import repeats, simulated
from tracker.burden.region_change import REFERENCE_VISIT
from tracker.burden.repeatability import EXTENT, TABLE_NAME, extent_repeat_cv
from tracker.phantom import Scenario, simulate_course
from tracker.pipeline import track_patient
from tracker.records.burden import BurdenMeasure
from tracker.records.context import Context
from tracker.records.course import Course
from tracker.records.regions import without_side
from tracker.records.study import Study
from tracker.records.timepoint import Timepoint
from tracker.records.uptake import RegionUptake
from tracker.settings.whole import Settings

TUNING_SEED, EXTENT_SEED = 1600, 1500
"""First seeds of the courses for regions and for extents; report seeds begin at 9000."""

Z95 = 1.959964
"""Two-sided 95 % point of the normal distribution."""

LEAST_SD, MOST_SD = 0.008, 2.0
"""Entries are sought between these: below, another body or camera than the simulated ones would show; above, a ratio
says nothing."""

FEWEST = 8
"""Fewest changes that make an entry."""

EXTENTS = (BurdenMeasure.LESION_AREA_CM2, BurdenMeasure.SCAN_INDEX_PCT)
"""Measures of extent."""


def _tracked(studies: Sequence[Study]) -> Course:
    """Return a course as the program measures it."""
    return track_patient(studies, Context(), Settings())


def _pairs(course: Course) -> list[tuple[Timepoint, Timepoint]]:
    """Return every pair of visits."""
    visits = course.timepoints
    return [(one, other) for place, one in enumerate(visits) for other in visits[place + 1 :]]


def _known(one: RegionUptake, other: RegionUptake) -> float:
    """Return the variance of a change that needs no repeatability."""
    parts = [
        (entry.error.counting, entry.error.placement, entry.error.hidden, entry.error.soft, entry.error.normaliser)
        for entry in (one, other)
    ]
    return float(np.square(parts).sum())


def region_rows(course: Course) -> list[tuple[str, str, float, float]]:
    """Return every change of a region between two visits.

    Parameters
    ----------
    course : Course
        On which nothing changed.

    Returns
    -------
    list of tuple
        Region without side, projection, logarithm of the change, variance known without repeatability.
    """
    rows = []
    for one, other in _pairs(course):
        formed = {
            (change.region, change.projection)
            for change in other.changes
            if change.reason_empty in ("", REFERENCE_VISIT)
        }
        for before, after in zip(one.uptakes, other.uptakes, strict=True):
            known = before.uptake_ratio is not None and after.uptake_ratio is not None
            if known and (after.region, after.projection) in formed:
                step = float(np.log(after.uptake_ratio / before.uptake_ratio))  # type: ignore[operator]
                rows.append((without_side(after.region), after.projection, step, _known(before, after)))
    return rows


def extent_rows(course: Course) -> list[tuple[str, str, float, float]]:
    """Return every relative change of an extent between two visits.

    Parameters
    ----------
    course : Course
        On which nothing changed.

    Returns
    -------
    list of tuple
        Measure, `EXTENT`, change over the mean, variance known without repeatability.
    """
    rows = []
    for one, other in _pairs(course):
        for measure in EXTENTS:
            found = [visit.figure(measure) for visit in (one, other)]
            values = np.array([figure.value or 0.0 for figure in found if figure is not None])
            if values.size == 2 and values.min() > 0:
                raw = [_outline_sd(visit, measure) for visit in (one, other)]
                mean = float(values.mean())
                rows.append(
                    (measure.value, EXTENT, float(values[1] - values[0]) / mean, float(np.square(raw).sum()) / mean**2)
                )
    return rows


def _outline_sd(visit: Timepoint, measure: BurdenMeasure) -> float:
    """Return the standard deviation of an extent from outlines alone, what the table adds being taken away."""
    figure = visit.figure(measure)
    if figure is None or figure.high is None or figure.value is None:
        return 0.0
    whole = (figure.high - figure.value) / Z95
    added = extent_repeat_cv(measure.value) * figure.value
    return float(np.sqrt(max(whole**2 - added**2, 0.0)))


def fitted_sd(steps: NDArray[np.float64], known: NDArray[np.float64]) -> float:
    """Return the standard deviation of one scan that makes 95 % of intervals hold.

    Parameters
    ----------
    steps : ndarray, shape (n,), float64
        Changes where none is true.
    known : ndarray, shape (n,), float64
        Variance of each without repeatability.

    Returns
    -------
    float
        Within `LEAST_SD` and `MOST_SD`.
    """

    def excess(repeat: float) -> float:
        return float(np.quantile(np.abs(steps) / np.sqrt(known + 2 * repeat**2), 0.95)) - Z95

    if excess(LEAST_SD) <= 0:
        return LEAST_SD
    if excess(MOST_SD) >= 0:
        return MOST_SD
    return float(optimize.brentq(excess, LEAST_SD, MOST_SD))


def measured_table(regions: range, extents: range) -> pd.DataFrame:
    """Return the table.

    Parameters
    ----------
    regions, extents : range
        Seeds of the courses for regions and for extents.

    Returns
    -------
    DataFrame
        name, projection, repeat_sd, changes.
    """
    rows: list[tuple[str, str, float, float]] = []
    for seed in regions:
        rows += region_rows(_tracked([visit.study for visit in simulated(seed, repeats())]))
    for seed in extents:
        course = simulate_course(Scenario.REPEAT, seed, visits=3)
        rows += extent_rows(_tracked([visit.study for visit in course.visits]))
    table = pd.DataFrame(rows, columns=["name", "projection", "step", "known"])
    found = []
    for (name, projection), group in table.groupby(["name", "projection"], sort=True):
        if len(group) >= FEWEST:
            sd = fitted_sd(group["step"].to_numpy(), group["known"].to_numpy())
            found.append({"name": name, "projection": projection, "repeat_sd": round(sd, 4), "changes": len(group)})
    return pd.DataFrame(found)


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--courses", type=int, default=40, help="courses of three visits for regions")
    parser.add_argument("--extents", type=int, default=8, help="courses of three visits for extents")
    parser.add_argument("--seed", type=int, default=TUNING_SEED, help="first seed of the courses for regions")
    parser.add_argument("--out", type=Path, default=Path("tracker/burden") / TABLE_NAME)
    given = parser.parse_args()
    regions = range(given.seed, given.seed + given.courses)
    extents = range(EXTENT_SEED, EXTENT_SEED + given.extents)
    table = measured_table(regions, extents)
    head = (
        f"# version 6, simulated: python -m benchmarks.repeatability, seeds {regions[0]}-{regions[-1]} (regions)"
        f" and {extents[0]}-{extents[-1]} (extents), three visits each, whole pipeline\n"
        "# one standard deviation of one scan: of the natural logarithm of a ratio; relative for an extent\n"
    )
    given.out.write_text(head + table.to_csv(index=False), encoding="utf-8")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
