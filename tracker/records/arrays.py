"""Locked arrays: records never share memory that somebody could still write to."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only copy of ``array`` in C order, or ``array`` itself if nobody can write to it.

    Parameters
    ----------
    array : ndarray
        Any array.

    Returns
    -------
    ndarray
        Same values, ``writeable`` is False.
    """
    if not array.flags.writeable and array.base is None and array.flags.c_contiguous:
        return array
    copy = np.array(array, order="C", copy=True)
    copy.flags.writeable = False
    return copy
