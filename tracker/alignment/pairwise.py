"""Two images of one view, aligned: the public contract ``register``."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.alignment.acceptance import Evidence, confidence, reasons
from tracker.alignment.agreement import agreement
from tracker.alignment.compare import FULL_COVER, Pair, total_gains
from tracker.alignment.deform import Motion, deform
from tracker.alignment.dense import Grid, bent, forward, inverse, smallest_jacobian
from tracker.alignment.expected import expected_error_mm, strain
from tracker.alignment.fields import Floats, Spacing, sample
from tracker.alignment.prepare import checked, picture, stabilised
from tracker.alignment.similarity import Affine
from tracker.alignment.start import global_start
from tracker.alignment.unfold import unfolded
from tracker.errors import AlignmentError
from tracker.records.arrays import frozen
from tracker.settings.alignment import AlignmentSettings

LIKENESS_BLUR_MM = 4.5
"""Blur of the images whose correlation is the likeness, millimetres."""

BODY_STABILISED = 1.5
"""Stabilised counts above this are taken for body."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairAlignment:
    """Where every pixel of a fixed image lies in a moving image.

    Parameters
    ----------
    displacement_mm : ndarray, shape (rows, cols, 2), float32
        For each fixed pixel the (row, col) offset from its place to its place in the moving image, millimetres, both
        measured from the centre of pixel (0, 0) of the respective image.
    inverse_mm : ndarray, shape (moving rows, moving cols, 2), float32
        The same from each moving pixel to its place in the fixed image.
    spacing_mm, moving_spacing_mm : tuple of float
        Pixel spacings of both images.
    confidence : ndarray, shape (rows, cols), float32
        0 to 1 on the fixed grid.
    expected_error_mm : ndarray, shape (rows, cols), float32
        Expected length of the misplacement on the fixed grid.
    evidence : Evidence
        What the acceptance test looked at.
    accepted : bool
        False is the state *alignment refused*; the displacement stays finite.
    reason : str
        Why it was refused; empty otherwise.
    """

    displacement_mm: NDArray[np.float32]
    inverse_mm: NDArray[np.float32]
    spacing_mm: Spacing
    moving_spacing_mm: Spacing
    confidence: NDArray[np.float32]
    expected_error_mm: NDArray[np.float32]
    evidence: Evidence
    accepted: bool
    reason: str = ""

    def __post_init__(self) -> None:
        for name in ("displacement_mm", "inverse_mm", "confidence", "expected_error_mm"):
            array = getattr(self, name)
            if not np.isfinite(array).all():
                raise ValueError(f"{name} must be finite")
            object.__setattr__(self, name, frozen(array))

    def warp(self, moving: NDArray[np.generic]) -> NDArray[np.float64]:
        """Return ``moving`` resampled on the fixed grid, counts per moving pixel, zero outside its field of view.

        Parameters
        ----------
        moving : ndarray, shape (moving rows, moving cols)
            An image on the moving grid.

        Returns
        -------
        ndarray, shape (rows, cols), float64
            The image as it would have been seen in the fixed pose.

        Raises
        ------
        AlignmentError
            If the alignment was refused, or the image is not on the moving grid.
        """
        if not self.accepted:
            raise AlignmentError(f"the alignment was refused: {self.reason}")
        if moving.shape != self.inverse_mm.shape[:2]:
            raise AlignmentError(
                f"the image has shape {moving.shape}; the moving image had {self.inverse_mm.shape[:2]}",
                code="ALIGNMENT_SHAPE",
            )
        grid = Grid(shape=(self.displacement_mm.shape[0], self.displacement_mm.shape[1]), spacing_mm=self.spacing_mm)
        at_mm = grid.places + self.displacement_mm
        warped = sample(moving.astype(np.float32), at_mm, self.moving_spacing_mm, method=cv2.INTER_CUBIC)
        return np.asarray(np.maximum(warped, 0), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """A motion with what speaks for it.

    Parameters
    ----------
    motion : Motion
        From fixed to moving.
    evidence : Evidence
        What the acceptance test looks at.
    expected_error_mm : ndarray, shape (rows, cols), float32
        On the fixed grid.
    """

    motion: Motion
    evidence: Evidence
    expected_error_mm: NDArray[np.float32]


def register(
    fixed: NDArray[np.generic],
    moving: NDArray[np.generic],
    *,
    spacing_mm: Spacing,
    moving_spacing_mm: Spacing | None = None,
    settings: AlignmentSettings | None = None,
) -> PairAlignment:
    """Return where every pixel of ``fixed`` lies in ``moving``, both images of one view in one orientation.

    Parameters
    ----------
    fixed, moving : ndarray, shape (rows, cols)
        Counts as stored; the shapes may differ.
    spacing_mm : tuple of float
        Pixel spacing (row, col) of ``fixed``, millimetres.
    moving_spacing_mm : tuple of float, optional
        Pixel spacing of ``moving``; that of ``fixed`` unless given.
    settings : AlignmentSettings, optional
        How to align.

    Returns
    -------
    PairAlignment
        The displacement, its confidence, and whether it is accepted.

    Raises
    ------
    ImageError
        If an array cannot be an image of counts.
    """
    moving_mm = moving_spacing_mm or spacing_mm
    pair = Pair(
        fixed=picture(checked(fixed, spacing_mm, "fixed"), spacing_mm),
        moving=picture(checked(moving, moving_mm, "moving"), moving_mm),
    )
    found = find_motion([pair], settings or AlignmentSettings())
    fixed_grid = Grid(shape=pair.fixed.shape, spacing_mm=spacing_mm)
    moving_grid = Grid(shape=pair.moving.shape, spacing_mm=moving_mm)
    against = reasons(found.evidence)
    return PairAlignment(
        displacement_mm=forward(found.motion, fixed_grid),
        inverse_mm=inverse(found.motion, fixed_grid, moving_grid),
        spacing_mm=spacing_mm,
        moving_spacing_mm=moving_mm,
        confidence=confidence(found.expected_error_mm) * np.float32(not against),
        expected_error_mm=found.expected_error_mm,
        evidence=found.evidence,
        accepted=not against,
        reason="; ".join(against),
    )


def find_motion(pairs: Sequence[Pair], settings: AlignmentSettings) -> Found:
    """Return the motion that brings pairs of images of one body together.

    Parameters
    ----------
    pairs : sequence of Pair
        One per view; fixed pictures share one grid.
    settings : AlignmentSettings
        How to align.

    Returns
    -------
    Found
        Motion, evidence and expected error.
    """
    starts = global_start(pairs, settings)
    first = _found(pairs, starts[0].map, settings)
    if not reasons(first.evidence):
        return first
    # Refused: the body may lie the other way up.
    turned = next((start.map for start in starts if start.map.upright != starts[0].map.upright), None)
    second = _found(pairs, turned, settings) if turned is not None else first
    return first if reasons(second.evidence) else second


def _found(pairs: Sequence[Pair], start: Affine, settings: AlignmentSettings) -> Found:
    """Return the motion found from one start, with what speaks for it."""
    fixed = Grid(shape=pairs[0].fixed.shape, spacing_mm=pairs[0].fixed.spacing_mm)
    return judged(pairs, unfolded(deform(pairs, start, settings), fixed))


def judged(pairs: Sequence[Pair], motion: Motion) -> Found:
    """Return a motion with what speaks for it.

    Parameters
    ----------
    pairs : sequence of Pair
        One per view.
    motion : Motion
        From fixed to moving.

    Returns
    -------
    Found
        Motion, evidence and expected error.
    """
    fixed = Grid(shape=pairs[0].fixed.shape, spacing_mm=pairs[0].fixed.spacing_mm)
    error = expected_error_mm(motion, fixed)
    at_mm = motion.start(bent(motion, fixed))
    looks = [_look(pair, at_mm, gains) for pair, gains in zip(pairs, total_gains(pairs), strict=True)]
    body = np.logical_or.reduce([look[2] for look in looks])
    evidence = Evidence(
        overlap=min(look[0] for look in looks),
        likeness=float(np.mean([look[1] for look in looks])),
        jacobian=smallest_jacobian(motion, fixed),
        error_mm=float(np.median(error[body])) if body.any() else float(error.max()),
        agreement=float(
            np.mean([agreement(pair, gains, motion) for pair, gains in zip(pairs, total_gains(pairs), strict=True)])
        ),
        strain=float(np.median(strain(motion, fixed)[body])) if body.any() else 0.0,
    )
    return Found(motion=motion, evidence=evidence, expected_error_mm=error)


def _look(pair: Pair, at_mm: Floats, gains: tuple[float, float]) -> tuple[float, float, NDArray[np.bool_]]:
    """Return overlap, likeness and the fixed body of one pair."""
    image, weight = stabilised(pair.fixed, LIKENESS_BLUR_MM, gains[0])
    other, other_weight = stabilised(pair.moving, LIKENESS_BLUR_MM, gains[1])
    moved = sample(np.dstack([other, other_weight]), at_mm, pair.moving.spacing_mm)
    body = (image > BODY_STABILISED) & (weight > FULL_COVER)
    both = body & (moved[..., 1] > FULL_COVER)
    share = min(_share(both, body), _share(both, _body(other, other_weight), pair))
    if both.sum() < 16:
        return share, 0.0, body
    first, second = image[both], moved[..., 0][both]
    top = np.percentile(first, 98.0)
    likeness = np.corrcoef(np.minimum(first, top), np.minimum(second, top))[0, 1]
    return share, float(likeness) if np.isfinite(likeness) else 0.0, body


def _body(image: Floats, weight: Floats) -> NDArray[np.bool_]:
    """Return where there is body in the field of view."""
    return (image > BODY_STABILISED) & (weight > FULL_COVER)


def _share(both: NDArray[np.bool_], body: NDArray[np.bool_], pair: Pair | None = None) -> float:
    """Return the share of a body that is seen in both images, on the grid of the body."""
    area = 1.0 if pair is None else pair.fixed.pixel_mm2 / pair.moving.pixel_mm2
    return float(min(1.0, both.sum() * area / max(int(body.sum()), 1)))
