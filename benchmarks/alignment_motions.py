"""Known motions for the alignment benchmark: independent field families, none of them the one that is fitted.

A motion is a map from a visit's pixels to the pixels of the base image (what a visit shows is read there); its truth
for a registration is the inverse. All lengths here are pixels of the real scan (2.26 mm).
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline, RBFInterpolator
from scipy.ndimage import gaussian_filter, map_coordinates

Field = NDArray[np.float64]
SHAPE = (1024, 256)

KINDS: tuple[str, ...] = ("global", "spline 4", "spline 8", "spline 14", "limbs", "plate")
"""Kinds of motion, the number is the longest non-rigid displacement in pixels."""

INVERSE_STEPS = 80
"""Most steps in which a map is inverted."""

OUTSIDE_PX = -1000.0
"""A place outside every image."""

INVERTED_PX = 0.02
"""Places whose inverse is not found to this many pixels have no known truth."""

JOINTS: tuple[tuple[str, tuple[float, float], float, float], ...] = (
    ("head", (190.0, 135.0), 6.0, 12.0),
    ("arm right", (215.0, 70.0), 7.0, 8.0),
    ("arm left", (210.0, 200.0), 7.0, 8.0),
    ("leg right", (450.0, 100.0), 4.0, 10.0),
    ("leg left", (450.0, 175.0), 4.0, 10.0),
    ("shin right", (615.0, 90.0), 5.0, 8.0),
    ("shin left", (615.0, 170.0), 5.0, 8.0),
)
"""Name, joint (row, col) in the real scan, largest turn in degrees, width of the hinge in pixels."""


def pixels(shape: tuple[int, int] = SHAPE) -> Field:
    """Return the place of every pixel."""
    return np.stack(np.meshgrid(*(np.arange(float(size)) for size in shape), indexing="ij"), axis=-1)


def similarity_motion(rng: np.random.Generator, shape: tuple[int, int] = SHAPE) -> Callable[[Field], Field]:
    """Return a global motion: up to 15 px along, 9 px across, 4 degrees, 5 % of scale."""
    angle = np.radians(rng.uniform(-4, 4))
    scale = rng.uniform(0.95, 1.05)
    shift = np.array([rng.uniform(-15, 15), rng.uniform(-9, 9)])
    centre = np.array(shape) / 2 * np.array([0.9, 1.0])
    matrix = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return lambda at: (at - centre) @ matrix.T + centre + shift


def spline_field(rng: np.random.Generator, longest: float, knot: float) -> Field:
    """Return a random cubic B-spline displacement of a given longest length."""
    bases = []
    for size in SHAPE:
        count = int(np.ceil(size / knot)) + 3
        knots = (np.arange(count + 4) - 3) * knot
        bases.append(BSpline(knots, np.eye(count), 3, extrapolate=True)(np.arange(float(size))))
    control = rng.normal(size=(bases[0].shape[1], bases[1].shape[1], 2))
    field = np.einsum("ri,cj,ijk->rck", *bases, control)
    return np.asarray(field * longest / np.linalg.norm(field, axis=-1).max())


def limb_field(rng: np.random.Generator, share: float = 1.0) -> Field:
    """Return the displacement of limbs and head turned about their joints."""
    at = pixels()
    total = np.zeros_like(at)
    for name, joint, turn_deg, hinge in JOINTS:
        weight = gaussian_filter(_limb_mask(name, at).astype(float), hinge)
        angle = np.radians(share * rng.uniform(-turn_deg, turn_deg))
        matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        arm = at - np.array(joint)
        total += weight[..., None] * (arm @ matrix.T - arm)
    return total


def _limb_mask(name: str, at: Field) -> NDArray[np.bool_]:
    """Return the pixels that belong to a limb of the real scan."""
    rows, cols = at[..., 0], at[..., 1]
    right = cols < 137
    masks = {
        "head": rows < 190,
        "arm right": (rows > 215) & (rows < 530) & (cols < 65 - (rows - 215) * 0.02),
        "arm left": (rows > 210) & (rows < 530) & (cols > 212 - (rows - 210) * 0.01),
        "leg right": (rows > 450) & right & (cols > 60),
        "leg left": (rows > 450) & ~right & (cols < 212),
        "shin right": (rows > 615) & right,
        "shin left": (rows > 615) & ~right,
    }
    return np.asarray(masks[name])


def plate_field(rng: np.random.Generator, landmarks: NDArray[np.float64]) -> Field:
    """Return a thin-plate displacement through randomly moved landmarks of the skeleton."""
    chosen = landmarks[rng.choice(len(landmarks), 18, replace=False)]
    moves = rng.normal(size=(18, 2)) * 4.0
    coarse = pixels((SHAPE[0] // 16 + 2, SHAPE[1] // 16 + 2)) * 16.0
    smooth = RBFInterpolator(chosen, moves, kernel="thin_plate_spline", smoothing=60.0)
    field = smooth(coarse.reshape(-1, 2)).reshape(coarse.shape)
    at = pixels() / 16.0
    return np.stack([map_coordinates(field[..., axis], at.transpose(2, 0, 1), order=3) for axis in (0, 1)], axis=-1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Motion:
    """A motion with its truth.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    pull : ndarray, shape (rows, cols, 2)
        For each pixel of the visit its place in the base image.
    push : ndarray, shape (rows, cols, 2)
        For each pixel of the base its place in the visit.
    """

    kind: str
    pull: Field
    push: Field


def random_motion(kind: str, rng: np.random.Generator, landmarks: NDArray[np.float64]) -> Motion:
    """Return a random motion of one kind; drawn again until it does not fold."""
    start = similarity_motion(rng)
    share = 1.0
    while True:
        bend = _bend(kind, rng, landmarks) * share
        if _smallest_jacobian(bend) > 0.6:
            break
        share *= 0.93
    pull = pixels() + bend
    whole = start(pull)
    return Motion(kind=kind, pull=whole, push=inverted(whole))


def _bend(kind: str, rng: np.random.Generator, landmarks: NDArray[np.float64]) -> Field:
    """Return the non-rigid part of a motion."""
    if kind == "global":
        return np.zeros((*SHAPE, 2))
    if kind == "limbs":
        return limb_field(rng)
    if kind == "plate":
        return plate_field(rng, landmarks)
    longest = float(kind.split()[1])
    knot = float(rng.choice([72.0, 96.0]))
    return spline_field(rng, longest, knot) + limb_field(rng, 0.5)


def _smallest_jacobian(bend: Field) -> float:
    """Return the smallest change of area of a displacement."""
    (rr, rc), (cr, cc) = (np.gradient(bend[..., axis]) for axis in (0, 1))
    return float(((1 + rr) * (1 + cc) - rc * cr).min())


def inverted(pull: Field) -> Field:
    """Return the inverse of a dense map, to better than `INVERTED_PX`; not finite where it could not be found."""
    at = pixels(pull.shape[:2])
    off = (pull - at).astype(np.float32)
    # A least-squares affine map takes the large part away; damped fixed-point steps do the rest.
    design = np.concatenate([at.reshape(-1, 2), np.ones((at[..., 0].size, 1))], axis=1)[::97]
    affine, *_ = np.linalg.lstsq(design, pull.reshape(-1, 2)[::97], rcond=None)
    back = np.linalg.inv(affine[:2].T)
    found = (at - affine[2]) @ back.T
    gain, last = np.ones(at.shape[:2]), np.full(at.shape[:2], np.inf)
    for _ in range(INVERSE_STEPS):
        missing = at - found - _read(off, found)
        miss = np.linalg.norm(missing, axis=-1)
        gain[miss > last] *= 0.5
        last = miss
        if miss.max() < 1e-3:
            break
        found = found + gain[..., None] * (missing @ back.T)
    off_by = np.linalg.norm(at - found - _read(off, found), axis=-1)
    found[off_by > INVERTED_PX] = np.nan
    return np.asarray(found, dtype=np.float64)


def _read(field: NDArray[np.float32], at: Field) -> Field:
    """Return a dense field read at places, held constant outside."""
    held = np.clip(at, 0, np.array(field.shape[:2]) - 1)
    moved = np.stack(
        [map_coordinates(field[..., axis], held.transpose(2, 0, 1), order=1, mode="nearest") for axis in (0, 1)],
        axis=-1,
    )
    return np.asarray(moved)


def seen_at(image: NDArray[np.float64], at: Field) -> NDArray[np.float64]:
    """Return an image read at places, zero outside and where no place is known."""
    rows, cols = (np.nan_to_num(at[..., axis], nan=OUTSIDE_PX).astype(np.float32) for axis in (0, 1))
    seen = cv2.remap(image.astype(np.float32), cols, rows, cv2.INTER_LANCZOS4)
    return np.asarray(np.maximum(seen, 0), dtype=np.float64)
