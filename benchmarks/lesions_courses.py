"""Simulated courses for `benchmarks.lesions`: 3 to 6 visits, 0 to 25 lesions seen or not, benign mimics in all.

Lesions stay, grow, flare up or fade by half, appear, vanish or come back; some lie near another and grow into it.
Repeat courses hold two visits between which nothing changes, with lesions up to a tenth of the skeleton.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from benchmarks.lesions_burden import of_burden, true_burden_pct
from tracker.phantom import (
    Expected,
    LesionState,
    Mimic,
    Places,
    Scene,
    expected_images,
    observed_views,
    random_lesions,
    sample_conditions,
    sample_person,
    sample_pose,
    shape_of,
    visit_pose,
)
from tracker.phantom.mimics import draw_mimics, fracture, prosthesis, worn
from tracker.phantom.scene import STORED
from tracker.phantom.truth import FOOTPRINT_EDGE, lesion_appearances, physiologic_mask
from tracker.records.lesion import Kind
from tracker.records.study import Acquisition, Study
from tracker.records.view import Projection
from tracker.settings.phantom import Camera

MOST_LESIONS = 25
"""Most lesions of one course, as the issue asks."""

REPEAT_LESIONS, REPEAT_BURDEN_PCT = (3, 60), (0.1, 13.0)
"""Fewest and most lesions of a repeat course, and the burden that goes with them: the range the index is asked over."""

GOLDEN = (np.sqrt(5.0) - 1) / 2
"""Step from one repeat course to the next along the range of burden: any few in a row cover it evenly."""

VISITS = (3, 6)
"""Fewest and most visits of a course."""

NEAREST_MM = 30.0
"""Middles of two lesions lie at least this far apart: near enough for some to grow together."""

POSE_SPREAD = 0.8
"""Spread of poses between visits of one person, against that between people."""

DAYS_APART = 84
"""Days between visits."""

STORIES = {"steady": 0.4, "hotter": 0.12, "cooler": 0.12, "larger": 0.1, "new": 0.12, "gone": 0.1, "back": 0.04}
"""What happens to a lesion, and how often. Decided."""

STEP = 1.5
"""Factor on a lesion's excess when it becomes hotter; it halves when it becomes cooler."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Planted:
    """One planted focus on one view of one visit.

    Parameters
    ----------
    lesion_id : str
        Which lesion.
    kind : Kind
        ``lesion``, ``benign`` or ``cold``.
    region : str
        Fine region it was planted in.
    row_px, col_px : float
        True centre, stored frame.
    footprint : ndarray, shape (n, 2), int32
        Stored pixels inside its half-maximum outline.
    contrast_to_noise : float
        Noise-free excess inside the outline over the square root of all expected counts there.
    image_ratio : float
        Expected counts inside the outline over those without the lesion.
    occluded_by : str
        Physiologic site that covers most of the outline, or empty.
    """

    lesion_id: str
    kind: Kind
    region: str
    row_px: float
    col_px: float
    footprint: NDArray[np.int32]
    contrast_to_noise: float
    image_ratio: float
    occluded_by: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BenchCourse:
    """One simulated patient with what is true of every visit.

    Parameters
    ----------
    seed : int
        Same seed, same course.
    studies : tuple of Study
        Earliest first.
    planted : tuple of mapping
        Per visit: projection to its planted foci.
    excess : tuple of mapping of str to float
        Per visit: lesion to its excess concentration; lesions that are not there are left out.
    burden_pct : tuple of float
        Per visit: share of the skeleton's mass that lesions hold, percent.
    organs : tuple of mapping
        Per visit: projection to the true physiologic sites, stored frame.
    """

    seed: int
    studies: tuple[Study, ...]
    planted: tuple[Mapping[Projection, tuple[Planted, ...]], ...]
    excess: tuple[Mapping[str, float], ...]
    burden_pct: tuple[float, ...]
    organs: tuple[Mapping[Projection, NDArray[np.bool_]], ...]


def course_of(seed: int) -> BenchCourse:
    """Return one course of 3 to 6 visits.

    Parameters
    ----------
    seed : int
        Same seed, same course.

    Returns
    -------
    BenchCourse
        With 0 to 25 lesions and at least one mimic.
    """
    rng = np.random.default_rng(seed)
    visits = int(rng.integers(VISITS[0], VISITS[1] + 1))
    curves = tuple(_curve(visits, rng) for _ in range(int(rng.integers(0, MOST_LESIONS + 1))))
    return _acquired(seed, visits, curves, rng)


def repeat_of(seed: int) -> BenchCourse:
    """Return two visits between which nothing changes but pose, urine, counts and noise.

    Parameters
    ----------
    seed : int
        Same seed, same course.

    Returns
    -------
    BenchCourse
        With 3 to 60 lesions, all scaled by one factor: 0.1 to 13 % of the skeleton, spread as evenly as seeds
        in a row can be.
    """
    rng = np.random.default_rng(seed)
    step = seed * GOLDEN % 1
    count = round(float(np.exp(np.interp(step, (0, 1), np.log(REPEAT_LESIONS)))))
    burden_pct = float(np.exp(np.interp(step, (0, 1), np.log(REPEAT_BURDEN_PCT))))
    state = [LesionState(contrast=1 + _start(rng)) for _ in range(count)]
    return _acquired(seed, 2, tuple((one, one) for one in state), rng, burden_pct)


def _start(rng: np.random.Generator) -> float:
    """Return the excess of a lesion: contrast 2.2 to 8, as the shipped stories have it."""
    return float(np.clip(rng.lognormal(np.log(2.6), 0.45), 1.2, 7.0))


def _curve(visits: int, rng: np.random.Generator) -> tuple[LesionState, ...]:
    """Return one lesion's states."""
    story = str(rng.choice(list(STORIES), p=np.array(list(STORIES.values())) / sum(STORIES.values())))
    when, start, visit = int(rng.integers(1, visits)), _start(rng), np.arange(visits)
    factor = {
        "hotter": np.where(visit >= when, STEP, 1.0),
        "cooler": np.where(visit >= when, 0.5, 1.0),
        "new": (visit >= when) * 1.0,
        "gone": (visit < when) * 1.0,
        "back": (visit != when) * 1.0,
    }.get(story, np.ones(visits))
    size = 1 + 0.15 * visit if story == "larger" else np.ones(visits)
    return tuple(
        LesionState(contrast=float(1 + start * share), size_factor=float(width))
        for share, width in zip(factor, size, strict=True)
    )


def _mimicked(rng: np.random.Generator) -> tuple[Mimic, ...]:
    """Return the benign findings of one course, at least one."""
    drawn = draw_mimics(rng)
    return drawn or (tuple(Mimic)[int(rng.integers(len(Mimic)))],)


def _acquired(
    seed: int,
    visits: int,
    curves: tuple[tuple[LesionState, ...], ...],
    rng: np.random.Generator,
    burden_pct: float | None = None,
) -> BenchCourse:
    """Return a course of one random person, with a burden asked for or with lesions as they are drawn."""
    mimics, person = _mimicked(rng), sample_person(rng)
    shape = shape_of(worn(person, rng) if Mimic.WORN_JOINT in mimics else person)
    lesions = random_lesions(shape, curves, rng, Places(apart_mm=NEAREST_MM))
    lesions = lesions if burden_pct is None else of_burden(shape, lesions, burden_pct)
    days = np.arange(visits) * DAYS_APART
    if Mimic.RIB_FRACTURE in mimics:
        lesions += (fracture(shape, days, rng),)
    if Mimic.HIP_PROSTHESIS in mimics:
        lesions += (prosthesis(shape, visits, rng),)
    habit, camera = sample_pose(rng, fat_mm=person.fat_mm), Camera()
    studies, planted, organs = [], [], []
    for visit in range(visits):
        pose = visit_pose(habit, rng, POSE_SPREAD, person.fat_mm)
        scene = Scene(shape=shape, pose=pose, conditions=sample_conditions(rng), lesions=lesions, visit=visit)
        expected = expected_images(scene, camera)
        studies.append(_study(expected, (seed, visit), rng))
        masks = {side: physiologic_mask(expected, expected.view(side)) for side in Projection}
        planted.append({side: planted_foci(expected, side, masks[side]) for side in Projection})
        organs.append({side: STORED[side].to_stored(mask > 0) for side, mask in masks.items()})
    there = [[one for one in lesions if one.kind is Kind.LESION and one.states[v].present] for v in range(visits)]
    return BenchCourse(
        seed=seed,
        studies=tuple(studies),
        planted=tuple(planted),
        excess=tuple({one.lesion_id: one.states[v].contrast - 1 for one in there[v]} for v in range(visits)),
        burden_pct=tuple(true_burden_pct(shape, there[visit], visit) for visit in range(visits)),
        organs=tuple(organs),
    )


def _study(expected: Expected, key: tuple[int, int], rng: np.random.Generator) -> Study:
    """Return what a reader of the files would get."""
    conditions, camera = expected.scene.conditions, expected.camera
    length_mm = camera.shape[0] * camera.spacing_mm[0]
    return Study(
        patient_id=f"BENCH-{key[0]}",
        study_uid=f"2.25.{key[0]}.{key[1]}",
        study_date=date(2024, 1, 8) + timedelta(days=DAYS_APART * key[1]),
        views=observed_views(expected, rng),
        acquisition=Acquisition(
            tracer="Tc-99m MDP",
            activity_mbq=conditions.activity_mbq,
            uptake_time_h=conditions.uptake_time_h,
            duration_s=length_mm / conditions.scan_velocity_mm_s,
            scan_velocity_mm_s=conditions.scan_velocity_mm_s,
            scan_length_mm=length_mm,
        ),
    )


def planted_foci(expected: Expected, projection: Projection, mask: NDArray[np.uint8]) -> tuple[Planted, ...]:
    """Return the planted foci of one view.

    Parameters
    ----------
    expected : Expected
        The noise-free visit.
    projection : Projection
        Which view.
    mask : ndarray, shape (rows, cols), uint8
        Physiologic sites of the view, anatomical frame.

    Returns
    -------
    tuple of Planted
        Those that differ from healthy bone at this visit, seen or not.
    """
    view = expected.view(projection)
    found = []
    for look in lesion_appearances(expected, view, mask):
        patch = view.lesion_patches[look.lesion_id]
        inside = np.zeros(expected.frame.shape, dtype=np.bool_)
        inside[patch.place] = np.abs(patch.image) >= FOOTPRINT_EDGE * np.abs(patch.image).max()
        found.append(
            Planted(
                lesion_id=look.lesion_id,
                kind=look.kind,
                region=look.region,
                row_px=look.row_px,
                col_px=look.col_px,
                footprint=np.argwhere(STORED[projection].to_stored(inside)).astype(np.int32),
                contrast_to_noise=look.significance,
                image_ratio=look.image_ratio,
                occluded_by=look.occluded_by,
            )
        )
    return tuple(found)
