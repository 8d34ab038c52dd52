"""How a body might look: random uptake of every bone, disease, missing limbs, blur, scatter; and its healthy image."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.phantom.camera import FWHM_PER_SIGMA
from tracker.phantom.truth import LEAST_BONE_MM
from tracker.phantom.uptake import SOFT_TISSUE_CONCENTRATION
from tracker.records.regions import FINE_REGIONS, SIDES
from tracker.simulation.teaching.frame import Frame
from tracker.simulation.teaching.layers import (
    CANVAS,
    HEALTHY_ATTENUATION,
    Image,
    Layers,
)
from tracker.simulation.teaching.sites import sites_of
from tracker.simulation.teaching.uptakes import random_uptake
from tracker.skeleton.template import STEP_MM

TYPICAL_BONE = 18.0
"""Signal of typical bone of a body of reference size, same unit as uptake times thickness."""

LABEL_BLUR_PX = 1.08
"""Blur of bone before regions are told apart: one pixel of the phantom's truth on the template grid."""

HEALTHY_FWHM_MM = 9.5
"""Resolution of the healthy image: a low-energy collimator at patient distance."""

SCATTER_SHARE = 0.38
"""Scatter over primary signal in the healthy image, inside the body."""

SCATTER_MM = 40.0
"""Standard deviation of scatter."""

CUTS: dict[str, tuple[tuple[str, ...], tuple[str, ...], float]] = {
    "knee": (("lower_leg", "foot", "patella"), ("knee", "ankle", "toe"), 75.0),
    "hip": (("femur", "lower_leg", "foot", "patella"), ("hip", "knee", "ankle", "toe"), 85.0),
    "elbow": (("forearm", "hand"), ("elbow", "wrist", "finger"), 55.0),
    "shoulder": (("humerus", "forearm", "hand"), ("shoulder", "elbow", "wrist", "finger"), 60.0),
    "wrist": (("hand",), ("wrist", "finger"), 45.0),
}
"""Amputations: regions lost, joints along the lost limb, its half width in millimetres."""

CUT_SHARE = 0.08
"""Share of bodies that lost a limb."""

WORN_SHARE, WORN_JOINTS = 0.5, ("elbow", "wrist", "shoulder", "knee", "ankle")
"""Share of bodies with worn joints, and which ones wear: hot elbows and wrists are no injection sites."""

WORN_MM = (8.0, 22.0)
"""Standard deviation of the excess about a worn joint."""

WORN_EXCESS = (0.5, 6.0)
"""Excess over the bone's own uptake in its middle."""

BOTH_SIDES_SHARE = 0.85
"""Share of worn joints whose other side is worn too."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Appearance:
    """One body as two detectors might see it, without noise, and the answers.

    Parameters
    ----------
    views : ndarray, shape (2, rows, cols), float32
        Signal.
    labels : ndarray, shape (2, rows, cols), uint8
        Fine region numbers.
    healthy : ndarray, shape (2, rows, cols), float32
        What a healthy person shows; 1.0 is the mean over labelled bone.
    soft : ndarray, shape (rows, cols), float32
        Its soft-tissue part.
    body : ndarray, shape (rows, cols), uint8
        Body outline.
    sites : ndarray, shape (2, rows, cols), uint8
        Bits of the physiologic sites.
    """

    views: Image
    labels: NDArray[np.uint8]
    healthy: Image
    soft: Image
    body: NDArray[np.uint8]
    sites: NDArray[np.uint8]


def smooth_field(shape: tuple[int, int], cell_mm: float, sd: float, rng: np.random.Generator) -> Image:
    """Return a smooth random field.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    cell_mm : float
        Distance between independent values.
    sd : float
        Their standard deviation.
    rng : Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape ``shape``, float32
        Mean 0.
    """
    knots = [max(2, int(size * STEP_MM / cell_mm) + 2) for size in shape]
    values = rng.normal(0, sd, knots).astype(np.float32)
    return np.asarray(cv2.resize(values, shape[::-1], interpolation=cv2.INTER_CUBIC))


def on_canvas(layers: Layers, weight: NDArray[np.floating]) -> Image:
    """Return entry weights summed per canvas pixel.

    Parameters
    ----------
    layers : Layers
        The body.
    weight : ndarray, shape (m,)
        Of every entry.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        On the canvas.
    """
    size = CANVAS[0] * CANVAS[1]
    return np.bincount(layers.pixel, weight, minlength=size).reshape(CANVAS).astype(np.float32)


def _labels(layers: Layers, frame: Frame) -> NDArray[np.uint8]:
    """Return which region sends most to each pixel of both views, where there is enough bone."""
    blur = (0, 0), LABEL_BLUR_PX
    thin = cv2.GaussianBlur(on_canvas(layers, layers.thickness_mm), *blur) < LEAST_BONE_MM
    label = frame.part_label[layers.part]
    found = np.zeros((2, *CANVAS), dtype=np.uint8)
    for view, seen in enumerate(layers.sent):
        best = np.zeros(CANVAS, dtype=np.float32)
        for number in np.unique(label):
            sent = cv2.GaussianBlur(on_canvas(layers, seen * (label == number)), *blur)
            found[view][sent > best] = number
            best = np.maximum(best, sent)
        found[view][thin] = 0
    return found


def _cut(layers: Layers, frame: Frame, rng: np.random.Generator) -> Layers:
    """Return a body that lost a limb or part of one."""
    name = str(rng.choice(list(CUTS)))
    side = str(rng.choice(["left", "right"]))
    bases, joints, half_mm = CUTS[name]
    sides = np.array([region.side for region in FINE_REGIONS])[frame.part_label - 1]
    lost = np.isin(frame.part_base, bases) & (sides == side)
    keep = ~lost[layers.part]
    hidden = np.zeros(CANVAS, dtype=np.uint8)
    at = [layers.joints[f"{joint}_{side}"] for joint in joints]
    unit = layers.size / STEP_MM
    for first, second in zip(at[:-1], at[1:], strict=True):
        ends = [(int(place[1]), int(place[0])) for place in (first, second)]
        cv2.line(hidden, ends[0], ends[1], 1, int(2 * half_mm * unit))
    cv2.circle(hidden, (int(at[0][1]), int(at[0][0])), int(0.8 * half_mm * unit), 0, -1)
    return replace(
        layers,
        part=layers.part[keep],
        pixel=layers.pixel[keep],
        anterior=layers.anterior[keep],
        posterior=layers.posterior[keep],
        thickness_mm=layers.thickness_mm[keep],
        sent=layers.sent[:, keep],
        soft_mm=layers.soft_mm * (1 - hidden.astype(np.float16)),
    )


def _lesions(layers: Layers, rng: np.random.Generator) -> Image:
    """Return the relative excess of none to many foci on bone."""
    excess = np.zeros(CANVAS, dtype=np.float32)
    count = int(rng.choice([0, 1, 3, 8, 25, 60], p=[0.3, 0.15, 0.2, 0.2, 0.1, 0.05]) * rng.uniform(0.5, 1.5))
    for pixel in layers.pixel[rng.integers(0, len(layers.pixel), count)]:
        row, col = divmod(int(pixel), CANVAS[1])
        sigma, stretch = np.exp(rng.normal(1.2, 0.5)), rng.uniform(0.6, 1.7)
        reach = int(3 * sigma) + 1
        window = np.s_[max(0, row - reach) : row + reach + 1, max(0, col - reach) : col + reach + 1]
        y, x = np.mgrid[: CANVAS[0], : CANVAS[1]][(slice(None), *window)]
        strength = rng.uniform(0.3, 6) if rng.random() < 0.9 else -0.9
        far = ((y - row) * stretch) ** 2 + ((x - col) / stretch) ** 2
        excess[window] += (strength * np.exp(-far / (2 * sigma**2))).astype(np.float32)
    return np.maximum(excess, -0.95)


def _worn_joints(layers: Layers, rng: np.random.Generator) -> Image:
    """Return the relative excess of bone about worn joints."""
    excess = np.zeros(CANVAS, dtype=np.float32)
    if rng.random() > WORN_SHARE:
        return excess
    y, x = np.ogrid[: CANVAS[0], : CANVAS[1]]
    for joint in rng.choice(WORN_JOINTS, int(rng.integers(1, 3)), replace=False):
        sides = SIDES if rng.random() < BOTH_SIDES_SHARE else (str(rng.choice(SIDES)),)
        sigma, strength = rng.uniform(*WORN_MM) / STEP_MM, np.exp(rng.uniform(*np.log(WORN_EXCESS)))
        for side in sides:
            row, col = layers.joints[f"{joint}_{side}"] + rng.normal(0, 0.3 * sigma, 2)
            bump = np.exp(-((y - row) ** 2 + (x - col) ** 2) / (2 * sigma**2))
            excess += (strength * np.exp(rng.normal(0, 0.25)) * bump).astype(np.float32)
    return excess


def hazed(image: Image, share: float, sigma_mm: float) -> Image:
    """Return the scatter of an image: blurred widely on a coarse grid.

    Parameters
    ----------
    image : ndarray, shape (rows, cols), float32
        On the canvas.
    share : float
        Scatter over primary.
    sigma_mm : float
        Standard deviation of the blur.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        On the canvas.
    """
    coarse = cv2.resize(image, (CANVAS[1] // 8, CANVAS[0] // 8), interpolation=cv2.INTER_AREA)
    wide = cv2.GaussianBlur(coarse, (0, 0), sigma_mm / (8 * STEP_MM))
    return np.asarray(share * cv2.resize(wide, CANVAS[::-1]), dtype=np.float32)


def _healthy(layers: Layers, labels: NDArray[np.uint8], body: NDArray[np.uint8]) -> tuple[Image, Image]:
    """Return what a healthy person shows on both views, and the soft-tissue part."""
    soft_mm = layers.soft_mm.astype(np.float32)
    tissue = SOFT_TISSUE_CONCENTRATION * (1 - np.exp(-HEALTHY_ATTENUATION * soft_mm)) / HEALTHY_ATTENUATION
    totals, hazes = [], []
    for view in (0, 1):
        kept = layers.healthy[view].astype(np.float32) * ((body > 0) | (labels[view] > 0))
        total = cv2.GaussianBlur(kept, (0, 0), HEALTHY_FWHM_MM / FWHM_PER_SIGMA / STEP_MM) + tissue
        hazes.append(hazed(total, SCATTER_SHARE, SCATTER_MM) * body)
        totals.append(total + hazes[-1])
    bone = [float(total[labels[view] > 0].mean()) for view, total in enumerate(totals) if (labels[view] > 0).any()]
    unit = float(np.mean(bone)) if bone else 1.0
    soft = np.minimum(cv2.GaussianBlur(tissue, (0, 0), 1.6) + np.mean(hazes, axis=0), np.minimum(*totals))
    return (np.stack(totals) / unit).astype(np.float32), (soft / unit).astype(np.float32)


def appearance_of(layers: Layers, frame: Frame, rng: np.random.Generator) -> Appearance:
    """Return one random appearance of a body.

    Parameters
    ----------
    layers : Layers
        The body on the canvas.
    frame : Frame
        Reference skeleton.
    rng : Generator
        Source of randomness.

    Returns
    -------
    Appearance
        Signal and answers on the canvas.
    """
    if rng.random() < CUT_SHARE:
        layers = _cut(layers, frame, rng)
    uptake, superscan = random_uptake(frame, rng)
    labels = _labels(layers, frame)
    body = (layers.soft_mm > 12).astype(np.uint8)
    typical = TYPICAL_BONE * layers.size
    glow = sites_of(layers, typical, rng)
    excess = _lesions(layers, rng) + _worn_joints(layers, rng)
    thin = np.exp(rng.uniform(np.log(0.015), np.log(0.09))) * (0.35 if superscan else 1)
    soft = (
        layers.soft_mm.astype(np.float32)
        * thin
        * np.exp(smooth_field(CANVAS, rng.uniform(80, 250), rng.uniform(0.05, 0.35), rng))
    )
    fwhm_mm = rng.uniform(5, 13)
    views: Image = np.empty((2, *CANVAS), dtype=np.float32)
    for view, seen in enumerate((layers.anterior, layers.posterior)):
        bone = on_canvas(layers, seen * uptake[layers.part])
        bone *= np.exp(smooth_field(CANVAS, rng.uniform(60, 300), rng.uniform(0.05, 0.25), rng))
        share = rng.uniform(0.2, 1)
        halo = 0.2 * typical * share * np.maximum(excess, 0) * (bone > 0)
        bone = (bone * (1 + share * excess) + halo).astype(np.float32)
        blur_px = fwhm_mm * rng.uniform(0.9, 1.2) / FWHM_PER_SIGMA / STEP_MM
        sharp = cv2.GaussianBlur(bone + soft + glow.light[view], (0, 0), blur_px)
        scatter = rng.uniform(0, 0.3)
        views[view] = np.float32(1 - scatter) * sharp + hazed(sharp, scatter, rng.uniform(25, 60))
    healthy, healthy_soft = _healthy(layers, labels, body)
    return Appearance(views=views, labels=labels, healthy=healthy, soft=healthy_soft, body=body, sites=glow.bits)
