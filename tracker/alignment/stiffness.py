"""How stiff the displacement should be: chosen by the evidence that the two images themselves give.

With a bending prior of precision ``s`` the Gauss-Newton problem is linear and Gaussian, so the probability of the
data given ``s`` has a closed form. It is highest for a stiff field where the motion is global and for a soft one where
limbs have bent: nobody has to choose.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_solve_banded, cholesky_banded

RIDGE = 1e-7
"""Share of the mean diagonal that is added so that control points nobody sees stay solvable."""

AFFINE_UNKNOWNS = 6
"""Dimensions that the bending energy leaves free."""

STEP_LOG = float(np.log(2.0))
"""Step of the search over stiffness, natural logarithm."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Normal:
    """The normal equations of one Gauss-Newton step, banded.

    Parameters
    ----------
    hessian : ndarray, shape (bandwidth + 1, unknowns), float64
        Information of the images, lower banded form, 1 / mm2.
    pull : ndarray, shape (unknowns,), float64
        Right-hand side for the whole displacement (not for the step), 1 / mm.
    """

    hessian: NDArray[np.float64]
    pull: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """The displacement that a stiffness gives.

    Parameters
    ----------
    control : ndarray, shape (unknowns,), float64
        Control points, millimetres.
    factor : ndarray, shape (bandwidth + 1, unknowns), float64
        Banded Cholesky factor of the posterior information.
    log_stiffness : float
        Natural logarithm of the weight on the bending energy.
    log_evidence : float
        Logarithm of the probability of the images, up to a constant.
    """

    control: NDArray[np.float64]
    factor: NDArray[np.float64]
    log_stiffness: float
    log_evidence: float


def solve(normal: Normal, bending: NDArray[np.float64], log_stiffness: float) -> Solution:
    """Return the most probable displacement for one stiffness.

    Parameters
    ----------
    normal : Normal
        What the images say.
    bending : ndarray, shape (bandwidth + 1, unknowns)
        Bending energy, lower banded form.
    log_stiffness : float
        Natural logarithm of the weight on it.

    Returns
    -------
    Solution
        Control points, factor and evidence.
    """
    system = normal.hessian + np.exp(log_stiffness) * bending
    system[0] += RIDGE * system[0].mean()
    try:
        factor = cholesky_banded(system, lower=True, check_finite=False)
    except LinAlgError:
        system[0] += 1e-3 * system[0].mean()
        factor = cholesky_banded(system, lower=True, check_finite=False)
    control = cho_solve_banded((factor, True), normal.pull, check_finite=False)
    rank = control.size - AFFINE_UNKNOWNS
    log_evidence = 0.5 * (normal.pull @ control + rank * log_stiffness) - float(np.log(factor[0]).sum())
    return Solution(control=control, factor=factor, log_stiffness=log_stiffness, log_evidence=float(log_evidence))


def most_evident(
    normal: Normal, bending: NDArray[np.float64], around: float, limits: tuple[float, float], steps: int
) -> Solution:
    """Return the solution whose stiffness has the highest evidence near a starting value.

    Parameters
    ----------
    normal : Normal
        What the images say.
    bending : ndarray, shape (bandwidth + 1, unknowns)
        Bending energy, lower banded form.
    around : float
        Logarithm of the stiffness to start from.
    limits : tuple of float
        Smallest and largest logarithm.
    steps : int
        Most steps of a factor 2 away from the start.

    Returns
    -------
    Solution
        The best found.
    """
    best = solve(normal, bending, float(np.clip(around, *limits)))
    for direction in (1.0, -1.0):
        start = best.log_stiffness
        for _ in range(steps):
            trial_at = float(np.clip(best.log_stiffness + direction * STEP_LOG, *limits))
            trial = solve(normal, bending, trial_at)
            if trial.log_evidence <= best.log_evidence:
                break
            best = trial
        if best.log_stiffness != start:
            break
    return best
