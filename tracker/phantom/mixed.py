"""People of a mixed clinic: seen by any camera, with any number of lesions, some with diffuse disease."""

import numpy as np

from tracker.phantom.lesions import LesionState, PlantedLesion, random_points
from tracker.phantom.shape import Shape
from tracker.settings.phantom import Camera

CAMERAS: tuple[Camera, ...] = (
    Camera(),
    Camera(shape=(1024, 256), spacing_mm=(2.4, 2.4)),
    Camera(shape=(832, 224), spacing_mm=(2.8, 2.8)),
    Camera(shape=(1120, 300), spacing_mm=(2.0, 2.0), front_distance_mm=45.0),
)
"""Matrices and distances as different cameras have them."""

LESION_COUNTS = ((0, 4, 12, 30), (0.3, 0.3, 0.25, 0.15))
"""Numbers of lesions, and their chances."""

DIAMETER_MM, CONTRAST = (10.0, 40.0), (2.0, 10.0)
"""Range of a lesion's diameters, and of its contrast."""

DIFFUSE_SHARE, DIFFUSE = 0.1, (2.0, 5.0)
"""Share of people with diffuse disease, and how much more their axial bones take."""

AXIAL = (
    "thoracic_spine",
    "lumbar_spine",
    "sacrum",
    "ribs_left",
    "ribs_right",
    "sternum",
    "hip_bone_left",
    "hip_bone_right",
)
"""Bones that diffuse disease heats together."""


def mixed_lesions(shape: Shape, rng: np.random.Generator) -> tuple[PlantedLesion, ...]:
    """Return none to thirty lesions of random size and contrast, there at the only visit.

    Parameters
    ----------
    shape : Shape
        The person.
    rng : Generator
        Source of randomness.

    Returns
    -------
    tuple of PlantedLesion
        Apart from each other.
    """
    count = int(rng.choice(LESION_COUNTS[0], p=LESION_COUNTS[1]))
    points = random_points(shape, count, rng) if count else ()
    return tuple(
        PlantedLesion(
            lesion_id=f"T{number:02d}",
            point=point,
            diameters_mm=tuple(float(size) for size in rng.uniform(*DIAMETER_MM, 3)),  # type: ignore[arg-type]
            axes=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
            states=(LesionState(contrast=float(rng.uniform(*CONTRAST))),),
        )
        for number, point in enumerate(points)
    )


def diffuse_disease(rng: np.random.Generator) -> dict[str, float]:
    """Return how many times more each axial bone takes.

    Parameters
    ----------
    rng : Generator
        Source of randomness.

    Returns
    -------
    dict of str to float
        Empty for most people.
    """
    return dict.fromkeys(AXIAL, float(rng.uniform(*DIFFUSE))) if rng.random() < DIFFUSE_SHARE else {}
