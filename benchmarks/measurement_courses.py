"""Simulated courses for `benchmarks.measurement`: repeats, planted changes, uptake time, superscans, matrices.

Repeat visits differ in pose (in 3-D), bladder, kidneys, injection site, spills, counts (0.5 to 2.5 million) and camera
spacing; nothing else changes. Planted changes are true changes of the bone's own concentration.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from tracker.phantom import (
    Conditions,
    Expected,
    Pose,
    Scene,
    Shape,
    expected_images,
    observed_views,
    sample_conditions,
    sample_person,
    sample_pose,
    shape_of,
    visit_pose,
)
from tracker.records.study import Acquisition, Study
from tracker.settings.phantom import Camera

SPACINGS_MM = (2.21, 2.26, 2.40, 2.80)
"""Pixel spacings of common whole-body protocols."""

FIELD_MM = (2310.0, 580.0)
"""Length and width of the scanned field."""

FEWEST_COUNTS, MOST_COUNTS = 0.5e6, 2.5e6
"""Range of counts of the anterior view."""

POSE_SPREAD = 0.8
"""Spread of poses between visits of one person, against that between people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPlan:
    """What is fixed about one visit; everything else is drawn.

    Parameters
    ----------
    region_factor : mapping of str to float
        True uptake of whole regions against the first visit.
    counts : float or None
        Events of the anterior view; drawn unless given.
    uptake_time_h : float or None
        Injection to acquisition; drawn unless given.
    soft_factor : float
        Further factor on soft tissue.
    camera : Camera or None
        Drawn unless given.
    same_pose : bool
        Lies exactly as is the habit.
    """

    region_factor: Mapping[str, float] = field(default_factory=dict)
    counts: float | None = None
    uptake_time_h: float | None = None
    soft_factor: float = 1.0
    camera: Camera | None = None
    same_pose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BenchVisit:
    """One simulated visit.

    Parameters
    ----------
    study : Study
        What a reader of its files would get.
    expected : Expected
        Noise-free, with its scene.
    plan : VisitPlan
        What was fixed.
    """

    study: Study
    expected: Expected
    plan: VisitPlan


def camera_of(spacing_mm: float) -> Camera:
    """Return a camera of one spacing that covers the whole field.

    Parameters
    ----------
    spacing_mm : float
        Row and column spacing.

    Returns
    -------
    Camera
        All else as usual.
    """
    rows, cols = (round(length / spacing_mm) for length in FIELD_MM)
    return Camera(shape=(rows, cols), spacing_mm=(spacing_mm, spacing_mm))


def _conditions(plan: VisitPlan, rng: np.random.Generator) -> Conditions:
    """Return drawn conditions with the plan's in place."""
    drawn = sample_conditions(rng)
    counts = float(np.exp(rng.uniform(np.log(FEWEST_COUNTS), np.log(MOST_COUNTS))))
    return replace(
        drawn,
        anterior_counts=plan.counts or counts,
        uptake_time_h=plan.uptake_time_h or drawn.uptake_time_h,
        soft_factor=drawn.soft_factor * plan.soft_factor,
    )


def simulated(seed: int, plans: tuple[VisitPlan, ...]) -> tuple[BenchVisit, ...]:
    """Return the visits of one patient.

    Parameters
    ----------
    seed : int
        Same seed and plans, same visits.
    plans : tuple of VisitPlan
        One per visit.

    Returns
    -------
    tuple of BenchVisit
        Earliest first, four months apart.
    """
    rng = np.random.default_rng(seed)
    shape, habit = shape_of(sample_person(rng)), sample_pose(rng)
    return tuple(_visit(shape, habit, (seed, number), plan, rng) for number, plan in enumerate(plans))


def _visit(shape: Shape, habit: Pose, key: tuple[int, int], plan: VisitPlan, rng: np.random.Generator) -> BenchVisit:
    """Return one visit."""
    pose = visit_pose(habit, rng, POSE_SPREAD)
    camera = plan.camera or camera_of(float(rng.choice(SPACINGS_MM)))
    conditions = _conditions(plan, rng)
    scene = Scene(
        shape=shape,
        pose=habit if plan.same_pose else pose,
        conditions=conditions,
        region_factor=plan.region_factor,
    )
    expected = expected_images(scene, camera)
    length_mm = camera.shape[0] * camera.spacing_mm[0]
    study = Study(
        patient_id=f"BENCH-{key[0]}",
        study_uid=f"2.25.{key[0]}.{key[1]}",
        study_date=date(2024, 1, 8) + timedelta(days=120 * key[1]),
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
    return BenchVisit(study=study, expected=expected, plan=plan)


CHANGED = (
    "skull",
    "thoracic_spine",
    "lumbar_spine",
    "sacrum",
    "sternum",
    "scapula_left",
    "ribs_right",
    "humerus_left",
    "hip_bone_right",
    "femur_left",
)
"""Regions that planted changes are made in, in turn."""


def repeats(visits: int = 3) -> tuple[VisitPlan, ...]:
    """Return plans of visits between which nothing changes.

    Parameters
    ----------
    visits : int, optional
        How many.

    Returns
    -------
    tuple of VisitPlan
        All free.
    """
    return (VisitPlan(),) * visits


def with_change(index: int, factors: tuple[float, ...], counts: float | None = None) -> tuple[VisitPlan, ...]:
    """Return plans in which two regions change, one after the other in `CHANGED`.

    Parameters
    ----------
    index : int
        Number of the course: chooses regions and factors.
    factors : tuple of float
        True factors, taken in turn.
    counts : float, optional
        Events of the anterior view; drawn unless given.

    Returns
    -------
    tuple of VisitPlan
        Before and after.
    """
    regions = (CHANGED[(2 * index) % len(CHANGED)], CHANGED[(2 * index + 5) % len(CHANGED)])
    changed = {region: factors[(index + place) % len(factors)] for place, region in enumerate(regions)}
    return (VisitPlan(counts=counts), VisitPlan(counts=counts, region_factor=changed))
