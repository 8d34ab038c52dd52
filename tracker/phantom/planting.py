"""Lesions for a story: of random place, size and direction, and clear enough that a reader can follow the story."""

from dataclasses import replace

import numpy as np

from tracker.phantom.acquire import expected_images
from tracker.phantom.lesions import LesionState, Places, PlantedLesion, random_axes, random_points
from tracker.phantom.pose import Pose
from tracker.phantom.scenarios import Curve
from tracker.phantom.scene import Scene
from tracker.phantom.shape import Shape
from tracker.phantom.truth import LesionAppearance, lesion_appearances, physiologic_mask
from tracker.phantom.visit import Conditions
from tracker.settings.phantom import Camera

SMALLEST_MM, LARGEST_MM = 8.0, 40.0
"""Range of a lesion's diameters."""

MEDIAN_MM = 20.0
"""Median diameter."""

HIGHEST_CONTRAST = 10.0
"""Greatest contrast against healthy bone."""

CLEAR_SD, CLEAR_RATIO = 10.0, 1.5
"""Excess over noise and ratio to the surroundings, on the better view, of a lesion that first shows in a story."""

COARSER = 2
"""Pixels are this many times larger while lesions are tried out."""

STRENGTHENED = 1.3
"""Factor on size and on excess of a lesion that was not clear."""

ROUNDS, ROUNDS_BEFORE_MOVING = 8, 2
"""How often unclear lesions are strengthened, and after how many rounds they move instead."""


def random_lesion(
    shape: Shape, curve: Curve, number: int, rng: np.random.Generator, taken: tuple[int, ...] = (), *, places: Places
) -> PlantedLesion:
    """Return one lesion of random place, size and direction.

    Parameters
    ----------
    shape : Shape
        The person.
    curve : tuple of LesionState
        Its states, visit by visit.
    number : int
        Names it.
    rng : Generator
        Source of randomness.
    taken : tuple of int, optional
        Middles of the other lesions.
    places : Places
        Where lesions occur.

    Returns
    -------
    PlantedLesion
        Diameters 8 to 40 mm.
    """
    size = np.clip(MEDIAN_MM * np.exp(rng.normal(0, 0.35) + rng.normal(0, 0.2, 3)), SMALLEST_MM, LARGEST_MM)
    return PlantedLesion(
        lesion_id=f"T{number:02d}",
        point=random_points(shape, 1, rng, places, taken)[0],
        diameters_mm=(float(size[0]), float(size[1]), float(size[2])),
        axes=random_axes(rng),
        states=curve,
    )


def random_lesions(
    shape: Shape, curves: tuple[Curve, ...], rng: np.random.Generator, places: Places | None = None
) -> tuple[PlantedLesion, ...]:
    """Return one random lesion per curve, whether it can be seen or not.

    Parameters
    ----------
    shape : Shape
        The person.
    curves : tuple of tuple of LesionState
        States of each lesion, visit by visit.
    rng : Generator
        Source of randomness.
    places : Places, optional
        Where lesions occur and how far apart.

    Returns
    -------
    tuple of PlantedLesion
        In the order of ``curves``.
    """
    lesions: tuple[PlantedLesion, ...] = ()
    for number, curve in enumerate(curves, start=1):
        taken = tuple(lesion.point for lesion in lesions)
        lesions += (random_lesion(shape, curve, number, rng, taken, places=places or Places()),)
    return lesions


def _first_shown(lesion: PlantedLesion) -> PlantedLesion:
    """Return a lesion whose only state is the first in which it differs from healthy bone."""
    state = next((state for state in lesion.states if state.present), LesionState())
    return replace(lesion, states=(state,))


def _clear(found: LesionAppearance) -> bool:
    """Return whether a lesion is plain to see on one view."""
    return found.significance > CLEAR_SD and found.image_ratio > CLEAR_RATIO and not found.occluded_by


def _unclear(shape: Shape, lesions: tuple[PlantedLesion, ...], camera: Camera) -> set[str]:
    """Return the ids of lesions that neither view shows plainly."""
    coarse = replace(
        camera,
        shape=(camera.shape[0] // COARSER, camera.shape[1] // COARSER),
        spacing_mm=(camera.spacing_mm[0] * COARSER, camera.spacing_mm[1] * COARSER),
    )
    scene = Scene(
        shape=shape, pose=Pose(), conditions=Conditions(), lesions=tuple(_first_shown(lesion) for lesion in lesions)
    )
    expected = expected_images(scene, coarse)
    shown = (
        found
        for view in expected.views
        for found in lesion_appearances(expected, view, physiologic_mask(expected, view))
    )
    return {lesion.lesion_id for lesion in lesions} - {found.lesion_id for found in shown if _clear(found)}


def _stronger(lesion: PlantedLesion) -> PlantedLesion:
    """Return a larger and hotter lesion of the same course."""
    sizes = [float(np.clip(STRENGTHENED * size, SMALLEST_MM, LARGEST_MM)) for size in lesion.diameters_mm]
    peak = max(state.contrast for state in lesion.states)
    factor = min(STRENGTHENED, (HIGHEST_CONTRAST - 1) / max(peak - 1, 1e-6))
    states = tuple(replace(state, contrast=1 + factor * (state.contrast - 1)) for state in lesion.states)
    return replace(lesion, diameters_mm=(sizes[0], sizes[1], sizes[2]), states=states)


def story_lesions(
    shape: Shape, curves: tuple[Curve, ...], camera: Camera, rng: np.random.Generator
) -> tuple[PlantedLesion, ...]:
    """Return lesions that are plain to see, on one view at least, when they first show.

    Parameters
    ----------
    shape : Shape
        The person.
    curves : tuple of tuple of LesionState
        States of each lesion, visit by visit.
    camera : Camera
        What a reader sees them with.
    rng : Generator
        Source of randomness.

    Returns
    -------
    tuple of PlantedLesion
        In the order of ``curves``; those that stayed unclear were made larger and hotter, then moved.
    """
    lesions = list(random_lesions(shape, curves, rng))
    for attempt in range(ROUNDS if lesions else 0):
        unclear = _unclear(shape, tuple(lesions), camera)
        if not unclear:
            break
        for index, lesion in enumerate(lesions):
            if lesion.lesion_id not in unclear:
                continue
            if attempt < ROUNDS_BEFORE_MOVING:
                lesions[index] = _stronger(lesion)
            else:
                taken = tuple(other.point for other in lesions if other is not lesion)
                lesions[index] = replace(lesion, point=random_points(shape, 1, rng, taken=taken)[0])
    return tuple(lesions)
