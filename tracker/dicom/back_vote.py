"""Which of two views shows the back, by what attenuation does to spine and bladder; one view alone is never enough.

The spine lies nearer to the posterior detector: there it is brighter against the flanks, all along the trunk. The
bladder lies nearer to the anterior one. The share of the trunk's counts that falls on the midline is therefore larger
from behind, and the hottest place of the pelvis is fainter. On one view alone both vary too much between people to
decide anything: the real anterior scan has a larger midline share than any simulated posterior one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.dicom.body_pose import body_extent, smoothed
from tracker.records.view import Projection

TRUNK = (0.18, 0.44)
"""From the shoulders to the iliac crests, as shares of the body's length from the vertex (decided)."""

PELVIS = (0.42, 0.56)
"""From the iliac crests to the thighs, as shares of the body's length from the vertex (decided)."""

BLADDER_WEIGHT = 0.1
"""Weight of the logarithm of the bladder's ratio, which says much less than that of the spine (decided)."""

SPINE_SHARE = 0.022
"""Half width of the spine over the body's length: about 40 mm of 1750 mm."""

VOTE_MARGIN = 0.1
"""Score that counts as seen: natural logarithm of the ratio of midline shares, and a little of the bladder's
(decided; 0.12 to 0.44 on simulated pairs)."""

LEANING_SPINE, LEANING_BLADDER = 0.02, 0.05
"""Logarithms of both ratios that count as leaning, if they agree (decided; 0.03 and 0.08 at least on a crude body of
capsules whose views differ little)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackVote:
    """What the image says.

    Parameters
    ----------
    sides : tuple of Projection or None
        One per frame; None where the image does not say.
    evidence : str
        One sentence.
    leaning : tuple of Projection or None
        Where the image does not say it clearly: what spine and bladder both lean to. Good enough where nothing else
        is known and a reader is asked; never to doubt a label.
    """

    sides: tuple[Projection, ...] | None
    evidence: str = ""
    leaning: tuple[Projection, ...] | None = None


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
    shares, spots = ([measure(counts) for counts in upright_counts] for measure in (midline_share, pelvic_spot))
    if min(*shares, *spots) <= 0:
        return BackVote(sides=None)
    bladder = float(np.clip(np.log(spots[0] / spots[1]), -1, 1))
    score = float(np.log(shares[1] / shares[0])) + BLADDER_WEIGHT * bladder
    sides = (Projection.ANTERIOR, Projection.POSTERIOR) if score > 0 else (Projection.POSTERIOR, Projection.ANTERIOR)
    text = f"image: {shares[0]:.1%} and {shares[1]:.1%} of the trunk's counts lie on the spine, which is nearer behind"
    if abs(score) >= VOTE_MARGIN:
        return BackVote(sides=sides, evidence=text)
    spine = float(np.log(shares[1] / shares[0]))
    agree = spine * bladder > 0 and abs(spine) >= LEANING_SPINE and abs(bladder) >= LEANING_BLADDER
    return BackVote(sides=None, evidence=text, leaning=sides if agree else None)


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
    extent = body_extent(counts)
    if extent is None:
        return 0.0
    length = extent[1] - extent[0]
    trunk = _part(counts, extent, TRUNK)
    across = smoothed(trunk.sum(axis=0), max(1.0, length / 400))
    centre = _symmetry_axis(across)
    half = max(1, round(SPINE_SHARE * length))
    on_spine = across[max(0, centre - half) : centre + half + 1].sum()
    return float(on_spine / across.sum()) if across.sum() > 0 else 0.0


def pelvic_spot(counts: NDArray[np.float64]) -> float:
    """Return the counts of the hottest place of the pelvis over those of the body.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols)
        Head at row 0.

    Returns
    -------
    float
        0 without a body.
    """
    extent = body_extent(counts)
    if extent is None:
        return 0.0
    pelvis = _part(counts, extent, PELVIS)
    step = max(1, counts.shape[0] // 256)
    rows, cols = (side // step for side in pelvis.shape)
    blocks = pelvis[: rows * step, : cols * step].reshape(rows, step, cols, step).sum(axis=(1, 3))
    return float(blocks.max(initial=0.0) / counts.sum())


def _part(counts: NDArray[np.float64], extent: tuple[int, int], shares: tuple[float, float]) -> NDArray[np.float64]:
    top, bottom = (extent[0] + round(share * (extent[1] - extent[0])) for share in shares)
    return counts[top : bottom + 1]


def _symmetry_axis(across: NDArray[np.float64]) -> int:
    """Return the column about which a profile is most nearly its own mirror image."""
    full = np.convolve(across, across)
    return int(np.argmax(full)) // 2
