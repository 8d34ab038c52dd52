"""A motion that folds nowhere: control points around a fold are smoothed until the body keeps its topology.

The images say little beside the body and between limbs that touch, and there a Gauss-Newton step can push control
points past each other. A body does not fold, so the field is relaxed there, and only there: each round, control
points whose support reaches a fold move half way to the mean of their neighbours.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter, uniform_filter

from tracker.alignment.deform import Motion
from tracker.alignment.dense import Grid, bent
from tracker.alignment.fields import jacobian

WANTED_JACOBIAN = 0.25
"""Least local change of area that is left: tissue squeezed to a quarter; true motions of a body stay above 0.6."""

ROUNDS = 60
"""Most rounds; each halves the bending around a fold, so that a dozen undo any fold met so far."""

STEP = 0.5
"""Share of the way to the neighbours' mean that a control point moves in one round."""

NEIGHBOURS = 3
"""Control points that a mean is taken over, along each axis."""


def unfolded(motion: Motion, fixed: Grid) -> Motion:
    """Return the motion, relaxed where it would fold.

    Parameters
    ----------
    motion : Motion
        As found.
    fixed : Grid
        Grid of the fixed image.

    Returns
    -------
    Motion
        The same one wherever it does not fold.
    """
    lattice = motion.solution.control.reshape(*motion.grid.shape, 2).copy()
    for _ in range(ROUNDS):
        reached = _reached(motion, fixed)
        if not reached.any():
            break
        mean = np.stack([uniform_filter(lattice[..., axis], NEIGHBOURS, mode="nearest") for axis in (0, 1)], axis=-1)
        lattice = np.where(reached[..., None], (1 - STEP) * lattice + STEP * mean, lattice)
        motion = replace(motion, solution=replace(motion.solution, control=lattice.ravel()))
    return motion


def _reached(motion: Motion, fixed: Grid) -> NDArray[np.bool_]:
    """Return the control points whose support reaches a place that folds."""
    tight = jacobian(bent(motion, fixed) - fixed.places, fixed.spacing_mm) < WANTED_JACOBIAN
    found = np.zeros(motion.grid.shape, dtype=bool)
    if tight.any():
        at = np.argwhere(tight)
        knots = [
            np.clip(np.rint(at[:, axis] / fixed.shape[axis] * (count - 1)).astype(int), 0, count - 1)
            for axis, count in enumerate(motion.grid.shape)
        ]
        found[knots[0], knots[1]] = True
    return np.asarray(maximum_filter(found, NEIGHBOURS))
