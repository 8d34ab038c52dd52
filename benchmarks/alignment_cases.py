"""Pairs of visits with known motion, in one form whatever they were made from: the real scan or the 3-D phantom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from benchmarks.alignment_motions import KINDS, Field, pixels, seen_at
from benchmarks.alignment_scenes import PIXEL_MM, Image, Scene, base, course, lesion_image, pair, truth
from tracker.phantom import Scenario, SimulatedCourse, displacement_mm, simulate_course
from tracker.records.study import Study
from tracker.records.view import Orientation, Projection, View

PHANTOM = "phantom 3-D"
"""Kind of the pairs whose body was posed again in space."""

STORIES: tuple[Scenario, ...] = (Scenario.MIXED, Scenario.RESPONSE, Scenario.PROGRESSION, Scenario.STABLE)
"""What happens to the lesions of the phantom, in turn."""

DISC_SDS, DISC_PX = 2.5, 2.0
"""Radius in which a lesion's integral is taken: this many of its standard deviations and pixels more."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A fixed and a moving visit with what is true.

    Parameters
    ----------
    kind : str
        One of the kinds of motion, or `PHANTOM`.
    seed : int
        Everything follows from it.
    fixed, moving : Study
        Two views each.
    spacing_mm : tuple of float
        Pixel spacing of all views.
    place_px : ndarray, shape (rows, cols, 2)
        For each anterior fixed pixel its true place (row, col) in the moving image; not finite where unknown.
    counted : ndarray, shape (rows, cols), bool
        Skeleton that lies in both images.
    lesions : ndarray, shape (rows, cols)
        Expected counts of the lesions alone, in the moving image.
    discs : tuple of tuple
        (row, col, radius) of every lesion that the moving image shows, in the fixed image.
    """

    kind: str
    seed: int
    fixed: Study
    moving: Study
    spacing_mm: tuple[float, float]
    place_px: Field
    counted: NDArray[np.bool_]
    lesions: Image
    discs: tuple[tuple[float, float, float], ...] = ()

    @property
    def images(self) -> tuple[Image, Image]:
        """Anterior counts of the fixed and of the moving visit."""
        return self.fixed.views[0].anatomical_counts, self.moving.views[0].anatomical_counts


def study_of(uid: str, anterior: Image, posterior: Image) -> Study:
    """Return two anatomical images of the real scan's geometry as a study; the posterior one is stored mirrored."""
    spacing_mm = (PIXEL_MM, PIXEL_MM)
    return Study(
        patient_id="B",
        study_uid=uid,
        study_date=date(2020, 1, 1),
        views=(
            View(projection=Projection.ANTERIOR, counts=anterior, spacing_mm=spacing_mm),
            View(
                projection=Projection.POSTERIOR,
                counts=posterior[:, ::-1],
                spacing_mm=spacing_mm,
                orientation=Orientation(patient_left_first=True),
            ),
        ),
    )


def _inside(place_px: Field, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return where a true place lies in an image."""
    with np.errstate(invalid="ignore"):
        return np.asarray(((place_px >= 0) & (place_px <= np.array(shape[:2]) - 1)).all(axis=-1))


def studies_of(scene: Scene) -> tuple[Study, ...]:
    """Return the visits of a scene made from the real scan as studies."""
    return tuple(study_of(f"1.{k}", visit.counts, visit.posterior) for k, visit in enumerate(scene.visits))


def scene_case(scene: Scene, fixed: int, moving: int) -> Case:
    """Return two visits of a scene made from the real scan, with what is true of them."""
    studies = studies_of(scene)
    first, second = scene.visits[fixed].motion, scene.visits[moving].motion
    place_px = truth(scene, fixed, moving)
    skeleton = seen_at(base().skeleton.astype(float), first.pull) > 0.5
    discs = []
    for lesion in scene.lesions:
        row, col = first.push[int(lesion.row), int(lesion.col)]
        if lesion.peaks[moving] > 0 and _inside(np.array([row, col]), skeleton.shape):
            discs.append((float(row), float(col), DISC_SDS * lesion.sd + DISC_PX))
    alone = lesion_image(scene.lesions, moving, base().bone + base().soft)
    return Case(
        kind=scene.kind,
        seed=scene.seed,
        fixed=studies[fixed],
        moving=studies[moving],
        spacing_mm=(PIXEL_MM, PIXEL_MM),
        place_px=place_px,
        counted=skeleton & _inside(place_px, skeleton.shape),
        lesions=seen_at(alone, second.pull),
        discs=tuple(discs),
    )


def real_case(kind: str, seed: int, counts: float = 1.0) -> Case:
    """Return a pair made from the real scan; ``counts`` is a factor on both visits' counts."""
    return scene_case(pair(kind, seed, counts), 0, 1)


def real_cases(first_seed: int, number: int) -> list[Case]:
    """Return pairs made from the real scan, the kinds of motion in turn."""
    return [real_case(KINDS[k % len(KINDS)], first_seed + k) for k in range(number)]


def phantom_course(seed: int, visits: int) -> SimulatedCourse:
    """Return the visits of one simulated patient."""
    return simulate_course(STORIES[seed % len(STORIES)], seed, visits=visits)


def phantom_case(simulated: SimulatedCourse, seed: int, fixed: int, moving: int) -> Case:
    """Return two visits of a simulated patient; truth is the mean place of the bone points behind each pixel."""
    first, second = simulated.visits[fixed], simulated.visits[moving]
    true = displacement_mm(first.expected, second.expected, Projection.ANTERIOR)
    view = first.study.views[0]
    place_px = pixels(true.valid.shape) + true.displacement_mm / np.array(view.anatomical_spacing_mm)
    return Case(
        kind=PHANTOM,
        seed=seed,
        fixed=first.study,
        moving=second.study,
        spacing_mm=view.anatomical_spacing_mm,
        place_px=place_px,
        counted=true.valid & _inside(place_px, true.valid.shape),
        lesions=np.zeros(true.valid.shape),
    )


def phantom_cases(first_seed: int, number: int) -> list[Case]:
    """Return pairs of simulated patients."""
    seeds = range(first_seed, first_seed + number)
    return [phantom_case(phantom_course(seed, 2), seed, 0, 1) for seed in seeds]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CourseCase:
    """Several visits of one patient and the pairs that errors are counted on.

    Parameters
    ----------
    kind : str
        Kind of motion.
    studies : tuple of Study
        All visits.
    cases : tuple of Case
        The first visit against every other.
    """

    kind: str
    studies: tuple[Study, ...]
    cases: tuple[Case, ...]


def real_courses(kinds: Sequence[str], first_seed: int, visits: int) -> list[CourseCase]:
    """Return one course per kind of motion, made from the real scan; every visit has moved."""
    found = []
    for number, kind in enumerate(kinds):
        scene = course(kind, first_seed + number, (visits, 1.0))
        cases = tuple(scene_case(scene, 0, moving) for moving in range(1, visits))
        found.append(CourseCase(kind=kind, studies=studies_of(scene), cases=cases))
    return found


def phantom_courses(first_seed: int, number: int, visits: int) -> list[CourseCase]:
    """Return courses of simulated patients."""
    found = []
    for seed in range(first_seed, first_seed + number):
        simulated = phantom_course(seed, visits)
        cases = tuple(phantom_case(simulated, seed, 0, moving) for moving in range(1, visits))
        studies = tuple(visit.study for visit in simulated.visits)
        found.append(CourseCase(kind=PHANTOM, studies=studies, cases=cases))
    return found
