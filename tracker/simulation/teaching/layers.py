"""A posed body projected part by part: what every appearance is made of."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.records.regions import SIDES
from tracker.simulation.teaching.frame import Frame
from tracker.simulation.teaching.people import Body, Points, random_body
from tracker.skeleton.template import STEP_MM

Image = NDArray[np.float32]

CANVAS = (960, 320)
"""Rows and columns of the plane a body is projected on, template pixels."""

LIMBS = ("humerus", "forearm", "hand", "femur", "patella", "lower_leg", "foot", "skull", "mandible")
"""Regions whose tissue lies around themselves, not in the trunk."""

CORTEX_MM = 4.0
"""Depth to which bone takes more tracer."""

CORTEX_EXTRA = 0.8
"""Extra uptake of that layer."""

TRUNK_HALF_MM = 115.0
"""Half depth of the trunk of a body of reference size."""

LIMB_COVER_MM = 60.0
"""Tissue in front of the middle of a limb bone."""

HEALTHY_ATTENUATION = 0.012
"""Per millimetre, in the healthy image: broad-beam value of soft tissue at 140 keV."""

NARROW_ATTENUATION = 0.0138
"""Per millimetre, of the unscattered events that decide which region a pixel shows."""

LUNG_GAIN: dict[str, tuple[tuple[float, float], ...]] = {
    "scapula": ((1.7, 1.0),),
    "thoracic_spine": ((1.15, 1.0),),
    "sternum": ((1.0, 0.65), (1.0, 1.3)),
    "mandible": ((1.0, 0.65),),
    "cervical_spine": ((1.15, 1.3),),
    "femur": ((1.0, 0.25), (1.0, 0.8)),
    "clavicle": ((1.2, 1.25), (1.1, 0.9)),
    "ribs": ((1.4, 1.2), (1.0, 1.7), (1.7, 1.0), (1.2, 1.2)),
}
"""How much more of a bone reaches the anterior and the posterior detector because lung lies in between, not tissue; or
less because the neck does. By piece of the bone (`frame`) where there are several: manubrium and body of the sternum;
outer and inner clavicle; upper end of the femur and
the rest; side, front and back of a rib. Set against what `tracker.phantom` calls these bones in
the same bodies."""

CAPSULES: tuple[tuple[str, str, float, float, float], ...] = (
    ("shoulder", "elbow", 58.0, 44.0, 1.0),
    ("elbow", "wrist", 46.0, 30.0, 1.0),
    ("wrist", "finger", 36.0, 26.0, 0.6),
    ("hip", "knee", 90.0, 62.0, 1.0),
    ("knee", "ankle", 60.0, 38.0, 1.0),
    ("ankle", "toe", 40.0, 30.0, 0.9),
)
"""Limb segments: joints, radius at both ends in millimetres, thickness over width."""

BEYOND_TIP_MM: dict[str, tuple[float, float]] = {"finger": (-45.0, 12.0), "toe": (-12.0, 12.0)}
"""Range of how far tissue that can be seen reaches beyond the last bone: fingers are thin, and often add nothing to the
outline of the body that they lie on."""

TRUNK_KNOTS = np.array([-0.16, -0.02, 0.15, 0.32, 0.5, 0.7, 0.88, 1.0, 1.05])
"""Heights of the trunk's outline, from hips (0) to shoulders (1)."""

TRUNK_WIDTH_MM = np.array([120.0, 168, 160, 135, 148, 158, 165, 150, 100])
"""Half widths there."""

TRUNK_DEPTH_MM = np.array([120.0, 180, 195, 185, 200, 210, 200, 150, 110])
"""Depths there."""


FAT_SD, VERY_LARGE_SHARE, VERY_LARGE = 0.2, 0.08, (1.4, 2.0)
"""Spread of the logarithm of how much tissue lies about the bones; share of very large bodies, and how much they
have."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layers:
    """One body on the canvas.

    Parameters
    ----------
    part, pixel : ndarray, shape (m,)
        Part number and flat canvas index of every entry.
    anterior, posterior : ndarray, shape (m,), float32
        Bone seen by each detector there, attenuated.
    thickness_mm : ndarray, shape (m,), float32
        Bone behind the pixel.
    sent : ndarray, shape (2, m), float32
        What healthy bone of every entry sends to each detector: decides which region a pixel shows.
    healthy : ndarray, shape (2, rows, cols), float16
        What healthy bone sends to each detector.
    soft_mm : ndarray, shape (rows, cols), float16
        Thickness of the body.
    joints : mapping of str to tuple of float
        Row and column of each joint.
    size : float
        Against the reference body.
    """

    part: NDArray[np.uint8]
    pixel: NDArray[np.int32]
    anterior: Image
    posterior: Image
    thickness_mm: Image
    sent: Image
    healthy: NDArray[np.float16]
    soft_mm: NDArray[np.float16]
    joints: dict[str, NDArray[np.float64]]
    size: float


def _depths(frame: Frame, body: Body) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return tissue in front of and behind every point, millimetres."""
    y = body.place_mm[:, 1]
    middle = (np.bincount(frame.bone, y) / np.bincount(frame.bone))[frame.bone]
    limb = frame.of(*LIMBS)
    half = TRUNK_HALF_MM * body.size
    cover = LIMB_COVER_MM * body.size
    front = np.where(limb, cover + y - middle, y - (210 - half))
    back = np.where(limb, cover - y + middle, 210 + half - y)
    return np.clip(front, 0, 400), np.clip(back, 0, 400)


def _summed(index: NDArray[np.intp], weight: NDArray[np.float64]) -> Image:
    """Return the sum of weights per canvas pixel."""
    return np.bincount(index, weight, minlength=CANVAS[0] * CANVAS[1]).reshape(CANVAS).astype(np.float32)


def layers_of(frame: Frame, rng: np.random.Generator) -> Layers:
    """Return a random body on the canvas.

    Parameters
    ----------
    frame : Frame
        Reference skeleton.
    rng : Generator
        Source of randomness.

    Returns
    -------
    Layers
        Parts, healthy image, soft tissue, joints.
    """
    body = random_body(frame, rng)
    place = body.place_mm
    top = place[:, 2].max() + rng.uniform(40, 200)
    if top - place[:, 2].min() > CANVAS[0] * STEP_MM - 30:
        top = place[:, 2].max() + 40
    half_width = CANVAS[1] * STEP_MM / 2
    row = np.floor((top - place[:, 2]) / STEP_MM).astype(np.intp)
    col = np.floor((place[:, 0] + half_width) / STEP_MM).astype(np.intp)
    seen = (row >= 0) & (row < CANVAS[0]) & (col >= 0) & (col < CANVAS[1])
    pixel = (row * CANVAS[1] + col)[seen]
    front, back = (depth[seen] for depth in _depths(frame, body))
    thickness = frame.volume_mm3[seen] * body.size**3 / STEP_MM**2
    uptake = thickness * (1 + CORTEX_EXTRA * (frame.depth_mm[seen] < CORTEX_MM))
    attenuation = rng.uniform(0.008, 0.015)
    key, entry = np.unique(frame.part[seen] * (CANVAS[0] * CANVAS[1]) + pixel, return_inverse=True)
    healthy = thickness * frame.healthy[seen]
    gains = _lung_gains(frame)[:, key // (CANVAS[0] * CANVAS[1])]
    return Layers(
        part=(key // (CANVAS[0] * CANVAS[1])).astype(np.uint8),
        pixel=(key % (CANVAS[0] * CANVAS[1])).astype(np.int32),
        anterior=np.bincount(entry, uptake * np.exp(-attenuation * front)).astype(np.float32),
        posterior=np.bincount(entry, uptake * np.exp(-attenuation * back)).astype(np.float32),
        thickness_mm=np.bincount(entry, thickness).astype(np.float32),
        sent=np.stack(
            [
                np.bincount(entry, healthy * np.exp(-NARROW_ATTENUATION * depth)) * gain
                for depth, gain in zip((front, back), gains, strict=True)
            ]
        ).astype(np.float32),
        healthy=np.stack(
            [_summed(pixel, healthy * np.exp(-HEALTHY_ATTENUATION * depth)) for depth in (front, back)]
        ).astype(np.float16),
        soft_mm=_soft(frame, body, top, rng).astype(np.float16),
        joints={
            name: np.array([(top - at[2]) / STEP_MM, (at[0] + half_width) / STEP_MM])
            for name, at in body.joints.items()
        },
        size=body.size,
    )


def _lung_gains(frame: Frame) -> NDArray[np.float64]:
    """Return the gain of every part towards each detector, shape (2, parts)."""
    gains = [LUNG_GAIN.get(base, ((1.0, 1.0),)) for base in frame.part_base]
    return np.array([gain[min(piece, len(gain) - 1)] for gain, piece in zip(gains, frame.part_piece, strict=True)]).T


class _Outline:
    """A growing union of shapes: thickness over the canvas at half resolution."""

    def __init__(self, top: float) -> None:
        rows, cols = CANVAS[0] // 2, CANVAS[1] // 2
        row, col = np.mgrid[:rows, :cols]
        self.z = top - (row + 0.5) * 2 * STEP_MM
        self.x = (col + 0.5) * 2 * STEP_MM - CANVAS[1] * STEP_MM / 2
        self.thickness = np.zeros((rows, cols), dtype=np.float32)

    def add(self, thickness: NDArray[np.floating]) -> None:
        """Take the thicker of what is there and what is new."""
        np.maximum(self.thickness, thickness.astype(np.float32), out=self.thickness)

    def capsule(self, ends: tuple[Points, Points], radii: tuple[float, float], flatness: float = 1.0) -> None:
        """Add a chain of balls between two places."""
        first, second = ends[0][[0, 2]], ends[1][[0, 2]]
        length = float(np.hypot(*(second - first))) + 1e-6
        along = (second - first) / length
        across = np.stack([self.x - first[0], self.z - first[1]], axis=-1)
        share = np.clip(across @ along / length, 0, 1)
        radius = radii[0] + (radii[1] - radii[0]) * share
        away = ((across - share[..., None] * length * along) ** 2).sum(axis=-1)
        self.add(2 * flatness * np.sqrt(np.maximum(radius**2 - away, 0)))


def _ending(ends: tuple[Points, Points], beyond_mm: float) -> tuple[Points, Points]:
    """Return two places with the second one moved along the line through them."""
    along = ends[1] - ends[0]
    return ends[0], ends[1] + along * beyond_mm / (float(np.linalg.norm(along)) + 1e-6)


def _soft(frame: Frame, body: Body, top: float, rng: np.random.Generator) -> Image:
    """Return the thickness of the body over the canvas, millimetres."""
    fat = float(np.exp(rng.normal(0.02, FAT_SD)))
    if rng.random() < VERY_LARGE_SHARE:
        fat = float(rng.uniform(*VERY_LARGE))
    girth = body.size * fat**0.7
    outline = _Outline(top)
    joints = body.joints
    _add_head(outline, body.place_mm[frame.of("skull", "mandible")], body.size)
    outline.capsule((joints["neck"], joints["skullbase"]), (66 * girth, 60 * girth))
    for side in SIDES:
        outline.capsule((joints["neck"] - [0, 0, 15], joints[f"shoulder_{side}"]), (62 * girth, 55 * girth))
        for start, stop, first, second, flatness in CAPSULES:
            ends = (joints[f"{start}_{side}"], joints[f"{stop}_{side}"])
            if stop in BEYOND_TIP_MM:
                ends = _ending(ends, rng.uniform(*BEYOND_TIP_MM[stop]) * body.size - second * girth)
            outline.capsule(ends, (first * girth, second * girth), flatness)
    _add_trunk(outline, frame, body, (girth, rng.uniform(-10, 45) * fat))
    soft = cv2.GaussianBlur(outline.thickness, (0, 0), 1.5)
    return np.asarray(cv2.resize(soft, CANVAS[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _add_head(outline: _Outline, head: Points, size: float) -> None:
    """Add an ellipse around the skull."""
    low, high = np.percentile(head, 1, axis=0), np.percentile(head, 99, axis=0)
    middle, half = (low + high) / 2, (high - low) / 2 + 13 * size
    left = 1 - ((outline.x - middle[0]) / half[0]) ** 2 - ((outline.z - middle[2]) / half[2]) ** 2
    outline.add(190 * size * np.sqrt(np.maximum(left, 0)))


def _add_trunk(outline: _Outline, frame: Frame, body: Body, build: tuple[float, float]) -> None:
    """Add the trunk, row by row around the spine; build is girth and belly in millimetres."""
    girth, belly = build
    spine = body.place_mm[frame.of("lumbar_spine", "thoracic_spine", "sacrum")]
    heights = np.linspace(spine[:, 2].min(), spine[:, 2].max(), 24)
    near = [np.abs(spine[:, 2] - height) < 40 for height in heights]
    middles = [spine[mine, 0].mean() if mine.any() else 0.0 for mine in near]
    low, high = (
        (body.joints[f"{joint}_left"][2] + body.joints[f"{joint}_right"][2]) / 2 for joint in ("hip", "shoulder")
    )
    knots = low + (high - low) * TRUNK_KNOTS
    bulge = belly * np.array([0, 0, 0, 1, 0.6, 0, 0, 0, 0])
    width = np.interp(outline.z, knots, (TRUNK_WIDTH_MM + bulge) * girth, left=0.1, right=0.1)
    depth = np.interp(outline.z, knots, (TRUNK_DEPTH_MM + bulge) * girth, left=0, right=0)
    left = 1 - np.abs((outline.x - np.interp(outline.z, heights, middles)) / width) ** 2.6
    outline.add(depth * np.sqrt(np.maximum(left, 0)))
