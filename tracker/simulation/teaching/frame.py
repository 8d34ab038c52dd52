"""The reference skeleton as the lessons use it: points, parts that may differ in uptake, joints."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tracker.phantom import Person, shape_of
from tracker.phantom.anatomy import (
    FEMUR_DISTAL_BELOW_Z_MM,
    FEMUR_PROXIMAL_ABOVE_Z_MM,
    base_and_side,
    reference_skeleton,
    region_of,
)
from tracker.phantom.uptake import healthy_uptake
from tracker.records.regions import without_side

LONG_BONES = ("humerus", "ulna", "radius", "tibia", "fibula")
"""Bones whose ends differ in uptake from their shaft, beside the femur, which is cut where its fine regions meet."""

LONG_BONE_ENDS = (0.16, 0.86)
"""Where the upper end stops and the lower end starts, fraction of the length."""

HEAD_ENDS_MM = 35.0
"""The upper end of the humerus, for the middle of the shoulder joint, millimetres."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """The reference skeleton.

    Parameters
    ----------
    place_mm : ndarray, shape (n, 3), float64
        x patient left, y back, z up.
    base : ndarray of str, shape (n,)
        Region of each point without side and part.
    side : ndarray of str, shape (n,)
        ``left``, ``right`` or empty.
    bone : ndarray, shape (n,), uint8
        Bone number.
    label : ndarray, shape (n,), uint8
        Fine region number.
    part : ndarray, shape (n,), intp
        Number of the part: a bone or a piece of one.
    depth_mm : ndarray, shape (n,), float32
        Depth under the surface.
    volume_mm3 : ndarray, shape (n,), float32
        Volume that a point stands for.
    healthy : ndarray, shape (n,), float32
        Healthy concentration.
    joints : mapping of str to ndarray
        Middle of joints, reference place.
    part_bone, part_label : ndarray, shape (parts,)
        Bone and fine region of each part.
    part_base : tuple of str
        Region of each part without side.
    part_piece : ndarray, shape (parts,), intp
        Which piece of its bone a part is.
    """

    place_mm: NDArray[np.float64]
    base: NDArray[np.str_]
    side: NDArray[np.str_]
    bone: NDArray[np.uint8]
    label: NDArray[np.uint8]
    part: NDArray[np.intp]
    depth_mm: NDArray[np.float32]
    volume_mm3: NDArray[np.float32]
    healthy: NDArray[np.float32]
    joints: dict[str, NDArray[np.float64]]
    part_bone: NDArray[np.intp]
    part_label: NDArray[np.uint8]
    part_base: tuple[str, ...]
    part_piece: NDArray[np.intp]

    def of(self, *bases: str, side: str | None = None) -> NDArray[np.bool_]:
        """Return which points belong to regions, of one side if given."""
        mine = np.isin(self.base, bases)
        return mine if side is None else mine & (self.side == side)


def _long_bone(place: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return upper end, shaft, lower end."""
    down = (place[:, 2].max() - place[:, 2]) / np.ptp(place[:, 2])
    return np.asarray((down > LONG_BONE_ENDS[0]).astype(np.intp) + (down > LONG_BONE_ENDS[1]))


def _pelvis(place: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return wing, sacroiliac part, acetabulum, crest."""
    x, y, z = np.abs(place[:, 0]), place[:, 1], place[:, 2]
    piece = np.where(z > 985, 3, 0)
    piece = np.where((np.abs(z - 857) < 32) & (x > 50), 2, piece)
    return np.where((y > 190) & (x < 65), 1, piece)


def _skull(place: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return vault, face, base."""
    y, z = place[:, 1], place[:, 2]
    return np.where((z < 1592) & (y < 190), 1, np.where(z < 1580, 2, 0))


def _pieces(name: str, place: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the piece of its bone that each point belongs to."""
    x, y, z = np.abs(place[:, 0]), place[:, 1], place[:, 2]
    kind = base_and_side(name)[0]
    if kind in LONG_BONES:
        return _long_bone(place)
    cuts: dict[str, Callable[[], NDArray[np.intp]]] = {
        "femur": lambda: (z < FEMUR_PROXIMAL_ABOVE_Z_MM).astype(np.intp) + (z < FEMUR_DISTAL_BELOW_Z_MM),
        "pelvis": lambda: _pelvis(place),
        "hat_skull": lambda: _skull(place),
        "sacrum": lambda: (x > 28).astype(np.intp),
        "sternum_and_costal_cartilage": lambda: (z < 1365).astype(np.intp),
        "scapula": lambda: np.where(x > 125, 1, 2 * (z < 1340)),
        "clavicle": lambda: (x < 45).astype(np.intp),
        "rib": lambda: (y < 155).astype(np.intp) + 2 * (y > 255),
        "hat_jaw": lambda: (z < (z.max() + z.min()) / 2).astype(np.intp),
    }
    return np.asarray(cuts[kind](), dtype=np.intp) if kind in cuts else np.zeros(len(place), dtype=np.intp)


def _slab(place: NDArray[np.float64], mask: NDArray[np.bool_], depth_mm: float) -> NDArray[np.float64]:
    """Return the middle of the lowest slab of some points; of the highest one if the depth is negative."""
    mine = place[mask]
    z = mine[:, 2] * np.sign(depth_mm)
    return np.asarray(mine[z < z.min() + abs(depth_mm)].mean(axis=0))


def _joints(
    place: NDArray[np.float64], base: NDArray[np.str_], side: NDArray[np.str_]
) -> dict[str, NDArray[np.float64]]:
    """Return the joints that limbs turn about."""
    joints = {"neck": np.array([0, 235, 1442.0]), "skullbase": np.array([0, 215, 1545.0])}
    for which in ("left", "right"):
        mine = {name: (base == name) & (side == which) for name in np.unique(base)}
        joints[f"shoulder_{which}"] = _slab(place, mine["humerus"], -HEAD_ENDS_MM)
        joints[f"elbow_{which}"] = _slab(place, mine["humerus"], 20)
        joints[f"wrist_{which}"] = _slab(place, mine["forearm"], 15)
        joints[f"knee_{which}"] = _slab(place, mine["femur"], 30)
        joints[f"ankle_{which}"] = _slab(place, mine["lower_leg"], 25)
        x = np.abs(place[:, 0])
        head = mine["femur"] & (place[:, 2] > place[mine["femur"], 2].max() - 60)
        joints[f"hip_{which}"] = place[head & (x < x[head].min() + 35)].mean(axis=0)
        clavicle = mine["clavicle"]
        joints[f"sternal_{which}"] = place[clavicle & (x < x[clavicle].min() + 12)].mean(axis=0)
    return joints


def _part_table(
    names: tuple[str, ...], place: NDArray[np.float64], bone: NDArray[np.uint8]
) -> tuple[NDArray[np.intp], list[tuple[int, int]]]:
    """Return the part of every point, and bone and piece of every part."""
    part = np.zeros(len(place), dtype=np.intp)
    table: list[tuple[int, int]] = []
    for index, name in enumerate(names):
        mine = np.flatnonzero(bone == index)
        pieces = _pieces(name, place[mine])
        for piece in np.unique(pieces):
            part[mine[pieces == piece]] = len(table)
            table.append((index, int(piece)))
    return part, table


@cache
def reference_frame() -> Frame:
    """Return the reference skeleton, prepared once.

    Returns
    -------
    Frame
        Points, parts, joints.
    """
    skeleton = reference_skeleton()
    place = skeleton.place_mm.astype(np.float64)
    regions = [region_of(name) for name in skeleton.names]
    sides = np.array([base_and_side(name)[1] for name in skeleton.names])
    bases = np.array([without_side(r) for r in regions])
    bases = np.where(["patella" in name for name in skeleton.names], "patella", bases)
    bases = np.where([base.startswith("thoracic") for base in bases], "thoracic_spine", bases)
    part, table = _part_table(skeleton.names, place, skeleton.bone)
    first = np.array([np.flatnonzero(part == number)[0] for number in range(len(table))])
    base, side = bases[skeleton.bone], sides[skeleton.bone]
    usual = Person()
    return Frame(
        place_mm=place,
        base=base,
        side=side,
        bone=skeleton.bone,
        label=skeleton.label,
        part=part,
        depth_mm=skeleton.depth_mm,
        volume_mm3=skeleton.volume_mm3,
        healthy=healthy_uptake(shape_of(usual), usual),
        joints=_joints(place, base, side),
        part_bone=np.array([bone for bone, _ in table]),
        part_label=skeleton.label[first],
        part_base=tuple(str(name) for name in base[first]),
        part_piece=np.array([piece for _, piece in table]),
    )
