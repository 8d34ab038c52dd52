"""The skeleton the phantom is made of: a cloud of points inside named bones, in one standing frame.

Frame: x to the patient's left, y to the back, z up, millimetres, feet at 0 and vertex at 1689. Arms hang at the sides.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tracker.records.arrays import frozen
from tracker.records.regions import FINE_LABEL, SIDES

CLOUD_FILE = Path(__file__).parent / "data" / "skeleton_points.npz"
"""Compressed cloud, written by ``python -m tracker.phantom.derive``."""

ORIGIN_MM = np.array([0.0, 150.0, 850.0])
"""Place of stored coordinate 0, so that 16 bits hold 0.05 mm steps."""

COORDINATE_STEP_MM = 0.05
"""Resolution of stored coordinates."""

DEPTH_STEP_MM = 0.25
"""Resolution of stored depths."""

JITTER_SEED = 20240
"""Points are shaken inside their grid cell once and for all, so that no lattice shows in a projection."""

CARPUS = ("lunate", "scaphoid", "pisiform", "triquetrum", "capitate", "trapezium", "trapezoid", "hamate")
"""Wrist bones as the mesh names them, without side."""

WHOLE_BONE_REGIONS: dict[str, str] = {
    "sacrum": "sacrum",
    "hat_cervical": "cervical_spine",
    "hat_jaw": "mandible",
    "hat_skull": "skull",
    "sternum_and_costal_cartilage": "sternum",
}
"""Midline bones to fine region names."""

PAIRED_BONE_REGIONS: dict[str, str] = {
    "clavicle": "clavicle",
    "scapula": "scapula",
    "humerus": "humerus",
    "ulna": "forearm",
    "radius": "forearm",
    "pelvis": "hip_bone",
    "tibia": "lower_leg",
    "fibula": "lower_leg",
    "patella": "femur_distal",
    "talus": "foot",
    "foot": "foot",
    "bofoot": "foot",
}
"""Paired bones without side to region base names. The patella has no region of its own; it lies over the distal femur
and moves with it in every projection."""

FEMUR_PROXIMAL_ABOVE_Z_MM = 775.0
"""Reference height of the boundary below the lesser trochanter."""

FEMUR_DISTAL_BELOW_Z_MM = 520.0
"""Reference height where the femoral shaft widens to the condyles."""


PATELLA_SHIFT_Y_MM = -44.0
"""The source model has the kneecaps inside the thigh bones; they belong this far in front."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Skeleton:
    """Points inside the bones of the reference skeleton.

    Parameters
    ----------
    place_mm : ndarray, shape (n, 3), float32
        x, y, z of each point in the reference frame.
    bone : ndarray, shape (n,), uint8
        Index into ``names``.
    label : ndarray, shape (n,), uint8
        Fine region number.
    uptake_label : ndarray, shape (n,), uint8
        Fine region whose uptake and chance of a metastasis the point shares: its own, but for the kneecap.
    depth_mm : ndarray, shape (n,), float32
        Depth under the bone's surface.
    volume_mm3 : ndarray, shape (n,), float32
        Volume that a point stands for.
    names : tuple of str
        Bone names of the meshes.
    """

    place_mm: NDArray[np.float32]
    bone: NDArray[np.uint8]
    label: NDArray[np.uint8]
    uptake_label: NDArray[np.uint8]
    depth_mm: NDArray[np.float32]
    volume_mm3: NDArray[np.float32]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in ("place_mm", "bone", "label", "uptake_label", "depth_mm", "volume_mm3"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


def base_and_side(name: str) -> tuple[str, str]:
    """Return the mesh name of a paired bone without its side, and the side.

    Parameters
    ----------
    name : str
        Bone name of the meshes.

    Returns
    -------
    tuple of str
        Base name and ``"left"``, ``"right"`` or empty.

    Examples
    --------
    >>> base_and_side("r_femur"), base_and_side("ulna_l"), base_and_side("rib_L3"), base_and_side("sacrum")
    (('femur', 'right'), ('ulna', 'left'), ('rib', 'left'), ('sacrum', ''))
    """
    if name.startswith("rib_"):
        return "rib", {"L": "left", "R": "right"}[name[4]]
    for mark, side in (("l", "left"), ("r", "right")):
        if name.startswith(f"{mark}_"):
            return name[2:], side
        if name.endswith(f"_{mark}"):
            return name[:-2], side
    return name, ""


def region_of(name: str) -> str:
    """Return the region a bone belongs to; the femur without its part.

    Parameters
    ----------
    name : str
        Bone name of the meshes.

    Returns
    -------
    str
        Fine region name, or ``femur_left`` / ``femur_right``.
    """
    if name in WHOLE_BONE_REGIONS:
        return WHOLE_BONE_REGIONS[name]
    if name.startswith("lumbar"):
        return "lumbar_spine"
    if name.startswith("thoracic"):
        number = int(name.removeprefix("thoracic"))
        return "thoracic_spine_" + ("upper" if number <= 4 else "middle" if number <= 8 else "lower")
    base, side = base_and_side(name)
    if base == "rib":
        return f"ribs_{side}"
    if base == "femur":
        return f"femur_{side}"
    return f"{PAIRED_BONE_REGIONS.get(base, 'hand')}_{side}"


def _femur_part(z_mm: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return 0, 1, 2 for proximal, shaft, distal."""
    return (z_mm < FEMUR_PROXIMAL_ABOVE_Z_MM).astype(np.int64) + (z_mm < FEMUR_DISTAL_BELOW_Z_MM)


def _labels(names: tuple[str, ...], bone: NDArray[np.uint8], z_mm: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the fine region number of every point."""
    label = np.zeros(len(bone), dtype=np.uint8)
    for index, name in enumerate(names):
        mine = bone == index
        region = region_of(name)
        if region in FINE_LABEL:
            label[mine] = FINE_LABEL[region]
        else:
            side = region.removeprefix("femur_")
            numbers = np.array([FINE_LABEL[f"femur_{part}_{side}"] for part in ("proximal", "shaft", "distal")])
            label[mine] = numbers[_femur_part(z_mm[mine])]
    return label


def _uptake_label(names: tuple[str, ...], bone: NDArray[np.uint8], label: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the fine region whose uptake every point shares: a kneecap takes tracer as the lower leg does."""
    shared = label.copy()
    for side in SIDES:
        shared[bone == names.index(f"{side[0]}_patella")] = FINE_LABEL[f"lower_leg_{side}"]
    return shared


@cache
def reference_skeleton() -> Skeleton:
    """Return the reference skeleton, loaded once.

    Returns
    -------
    Skeleton
        Read-only arrays.
    """
    with np.load(CLOUD_FILE) as stored:
        names = tuple(str(name) for name in stored["names"])
        bone, step = stored["bone"], stored["step_mm"][stored["bone"]]
        place = stored["place"] * COORDINATE_STEP_MM + ORIGIN_MM
        depth = stored["depth"] * np.float32(DEPTH_STEP_MM)
    shake = np.random.default_rng(JITTER_SEED).uniform(-0.5, 0.5, place.shape)
    place = (place + shake * step[:, None]).astype(np.float32)
    place[np.isin(bone, [names.index(f"{side}_patella") for side in "rl"]), 1] += PATELLA_SHIFT_Y_MM
    label = _labels(names, bone, place[:, 2])
    return Skeleton(
        place_mm=place,
        bone=bone,
        label=label,
        uptake_label=_uptake_label(names, bone, label),
        depth_mm=depth,
        volume_mm3=step * step * step,
        names=names,
    )
