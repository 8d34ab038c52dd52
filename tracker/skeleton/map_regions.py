"""Labels for anyone's count arrays: the public function of the package."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tracker.errors import ImageError, SkeletonError
from tracker.records.skeleton import SkeletonMap, SkeletonView
from tracker.records.view import Orientation, Projection
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.fit import FRAME_EVIDENCE, Fit, place, to_map
from tracker.skeleton.orientation import AS_STORED, TURNS, handedness
from tracker.skeleton.template import Template, the_template

Stored = Mapping[Projection, NDArray[np.float64]]
Lying = dict[Projection, Orientation]


def map_regions(
    anterior: NDArray[np.number] | None = None,
    posterior: NDArray[np.number] | None = None,
    *,
    spacing_mm: tuple[float, float],
    settings: SkeletonSettings | None = None,
) -> SkeletonMap:
    """Return every bone named on one or two planar whole-body images, on the pixels given.

    Parameters
    ----------
    anterior : ndarray, shape (rows, cols), optional
        Counts as stored: head at row 0, patient's right at column 0.
    posterior : ndarray, shape (rows, cols), optional
        Counts as stored: head at row 0, patient's left at column 0.
    spacing_mm : tuple of float
        Distance between pixel centres (row, col), millimetres.
    settings : SkeletonSettings, optional
        Defaults unless given.

    Returns
    -------
    SkeletonMap
        Labels, expected uptake and masks on the given pixels; ``laterality`` says what left and right were decided
        from and whether the body was found turned.

    Raises
    ------
    ImageError
        If an array cannot be an image of counts.
    SkeletonError
        If no image was given, the shapes differ, or there are no counts.
    """
    settings = settings or SkeletonSettings()
    given = {Projection.ANTERIOR: anterior, Projection.POSTERIOR: posterior}
    stored = {side: _checked(image, side) for side, image in given.items() if image is not None}
    if not stored:
        raise SkeletonError("neither an anterior nor a posterior image was given", remedy="give at least one")
    if not all(np.isfinite(step) and step > 0 for step in spacing_mm):
        raise ImageError(f"pixel spacing must be positive, not {spacing_mm}", remedy="state it in millimetres")
    lying, evidence = _handed(stored)
    template = the_template()
    fit, lying, turned = _best_turn(stored, lying, spacing_mm, template, settings)
    return _as_stored(to_map(fit, spacing_mm, template, settings, (*turned, *evidence, FRAME_EVIDENCE)), lying)


def _checked(image: NDArray[np.number], side: Projection) -> NDArray[np.float64]:
    """Return an image as counts, or refuse it."""
    counts = np.asarray(image, dtype=np.float64)
    if counts.ndim != 2 or 0 in counts.shape:
        raise ImageError(f"the {side} image must be 2-D and not empty, not of shape {counts.shape}")
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise ImageError(f"the {side} image holds negative or non-finite counts", remedy="give raw detected counts")
    return counts


def _handed(stored: Stored) -> tuple[Lying, tuple[str, ...]]:
    """Return how each view lies when the body is upright, and what two views say about left and right."""
    lying = {side: AS_STORED[side] for side in stored}
    if len(stored) < 2 or len({image.shape for image in stored.values()}) > 1:
        return lying, ()
    anatomical = {side: lying[side].to_anatomical(image) for side, image in stored.items()}
    found = handedness(anatomical[Projection.ANTERIOR], anatomical[Projection.POSTERIOR])
    if found.mirrored_already:
        lying[Projection.POSTERIOR] = replace(lying[Projection.POSTERIOR], patient_left_first=False)
    return lying, (found.evidence,)


def _best_turn(
    stored: Stored, upright: Lying, spacing_mm: tuple[float, float], template: Template, settings: SkeletonSettings
) -> tuple[Fit, Lying, tuple[str, ...]]:
    """Return the fit of the body as it lies; other turns are tried only where the upright one fits badly."""
    best = _placed(stored, upright, spacing_mm, template, settings)
    if best.quality >= settings.turned_quality:
        return best, upright, ()
    evidence: tuple[str, ...] = ()
    lying, first = upright, best.quality
    for turn in TURNS:
        turned = {side: turn.of(upright[side]) for side in stored}
        fit = _placed(stored, turned, spacing_mm, template, settings)
        if fit.quality > max(best.quality, first + settings.turned_margin):
            best, lying = fit, turned
            evidence = (f"{turn.name}: quality of fit {fit.quality:.2f}, upright {first:.2f}",)
    return best, lying, evidence


def _placed(
    stored: Stored, lying: Lying, spacing_mm: tuple[float, float], template: Template, settings: SkeletonSettings
) -> Fit:
    """Return the template placed on views that lie in a given way."""
    counts = {side: np.ascontiguousarray(lying[side].to_anatomical(image)) for side, image in stored.items()}
    across = any(orientation.transposed for orientation in lying.values())
    return place(counts, spacing_mm[::-1] if across else spacing_mm, template, settings)


def _as_stored(anatomical: SkeletonMap, lying: Lying) -> SkeletonMap:
    """Return the map on the stored pixels of each view."""
    views = tuple(_turned_view(view, lying[view.projection]) for view in anatomical.views)
    return replace(anatomical, views=views)


def _turned_view(view: SkeletonView, orientation: Orientation) -> SkeletonView:
    """Return one view's arrays in the stored frame."""
    turned = {
        name: np.ascontiguousarray(orientation.to_stored(getattr(view, name)))
        for name in ("labels", "expected", "spread", "body", "physiologic")
    }
    return SkeletonView(projection=view.projection, **turned)
