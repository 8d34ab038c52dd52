"""Printable pictures of views: inverse grey, one rule of windowing, lesion outlines with halo, core and letter."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from skimage.measure import find_contours

from tracker.records.lesion import Fate, Kind, Lesion
from tracker.records.skeleton import SkeletonView
from tracker.records.view import Projection, View

WINDOW_PERCENTILE = 99.0
"""Upper end of the display window: this percentile of bone pixels outside physiologic sites."""

SCALE_PX_PER_MM = 0.27
"""Printed pixels per millimetre: a 1.95 m person is about 530 pixels tall."""

FATE_LETTERS = {Fate.NEW: "N", Fate.PERSISTENT: "=", Fate.RESOLVED: "R", Fate.MERGED: "M", Fate.SPLIT: "S"}
"""Letter printed beside a lesion, so that colour is never the only carrier."""

FATE_COLOURS = {
    Fate.NEW: "#D55E00",
    Fate.PERSISTENT: "#0072B2",
    Fate.RESOLVED: "#009E73",
    Fate.MERGED: "#CC79A7",
    Fate.SPLIT: "#CC79A7",
}
"""Okabe-Ito colours, safe for colour-vision deficiency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One printable picture.

    Parameters
    ----------
    caption : str
        What it shows.
    data_uri : str
        PNG, base64, for one self-contained page.
    """

    caption: str
    data_uri: str


def window_high_counts(view: View, skeleton_view: SkeletonView | None) -> float:
    """Return the upper end of the display window, counts per pixel, from bone and not from bladder.

    Parameters
    ----------
    view : View
        What is shown.
    skeleton_view : SkeletonView or None
        Its labels on stored pixels, if a skeleton was placed.

    Returns
    -------
    float
        At least 1.
    """
    pixels = view.counts[view.counts > 0]
    if skeleton_view is not None:
        bone = (skeleton_view.labels > 0) & (skeleton_view.physiologic == 0)
        pixels = view.counts[bone] if bone.any() else pixels
    return max(1.0, float(np.percentile(pixels, WINDOW_PERCENTILE))) if pixels.size else 1.0


def grey_picture(view: View, high_counts: float) -> Image.Image:
    """Return a view as an upright inverse-grey picture, head up, as the detector saw it.

    Parameters
    ----------
    view : View
        What to show.
    high_counts : float
        Counts per pixel that print black.

    Returns
    -------
    Image
        RGB, `SCALE_PX_PER_MM`.
    """
    grey = 255 - np.clip(upright(view, view.counts) / high_counts, 0, 1) * 255
    row_mm, col_mm = view.anatomical_spacing_mm
    size = (round(grey.shape[1] * col_mm * SCALE_PX_PER_MM), round(grey.shape[0] * row_mm * SCALE_PX_PER_MM))
    return Image.fromarray(grey.astype(np.uint8)).resize(size, Image.Resampling.BILINEAR).convert("RGB")


def upright(view: View, stored: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return an array of the stored frame with the head up; a posterior view keeps patient left on the left.

    Parameters
    ----------
    view : View
        Whose orientation.
    stored : ndarray, shape (rows, cols)
        Array on its stored frame.

    Returns
    -------
    ndarray
        Ready to print.
    """
    anatomical = view.orientation.to_anatomical(stored)
    return anatomical[:, ::-1] if view.projection is Projection.POSTERIOR else anatomical


def outlined_picture(view: View, high_counts: float, lesions: Sequence[Lesion]) -> Picture:
    """Return a view with the outlines and letters of its lesions.

    Parameters
    ----------
    view : View
        What to show.
    high_counts : float
        Counts per pixel that print black.
    lesions : sequence of Lesion
        Those of this visit; other views' and other kinds' are left out.

    Returns
    -------
    Picture
        PNG with side marks.
    """
    image = grey_picture(view, high_counts)
    drawing = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=12)
    for lesion in lesions:
        shown = lesion.focus.projection is view.projection and lesion.focus.kind is Kind.LESION
        if shown and lesion.fate is not Fate.RESOLVED:
            _draw_outline(drawing, view, lesion, font)
    left_mark, right_mark = ("R", "L") if view.projection is Projection.ANTERIOR else ("L", "R")
    drawing.text((4, 4), left_mark, fill="#333333", font=font)
    drawing.text((image.width - 14, 4), right_mark, fill="#333333", font=font)
    return Picture(caption=view.projection.value.capitalize(), data_uri=png_uri(image))


def _draw_outline(
    drawing: ImageDraw.ImageDraw, view: View, lesion: Lesion, font: ImageFont.ImageFont | ImageFont.FreeTypeFont
) -> None:
    """Draw one lesion: light halo, coloured core, letter."""
    mask = np.zeros(view.counts.shape)
    mask[lesion.focus.pixels[:, 0], lesion.focus.pixels[:, 1]] = 1
    padded = np.pad(upright(view, mask), 1)
    row_mm, col_mm = view.anatomical_spacing_mm
    colour = FATE_COLOURS[lesion.fate]
    for ring in find_contours(padded, 0.5):
        places = [((col - 0.5) * col_mm * SCALE_PX_PER_MM, (row - 0.5) * row_mm * SCALE_PX_PER_MM) for row, col in ring]
        drawing.line(places, fill="#FFFFFF", width=3)
        drawing.line(places, fill=colour, width=1)
        right = max(place[0] for place in places)
        drawing.text((right + 1, places[0][1] - 6), FATE_LETTERS[lesion.fate], fill=colour, font=font)


def png_uri(image: Image.Image) -> str:
    """Return a picture as a data URI.

    Parameters
    ----------
    image : Image
        Any mode.

    Returns
    -------
    str
        ``data:image/png;base64,...``
    """
    stream = io.BytesIO()
    image.save(stream, format="PNG", optimize=False)
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
