"""Rows of ``assessments``: what each criterion says of each on-treatment visit, on the day and finally."""

from collections.abc import Iterator
from typing import Any

from tracker.archive.citations import citation_text
from tracker.records.assessment import Evidence
from tracker.records.course import Course


def assessment_rows(course: Course) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``assessments``.

    Parameters
    ----------
    course : Course
        Whose.

    Yields
    ------
    dict
        One per on-treatment visit and criterion.
    """
    for one in course.response.assessments:
        yield {
            "patient_id": course.patient_id,
            "study_date": one.study_date.isoformat(),
            "study_uid": one.study_uid,
            "criterion": one.criterion.value,
            "provisional_status": str(one.provisional_status),
            "final_status": str(one.final_status),
            "progression_date": one.progression_date.isoformat() if one.progression_date else "",
            "reason": one.reason,
            "rule": one.evidence.rule_id,
            "evidence": evidence_text(one.evidence),
            "citation": citation_text(one.citation_key),
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
    if evidence.reference_date:
        pairs.append(("reference", evidence.reference_date.isoformat()))
    if evidence.new_ids:
        pairs.append(("new", "+".join(evidence.new_ids)))
    if evidence.persisting_ids:
        pairs.append(("persisting", "+".join(evidence.persisting_ids)))
    if evidence.gap_days is not None:
        pairs.append(("gap_days", evidence.gap_days))
    pairs += [(name, f"{value:.4g}") for name, value in evidence.numbers]
    return "; ".join(f"{name}={value}" for name, value in pairs)
