"""Planted lesions: ellipsoids in bone with a contrast and a size that change from visit to visit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tracker.phantom.shape import Shape
from tracker.records.lesion import Kind
from tracker.records.regions import FINE_REGIONS, without_side


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionState:
    """One lesion at one visit.

    Parameters
    ----------
    contrast : float
        Concentration inside against the healthy bone there; 1 is nothing to see, below 1 is cold.
    size_factor : float
        Diameter against the planted one.
    """

    contrast: float = 1.0
    size_factor: float = 1.0

    @property
    def present(self) -> bool:
        """Whether it differs from healthy bone."""
        return self.contrast != 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedLesion:
    """Where a lesion is and how it develops.

    Parameters
    ----------
    lesion_id : str
        Such as ``"T03"``.
    point : int
        Index of the skeleton point at its middle.
    diameters_mm : tuple of float
        Of the ellipsoid, along its own axes, 8 to 40 mm.
    axes : tuple of tuple of float
        Rows are the ellipsoid's axes in the shaped standing frame, orthonormal.
    states : tuple of LesionState
        One per visit of the course.
    kind : Kind
        ``lesion``, ``benign`` (fracture, degeneration) or ``cold`` (prosthesis).
    note : str
        What it is, in words.
    """

    lesion_id: str
    point: int
    diameters_mm: tuple[float, float, float]
    axes: tuple[tuple[float, float, float], ...]
    states: tuple[LesionState, ...]
    kind: Kind = Kind.LESION
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where lesions are planted.

    Parameters
    ----------
    weights : mapping of str to float
        Relative chance of each region without side; red marrow leads.
    apart_mm : float
        Least distance between the middles of two lesions.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: dict(METASTASIS_SHARE))
    apart_mm: float = 55.0


METASTASIS_SHARE: dict[str, float] = {
    "skull": 0.06,
    "cervical_spine": 0.03,
    "thoracic_spine": 0.22,
    "lumbar_spine": 0.17,
    "sacrum": 0.07,
    "sternum": 0.05,
    "clavicle": 0.02,
    "scapula": 0.05,
    "ribs": 0.16,
    "humerus": 0.03,
    "hip_bone": 0.16,
    "femur": 0.07,
}
"""Share of bone metastases of prostate and breast cancer by region, rounded.
Decided from the distribution of red marrow."""

SOFT_EDGE = 0.3
"""Share of the radius over which a lesion fades out."""


def region_base(label: int) -> str:
    """Return the whole region of a fine number, without its side.

    Parameters
    ----------
    label : int
        Fine number, from 1.

    Returns
    -------
    str
        Such as ``"femur"``.
    """
    return without_side(FINE_REGIONS[label - 1].whole)


def random_axes(rng: np.random.Generator) -> tuple[tuple[float, float, float], ...]:
    """Return three orthonormal directions.

    Parameters
    ----------
    rng : Generator
        Source of randomness.

    Returns
    -------
    tuple of tuple of float
        Rows of a rotation matrix.
    """
    turned, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return tuple((float(row[0]), float(row[1]), float(row[2])) for row in turned)


def random_points(
    shape: Shape, count: int, rng: np.random.Generator, places: Places | None = None, taken: tuple[int, ...] = ()
) -> tuple[int, ...]:
    """Return skeleton points for lesion middles, apart from each other.

    Parameters
    ----------
    shape : Shape
        The person.
    count : int
        How many.
    rng : Generator
        Source of randomness.
    places : Places, optional
        Chances and distance.
    taken : tuple of int, optional
        Points already used.

    Returns
    -------
    tuple of int
        Indices into the cloud; fewer than ``count`` only if the skeleton is full.
    """
    places = places or Places()
    bases = np.array([""] + [region_base(region.label) for region in FINE_REGIONS])[shape.skeleton.uptake_label]
    names = list(places.weights)
    chances = np.array([places.weights[name] for name in names])
    chosen: list[int] = []
    for _ in range(60 * count):
        if len(chosen) == count:
            break
        base = names[int(rng.choice(len(names), p=chances / chances.sum()))]
        point = int(rng.choice(np.flatnonzero(bases == base)))
        others = shape.place_mm[[*taken, *chosen]].reshape(-1, 3)
        if np.linalg.norm(others - shape.place_mm[point], axis=1).min(initial=np.inf) >= places.apart_mm:
            chosen.append(point)
    return tuple(chosen)


def lesion_weight(
    shape: Shape, lesion: PlantedLesion, size_factor: float
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the points of a lesion and how much each belongs to it.

    Parameters
    ----------
    shape : Shape
        The person.
    lesion : PlantedLesion
        The ellipsoid.
    size_factor : float
        Diameter against the planted one.

    Returns
    -------
    tuple of ndarray
        Indices into the cloud, all of the bone of the lesion's middle, and weights in (0, 1].
    """
    bone = np.flatnonzero(shape.skeleton.bone == shape.skeleton.bone[lesion.point])
    offset = (shape.place_mm[bone] - shape.place_mm[lesion.point]) @ np.array(lesion.axes).T
    radius = np.linalg.norm(offset / (0.5 * size_factor * np.array(lesion.diameters_mm)), axis=1)
    weight = np.clip((1 + SOFT_EDGE / 2 - radius) / SOFT_EDGE, 0, 1)
    return bone[weight > 0], weight[weight > 0].astype(np.float64)


def lesion_excess(
    shape: Shape, healthy: NDArray[np.float64], lesion: PlantedLesion, visit: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return what a lesion adds to the concentration of its points at one visit.

    Parameters
    ----------
    shape : Shape
        The person.
    healthy : ndarray, shape (n,), float64
        Healthy concentration of every point.
    lesion : PlantedLesion
        The lesion.
    visit : int
        Which of its states.

    Returns
    -------
    tuple of ndarray
        Indices into the cloud and added concentration (negative where cold).
    """
    state = lesion.states[visit]
    index, weight = lesion_weight(shape, lesion, state.size_factor)
    local = float((healthy[index] * weight).sum() / weight.sum()) if len(index) else 0.0
    base = healthy[index] if lesion.kind is Kind.COLD else local
    return index, np.asarray((state.contrast - 1) * base * weight)
