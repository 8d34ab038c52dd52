"""Pictures of the quality page: every visit before and after alignment, small, in one window, as data URLs."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tracker.alignment import seen_in_space, subtraction, warp_to_space
from tracker.exports.images import png_uri
from tracker.records.alignment import DisplacementField, ViewAlignment, VisitAlignment
from tracker.records.view import Projection, View

SHOWN_MM = 4.5
"""Pixel of the pictures, millimetres: two of a whole-body matrix, so that noise does not hide the bones."""

WINDOW_PERCENTILE = 99.0
"""What prints black: this percentile of the body pixels of the mean image."""

GRID_MM, GRID_STEP_MM = 60.0, 15.0
"""Distance of the lines of the displacement grid, and of the points that a line is drawn through, millimetres."""

DOUBT_MM = 18.0
"""Pixel of the layer that shows where the alignment is doubtful, millimetres."""

DOUBT_COLOUR = (213, 94, 0)
"""Vermilion of Okabe and Ito, safe for colour-vision deficiency."""

STRONGEST_DOUBT = 190.0
"""Opacity, of 255, where confidence is zero: bones still show through."""

HOTTER_COLOUR, COOLER_COLOUR = (213, 94, 0), (0, 114, 178)
"""Vermilion and blue of Okabe and Ito: where a visit is hotter or cooler than the reference."""

FULL_COLOUR_SD = 8.0
"""Difference of two visits, in standard deviations of counting, that prints in full colour."""

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """How images of patient space are printed.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of patient space.
    spacing_mm : tuple of float
        Its pixel spacing.
    """

    shape: tuple[int, int]
    spacing_mm: tuple[float, float]

    @property
    def size_mm(self) -> tuple[int, int]:
        """Width and height."""
        return (round(self.shape[1] * self.spacing_mm[1]), round(self.shape[0] * self.spacing_mm[0]))

    def shrunk(self, image: Floats, pixel_mm: float) -> NDArray[np.float32]:
        """Return an image of patient space averaged to larger pixels.

        Parameters
        ----------
        image : ndarray, shape (rows, cols)
            On the patient-space grid.
        pixel_mm : float
            Size of the new pixels.

        Returns
        -------
        ndarray, float32
            Mean of the pixels that fall together.
        """
        width, height = self.size_mm
        size = (max(1, round(width / pixel_mm)), max(1, round(height / pixel_mm)))
        return np.asarray(cv2.resize(image.astype(np.float32), size, interpolation=cv2.INTER_AREA))


def unaligned(view: View, alignment: ViewAlignment) -> NDArray[np.float64]:
    """Return a view on the patient-space grid as it was acquired, nothing moved.

    Parameters
    ----------
    view : View
        The view.
    alignment : ViewAlignment
        Gives the grid.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        Counts per patient-space pixel.
    """
    field = alignment.to_visit
    still = DisplacementField(displacement_mm=np.zeros_like(field.displacement_mm), spacing_mm=field.spacing_mm)
    return warp_to_space(view, ViewAlignment(projection=view.projection, to_visit=still, to_space=still))


def turned(image: Floats, projection: Projection) -> Floats:
    """Return an anatomical image as its side is looked at: patient left on the left for the posterior view.

    Parameters
    ----------
    image : ndarray, shape (rows, cols)
        Anatomical frame.
    projection : Projection
        Which side.

    Returns
    -------
    ndarray
        Same pixels, mirrored for the posterior view.
    """
    return image[:, ::-1] if projection is Projection.POSTERIOR else image


def grey_uri(image: Floats, black: float) -> str:
    """Return an inverse-grey picture as a data URL.

    Parameters
    ----------
    image : ndarray, shape (rows, cols)
        Not negative.
    black : float
        Value that prints black.

    Returns
    -------
    str
        PNG.
    """
    grey = 255 - 255 * np.clip(image / black, 0, 1)
    return png_uri(Image.fromarray(np.ascontiguousarray(grey.astype(np.uint8))))


def doubt_uri(visit: VisitAlignment, canvas: Canvas, projection: Projection) -> str:
    """Return a layer that covers what is not to be trusted.

    Parameters
    ----------
    visit : VisitAlignment
        Gives the confidence.
    canvas : Canvas
        Patient space.
    projection : Projection
        Which side.

    Returns
    -------
    str
        PNG, clear where confidence is one.
    """
    doubt = 1 - turned(canvas.shrunk(visit.confidence, DOUBT_MM), projection)
    layer = np.zeros((*doubt.shape, 4), np.uint8)
    layer[..., :3] = DOUBT_COLOUR
    layer[..., 3] = np.clip(STRONGEST_DOUBT * doubt, 0, 255)
    return png_uri(Image.fromarray(layer))


def change_uri(reference: tuple[View, ViewAlignment], visit: tuple[View, ViewAlignment], canvas: Canvas) -> str:
    """Return the subtraction of a visit and a reference visit: vermilion is hotter, blue is cooler.

    Parameters
    ----------
    reference, visit : tuple of View and ViewAlignment
        One side of two accepted visits.
    canvas : Canvas
        Patient space.

    Returns
    -------
    str
        PNG, white where nothing changed.
    """
    counts = [warp_to_space(view, alignment) for view, alignment in (reference, visit)]
    seen = seen_in_space(*reference) & seen_in_space(*visit)
    sds = subtraction(counts[0], counts[1], canvas.spacing_mm, seen).standard_deviations
    part = turned(np.clip(canvas.shrunk(sds, SHOWN_MM) / FULL_COLOUR_SD, -1, 1), visit[0].projection)
    colour = np.where(part[..., None] > 0, HOTTER_COLOUR, COOLER_COLOUR)
    printed = 255 + np.abs(part[..., None]) * (colour - 255.0)
    return png_uri(Image.fromarray(np.ascontiguousarray(printed.astype(np.uint8))))


def grid_paths(alignment: ViewAlignment, canvas: Canvas) -> list[str]:
    """Return the lines of a square grid of patient space as they lie on the visit.

    Parameters
    ----------
    alignment : ViewAlignment
        From patient space to the visit.
    canvas : Canvas
        Patient space.

    Returns
    -------
    list of str
        Points of one SVG polyline each, millimetres, as the side is looked at.
    """
    width, height = canvas.size_mm
    rows = np.arange(0.0, height, GRID_STEP_MM)
    cols = np.arange(0.0, width, GRID_STEP_MM)
    every = round(GRID_MM / GRID_STEP_MM)
    row_px = np.minimum(np.rint(rows / canvas.spacing_mm[0]).astype(int), canvas.shape[0] - 1)
    col_px = np.minimum(np.rint(cols / canvas.spacing_mm[1]).astype(int), canvas.shape[1] - 1)
    moved = alignment.to_visit.displacement_mm[np.ix_(row_px, col_px)].astype(np.float64)
    moved[..., 0] += rows[:, None]
    moved[..., 1] += cols[None, :]
    if alignment.projection is Projection.POSTERIOR:
        moved[..., 1] = width - moved[..., 1]
    lines = [*moved[::every], *moved.swapaxes(0, 1)[::every]]
    return [" ".join(f"{col:.0f},{row:.0f}" for row, col in line) for line in lines]


def likeness(image: Floats, mean: Floats, body: NDArray[np.bool_]) -> float:
    """Return how like two images are inside the body.

    Parameters
    ----------
    image, mean : ndarray, shape (rows, cols)
        Counts.
    body : ndarray, shape (rows, cols), bool
        Where to look.

    Returns
    -------
    float
        Correlation of the square roots, clipped at the window; 0 where nothing can be said.
    """
    if body.sum() < 2:
        return 0.0
    roots = [np.sqrt(np.minimum(one, np.percentile(one[body], WINDOW_PERCENTILE))[body]) for one in (image, mean)]
    if min(float(root.std()) for root in roots) == 0:
        return 0.0
    return float(np.corrcoef(roots[0], roots[1])[0, 1])
