"""Counts made ready to be compared: checked, scaled, blurred, variance-stabilised, with what lies in the field of view.

The square root of Poisson counts has the same variance everywhere (Anscombe), so that a least-squares comparison is
the right one for bright bone and faint soft tissue alike. Counts are expressed per *reference pixel*, whatever the
pixel size of the scanner; the noise level always follows from the true counts.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.alignment.fields import Floats, Spacing
from tracker.errors import ImageError

REFERENCE_PIXEL_MM2 = 5.0
"""Area that counts are expressed per, mm2: about one pixel of a 256 x 1024 whole-body matrix."""

ANSCOMBE = 0.375
"""Added under the square root so that the variance stays 1/4 down to a few counts (Anscombe 1948)."""

STABLE_VARIANCE = 0.25
"""Variance of the square root of a Poisson number."""

SMALLEST_PX = 16
"""Fewest rows and columns of an image that can be aligned."""

SMALLEST_MM, LARGEST_MM = 50.0, 20_000.0
"""Sides of an image that can be aligned, millimetres: from one joint to ten times the height of a person."""

PEDESTAL_PERCENTILE = 5.0
"""What all but this share of pixels, per cent, have at least is taken off: some encodings add a constant to all pixels,
and the square root would see it. Air of a scan as acquired has no counts there (zero on the public real scan)."""

FEWEST_COUNTS = 1000.0
"""Fewest counts of an image that can be aligned."""


def checked(counts: NDArray[np.generic], spacing_mm: Spacing, which: str) -> NDArray[np.float64]:
    """Return ``counts`` as float64 if they can be an image of counts.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols)
        Detected events per pixel.
    spacing_mm : tuple of float
        Pixel spacing (row, col), millimetres.
    which : str
        Name of the image for the message, such as ``"fixed"``.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        The same counts.

    Raises
    ------
    ImageError
        If the array is not a 2-D image of finite, not negative, not constant numbers, or too small.
    """
    image = np.asarray(counts)
    if image.ndim != 2 or min(image.shape, default=0) < SMALLEST_PX:
        raise ImageError(
            f"the {which} image has shape {image.shape}; needed is a 2-D image of at least "
            f"{SMALLEST_PX} x {SMALLEST_PX} pixels",
            code="IMAGE_SHAPE",
        )
    if not (np.issubdtype(image.dtype, np.number) and np.isrealobj(image)):
        raise ImageError(f"the {which} image holds {image.dtype}, not numbers", code="IMAGE_TYPE")
    _check_values(image, which)
    _check_extent((image.shape[0], image.shape[1]), spacing_mm, which)
    return image.astype(np.float64)


def _check_extent(shape: tuple[int, int], spacing_mm: Spacing, which: str) -> None:
    """Raise where a spacing is no spacing, or makes an image that shows no body."""
    try:
        rows_mm, cols_mm = (float(step) for step in spacing_mm)
    except (TypeError, ValueError):
        rows_mm = cols_mm = np.nan
    if not (np.isfinite([rows_mm, cols_mm]).all() and min(rows_mm, cols_mm) > 0):
        raise ImageError(
            f"the spacing of the {which} image is {spacing_mm}; needed are two positive lengths", code="IMAGE_SPACING"
        )
    extent = (shape[0] * rows_mm, shape[1] * cols_mm)
    if min(extent) < SMALLEST_MM or max(extent) > LARGEST_MM:
        raise ImageError(
            f"the {which} image measures {extent[0]:.3g} x {extent[1]:.3g} mm; needed are sides of {SMALLEST_MM:g} to "
            f"{LARGEST_MM:g} mm: is its spacing in millimetres?",
            code="IMAGE_SPACING",
        )


def _check_values(image: NDArray[np.generic], which: str) -> None:
    """Raise where the values cannot be counts."""
    if not np.isfinite(image).all():
        raise ImageError(f"the {which} image holds values that are not finite", code="IMAGE_NOT_FINITE")
    if float(image.min()) < 0:
        raise ImageError(f"the {which} image holds negative values; counts cannot be negative", code="IMAGE_NEGATIVE")
    if float(image.max()) == float(image.min()):
        raise ImageError(f"the {which} image is constant: it shows nothing", code="IMAGE_CONSTANT")
    if float(image.sum()) < FEWEST_COUNTS:
        raise ImageError(
            f"the {which} image holds {image.sum():.0f} counts; needed are {FEWEST_COUNTS:.0f}", code="IMAGE_EMPTY"
        )


def field_of_view(counts: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return 1 where the scanner looked: the smallest rectangle that holds all counts but stray ones.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols), float64
        Detected events per pixel.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        1 inside, 0 in the blank border that some scanners and stations add.
    """
    mask = np.zeros(counts.shape, np.float32)
    rows, cols = (np.flatnonzero((counts > 0).sum(axis=axis) >= 2) for axis in (1, 0))
    if rows.size and cols.size:
        mask[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1] = 1.0
    return mask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """One image of counts with its geometry, before it is blurred for a level.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols), float32
        Counts per reference pixel area, unscaled.
    weight : ndarray, shape (rows, cols), float32
        1 in the field of view, 0 outside; may fall where a place is not to be trusted.
    spacing_mm : tuple of float
        Pixel spacing.
    noise : float
        Variance of ``counts`` over its mean, per pixel: 1 for raw counts on reference pixels, less for a mean of
        several visits.
    """

    counts: Floats
    weight: Floats
    spacing_mm: Spacing
    noise: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return (self.counts.shape[0], self.counts.shape[1])

    @property
    def pixel_mm2(self) -> float:
        """Area of one pixel."""
        return self.spacing_mm[0] * self.spacing_mm[1]


def picture(counts: NDArray[np.float64], spacing_mm: Spacing) -> Picture:
    """Return raw counts as a picture.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols), float64
        Detected events per pixel.
    spacing_mm : tuple of float
        Pixel spacing.

    Returns
    -------
    Picture
        Same image per reference pixel area.
    """
    density = REFERENCE_PIXEL_MM2 / (spacing_mm[0] * spacing_mm[1])
    above = np.maximum(counts - np.percentile(counts, PEDESTAL_PERCENTILE), 0)
    return Picture(
        counts=(above * density).astype(np.float32),
        weight=field_of_view(above),
        spacing_mm=spacing_mm,
        noise=density,
    )


def gaussian(image: Floats, sd_mm: float, spacing_mm: Spacing) -> Floats:
    """Return ``image`` blurred by a Gaussian, zero outside.

    Parameters
    ----------
    image : ndarray, shape (rows, cols), float32
        Any image.
    sd_mm : float
        Standard deviation, millimetres.
    spacing_mm : tuple of float
        Pixel spacing.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        The blurred image.
    """
    sds = [max(sd_mm / step, 1e-3) for step in spacing_mm]
    sizes = [2 * int(np.ceil(3.0 * sd)) + 1 for sd in sds]
    blurred = cv2.GaussianBlur(
        image, (sizes[1], sizes[0]), sigmaX=sds[1], sigmaY=sds[0], borderType=cv2.BORDER_CONSTANT
    )
    return np.asarray(blurred, dtype=np.float32)


def stabilised(source: Picture, sd_mm: float, gain: float) -> tuple[Floats, Floats]:
    """Return the square root of blurred counts, and how much of each blurred pixel lies in the field of view.

    Parameters
    ----------
    source : Picture
        The image.
    sd_mm : float
        Standard deviation of the Gaussian, millimetres.
    gain : float
        Factor on the counts that makes two images comparable.

    Returns
    -------
    tuple of ndarray, shape (rows, cols), float32
        Stabilised image; weight 0 to 1.
    """
    cover = gaussian(source.weight, sd_mm, source.spacing_mm)
    blurred = gaussian(source.counts * source.weight, sd_mm, source.spacing_mm) / np.maximum(cover, 0.25)
    return np.sqrt(np.maximum(blurred * np.float32(gain), 0) + np.float32(ANSCOMBE)), cover * source.weight
