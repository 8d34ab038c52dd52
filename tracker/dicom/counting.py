"""Are the decoded pixels the events that the camera counted? The one check that catches silently wrong pixels.

In lossless files the pixel sum equals Counts Accumulated (0018,0070) exactly, over all frames, and the maximum
equals Largest Image Pixel Value (0028,0107); PS3.3 C.8.4.9 defines the former as the sum of gamma events.

=================================================  =============================================
what the header states                             what is done
=================================================  =============================================
counts, equal to the sum of all frames             used
counts, equal to the sum of one frame of several   used, notice ``COUNTS_OF_ONE_FRAME``
counts, anything else                              refused, ``COUNTS_MISMATCH``
no counts; largest value equal                     used, notice ``COUNTS_NOT_STATED``
no counts; largest value differs                   refused, ``LARGEST_MISMATCH``
neither                                            used, notice ``COUNTS_UNCHECKED``; refused
                                                   ``SC_NO_COUNTS`` for Secondary Capture
counts equal, largest value differs                used, notice ``LARGEST_MISMATCH``
counts that are no number, nothing else confirms   refused, ``COUNTS_MISMATCH``
elements out of order or doubled, counts not       refused, ``STRUCTURE``: an irregular file must prove
confirmed                                          its pixels
=================================================  =============================================

One hole is known: in JPEG 2000 a damaged detail coefficient moves counts between neighbours and leaves the sum as it
was; about one damaged copy in a thousand passes so (``python -m benchmarks.reading_fuzz``).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.dicom.codes import NM_CLASSES
from tracker.dicom.header import Header
from tracker.errors import FileRejected


def counts_of(pixels: NDArray[Any], header: Header) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Return stored pixels as counts, checked against the header.

    Parameters
    ----------
    pixels : ndarray, shape (frames, rows, cols), integer
        Stored values.
    header : Header
        What the object states.

    Returns
    -------
    counts : ndarray, shape (frames, rows, cols), integer
        Not negative.
    notices : tuple of str
        Codes.

    Raises
    ------
    FileRejected
        ``NEGATIVE_COUNTS``, ``NO_COUNTS``, ``COUNTS_MISMATCH``, ``LARGEST_MISMATCH``, ``SC_NO_COUNTS`` or ``BITS``.
    """
    counts, notices = _unsigned(pixels, header)
    if counts.min() == counts.max():
        raise FileRejected("every pixel has the same value", code="NO_COUNTS")
    checked = _check_sum(counts, header)
    exact = checked == ("",)
    if header.high_bit != (header.bits_stored or 0) - 1:
        if not exact:
            raise FileRejected("the high bit contradicts the bits stored", code="BITS")
        notices += ("HIGH_BIT",)
    return counts, tuple(code for code in (*notices, *checked) if code)


def _unsigned(pixels: NDArray[Any], header: Header) -> tuple[NDArray[Any], tuple[str, ...]]:
    if pixels.min() >= 0:
        return pixels, ()
    reread = pixels.view(np.dtype(f"u{pixels.dtype.itemsize}"))
    if header.counts_accumulated and int(reread.sum(dtype=np.int64)) == header.counts_accumulated:
        return reread, ("SIGN_WRONG",)
    raise FileRejected("there are negative counts", code="NEGATIVE_COUNTS")


def _check_sum(counts: NDArray[Any], header: Header) -> tuple[str, ...]:
    """Return ``("",)`` where the sum is confirmed, else notices; refuse where it is denied."""
    stated, largest = header.counts_accumulated or 0, header.largest_pixel or 0
    per_frame = [int(frame.sum(dtype=np.int64)) for frame in counts]
    fits = largest in (0, int(counts.max()))
    if stated in (sum(per_frame), *per_frame):
        found = "" if stated == sum(per_frame) else "COUNTS_OF_ONE_FRAME"
        return (found,) if fits else (found, "LARGEST_MISMATCH")
    if stated:
        raise FileRejected(f"{sum(per_frame)} counts where the header states {stated}", code="COUNTS_MISMATCH")
    if header.sop_class not in NM_CLASSES:
        raise FileRejected("a secondary capture that does not state its counts", code="SC_NO_COUNTS")
    if not fits:
        raise FileRejected(f"the largest value is {counts.max()}, not {largest}", code="LARGEST_MISMATCH")
    return ("COUNTS_NOT_STATED" if largest else "COUNTS_UNCHECKED",)
