"""How much of the bones' pattern two aligned images share, corrected for counting noise.

Around every place the two images are correlated after their local level is taken off, and the share of variance that
counting noise accounts for is taken out of both. One body seen twice from one side agrees almost wholly (1); what
lesions, bladder and dose change is local, so the median over the body is taken. Another person, or the other side of
one body, can be bent until outlines meet, but ribs, spine and pelvis still do not quite: there the agreement falls
short, and the bending that was needed is large.
"""

import numpy as np
from numpy.typing import NDArray

from tracker.alignment.compare import FULL_COVER, Pair, level_pair, sample_grid
from tracker.alignment.deform import Motion
from tracker.alignment.fields import Floats, Spacing, sample
from tracker.alignment.prepare import ANSCOMBE, STABLE_VARIANCE, Picture, gaussian
from tracker.settings.alignment import LevelSettings

PATTERN = LevelSettings(blur_mm=9.0, sample_mm=9.0, iterations=1)
"""Blur and sampling of the images whose pattern is compared: ribs and vertebrae remain, most noise does not."""

LEVEL_MM = 27.0
"""Standard deviation of the window whose mean is taken off: soft tissue, dose and habitus do not count."""

WINDOW_MM = 30.0
"""Standard deviation of the window that a correlation is taken over: a few ribs."""

BODY_STABILISED = 1.2
"""Stabilised counts above this are taken for body: about 1 count per reference pixel."""

LEAST_SIGNAL = 3.0
"""Variance of the pattern over that of the noise from which a window has a say."""

FEWEST_WINDOWS = 20
"""With fewer windows that have a say nothing is said against an alignment."""

LEAST_INSIDE = 0.1
"""Share of a window that must show body in both images."""


def agreement(pair: Pair, gains: tuple[float, float], motion: Motion) -> float:
    """Return the median local correlation of two aligned images, corrected for noise.

    Parameters
    ----------
    pair : Pair
        The two pictures.
    gains : tuple of float
        Factors on the counts of fixed and moving that make them comparable.
    motion : Motion
        From fixed to moving.

    Returns
    -------
    float
        1 for one pattern seen twice (noise may carry it a little beyond); 1 too where there is too little to compare.
    """
    grid = sample_grid(pair.fixed, PATTERN.sample_mm)
    level = level_pair(pair, gains, PATTERN, grid)
    moved = sample(level.moving, motion.at(grid.rows_mm, grid.cols_mm), level.moving_mm)
    images = (level.fixed[..., 0], np.ascontiguousarray(moved[..., 0]))
    inside = (level.fixed_weight > FULL_COVER) & (moved[..., 3] > FULL_COVER) & (images[0] > BODY_STABILISED)
    noises = [_noise(source, gain) for source, gain in zip((pair.fixed, pair.moving), gains, strict=True)]
    return _median_correlation(images, inside.astype(np.float32), noises, grid.cell_mm)


def _noise(source: Picture, gain: float) -> float:
    """Return the variance that counting leaves in the blurred, stabilised image where counts are many."""
    return STABLE_VARIANCE * gain * source.noise * source.pixel_mm2 / (4 * np.pi * PATTERN.blur_mm**2)


def _median_correlation(images: tuple[Floats, Floats], inside: Floats, noises: list[float], cell_mm: Spacing) -> float:
    """Return the median over the body of the local correlation without noise."""
    share = np.maximum(gaussian(inside, WINDOW_MM, cell_mm), np.float32(1e-4))
    around = np.maximum(gaussian(inside, LEVEL_MM, cell_mm), np.float32(1e-4))
    patterns = [(image - gaussian(image * inside, LEVEL_MM, cell_mm) / around) * inside for image in images]

    def local(values: NDArray[np.floating]) -> Floats:
        return np.asarray(gaussian((values * inside).astype(np.float32), WINDOW_MM, cell_mm) / share)

    # Few counts: the square root of counts + 3/8 has less variance than 1/4.
    least = np.float32(np.sqrt(ANSCOMBE))
    noise = [
        local(np.float32(1) - (least / np.maximum(image, least)) ** 2) * np.float32(of)
        for image, of in zip(images, noises, strict=True)
    ]
    variance = [local(pattern**2) for pattern in patterns]
    known: NDArray[np.bool_] = (inside > 0) & (share > LEAST_INSIDE)
    for total, of_noise in zip(variance, noise, strict=True):
        known &= total > (1 + LEAST_SIGNAL) * of_noise
    if int(known.sum()) < FEWEST_WINDOWS:
        return 1.0
    signal = [total[known] - of_noise[known] for total, of_noise in zip(variance, noise, strict=True)]
    return float(np.median(local(patterns[0] * patterns[1])[known] / np.sqrt(signal[0] * signal[1])))
