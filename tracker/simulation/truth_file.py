"""``truth.json``: what is true of simulated patients, for tests and benchmarks; nothing else reads it.

``patients``: patient_id, scenario, verdict (a reader who knew the truth, last visit), treatment_start, height_m,
``lesions`` (lesion_id, kind, note, region, diameters_mm) and ``visits`` (study_uid, study_date, day, uptake_time_h,
bladder_ml, new: ids first there, gone: ids there before and no longer, ``views``: one row per lesion and projection
with row_px, col_px in stored pixels, contrast, diameter_mm, area_mm2, excess_counts, image_ratio, significance,
visible, occluded_by).
"""

import json
from dataclasses import asdict
from typing import Any

from tracker.phantom import LesionAppearance, SimulatedCourse, SimulatedVisit
from tracker.records.regions import FINE_REGIONS
from tracker.records.view import Projection

DIGITS = 4
"""Significant digits of numbers in the file; enough for every test, and short."""


def _rounded(value: object) -> object:
    """Return a value with floats cut to `DIGITS` significant digits, inside lists and mappings too."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value


def _appearance(found: LesionAppearance) -> dict[str, Any]:
    """Return one row of ``views``."""
    row = asdict(found) | {"visible": found.visible}
    row["row_px"], row["col_px"] = f"{found.row_px:.2f}", f"{found.col_px:.2f}"
    rounded = _rounded(row)
    assert isinstance(rounded, dict)
    return rounded | {"row_px": float(row["row_px"]), "col_px": float(row["col_px"])}


def _present(course: SimulatedCourse, visit: int) -> set[str]:
    """Return the lesions that differ from healthy bone at a visit."""
    return {lesion.lesion_id for lesion in course.lesions if lesion.states[visit].present}


def _visit(course: SimulatedCourse, number: int, visit: SimulatedVisit) -> dict[str, Any]:
    """Return the truth of one visit."""
    conditions = visit.expected.scene.conditions
    before = set().union(*(_present(course, earlier) for earlier in range(number)))
    last = _present(course, number - 1) if number else set()
    now = _present(course, number)
    return {
        "study_uid": visit.study.study_uid,
        "study_date": visit.study.study_date.isoformat(),
        "day": visit.day,
        "uptake_time_h": round(conditions.uptake_time_h, 3),
        "bladder_ml": round(conditions.bladder.volume_ml, 1),
        "new": sorted(now - before) if number else [],
        "gone": sorted(last - now),
        "views": [_appearance(found) for projection in Projection for found in visit.truth(projection).lesions],
    }


def patient_truth(course: SimulatedCourse) -> dict[str, Any]:
    """Return the truth of one patient as plain data.

    Parameters
    ----------
    course : SimulatedCourse
        The patient.

    Returns
    -------
    dict
        As the module says.
    """
    shape = course.visits[0].expected.scene.shape
    return {
        "patient_id": course.patient_id,
        "scenario": course.scenario.value,
        "verdict": course.verdict,
        "treatment_start": course.treatment_start.isoformat(),
        "height_m": round(shape.person.height_m, 3),
        "lesions": [
            {
                "lesion_id": lesion.lesion_id,
                "kind": lesion.kind.value,
                "note": lesion.note,
                "region": FINE_REGIONS[shape.skeleton.label[lesion.point] - 1].name,
                "diameters_mm": _rounded(lesion.diameters_mm),
            }
            for lesion in course.lesions
        ],
        "visits": [_visit(course, number, visit) for number, visit in enumerate(course.visits)],
    }


def truth_text(patients: list[dict[str, Any]]) -> str:
    """Return the file's text.

    Parameters
    ----------
    patients : list of dict
        From `patient_truth`.

    Returns
    -------
    str
        JSON with stable order and LF ends.
    """
    return json.dumps({"simulated": True, "patients": patients}, indent=1, sort_keys=True) + "\n"
