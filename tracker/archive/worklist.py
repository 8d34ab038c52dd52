"""One patient as a row of the worklist: the last verdict, the trend, what is due."""

from typing import Any

from tracker.archive.trend_rows import burden_change
from tracker.records.burden import BurdenMeasure
from tracker.records.comparability import Comparable
from tracker.records.course import Course
from tracker.records.lesion import Fate


def worklist_row(course: Course, token: str) -> dict[str, Any]:
    """Return the worklist row of one course.

    Parameters
    ----------
    course : Course
        Whose.
    token : str
        Opaque token of the patient.

    Returns
    -------
    dict
        Columns of the worklist, plain values.
    """
    last = course.timepoints[-1]
    reference = next(one for one in course.timepoints if one.study_uid == last.reference_uid)
    change = burden_change(last, reference, BurdenMeasure.SCAN_INDEX_PCT)
    line = course.response.visit(last.study_uid).position.line
    head, due = course.response.headline, course.response.next_scan
    count = last.figure(BurdenMeasure.LESION_COUNT)
    warnings = _warnings(course)
    return {
        "token": token,
        "patient_id": course.patient_id,
        "cancer": course.context.facts.cancer,
        "visits": len(course.timepoints),
        "last_date": last.study_date,
        "verdict": head.verdict.value if head.verdict else "",
        "sentence": head.sentence,
        "treatment_start": line.start_date if line else "",
        "agent": line.agent if line else "",
        "therapy_class": line.therapy_class.value if line else "",
        "burden": [_index(visit.figure(BurdenMeasure.SCAN_INDEX_PCT)) for visit in course.timepoints],
        "burden_change_pct": change.change_pct,
        "within_noise": change.within_noise,
        "lesion_count": None if count is None else count.value,
        "new_lesion_count": len({one.lesion_id for one in last.counted if one.fate is Fate.NEW}),
        "due_from": due.due_from if due else "",
        "due_to": due.due_to if due else "",
        "due_reason": due.reason if due else "",
        "warnings": len(warnings),
        "warning_text": warnings[0] if warnings else "",
    }


def _index(figure: Any) -> float | None:
    """Return the value of a figure."""
    return None if figure is None else figure.value


def _warnings(course: Course) -> list[str]:
    """Return what speaks against trusting the course, worst first."""
    refused = [
        f"{one.study_date}: alignment refused, {one.alignment_reason}"
        for one in course.timepoints
        if not one.alignment_accepted
    ]
    for severity in (Comparable.NO, Comparable.CAUTION):
        refused += [
            f"{one.study_date}: {reason.text}"
            for one in course.timepoints
            for reason in one.comparability.reasons
            if reason.severity is severity
        ]
    return refused + list(course.notices)
