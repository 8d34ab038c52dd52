"""Which of two views shows the back, by what attenuation does to the spine; one view alone is never enough.

The spine lies nearer to the posterior detector: there it is brighter against the flanks, all along the trunk. The
share of the trunk's counts that falls on the midline is therefore larger from behind. On one view alone the share
varies too much between people to decide anything.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.dicom.body_pose import FLOOR_SHARE, smoothed
from tracker.records.view import Projection

TRUNK = (0.18, 0.44)
"""From the shoulders to the iliac crests, as shares of the body's length from the vertex (decided)."""

SPINE_SHARE = 0.022
"""Half width of the spine over the body's length: about 40 mm of 1750 mm."""

VOTE_MARGIN = 0.12
"""Natural logarithm of the ratio of midline shares that counts as seen (decided)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackVote:
    """What the image says.

    Parameters
    ----------
    sides : tuple of Projection or None
        One per frame; None where the image does not say.
    evidence : str
        One sentence.
    """

    sides: tuple[Projection, ...] | None
    evidence: str = ""


def back_vote(upright_counts: tuple[NDArray[np.float64], ...]) -> BackVote:
    """Return which of two frames shows the back.

    Parameters
    ----------
    upright_counts : tuple of ndarray, shape (rows, cols)
        One or two frames with the head at row 0.

    Returns
    -------
    BackVote
        Undecided for one frame, and where both look alike.
    """
    if len(upright_counts) != 2:
        return BackVote(sides=None)
    shares = [midline_share(counts) for counts in upright_counts]
    if min(shares) <= 0:
        return BackVote(sides=None)
    margin = float(np.log(shares[1] / shares[0]))
    if abs(margin) < VOTE_MARGIN:
        return BackVote(sides=None)
    sides = (Projection.ANTERIOR, Projection.POSTERIOR)
    text = f"image: {shares[0]:.0%} and {shares[1]:.0%} of the trunk's counts lie on the spine, which is nearer behind"
    return BackVote(sides=sides if margin > 0 else sides[::-1], evidence=text)


def midline_share(counts: NDArray[np.float64]) -> float:
    """Return the share of the trunk's counts above its flanks that lies on the midline.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols)
        Head at row 0.

    Returns
    -------
    float
        0 to 1; 0 without a body.
    """
    profile = smoothed(counts.sum(axis=1), max(1.0, counts.shape[0] / 250))
    inside = np.flatnonzero(profile > FLOOR_SHARE * profile.max())
    if inside.size < 20:
        return 0.0
    length = int(inside[-1] - inside[0])
    top, bottom = (inside[0] + round(share * length) for share in TRUNK)
    trunk = counts[top : bottom + 1]
    across = smoothed(trunk.sum(axis=0), max(1.0, length / 400))
    centre = _symmetry_axis(across)
    half = max(1, round(SPINE_SHARE * length))
    on_spine = across[max(0, centre - half) : centre + half + 1].sum()
    return float(on_spine / across.sum()) if across.sum() > 0 else 0.0


def _symmetry_axis(across: NDArray[np.float64]) -> int:
    """Return the column about which a profile is most nearly its own mirror image."""
    full = np.convolve(across, across)
    return int(np.argmax(full)) // 2
