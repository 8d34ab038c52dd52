"""One self-contained HTML page per patient on which the alignment of every visit can be judged by eye and by number."""

from importlib.resources import files
from typing import Any

import numpy as np
from jinja2 import Environment, StrictUndefined
from numpy.typing import NDArray

from tracker.alignment import warp_to_space
from tracker.exports.quality_pictures import (
    FULL_COLOUR_SD,
    SHOWN_MM,
    WINDOW_PERCENTILE,
    Canvas,
    Floats,
    change_uri,
    doubt_uri,
    grey_uri,
    grid_paths,
    likeness,
    turned,
    unaligned,
)
from tracker.records.alignment import SpaceImage, ViewAlignment, VisitAlignment
from tracker.records.course import Course, Scan
from tracker.records.regions import WHOLE_REGIONS, whole_labels
from tracker.records.view import Projection, View
from tracker.references.disclaimer import RESEARCH_USE

FIRM = 0.5
"""Confidence from which a place counts as firmly aligned."""

LARGE_ERROR_MM = 5.0
"""Expected error of a region that is set in bold: the width of a rib on a planar image."""

LEAST_REGION_PX = 30
"""Regions that show fewer pixels of patient space are left out."""


def quality_html(course: Course) -> str:
    """Return the page on which a patient's alignment is judged.

    Parameters
    ----------
    course : Course
        Whose.

    Returns
    -------
    str
        One HTML page that needs nothing else.
    """
    template = files("tracker.exports").joinpath("templates/quality.html").read_text(encoding="utf-8")
    page = Environment(autoescape=True, undefined=StrictUndefined).from_string(template)
    canvas = _canvas(course)
    width, height = canvas.size_mm
    means = {image.projection: image for image in course.alignment.images}
    visits = [_visit(scan, course, canvas) for scan in course.scans]
    return page.render(
        research_use=RESEARCH_USE,
        patient_id=course.patient_id,
        width=width,
        height=height,
        means=[
            {"side": side.value.lower(), "uri": grey_uri(turned(_shown(means[side], canvas), side), 1.0)}
            for side in Projection
            if side in means
        ],
        visits=visits,
        regions=_regions(course),
        large_mm=LARGE_ERROR_MM,
        full_sd=FULL_COLOUR_SD,
        version=course.provenance.versions.get("bone-scan-tracker", ""),
    )


def _canvas(course: Course) -> Canvas:
    """Return how patient space is printed."""
    rows, cols = course.alignment.visits[0].expected_error_mm.shape
    return Canvas(shape=(rows, cols), spacing_mm=course.alignment.spacing_mm)


def _body(course: Course, projection: Projection) -> NDArray[np.bool_] | None:
    """Return the body outline of one projection in patient space, None without any."""
    view = course.skeleton.view(projection)
    return None if view is None or not view.body.any() else view.body


def _black(image: SpaceImage, canvas: Canvas) -> float:
    """Return the counts that print black."""
    small = canvas.shrunk(image.counts, SHOWN_MM)
    above = small[small > small.mean()]
    return max(float(np.percentile(above, WINDOW_PERCENTILE)), 1e-6) if above.size else 1.0


def _shown(image: SpaceImage, canvas: Canvas) -> Floats:
    """Return the mean image at the size of a picture, black at 1."""
    return canvas.shrunk(image.counts, SHOWN_MM) / _black(image, canvas)


def _visit(scan: Scan, course: Course, canvas: Canvas) -> dict[str, Any]:
    """Return one visit's panel."""
    uid = scan.study.study_uid
    visit = course.alignment.visit(uid)
    means = {image.projection: image for image in course.alignment.images}
    sides = []
    for view in scan.study.views:
        alignment = visit.view(view.projection)
        if alignment is not None and view.projection in means:
            sides.append(_side(view, (alignment, visit), means[view.projection], course, canvas))
    skeleton = _bones(course)
    errors = visit.expected_error_mm[skeleton]
    return {
        "name": f"v{course.scans.index(scan)}",
        "date": scan.study.study_date.isoformat(),
        "accepted": visit.accepted,
        "reason": visit.reason,
        "median_mm": f"{np.median(errors):.1f}" if errors.size else "",
        "high_mm": f"{np.percentile(errors, 95):.1f}" if errors.size else "",
        "firm_pct": f"{100 * (visit.confidence[skeleton] >= FIRM).mean():.0f}" if errors.size else "",
        "sides": sides,
    }


def _bones(course: Course) -> NDArray[np.bool_]:
    """Return the skeleton of both views in patient space."""
    return np.asarray(np.logical_or.reduce([view.labels > 0 for view in course.skeleton.views]), dtype=np.bool_)


def _side(
    view: View, aligned: tuple[ViewAlignment, VisitAlignment], mean: SpaceImage, course: Course, canvas: Canvas
) -> dict[str, Any]:
    """Return the pictures and numbers of one view."""
    alignment, visit = aligned
    before, after = unaligned(view, alignment), warp_to_space(view, alignment)
    gain = float(mean.counts.sum()) / max(float(view.counts.sum()), 1.0) / _black(mean, canvas)
    small = [canvas.shrunk(image, SHOWN_MM) for image in (before, after, mean.counts)]
    outline = _body(course, view.projection)
    body = np.asarray(canvas.shrunk(np.ones(canvas.shape) if outline is None else outline * 1.0, SHOWN_MM) > FIRM)
    side = view.projection
    return {
        "side": side.value.lower(),
        "before": grey_uri(turned(small[0] * gain, side), 1.0),
        "after": grey_uri(turned(small[1] * gain, side), 1.0),
        "doubt": doubt_uri(visit, canvas, side),
        **_change(view, aligned, course, canvas),
        "grid": grid_paths(alignment, canvas),
        "like_before": f"{likeness(small[0], small[2], body):.2f}",
        "like_after": f"{likeness(small[1], small[2], body):.2f}",
    }


def _change(
    view: View, aligned: tuple[ViewAlignment, VisitAlignment], course: Course, canvas: Canvas
) -> dict[str, str]:
    """Return the picture of what changed since the first accepted visit, and that visit's date; empty without one."""
    reference = next(
        (
            (scan.study, there, placed)
            for scan in course.scans
            if course.alignment.visit(scan.study.study_uid).accepted
            and (there := scan.study.view(view.projection)) is not None
            and (placed := course.alignment.visit(scan.study.study_uid).view(view.projection)) is not None
        ),
        None,
    )
    alignment, visit = aligned
    if reference is None or not visit.accepted or reference[0].study_uid == visit.study_uid:
        return {"change": "", "since": ""}
    study, there, placed = reference
    return {
        "change": change_uri((there, placed), (view, alignment), canvas),
        "since": study.study_date.isoformat(),
    }


def _regions(course: Course) -> list[dict[str, Any]]:
    """Return the expected error of every region at every visit, head to foot."""
    layers = [whole_labels(view.labels) for view in course.skeleton.views]
    rows = []
    for number, region in enumerate(WHOLE_REGIONS, start=1):
        there = np.logical_or.reduce([layer == number for layer in layers])
        if there.sum() >= LEAST_REGION_PX:
            errors = [float(visit.expected_error_mm[there].mean()) for visit in _in_order(course)]
            rows.append({"region": region.name.replace("_", " "), "errors": errors})
    return rows


def _in_order(course: Course) -> list[VisitAlignment]:
    """Return the alignments, earliest visit first."""
    return [course.alignment.visit(scan.study.study_uid) for scan in course.scans]
