"""Two images compared at one resolution: residual, its slope, robust weights, normal equations."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.alignment.fields import Floats, Spacing, sample
from tracker.alignment.prepare import STABLE_VARIANCE, Picture, gaussian, stabilised
from tracker.alignment.similarity import Affine
from tracker.settings.alignment import LevelSettings

MAD_TO_SD = 1.4826
"""Standard deviation of a normal sample over its median absolute deviation."""

FULL_COVER = 0.9
"""Blurred pixels with less of their weight than this inside the field of view are not compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two pictures of one projection that one displacement shall bring together.

    Parameters
    ----------
    fixed, moving : Picture
        The displacement leads from ``fixed`` to ``moving``.
    """

    fixed: Picture
    moving: Picture


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LevelPair:
    """A pair prepared for one level.

    Parameters
    ----------
    fixed : ndarray, shape (n, m, 3), float32
        Stabilised image and its slope per mm along rows and columns, at the sample places.
    fixed_weight : ndarray, shape (n, m), float32
        How far each place is inside the field of view and to be trusted.
    moving : ndarray, shape (rows, cols, 4), float32
        Stabilised image, its slopes, and its weight, on the moving image's own grid.
    moving_mm : tuple of float
        Pixel spacing of the moving image.
    white_variance : float
        Noise of the difference, variance times mm2.
    blur_mm : float
        Standard deviation of the blur.
    """

    fixed: Floats
    fixed_weight: Floats
    moving: Floats
    moving_mm: Spacing
    white_variance: float
    blur_mm: float

    @property
    def noise_sd(self) -> float:
        """Standard deviation of the difference of the blurred images from counting noise alone."""
        return float(np.sqrt(self.white_variance / (4 * np.pi)) / self.blur_mm)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleGrid:
    """Where the images are compared: every few pixels of the fixed image.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of the fixed image.
    spacing_mm : tuple of float
        Its pixel spacing.
    stride : tuple of int
        Every how many pixels.
    """

    shape: tuple[int, int]
    spacing_mm: Spacing
    stride: tuple[int, int]

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of the sampled pixels."""
        return (slice(self.stride[0] // 2, None, self.stride[0]), slice(self.stride[1] // 2, None, self.stride[1]))

    @property
    def rows_mm(self) -> NDArray[np.float64]:
        """Places of the sampled rows."""
        return np.arange(self.shape[0], dtype=np.float64)[self.slices[0]] * self.spacing_mm[0]

    @property
    def cols_mm(self) -> NDArray[np.float64]:
        """Places of the sampled columns."""
        return np.arange(self.shape[1], dtype=np.float64)[self.slices[1]] * self.spacing_mm[1]

    @property
    def places(self) -> Floats:
        """Places of all samples, shape (n, m, 2), float32."""
        return np.stack(np.meshgrid(self.rows_mm, self.cols_mm, indexing="ij"), axis=-1).astype(np.float32)

    @property
    def cell_mm(self) -> Spacing:
        """Distance between samples."""
        return (self.stride[0] * self.spacing_mm[0], self.stride[1] * self.spacing_mm[1])


def sample_grid(fixed: Picture, sample_mm: float) -> SampleGrid:
    """Return the places where a fixed image is compared.

    Parameters
    ----------
    fixed : Picture
        The fixed image.
    sample_mm : float
        Wanted distance between places.

    Returns
    -------
    SampleGrid
        At least every pixel.
    """
    stride = tuple(max(1, round(sample_mm / step)) for step in fixed.spacing_mm)
    return SampleGrid(shape=fixed.shape, spacing_mm=fixed.spacing_mm, stride=(stride[0], stride[1]))


def with_slopes(image: Floats, spacing_mm: Spacing) -> list[Floats]:
    """Return an image and its slopes per millimetre along rows and columns.

    Parameters
    ----------
    image : ndarray, shape (rows, cols), float32
        Any image.
    spacing_mm : tuple of float
        Pixel spacing.

    Returns
    -------
    list of ndarray
        Image, slope along rows, slope along columns.
    """
    along_rows = cv2.Sobel(image, cv2.CV_32F, 0, 1, ksize=1, scale=0.5 / spacing_mm[0])
    along_cols = cv2.Sobel(image, cv2.CV_32F, 1, 0, ksize=1, scale=0.5 / spacing_mm[1])
    return [image, along_rows, along_cols]


def level_pair(pair: Pair, gains: tuple[float, float], level: LevelSettings, grid: SampleGrid) -> LevelPair:
    """Return a pair prepared for one level.

    Parameters
    ----------
    pair : Pair
        The two pictures.
    gains : tuple of float
        Factors on the counts of fixed and moving that make them comparable.
    level : LevelSettings
        Blur and sampling.
    grid : SampleGrid
        Where the images are compared.

    Returns
    -------
    LevelPair
        The prepared pair.
    """
    fixed, fixed_weight = stabilised(pair.fixed, level.blur_mm, gains[0])
    moving, moving_weight = stabilised(pair.moving, level.blur_mm, gains[1])
    white = STABLE_VARIANCE * sum(
        gain * source.noise * source.pixel_mm2 for gain, source in zip(gains, (pair.fixed, pair.moving), strict=True)
    )
    return LevelPair(
        fixed=np.dstack([layer[grid.slices] for layer in with_slopes(fixed, pair.fixed.spacing_mm)]),
        fixed_weight=fixed_weight[grid.slices],
        moving=np.dstack([*with_slopes(moving, pair.moving.spacing_mm), moving_weight]),
        moving_mm=pair.moving.spacing_mm,
        white_variance=white,
        blur_mm=level.blur_mm,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Difference:
    """What is left between a fixed and a displaced moving image, and how it would change.

    Parameters
    ----------
    residual : ndarray, shape (n, m), float32
        Moving minus fixed, stabilised, after matching level and contrast.
    slope : ndarray, shape (n, m, 2), float32
        Change of the residual per millimetre of displacement.
    weight : ndarray, shape (n, m), float32
        Robust weight times field of view, 0 to 1.
    sd : float
        Robust standard deviation of the residual; not below counting noise.
    noise_sd : float
        What counting noise alone would leave.
    """

    residual: Floats
    slope: Floats
    weight: Floats
    sd: float
    noise_sd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the residual of a level is taken.

    Parameters
    ----------
    lowpass_mm : float
        Standard deviation of the window in which level and contrast of the two images are matched, millimetres.
    robust_width : float
        Residuals beyond this many standard deviations lose their weight.
    cell_mm : tuple of float
        Distance between samples.
    """

    lowpass_mm: float
    robust_width: float
    cell_mm: Spacing


def difference(level: LevelPair, at_mm: Floats, start: Affine, rules: Rules) -> Difference:
    """Return the residual of a pair under a displacement.

    Level and contrast of the fixed image are matched to the moving one in a window around each place, so that dose,
    habitus and the ratio of bone to soft tissue do not move anything; lesions and bladder lose their weight first.

    Parameters
    ----------
    level : LevelPair
        The prepared pair.
    at_mm : ndarray, shape (n, m, 2), float32
        Where each sample place lies in the moving image.
    start : Affine
        Global part of that map: turns the moving image's slopes into the fixed frame.
    rules : Rules
        Window and robust width.

    Returns
    -------
    Difference
        Residual, slope and weights.
    """
    moved = sample(level.moving, at_mm, level.moving_mm).astype(np.float32, copy=False)
    seen = ((level.fixed_weight > FULL_COVER) & (moved[..., 3] > FULL_COVER)).astype(np.float32)
    seen *= np.minimum(level.fixed_weight, moved[..., 3])
    fixed, other = level.fixed[..., 0], np.ascontiguousarray(moved[..., 0])
    inside = (seen > 0) & (fixed > BODY_STABILISED)
    weight = seen
    for _ in range(MATCH_ROUNDS):
        matched, contrast = _matched(fixed, other, weight, rules)
        residual = (other - matched) * (seen > 0)
        sd = max(level.noise_sd, _robust_sd(residual[inside]))
        weight = seen / (1 + (residual / np.float32(rules.robust_width * sd)) ** 2) ** 2
    slope = level.fixed[..., 1:3] * contrast[..., None] + moved[..., 1:3] @ start.matrix.astype(np.float32)
    return Difference(residual=residual, slope=0.5 * slope, weight=weight, sd=sd, noise_sd=level.noise_sd)


def _matched(fixed: Floats, other: Floats, weight: Floats, rules: Rules) -> tuple[Floats, Floats]:
    """Return the fixed image with the other's local level and contrast, and that contrast."""
    shape = fixed.shape
    stride = [max(1, int(rules.lowpass_mm / (3.0 * step))) for step in rules.cell_mm]
    small = tuple(max(1, -(-size // step)) for size, step in zip(shape, stride, strict=True))
    cell = tuple(step * size / less for step, size, less in zip(rules.cell_mm, shape, small, strict=True))
    layers = (np.ones_like(fixed), fixed, other, fixed * fixed, fixed * other)
    # One layer at a time: OpenCV 5 refuses more than four together unless the sizes divide.
    thin = [cv2.resize(layer * weight, small[::-1], interpolation=cv2.INTER_AREA) for layer in layers]
    means = gaussian(np.dstack(thin), rules.lowpass_mm, (cell[0], cell[1]))
    total = np.maximum(means[..., 0], 1e-4)
    first, second, square, product = (means[..., layer] / total for layer in range(1, 5))
    contrast = (product - first * second + STEADY_CONTRAST) / (square - first**2 + STEADY_CONTRAST)
    local = np.dstack([second - contrast * first, contrast]).astype(np.float32)
    wide = cv2.resize(local, shape[::-1], interpolation=cv2.INTER_LINEAR)
    return wide[..., 0] + wide[..., 1] * fixed, wide[..., 1]


MATCH_ROUNDS = 2
"""Rounds of matching level and contrast and of weighing residuals."""

STEADY_CONTRAST = 0.1
"""Variance of stabilised counts that holds the matched contrast near 1 where the image is flat."""

BODY_STABILISED = 1.2
"""Stabilised counts above this are taken for body when the noise is measured: about 1 count per reference pixel."""


def _robust_sd(values: Floats) -> float:
    """Return the standard deviation of the bulk of ``values``, 0 for none."""
    return MAD_TO_SD * float(np.median(np.abs(values))) if values.size else 0.0


def total_gains(pairs: Sequence[Pair]) -> list[tuple[float, float]]:
    """Return the gains that bring each pair to the same mean counts inside the field of view.

    Parameters
    ----------
    pairs : sequence of Pair
        The pairs.

    Returns
    -------
    list of tuple of float
        Gain of fixed and of moving, product 1.
    """
    found = []
    for pair in pairs:
        totals = [float(source.counts.sum()) * source.pixel_mm2 for source in (pair.fixed, pair.moving)]
        ratio = np.sqrt(totals[1] / totals[0])
        found.append((float(ratio), float(1 / ratio)))
    return found
