"""Which regions cannot be measured, and why."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.records.regions import FINE_REGIONS, WHOLE_LABEL, WHOLE_REGIONS, whole_labels
from tracker.records.skeleton import SkeletonView
from tracker.records.view import Projection
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.template import Template

OUTSIDE = "outside the field of view"
"""Reason: the region is cut by the edge of the image or lies beyond it."""

NOT_SEEN = "not seen: limb missing, hidden or displaced"
"""Reason: the region is not where the rest of the body says it should be, though the image reaches there."""

COLD = "photopenic: prosthesis, amputation or necrosis possible"
"""Reason: the place of the region shows hardly any bone uptake."""

UNSURE = "cannot be told from what lies before or behind it, or too faint to be seen"
"""Reason: the region is named where it most probably is, but nothing in the image shows that it is there."""

EDGE_PX = 2
"""A region that comes this near to the edge of the image or of the exposed field is cut by it."""


def not_evaluable(
    counts: Mapping[Projection, NDArray[np.float64]],
    views: Sequence[SkeletonView],
    certainty: Mapping[Projection, NDArray[np.float64]],
    template: Template,
    settings: SkeletonSettings,
) -> dict[str, str]:
    """Return the regions that cannot be measured on any view, with the reason.

    Parameters
    ----------
    counts : mapping of Projection to ndarray
        Counts per projection, the frame of ``views``.
    views : sequence of SkeletonView
        Labels and expected uptake.
    certainty : mapping of Projection to ndarray
        How sure the template is of each whole region (`quality.region_certainty`).
    template : Template
        Usual share of each region.
    settings : SkeletonSettings
        Limits.

    Returns
    -------
    dict of str to str
        Whole-level region name to reason.
    """
    reasons: dict[str, list[str]] = {}
    for view in views:
        sure = certainty[view.projection] >= settings.least_certainty
        found = _reasons(counts[view.projection], view, template, settings)
        for region in WHOLE_REGIONS:
            reason = found.get(region.name) or ("" if sure[WHOLE_LABEL[region.name]] else UNSURE)
            if reason:
                reasons.setdefault(region.name, []).append(reason)
    return {name: found[0] for name, found in reasons.items() if len(found) == len(views)}


def whole_share(template: Template, projection: Projection) -> NDArray[np.float32]:
    """Return the usual share of each whole region in the labelled area of a view.

    Parameters
    ----------
    template : Template
        Usual share of each fine region.
    projection : Projection
        Which side.

    Returns
    -------
    ndarray, shape (whole regions + 1,), float32
        Entry 0 is background and 0.
    """
    fine = template.area_share[0 if projection is Projection.ANTERIOR else 1]
    share = np.zeros(len(WHOLE_REGIONS) + 1, dtype=np.float32)
    for region in FINE_REGIONS:
        share[WHOLE_LABEL[region.whole]] += fine[region.label]
    return share


def _reasons(
    counts: NDArray[np.float64], view: SkeletonView, template: Template, settings: SkeletonSettings
) -> dict[str, str]:
    """Return the regions of one view that cannot be measured, with the reason."""
    labels = whole_labels(view.labels)
    area = np.bincount(labels.ravel(), minlength=len(WHOLE_REGIONS) + 1)
    usual = whole_share(template, view.projection)
    present = area[1:] > 0.5 * usual[1:] * area[1:].sum()
    scale = float(np.median(area[1:][present] / usual[1:][present])) if present.any() else 0.0
    cut = np.unique(labels[_edge(counts)])
    cold = _cold(counts, view, labels, settings)
    reasons: dict[str, str] = {}
    for region in WHOLE_REGIONS:
        number = WHOLE_LABEL[region.name]
        if area[number] < settings.least_area_share * usual[number] * scale or area[number] == 0:
            reasons[region.name] = OUTSIDE if _beyond(number, cut, region.whole, labels, area) else NOT_SEEN
        elif number in cold:
            reasons[region.name] = COLD
    return reasons


def _edge(counts: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return the pixels within `EDGE_PX` of the edge of the exposed field."""
    edge = np.zeros(counts.shape, dtype=bool)
    rows, cols = np.flatnonzero(counts.any(axis=1)), np.flatnonzero(counts.any(axis=0))
    if not rows.size:
        return edge
    edge[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1] = True
    inner = (slice(rows[0] + EDGE_PX, rows[-1] + 1 - EDGE_PX), slice(cols[0] + EDGE_PX, cols[-1] + 1 - EDGE_PX))
    edge[inner] = False
    return edge


NEIGHBOURS: dict[str, tuple[str, ...]] = {
    "hand": ("forearm", "humerus"),
    "forearm": ("humerus", "hand"),
    "humerus": ("scapula", "forearm"),
    "foot": ("lower_leg",),
    "lower_leg": ("femur", "foot"),
    "femur": ("hip_bone", "lower_leg"),
    "hip_bone": ("femur", "sacrum"),
}
"""Regions next along the limb: if such a one is cut by the edge, the region lies beyond it."""


def _beyond(number: int, cut: NDArray[np.uint8], name: str, labels: NDArray[np.uint8], area: NDArray[np.intp]) -> bool:
    """Return whether a region or its neighbour along the body is cut by the edge, or both are missing."""
    if number in cut:
        return True
    base, _, side = name.rpartition("_") if name.endswith(("_left", "_right")) else (name, "", "")
    near = [WHOLE_LABEL.get(f"{other}_{side}", WHOLE_LABEL.get(other, 0)) for other in NEIGHBOURS.get(base, ())]
    if any(other in cut for other in near):
        return True
    rows = np.flatnonzero(labels.any(axis=1))
    if near:
        return all(area[other] == 0 for other in near)
    return not rows.size or bool(labels[: rows[0] + EDGE_PX].any() and rows[0] <= EDGE_PX) or area[1:].sum() == 0


def _cold(
    counts: NDArray[np.float64], view: SkeletonView, labels: NDArray[np.uint8], settings: SkeletonSettings
) -> set[int]:
    """Return the numbers of whole regions that show hardly any of the expected uptake."""
    bone = (labels > 0) & (view.physiologic == 0)
    size = len(WHOLE_REGIONS) + 1
    observed = np.bincount(labels[bone], counts[bone], minlength=size)
    expected = np.bincount(labels[bone], view.expected[bone], minlength=size)
    ratio = np.divide(observed, expected, out=np.zeros(size), where=expected > 0)
    seen = expected > 0
    if not seen.any():
        return set()
    typical = float(np.median(ratio[seen]))
    return {int(number) for number in np.flatnonzero(seen & (ratio < settings.cold_fraction * typical))}
