"""Visits of simulated people with and without an injection site, and the answers."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tracker.phantom import Scene, expected_images, sample_conditions, sample_person, sample_pose, shape_of
from tracker.phantom.mixed import CAMERAS, diffuse_disease, mixed_lesions
from tracker.phantom.scene import ExpectedView
from tracker.phantom.truth import ORGAN_EDGE
from tracker.phantom.visit import Spot
from tracker.records.regions import SIDES
from tracker.records.skeleton import Physiologic
from tracker.records.view import Projection
from tracker.settings.phantom import Camera
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.arms import STRIP, arm_strips, sampled
from tracker.skeleton.explain import explain
from tracker.skeleton.grid import Grid, body_on_grid
from tracker.skeleton.template import STEP_MM, the_template
from tracker.skeleton.vein import CELL_PX, ArmView, vein_channels

Image = NDArray[np.float32]

SEED = 1000
"""Everything drawn follows from it; within the tuning seeds."""

FIRST_PERSON = 50_000
"""Numbers of the people begin here: nobody else's lessons are about them."""

INJECTED_AT: dict[str, tuple[float, float, float]] = {"elbow": (0.0, -30.0, 10.0), "wrist": (0.0, -5.0, -45.0)}
"""Middle of an injection site against its joint, millimetres: the crook of the elbow, the back of the hand."""

OFF_SHARE, OFF_MM = 0.5, 8.0
"""Share of injection sites that lie elsewhere about there, and how far."""

FOREARM_SHARE, FOREARM_MM = 0.1, (30.0, 150.0)
"""Share of those at an elbow that lie farther down the forearm, and how far."""

ACTIVITY, ACTIVITY_SPREAD, ACTIVITY_RANGE = 9000.0, 0.8, (1500.0, 80_000.0)
"""Activity of an injection site: median, spread of its logarithm, range."""

COUNTS = (0.5e6, 3.0e6)
"""Counts of an anterior view, log-uniform."""

DRAWN_COUNTS = 1.5e6
"""Counts that a person is projected with."""

EACH = 2
"""Visits of each kind."""

LEAST_TRUE_PX = 12
"""An injection site that fills fewer samples of a strip is not asked for."""

ACCEPTED_MM, BEYOND_NEAREST_MM = 14.0, 8.0
"""Cells count as the right place within this distance of a site's middle and this much of the nearest cell's."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VeinLesson:
    """Input and answers.

    Parameters
    ----------
    channels : ndarray, shape (2, *STRIP, CHANNELS), float16
        What the network sees of both arms.
    accepted : ndarray, shape (2, rows / CELL_PX, cols / CELL_PX), bool
        Cells where the injection site is; none where there is none.
    """

    channels: NDArray[np.float16]
    accepted: NDArray[np.bool_]


def _scene(rng: np.random.Generator) -> Scene:
    """Return a person without an injection site."""
    shape = shape_of(sample_person(rng))
    pose = sample_pose(rng, float(rng.uniform(0.8, 1.3)))
    conditions = replace(
        sample_conditions(rng),
        anterior_counts=DRAWN_COUNTS,
        soft_factor=float(rng.uniform(0.6, 1.6)),
        injection=None,
    )
    diffuse = diffuse_disease(rng)
    return Scene(
        shape=shape, pose=pose, conditions=conditions, lesions=mixed_lesions(shape, rng), visit=0, region_factor=diffuse
    )


def _spot(joint: str, rng: np.random.Generator) -> Spot:
    """Return an injection site about a joint of either arm."""
    side = SIDES[int(rng.integers(2))]
    offset = np.array(INJECTED_AT[joint])
    if rng.random() < OFF_SHARE:
        offset += rng.normal(0, OFF_MM, 3)
    if joint == "elbow" and rng.random() < FOREARM_SHARE:
        offset[2] -= rng.uniform(*FOREARM_MM)
    return Spot(
        joint=f"{joint}_{side}",
        offset_mm=(float(offset[0]), float(offset[1]), float(offset[2])),
        radius_mm=float(rng.uniform(3, 9)),
        activity=ACTIVITY,
    )


def _mask(view: ExpectedView) -> NDArray[np.uint8]:
    """Return the pixels that the injection site fills on one view."""
    mask = np.zeros(view.total.shape, dtype=np.uint8)
    for site, patch in view.organ_patches:
        if site == Physiologic.INJECTION_SITE and patch.image.max(initial=0) > 0:
            mask[patch.place] = patch.image > ORGAN_EDGE * patch.image.max()
    return mask


def lesson_about(density: Image, labels: NDArray[np.uint8], site: NDArray[np.bool_]) -> VeinLesson | None:
    """Return one lesson.

    Parameters
    ----------
    density : ndarray, shape (2, rows, cols), float32
        Counts of both views on the template grid, anatomical frame.
    labels : ndarray, shape (2, rows, cols), uint8
        Fine region numbers that the template gives.
    site : ndarray, shape (rows, cols), bool
        Where the injection site is.

    Returns
    -------
    VeinLesson or None
        None where the site shows but lies on neither strip: nothing that could be learned.
    """
    strips = arm_strips(list(labels))
    views = [
        ArmView(projection=side, density=density[index], labels=labels[index]) for index, side in enumerate(Projection)
    ]
    accepted = np.zeros((2, STRIP[0] // CELL_PX, STRIP[1] // CELL_PX), dtype=bool)
    rows, cols = ((at + 0.5) * CELL_PX - 0.5 for at in np.indices(accepted.shape[1:]))
    for index, side in enumerate(SIDES):
        shown = np.argwhere(sampled(site, strips[side]) > 0.5) if side in strips else np.zeros((0, 2))
        if len(shown) >= LEAST_TRUE_PX:
            middle = shown.mean(axis=0)
            away_mm = np.hypot(rows - middle[0], cols - middle[1]) * STEP_MM
            accepted[index] = (away_mm < ACCEPTED_MM) & (away_mm <= away_mm.min() + BEYOND_NEAREST_MM)
    if site.sum() >= LEAST_TRUE_PX and not accepted.any():
        return None
    return VeinLesson(channels=vein_channels(views, strips).astype(np.float16), accepted=accepted)


def _seen(totals: list[Image], camera: Camera, rng: np.random.Generator) -> tuple[Image, NDArray[np.uint8], Grid]:
    """Return noisy counts on the template grid, the labels that the template gives them, and the grid."""
    counts = [rng.poisson(np.maximum(total, 0)).astype(np.float32) for total in totals]
    density, grid = body_on_grid(counts, camera.spacing_mm, SkeletonSettings())
    parts = np.stack(density)
    chances = explain(parts, the_template()).chances
    return parts, np.stack([chances[index].argmax(axis=0).astype(np.uint8) for index in (0, 1)]), grid


def visits_of(number: int) -> list[VeinLesson]:
    """Return the lessons about one person.

    Parameters
    ----------
    number : int
        Which person.

    Returns
    -------
    list of VeinLesson
        `EACH` visits without an injection site, with one at an elbow, and with one at a hand; fewer where a site lies
        on no strip.
    """
    rng = np.random.default_rng([SEED, FIRST_PERSON + number])
    scene, camera = _scene(rng), CAMERAS[number % len(CAMERAS)]
    without = [view.total for view in expected_images(scene, camera).views]
    lessons: list[VeinLesson | None] = []
    for spot in (None, *(_spot(joint, rng) for joint in INJECTED_AT)):
        site = np.zeros(without[0].shape, dtype=np.uint8)
        added = [np.zeros_like(total) for total in without]
        if spot is not None:
            views = expected_images(replace(scene, conditions=replace(scene.conditions, injection=spot)), camera).views
            site = np.maximum(*(_mask(view) for view in views))
            added = [view.total - total for view, total in zip(views, without, strict=True)]
        for _ in range(EACH):
            activity = float(np.clip(rng.lognormal(np.log(ACTIVITY), ACTIVITY_SPREAD), *ACTIVITY_RANGE)) / ACTIVITY
            scale = float(np.exp(rng.uniform(*np.log(COUNTS)))) / DRAWN_COUNTS
            totals = [
                ((total + activity * extra) * scale).astype(np.float32)
                for total, extra in zip(without, added, strict=True)
            ]
            density, labels, grid = _seen(totals, camera, rng)
            lessons.append(lesson_about(density, labels, grid.taken_numbers(site) > 0))
    return [lesson for lesson in lessons if lesson is not None]
