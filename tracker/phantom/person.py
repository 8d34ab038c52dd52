"""One person: how a body differs from the reference skeleton, before any pose.

Heights and widths are scaled by smooth fields along the trunk and about the joints of the limbs; a smooth random warp
adds what no named proportion holds. All lengths in millimetres in the reference frame of `anatomy`.
"""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from tracker.records.regions import MIDLINE_REGIONS, PAIRED_REGIONS, SIDES


class Build(StrEnum):
    """Which of two typical shapes a body tends to; proportions vary around it."""

    BROAD_PELVIS = "broad_pelvis"
    BROAD_SHOULDERS = "broad_shoulders"


REFERENCE_HEIGHT_MM = 1689.0
"""Stature of the reference skeleton."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportions:
    """Scale factors against the reference skeleton; 1 is the reference itself.

    Parameters
    ----------
    trunk_length, leg_length, arm_length, head_size : float
        Lengths along the body, and the size of the head.
    thorax_width, thorax_depth, shoulder_width, pelvis_width, pelvis_depth : float
        Breadths of the trunk.
    bone_thickness : float
        Thickness of limb bones.
    """

    trunk_length: float = 1.0
    leg_length: float = 1.0
    arm_length: float = 1.0
    head_size: float = 1.0
    thorax_width: float = 1.0
    thorax_depth: float = 1.0
    shoulder_width: float = 1.0
    pelvis_width: float = 1.0
    pelvis_depth: float = 1.0
    bone_thickness: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Person:
    """Everything about a body that stays the same from visit to visit.

    Parameters
    ----------
    height_m : float
        Stature.
    build : Build
        Typical shape.
    proportions : Proportions
        Scale factors against the reference skeleton.
    fat_mm : float
        Thickness of soft tissue beyond a lean body's.
    limb_fat : float
        Share of it on the limbs against the usual.
    warp_seed : int
        Seed of the smooth random warp of the bones.
    warp_mm : float
        Standard deviation of that warp.
    region_uptake : mapping of str to float
        Uptake of each whole region against the healthy mean.
    joint_wear : mapping of str to float
        Extra uptake at joints (`uptake.JOINTS`) against the healthy mean; symmetric wear is the rule.
    """

    height_m: float = 1.69
    build: Build = Build.BROAD_SHOULDERS
    proportions: Proportions = field(default_factory=Proportions)
    fat_mm: float = 15.0
    limb_fat: float = 1.0
    warp_seed: int = 0
    warp_mm: float = 0.0
    region_uptake: dict[str, float] = field(default_factory=dict)
    joint_wear: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 1.3 <= self.height_m <= 2.2:
            raise ValueError(f"a height of {self.height_m} m is not that of an adult")


REGION_SPREAD = 0.16
"""Relative standard deviation of one region's uptake between healthy people. Decided; planar region ratios of healthy
adults spread by 10-20 %."""

SIDE_SPREAD = 0.04
"""Relative standard deviation of left against right in one healthy person. Decided."""

JOINT_NAMES = ("shoulder", "sternoclavicular", "elbow", "wrist", "hip", "knee", "ankle", "sacroiliac", "facet")
"""Joints whose wear is drawn."""


def _uptake(rng: np.random.Generator) -> dict[str, float]:
    """Return uptake factors: shared by both sides up to a small difference."""
    factors = {name: float(np.exp(rng.normal(0, REGION_SPREAD))) for name in MIDLINE_REGIONS}
    for base in PAIRED_REGIONS:
        both = rng.normal(0, REGION_SPREAD)
        for side in SIDES:
            factors[f"{base}_{side}"] = float(np.exp(both + rng.normal(0, SIDE_SPREAD)))
    return factors


def _wear(rng: np.random.Generator) -> dict[str, float]:
    """Return joint wear, both sides alike up to a fifth."""
    wear: dict[str, float] = {}
    for joint in JOINT_NAMES:
        both = rng.gamma(1.5, 0.5)
        for side in SIDES:
            wear[f"{joint}_{side}"] = float(both * np.exp(rng.normal(0, 0.2)))
    return wear


def _proportions(rng: np.random.Generator, build: Build, height_m: float) -> Proportions:
    """Return proportions of one build, spread as between adults."""
    broad = 1.0 if build is Build.BROAD_SHOULDERS else -1.0
    stature = height_m * 1000 / REFERENCE_HEIGHT_MM
    legs = rng.normal(0, 0.025)

    def draw(mean: float, spread: float) -> float:
        return float(stature**0.6 * mean * np.exp(rng.normal(0, spread)))

    return Proportions(
        trunk_length=float(stature * (1 - legs)),
        leg_length=float(stature * (1 + legs)),
        arm_length=float(stature * np.exp(rng.normal(0, 0.025))),
        head_size=float(stature**0.3 * np.exp(rng.normal(0, 0.03))),
        thorax_width=draw(1.04 + 0.04 * broad, 0.06),
        thorax_depth=draw(1.03 + 0.03 * broad, 0.08),
        shoulder_width=draw(1.02 + 0.04 * broad, 0.045),
        pelvis_width=draw(1.05 - 0.03 * broad, 0.05),
        pelvis_depth=draw(1.0, 0.06),
        bone_thickness=draw(1.0 + 0.05 * broad, 0.06),
    )


def sample_person(rng: np.random.Generator) -> Person:
    """Return a random adult.

    Parameters
    ----------
    rng : Generator
        Source of randomness.

    Returns
    -------
    Person
        Height 150 to 195 cm, proportions, soft tissue and healthy uptake drawn independently.
    """
    build = Build.BROAD_SHOULDERS if rng.random() < 0.6 else Build.BROAD_PELVIS
    mean = 1.75 if build is Build.BROAD_SHOULDERS else 1.63
    height_m = float(np.clip(rng.normal(mean, 0.075), 1.50, 1.95))
    return Person(
        height_m=height_m,
        build=build,
        proportions=_proportions(rng, build, height_m),
        fat_mm=float(np.clip(rng.gamma(3.0, 8.0), 4, 75)),
        limb_fat=float(np.exp(rng.normal(0, 0.3))),
        warp_seed=int(rng.integers(2**31)),
        warp_mm=float(rng.uniform(2.0, 5.0)),
        region_uptake=_uptake(rng),
        joint_wear=_wear(rng),
    )
