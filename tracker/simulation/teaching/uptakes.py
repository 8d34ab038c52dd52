"""Random uptake of every bone: about a healthy simulated person's or about a rough middle, sick bones, superscans."""

import numpy as np
from numpy.typing import NDArray

from tracker.simulation.teaching.frame import Frame
from tracker.simulation.teaching.layers import CORTEX_EXTRA, CORTEX_MM
from tracker.skeleton.template import LABEL_COUNT, OTHER_SIDE

USUAL_UPTAKE: dict[str, float] = {
    "skull": 0.65,
    "mandible": 0.95,
    "cervical_spine": 1.1,
    "thoracic_spine": 1.15,
    "lumbar_spine": 1.1,
    "sacrum": 1.0,
    "sternum": 1.7,
    "clavicle": 1.1,
    "scapula": 1.1,
    "ribs": 1.1,
    "humerus": 0.6,
    "forearm": 0.6,
    "hand": 0.55,
    "hip_bone": 1.1,
    "femur": 0.55,
    "patella": 0.4,
    "lower_leg": 0.5,
    "foot": 0.42,
}
"""One middle of the random uptake of each region; the other is that of a healthy simulated person."""

HEALTHY_MIDDLE_SHARE = 0.55
"""Share of appearances drawn about a healthy simulated person's uptake."""

AXIAL = (
    "cervical_spine",
    "thoracic_spine",
    "lumbar_spine",
    "sacrum",
    "ribs",
    "sternum",
    "hip_bone",
    "skull",
    "scapula",
)
"""Regions that diffuse disease heats together."""


def random_uptake(frame: Frame, rng: np.random.Generator) -> tuple[NDArray[np.float64], bool]:
    """Return the uptake of every part, and whether the pattern is a superscan.

    Parameters
    ----------
    frame : Frame
        Reference skeleton.
    rng : Generator
        Source of randomness.

    Returns
    -------
    tuple of ndarray, shape (parts,), float64, and bool
        See `USUAL_UPTAKE`.
    """
    sd = 0.6 if rng.random() < 0.3 else 0.22
    region = np.exp(rng.normal(0, sd, LABEL_COUNT))
    if rng.random() < 0.7:
        region = np.where(rng.random(LABEL_COUNT) < 0.7, np.sqrt(region * region[OTHER_SIDE]), region)
    bone = np.exp(rng.normal(0, 0.6 * sd, frame.part_bone.max() + 1))
    if rng.random() < 0.25:
        sick = rng.random(len(bone)) < rng.uniform(0.02, 0.3)
        bone = np.where(sick, bone * np.exp(rng.normal(1.0, 0.5, len(bone))), bone)
    part = np.exp(rng.normal(0, 0.7 * sd, len(frame.part_base)))
    usual = healthy_middle(frame) if rng.random() < HEALTHY_MIDDLE_SHARE else usual_uptake(frame)
    uptake = usual * region[frame.part_label] * bone[frame.part_bone] * part
    superscan = rng.random() < 0.06
    if superscan:
        uptake = np.where(np.isin(frame.part_base, AXIAL), rng.uniform(2, 6) * uptake, uptake)
    if rng.random() < 0.04:
        ends = np.flatnonzero(np.isin(frame.part_base, ("femur", "humerus")) & (frame.part_piece != 1))
        uptake[rng.choice(ends)] *= 0.1
    return uptake, superscan


def usual_uptake(frame: Frame) -> NDArray[np.float64]:
    """Return the middle of the random uptake of every part.

    Parameters
    ----------
    frame : Frame
        Reference skeleton.

    Returns
    -------
    ndarray, shape (parts,), float64
        See `USUAL_UPTAKE`.
    """
    return np.array([USUAL_UPTAKE[base] for base in frame.part_base])


def healthy_middle(frame: Frame) -> NDArray[np.float64]:
    """Return the healthy uptake of every part, scaled to `USUAL_UPTAKE` at the lumbar spine.

    Parameters
    ----------
    frame : Frame
        Reference skeleton.

    Returns
    -------
    ndarray, shape (parts,), float64
        Uptake against cortex-weighted thickness, as `Layers.anterior` holds it.
    """
    cortex = 1 + CORTEX_EXTRA * (frame.depth_mm < CORTEX_MM)
    middle = np.bincount(frame.part, frame.healthy * frame.volume_mm3) / np.bincount(
        frame.part, cortex * frame.volume_mm3
    )
    lumbar = np.array(frame.part_base) == "lumbar_spine"
    return np.asarray(middle * USUAL_UPTAKE["lumbar_spine"] / np.median(middle[lumbar]))
