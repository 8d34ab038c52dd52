"""Labels that lie on the body: an arm that could not be followed leaves its label in the air.

What lies beyond the field is another matter: there the bone is, and the camera did not look.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
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


FEWEST_IN_LINE = 2
"""Fewer pixels with counts do not make a row or column part of the field: stray events (decided)."""


def in_field(view: View) -> NDArray[np.bool_]:
    """Return where the camera looked: the smallest rectangle that holds all counts but stray ones.

    Parameters
    ----------
    view : View
        The counts.

    Returns
    -------
    ndarray, shape (rows, cols), bool
        False in the blank border that cameras and stations add.
    """
    field = np.zeros(view.counts.shape, dtype=bool)
    rows, cols = (np.flatnonzero((view.counts > 0).sum(axis=axis) >= FEWEST_IN_LINE) for axis in (1, 0))
    if rows.size and cols.size:
        field[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1] = True
    return field


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
        The same where no soft tissue is seen beside the bones, so that nothing can be told. What of a region lies
        beyond the field keeps its label.
    """
    labels = skeleton_view.labels
    smooth = ndimage.gaussian_filter(view.counts, [BLUR_MM / step for step in view.spacing_mm])
    beside = skeleton_view.body & (labels == 0)
    if not beside.any():
        return skeleton_view
    air = smooth < AIR * float(np.median(smooth[beside]))
    area = np.bincount(labels.ravel(), minlength=256)
    lost = np.bincount(labels[air], minlength=256) > MOST_IN_AIR * area
    return replace(skeleton_view, labels=np.where((air & in_field(view)) | lost[labels], 0, labels).astype(np.uint8))
