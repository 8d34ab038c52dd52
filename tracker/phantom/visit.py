"""What differs from visit to visit besides the pose: urine, injection, timing, counts."""

from dataclasses import dataclass

import numpy as np

from tracker.records.regions import SIDES


@dataclass(frozen=True, slots=True, kw_only=True)
class Bladder:
    """How full the bladder is, how hot, and of what shape.

    Parameters
    ----------
    volume_ml : float
        Filling.
    concentration : float
        Against mean lumbar spine.
    flatness : float
        Width over height; full bladders are rounder.
    lean_mm : float
        How far its dome leans to the patient's left.
    """

    volume_ml: float = 120.0
    concentration: float = 6.0
    flatness: float = 1.3
    lean_mm: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A small hot place outside the bones.

    Parameters
    ----------
    joint : str
        Joint it lies near, such as ``"wrist_left"``; it moves with that member.
    offset_mm : tuple of float
        From the joint, standing frame.
    radius_mm : float
        Standard deviation of the blob.
    activity : float
        Concentration times volume: 1000 is a cubic centimetre of lumbar spine.
    """

    joint: str
    offset_mm: tuple[float, float, float]
    radius_mm: float
    activity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What else shapes the images of one visit.

    Parameters
    ----------
    uptake_time_h : float
        Injection to acquisition; bone over soft tissue rises with it.
    soft_factor : float
        Soft-tissue activity against the usual at that time.
    anterior_counts : float
        Events the anterior view of this person without lesions and urine would collect.
    bladder : Bladder
        Its state.
    kidney : float
        Kidney concentration against mean lumbar spine.
    injection : Spot or None
        Activity left at the injection site.
    contamination : tuple of Spot
        Urine on skin or clothes.
    scan_velocity_mm_s : float
        Speed of the table; counts follow ``anterior_counts``, not this.
    activity_mbq : float
        Administered activity, for the header.
    """

    uptake_time_h: float = 3.0
    soft_factor: float = 1.0
    anterior_counts: float = 2.0e6
    bladder: Bladder = Bladder()
    kidney: float = 0.7
    injection: Spot | None = None
    contamination: tuple[Spot, ...] = ()
    scan_velocity_mm_s: float = 2.5
    activity_mbq: float = 740.0


BONE_RISE_H = 1.2
"""Time constant of bone uptake."""

SOFT_FALL_H = 4.0
"""Time constant of soft-tissue clearance around 3 h."""

REFERENCE_TIME_H = 3.0
"""Uptake time at which both factors are 1."""


def bone_factor(uptake_time_h: float) -> float:
    """Return bone activity against that at 3 h.

    Parameters
    ----------
    uptake_time_h : float
        Injection to acquisition, hours.

    Returns
    -------
    float
        1 at 3 h.
    """
    return float((1 - np.exp(-uptake_time_h / BONE_RISE_H)) / (1 - np.exp(-REFERENCE_TIME_H / BONE_RISE_H)))


def soft_factor(uptake_time_h: float) -> float:
    """Return soft-tissue activity against that at 3 h.

    Parameters
    ----------
    uptake_time_h : float
        Injection to acquisition, hours.

    Returns
    -------
    float
        1 at 3 h.
    """
    return float(np.exp((REFERENCE_TIME_H - uptake_time_h) / SOFT_FALL_H))


def sample_bladder(rng: np.random.Generator) -> Bladder:
    """Return a bladder after voiding, or not.

    Parameters
    ----------
    rng : Generator
        Source of randomness.

    Returns
    -------
    Bladder
        20 to 450 ml.
    """
    return Bladder(
        volume_ml=float(np.clip(rng.lognormal(np.log(90), 0.6), 20, 450)),
        concentration=float(np.clip(rng.lognormal(np.log(4.0), 0.6), 0.8, 20)),
        flatness=float(rng.uniform(0.9, 1.7)),
        lean_mm=float(rng.normal(0, 8)),
    )


def sample_injection(rng: np.random.Generator) -> Spot | None:
    """Return an injection site, or None where nothing is left to see.

    Parameters
    ----------
    rng : Generator
        Source of randomness.

    Returns
    -------
    Spot or None
        At an elbow or the back of a hand.
    """
    if rng.random() < 0.35:
        return None
    side = SIDES[int(rng.integers(2))]
    joint, offset = (("elbow", (0.0, -30.0, 10.0)), ("wrist", (0.0, -5.0, -45.0)))[int(rng.random() < 0.4)]
    return Spot(
        joint=f"{joint}_{side}",
        offset_mm=offset,
        radius_mm=float(rng.uniform(3, 9)),
        activity=float(np.clip(rng.lognormal(np.log(9000), 0.8), 1500, 80_000)),
    )


def sample_contamination(rng: np.random.Generator) -> tuple[Spot, ...]:
    """Return drops of urine: seldom, low on the pelvis or on a thigh.

    Parameters
    ----------
    rng : Generator
        Source of randomness.

    Returns
    -------
    tuple of Spot
        None, one or two.
    """
    count = int(rng.choice(3, p=[0.8, 0.15, 0.05]))
    return tuple(
        Spot(
            joint=f"hip_{SIDES[int(rng.integers(2))]}",
            offset_mm=(float(rng.normal(0, 25)), -75.0, float(rng.uniform(-170, -40))),
            radius_mm=float(rng.uniform(4, 12)),
            activity=float(rng.lognormal(np.log(6000), 0.6)),
        )
        for _ in range(count)
    )


def sample_conditions(rng: np.random.Generator) -> Conditions:
    """Return the conditions of an ordinary visit.

    Parameters
    ----------
    rng : Generator
        Source of randomness.

    Returns
    -------
    Conditions
        Comparable with any other draw: uptake time within 20 min of 3 h 10.
    """
    return Conditions(
        uptake_time_h=float(np.clip(rng.normal(3.17, 0.12), 2.9, 3.4)),
        soft_factor=float(np.exp(rng.normal(0, 0.06))),
        anterior_counts=float(np.clip(rng.normal(2.0e6, 0.2e6), 1.5e6, 2.8e6)),
        bladder=sample_bladder(rng),
        kidney=float(np.clip(rng.lognormal(np.log(0.7), 0.35), 0.2, 2.0)),
        injection=sample_injection(rng),
        contamination=sample_contamination(rng),
        activity_mbq=float(np.round(rng.normal(740, 25), 1)),
    )
