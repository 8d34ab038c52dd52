"""Noise-free images of simulated people with lesions, on the network's cells."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tracker.lesions.evidence import CELL_MM
from tracker.phantom import (
    Expected,
    LesionState,
    Places,
    Pose,
    Scene,
    Shape,
    expected_images,
    random_lesions,
    sample_conditions,
    sample_person,
    sample_pose,
    shape_of,
    visit_pose,
)
from tracker.phantom.lesions import METASTASIS_SHARE
from tracker.phantom.mimics import fracture, prosthesis, worn
from tracker.phantom.truth import FOOTPRINT_EDGE, lesion_appearances, physiologic_mask
from tracker.records.lesion import Kind
from tracker.records.view import Projection
from tracker.settings.phantom import Camera

CAMERA = replace(Camera(), shape=(512, 128), spacing_mm=(CELL_MM, CELL_MM), background_per_pixel=0.6)
"""One pixel per cell; four times the area, four times the background."""

SCENES_PER_PERSON = 3
"""Poses and sets of lesions of one person."""

MOST_LESIONS = 29
"""Most lesions of one scene."""

HARD_BONES = ("scapula", "ribs")
"""Bones whose lesions lessons show twice as often as they are, because they are missed most."""

NEAREST_MM = 30.0
"""Least distance of two lesions' middles."""

EXCESS = (2.4, 0.6, 0.4, 8.0)
"""Median, logarithmic spread, least and greatest excess of a lesion: from hardly there to as hot as they get."""

SIZE_SPREAD = 0.25
"""Logarithmic spread of the size that the lesions of one scene share."""

CHANCES = {"worn joint": 0.35, "fracture": 0.25, "prosthesis": 0.12}
"""How often each mimic is there."""

OLDEST_FRACTURE_DAYS = 300
"""Oldest fracture."""

POSE_SPREAD = 0.8
"""Spread of poses of one person, against that between people."""

MARGIN = 3
"""Cells left around the body."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TaughtFocus:
    """One planted focus on one view.

    Parameters
    ----------
    view : int
        0 anterior, 1 posterior.
    kind : Kind
        What it is.
    cells : ndarray, shape (n, 2), int16
        Cells inside its half-maximum outline.
    added, total : float
        Expected counts there: of the lesion, and of everything.
    hidden : bool
        A physiologic site covers most of it.
    """

    view: int
    kind: Kind
    cells: NDArray[np.int16]
    added: float
    total: float
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TaughtScene:
    """One noise-free scene.

    Parameters
    ----------
    total, lesions : ndarray, shape (2, rows, cols), float32
        Expected counts of everything, and of all planted foci; anatomical frame, anterior first.
    foci : tuple of TaughtFocus
        On both views.
    """

    total: NDArray[np.float32]
    lesions: NDArray[np.float32]
    foci: tuple[TaughtFocus, ...]


def scenes_of(seed: int | Sequence[int]) -> list[TaughtScene]:
    """Return the scenes of one random person.

    Parameters
    ----------
    seed : int or sequence of int
        Same seed, same scenes.

    Returns
    -------
    list of TaughtScene
        `SCENES_PER_PERSON` of them.
    """
    rng = np.random.default_rng(seed)
    person = sample_person(rng)
    shape = shape_of(worn(person, rng) if rng.random() < CHANCES["worn joint"] else person)
    habit = sample_pose(rng, fat_mm=person.fat_mm)
    return [_scene(shape, visit_pose(habit, rng, POSE_SPREAD, person.fat_mm), rng) for _ in range(SCENES_PER_PERSON)]


def _scene(shape: Shape, pose: Pose, rng: np.random.Generator) -> TaughtScene:
    """Return one scene of a person."""
    count, size = int(rng.integers(0, MOST_LESIONS + 1)), float(np.exp(rng.normal(0, SIZE_SPREAD)))
    median, spread, least, greatest = EXCESS
    curves = tuple(
        (
            LesionState(
                contrast=float(1 + np.clip(rng.lognormal(np.log(median), spread), least, greatest)), size_factor=size
            ),
        )
        for _ in range(count)
    )
    lesions = random_lesions(shape, curves, rng, Places(weights=_weights(), apart_mm=NEAREST_MM))
    if rng.random() < CHANCES["fracture"]:
        lesions += (fracture(shape, np.array([int(rng.integers(0, OLDEST_FRACTURE_DAYS))]), rng),)
    if rng.random() < CHANCES["prosthesis"]:
        lesions += (prosthesis(shape, 1, rng),)
    return _taught(
        expected_images(Scene(shape=shape, pose=pose, conditions=sample_conditions(rng), lesions=lesions), CAMERA)
    )


def _weights() -> dict[str, float]:
    """Return how often each region has a lesion."""
    shares = {name: share * (2 if name in HARD_BONES else 1) for name, share in METASTASIS_SHARE.items()}
    return {name: share / sum(shares.values()) for name, share in shares.items()}


def _taught(expected: Expected) -> TaughtScene:
    """Return a visit cut to its body."""
    rows, cols = np.flatnonzero(expected.body.any(axis=1)), np.flatnonzero(expected.body.any(axis=0))
    top, left = max(0, rows[0] - MARGIN), max(0, cols[0] - MARGIN)
    here = np.s_[top : rows[-1] + MARGIN + 1, left : cols[-1] + MARGIN + 1]
    views = [expected.view(side) for side in Projection]
    total = np.stack([view.total[here] for view in views])
    foci = [focus for number in range(len(views)) for focus in _foci(expected, number, (top, left), total[number])]
    return TaughtScene(total=total, lesions=np.stack([view.lesions[here] for view in views]), foci=tuple(foci))


def _foci(expected: Expected, number: int, corner: tuple[int, int], total: NDArray[np.float32]) -> list[TaughtFocus]:
    """Return the planted foci of one view that lie on the part shown."""
    view = expected.view(list(Projection)[number])
    found = []
    for look in lesion_appearances(expected, view, physiologic_mask(expected, view)):
        patch = view.lesion_patches[look.lesion_id]
        strength = np.abs(patch.image)
        cells = np.argwhere(strength >= FOOTPRINT_EDGE * strength.max()) + [
            patch.row - corner[0],
            patch.col - corner[1],
        ]
        cells = cells[((cells >= 0) & (cells < total.shape)).all(axis=1)]
        if len(cells):
            counts = float(total[tuple(cells.T)].sum())
            found.append(
                TaughtFocus(
                    view=number,
                    kind=look.kind,
                    cells=cells.astype(np.int16),
                    added=look.significance * counts**0.5,
                    total=counts,
                    hidden=bool(look.occluded_by),
                )
            )
    return found
