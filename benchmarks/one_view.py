"""What a change is worth where one view alone was acquired: does the stated error cover it? All is *simulated*.

::

    python -m benchmarks.one_view                report seeds
    python -m benchmarks.one_view --seed 1220    other people (tuning seeds)

One view is taken away from every visit of a course with two planted changes, each view in turn, and the whole pipeline
measures what is left. One view cannot tell bones apart that lie behind each other
(``tracker/burden/overlap.py``, ``ONE_VIEW_HOLD``): the bones of the trunk's middle are printed on their own.
"""

import argparse
import time
from dataclasses import replace

import numpy as np
import pandas as pd

from benchmarks import measurement_figures as figures
from benchmarks.measurement import REPORT_SEED, WIDE_FACTORS
from benchmarks.measurement_courses import BenchVisit, simulated, with_change
from benchmarks.measurement_labels import measured_by_pipeline
from tracker.records.view import Projection
from tracker.settings.whole import Settings

MIDDLE = ("sternum", "thoracic_spine", "lumbar_spine", "sacrum")
"""Whole regions that other bones lie in front of or behind."""


def with_one_view(visit: BenchVisit, kept: Projection) -> BenchVisit:
    """Return a visit of which one view was acquired.

    Parameters
    ----------
    visit : BenchVisit
        With both.
    kept : Projection
        The view that stays.

    Returns
    -------
    BenchVisit
        With that view alone.
    """
    views = tuple(view for view in visit.study.views if view.projection is kept)
    return replace(visit, study=replace(visit.study, views=views))


def changes_of(seeds: range, kept: Projection) -> pd.DataFrame:
    """Return every change that one view shows.

    Parameters
    ----------
    seeds : range
        Of the people.
    kept : Projection
        The view that stays.

    Returns
    -------
    DataFrame
        As from `measurement_figures.change_table`, of that view.
    """
    courses = []
    for index, seed in enumerate(seeds):
        visits = [with_one_view(one, kept) for one in simulated(seed, with_change(index, WIDE_FACTORS, 1.5e6))]
        courses.append((visits, measured_by_pipeline(visits, seed, Settings())))
    table = figures.change_table(courses)
    return table[table["projection"] == str(kept)]


def row_of(table: pd.DataFrame) -> str:
    """Return coverage, answers and errors of some changes as one line.

    Parameters
    ----------
    table : DataFrame
        From `changes_of`.

    Returns
    -------
    str
        Number, coverage, share with an answer, median error of the logarithm.
    """
    error = float(figures.large(table)["log_error"].astype(float).abs().median())
    return (
        f"{len(figures.large(table)):>5} {100 * figures.coverage(table):>8.1f} % "
        f"{100 * figures.answered(table):>8.1f} % {100 * error:>8.1f} %"
    )


def main() -> None:
    """Print one line per view and kind of region."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--courses", type=int, default=6, help="courses of two visits")
    parser.add_argument("--seed", type=int, default=REPORT_SEED + 200, help="first seed")
    given = parser.parse_args()
    begun = time.process_time()
    print(f"{'one view alone (simulated)':32}{'n':>5} {'covered':>10} {'answered':>10} {'error':>10}")
    for kept in Projection:
        table = changes_of(range(given.seed, given.seed + given.courses), kept)
        middle = np.asarray(table["base"].isin(MIDDLE))
        for name, chosen in (("all", table), ("middle of the trunk", table[middle]), ("all others", table[~middle])):
            print(f"{str(kept).lower() + ', ' + name:32}{row_of(chosen)}")
    print(f"wanted: 93-97 % covered; processor time {time.process_time() - begun:.0f} s")


if __name__ == "__main__":
    main()
