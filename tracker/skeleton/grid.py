"""From a view's own pixels to the template's grid and back."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.skeleton.network import MULTIPLE_PX
from tracker.skeleton.template import STEP_MM

Image = NDArray[np.float32]

MARGIN_PX = 24
"""Template pixels kept around the body: more than the network's outermost useful context, 58 mm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The part of the template grid that holds the body, and how the given pixels lie in it.

    Parameters
    ----------
    given_shape : tuple of int
        Rows and columns of the given image.
    full_shape : tuple of int
        Rows and columns of the whole given image on the template grid.
    rows, cols : tuple of int
        First and one-past-last template pixel of the part used; may reach beyond the image.
    """

    given_shape: tuple[int, int]
    full_shape: tuple[int, int]
    rows: tuple[int, int]
    cols: tuple[int, int]

    def taken(self, full: Image) -> Image:
        """Return the part used of an image on the whole template grid, zero beyond it.

        Parameters
        ----------
        full : ndarray, shape ``full_shape``, float32
            Image on the whole template grid.

        Returns
        -------
        ndarray, float32
            Part, sides are multiples of the network's need.
        """
        part = np.zeros((self.rows[1] - self.rows[0], self.cols[1] - self.cols[0]), dtype=np.float32)
        inner, outer = self._overlap()
        part[inner] = full[outer]
        return part

    def _overlap(self) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
        """Return the overlap of part and image as slices of the part and of the image."""
        inner, outer = [], []
        for (first, last), size in zip((self.rows, self.cols), self.full_shape, strict=True):
            low, high = max(first, 0), min(last, size)
            inner.append(slice(low - first, high - first))
            outer.append(slice(low, high))
        return (inner[0], inner[1]), (outer[0], outer[1])

    def given(self, part: Image) -> Image:
        """Return a part of the template grid carried to the given pixels, linearly, zero outside the part.

        Parameters
        ----------
        part : ndarray, shape (rows, cols), float32
            Image on the part used, or the same at a coarser resolution.

        Returns
        -------
        ndarray, shape ``given_shape``, float32
            Image on the given pixels.
        """
        size = (self.rows[1] - self.rows[0], self.cols[1] - self.cols[0])
        if part.shape != size:
            part = cv2.resize(part, size[::-1], interpolation=cv2.INTER_LINEAR)
        full = np.zeros(self.full_shape, dtype=np.float32)
        inner, outer = self._overlap()
        full[outer] = part[inner]
        return resized(full, self.given_shape)


def resized(image: Image, shape: tuple[int, int]) -> Image:
    """Return an image of the same extent on another number of pixels: mean where coarser, linear where finer.

    Parameters
    ----------
    image : ndarray, shape (rows, cols), float32
        Image of densities.
    shape : tuple of int
        Rows and columns wanted.

    Returns
    -------
    ndarray, shape ``shape``, float32
        The same extent.
    """
    if image.shape == shape:
        return image
    for axis in (0, 1):
        size = (shape[0], image.shape[1]) if axis == 0 else shape
        if size == image.shape:
            continue
        method = cv2.INTER_AREA if size[axis] < image.shape[axis] else cv2.INTER_LINEAR
        image = cv2.resize(image, size[::-1], interpolation=method)
    return image


def template_shape(shape: tuple[int, int], spacing_mm: tuple[float, float], scale: float) -> tuple[int, int]:
    """Return how many template pixels an image of this extent has.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns given.
    spacing_mm : tuple of float
        Pixel spacing (row, col).
    scale : float
        The body is enlarged this many times on the template grid.

    Returns
    -------
    tuple of int
        Rows and columns on the template grid.
    """
    rows, cols = (max(8, round(size * step * scale / STEP_MM)) for size, step in zip(shape, spacing_mm, strict=True))
    return rows, cols


def grid_around(body: NDArray[np.bool_], given_shape: tuple[int, int]) -> Grid:
    """Return the part of the template grid that holds the body with a margin.

    Parameters
    ----------
    body : ndarray, shape (rows, cols), bool
        Body outline on the whole template grid.
    given_shape : tuple of int
        Rows and columns of the given image.

    Returns
    -------
    Grid
        Sides are multiples of the network's need.
    """
    spans = []
    for axis in (0, 1):
        inside = np.flatnonzero(body.any(axis=1 - axis))
        first, last = (int(inside[0]), int(inside[-1]) + 1) if inside.size else (0, body.shape[axis])
        first, last = first - MARGIN_PX, last + MARGIN_PX
        size = -(-(last - first) // MULTIPLE_PX) * MULTIPLE_PX
        spans.append((first, first + size))
    return Grid(given_shape=given_shape, full_shape=(body.shape[0], body.shape[1]), rows=spans[0], cols=spans[1])
