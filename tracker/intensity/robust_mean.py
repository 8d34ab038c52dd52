"""A weighted mean that disease in a minority of regions cannot move."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ITERATIONS = 50
"""Most rounds of reweighting, dimensionless; a handful suffices in practice."""

NORMAL_MAD = 1.4826
"""Standard deviation of a normal variable over its median absolute deviation, dimensionless (definition)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustMean:
    """A robust weighted mean.

    Parameters
    ----------
    value : float
        The mean, unit of the values.
    standard_error : float
        Standard error of ``value``.
    scatter : float
        Robust standard deviation of the values about the mean.
    used : int
        Number of values that were not rejected.
    """

    value: float
    standard_error: float
    scatter: float
    used: int


def weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the value that halves the sum of the weights.

    Parameters
    ----------
    values : ndarray, shape (n,), float64
        At least one value.
    weights : ndarray, shape (n,), float64
        Not negative, not all zero.

    Returns
    -------
    float
        Mean of the lower and the upper weighted median.
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    half = reached[-1] / 2
    low = values[order][int(np.searchsorted(reached, half * (1 - 1e-12)))]
    high = values[order][min(int(np.searchsorted(reached, half * (1 + 1e-12))), values.size - 1)]
    return float((low + high) / 2)


def robust_mean(values: NDArray[np.float64], deviations: NDArray[np.float64], limit: float) -> RobustMean:
    """Return Tukey's biweight mean of values with known standard deviations.

    Parameters
    ----------
    values : ndarray, shape (n,), float64
        At least one value.
    deviations : ndarray, shape (n,), float64
        Expected standard deviation of each value, positive.
    limit : float
        A value is rejected beyond this many standard deviations.

    Returns
    -------
    RobustMean
        Mean, standard error and scatter.

    Raises
    ------
    ValueError
        If there is no value.
    """
    if values.size == 0:
        raise ValueError("a mean needs at least one value")
    precision = 1.0 / deviations**2
    centre = weighted_median(values, precision)
    weights = precision
    scale = 1.0
    for _ in range(ITERATIONS):
        standard = (values - centre) / deviations
        scale = max(1.0, NORMAL_MAD * weighted_median(np.abs(standard), precision))
        kept = np.clip(1 - (standard / (limit * scale)) ** 2, 0, None) ** 2
        weights = precision * kept
        moved = float(np.sum(weights * values) / np.sum(weights))
        done = abs(moved - centre) < 1e-12
        centre = moved
        if done:
            break
    error = scale / float(np.sqrt(np.sum(weights)))
    scatter = NORMAL_MAD * weighted_median(np.abs(values - centre), precision)
    return RobustMean(value=centre, standard_error=error, scatter=scatter, used=int((weights > 0).sum()))
