"""Control of the false-discovery rate (Benjamini and Hochberg, J R Stat Soc B 1995;57:289)."""

from collections.abc import Sequence

import numpy as np


def critical_p(p_values: Sequence[float], rate: float) -> float:
    """Return the largest p-value that is still a discovery, or 0 if there is none.

    Parameters
    ----------
    p_values : sequence of float
        All tests of the family.
    rate : float
        Expected share of false ones among the discoveries.

    Returns
    -------
    float
        Threshold: a test with ``p <= critical_p`` is a discovery.

    Examples
    --------
    >>> critical_p([0.001, 0.02, 0.6], rate=0.05)
    0.02
    >>> critical_p([0.2, 0.5], rate=0.05)
    0.0
    """
    ordered = np.sort(np.asarray(p_values, dtype=np.float64))
    if ordered.size == 0:
        return 0.0
    limits = rate * np.arange(1, ordered.size + 1) / ordered.size
    passed = np.flatnonzero(ordered <= limits)
    return float(ordered[passed[-1]]) if passed.size else 0.0
