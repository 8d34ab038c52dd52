"""Which way a body lies in an image whose header is silent, and whether two views agree on left and right.

A bone scan is nearly symmetric: pixels alone say little about left and right, so the caller's statement stands (column
0 is the patient's right on an anterior view, the patient's left on a posterior view as its detector saw it). What
pixels do say: whether the head is at the other end or the body lies across (the template fits far better one way),
and whether a posterior view was already mirrored (two views of the same pose coincide one way only).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.records.view import Orientation, Projection
from tracker.skeleton.explain import prepared

AS_STORED: dict[Projection, Orientation] = {
    Projection.ANTERIOR: Orientation(),
    Projection.POSTERIOR: Orientation(patient_left_first=True),
}
"""Each view as its detector saw it."""

MIRROR_MARGIN = 0.015
"""A posterior view must agree better with the anterior one by this correlation to be taken for already mirrored.
Tuned on simulated people (seeds 1000-1999)."""

COMPARE_SHAPE = (256, 128)
"""Rows and columns on which two views are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One way a body may lie in the stored image, beside the usual one.

    Parameters
    ----------
    name : str
        In words, for the evidence.
    transposed, head_last : bool
        As in `tracker.records.view.Orientation`.
    mirrored : bool
        Columns are reversed as well, so that a rotated picture keeps its handedness.
    """

    name: str
    transposed: bool
    head_last: bool
    mirrored: bool

    def of(self, usual: Orientation) -> Orientation:
        """Return the orientation of a view turned this way.

        Parameters
        ----------
        usual : Orientation
            Of the view when the body lies upright.

        Returns
        -------
        Orientation
            Of the view as given.
        """
        return Orientation(
            transposed=self.transposed,
            head_last=self.head_last,
            patient_left_first=usual.patient_left_first != self.mirrored,
        )


TURNS: tuple[Turn, ...] = (
    Turn(name="feet first, columns as stated", transposed=False, head_last=True, mirrored=False),
    Turn(name="lying across, head at the left", transposed=True, head_last=False, mirrored=True),
    Turn(name="lying across, head at the right", transposed=True, head_last=True, mirrored=False),
)
"""Turns tried when the template fits badly. A body lying across is a rotated picture, never a transposed one."""


def agreement(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return how well two views coincide pixel by pixel.

    Parameters
    ----------
    first, second : ndarray, shape (rows, cols)
        Counts, same frame.

    Returns
    -------
    float
        Correlation of square-root densities over the union of both bodies.
    """
    small = [
        prepared(cv2.resize(image.astype(np.float32), COMPARE_SHAPE[::-1], interpolation=cv2.INTER_AREA))
        for image in (first, second)
    ]
    inside = (small[0] > 0.2) | (small[1] > 0.2)
    if inside.sum() < 10:
        return 0.0
    a, b = (np.minimum(image[inside], 2.0) for image in small)
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum()) / scale if scale > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Handedness:
    """Whether two views agree on left and right.

    Parameters
    ----------
    mirrored_already : bool
        The posterior view coincides with the anterior one without mirroring.
    evidence : str
        One sentence with both figures.
    """

    mirrored_already: bool
    evidence: str


def handedness(anterior: NDArray[np.float64], posterior: NDArray[np.float64]) -> Handedness:
    """Return whether a posterior view, mirrored as usual, coincides with the anterior one.

    Parameters
    ----------
    anterior : ndarray, shape (rows, cols)
        Counts, anatomical frame.
    posterior : ndarray, shape (rows, cols)
        Counts, mirrored into the anatomical frame as if its detector had seen it.

    Returns
    -------
    Handedness
        The verdict with its figures.
    """
    usual, other = agreement(anterior, posterior), agreement(anterior, posterior[:, ::-1])
    already = other > usual + MIRROR_MARGIN
    figures = f"agreement with the anterior view {usual:.3f} mirrored, {other:.3f} not mirrored"
    if already:
        return Handedness(mirrored_already=True, evidence=f"the posterior view was stored mirrored: {figures}")
    words = "both views agree on left and right" if usual > other + MIRROR_MARGIN else "the views are too symmetric"
    return Handedness(mirrored_already=False, evidence=f"{words}: {figures}")
