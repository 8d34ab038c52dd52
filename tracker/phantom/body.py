"""Soft tissue: the body's front and back surface over the image plane, and the lungs inside, around posed bones.

The trunk is a stack of ellipses carried by the spine; limbs are chains of balls between joints. Everything between the
front and the back surface counts as tissue, which is what a planar camera needs: a path length per pixel.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.phantom.pose import Motion
from tracker.phantom.shape import Shape, trunk_place
from tracker.records.regions import SIDES

TRUNK_STATIONS = np.array(
    [
        [750.0, 108.0, 70.0, 172.0],
        [800.0, 152.0, 88.0, 178.0],
        [840.0, 168.0, 98.0, 180.0],
        [880.0, 172.0, 106.0, 184.0],
        [950.0, 160.0, 106.0, 182.0],
        [1020.0, 146.0, 100.0, 182.0],
        [1090.0, 140.0, 98.0, 188.0],
        [1160.0, 148.0, 106.0, 194.0],
        [1240.0, 156.0, 112.0, 198.0],
        [1320.0, 158.0, 110.0, 204.0],
        [1370.0, 160.0, 98.0, 208.0],
        [1410.0, 148.0, 84.0, 214.0],
        [1440.0, 104.0, 66.0, 220.0],
        [1462.0, 76.0, 58.0, 222.0],
        [1485.0, 58.0, 56.0, 218.0],
        [1530.0, 56.0, 60.0, 212.0],
        [1560.0, 58.0, 66.0, 205.0],
    ]
)
"""Lean trunk and neck of the reference body: height, half width, half depth, y of the middle, millimetres."""

FAT_ALONG_TRUNK = np.array(
    [0.5, 0.85, 1.1, 1.2, 1.35, 1.45, 1.35, 1.15, 0.95, 0.8, 0.7, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25]
)
"""How much of a person's fat thickness lies on each station, sideways."""

FAT_FORWARD = 0.75
"""Fat in depth against fat sideways, lying down."""

LIMB_BALLS: dict[tuple[str, str], tuple[tuple[float, float], tuple[float, float]]] = {
    ("shoulder", "elbow"): ((44.0, 35.0), (0.4, 0.25)),
    ("elbow", "wrist"): ((36.0, 25.0), (0.2, 0.05)),
    ("hip", "knee"): ((78.0, 52.0), (0.7, 0.2)),
    ("knee", "ankle"): ((48.0, 31.0), (0.2, 0.1)),
}
"""Radius at both ends of each limb segment, and the share of the fat thickness there."""

BULGE_MM = {"knee": 9.0, "elbow": 4.0, "hip": 4.0}
"""How far calf, forearm and thigh muscles stand out, by the joint above."""

HAND_REACH_MM = 120.0
"""Wrist to the middle of the fingers."""

HAND_RADIUS_MM = 30.0
"""Mean half width of a hand."""

FOOT_POINTS = (
    (75.0, 200.0, 28.0, 32.0),
    (80.0, 140.0, 30.0, 34.0),
    (86.0, 60.0, 18.0, 30.0),
    (90.0, -10.0, 12.0, 26.0),
)
"""x, y, z and radius of balls from heel to toes, left foot."""

HEAD_AXES_MM = (79.0, 96.0, 92.0)
"""Half width, depth and height of the head with scalp."""

HEAD_MIDDLE = (0.0, 205.0, 1604.0)
"""Middle of the head, reference frame."""

BALL_STEP_MM = 7.0
"""Distance between balls along a limb."""

LUNGS = ((62.0, 195.0, 1295.0), (48.0, 72.0, 105.0))
"""Middle (left lung) and half axes of a lung, reference frame, millimetres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The image plane behind the body, in the anatomical frame.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    spacing_mm : tuple of float
        Row and column spacing.
    top_z_mm : float
        Height z of the centre of row 0.
    right_x_mm : float
        x of the centre of column 0.
    """

    shape: tuple[int, int]
    spacing_mm: tuple[float, float]
    top_z_mm: float
    right_x_mm: float

    def pixel(self, place: NDArray[np.floating]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return fractional row and column of places.

        Parameters
        ----------
        place : ndarray, shape (n, 3)
            Posed places, millimetres.

        Returns
        -------
        tuple of ndarray
            Rows and columns, anatomical frame, zero-based pixel centres.
        """
        row = (self.top_z_mm - place[:, 2]) / self.spacing_mm[0]
        col = (place[:, 0] - self.right_x_mm) / self.spacing_mm[1]
        return row.astype(np.float32), col.astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tissue:
    """Depth of the body's surfaces over the image plane.

    Parameters
    ----------
    front_mm, back_mm : ndarray, shape (rows, cols), float32
        y of the surface that faces the anterior and the posterior detector; equal where there is no body.
    lung_front_mm, lung_back_mm : ndarray, shape (rows, cols), float32
        The same for the lungs.
    """

    front_mm: NDArray[np.float32]
    back_mm: NDArray[np.float32]
    lung_front_mm: NDArray[np.float32]
    lung_back_mm: NDArray[np.float32]

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Where there is body."""
        return np.asarray(self.back_mm > self.front_mm)


class _Surface:
    """Front and back of a growing union of balls and ellipses."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.front = np.full(frame.shape, np.inf, dtype=np.float32)
        self.back = np.full(frame.shape, -np.inf, dtype=np.float32)

    def add_ball(self, middle: NDArray[np.float64], axes: tuple[float, float, float]) -> None:
        """Add an upright ellipsoid with half axes (x, y, z)."""
        rows, cols = self.frame.shape
        row, col = self.frame.pixel(middle[None])
        high, wide = axes[2] / self.frame.spacing_mm[0], axes[0] / self.frame.spacing_mm[1]
        r = np.arange(max(0, int(row[0] - high)), min(rows, int(row[0] + high) + 2))
        c = np.arange(max(0, int(col[0] - wide)), min(cols, int(col[0] + wide) + 2))
        if not (r.size and c.size):
            return
        left = 1 - ((r[:, None] - row[0]) / high) ** 2 - ((c[None, :] - col[0]) / wide) ** 2
        half = axes[1] * np.sqrt(np.maximum(left, 0))
        here = np.s_[r[0] : r[-1] + 1, c[0] : c[-1] + 1]
        inside = left > 0
        self.front[here] = np.where(inside, np.minimum(self.front[here], middle[1] - half), self.front[here])
        self.back[here] = np.where(inside, np.maximum(self.back[here], middle[1] + half), self.back[here])

    def add_chain(self, ends: NDArray[np.float64], radii: tuple[float, float], bulge_mm: float = 0.0) -> None:
        """Add balls from one place to another, the radius changing on the way and bulging in the upper third."""
        count = max(2, int(np.linalg.norm(ends[1] - ends[0]) / BALL_STEP_MM))
        for share in np.linspace(0, 1, count):
            radius = radii[0] + share * (radii[1] - radii[0]) + bulge_mm * np.exp(-0.5 * ((share - 0.3) / 0.16) ** 2)
            self.add_ball(ends[0] + share * (ends[1] - ends[0]), (radius, radius, radius))

    def add_trunk(self, middle: NDArray[np.float64], half: NDArray[np.float64], roll: NDArray[np.float64]) -> None:
        """Add a stack of ellipses: middles (n, 3), half axes (n, 2), rotation about the long axis (n,) in radians."""
        rows, _ = self.frame.pixel(middle)
        order = np.argsort(rows)
        at = np.arange(np.ceil(rows.min()), np.floor(rows.max()) + 1)
        x, y, a, b, turn = (
            np.interp(at, rows[order], value[order])[:, None]
            for value in (middle[:, 0], middle[:, 1], half[:, 0], half[:, 1], roll)
        )
        across = self.frame.right_x_mm + np.arange(self.frame.shape[1]) * self.frame.spacing_mm[1] - x
        cos, sin = np.cos(turn), np.sin(turn)
        p, q = (cos / a) ** 2 + (sin / b) ** 2, (sin / a) ** 2 + (cos / b) ** 2
        mixed = cos * sin * (1 / a**2 - 1 / b**2)
        root = (mixed * across) ** 2 - q * (p * across**2 - 1)
        half_depth = np.sqrt(np.maximum(root, 0)) / q
        centre = y - mixed * across / q
        keep = (at >= 0) & (at < self.frame.shape[0])
        index = at[keep].astype(int)
        inside = (root > 0)[keep]
        front, back = (centre - half_depth)[keep], (centre + half_depth)[keep]
        self.front[index] = np.where(inside, np.minimum(self.front[index], front), self.front[index])
        self.back[index] = np.where(inside, np.maximum(self.back[index], back), self.back[index])

    def closed(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return front and back, both 0 where nothing is."""
        empty = ~np.isfinite(self.front)
        self.front[empty] = 0
        self.back[empty] = 0
        return self.front, self.back


def _trunk(surface: _Surface, shape: Shape, motion: Motion) -> None:
    """Add trunk and neck, each station riding on the member of the spine nearest to it."""
    person, p = shape.person, shape.person.proportions
    z = TRUNK_STATIONS[:, 0]
    knots = [800.0, 1000.0, 1180.0, 1410.0, 1470.0, 1560.0]
    wide = np.interp(z, knots, [p.pelvis_width, p.pelvis_width, p.thorax_width, p.shoulder_width, 1.0, p.head_size])
    deep = np.interp(z, knots, [p.pelvis_depth, p.pelvis_depth, p.thorax_depth, p.thorax_depth, 1.0, p.head_size])
    middles = np.stack([np.zeros_like(z), TRUNK_STATIONS[:, 3], z], axis=1)
    middles = trunk_place(middles, person, np.ones(7))
    fat = person.fat_mm * FAT_ALONG_TRUNK
    half = np.stack([TRUNK_STATIONS[:, 1] * wide + fat, TRUNK_STATIONS[:, 2] * deep + FAT_FORWARD * fat], axis=1)
    joint_z = np.array([member.joint_mm[2] for member in shape.members[1:25]])
    carrier = np.searchsorted(joint_z, middles[:, 2]).astype(np.intp)
    posed = motion.moved(middles, carrier).astype(np.float64)
    turned = motion.rotation[carrier][:, :, 0]
    surface.add_trunk(posed, half, np.arctan2(turned[:, 1], turned[:, 0]))


def _joint(shape: Shape, motion: Motion, name: str) -> NDArray[np.float64]:
    """Return the posed place of a joint."""
    index = shape.index(name)
    return np.asarray(motion.rotation[index] @ shape.members[index].joint_mm + motion.offset_mm[index])


def _limbs(surface: _Surface, shape: Shape, motion: Motion, side: str) -> None:
    """Add arm, hand and leg of one side."""
    person = shape.person
    thick = person.proportions.bone_thickness
    for (start, stop), (radii, shares) in LIMB_BALLS.items():
        ends = np.array([_joint(shape, motion, f"{name}_{side}") for name in (start, stop)])
        upper, lower = (
            radius * thick + share * person.fat_mm * person.limb_fat
            for radius, share in zip(radii, shares, strict=True)
        )
        surface.add_chain(ends, (upper, lower), BULGE_MM.get(start, 0.0) * thick)
    wrist = shape.index(f"wrist_{side}")
    palm = _joint(shape, motion, f"wrist_{side}")
    down = motion.rotation[wrist] @ np.array([0.0, 0.0, -HAND_REACH_MM * person.proportions.arm_length])
    surface.add_chain(np.array([palm, palm + down]), (HAND_RADIUS_MM, 0.7 * HAND_RADIUS_MM))


def _foot(surface: _Surface, shape: Shape, motion: Motion, side: str) -> None:
    """Add a foot from heel to toes."""
    index = shape.index(f"ankle_{side}")
    length = shape.person.proportions.leg_length
    mirror = np.array([1.0 if side == "left" else -1.0, 1.0, 1.0])
    ankle = shape.members[index].joint_mm
    balls = np.array(FOOT_POINTS)
    reference = np.array([72.0, 158.0, 64.0])
    shaped = ankle + (balls[:, :3] - reference) * mirror * length
    posed = motion.moved(shaped, np.full(len(shaped), index, dtype=np.intp)).astype(np.float64)
    for first, second, start, stop in zip(posed[:-1], posed[1:], balls[:-1, 3], balls[1:, 3], strict=True):
        surface.add_chain(np.array([first, second]), (start * length, stop * length))


def _lungs(frame: Frame, shape: Shape, motion: Motion) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return front and back of both lungs."""
    surface = _Surface(frame)
    p = shape.person.proportions
    carrier = np.full(1, shape.index("thoracic6"), dtype=np.intp)
    for side in SIDES:
        mirror = np.array([1.0 if side == "left" else -1.0, 1.0, 1.0])
        middle = trunk_place((np.array(LUNGS[0]) * mirror)[None], shape.person, np.full(7, p.thorax_width))
        posed = motion.moved(middle, carrier).astype(np.float64)[0]
        x, y, z = LUNGS[1]
        surface.add_ball(posed, (x * p.thorax_width, y * p.thorax_depth, z * p.trunk_length))
    return surface.closed()


def tissue_of(shape: Shape, motion: Motion, frame: Frame) -> Tissue:
    """Return the body's surfaces over an image plane.

    Parameters
    ----------
    shape : Shape
        The person.
    motion : Motion
        The pose.
    frame : Frame
        The image plane.

    Returns
    -------
    Tissue
        Front, back and lungs.
    """
    surface = _Surface(frame)
    _trunk(surface, shape, motion)
    head = shape.index("head")
    size = shape.person.proportions.head_size
    middle = trunk_place(np.array([HEAD_MIDDLE]), shape.person, np.ones(7))
    posed = motion.moved(middle, np.array([head], dtype=np.intp)).astype(np.float64)[0]
    surface.add_ball(posed, (HEAD_AXES_MM[0] * size, HEAD_AXES_MM[1] * size, HEAD_AXES_MM[2] * size))
    for side in SIDES:
        _limbs(surface, shape, motion, side)
        _foot(surface, shape, motion, side)
    front, back = surface.closed()
    lung_front, lung_back = _lungs(frame, shape, motion)
    return Tissue(front_mm=front, back_mm=back, lung_front_mm=lung_front, lung_back_mm=lung_back)
