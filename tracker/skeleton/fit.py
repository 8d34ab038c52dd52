"""The skeleton of one patient, from the mean of all visits in patient space."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.errors import SkeletonError
from tracker.records.alignment import SpaceImage
from tracker.records.skeleton import SkeletonMap, SkeletonView
from tracker.records.view import Projection
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.evaluable import not_evaluable
from tracker.skeleton.explain import Explanation, explain
from tracker.skeleton.grid import Grid, body_on_grid
from tracker.skeleton.placed import place_view, view_index
from tracker.skeleton.quality import fit_quality, head_first, region_certainty
from tracker.skeleton.superscan import is_superscan
from tracker.skeleton.template import Template, the_template

Image = NDArray[np.float32]
Counts = Mapping[Projection, NDArray[np.float64]]

FRAME_EVIDENCE = "patient's right is at column 0 of the anatomical frame, as the orientation given states"
"""Evidence that is always there when the caller has decided the frame."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """One attempt to place the template.

    Parameters
    ----------
    counts : mapping of Projection to ndarray
        The counts explained, anatomical frame.
    views : tuple of SkeletonView
        One per view given, anatomical frame.
    seen : Explanation
        What the template sees on its own grid.
    grid : Grid
        How the given pixels lie in it.
    quality : float
        0 to 1.
    """

    counts: Counts
    views: tuple[SkeletonView, ...]
    seen: Explanation
    grid: Grid
    quality: float


def place(counts: Counts, spacing_mm: tuple[float, float], template: Template, settings: SkeletonSettings) -> Fit:
    """Return the template placed on one body in the anatomical frame.

    Parameters
    ----------
    counts : mapping of Projection to ndarray, shape (rows, cols)
        One or two views of the same shape; head at row 0 and patient right at column 0 for both.
    spacing_mm : tuple of float
        Pixel spacing (row, col), millimetres.
    template : Template
        What was learned.
    settings : SkeletonSettings
        Cleaning and limits.

    Returns
    -------
    Fit
        Views and how well they are explained.

    Raises
    ------
    SkeletonError
        If there are no counts.
    """
    _check_shape(counts)
    parts, grid = body_on_grid([image.astype(np.float32) for image in counts.values()], spacing_mm, settings)
    if not parts:
        raise SkeletonError("the image holds no counts", remedy="give a whole-body image of raw counts")
    stack = np.zeros((2, *parts[0].shape), dtype=np.float32)
    for side, part in zip(counts, parts, strict=True):
        stack[view_index(side)] = part
    seen = explain(stack, template)
    views = tuple(place_view(side, seen, grid, template, settings) for side in Projection if side in counts)
    quality = fit_quality({side: stack[view_index(side)] for side in counts}, seen) * max(0.0, head_first(views))
    return Fit(counts=counts, views=views, seen=seen, grid=grid, quality=quality)


def _check_shape(counts: Counts) -> None:
    """Refuse views that do not share one shape."""
    shapes = {image.shape for image in counts.values()}
    if len(shapes) != 1:
        raise SkeletonError(f"a skeleton is placed on one or two images of one shape, not on {sorted(shapes)}")


def to_map(
    fit: Fit, spacing_mm: tuple[float, float], template: Template, settings: SkeletonSettings, evidence: tuple[str, ...]
) -> SkeletonMap:
    """Return a fit as the record that travels on.

    Parameters
    ----------
    fit : Fit
        Template placed on the body.
    spacing_mm : tuple of float
        Pixel spacing (row, col), millimetres.
    template : Template
        What was learned.
    settings : SkeletonSettings
        Limits.
    evidence : tuple of str
        What left and right were decided from.

    Returns
    -------
    SkeletonMap
        Anatomical frame.
    """
    certainty = {view.projection: region_certainty(view, fit.seen, fit.grid) for view in fit.views}
    return SkeletonMap(
        views=fit.views,
        spacing_mm=spacing_mm,
        not_evaluable=not_evaluable(fit.counts, fit.views, certainty, template, settings),
        laterality=evidence,
        superscan=is_superscan(fit.counts, fit.views, settings),
        fit_quality=fit.quality,
    )


def fit_skeleton(
    images: Sequence[SpaceImage], spacing_mm: tuple[float, float], settings: SkeletonSettings
) -> SkeletonMap:
    """Return the skeleton of one patient in patient space.

    Parameters
    ----------
    images : sequence of SpaceImage
        Mean of all visits, one or two projections of the same shape; the posterior is mirrored into the anterior
        geometry.
    spacing_mm : tuple of float
        Pixel spacing (row, col) of patient space, millimetres.
    settings : SkeletonSettings
        Cleaning and limits.

    Returns
    -------
    SkeletonMap
        Labels, expected uptake, masks; which regions cannot be measured and why.

    Raises
    ------
    SkeletonError
        If no image was given, the shapes differ, or there are no counts.
    """
    if not images:
        raise SkeletonError("no image was given", remedy="give the mean image of at least one projection")
    template = the_template()
    counts = {image.projection: np.maximum(image.counts, 0) for image in images}
    return to_map(place(counts, spacing_mm, template, settings), spacing_mm, template, settings, (FRAME_EVIDENCE,))
