"""Rows of the tables that hold measurements: one function per table, records in, plain values out."""

from collections.abc import Iterator
from typing import Any

from tracker.records.burden import BurdenFigure, BurdenMeasure
from tracker.records.course import Course
from tracker.records.course_response import VisitResponse
from tracker.records.flare import ElementKind, FlareStatus
from tracker.records.lesion import Fate, Kind
from tracker.records.region_codes import region_code
from tracker.records.regions import FINE_REGIONS, WHOLE_REGIONS, Level
from tracker.records.study import Study
from tracker.records.timepoint import Timepoint
from tracker.records.uptake import RegionChange
from tracker.records.view import Projection

PROJECTION_ORDER = {"ANTERIOR": 0, "POSTERIOR": 1, "COMBINED": 2}
"""Row order of projections."""

_WHOLE_NAMES = tuple(region.name for region in WHOLE_REGIONS)
_FINE_PARTS = tuple(region.name for region in FINE_REGIONS if region.name not in _WHOLE_NAMES)

REGION_ORDER = {name: index for index, name in enumerate((*_WHOLE_NAMES, *_FINE_PARTS))}
"""Row order of regions: the whole ones in vocabulary order, then the parts that the fine level adds."""

NOT_FOLLOWED = FlareStatus.NOT_APPLICABLE.value
"""Flare of what is not followed: before treatment, a fine region, a focus that is not malignant."""

Row = dict[str, Any]


def visit_columns(timepoint: Timepoint) -> Row:
    """Return the columns that every table carries.

    Parameters
    ----------
    timepoint : Timepoint
        The visit.

    Returns
    -------
    dict
        Patient, date, study, visit number.
    """
    return {
        "patient_id": timepoint.patient_id,
        "study_date": timepoint.study_date.isoformat(),
        "study_uid": timepoint.study_uid,
        "visit_number": timepoint.visit_number,
    }


def comparable_reasons(timepoint: Timepoint) -> str:
    """Return the reasons against comparing, code and sentence, as one cell.

    Parameters
    ----------
    timepoint : Timepoint
        The visit.

    Returns
    -------
    str
        Empty where nothing speaks against it.
    """
    return "; ".join(f"{reason.code}: {reason.text.rstrip('.')}" for reason in timepoint.comparability.reasons)


def timepoint_rows(course: Course) -> Iterator[Row]:
    """Yield the rows of ``timepoints``.

    Parameters
    ----------
    course : Course
        Whose.

    Yields
    ------
    dict
        One per visit.
    """
    for visit, scan in zip(course.timepoints, course.scans, strict=True):
        said = course.response.visit(visit.study_uid)
        yield {
            **visit_columns(visit),
            "day_from_baseline": visit.day_from_baseline,
            **_clock(said),
            **_burden(visit),
            **_trust(visit),
            **_acquisition(scan.study),
            "verdict": said.headline.verdict.value if said.headline.verdict else "",
            "verdict_sentence": said.headline.sentence,
            **_stability(course, visit.study_uid),
            "reference_uid": visit.reference_uid,
            "notices": "; ".join(f"{notice.code}: {notice.text}" for notice in scan.study.notices),
            **_flare_days(said),
        }


def _stability(course: Course, study_uid: str) -> Row:
    """Return in how many settings the verdict holds; empty where that was not examined or there is no verdict."""
    firm = course.stability.verdict(study_uid) if course.stability else None
    return {
        "stability_held": firm.held if firm else None,
        "stability_of": firm.total if firm else None,
        "stability_changed_by": "; ".join(f"{one.text}: {one.answer}" for one in firm.others) if firm else "",
    }


def _clock(said: VisitResponse) -> Row:
    """Return where the visit stands on the treatment clock, and its flare."""
    peak, back = said.flare.peak, said.flare.back
    return {
        "treatment_day": said.position.treatment_day,
        "treatment_window": said.position.window.value if said.position.window else "",
        "flare_status": said.flare.status.value,
        "flare_peak_day": _whole(peak.day if peak else None),
        "flare_return_day": _whole(back.day if back else None),
        "settle_from": said.flare.settle_from.isoformat() if said.flare.settle_from else "",
        "settle_to": said.flare.settle_to.isoformat() if said.flare.settle_to else "",
    }


def _flare_days(said: VisitResponse) -> Row:
    """Return between which visits the flare peaked and fell back; an open end is empty."""
    peak, back = said.flare.peak, said.flare.back
    return {
        "flare_peak_low_day": _whole(peak.low_day if peak else None),
        "flare_peak_high_day": _whole(peak.high_day if peak else None),
        "flare_return_low_day": _whole(back.low_day if back else None),
        "flare_return_high_day": _whole(back.high_day if back else None),
    }


def _flares(course: Course, kind: ElementKind) -> dict[tuple[str, str], str]:
    """Return what the worsening of each region or lesion is taken for, by study and name."""
    found = (one for one in course.response.element_flares if one.kind is kind)
    return {(one.study_uid, one.name): one.status.value for one in found}


def _whole(day: float | None) -> int | None:
    """Return a day as a whole number."""
    return None if day is None else round(day)


def _burden(visit: Timepoint) -> Row:
    """Return extent, intensity and number."""
    count = visit.figure(BurdenMeasure.LESION_COUNT)
    assessable = count is not None and count.value is not None
    fresh = {one.lesion_id for one in visit.lesions if one.fate is Fate.NEW and one.focus.kind is Kind.LESION}
    area = visit.figure(BurdenMeasure.LESION_AREA_CM2)
    index = visit.figure(BurdenMeasure.SCAN_INDEX_PCT)
    return {
        "lesion_count": _whole(count.value) if count else None,
        "new_lesion_count": len(fresh) if assessable else None,
        **_figure("lesion_area", "cm2", area),
        **_figure("scan_index", "pct", index),
        "lesion_uptake_ratio": visit.lesion_uptake_ratio,
    }


def _figure(name: str, unit: str, figure: BurdenFigure | None) -> Row:
    """Return a measure and its interval."""
    return {
        f"{name}_{unit}": figure.value if figure else None,
        f"{name}_low_{unit}": figure.low if figure else None,
        f"{name}_high_{unit}": figure.high if figure else None,
    }


def _trust(visit: Timepoint) -> Row:
    """Return how far the visit's numbers can be trusted."""
    methods = sorted({one.method for one in visit.normalisers})
    return {
        "comparable": visit.comparability.verdict.value,
        "comparable_reasons": comparable_reasons(visit),
        "evaluable": visit.evaluable,
        "not_evaluable_reason": visit.not_evaluable_reason,
        "alignment_accepted": visit.alignment_accepted,
        "alignment_reason": visit.alignment_reason,
        "alignment_error_mm": visit.alignment_error_mm,
        "normaliser": ", ".join(methods),
        "normaliser_reliable": all(one.reliable for one in visit.normalisers) if visit.normalisers else None,
        "superscan": visit.superscan,
    }


def _acquisition(study: Study) -> Row:
    """Return what was acquired."""
    counts = {view.projection: view.total_counts for view in study.views}
    first = study.views[0]
    return {
        "views": " + ".join(view.projection.value.lower() for view in study.views)
        + (" only" if len(study.views) == 1 else ""),
        "counts_anterior": counts.get(Projection.ANTERIOR),
        "counts_posterior": counts.get(Projection.POSTERIOR),
        "row_spacing_mm": first.spacing_mm[0] if first.spacing_stated else None,
        "col_spacing_mm": first.spacing_mm[1] if first.spacing_stated else None,
        "uptake_time_h": study.acquisition.uptake_time_h,
    }


def region_rows(course: Course) -> Iterator[Row]:
    """Yield the rows of ``regions``.

    Parameters
    ----------
    course : Course
        Whose.

    Yields
    ------
    dict
        One per visit, region and projection; a region without fine parts has its one row at whole level.
    """
    flares = _flares(course, ElementKind.REGION)
    for visit in course.timepoints:
        changes = {(one.region, one.level, one.projection): one for one in visit.changes}
        for uptake in visit.uptakes:
            if uptake.level is Level.FINE and uptake.region in _WHOLE_NAMES:
                continue
            change = changes.get((uptake.region, uptake.level, uptake.projection))
            ratio = uptake.uptake_ratio
            yield {
                **visit_columns(visit),
                "region": uptake.region,
                "region_code": region_code(uptake.region),
                "level": uptake.level.value,
                "projection": uptake.projection,
                "uptake_ratio": ratio,
                "uptake_sd": None if ratio is None else ratio * uptake.relative_sd,
                **_change(change),
                "area_mm2": uptake.area_mm2,
                "counts": uptake.counts,
                "comparable": visit.comparability.verdict.value,
                "reason_empty": uptake.reason_empty or (change.reason_empty if change else ""),
                "flare_status": flares.get((visit.study_uid, uptake.region), NOT_FOLLOWED),
                "region_order": REGION_ORDER[uptake.region],
                "projection_order": PROJECTION_ORDER[uptake.projection],
            }


def _change(change: RegionChange | None) -> Row:
    """Return a region's change and its interval."""
    return {
        "change_pct": change.change_pct if change else None,
        "change_low_pct": change.low_pct if change else None,
        "change_high_pct": change.high_pct if change else None,
        "significant": bool(change and change.significant),
        "detectable_pct": change.detectable_pct if change else None,
        "p_value": change.p_value if change else None,
    }


def lesion_rows(course: Course) -> Iterator[Row]:
    """Yield the rows of ``lesions``.

    Parameters
    ----------
    course : Course
        Whose.

    Yields
    ------
    dict
        One per visit, lesion and view where it was seen, resolved or merged.
    """
    flares = _flares(course, ElementKind.LESION)
    for visit in course.timepoints:
        for lesion in visit.lesions:
            focus = lesion.focus
            yield {
                **visit_columns(visit),
                "lesion_id": lesion.lesion_id,
                "region": focus.region,
                "side": focus.side,
                "projection": focus.projection.value,
                "row_px": focus.row_px,
                "col_px": focus.col_px,
                "area_mm2": focus.area_mm2,
                "uptake_ratio": focus.uptake_ratio,
                "fate": lesion.fate.value,
                "kind": focus.kind.value,
                "kind_reason": focus.kind_reason,
                "significance": focus.significance,
                "comparable": visit.comparability.verdict.value,
                "flare_status": flares.get((visit.study_uid, lesion.lesion_id), NOT_FOLLOWED),
            }


def measurement_rows(course: Course) -> Iterator[Row]:
    """Yield the rows of ``lesion_measurements``.

    Parameters
    ----------
    course : Course
        Whose.

    Yields
    ------
    dict
        One per visit, lesion and view, seen or not.
    """
    for visit in course.timepoints:
        for one in visit.measurements:
            yield {
                **visit_columns(visit),
                "lesion_id": one.lesion_id,
                "projection": one.projection.value,
                "row_px": one.row_px,
                "col_px": one.col_px,
                "area_mm2": one.area_mm2,
                "uptake_ratio": one.uptake_ratio,
                "uptake_low": one.low,
                "uptake_high": one.high,
                "upper_limit": one.upper_limit,
                "significance": one.significance,
                "detected": one.detected,
                "comparable": visit.comparability.verdict.value,
                "reason_empty": one.reason_empty,
            }
