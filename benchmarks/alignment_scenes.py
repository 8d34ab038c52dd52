"""Pairs of scans with known motion, made from the one real scan that is public.

The real scan is denoised, warped by a known motion, changed (counts, bone to soft tissue, bladder, lesions) and drawn
again from Poisson's law. Some residue of its noise is in both images of a pair; the motion is in the plane.
"""

import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pydicom
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_erosion, binary_opening, gaussian_filter, label

from benchmarks.alignment_motions import KINDS, Field, Motion, pixels, random_motion, seen_at
from tracker.phantom.camera import FWHM_PER_SIGMA

PIXEL_MM = 2.26
COUNTS = 1.5e6
Image = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Base:
    """The denoised real scan, split into parts.

    Parameters
    ----------
    bone, soft, bladder : ndarray
        Expected counts of each part; their sum has `COUNTS` counts.
    skeleton, body : ndarray of bool
        Where errors are counted.
    landmarks : ndarray, shape (n, 2)
        Pixels of the skeleton, (row, col).
    """

    bone: Image
    soft: Image
    bladder: Image
    skeleton: NDArray[np.bool_]
    body: NDArray[np.bool_]
    landmarks: NDArray[np.float64]


def real_scan() -> Image:
    """Return the counts of the real anterior whole-body scan."""
    found = next(Path(sysconfig.get_paths()["purelib"]).rglob("JPEG-LL.dcm"))
    return np.asarray(pydicom.dcmread(found).pixel_array, dtype=np.float64)


@lru_cache(maxsize=1)
def base() -> Base:
    """Return the denoised real scan and its parts."""
    raw = real_scan()
    rooted = 2 * np.sqrt(raw + 0.375)
    levels = np.clip(rooted * 7.0, 0, 255).astype(np.uint8)
    calmed = cv2.fastNlMeansDenoising(levels, None, h=9.0, templateWindowSize=5, searchWindowSize=17) / 7.0
    clean = gaussian_filter(np.maximum((calmed / 2) ** 2 - 0.375, 0) * (raw.sum() > 0), 0.7)
    clean[gaussian_filter(raw, 6) < 0.3] = 0
    clean *= COUNTS / clean.sum()
    body = np.asarray(gaussian_filter(clean, 2) > 1.5)
    bladder_box = np.zeros(raw.shape, bool)
    bladder_box[400:445, 115:162] = True
    level = gaussian_filter(clean, 2)
    bladder_mask = bladder_box & (level > 45 * COUNTS / raw.sum() * 1.6)
    blend = gaussian_filter(bladder_mask.astype(float), 1.5)
    around = gaussian_filter(np.where(bladder_mask, 0, clean), 8) / np.maximum(
        gaussian_filter(~bladder_mask * 1.0, 8), 0.05
    )
    filled = clean * (1 - blend) + around * blend
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (21, 21))
    opened = cv2.morphologyEx(gaussian_filter(filled, 1.0).astype(np.float32), cv2.MORPH_OPEN, kernel)
    soft = np.minimum(gaussian_filter(opened.astype(np.float64), 2), filled)
    bone = filled - soft
    deep = binary_erosion(body, iterations=4)
    skeleton = np.asarray(deep & (gaussian_filter(bone, 1.0) > 0.10 * np.maximum(gaussian_filter(soft, 3), 3.0)))
    skeleton = np.asarray(binary_opening(skeleton & ~binary_dilation(bladder_mask, iterations=3), iterations=1))
    parts, count = label(skeleton)
    sizes = np.bincount(parts.ravel(), minlength=count + 1)
    skeleton &= sizes[parts] > 60
    return Base(
        bone=bone,
        soft=soft,
        bladder=np.maximum(clean - filled, 0),
        skeleton=skeleton,
        body=body,
        landmarks=np.argwhere(skeleton).astype(float),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesion:
    """One lesion in the base image: place, standard deviation, peak over the local counts at each of two visits."""

    row: float
    col: float
    sd: float
    peaks: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Visit:
    """One simulated visit: detected counts, its motion, and the expected counts of its lesions alone."""

    counts: Image
    posterior: Image
    motion: Motion
    lesions: Image


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """Visits of one simulated patient with the lesions that were planted."""

    kind: str
    seed: int
    visits: tuple[Visit, ...]
    lesions: tuple[Lesion, ...]


def plant(rng: np.random.Generator, count: int, visits: int) -> tuple[Lesion, ...]:
    """Return lesions on the skeleton, new, gone, brighter or fainter from visit to visit."""
    spots = base().landmarks[rng.choice(len(base().landmarks), count)]
    found = []
    for row, col in spots:
        contrast = rng.uniform(2, 6)
        fate = rng.choice(["new", "gone", "changed"])
        start = int(rng.integers(1, visits)) if visits > 1 else 0
        factors = np.ones(visits)
        factors[start:] = {"new": 1.0, "gone": 0.0, "changed": rng.uniform(0.4, 2.0)}[str(fate)]
        if fate == "new":
            factors[:start] = 0.0
        sd = rng.uniform(3, 8) / FWHM_PER_SIGMA
        found.append(Lesion(row=row, col=col, sd=sd, peaks=tuple((contrast - 1) * factors)))
    return tuple(found)


def lesion_image(lesions: Sequence[Lesion], visit: int, level: Image) -> Image:
    """Return the expected counts of the lesions of one visit in the base frame."""
    total = np.zeros(level.shape)
    at = pixels(level.shape)
    smooth = gaussian_filter(level, 3)
    for lesion in lesions:
        squared = (at[..., 0] - lesion.row) ** 2 + (at[..., 1] - lesion.col) ** 2
        peak = lesion.peaks[visit] * smooth[int(lesion.row), int(lesion.col)]
        total += peak * np.exp(-squared / (2 * lesion.sd**2))
    return total


def expected(rng: np.random.Generator, lesions: Image) -> tuple[Image, Image]:
    """Return expected counts of the anterior and a made-up posterior view in the base frame."""
    parts = base()
    ratio, bladder = rng.uniform(0.85, 1.2), np.exp(rng.uniform(np.log(0.3), np.log(5.0)))
    front = ratio * parts.bone + parts.soft + bladder * parts.bladder + lesions
    back = 1.1 * ratio * parts.bone + 0.9 * parts.soft + 0.25 * bladder * parts.bladder + 0.8 * lesions
    return front, back + _posterior_extras(parts.bone.shape)


@lru_cache(maxsize=1)
def _posterior_extras(shape: tuple[int, int]) -> Image:
    """Return spine, kidneys and sacroiliac joints that only a posterior view shows."""
    at = pixels(shape)
    total = np.zeros(shape)
    for row, col, row_sd, col_sd, peak in (
        (300, 147, 60, 5, 12),
        (345, 118, 9, 6, 10),
        (345, 180, 9, 6, 10),
        (400, 122, 10, 4, 12),
        (400, 168, 10, 4, 12),
    ):
        total += peak * np.exp(-(((at[..., 0] - row) / row_sd) ** 2 + ((at[..., 1] - col) / col_sd) ** 2) / 2)
    return total


IDENTITY = None


def still() -> Motion:
    """Return the motion that moves nothing."""
    return Motion(kind="still", pull=pixels(), push=pixels())


def visit(rng: np.random.Generator, motion: Motion, lesions: Image, counts: float) -> Visit:
    """Return one visit drawn from Poisson's law."""
    views = []
    for image in expected(rng, lesions):
        moved = seen_at(image, motion.pull)
        views.append(rng.poisson(moved * (counts / COUNTS)).astype(np.float64))
    return Visit(counts=views[0], posterior=views[1], motion=motion, lesions=lesions)


def pair(kind: str, seed: int, counts: float = 1.0) -> Scene:
    """Return a pair of visits; the first lies as the base image does."""
    return course(kind, seed, (2, counts), first_still=True)


def course(kind: str, seed: int, size: tuple[int, float], *, first_still: bool = False) -> Scene:
    """Return several visits of one patient; size is their number and a factor on their counts."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    number, factor = size
    parts = base()
    lesions = plant(rng, int(rng.integers(0, 7)), number)
    visits = []
    for index in range(number):
        motion = still() if first_still and index == 0 else random_motion(kind, rng, parts.landmarks)
        image = lesion_image(lesions, index, parts.bone + parts.soft)
        visits.append(visit(rng, motion, image, COUNTS * factor * rng.uniform(0.6, 1.6)))
    return Scene(kind=kind, seed=seed, visits=tuple(visits), lesions=lesions)


def truth(scene: Scene, fixed: int, moving: int) -> Field:
    """Return for each pixel of a fixed visit its place in a moving visit."""
    from benchmarks.alignment_motions import _read

    push = scene.visits[moving].motion.push
    place = scene.visits[fixed].motion.pull
    return place + _read((push - pixels()).astype(np.float32), place)
