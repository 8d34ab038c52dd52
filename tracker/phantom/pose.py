"""How a body lies on the table at one visit: rotations at its joints, then of the whole, then where it lies."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from tracker.phantom.joints import SIDE_SIGN
from tracker.phantom.shape import Member, Shape
from tracker.records.arrays import frozen
from tracker.records.regions import SIDES

Angles = tuple[float, float, float]
"""Degrees: (forward flexion, abduction or bend to the patient's right, inward twist or turn to the left)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """One way of lying.

    Parameters
    ----------
    roll_deg : float
        Rotation of the whole body about its long axis.
    tilt_deg : float
        Rotation of the whole body in the plane of the table.
    shift_mm : tuple of float
        Where the body lies, (towards the feet, towards the patient's left), against the middle of the field.
    spine : mapping of str to Angles
        Total rotation over ``lumbar``, ``thoracic`` and ``cervical`` joints.
    limbs : mapping of str to Angles
        Rotation at each limb joint, such as ``"knee_left"``.
    """

    roll_deg: float = 0.0
    tilt_deg: float = 0.0
    shift_mm: tuple[float, float] = (0.0, 0.0)
    spine: Mapping[str, Angles] = field(default_factory=dict)
    limbs: Mapping[str, Angles] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Motion:
    """A rigid motion of every member: ``posed = rotation @ shaped + offset``.

    Parameters
    ----------
    rotation : ndarray, shape (members, 3, 3), float64
        Rotation matrices.
    offset_mm : ndarray, shape (members, 3), float64
        Translations.
    """

    rotation: NDArray[np.float64]
    offset_mm: NDArray[np.float64]

    def __post_init__(self) -> None:
        object.__setattr__(self, "rotation", frozen(self.rotation))
        object.__setattr__(self, "offset_mm", frozen(self.offset_mm))

    def moved(self, place: NDArray[np.floating], member: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return posed places.

        Parameters
        ----------
        place : ndarray, shape (n, 3)
            Shaped places, millimetres.
        member : ndarray, shape (n,), intp
            Member each place rides on.

        Returns
        -------
        ndarray, shape (n, 3), float32
            Posed places, millimetres.
        """
        turned = np.einsum("nij,nj->ni", self.rotation[member], place.astype(np.float64))
        return np.asarray(turned + self.offset_mm[member], dtype=np.float32)


SPINE_PARTS = {"lumbar": 5, "thoracic": 12, "cervical": 7}
"""Number of joints that share the total rotation of each part; the head counts with the neck."""

REST: dict[str, tuple[Angles, Angles]] = {
    "lumbar": ((-2.0, 0.0, 0.0), (3.0, 2.0, 1.5)),
    "thoracic": ((4.0, 0.0, 0.0), (4.0, 3.0, 2.0)),
    "cervical": ((-4.0, 0.0, 0.0), (6.0, 3.0, 7.0)),
    "sternoclavicular": ((0.0, 2.0, 0.0), (2.0, 4.0, 2.0)),
    "shoulder": ((0.0, 8.0, 4.0), (4.0, 3.5, 7.0)),
    "elbow": ((8.0, -3.0, 25.0), (6.0, 4.0, 15.0)),
    "wrist": ((2.0, 0.0, 20.0), (6.0, 6.0, 12.0)),
    "hip": ((2.0, 0.5, -8.0), (2.5, 2.5, 7.0)),
    "knee": ((-6.0, -0.5, 0.0), (4.0, 1.2, 3.0)),
    "ankle": ((-20.0, 0.0, -4.0), (9.0, 3.0, 5.0)),
}
"""Mean and standard deviation, degrees, of how people lie on the table. Decided from pictures of real scans."""

ROLL_SD_DEG = 2.0
"""Spread of the rotation about the long axis."""

TILT_SD_DEG = 0.8
"""Spread of the rotation in the plane of the table."""

SHIFT_SD_MM = (12.0, 8.0)
"""Spread of where the body lies."""


ARM_CLEARANCE_DEG_PER_MM = 0.08
"""Stout people hold their arms this much further out, per millimetre of fat beyond the mean."""

MEAN_FAT_MM = 20.0
"""Fat thickness at which arms lie as in `REST`."""


def _draw(rng: np.random.Generator, name: str, scale: float, fat_mm: float) -> Angles:
    """Return random angles about the rest of one joint."""
    mean, spread = REST[name]
    drawn = np.array(mean) + rng.normal(0, 1, 3) * np.array(spread) * scale
    if name == "shoulder":
        drawn[1] += ARM_CLEARANCE_DEG_PER_MM * (fat_mm - MEAN_FAT_MM)
    return (float(drawn[0]), float(drawn[1]), float(drawn[2]))


def sample_pose(rng: np.random.Generator, scale: float = 1.0, fat_mm: float = MEAN_FAT_MM) -> Pose:
    """Return a random pose on the table.

    Parameters
    ----------
    rng : Generator
        Source of randomness.
    scale : float, optional
        Spread against that of the population.
    fat_mm : float, optional
        Fat thickness of the person, which keeps the arms off the trunk.

    Returns
    -------
    Pose
        Angles at every joint and the place on the table.
    """
    limbs = [name for name in REST if name not in SPINE_PARTS]
    return Pose(
        roll_deg=float(rng.normal(0, ROLL_SD_DEG * scale)),
        tilt_deg=float(rng.normal(0, TILT_SD_DEG * scale)),
        shift_mm=(float(rng.normal(0, SHIFT_SD_MM[0] * scale)), float(rng.normal(0, SHIFT_SD_MM[1] * scale))),
        spine={name: _draw(rng, name, scale, fat_mm) for name in SPINE_PARTS},
        limbs={f"{name}_{side}": _draw(rng, name, scale, fat_mm) for name in limbs for side in SIDES},
    )


def _blend(first: Angles, second: Angles, share: float) -> Angles:
    """Return angles between two."""
    mixed = (1 - share) * np.array(first) + share * np.array(second)
    return (float(mixed[0]), float(mixed[1]), float(mixed[2]))


def visit_pose(habit: Pose, rng: np.random.Generator, scale: float = 1.0, fat_mm: float = MEAN_FAT_MM) -> Pose:
    """Return how a person lies at one visit: near a habitual pose, never quite the same.

    Parameters
    ----------
    habit : Pose
        How this person tends to lie.
    rng : Generator
        Source of randomness.
    scale : float, optional
        Spread between visits against that between people.
    fat_mm : float, optional
        Fat thickness of the person.

    Returns
    -------
    Pose
        Half way between the habit and a fresh draw.
    """
    fresh = sample_pose(rng, scale, fat_mm)
    return Pose(
        roll_deg=0.3 * habit.roll_deg + fresh.roll_deg,
        tilt_deg=0.3 * habit.tilt_deg + fresh.tilt_deg,
        shift_mm=fresh.shift_mm,
        spine={name: _blend(habit.spine[name], fresh.spine[name], 0.5) for name in habit.spine},
        limbs={name: _blend(habit.limbs[name], fresh.limbs[name], 0.6) for name in habit.limbs},
    )


def _matrix(angles: Angles, sign: float) -> NDArray[np.float64]:
    """Return the rotation of one joint; ``sign`` is -1 for the left side."""
    flexion, abduction, twist = angles
    about = Rotation.from_euler("xyz", [-flexion, sign * abduction, sign * twist], degrees=True)
    return np.asarray(about.as_matrix())


def _local(member: Member, pose: Pose) -> NDArray[np.float64]:
    """Return the rotation of a member against its parent."""
    side = member.name.rsplit("_", 1)[-1]
    if side in SIDES:
        return _matrix(pose.limbs.get(member.name, (0.0, 0.0, 0.0)), SIDE_SIGN[side])
    part = "cervical" if member.name == "head" else member.name.rstrip("0123456789")
    if part not in SPINE_PARTS:
        return np.eye(3)
    angles = np.array(pose.spine.get(part, (0.0, 0.0, 0.0))) / SPINE_PARTS[part]
    return _matrix((angles[0], angles[1], angles[2]), 1.0)


def _whole(pose: Pose) -> NDArray[np.float64]:
    """Return the rotation of the whole body."""
    return np.asarray(Rotation.from_euler("yz", [pose.tilt_deg, pose.roll_deg], degrees=True).as_matrix())


def motion_of(shape: Shape, pose: Pose) -> Motion:
    """Return the rigid motion of every member of a body; the lowest lumbar joint stays in place.

    Parameters
    ----------
    shape : Shape
        Joints of the person.
    pose : Pose
        Angles.

    Returns
    -------
    Motion
        From the shaped standing frame to the posed one.
    """
    rotation = np.empty((len(shape.members), 3, 3))
    offset = np.empty((len(shape.members), 3))
    for index, member in enumerate(shape.members):
        if member.parent < 0:
            rotation[index] = _whole(pose)
            offset[index] = member.joint_mm - rotation[index] @ member.joint_mm
        else:
            rotation[index] = rotation[member.parent] @ _local(member, pose)
            at = rotation[member.parent] @ member.joint_mm + offset[member.parent]
            offset[index] = at - rotation[index] @ member.joint_mm
    return Motion(rotation=rotation, offset_mm=offset)
