"""How the body lies in a frame, and which of two frames shows the back, from the image alone.

Everything here works on the distribution of counts, not on anatomy in detail, so that it holds for any camera,
matrix and spacing. Each answer comes with a margin; a small margin is *not known*.
"""

import numpy as np
from numpy.typing import NDArray

from tracker.records.view import Orientation

FLOOR_SHARE = 0.03
"""Rows with less than this share of the strongest row lie outside the body (decided)."""

HEAD_MARGIN = 0.035
"""The centre of counts lies this much of the body's length nearer to the head than the middle, at least; about 0.10
on whole bodies (0.102 on the real scan), smaller where feet are cut off."""

MIRROR_MARGIN = 0.3
"""What differs between left and right must correlate this much between two views for the way to count as seen
(decided; 0.76 and more on simulated pairs)."""

SMOOTHING_SHARE = 0.01
"""Blur before views are compared, standard deviation as a share of the long side."""

COMPARED_ROWS = 256
"""Views are summed into blocks, down to about so many rows, before they are compared."""


def is_transposed(counts: NDArray[np.float64], spacing_mm: tuple[float, float]) -> bool:
    """Return whether the body lies along the rows' direction: its long side is horizontal.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols)
        Stored counts.
    spacing_mm : tuple of float
        Pixel spacing (row, col).

    Returns
    -------
    bool
        Decided by the field where it is clearly longer one way, else by the spread of the counts.
    """
    height_mm, width_mm = counts.shape[0] * spacing_mm[0], counts.shape[1] * spacing_mm[1]
    if max(height_mm, width_mm) > 1.25 * min(height_mm, width_mm):
        return bool(width_mm > height_mm)
    return _spread(counts.sum(axis=0)) * spacing_mm[1] > _spread(counts.sum(axis=1)) * spacing_mm[0]


def body_extent(counts: NDArray[np.float64]) -> tuple[int, int] | None:
    """Return the first and last row of the body, or None if there is none.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols)
        The body upright or upside down.

    Returns
    -------
    tuple of int or None
        None where the counts cover less than a twentieth of the rows.
    """
    profile = smoothed(counts.sum(axis=1), max(1.0, counts.shape[0] / 250))
    inside = np.flatnonzero(profile > FLOOR_SHARE * profile.max())
    return (int(inside[0]), int(inside[-1])) if inside.size >= max(counts.shape[0] // 20, 2) else None


def head_share(counts: NDArray[np.float64]) -> float | None:
    """Return how far from the first row the centre of counts lies, as a share of the body's length.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols)
        The body upright or upside down.

    Returns
    -------
    float or None
        Below 0.5 where the head is first: half of all counts lie in head and trunk. None without a body.
    """
    extent = body_extent(counts)
    if extent is None:
        return None
    first, last = extent
    profile = smoothed(counts.sum(axis=1), max(1.0, counts.shape[0] / 250))[first : last + 1]
    weights = np.minimum(profile, 4 * np.median(profile))  # a hot bladder or hand must not decide
    return float((np.arange(profile.size) * weights).sum() / weights.sum()) / max(last - first, 1)


def upright(counts: NDArray[np.float64], spacing_mm: tuple[float, float]) -> tuple[Orientation, str]:
    """Return how the body lies, left and right left open, and a sentence about it.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols)
        Stored counts; of both views together where both exist.
    spacing_mm : tuple of float
        Pixel spacing (row, col).

    Returns
    -------
    orientation : Orientation
        ``transposed`` and ``head_last`` decided.
    evidence : str
        What it was decided from; begins with ``"head not seen"`` where the image does not show where the head is.
    """
    transposed = is_transposed(counts, spacing_mm)
    share = head_share(counts.T if transposed else counts)
    if share is None or abs(share - 0.5) < HEAD_MARGIN:
        return Orientation(transposed=transposed), "head not seen in the image: taken to be first"
    text = f"head {'last' if share > 0.5 else 'first'}: the centre of counts lies at {share:.2f} of the body"
    return Orientation(transposed=transposed, head_last=share > 0.5), text


def mirror_margin(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return how clearly ``second`` shows the body mirrored against ``first``.

    Only what differs between left and right counts: the pose of arms and legs, the injected arm, lesions.

    Parameters
    ----------
    first, second : ndarray, shape (rows, cols)
        Two views of one pass, both with the body upright.

    Returns
    -------
    float
        Correlation, -1 to 1; positive where one view is the mirror image of the other, as two opposite detectors
        see a body.
    """
    step = max(1, max(first.shape) // COMPARED_ROWS)
    (one, axis), (other, other_axis) = (
        _one_sidedness(np.sqrt(_blurred(_blocks(view, step)))) for view in (first, second)
    )
    moved = np.roll(other, round((axis - other_axis) / 2), axis=1)
    strength = float(np.sqrt((one**2).sum() * (moved**2).sum()))
    return -float((one * moved).sum()) / strength if strength > 0 else 0.0


def smoothed(profile: NDArray[np.float64], sd_px: float) -> NDArray[np.float64]:
    """Return a profile under a Gaussian blur, zero beyond its ends.

    Parameters
    ----------
    profile : ndarray, shape (n,)
        Any values.
    sd_px : float
        Standard deviation, pixels.

    Returns
    -------
    ndarray, shape (n,)
        The blurred profile.
    """
    reach = np.arange(-round(4 * sd_px), round(4 * sd_px) + 1)
    kernel = np.exp(-0.5 * (reach / sd_px) ** 2)
    full = np.convolve(profile, kernel / kernel.sum())
    return full[reach.size // 2 : reach.size // 2 + profile.size]


def _blocks(view: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    rows, cols = (side // step for side in view.shape)
    blocks: NDArray[np.float64] = view[: rows * step, : cols * step].reshape(rows, step, cols, step).sum(axis=(1, 3))
    return blocks


def _blurred(view: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return an image under a Gaussian blur, zero beyond its edges."""
    sd_px = SMOOTHING_SHARE * max(view.shape)
    size = tuple(side + round(4 * sd_px) for side in view.shape)
    row_passed = np.exp(-2 * (np.pi * sd_px * np.fft.fftfreq(size[0])) ** 2)
    col_passed = np.exp(-2 * (np.pi * sd_px * np.fft.rfftfreq(size[1])) ** 2)
    spectrum = np.fft.rfft2(view, size) * row_passed[:, None] * col_passed
    blurred = np.fft.irfft2(spectrum, size)[: view.shape[0], : view.shape[1]]
    return np.maximum(blurred, 0.0)


def _one_sidedness(view: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """Return a view minus its own mirror image, and twice the column of the axis it is most symmetric about."""
    twice_axis = int(np.argmax(np.sum([np.convolve(row, row) for row in view], axis=0)))
    partner = twice_axis - np.arange(view.shape[1])
    inside = (partner >= 0) & (partner < view.shape[1])
    mirrored = view[:, np.clip(partner, 0, view.shape[1] - 1)]
    return np.where(inside, view - mirrored, 0.0), twice_axis


def _spread(profile: NDArray[np.float64]) -> float:
    places = np.arange(profile.size)
    mean = (places * profile).sum() / profile.sum()
    return float(np.sqrt(((places - mean) ** 2 * profile).sum() / profile.sum()))
