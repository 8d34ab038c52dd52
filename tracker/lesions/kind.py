"""What a focus is taken for, with the reason in words: single-focus patterns first, then patterns of several."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tracker.lesions.both_views import confirmed
from tracker.lesions.landmarks import Landmarks, anatomical_mm, landmarks
from tracker.lesions.pattern_ribs import aligned_ribs
from tracker.lesions.patterns import RULES
from tracker.lesions.place import stored_points
from tracker.lesions.surroundings import Setting
from tracker.records.foci import FociView, VisitFoci
from tracker.records.lesion import Focus, Kind
from tracker.records.regions import FINE_REGIONS
from tracker.settings.lesions import LesionSettings

TWIN_MM = 12.0
"""Mirrored places agree within this distance, millimetres: nobody lies quite straight."""


def judge_kinds(visit: VisitFoci, settings: LesionSettings) -> VisitFoci:
    """Return the visit with a kind and a reason on every focus.

    Parameters
    ----------
    visit : VisitFoci
        Foci of both views, not yet judged.
    settings : LesionSettings
        Limits of the patterns.

    Returns
    -------
    VisitFoci
        Same foci, judged, each view for itself and then against the other. Cold foci keep their kind.
    """
    return confirmed(replace(visit, views=tuple(_judged_view(seen, visit, settings) for seen in visit.views)), settings)


def _judged_view(seen: FociView, visit: VisitFoci, settings: LesionSettings) -> FociView:
    """Return one view of a visit with every focus judged."""
    if not seen.foci:
        return seen
    marks, one_view = landmarks(seen), len(visit.views) == 1
    foci = tuple(
        focus
        if focus.kind is Kind.COLD
        else _judged(replace(setting_of(focus, seen, marks), one_view=one_view), settings)
        for focus in seen.foci
    )
    return replace(seen, foci=aligned_ribs(foci, seen, settings))


def _judged(at: Setting, settings: LesionSettings) -> Focus:
    """Return one focus judged by where it lies and how it looks."""
    focus = at.focus
    for rule in RULES:
        verdict = rule(at, settings)
        if verdict is not None:
            return replace(focus, kind=verdict[0], kind_reason=verdict[1])
    if at.seen.evidence is not None and at.odds < settings.keep_odds:
        return replace(focus, kind=Kind.EQUIVOCAL, kind_reason="stands out, but does not look like a lesion")
    reason = f"{focus.excess_ratio:.1f} times what this bone shows here; no benign pattern fits"
    region, side = (focus.region, focus.side) if focus.region else _nearest_region(focus, at.seen)
    return replace(focus, kind=Kind.LESION, kind_reason=reason, region=region, side=side)


def _nearest_region(focus: Focus, seen: FociView) -> tuple[str, str]:
    """Return the fine region and side of the label nearest to a focus outside all labels."""
    places = np.argwhere(seen.skeleton.labels > 0)
    if len(places) == 0:
        return ("", "")
    away = np.hypot(*((places - (focus.row_px, focus.col_px)) * np.asarray(seen.view.spacing_mm)).T)
    region = FINE_REGIONS[int(seen.skeleton.labels[tuple(places[int(away.argmin())])]) - 1]
    return (region.name, region.side)


def setting_of(focus: Focus, seen: FociView, marks: Landmarks) -> Setting:
    """Return one focus in its surroundings.

    Parameters
    ----------
    focus : Focus
        A focus of ``seen``.
    seen : FociView
        Its view.
    marks : Landmarks
        Geometry of the view.

    Returns
    -------
    Setting
        What the rules look at.
    """
    row_mm, col_mm = anatomical_mm(focus, seen)
    mirrored_mm = marks.mirrored(row_mm, col_mm)
    long_axis, short_axis, upright = _axes(focus, seen)
    odds, like_a_lesion, twin_odds = _likeness(focus, seen, mirrored_mm)
    return Setting(
        focus=focus,
        seen=seen,
        marks=marks,
        row_mm=row_mm,
        col_mm=col_mm,
        mirror_excess=_mirror_excess(focus, seen, mirrored_mm),
        elongation=long_axis / short_axis,
        upright=upright,
        odds=odds,
        like_a_lesion=like_a_lesion,
        twin_odds=twin_odds,
    )


def _likeness(focus: Focus, seen: FociView, mirrored_mm: tuple[float, float]) -> tuple[float, float, float]:
    """Return how much a focus looks like a lesion, which share of it does, and how much its mirrored place does."""
    if seen.evidence is None:
        return (-np.inf, 0.0, -np.inf)
    odds = seen.evidence[tuple(focus.pixels.T)]
    (row, col) = stored_points(np.array([mirrored_mm]), seen.view, None)[0]
    twin = seen.evidence[_disc((row, col), TWIN_MM, seen)]
    return (float(odds.max()), float(np.mean(odds > 0)), float(twin.max(initial=-np.inf)))


def _mirror_excess(focus: Focus, seen: FociView, mirrored_mm: tuple[float, float]) -> float:
    """Return the largest relative excess near the mirrored place, over an area like the focus' own."""
    (row, col) = stored_points(np.array([mirrored_mm]), seen.view, None)[0]
    radius_mm = max(6.0, float(np.sqrt(focus.area_mm2 / np.pi)))
    best = -1.0
    for row_step in (-1, 0, 1):
        for col_step in (-1, 0, 1):
            at = _disc((row + row_step * radius_mm / seen.view.spacing_mm[0],
                        col + col_step * radius_mm / seen.view.spacing_mm[1]), radius_mm, seen)  # fmt: skip
            expected = float(seen.expectation.counts[at].sum())
            if expected > 0:
                best = max(best, float(seen.view.counts[at].sum()) / expected - 1)
    return best


def _disc(
    centre_px: tuple[float, float], radius_mm: float, seen: FociView
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the stored pixels of a disc, cut at the frame."""
    spacing = seen.view.spacing_mm
    reach = [int(np.ceil(radius_mm / step)) for step in spacing]
    rows, cols = np.mgrid[
        int(centre_px[0]) - reach[0] : int(centre_px[0]) + reach[0] + 2,
        int(centre_px[1]) - reach[1] : int(centre_px[1]) + reach[1] + 2,
    ]
    inside = np.hypot((rows - centre_px[0]) * spacing[0], (cols - centre_px[1]) * spacing[1]) <= radius_mm
    shape = seen.view.counts.shape
    inside &= (rows >= 0) & (rows < shape[0]) & (cols >= 0) & (cols < shape[1])
    return (rows[inside], cols[inside])


def _axes(focus: Focus, seen: FociView) -> tuple[float, float, float]:
    """Return the long and short axis of an outline, millimetres, and how upright the long one stands."""
    places = focus.pixels * np.asarray(seen.view.spacing_mm)
    if seen.view.orientation.transposed:
        places = places[:, ::-1]
    pixel = np.diag(np.asarray(seen.view.anatomical_spacing_mm) ** 2) / 12
    spread = (np.cov(places.T, bias=True) if len(places) > 1 else np.zeros((2, 2))) + pixel
    values, vectors = np.linalg.eigh(spread)
    return float(np.sqrt(values[1])), float(np.sqrt(values[0])), float(abs(vectors[0, 1]))
