"""Rows of ``assessments``: what each criterion says of each on-treatment visit, on the day and finally."""

from collections.abc import Iterable, Iterator
from typing import Any

from tracker.archive.citations import citation_text
from tracker.records.assessment import Assessment, BoneStatus, Evidence
from tracker.records.course import Course
from tracker.records.stability import CourseStability


def assessment_rows(course: Course) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``assessments`` of one course.

    Parameters
    ----------
    course : Course
        Whose.

    Yields
    ------
    dict
        One per on-treatment visit and criterion.
    """
    yield from rows_of_patient(course.patient_id, course.response.assessments, course.stability)


def rows_of_patient(
    patient_id: str, assessments: Iterable[Assessment], stability: CourseStability | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``assessments`` of one patient.

    Parameters
    ----------
    patient_id : str
        Whose.
    assessments : iterable of Assessment
        What each criterion says of each on-treatment visit.
    stability : CourseStability, optional
        In how many settings each holds; empty cells unless given.

    Yields
    ------
    dict
        One per on-treatment visit and criterion.
    """
    for one in assessments:
        evaluable = one.final_status != BoneStatus.NE
        firm = stability.status(one.study_uid, one.criterion.value) if stability else None
        yield {
            "patient_id": patient_id,
            "study_date": one.study_date.isoformat(),
            "study_uid": one.study_uid,
            "criterion": one.criterion.value,
            "provisional_status": str(one.provisional_status),
            "final_status": str(one.final_status),
            "progression_date": one.progression_date.isoformat() if one.progression_date else "",
            "reason": one.reason,
            "provisional_reason": one.provisional_reason,
            "reference_date": one.evidence.reference_date.isoformat() if one.evidence.reference_date else "",
            "focus_count": one.evidence.focus_count if evaluable else None,
            "new_focus_count": len(one.evidence.new_ids) if evaluable and one.evidence.counted else None,
            "rule": one.evidence.rule_id,
            "evidence": evidence_text(one.evidence),
            "citation": citation_text(one.citation_key),
            "stability_held": firm.held if firm else None,
            "stability_of": firm.total if firm else None,
        }


def evidence_text(evidence: Evidence) -> str:
    """Return what a rule was applied to, as one cell.

    Parameters
    ----------
    evidence : Evidence
        Of one assessment.

    Returns
    -------
    str
        ``name=value`` pairs, in a fixed order.
    """
    pairs: list[tuple[str, object]] = [("foci", evidence.focus_count)]
    named = (
        ("reference", evidence.reference_date),
        ("new", "+".join(evidence.new_ids)),
        ("persisting", "+".join(evidence.persisting_ids)),
        ("gap_days", evidence.gap_days),
        ("settled_on", evidence.settled_on),
        ("settled_by", "+".join(evidence.settling_ids)),
    )
    pairs += [(name, value) for name, value in named if value not in (None, "")]
    pairs += [(name, f"{value:.4g}") for name, value in evidence.numbers]
    return "; ".join(f"{name}={value}" for name, value in pairs)
