"""Two ways to label a benchmark course: by the truth with misplaced labels, and by the whole pipeline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.measurement_courses import BenchVisit
from tracker.burden.between_visits import between_visits
from tracker.burden.region_change import region_changes
from tracker.burden.region_uptake import region_uptakes
from tracker.intensity import normalisers_of, reference_of, visit_levels, with_usual_soft
from tracker.phantom import Bladder, Expected, expected_images, shape_of, view_truth
from tracker.pipeline import track_patient
from tracker.records.context import Context
from tracker.records.regions import FINE_LABEL
from tracker.records.skeleton import SkeletonView
from tracker.records.uptake import Normaliser, RegionChange, RegionUptake
from tracker.records.view import Projection
from tracker.settings.whole import Settings

MISPLACED_MM = 2.0
"""Mean length of the misplacement put on true labels: what a good alignment leaves."""

MISPLACED_OVER_MM = 45.0
"""Standard deviation of the Gaussian over which misplacements are alike."""

USUAL_REFERENCE = ("lumbar_spine", "thoracic_spine_lower", "hip_bone_left", "hip_bone_right", "femur_shaft_left")
"""Regions whose mean a healthy person's expected uptake is set to 1 on."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredVisit:
    """One visit measured against the first.

    Parameters
    ----------
    uptakes : tuple of RegionUptake
        Of this visit.
    changes : tuple of RegionChange
        Against the first visit.
    normalisers : tuple of Normaliser
        What 1.0 means.
    """

    uptakes: tuple[RegionUptake, ...]
    changes: tuple[RegionChange, ...]
    normalisers: tuple[Normaliser, ...]


def _healthy(visit: BenchVisit) -> Expected:
    """Return the noise-free images of the average person in this body and pose, with nothing in the bladder."""
    scene = visit.expected.scene
    average = shape_of(replace(scene.shape.person, region_uptake={}, joint_wear={}))
    quiet = replace(
        scene.conditions,
        bladder=Bladder(volume_ml=1.0, concentration=0.05),
        kidney=0.02,
        injection=None,
        contamination=(),
        uptake_time_h=3.0,
        soft_factor=1.0,
    )
    return expected_images(
        replace(scene, shape=average, conditions=quiet, lesions=(), region_factor={}), visit.expected.camera
    )


def _shifts(shape: tuple[int, int], spacing_mm: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a smooth random displacement (2, rows, cols) in pixels, of the mean length `MISPLACED_MM`."""
    noise = rng.normal(size=(2, *shape))
    smooth = np.stack([ndimage.gaussian_filter(layer, MISPLACED_OVER_MM / spacing_mm) for layer in noise])
    return np.asarray(smooth / smooth.std() * MISPLACED_MM / np.sqrt(np.pi / 2) / spacing_mm)


def true_labels(visit: BenchVisit, rng: np.random.Generator) -> tuple[SkeletonView, ...]:
    """Return labels and expected uptake of the average person in the true pose, misplaced at random.

    Parameters
    ----------
    visit : BenchVisit
        The visit.
    rng : Generator
        Source of the misplacement.

    Returns
    -------
    tuple of SkeletonView
        On stored pixels; sites as they truly are.
    """
    healthy, views = _healthy(visit), []
    shift = _shifts(visit.expected.frame.shape, visit.expected.camera.spacing_mm[0], rng)
    for projection in Projection:
        usual, truth = view_truth(healthy, projection), view_truth(visit.expected, projection)
        reference = np.isin(usual.labels, [FINE_LABEL[name] for name in USUAL_REFERENCE])
        expected = usual.expected / float(usual.expected[reference].mean())
        mirrored = shift if projection is Projection.ANTERIOR else shift[:, :, ::-1] * np.array([1, -1])[:, None, None]
        at = np.indices(usual.labels.shape) + mirrored
        labels = ndimage.map_coordinates(usual.labels, at, order=0)
        carried = ndimage.map_coordinates(expected, at, order=1).astype(np.float32)
        views.append(
            SkeletonView(
                projection=projection,
                labels=labels,
                expected=carried,
                spread=0.15 * carried,
                body=truth.body,
                physiologic=truth.physiologic,
            )
        )
    return tuple(views)


def measured_by_truth(visits: Sequence[BenchVisit], seed: int, settings: Settings) -> tuple[MeasuredVisit, ...]:
    """Return a course measured with true labels, misplaced by `MISPLACED_MM`.

    Parameters
    ----------
    visits : sequence of BenchVisit
        One patient.
    seed : int
        Of the misplacement.
    settings : Settings
        Of all stages.

    Returns
    -------
    tuple of MeasuredVisit
        Same order; the first is the reference.
    """
    rng = np.random.default_rng((seed, 77))
    labels = {visit.study.study_uid: true_labels(visit, rng) for visit in visits}
    studies = [visit.study for visit in visits]
    levels = with_usual_soft(
        [(study, labels[study.study_uid], None) for study in studies],
        [visit_levels(study, labels[study.study_uid], settings.intensity) for study in studies],
        settings.intensity,
    )
    bone = reference_of(levels, settings.intensity)
    scales = [
        normalisers_of(study, level, settings.intensity, reference=bone)
        for study, level in zip(studies, levels, strict=True)
    ]
    alone = [
        region_uptakes(
            study,
            labels[study.study_uid],
            scale,
            {view.projection: np.full(view.counts.shape, MISPLACED_MM) for view in study.views},
            settings.burden,
        )
        for study, scale in zip(studies, scales, strict=True)
    ]
    measured = between_visits(alone, scales)
    return tuple(
        MeasuredVisit(uptakes=uptakes, changes=region_changes(uptakes, measured[0], settings.burden), normalisers=scale)
        for uptakes, scale in zip(measured, scales, strict=True)
    )


def measured_by_pipeline(visits: Sequence[BenchVisit], seed: int, settings: Settings) -> tuple[MeasuredVisit, ...]:
    """Return a course measured by the whole pipeline: aligned, labelled, lesions found, compared.

    Parameters
    ----------
    visits : sequence of BenchVisit
        One patient.
    seed : int
        Not used: the pipeline draws nothing.
    settings : Settings
        Of all stages.

    Returns
    -------
    tuple of MeasuredVisit
        Same order; the first is the reference.
    """
    del seed
    course = track_patient([visit.study for visit in visits], Context(), settings)
    return tuple(
        MeasuredVisit(uptakes=one.uptakes, changes=one.changes, normalisers=one.normalisers)
        for one in course.timepoints
    )
