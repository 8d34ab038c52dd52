"""Where to begin: every rotation, both ways up, all shifts and a few scales, compared on coarse images.

Each rotated moving image is correlated with the fixed one over all shifts at once by Fourier transforms; means and
variances are those of what lies in the other's field of view, so that cut arms and half bodies do not pull.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft2, next_fast_len, rfft2

from tracker.alignment.compare import Pair, total_gains
from tracker.alignment.fields import Floats, places_mm, sample
from tracker.alignment.prepare import Picture, stabilised
from tracker.alignment.similarity import Affine, similarity

CELL_MM = 24.0
"""Pixel of the coarse images, millimetres."""

COARSE_BLUR_MM = 12.0
"""Blur before the coarse images are sampled, millimetres."""

ROTATIONS_DEG: tuple[float, ...] = (-36.0, -24.0, -12.0, 0.0, 12.0, 24.0, 36.0)
"""Rotations tried, each also upside down; an affine start recovers what lies between."""

SCALES: tuple[float, ...] = (0.88, 1.0, 1.13)
"""Factors on lengths tried at the best rotations."""

CLIP_PERCENTILE = 98.0
"""Coarse images are cut at this percentile of the body: a full bladder must not decide."""

LEAST_OVERLAP = 0.3
"""Least share of the smaller image's energy that must lie in the other's field of view."""

AIR_STABILISED = 0.75
"""Taken off the stabilised image so that empty air is about zero."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coarse:
    """A coarse image for the search.

    Parameters
    ----------
    image : ndarray, shape (n, m), float32
        Stabilised counts above air, clipped; zero outside the field of view.
    seen : ndarray, shape (n, m), float32
        Field of view, 0 to 1.
    centre_mm : ndarray, shape (2,)
        Centre of the image's energy in its own frame.
    """

    image: Floats
    seen: Floats
    centre_mm: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One possible start.

    Parameters
    ----------
    start : Affine
        Map from fixed to moving.
    score : float
        Normalised correlation of the coarse images, at most 1.
    """

    start: Affine
    score: float


def coarse(source: Picture, gain: float) -> Coarse:
    """Return the coarse image of a picture.

    Parameters
    ----------
    source : Picture
        The image.
    gain : float
        Factor on its counts.

    Returns
    -------
    Coarse
        Sampled every `CELL_MM`.
    """
    image, cover = stabilised(source, COARSE_BLUR_MM, gain)
    shape = tuple(
        max(2, int(np.ceil(size * step / CELL_MM))) for size, step in zip(source.shape, source.spacing_mm, strict=True)
    )
    at_mm = places_mm((shape[0], shape[1]), (CELL_MM, CELL_MM))
    both = sample(np.dstack([image - AIR_STABILISED, cover]), at_mm, source.spacing_mm)
    seen = np.asarray(both[..., 1] > 0.5, dtype=np.float32)
    above = np.maximum(both[..., 0], 0) * seen
    body = above[above > AIR_STABILISED]
    top = float(np.percentile(body, CLIP_PERCENTILE)) if body.size else 1.0
    clipped = np.minimum(above, top).astype(np.float32)
    mass = float(clipped.sum()) or 1.0
    centre = np.array([(clipped * at_mm[..., axis]).sum() / mass for axis in (0, 1)], dtype=np.float64)
    return Coarse(image=clipped, seen=seen, centre_mm=centre)


class Correlator:
    """Correlates turned moving images with one fixed image over all shifts.

    Parameters
    ----------
    fixed, moving : Coarse
        Coarse images of one view.
    """

    def __init__(self, fixed: Coarse, moving: Coarse) -> None:
        self._fixed, self._moving = fixed, moving
        reach = int(np.ceil(np.hypot(*moving.image.shape))) + 2
        height, width = (next_fast_len(size + reach) for size in fixed.image.shape)
        self._shape, self._reach = (height, width), reach
        self._spectra = [rfft2(layer, self._shape) for layer in (fixed.image, fixed.image**2, fixed.seen)]
        self._energy = float((fixed.image**2).sum()), float((moving.image**2).sum())

    def best(self, rotation_deg: float, scale: float) -> Candidate:
        """Return the best shift for one rotation and scale.

        Parameters
        ----------
        rotation_deg : float
            Rotation from fixed to moving, degrees.
        scale : float
            Factor on lengths from fixed to moving.

        Returns
        -------
        Candidate
            The start and its score.
        """
        turned, seen, turn = self._turned(rotation_deg, scale)
        image, square, mask = (rfft2(layer, self._shape).conj() for layer in (turned, turned**2, seen))
        fixed_image, fixed_square, fixed_seen = self._spectra
        both = np.maximum(irfft2(fixed_seen * mask, self._shape), 1.0)
        fixed_sum, moving_sum = irfft2(fixed_image * mask, self._shape), irfft2(fixed_seen * image, self._shape)
        fixed_part = irfft2(fixed_square * mask, self._shape)
        moving_part = irfft2(fixed_seen * square, self._shape)
        enough = LEAST_OVERLAP * min(self._energy[0], self._energy[1] / scale**2)
        valid = (fixed_part > enough) & (moving_part > enough)
        product = irfft2(fixed_image * image, self._shape) - fixed_sum * moving_sum / both
        spread = (fixed_part - fixed_sum**2 / both) * (moving_part - moving_sum**2 / both)
        score = np.where(valid, product / np.sqrt(np.maximum(spread, 1e-6)), -1.0)
        peak = np.unravel_index(int(np.argmax(score)), score.shape)
        shift = [
            float(index) - (size if index > size // 2 + limit // 2 else 0)
            for index, size, limit in zip(peak, self._shape, self._fixed.image.shape, strict=True)
        ]
        move = Affine(matrix=np.eye(2), offset_mm=-np.array(shift) * CELL_MM)
        return Candidate(start=turn.after(move), score=float(score[peak]))

    def _turned(self, rotation_deg: float, scale: float) -> tuple[Floats, Floats, Affine]:
        """Return the moving image and its field of view, turned, and the map from the turned to the moving frame."""
        middle = np.full(2, (self._reach - 1) / 2 * CELL_MM)
        turn = similarity(rotation_deg, scale, middle, self._moving.centre_mm)
        at_mm = turn(places_mm((self._reach, self._reach), (CELL_MM, CELL_MM)))
        both = sample(np.dstack([self._moving.image, self._moving.seen]), at_mm, (CELL_MM, CELL_MM))
        return both[..., 0].astype(np.float32), both[..., 1].astype(np.float32), turn


def candidates(pairs: Sequence[Pair], each_way: int) -> tuple[Candidate, ...]:
    """Return the most promising starts, as many of either way up.

    On coarse images a body and the same body upside down are nearly as like; only the refined starts tell them apart.

    Parameters
    ----------
    pairs : sequence of Pair
        One per view.
    each_way : int
        Largest number to return of either way up.

    Returns
    -------
    tuple of Candidate
        From the first pair's images.
    """
    gains = total_gains(pairs)[0]
    correlator = Correlator(coarse(pairs[0].fixed, gains[0]), coarse(pairs[0].moving, gains[1]))
    chosen: list[Candidate] = []
    for turn in (0.0, 180.0):
        found = sorted(
            (correlator.best(rotation + turn, 1.0) for rotation in ROTATIONS_DEG), key=lambda one: -one.score
        )
        wider = [correlator.best(found[0].start.rotation_deg, scale) for scale in SCALES if scale != 1.0]
        chosen.extend(sorted([*found, *wider], key=lambda one: -one.score)[:each_way])
    return tuple(chosen)
