"""The cohort table from what the archive keeps of every patient."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from dashboards.source import COHORT_COLUMNS
from tracker.records.context import Context

BURDEN_COLUMNS = ("study_uid", "change_pct", "change_low_pct", "change_high_pct", "within_noise")
"""What the trend table adds to a visit."""

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
