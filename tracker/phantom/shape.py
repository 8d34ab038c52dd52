"""The reference skeleton in one person's proportions, still in the standing frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.phantom.anatomy import Skeleton, reference_skeleton
from tracker.phantom.joints import LIMBS, SPINE_INDEX, SPINE_JOINTS, joint_place, member_of
from tracker.phantom.person import Person
from tracker.records.arrays import frozen
from tracker.records.regions import SIDES

TRUNK_KNOTS_Z_MM = np.array([800.0, 1000.0, 1165.0, 1440.0, 1545.0, 1690.0])
"""Heights between which the trunk's length scales change: pelvis, lumbar spine, thorax, neck, head."""

BREADTH_KNOTS_Z_MM = np.array([800.0, 1000.0, 1180.0, 1400.0, 1480.0, 1560.0, 1690.0])
"""Heights at which breadth and depth of the trunk are given."""

SPINE_Y_MM = 225.0
"""Depths of the trunk scale about this plane."""

WARP_WAVELENGTH_MM = 450.0
"""Typical wavelength of the smooth random warp: shapes differ, no bone is torn."""

WARP_WAVES = 12
"""Number of waves the warp is summed from."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Member:
    """One rigid part of the articulated body.

    Parameters
    ----------
    name : str
        As in `joints.member_of`.
    parent : int
        Index of the member it hangs from; -1 for the pelvis.
    joint_mm : ndarray, shape (3,), float64
        Centre it turns about, shaped standing frame.
    """

    name: str
    parent: int
    joint_mm: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shape:
    """A person's bones and joints before posing.

    Parameters
    ----------
    person : Person
        Whose.
    skeleton : Skeleton
        The reference cloud: labels, depths, volumes.
    place_mm : ndarray, shape (n, 3), float32
        Shaped places of the cloud's points.
    member : ndarray, shape (n,), intp
        Index into ``members`` of every point.
    members : tuple of Member
        Parents come before their children.
    """

    person: Person
    skeleton: Skeleton
    place_mm: NDArray[np.float32]
    member: NDArray[np.intp]
    members: tuple[Member, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "place_mm", frozen(self.place_mm))
        object.__setattr__(self, "member", frozen(self.member))

    def index(self, member: str) -> int:
        """Return the number of a member.

        Parameters
        ----------
        member : str
            Its name.

        Returns
        -------
        int
            Index into ``members``.
        """
        return next(index for index, found in enumerate(self.members) if found.name == member)


def trunk_place(place: NDArray[np.float64], person: Person, width: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where places of the trunk, neck and head lie in a person's proportions.

    Parameters
    ----------
    place : ndarray, shape (n, 3), float64
        Reference places, millimetres.
    person : Person
        Whose proportions.
    width : ndarray, shape (7,), float64
        Scale of breadth at `BREADTH_KNOTS_Z_MM`.

    Returns
    -------
    ndarray, shape (n, 3), float64
        Shaped places, millimetres.
    """
    p = person.proportions
    lengths = np.diff(TRUNK_KNOTS_Z_MM) * ([p.trunk_length] * 4 + [p.head_size])
    heights = TRUNK_KNOTS_Z_MM[0] * p.leg_length + np.concatenate([[0.0], lengths.cumsum()])
    depth = [p.pelvis_depth, p.pelvis_depth, p.thorax_depth, p.thorax_depth, 1.0, p.head_size, p.head_size]
    x, y, z = place.T
    beyond = np.minimum(z - TRUNK_KNOTS_Z_MM[0], 0) * p.trunk_length
    return np.stack(
        [
            x * np.interp(z, BREADTH_KNOTS_Z_MM, width),
            SPINE_Y_MM + (y - SPINE_Y_MM) * np.interp(z, BREADTH_KNOTS_Z_MM, depth),
            np.interp(z, TRUNK_KNOTS_Z_MM, heights) + beyond,
        ],
        axis=1,
    )


def _trunk_width(person: Person) -> NDArray[np.float64]:
    """Return the trunk's breadth scales at the knots."""
    p = person.proportions
    return np.array([p.pelvis_width, p.pelvis_width, p.thorax_width, p.thorax_width, 1.0, p.head_size, p.head_size])


def _limb_scale(member: str, person: Person) -> NDArray[np.float64]:
    """Return the (x, y, z) scale of a limb's member about its joint."""
    p = person.proportions
    base = member.rsplit("_", 1)[0]
    length = p.arm_length if base in ("shoulder", "elbow", "wrist") else p.leg_length
    if base in ("wrist", "ankle"):
        return np.full(3, length)
    return np.array([p.bone_thickness, p.bone_thickness, length])


def _shaped_member(member: str, place: NDArray[np.float64], person: Person) -> NDArray[np.float64]:
    """Return reference places of one member in the person's proportions."""
    base, _, side = member.rpartition("_")
    if side not in SIDES:
        return trunk_place(place, person, _trunk_width(person))
    if base == "sternoclavicular":
        return trunk_place(place, person, np.full(7, person.proportions.shoulder_width))
    joint = joint_place(member)
    if base == "hip":
        origin = trunk_place(joint[None], person, _trunk_width(person))[0]
    else:
        origin = _shaped_member(f"{LIMBS[base]}_{side}", joint[None], person)[0]
    return np.asarray(origin + _limb_scale(member, person) * (place - joint))


def _warp(place: NDArray[np.float64], person: Person) -> NDArray[np.float64]:
    """Return the person's smooth random displacement: mirror-symmetric but for a quarter."""
    rng = np.random.default_rng(person.warp_seed)
    frequency = rng.normal(0, 2 * np.pi / WARP_WAVELENGTH_MM, (WARP_WAVES, 3)) / np.sqrt(3)
    phase = rng.uniform(0, 2 * np.pi, WARP_WAVES)
    weight = rng.normal(0, person.warp_mm * np.sqrt(2 / WARP_WAVES), (WARP_WAVES, 3))
    mirror = np.array([-1.0, 1.0, 1.0])
    straight = np.cos(place @ frequency.T + phase) @ weight
    opposite = np.cos((place * mirror) @ frequency.T + phase) @ weight * mirror
    return np.asarray(0.7 * straight + 0.4 * opposite)


def _member_names() -> tuple[str, ...]:
    """Return every member, parents before children."""
    spine = ("pelvis", *(name for name, _, _ in SPINE_JOINTS))
    limbs = ("sternoclavicular", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    return spine + tuple(f"{limb}_{side}" for limb in limbs for side in SIDES)


def _parent(name: str, names: tuple[str, ...]) -> int:
    """Return the index of a member's parent, -1 for the pelvis."""
    if name in SPINE_INDEX:
        return SPINE_INDEX[name] - 1
    base, _, side = name.rpartition("_")
    if base == "sternoclavicular":
        return names.index("thoracic2")
    if base == "hip":
        return 0
    return -1 if name == "pelvis" else names.index(f"{LIMBS[base]}_{side}")


def _reference_joint(name: str) -> NDArray[np.float64]:
    """Return the reference place of a member's joint; the pelvis turns about the foot of the spine."""
    for spine, y, z in SPINE_JOINTS:
        if name in (spine, "pelvis"):
            return np.array([0.0, y, z])
    return joint_place(name)


def _point_members(skeleton: Skeleton, names: tuple[str, ...]) -> NDArray[np.intp]:
    """Return the member of every point; the cervical spine is cut at its joints."""
    neck = "hat_cervical"
    of_bone = np.array([0 if name == neck else names.index(member_of(name)) for name in skeleton.names])
    member = of_bone[skeleton.bone].astype(np.intp)
    mine = skeleton.bone == skeleton.names.index(neck)
    joints = [z for name, _, z in SPINE_JOINTS if name.startswith("cervical")]
    level = np.searchsorted(joints, skeleton.place_mm[mine, 2]).clip(1)
    member[mine] = SPINE_INDEX["cervical7"] - 1 + level
    return member


def shape_of(person: Person) -> Shape:
    """Return the bones of a person before posing.

    Parameters
    ----------
    person : Person
        Proportions and warp.

    Returns
    -------
    Shape
        Shaped points and joints.
    """
    skeleton = reference_skeleton()
    names = _member_names()
    member = _point_members(skeleton, names)
    place = np.empty(skeleton.place_mm.shape)
    joints = []
    for index, name in enumerate(names):
        mine = member == index
        place[mine] = _shaped_member(name, skeleton.place_mm[mine].astype(np.float64), person)
        joints.append(_shaped_member(name, _reference_joint(name)[None], person)[0])
    place += _warp(place, person)
    joint = np.array(joints)
    joint += _warp(joint, person)
    members = tuple(
        Member(name=name, parent=_parent(name, names), joint_mm=frozen(joint[index]))
        for index, name in enumerate(names)
    )
    return Shape(person=person, skeleton=skeleton, place_mm=place.astype(np.float32), member=member, members=members)
