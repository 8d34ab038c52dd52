"""Hot places that the anterior view of a limb or the pelvis shows and the posterior does not: urine on the skin.

A bone of a limb lies about as deep from both sides, so that a focus in it shows on both views much as the bone itself
does. A drop on the skin is bright from the front, and from behind hidden by the whole limb. Where the anterior view is
far above the bone's own pattern and the posterior one is not, the anterior view is not measured there. From behind
nothing is looked for: the joint of hip bone and sacrum is bright on that view alone.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from tracker.burden.on_body import BLUR_MM
from tracker.burden.overlap import overlap_table
from tracker.burden.view_to_measure import ViewToMeasure
from tracker.records.regions import FINE_REGIONS, without_side
from tracker.records.view import Projection

BONES = ("femur", "lower_leg", "humerus", "hip_bone")
"""Whole regions, without side, that lie about as deep from both sides and are broad enough to tell."""

NEAR_MM = 12.0
"""The posterior view is asked within this distance of the same place, millimetres: two blurs."""

LEAST_EXCESS = 1.0
"""A hot place is at least so far above the bone's own pattern, over that pattern."""

LEAST_SIGNIFICANCE = 5.0
"""And at least so many standard deviations of counting noise above it."""

LEAST_CONTRAST = 3.0
"""And at least so many times as far above it as the posterior view, allowing for what each view shows of that bone and
for two standard deviations of noise. A limb weakens what lies behind it 5 to 10 times, a bone in it 1 to 2 times
(decided)."""


def one_sided(views: Mapping[Projection, ViewToMeasure], gap_mm: float) -> NDArray[np.bool_] | None:
    """Return the pixels of the anterior view that something outside the bone outshines.

    Parameters
    ----------
    views : mapping of Projection to ViewToMeasure
        The views of one visit.
    gap_mm : float
        How far a hot place's blur reaches, millimetres.

    Returns
    -------
    ndarray, shape (rows, cols), bool, or None
        Stored frame; None where a view is missing or both do not lie on one grid, so that nothing can be told.
    """
    grids = {(one.view.anatomical_counts.shape, one.view.anatomical_spacing_mm) for one in views.values()}
    if len(views) < len(Projection) or len(grids) > 1:
        return None
    front, back = (_excess(views[side]) for side in Projection)
    view = views[Projection.ANTERIOR].view
    core = view.orientation.to_stored(_core(views[Projection.ANTERIOR], front, back))
    if not core.any():
        return core
    return np.asarray(ndimage.distance_transform_edt(~core, sampling=view.spacing_mm) <= gap_mm)


_Excess = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""Excess over the bone's own pattern, that pattern, and noise; reference bone, anatomical frame."""


def _excess(ready: ViewToMeasure) -> _Excess:
    """Return how far every pixel of a view lies above the pattern of its bone at that bone's own level."""
    spacing_mm = ready.view.spacing_mm
    sigma = [BLUR_MM / step for step in spacing_mm]
    unit = ready.normaliser.bone_counts_per_mm2 * ready.view.pixel_area_mm2
    net = ndimage.gaussian_filter(ready.counts - ready.not_bone, sigma) / unit
    averaged = max(4 * np.pi * sigma[0] * sigma[1], 1.0)
    noise = np.sqrt(np.maximum(ndimage.gaussian_filter(ready.counts, sigma), 1.0) / averaged) / unit
    usual = ndimage.gaussian_filter(ready.pattern, sigma)
    labels = ready.skeleton_view.labels
    level = np.zeros(len(FINE_REGIONS) + 1)
    for number in np.unique(labels[labels > 0]):
        mine = labels == number
        level[number] = max(float(np.median(net[mine] / np.maximum(usual[mine], 1e-6))), 0.0)
    own = usual * level[labels]
    turn = ready.view.orientation.to_anatomical
    return turn(net - own), turn(own), turn(noise)


def _usual_share() -> NDArray[np.float64]:
    """Return what the posterior view shows of each bone over the anterior; 0 where places are not compared."""
    table, share = overlap_table(), np.zeros(len(FINE_REGIONS) + 1)
    for region in FINE_REGIONS:
        front, back = (table.get((str(side), region.name), {}).get(region.name, 0.0) for side in Projection)
        if without_side(region.whole) in BONES and front > 0:
            share[region.label] = back / front
    return share


def _core(ready: ViewToMeasure, front: _Excess, back: _Excess) -> NDArray[np.bool_]:
    """Return the places, anatomical frame, that are hot on the anterior view and not on the posterior."""
    excess, own, noise = front
    near = [1 + 2 * int(NEAR_MM / step) for step in ready.view.anatomical_spacing_mm]
    behind = ndimage.maximum_filter(back[0] + 2 * back[2], size=near)
    usual = _usual_share()[ready.view.orientation.to_anatomical(ready.skeleton_view.labels)]
    hot = (excess > LEAST_EXCESS * own) & (excess > LEAST_SIGNIFICANCE * noise)
    return np.asarray(hot & (usual > 0) & (LEAST_CONTRAST * np.maximum(behind, 0.0) < usual * excess), dtype=bool)
