"""Lesions on the course page: one row each, with its fate and its uptake at every visit."""

from typing import Any

from dashboards.answers import CourseAnswer
from dashboards.components.grids import SPARK, column, number_column
from dashboards.words import region_words, say

GONE = ("resolved", "merged")
"""Fates after which a lesion is not counted."""


def lesion_rows(course: CourseAnswer) -> list[dict[str, Any]]:
    """Return one row per lesion, with its last fate and its uptake at every visit.

    Parameters
    ----------
    course : CourseAnswer
        The course.

    Returns
    -------
    list of dict
        Lesions still there first, then those gone, then foci taken for something else; each in order of id.
    """
    table = course.tables["lesions"]
    rows = []
    for lesion_id, seen in table.groupby("lesion_id", sort=True):
        last = seen.iloc[-1]
        by_visit = seen[seen["fate"] != "resolved"].groupby("study_uid")["uptake_ratio"].max()
        history = [float(by_visit[v.study_uid]) if v.study_uid in by_visit.index else None for v in course.visits]
        rows.append(
            {
                "lesion_id": lesion_id,
                "where": region_words(str(last["region"] or "")),
                "kind": last["kind"],
                "fate": last["fate"],
                "first_seen": seen["study_date"].iloc[0],
                "last_row": last["study_date"],
                "uptake_ratio": last["uptake_ratio"],
                "area_mm2": last["area_mm2"],
                "history": history,
            }
        )
    return sorted(rows, key=lambda row: (row["kind"] != "lesion", row["fate"] in GONE, row["lesion_id"]))


def lesion_columns() -> list[dict[str, Any]]:
    """Return the columns of the lesion table."""
    return [
        column("lesion_id", say("Lesion"), minWidth=66, maxWidth=84),
        column("where", say("Where"), minWidth=138, tooltipField="where"),
        column("fate", say("Fate"), cellRenderer="Fate", minWidth=112, maxWidth=126),
        column("kind", say("Kind"), minWidth=92, maxWidth=110, tooltipField="kind"),
        column("history", say("Uptake ratio"), **{**SPARK, "minWidth": 124}),
        number_column("uptake_ratio", say("Last"), cellRenderer="Number", minWidth=60, maxWidth=80),
        number_column("area_mm2", say("mm²"), cellRenderer="Whole", minWidth=60, maxWidth=80),
        column("first_seen", say("First seen"), minWidth=98, maxWidth=116),
    ]
