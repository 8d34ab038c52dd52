"""One lesson: what the network is shown, and the answers it should give."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.records.skeleton import Physiologic
from tracker.simulation.teaching.appearance import Appearance, smooth_field
from tracker.simulation.teaching.layers import CANVAS, Image, Layers
from tracker.simulation.teaching.sites import VEIN_BIT
from tracker.skeleton.explain import prepared
from tracker.skeleton.grid import resized
from tracker.skeleton.placed import SITES
from tracker.skeleton.template import OTHER_SIDE, STEP_MM

SHAPE = (832, 256)
"""Rows and columns of a lesson, template pixels: 2.0 by 0.61 metres."""

COUNTS = (0.12e6, 4.0e6)
"""Total counts of a view, log-uniform."""

GAIN_SD = 0.12
"""Random error of the brightness scale."""

CUT_VEIN_SHARE, CUT_VEIN_PX = 0.2, 12
"""Share of lessons whose field ends at the injection site, and how far from the site's edges it may end."""

OTHER_PIXELS_SHARE, PIXELS_MM = 0.6, (1.95, 2.95)
"""Share of cameras whose pixels are not the template's, and how wide those are."""

ONE_VIEW_SHARE = 0.24
"""Share of lessons that show one view only."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesson:
    """Input and answers.

    Parameters
    ----------
    views : ndarray, shape (2, rows, cols), float32
        Prepared counts; 0 where a view is missing.
    labels : ndarray, shape (2, rows, cols), uint8
        Fine region numbers.
    expected : ndarray, shape (3, rows / 2, cols / 2), float32
        Healthy anterior, posterior, soft tissue.
    body : ndarray, shape (rows / 2, cols / 2), float32
        Share of each cell inside the body.
    sites : ndarray, shape (2 * sites, rows / 2, cols / 2), float32
        Share of each cell covered by each site, anterior first.
    """

    views: Image
    labels: NDArray[np.uint8]
    expected: Image
    body: Image
    sites: Image


def mirrored_bits(bits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return site masks with left and right kidney exchanged.

    Parameters
    ----------
    bits : ndarray of uint8
        Masks as bits in the order of `SITES`.

    Returns
    -------
    ndarray of uint8
        Same shape.
    """
    left, right = (1 << SITES.index(site) for site in (Physiologic.KIDNEY_LEFT, Physiologic.KIDNEY_RIGHT))
    rest = bits & np.uint8(255 - left - right)
    return np.asarray(rest | np.where(bits & left, right, 0) | np.where(bits & right, left, 0), dtype=np.uint8)


def _source(layers: Layers, body: NDArray[np.uint8], rng: np.random.Generator) -> tuple[Image, Image, bool]:
    """Return from which canvas place each lesson pixel is taken, and whether the picture is mirrored."""
    inside = np.flatnonzero(body.any(axis=1))
    top, bottom = (int(inside[0]), int(inside[-1])) if inside.size else (0, CANVAS[0])
    hips = (layers.joints["hip_left"] + layers.joints["hip_right"]) / 2
    middle = ((top + bottom) / 2, (layers.joints["neck"][1] + hips[1]) / 2)
    scale, widen = np.exp(rng.normal(0, 0.05)), np.exp(rng.normal(0, 0.05))
    angle, shear = np.radians(rng.normal(0, 2.5)), rng.normal(0, 0.02)
    if rng.random() < 0.75:
        shift = (rng.uniform(-1, 1) * max(10, (SHAPE[0] - (bottom - top) * scale) / 2), rng.normal(0, 14))
    else:
        shift = (rng.uniform(-0.6, 0.6) * (bottom - top), rng.normal(0, 25))
    row, col = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(np.float32)
    row, col = row - SHAPE[0] / 2 - shift[0], col - SHAPE[1] / 2 - shift[1]
    mirrored = bool(rng.random() < 0.5)
    col = -col if mirrored else col
    cos, sin = np.cos(angle), np.sin(angle)
    to_row = cos / scale * row + (sin / scale + shear) * col + middle[0] + smooth_field(SHAPE, 150, 1.3, rng)
    to_col = (cos * col - sin * row) / (scale * widen) + middle[1] + smooth_field(SHAPE, 150, 1.3, rng)
    return to_row.astype(np.float32), to_col.astype(np.float32), mirrored


def _field_of_view(rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return the exposed part of the image: sometimes narrow, sometimes half a body."""
    low, high = [0, 0], list(SHAPE)
    for axis, chance, most in ((0, 0.12, 0.5), (1, 0.45, 0.2)):
        if rng.random() < chance:
            low[axis] = int(rng.uniform(0, most) * SHAPE[axis])
        if rng.random() < chance:
            high[axis] = SHAPE[axis] - int(rng.uniform(0, most) * SHAPE[axis])
    if rng.random() < 0.02:
        low[1] = int(SHAPE[1] * rng.uniform(0.3, 0.7))
    seen = np.zeros(SHAPE, dtype=bool)
    seen[low[0] : high[0], low[1] : high[1]] = True
    return seen


def _cut_at_vein(seen: NDArray[np.bool_], bits: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """End the field at the injection site, so that part of it is lost."""
    vein = (bits >> VEIN_BIT) & 1
    cols = np.flatnonzero(vein.any(axis=(0, 1)))
    if cols.size and rng.random() < CUT_VEIN_SHARE:
        edge = int(rng.integers(cols[0] - CUT_VEIN_PX, cols[-1] + CUT_VEIN_PX))
        outside = slice(0, max(0, edge)) if edge < SHAPE[1] / 2 else slice(edge, None)
        seen[:, outside] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Camera:
    """How crudely the counts of one lesson are recorded."""

    total: float
    room: float
    pixel_mm: float
    coarseness: float
    smoothing_px: float
    ceiling_percentile: float

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "_Camera":
        """Draw a camera: mostly plain, seldom coarse, smoothed by its software, or saturated."""
        crude = rng.random()
        return cls(
            total=float(np.exp(rng.uniform(*np.log(COUNTS)))),
            room=float(rng.uniform(0, 0.03 if rng.random() < 0.5 else 0.004)),
            pixel_mm=float(rng.uniform(*PIXELS_MM)) if rng.random() < OTHER_PIXELS_SHARE else STEP_MM,
            coarseness=float(rng.uniform(1.5, 4)) if crude < 0.1 else 1.0,
            smoothing_px=float(rng.uniform(0.5, 1.6)) if crude > 0.87 else 0.0,
            ceiling_percentile=float(rng.uniform(98.5, 99.9)) if 0.8 < crude < 0.87 else 100.0,
        )

    def drawn_counts(self, expected: Image, rng: np.random.Generator) -> Image:
        """Return Poisson counts drawn on this camera's pixels, carried to the template's as the program does."""
        finer = STEP_MM / self.pixel_mm
        shape = (round(SHAPE[0] * finer), round(SHAPE[1] * finer))
        own = np.maximum(resized(expected.astype(np.float32), shape), 0) / finer**2
        return resized(rng.poisson(own).astype(np.float32), SHAPE) * np.float32(finer**2)

    def recorded(self, counts: Image) -> Image:
        """Return counts as this camera writes them."""
        if self.coarseness > 1:
            size = (int(SHAPE[1] / self.coarseness), int(SHAPE[0] / self.coarseness))
            few = cv2.resize(counts, size, interpolation=cv2.INTER_AREA)
            counts = cv2.resize(few, SHAPE[::-1], interpolation=cv2.INTER_LINEAR)
        if self.smoothing_px > 0:
            counts = cv2.GaussianBlur(counts, (0, 0), self.smoothing_px)
        if self.ceiling_percentile < 100:
            counts = np.minimum(counts, np.percentile(counts, self.ceiling_percentile)).astype(np.float32)
        return counts


def _shown(signal: Image, seen: NDArray[np.bool_], camera: _Camera, rng: np.random.Generator) -> Image:
    """Return prepared Poisson counts of one view."""
    exposed = signal * seen
    exposed += 3 * camera.room * exposed.mean() * seen
    exposure = camera.total * rng.uniform(0.8, 1.25) / max(float(signal.sum()), 1e-6)
    counts = camera.recorded(camera.drawn_counts(exposed * exposure, rng))
    return prepared(counts) * np.float32(np.exp(rng.normal(0, GAIN_SD)))


def _halved(image: NDArray[np.floating]) -> Image:
    """Return the mean of each cell."""
    return np.asarray(
        cv2.resize(image.astype(np.float32), (SHAPE[1] // 2, SHAPE[0] // 2), interpolation=cv2.INTER_AREA)
    )


def lesson_of(layers: Layers, look: Appearance, rng: np.random.Generator) -> Lesson:
    """Return one random lesson about an appearance.

    Parameters
    ----------
    layers : Layers
        The body, for where it lies.
    look : Appearance
        How it looks.
    rng : Generator
        Source of randomness.

    Returns
    -------
    Lesson
        Input and answers.
    """
    to_row, to_col, mirrored = _source(layers, look.body, rng)

    def taken(image: NDArray[Any], method: int) -> NDArray[Any]:
        return np.asarray(cv2.remap(image, to_col, to_row, method, borderMode=cv2.BORDER_CONSTANT, borderValue=0))

    labels = np.stack([taken(image, cv2.INTER_NEAREST) for image in look.labels]).astype(np.uint8)
    bits = np.stack([taken(image, cv2.INTER_NEAREST) for image in look.sites]).astype(np.uint8)
    if mirrored:
        labels, bits = OTHER_SIDE.astype(np.uint8)[labels], mirrored_bits(bits)
    seen = _field_of_view(rng)
    _cut_at_vein(seen, bits, rng)
    camera = _Camera.drawn(rng)
    views = np.stack(
        [_shown(taken(image, cv2.INTER_LINEAR).astype(np.float32), seen, camera, rng) for image in look.views]
    )
    if rng.random() < ONE_VIEW_SHARE:
        views[int(rng.integers(2))] = 0
    healthy = [taken(image, cv2.INTER_LINEAR) for image in (*look.healthy, look.soft)]
    return Lesson(
        views=views,
        labels=labels * seen,
        expected=np.stack([_halved(image) for image in healthy]),
        body=_halved(taken(look.body, cv2.INTER_NEAREST) * seen),
        sites=np.stack([_halved(((bits[v] * seen) >> k) & 1) for v in (0, 1) for k in range(len(SITES))]),
    )
