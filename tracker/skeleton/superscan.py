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
"""Fewest pixels of bone and of soft tissue for a judgement."""


def bone_contrast(counts: NDArray[np.float64], view: SkeletonView) -> float | None:
    """Return axial bone over soft tissue, relative to a healthy person's.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols)
        Counts of the view, the frame of ``view``.
    view : SkeletonView
        Labels and expected uptake.

    Returns
    -------
    float or None
        1 in a typical healthy person; None where bone or soft tissue is too small to judge.
    """
    clear = view.physiologic == 0
    bone = np.isin(view.labels, AXIAL_LABELS) & clear
    soft = (view.labels == 0) & view.body & clear
    if bone.sum() < LEAST_PX or soft.sum() < LEAST_PX:
        return None
    soft_level = float(np.median(counts[soft]))
    observed = float(np.median(counts[bone])) / max(soft_level, 1e-9)
    usual = float(np.median(view.expected[bone])) / max(float(np.median(view.expected[soft])), 1e-9)
    return observed / usual


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
        True if every view that can be judged is beyond the limit.
    """
    contrasts = [bone_contrast(counts[view.projection], view) for view in views]
    judged = [contrast for contrast in contrasts if contrast is not None]
    return bool(judged) and min(judged) > settings.superscan_contrast
