"""The patient's mid-space: the mean of all poses, so that no visit's pose is special."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from tracker.alignment.deform import Motion
from tracker.alignment.dense import Grid, Sheet, sheet, undone
from tracker.alignment.fields import Floats
from tracker.alignment.similarity import Affine, similarity

LARGEST_TURN_DEG = 90.0
"""A visit turned further than this against the pivot does not pull the mid-space: it lay the other way up."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chart:
    """A motion from the pivot frame with its dense spline, ready to be read anywhere.

    Parameters
    ----------
    motion : Motion
        From the pivot to a visit, or to patient space.
    pivot : Grid
        Grid of the pivot.
    spline : Sheet
        The spline part on the pivot grid.
    """

    motion: Motion
    pivot: Grid
    spline: Sheet

    def __call__(self, at_mm: Floats) -> Floats:
        """Return where places of the pivot frame lie.

        Parameters
        ----------
        at_mm : ndarray, shape (n, m, 2), float32
            Places in the pivot frame, millimetres.

        Returns
        -------
        ndarray, shape (n, m, 2), float32
            Places in the target frame.
        """
        return self.motion.start(at_mm + self.spline(at_mm))

    def back(self, places: Floats) -> Floats:
        """Return the places of the pivot frame that lie at given places of the target frame.

        Parameters
        ----------
        places : ndarray, shape (n, m, 2), float32
            Places in the target frame, millimetres.

        Returns
        -------
        ndarray, shape (n, m, 2), float32
            Places in the pivot frame.
        """
        return undone(self.motion.start, self.spline, places)


def chart(motion: Motion, pivot: Grid) -> Chart:
    """Return a motion ready to be read anywhere.

    Parameters
    ----------
    motion : Motion
        From the pivot.
    pivot : Grid
        Grid of the pivot.

    Returns
    -------
    Chart
        The motion with its dense spline.
    """
    return Chart(motion=motion, pivot=pivot, spline=sheet(motion, pivot))


def mean_motion(motions: Sequence[Motion], centre_mm: NDArray[np.float64]) -> Motion:
    """Return the motion from the pivot to the mean of all poses.

    Parameters
    ----------
    motions : sequence of Motion
        From the pivot to every visit that counts, the pivot itself included; one spline grid.
    centre_mm : ndarray, shape (2,)
        Centre of the body in the pivot frame, millimetres.

    Returns
    -------
    Motion
        Mean turn, mean logarithm of scale, mean place, mean bending.
    """
    counted = [motion for motion in motions if abs(motion.start.rotation_deg) <= LARGEST_TURN_DEG]
    starts = [motion.start for motion in counted]
    goes_to = np.mean([start.matrix @ centre_mm + start.offset_mm for start in starts], axis=0)
    mean = similarity(
        float(np.mean([start.rotation_deg for start in starts])),
        exp(float(np.mean([log(start.scale) for start in starts]))),
        centre_mm,
        goes_to,
    )
    control = np.mean([motion.solution.control for motion in counted], axis=0)
    first = counted[0]
    return Motion(start=mean, grid=first.grid, solution=replace(first.solution, control=control))


def global_part(motion: Motion, start: Affine) -> Motion:
    """Return a purely global motion on the same control points.

    Parameters
    ----------
    motion : Motion
        Gives the control points and the posterior.
    start : Affine
        The global map.

    Returns
    -------
    Motion
        The map without any bending.
    """
    solution = replace(motion.solution, control=np.zeros_like(motion.solution.control))
    return Motion(start=start, grid=motion.grid, solution=solution)
