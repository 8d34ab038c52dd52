"""What an archive tells the dashboard of one patient beside tables and images: plain data, nothing left to compute."""

from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from tracker.archive.assessment_rows import evidence_text
from tracker.archive.citations import citation_text
from tracker.archive.outlines import outlines_in_space, visit_outlines
from tracker.archive.worklist import worklist_row
from tracker.records.assessment import Assessment
from tracker.records.course import Course, Scan
from tracker.records.timepoint import Timepoint
from tracker.records.view import View

WINDOW_PERCENTILE = 99.5
"""Upper end of the automatic window: this percentile of counts in bone outside physiologic sites."""


def summary_of(course: Course, token: str) -> dict[str, Any]:
    """Return the summary of one course.

    Parameters
    ----------
    course : Course
        Whose.
    token : str
        Opaque token of the patient.

    Returns
    -------
    dict
        Plain data: numbers, texts, lists, dicts; dates as ISO text.
    """
    return dict(
        plain(
            {
                "token": token,
                "patient_id": course.patient_id,
                "cancer": course.context.facts.cancer,
                "reference": course.reference.value,
                "worklist": worklist_row(course, token),
                "visits": [_visit(course, number) for number in range(len(course.timepoints))],
                "headlines": [_headline(course, visit) for visit in course.timepoints],
                "context": {
                    "treatments": [asdict(one) for one in course.context.treatments],
                    "labs": [asdict(one) for one in course.context.labs],
                    "events": [asdict(one) for one in course.context.events],
                    "findings": [asdict(one) for one in course.context.findings],
                    "patients": [asdict(one) for one in course.context.patients],
                },
                "region_names": {str(number): name for number, name in course.skeleton.fine_names.items()},
                "notices": list(course.notices),
                "provenance": asdict(course.provenance),
                "settings_digest": course.provenance.settings_digest,
            }
        )
    )


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it.

    Parameters
    ----------
    value : object
        Nested dicts, sequences, dates, enums, NumPy scalars.

    Returns
    -------
    object
        Same content, plain types.
    """
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, np.generic):
        return plain(value.item())
    return str(value) if isinstance(value, str) else value


def _visit(course: Course, number: int) -> dict[str, Any]:
    """Return one visit's facts."""
    timepoint, scan = course.timepoints[number], course.scans[number]
    alignment = course.alignment.visits[number]
    body = alignment.confidence > 0
    return {
        "study_uid": timepoint.study_uid,
        "study_date": timepoint.study_date,
        "acquisition": asdict(scan.study.acquisition),
        "comparability": asdict(timepoint.comparability),
        "aligned": timepoint.alignment_accepted,
        "alignment_reason": timepoint.alignment_reason,
        "alignment_confidence": float(np.median(alignment.confidence[body])) if body.any() else None,
        "alignment_error_mm": timepoint.alignment_error_mm,
        "nudge_mm": course.context.moved_by_hand.get(timepoint.study_uid, (0.0, 0.0))[:2],
        "notices": [asdict(one) for one in scan.study.notices],
        "is_reference": any(one.reference_uid == timepoint.study_uid for one in course.timepoints),
        "views": [_view(scan, timepoint, view) for view in scan.study.views],
        "outlines": outlines_in_space(visit_outlines(timepoint, scan), scan, alignment),
    }


def _view(scan: Scan, timepoint: Timepoint, view: View) -> dict[str, Any]:
    """Return one view's facts."""
    scale = next((one for one in timepoint.normalisers if one.projection == view.projection.value), None)
    return {
        "projection": view.projection,
        "rows": view.counts.shape[0],
        "cols": view.counts.shape[1],
        "spacing_mm": view.spacing_mm,
        "spacing_stated": view.spacing_stated,
        "orientation": asdict(view.orientation),
        "total_counts": view.total_counts,
        "window_high_counts": window_high_counts(scan, view),
        "counts_at_one": scale.counts_per_mm2 * view.pixel_area_mm2 if scale else None,
        "normaliser_reason": scale.reason if scale else "no reference bone could be found",
        "evidence": view.evidence,
    }


def window_high_counts(scan: Scan, view: View) -> float:
    """Return the upper end of the automatic window, counts per pixel: from bone, not from bladder.

    Parameters
    ----------
    scan : Scan
        The visit, with its labels.
    view : View
        One of its views.

    Returns
    -------
    float
        At least 1.
    """
    labels = scan.skeleton_view(view.projection)
    pixels = view.counts[view.counts > 0]
    if labels is not None:
        bone = (labels.labels > 0) & (labels.physiologic == 0)
        pixels = view.counts[bone] if bone.any() else pixels
    return max(1.0, float(np.percentile(pixels, WINDOW_PERCENTILE))) if pixels.size else 1.0


def _headline(course: Course, timepoint: Timepoint) -> dict[str, Any]:
    """Return what one visit means, in words."""
    said = course.response.visit(timepoint.study_uid)
    head = said.headline
    firm = course.stability.verdict(timepoint.study_uid) if course.stability else None
    own = [
        one
        for one in course.response.assessments
        if one.study_uid == timepoint.study_uid and one.criterion.value == head.criterion
    ]
    return {
        "study_uid": timepoint.study_uid,
        "verdict": head.verdict.value if head.verdict else "",
        "sentence": head.sentence,
        "criterion": head.criterion,
        "provisional_status": head.provisional_status,
        "final_status": head.final_status,
        "evidence": _evidence(own, said.flare.reason, said.flare.support),
        "citation": citation_text(head.citation_key) if head.citation_key else "",
        "next_scan_from": said.flare.settle_from,
        "next_scan_to": said.flare.settle_to,
        "flare_status": said.flare.status.value,
        "advice": said.flare.advice,
        "remarks": said.position.remarks,
        "stability": head.stability,
        "settings_stability": asdict(firm) if firm else None,
        "agent": said.position.line.agent if said.position.line else "",
    }


def _evidence(assessments: list[Assessment], flare_reason: str, support: tuple[str, ...]) -> list[str]:
    """Return the evidence sentences, strongest first."""
    said = [one.reason for one in assessments]
    said += [f"{one.evidence.rule_id}: {evidence_text(one.evidence)}" for one in assessments]
    return [text for text in (*said, flare_reason, *support) if text]
