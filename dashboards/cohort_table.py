"""The cohort table from what the archive keeps of every patient, and which of its rows a chart shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from dashboards.source import COHORT_COLUMNS
from tracker.archive.schema import TableSchema
from tracker.archive.tables import to_csv
from tracker.records.context import Context

BURDEN_COLUMNS = ("study_uid", "change_pct", "change_low_pct", "change_high_pct", "within_noise")
"""What the trend table adds to a visit."""

COHORT_SCHEMA = TableSchema(
    name="cohort", columns=dict.fromkeys(COHORT_COLUMNS, "str"), order_by=("patient_id", "study_date", "visit")
)
"""Shape of the cohort table as a file; numbers are written as they are."""

QUERY_NAMES = {"therapy": "therapies", "cancer": "cancers", "verdict": "verdicts"}
"""Names in the address and the part of a selection each fills; several values are parted by commas."""

MAIN_CRITERION = "PCWG3_2016"
"""Criterion whose final status is shown."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CohortParts:
    """What a cohort table is put together from.

    Parameters
    ----------
    worklist : DataFrame
        One row per patient.
    timepoints : DataFrame
        One row per visit.
    burden : DataFrame
        Rows of ``trends`` of the burden.
    assessments : DataFrame
        Rows of ``assessments``.
    context : Context
        Treatments and deaths.
    """

    worklist: pd.DataFrame
    timepoints: pd.DataFrame
    burden: pd.DataFrame
    assessments: pd.DataFrame
    context: Context


def cohort_table(parts: CohortParts, token: Callable[[str], str]) -> pd.DataFrame:
    """Return one row per patient and visit.

    Parameters
    ----------
    parts : CohortParts
        What it is put together from.
    token : callable
        Returns the token of a study uid.

    Returns
    -------
    DataFrame
        Columns of `dashboards.source.COHORT_COLUMNS`.
    """
    own = parts.worklist[["token", "patient_id", "cancer", "agent", "therapy_class", "treatment_start"]]
    rows = parts.timepoints.merge(own, on="patient_id")
    rows = rows.merge(parts.burden[list(BURDEN_COLUMNS)], on="study_uid", how="left")
    rows = rows.merge(_final(parts.assessments), on="study_uid", how="left")
    deaths = {one.patient_id: str(one.death_date) for one in parts.context.patients if one.death_date}
    ends = {
        (one.patient_id, str(one.start_date)): str(one.end_date) for one in parts.context.treatments if one.end_date
    }
    started = zip(rows["patient_id"], rows["treatment_start"], strict=True)
    return rows.assign(
        visit=[token(uid) for uid in rows["study_uid"]],
        final_status=rows["final_status"].fillna(""),
        treatment_end=[ends.get((patient, str(start)), "") for patient, start in started],
        death_date=[deaths.get(patient, "") for patient in rows["patient_id"]],
    )[list(COHORT_COLUMNS)]


def _final(assessments: pd.DataFrame) -> pd.DataFrame:
    """Return the final status of the main criterion per visit."""
    return assessments.loc[assessments["criterion"] == MAIN_CRITERION, ["study_uid", "final_status"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which patients a cohort chart shows; empty means all.

    Parameters
    ----------
    therapies, cancers, verdicts : tuple of str
        Values that are kept.
    """

    therapies: tuple[str, ...] = ()
    cancers: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()


def selected(cohort: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """Return the rows of the patients that a selection keeps; verdict and therapy are those of the last visit.

    Parameters
    ----------
    cohort : DataFrame
        Columns of `dashboards.source.COHORT_COLUMNS`.
    selection : Selection
        What to keep.

    Returns
    -------
    DataFrame
        All visits of the patients kept.
    """
    if not len(cohort):
        return cohort
    last = cohort.sort_values(["study_date", "visit"]).drop_duplicates("token", keep="last")
    kept = pd.Series(True, index=last.index)
    for column, wanted in (
        ("therapy_class", selection.therapies),
        ("cancer", selection.cancers),
        ("verdict", selection.verdicts),
    ):
        if wanted:
            kept &= last[column].isin(wanted)
    return cohort[cohort["token"].isin(last.loc[kept, "token"])]


def best_changes(cohort: pd.DataFrame) -> pd.DataFrame:
    """Return each patient's best change of burden on treatment, worst patient first.

    Parameters
    ----------
    cohort : DataFrame
        Columns of `dashboards.source.COHORT_COLUMNS`.

    Returns
    -------
    DataFrame
        The row of the lowest change per patient; patients without an on-treatment change are left out.
    """
    day = pd.to_numeric(cohort["treatment_day"], errors="coerce")
    change = pd.to_numeric(cohort["change_pct"], errors="coerce")
    rows = cohort.assign(change_pct=change)[(day > 0) & change.notna()]
    best = rows.sort_values(["change_pct", "study_date"]).drop_duplicates("token")
    return best.sort_values(["change_pct", "token"], ascending=[False, True])


def selection_of(query: Mapping[str, str]) -> Selection:
    """Return which patients an address asks for.

    Parameters
    ----------
    query : mapping of str to str
        What follows the question mark.

    Returns
    -------
    Selection
        Empty parts mean all.
    """
    parts = {part: tuple(filter(None, query.get(name, "").split(","))) for name, part in QUERY_NAMES.items()}
    return Selection(**parts)


def cohort_csv(cohort: pd.DataFrame) -> str:
    """Return rows of the cohort table as CSV text, as the command line writes its tables.

    Parameters
    ----------
    cohort : DataFrame
        Columns of `dashboards.source.COHORT_COLUMNS`.

    Returns
    -------
    str
        With a header also without rows.
    """
    return to_csv(cohort, COHORT_SCHEMA)
