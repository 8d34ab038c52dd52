"""From a view's own pixels to the template's grid and back."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.body import body_outline
from tracker.skeleton.network import MULTIPLE_PX
from tracker.skeleton.template import STEP_MM

Image = NDArray[np.float32]
Window = tuple[slice, slice]

COARSE_STEP = 1.25
"""Given pixels coarser than this many template pixels take the mean around their centre, not the centre alone."""

COARSE_BLUR = 0.35
"""Standard deviation of that mean, given pixels: near that of a box of one pixel, 0.29, with room for the network's."""

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

    def taken_numbers(self, given: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the part used of an image of numbers, none of which may be mixed.

        Parameters
        ----------
        given : ndarray, shape ``given_shape``, uint8
            Labels or a mask on the given pixels.

        Returns
        -------
        ndarray, uint8
            Each template pixel has the number of the nearest given one; 0 beyond the image.
        """
        full = cv2.resize(np.ascontiguousarray(given), self.full_shape[::-1], interpolation=cv2.INTER_NEAREST)
        return self.taken(full.astype(np.float32)).astype(np.uint8)

    def _overlap(self) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
        """Return the overlap of part and image as slices of the part and of the image."""
        inner, outer = [], []
        for (first, last), size in zip((self.rows, self.cols), self.full_shape, strict=True):
            low, high = max(first, 0), min(last, size)
            inner.append(slice(low - first, high - first))
            outer.append(slice(low, high))
        return (inner[0], inner[1]), (outer[0], outer[1])

    def given(self, part: Image, window: Window | None = None) -> Image:
        """Return a part of the template grid carried to the given pixels, linearly, zero outside the part.

        Parameters
        ----------
        part : ndarray, shape (rows, cols), float32
            Image on the part used, or the same at a coarser resolution.
        window : tuple of slice, optional
            Given pixels wanted; all unless given.

        Returns
        -------
        ndarray, float32
            Image on the given pixels of the window.
        """
        rows, cols = window or (slice(0, self.given_shape[0]), slice(0, self.given_shape[1]))
        matrix = np.zeros((2, 3))
        blur = [0.0, 0.0]
        for axis, span in ((0, rows), (1, cols)):
            first, last = (self.rows, self.cols)[axis]
            fineness = part.shape[axis] / (last - first)
            step = self.full_shape[axis] / self.given_shape[axis] * fineness
            start = (span.start + 0.5) * self.full_shape[axis] / self.given_shape[axis] - first
            matrix[1 - axis, 1 - axis], matrix[1 - axis, 2] = step, start * fineness - 0.5
            blur[axis] = COARSE_BLUR * step if step > COARSE_STEP else 0.0
        if max(blur) > 0:
            part = cv2.GaussianBlur(part, (0, 0), max(blur[1], 1e-3), sigmaY=max(blur[0], 1e-3))
        size = (cols.stop - cols.start, rows.stop - rows.start)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        carried = cv2.warpAffine(part, matrix, size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
        return np.asarray(carried, dtype=np.float32)

    def window_of(self, inside: NDArray[np.bool_]) -> Window:
        """Return the given pixels that may see any of some template pixels.

        Parameters
        ----------
        inside : ndarray, shape (rows, cols), bool
            On the part used; at least one is True.

        Returns
        -------
        tuple of slice
            Rows and columns of the given image.
        """
        spans = []
        for axis, (first, _) in enumerate((self.rows, self.cols)):
            hit = np.flatnonzero(inside.any(axis=1 - axis)) + first
            scale = self.given_shape[axis] / self.full_shape[axis]
            low, high = int(np.floor((hit[0] - 1) * scale)) - 1, int(np.ceil((hit[-1] + 2) * scale)) + 1
            spans.append(slice(max(0, low), max(0, min(self.given_shape[axis], high))))
        return spans[0], spans[1]


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


def body_on_grid(
    images: Sequence[Image], spacing_mm: tuple[float, float], settings: SkeletonSettings
) -> tuple[list[Image], Grid]:
    """Return images of one body on the part of the template grid that holds it.

    Parameters
    ----------
    images : sequence of ndarray, shape (rows, cols), float32
        Counts of one or two views of one shape, anatomical frame.
    spacing_mm : tuple of float
        Pixel spacing (row, col).
    settings : SkeletonSettings
        Level and smoothing of the body outline.

    Returns
    -------
    tuple of list of ndarray and Grid
        The images on the part used, same order; no images where no view shows a body.
    """
    full_shape = template_shape(images[0].shape, spacing_mm, scale=1.0)
    density = [resized(image, full_shape) for image in images]
    body = np.logical_or.reduce([body_outline(image, settings) for image in density])
    grid = grid_around(body, images[0].shape)
    return [grid.taken(image) for image in density] if body.any() else [], grid
