"""Superscan: bone so avid everywhere that soft tissue fades and no healthy bone is left as a reference."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.records.regions import FINE_LABEL
from tracker.records.skeleton import SkeletonView
from tracker.records.view import Projection
from tracker.settings.skeleton import SkeletonSettings

AXIAL_LABELS: tuple[int, ...] = tuple(
    FINE_LABEL[name]
    for name in (
        "thoracic_spine_middle",
        "thoracic_spine_lower",
        "lumbar_spine",
        "ribs_left",
        "ribs_right",
        "hip_bone_left",
        "hip_bone_right",
        "sternum",
    )
)
"""Red-marrow bone, where a superscan shows."""

LEAST_PX = 30
"""Fewest pixels of a region and of soft tissue for a judgement."""

FEWEST_REGIONS = 4
"""Fewest axial regions for a judgement."""


def bone_contrast(counts: NDArray[np.float64], view: SkeletonView) -> float | None:
    """Return axial bone over soft tissue, relative to a healthy person's, as three quarters of the regions exceed it.

    A superscan raises all axial bone; many hot lesions raise some regions far more and leave others. The lower
    quartile of the regions tells the two apart.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols)
        Counts of the view, the frame of ``view``.
    view : SkeletonView
        Labels and expected uptake.

    Returns
    -------
    float or None
        About 1 in a typical healthy person; None where bone or soft tissue is too small to judge.
    """
    clear = view.physiologic == 0
    soft = (view.labels == 0) & view.body & clear
    bones = [bone for label in AXIAL_LABELS if (bone := (view.labels == label) & clear).sum() >= LEAST_PX]
    if len(bones) < FEWEST_REGIONS or soft.sum() < LEAST_PX:
        return None
    scale = float(np.median(view.expected[soft])) / max(float(np.median(counts[soft])), 1e-9)
    raised = sorted(
        scale * float(np.median(counts[bone])) / max(float(np.median(view.expected[bone])), 1e-9) for bone in bones
    )
    return raised[len(raised) // 4]


def is_superscan(
    counts: Mapping[Projection, NDArray[np.float64]], views: Sequence[SkeletonView], settings: SkeletonSettings
) -> bool:
    """Return whether the pattern is so diffuse that no healthy bone can serve as a reference.

    Parameters
    ----------
    counts : mapping of Projection to ndarray
        Counts per projection.
    views : sequence of SkeletonView
        Labels and expected uptake.
    settings : SkeletonSettings
        Limit of the contrast.

    Returns
    -------
    bool
        True if the contrast is beyond the limit, the views taken together (geometric mean: how deep the spine lies
        divides out).
    """
    contrasts = [bone_contrast(counts[view.projection], view) for view in views]
    judged = [contrast for contrast in contrasts if contrast is not None]
    return bool(judged) and float(np.exp(np.mean(np.log(judged)))) > settings.superscan_contrast
