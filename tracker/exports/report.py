"""One self-contained HTML page per patient: the verdict, its reason, the pictures and the numbers behind it."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from tracker.exports.charts import burden_chart, region_chart
from tracker.exports.images import Picture, outlined_picture, window_high_counts
from tracker.records.course import Course, Scan
from tracker.records.timepoint import Timepoint
from tracker.records.uptake import COMBINED
from tracker.references.disclaimer import RESEARCH_USE

VERDICT_WORDS = {
    "improved": "Improved",
    "stable": "Stable",
    "progressed": "Progressed",
    "unconfirmed": "Progression unconfirmed",
    "not_evaluable": "Not evaluable",
}
"""Verdicts as they are printed."""


def report_html(course: Course) -> str:
    """Return the report of one patient.

    Parameters
    ----------
    course : Course
        Whose.

    Returns
    -------
    str
        One HTML page that needs nothing else.
    """
    template = files("tracker.exports").joinpath("templates/report.html").read_text(encoding="utf-8")
    page = Environment(autoescape=True, undefined=StrictUndefined).from_string(template)
    return page.render(_content(course))


def _content(course: Course) -> dict[str, Any]:
    """Return what the template prints."""
    tables = course.to_frames()
    headline = course.response.headline
    last = course.timepoints[-1].study_uid
    regions = _last_regions(tables["regions"], last)
    return {
        "research_use": RESEARCH_USE,
        "patient_id": course.patient_id,
        "reference": course.reference.value.replace("_", " "),
        "verdict": VERDICT_WORDS[headline.verdict.value] if headline.verdict else "No verdict yet",
        "sentence": headline.sentence,
        "stability": _stability(course),
        "next_scan": _next_scan(course),
        "visits": [_visit(course, number) for number in range(len(course.timepoints))],
        "burden_svg": _safe(burden_chart(tables["timepoints"], course.context.treatments)),
        "region_svg": _safe(region_chart(regions)),
        "examined": course.stability is not None,
        "assessments": tables["assessments"].to_dict("records"),
        "regions": [_region_row(row) for row in regions.to_dict("records")],
        "lesions": _lesion_rows(tables["lesions"]),
        "notices": list(course.notices),
        "version": course.provenance.versions.get("bone-scan-tracker", ""),
        "digest": course.provenance.settings_digest[:12],
    }


def _safe(svg: str) -> Markup:
    """Mark our own drawing as markup."""
    return Markup(svg)


def _stability(course: Course) -> str:
    """Return how firm the verdict is: under other settings, other rule choices and without single lesions."""
    firm = course.stability.verdict(course.timepoints[-1].study_uid) if course.stability else None
    return " ".join(text for text in (firm.sentence if firm else "", course.response.headline.stability) if text)


def _next_scan(course: Course) -> str:
    """Return when the next scan should be made and what it settles."""
    plan = course.response.next_scan
    return "" if plan is None else f"{plan.due_from.isoformat()} to {plan.due_to.isoformat()}. {plan.reason}"


def _visit(course: Course, number: int) -> dict[str, Any]:
    """Return one visit's panel."""
    timepoint, scan = course.timepoints[number], course.scans[number]
    row = course.to_frames()["timepoints"].iloc[number]
    accepted = "accepted" if timepoint.alignment_accepted else f"refused: {timepoint.alignment_reason}"
    error = timepoint.alignment_error_mm
    return {
        "study_date": timepoint.study_date.isoformat(),
        "treatment_day": None if pd.isna(row["treatment_day"]) else int(row["treatment_day"]),
        "verdict": VERDICT_WORDS.get(row["verdict"], ""),
        "comparable": row["comparable"],
        "comparable_reasons": timepoint.comparability.text,
        "alignment": accepted + (f", expected error {error:.1f} mm" if error is not None else ""),
        "pictures": _pictures(scan, timepoint),
    }


def _pictures(scan: Scan, timepoint: Timepoint) -> list[Picture]:
    """Return the printed views of one visit."""
    return [
        outlined_picture(view, window_high_counts(view, scan.skeleton_view(view.projection)), timepoint.lesions)
        for view in scan.study.views
    ]


def _last_regions(regions: pd.DataFrame, study_uid: str) -> pd.DataFrame:
    """Return the whole-level regions of one visit, of both views together where both exist."""
    rows = regions[(regions["study_uid"] == study_uid) & (regions["level"] == "whole")]
    combined = rows[rows["projection"] == COMBINED]
    return combined if combined["uptake_ratio"].notna().any() else rows[rows["projection"] != COMBINED]


def _region_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return one printed region row."""
    change = ""
    if pd.notna(row["change_pct"]):
        change = f"{row['change_pct']:+.0f} % ({row['change_low_pct']:+.0f} to {row['change_high_pct']:+.0f})"
    return {
        "region": row["region"].replace("_", " "),
        "uptake": f"{row['uptake_ratio']:.2f}" if pd.notna(row["uptake_ratio"]) else "",
        "change": change,
        "detectable": f"{row['detectable_pct']:.0f} %" if pd.notna(row["detectable_pct"]) else "",
        "significant": bool(row["significant"]) if pd.notna(row["significant"]) else False,
        "note": row["reason_empty"] or ("" if row["significant"] else "within noise"),
    }


def _lesion_rows(lesions: pd.DataFrame) -> list[dict[str, str]]:
    """Return one printed row per lesion: its history in words."""
    rows = []
    for lesion_id, seen in lesions.groupby("lesion_id", sort=True):
        last = seen.iloc[-1]
        visits = seen.drop_duplicates("study_date")
        history = ", ".join(f"{date} {fate}" for date, fate in zip(visits["study_date"], visits["fate"], strict=True))
        rows.append(
            {
                "lesion_id": str(lesion_id),
                "region": str(last["region"]).replace("_", " "),
                "kind": str(last["kind"]),
                "history": history,
                "why": str(last["kind_reason"]),
            }
        )
    return rows
