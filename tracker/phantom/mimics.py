"""What looks like a metastasis, or hides one, and is none."""

from dataclasses import replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tracker.phantom.lesions import LesionState, PlantedLesion, random_axes
from tracker.phantom.person import JOINT_NAMES, Person
from tracker.phantom.shape import Shape
from tracker.records.lesion import Kind
from tracker.records.regions import FINE_LABEL, SIDES


class Mimic(StrEnum):
    """Benign findings that a patient may bring along."""

    RIB_FRACTURE = "rib_fracture"
    HIP_PROSTHESIS = "hip_prosthesis"
    WORN_JOINT = "worn_joint"


CHANCES = {Mimic.RIB_FRACTURE: 0.2, Mimic.HIP_PROSTHESIS: 0.1, Mimic.WORN_JOINT: 0.4}
"""How often each is drawn. Decided: common enough that every cohort has some."""

FRACTURE_HALF_LIFE_DAYS = 150.0
"""A fracture's excess halves in about five months; most are normal after one to two years."""

PROSTHESIS_MM = (75.0, 75.0, 230.0)
"""Extent of the metal in the thigh bone."""

PROSTHESIS_CONTRAST = 0.08
"""What is left of the uptake around it."""

WORN_FACTOR = 3.0
"""Wear of a degenerative joint against the person's own."""


def draw_mimics(rng: np.random.Generator) -> tuple[Mimic, ...]:
    """Return the benign findings of a random patient.

    Parameters
    ----------
    rng : Generator
        Source of randomness.

    Returns
    -------
    tuple of Mimic
        None to all of them.
    """
    return tuple(mimic for mimic, chance in CHANCES.items() if rng.random() < chance)


def worn(person: Person, rng: np.random.Generator) -> Person:
    """Return a person with one pair of joints worn down, both sides alike.

    Parameters
    ----------
    person : Person
        As drawn.
    rng : Generator
        Source of randomness.

    Returns
    -------
    Person
        With more uptake at that joint.
    """
    joint = JOINT_NAMES[int(rng.integers(len(JOINT_NAMES)))]
    wear = dict(person.joint_wear)
    for side in SIDES:
        wear[f"{joint}_{side}"] = WORN_FACTOR * max(wear.get(f"{joint}_{side}", 1.0), 0.5)
    return replace(person, joint_wear=wear)


def fracture(shape: Shape, days: NDArray[np.int64], rng: np.random.Generator) -> PlantedLesion:
    """Return a healing fracture of one rib.

    Parameters
    ----------
    shape : Shape
        The person.
    days : ndarray, shape (visits,), int64
        Day of each visit; equal days keep it as it is.
    rng : Generator
        Source of randomness.

    Returns
    -------
    PlantedLesion
        Small, hot, fading.
    """
    side = SIDES[int(rng.integers(2))]
    point = int(rng.choice(np.flatnonzero(shape.skeleton.label == FINE_LABEL[f"ribs_{side}"])))
    excess = rng.uniform(2.5, 5) * 0.5 ** ((days - days[0]) / FRACTURE_HALF_LIFE_DAYS)
    return PlantedLesion(
        lesion_id="B01",
        point=point,
        diameters_mm=(16.0, 16.0, 16.0),
        axes=random_axes(rng),
        states=tuple(LesionState(contrast=float(1 + value)) for value in excess),
        kind=Kind.BENIGN,
        note="healing rib fracture",
    )


def prosthesis(shape: Shape, visits: int, rng: np.random.Generator) -> PlantedLesion:
    """Return a hip replacement: a thigh bone whose upper end takes no tracer.

    Parameters
    ----------
    shape : Shape
        The person.
    visits : int
        Number of visits.
    rng : Generator
        Source of randomness.

    Returns
    -------
    PlantedLesion
        Cold, the same at all visits.
    """
    side = SIDES[int(rng.integers(2))]
    mine = np.flatnonzero(shape.skeleton.label == FINE_LABEL[f"femur_proximal_{side}"])
    middle = shape.place_mm[mine].mean(axis=0)
    point = int(mine[np.argmin(((shape.place_mm[mine] - middle) ** 2).sum(axis=1))])
    return PlantedLesion(
        lesion_id="B02",
        point=point,
        diameters_mm=PROSTHESIS_MM,
        axes=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
        states=(LesionState(contrast=PROSTHESIS_CONTRAST),) * visits,
        kind=Kind.COLD,
        note="hip prosthesis",
    )
