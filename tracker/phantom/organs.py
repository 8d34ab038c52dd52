"""Kidneys, bladder, injection site and drops of urine as clouds of emitting points."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from tracker.phantom.joints import SIDE_SIGN
from tracker.phantom.pose import Motion
from tracker.phantom.shape import Shape, trunk_place
from tracker.phantom.visit import Bladder, Conditions, Spot
from tracker.records.regions import SIDES
from tracker.records.skeleton import Physiologic

KIDNEY_MIDDLE = {"left": (58.0, 232.0, 1118.0), "right": (-58.0, 232.0, 1104.0)}
"""Middle of each kidney, reference frame; the right one lies lower."""

KIDNEY_AXES_MM = (24.0, 20.0, 50.0)
"""Half axes."""

BLADDER_FLOOR = (0.0, 140.0, 848.0)
"""Neck of the bladder behind the pubic symphysis, reference frame."""

POINTS_PER_ORGAN = 2048
"""Low-discrepancy points that one organ is made of; a power of two."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Organ:
    """One physiologic site.

    Parameters
    ----------
    site : Physiologic
        What it is.
    place_mm : ndarray, shape (n, 3), float32
        Posed places.
    emission : ndarray, shape (n,), float64
        Concentration times volume of each point.
    """

    site: Physiologic
    place_mm: NDArray[np.float32]
    emission: NDArray[np.float64]


def _unit_ball() -> NDArray[np.float64]:
    """Return points spread evenly in the unit ball, always the same."""
    cube = qmc.Sobol(3, scramble=False).random(POINTS_PER_ORGAN) + 0.5 / POINTS_PER_ORGAN
    radius = cube[:, 0] ** (1 / 3)
    height = 2 * cube[:, 1] - 1
    angle = 2 * np.pi * cube[:, 2]
    flat = np.sqrt(np.maximum(1 - height**2, 0))
    return np.asarray(radius[:, None] * np.stack([flat * np.cos(angle), flat * np.sin(angle), height], axis=1))


def _posed(shape: Shape, motion: Motion, member: str, place: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return places that ride on a member."""
    return motion.moved(place, np.full(len(place), shape.index(member), dtype=np.intp))


def _kidney(shape: Shape, motion: Motion, side: str, concentration: float) -> Organ:
    """Return one kidney, riding on the first lumbar vertebra."""
    middle = trunk_place(np.array([KIDNEY_MIDDLE[side]]), shape.person, np.ones(7))
    ball = _unit_ball() * KIDNEY_AXES_MM
    lean = np.radians(12.0) * SIDE_SIGN[side]
    turned = ball @ np.array([[np.cos(lean), 0, np.sin(lean)], [0, 1, 0], [-np.sin(lean), 0, np.cos(lean)]])
    volume = 4 / 3 * np.pi * np.prod(KIDNEY_AXES_MM)
    site = Physiologic.KIDNEY_LEFT if side == "left" else Physiologic.KIDNEY_RIGHT
    emission = np.full(len(ball), concentration * volume / len(ball))
    return Organ(site=site, place_mm=_posed(shape, motion, "lumbar1", turned + middle), emission=emission)


def _bladder(shape: Shape, motion: Motion, bladder: Bladder) -> Organ:
    """Return the bladder: an ellipsoid on the pelvic floor that rises and leans as it fills."""
    radius = (bladder.volume_ml * 1000 / (4 / 3 * np.pi)) ** (1 / 3)
    axes = radius * np.array([bladder.flatness**0.5, 1.0, bladder.flatness**-0.5])
    floor = trunk_place(np.array([BLADDER_FLOOR]), shape.person, np.ones(7))[0]
    ball = _unit_ball() * axes + floor + [0, 0, axes[2]]
    share = (ball[:, 2] - floor[2]) / (2 * axes[2])
    ball[:, 0] += bladder.lean_mm * share
    ball[:, 0] *= 0.75 + 0.35 * share
    emission = np.full(len(ball), bladder.concentration * bladder.volume_ml * 1000 / len(ball))
    return Organ(site=Physiologic.BLADDER, place_mm=_posed(shape, motion, "pelvis", ball), emission=emission)


def _spot(shape: Shape, motion: Motion, spot: Spot, site: Physiologic) -> Organ:
    """Return a blob near a joint."""
    ball = _unit_ball() * spot.radius_mm * 5**0.5
    middle = shape.members[shape.index(spot.joint)].joint_mm + np.array(spot.offset_mm)
    emission = np.full(len(ball), spot.activity / len(ball))
    return Organ(site=site, place_mm=_posed(shape, motion, spot.joint, ball + middle), emission=emission)


def organs_of(shape: Shape, motion: Motion, conditions: Conditions) -> tuple[Organ, ...]:
    """Return every physiologic site of one visit.

    Parameters
    ----------
    shape : Shape
        The person.
    motion : Motion
        The pose.
    conditions : Conditions
        Filling, concentrations, spots.

    Returns
    -------
    tuple of Organ
        Kidneys, bladder, then injection site and contamination where there are any.
    """
    kidneys = tuple(_kidney(shape, motion, side, conditions.kidney) for side in SIDES)
    spots = tuple(_spot(shape, motion, spot, Physiologic.URINE_CONTAMINATION) for spot in conditions.contamination)
    if conditions.injection is not None:
        spots = (_spot(shape, motion, conditions.injection, Physiologic.INJECTION_SITE), *spots)
    return (*kidneys, _bladder(shape, motion, conditions.bladder), *spots)
