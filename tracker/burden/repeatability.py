"""How well a region repeats on one day: a table measured on simulated repeat scans, and it says so."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from tracker.records.regions import without_side

TABLE_NAME = "repeatability.csv"
"""The table, beside this module; ``python -m benchmarks.repeatability`` writes it. Simulated, tuning seeds."""

EXTENT = "EXTENT"
"""In the place of a projection: the row is of an extent over the whole body."""

UNLISTED = 0.20
"""Repeatability of a region that the table does not name, natural logarithm: that of a slender bone (decided)."""


@cache
def repeatability_table() -> Mapping[tuple[str, str], float]:
    """Return the measured table.

    Returns
    -------
    mapping of (str, str) to float
        Region without side, or measure, and projection, or `EXTENT`, to one standard deviation of one scan: of the
        natural logarithm of a region's ratio, and relative for an extent.
    """
    text = files("tracker.burden").joinpath(TABLE_NAME).read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {(row["name"], row["projection"]): float(row["repeat_sd"]) for row in rows}


def table_source() -> str:
    """Return how and on what the table was measured, as it says itself.

    Returns
    -------
    str
        Version, seeds, number of courses.
    """
    text = files("tracker.burden").joinpath(TABLE_NAME).read_text(encoding="utf-8")
    return " ".join(line.removeprefix("#").strip() for line in text.splitlines() if line.startswith("#"))


def repeat_sd(region: str, projection: str) -> float:
    """Return one standard deviation of the logarithm of a region's ratio between scans of one day.

    Parameters
    ----------
    region : str
        A region name of either level.
    projection : str
        ``ANTERIOR``, ``POSTERIOR`` or ``COMBINED``.

    Returns
    -------
    float
        Of one scan, without counting noise, placement and normaliser.
    """
    return repeatability_table().get((without_side(region), projection), UNLISTED)


def extent_repeat_cv(measure: str) -> float:
    """Return one standard deviation of an extent between scans on which nothing changed, relative.

    Faint lesions are outlined on one scan and not on the next, so that extents repeat less well than one outline.

    Parameters
    ----------
    measure : str
        ``lesion_area_cm2`` or ``scan_index_pct``.

    Returns
    -------
    float
        Of one scan, dimensionless.
    """
    return repeatability_table()[measure, EXTENT]
