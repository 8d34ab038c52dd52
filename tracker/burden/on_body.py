"""Labels that lie on the body: an arm that left the field, or could not be followed, leaves its label in the air."""

from dataclasses import replace

import numpy as np
from scipy import ndimage

from tracker.records.skeleton import SkeletonView
from tracker.records.view import View

BLUR_MM = 6.0
"""Counts are smoothed by this standard deviation before they are judged, millimetres: about the camera's blur."""

AIR = 0.15
"""Fainter than this share of the median soft tissue is air. The thinnest part, a hand of 30 mm, shows a third of what
a trunk shows, of which blur leaves half at its rim; air beside a body shows a twentieth (decided)."""

MOST_IN_AIR = 0.25
"""A label with a larger share of its area in the air does not lie on its bone (decided): the rest of it says nothing
either."""


def labels_on_body(view: View, skeleton_view: SkeletonView) -> SkeletonView:
    """Return the labels of a view without what lies in the air, and without regions that largely do.

    Parameters
    ----------
    view : View
        The counts.
    skeleton_view : SkeletonView
        Labels and body on its stored pixels.

    Returns
    -------
    SkeletonView
        The same where no soft tissue is seen beside the bones, so that nothing can be told.
    """
    labels = skeleton_view.labels
    smooth = ndimage.gaussian_filter(view.counts, [BLUR_MM / step for step in view.spacing_mm])
    beside = skeleton_view.body & (labels == 0)
    if not beside.any():
        return skeleton_view
    air = smooth < AIR * float(np.median(smooth[beside]))
    area = np.bincount(labels.ravel(), minlength=256)
    lost = np.bincount(labels[air], minlength=256) > MOST_IN_AIR * area
    return replace(skeleton_view, labels=np.where(air | lost[labels], 0, labels).astype(np.uint8))
