"""What one file turned out to be: a usable object or an index of other files."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.dicom.header import Header


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examined:
    """One usable object.

    Parameters
    ----------
    header : Header
        What it says.
    counts : ndarray, shape (frames, rows, cols), integer
        Detected events, not negative.
    notices : tuple of str
        Codes of irregularities, sorted.
    """

    header: Header
    counts: NDArray[Any]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """A DICOMDIR.

    Parameters
    ----------
    references : tuple of tuple of str
        Path components of each file it names, as written.
    """

    references: tuple[tuple[str, ...], ...]


def smallest_type(counts: NDArray[Any]) -> NDArray[Any]:
    """Return counts as unsigned 16-bit or 32-bit integers, little endian, whichever is enough.

    Parameters
    ----------
    counts : ndarray of int
        Not negative.

    Returns
    -------
    ndarray
        The same values.
    """
    return counts.astype("<u2" if counts.max(initial=0) <= np.iinfo(np.uint16).max else "<u4")
