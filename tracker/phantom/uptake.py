"""How much tracer each point of the healthy skeleton takes."""

import numpy as np
from numpy.typing import NDArray

from tracker.phantom.joints import joint_place
from tracker.phantom.person import Person
from tracker.phantom.shape import Shape
from tracker.records.regions import FINE_REGIONS, SIDES, without_side

REGION_CONCENTRATION: dict[str, float] = {
    "skull": 0.155,
    "mandible": 0.45,
    "cervical_spine": 0.85,
    "thoracic_spine": 1.15,
    "lumbar_spine": 1.4,
    "sacrum": 0.5,
    "sternum": 1.4,
    "clavicle": 0.45,
    "scapula": 0.5,
    "ribs": 0.85,
    "humerus": 0.27,
    "forearm": 0.22,
    "hand": 0.2,
    "hip_bone": 0.32,
    "femur": 0.24,
    "lower_leg": 0.17,
    "foot": 0.11,
}
"""Mean concentration of healthy bone by region against the lumbar spine. Set against a real scan by
``python -m benchmarks.realism``."""

SOFT_TISSUE_CONCENTRATION = 0.024
"""Mean concentration of soft tissue at 3 h against the lumbar spine. Set against a real scan likewise."""

MARROW_CAVITY = 0.45
"""Concentration deep inside long bones against their cortex."""

CORTEX_MM = 4.0
"""Depth over which it falls."""

MEAN_WEAR = 0.75
"""Mean of the wear that `person` draws."""

FACE = ((0.0, 142.0, 1560.0), 26.0, 1.6)
"""Middle, radius and extra uptake of nose and jaws, against that of the vault: mucosa and teeth."""

LONG_BONES = ("humerus", "forearm", "femur", "lower_leg")
"""Regions with a marrow cavity."""

JOINTS: dict[str, tuple[tuple[float, float, float] | None, float, float]] = {
    "shoulder": ((172.0, 195.0, 1420.0), 24.0, 0.7),
    "sternoclavicular": ((26.0, 172.0, 1408.0), 16.0, 0.7),
    "elbow": (None, 20.0, 0.5),
    "wrist": (None, 20.0, 0.5),
    "hip": (None, 28.0, 0.35),
    "knee": (None, 30.0, 0.05),
    "ankle": (None, 26.0, 0.05),
    "sacroiliac": ((42.0, 225.0, 955.0), 20.0, 1.2),
    "facet": ((15.0, 232.0, 1020.0), 18.0, 0.5),
}
"""Place (None: the joint itself; left side), radius in millimetres, and extra uptake of a joint of mean wear against
the bone's own."""


def healthy_uptake(shape: Shape, person: Person) -> NDArray[np.float32]:
    """Return the healthy concentration at every point.

    Parameters
    ----------
    shape : Shape
        The cloud.
    person : Person
        Uptake factors and joint wear.

    Returns
    -------
    ndarray, shape (n,), float32
        Concentration; 1 is mean lumbar spine.
    """
    level = np.zeros(len(FINE_REGIONS) + 1, dtype=np.float32)
    cavity = np.zeros(len(FINE_REGIONS) + 1, dtype=bool)
    for region in FINE_REGIONS:
        base = without_side(region.whole)
        level[region.label] = REGION_CONCENTRATION[base] * person.region_uptake.get(region.whole, 1.0)
        cavity[region.label] = base in LONG_BONES
    return np.asarray(_region_uptake(shape, level, cavity) * (1 + _extra(shape, person)), dtype=np.float32)


def _region_uptake(shape: Shape, level: NDArray[np.float32], cavity: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the uptake of each point's region, less inside long bones."""
    skeleton = shape.skeleton
    deep = np.clip(skeleton.depth_mm / CORTEX_MM - 0.5, 0, 1) * cavity[skeleton.uptake_label]
    return np.asarray(level[skeleton.uptake_label] * (1 - (1 - MARROW_CAVITY) * deep), dtype=np.float32)


def _bump(place: NDArray[np.float32], middle: NDArray[np.float64], radius_mm: float) -> NDArray[np.float64]:
    """Return a Gaussian bump, cut off at three radii."""
    x, y, z = (place[:, k] - np.float32(middle[k]) for k in range(3))
    square = (x * x + y * y + z * z) / np.float32(radius_mm**2)
    near = square < 9
    bump = np.zeros(len(place))
    bump[near] = np.exp(-0.5 * square[near].astype(np.float64))
    return bump


def _extra(shape: Shape, person: Person) -> NDArray[np.float64]:
    """Return the extra uptake of joints, nose and jaws against the bone's own."""
    place = shape.skeleton.place_mm
    extra = np.zeros(len(place))
    for joint, (at, radius, boost) in JOINTS.items():
        for side in SIDES:
            middle = (
                joint_place(f"{joint}_{side}") if at is None else np.array(at) * [1 if side == "left" else -1, 1, 1]
            )
            wear = person.joint_wear.get(f"{joint}_{side}", MEAN_WEAR) / MEAN_WEAR
            extra += boost * wear * _bump(place, middle, radius)
    face, radius, boost = FACE
    return np.asarray(extra + boost * _bump(place, np.array(face), radius))
