"""One visit acquired: the noise-free images of a scene, and Poisson counts drawn from them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.phantom.body import Frame, Tissue, tissue_of
from tracker.phantom.camera import (
    Activity,
    Detectors,
    detectors_of,
    point_image,
    soft_image,
    transmission,
)
from tracker.phantom.lesions import lesion_excess
from tracker.phantom.organs import Organ, organs_of
from tracker.phantom.pose import Motion, Pose, motion_of
from tracker.phantom.scatter import scattered, scattering
from tracker.phantom.scene import STORED, Expected, ExpectedView, Patch, Scene
from tracker.phantom.uptake import SOFT_TISSUE_CONCENTRATION, healthy_uptake
from tracker.phantom.visit import bone_factor, soft_factor
from tracker.records.arrays import frozen
from tracker.records.regions import FINE_REGIONS
from tracker.records.view import Projection, View
from tracker.settings.phantom import Camera

PATCH_MARGIN_MM = 60.0
"""Margin around a lesion or organ within which its unscattered image is computed."""

COUNT_STEP = 1 / 256
"""Expected events are rounded to this, so that the same seed gives the same counts on every processor."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Stage:
    """What both projections of one visit share while they are computed."""

    camera: Camera
    frame: Frame
    tissue: Tissue
    detectors: Detectors
    scatter: NDArray[np.float64]
    field: NDArray[np.bool_]


def frame_of(place_mm: NDArray[np.float32], pose: Pose, camera: Camera) -> Frame:
    """Return an image plane with the body in its middle, shifted as the pose says.

    Parameters
    ----------
    place_mm : ndarray, shape (n, 3), float32
        Posed skeleton.
    pose : Pose
        Shift.
    camera : Camera
        Matrix and spacing.

    Returns
    -------
    Frame
        Anatomical frame.
    """
    middle_z = 0.5 * float(place_mm[:, 2].min() + place_mm[:, 2].max())
    middle_x = float(np.median(place_mm[:, 0]))
    half = [(count - 1) / 2 * step for count, step in zip(camera.shape, camera.spacing_mm, strict=True)]
    return Frame(
        shape=camera.shape,
        spacing_mm=camera.spacing_mm,
        top_z_mm=middle_z + half[0] + pose.shift_mm[0],
        right_x_mm=middle_x - half[1] - pose.shift_mm[1],
    )


def field_of(frame: Frame, camera: Camera) -> NDArray[np.bool_]:
    """Return which pixels of a plane the camera scans.

    Parameters
    ----------
    frame : Frame
        The image plane.
    camera : Camera
        Length and width of the field.

    Returns
    -------
    ndarray, shape (rows, cols), bool
        True inside the field.
    """
    near = [
        np.abs(np.arange(count) - (count - 1) / 2) * step <= extent / 2
        for count, step, extent in zip(frame.shape, frame.spacing_mm, camera.field_mm, strict=True)
    ]
    return np.asarray(near[0][:, None] & near[1][None, :])


def _patch(stage: _Stage, place: NDArray[np.float32], emission: NDArray[np.float64], projection: Projection) -> Patch:
    """Return the unscattered image of a few points, on the part of the plane they light up."""
    row, col = stage.frame.pixel(place)
    reach = [PATCH_MARGIN_MM / step for step in stage.frame.spacing_mm]
    rows, cols = stage.frame.shape
    top, left = max(0, int(row.min() - reach[0])), max(0, int(col.min() - reach[1]))
    bottom, right = min(rows, int(row.max() + reach[0]) + 1), min(cols, int(col.max() + reach[1]) + 1)
    if bottom - top < 3 or right - left < 3:
        return Patch(row=0, col=0, image=np.zeros((1, 1), dtype=np.float64))
    part = Frame(
        shape=(bottom - top, right - left),
        spacing_mm=stage.frame.spacing_mm,
        top_z_mm=stage.frame.top_z_mm - top * stage.frame.spacing_mm[0],
        right_x_mm=stage.frame.right_x_mm + left * stage.frame.spacing_mm[1],
    )
    leaving = emission * transmission(place, stage.tissue, stage.frame, stage.camera, projection)
    image = point_image(Activity(place_mm=place, emission=leaving), part, stage.camera, stage.detectors, projection)
    return Patch(row=top, col=left, image=image * stage.field[top:bottom, left:right])


def _pasted(patches: list[Patch], shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return the sum of patches on a whole image."""
    image = np.zeros(shape, dtype=np.float64)
    for patch in patches:
        image[patch.place] += patch.image
    return image


def _scaled(patch: Patch, factor: float) -> Patch:
    """Return a patch in events."""
    return Patch(row=patch.row, col=patch.col, image=frozen(patch.image * factor))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sources:
    """Everything that emits at one visit, per point, before attenuation."""

    place: NDArray[np.float32]
    bone: NDArray[np.float64]
    factor: NDArray[np.float64]
    soft: float
    lesions: Mapping[str, tuple[NDArray[np.intp], NDArray[np.float64]]]
    organs: tuple[Organ, ...]


def _sources(scene: Scene, motion: Motion) -> _Sources:
    """Return what emits."""
    shape, conditions = scene.shape, scene.conditions
    volume = shape.skeleton.volume_mm3
    time = bone_factor(conditions.uptake_time_h)
    healthy = healthy_uptake(shape, shape.person).astype(np.float64) * time
    lesions = {}
    for lesion in scene.lesions:
        if lesion.states[scene.visit].present:
            index, excess = lesion_excess(shape, healthy, lesion, scene.visit)
            lesions[lesion.lesion_id] = (index, excess * volume[index])
    factor = np.ones(len(FINE_REGIONS) + 1, dtype=np.float64)
    for region in FINE_REGIONS:
        factor[region.label] = scene.region_factor.get(region.whole, 1.0)
    return _Sources(
        place=motion.moved(shape.place_mm, shape.member),
        bone=healthy * volume,
        factor=factor[shape.skeleton.label],
        soft=SOFT_TISSUE_CONCENTRATION * soft_factor(conditions.uptake_time_h) * conditions.soft_factor,
        lesions=lesions,
        organs=organs_of(shape, motion, conditions),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _RawView:
    """One projection in arbitrary units, before the exposure is known."""

    healthy: NDArray[np.float64]
    diffuse: NDArray[np.float64]
    bone_leaving: NDArray[np.float64]
    lesions: Mapping[str, Patch]
    organs: tuple[tuple[int, Patch], ...]


def _raw_view(stage: _Stage, sources: _Sources, projection: Projection) -> _RawView:
    """Return the unscattered parts of one projection."""
    leaving = sources.bone * transmission(sources.place, stage.tissue, stage.frame, stage.camera, projection)

    def bones(emission: NDArray[np.float64]) -> NDArray[np.float64]:
        activity = Activity(place_mm=sources.place, emission=emission)
        return point_image(activity, stage.frame, stage.camera, stage.detectors, projection)

    soft = soft_image(stage.tissue, stage.frame, stage.camera, stage.detectors, projection)
    diseased = bool((sources.factor != 1).any())
    return _RawView(
        healthy=bones(leaving) + sources.soft * soft,
        diffuse=bones(leaving * (sources.factor - 1)) if diseased else np.zeros_like(soft),
        bone_leaving=leaving,
        lesions={
            name: _patch(stage, sources.place[index], excess, projection)
            for name, (index, excess) in sources.lesions.items()
            if len(index)
        },
        organs=tuple(
            (int(organ.site), _patch(stage, organ.place_mm, organ.emission, projection)) for organ in sources.organs
        ),
    )


def _expected_view(stage: _Stage, raw: _RawView, projection: Projection, exposure: float) -> ExpectedView:
    """Return one projection in events."""
    shape = stage.frame.shape
    planted = _pasted(list(raw.lesions.values()), shape)
    primary = raw.healthy + raw.diffuse + planted + _pasted([patch for _, patch in raw.organs], shape)
    total = exposure * (primary + scattered(primary, stage.scatter, stage.frame)) + stage.camera.background_per_pixel
    lesions = exposure * (planted + scattered(planted, stage.scatter, stage.frame))
    total, lesions = total * stage.field, lesions * stage.field
    return ExpectedView(
        projection=projection,
        total=(np.rint(np.maximum(total, 0) / COUNT_STEP) * COUNT_STEP).astype(np.float32),
        lesions=lesions.astype(np.float32),
        bone_emission=(raw.bone_leaving * exposure).astype(np.float32),
        lesion_patches={name: _scaled(patch, exposure) for name, patch in raw.lesions.items()},
        organ_patches=tuple((site, _scaled(patch, exposure)) for site, patch in raw.organs),
    )


def expected_images(scene: Scene, camera: Camera) -> Expected:
    """Return the noise-free images of a scene, with what they are made of.

    Parameters
    ----------
    scene : Scene
        Person, pose, conditions, lesions.
    camera : Camera
        Matrix, spacing and physics. Counts follow ``scene.conditions.anterior_counts``.

    Returns
    -------
    Expected
        Both projections.
    """
    motion = motion_of(scene.shape, scene.pose)
    sources = _sources(scene, motion)
    frame = frame_of(sources.place, scene.pose, camera)
    tissue = tissue_of(scene.shape, motion, frame)
    stage = _Stage(
        camera=camera,
        frame=frame,
        tissue=tissue,
        detectors=detectors_of(tissue, camera),
        scatter=scattering(tissue, frame, camera),
        field=field_of(frame, camera),
    )
    raw = {projection: _raw_view(stage, sources, projection) for projection in Projection}
    healthy = raw[Projection.ANTERIOR].healthy
    collected = float((healthy + scattered(healthy, stage.scatter, frame))[stage.field].sum(dtype=np.float64))
    exposure = scene.conditions.anterior_counts / collected
    return Expected(
        scene=scene,
        camera=camera,
        frame=frame,
        place_mm=frozen(sources.place),
        body=frozen(tissue.inside & stage.field),
        field=frozen(stage.field),
        views=tuple(_expected_view(stage, raw[projection], projection, exposure) for projection in Projection),
    )


def observed_views(expected: Expected, rng: np.random.Generator) -> tuple[View, ...]:
    """Return both views with Poisson noise, stored as their detectors saw them.

    Parameters
    ----------
    expected : Expected
        Noise-free images.
    rng : Generator
        Source of the noise.

    Returns
    -------
    tuple of View
        Anterior, posterior; the posterior has the patient's left at column 0.
    """
    return tuple(
        View(
            projection=view.projection,
            counts=STORED[view.projection].to_stored(rng.poisson(view.total).astype(np.float64)),
            spacing_mm=expected.camera.spacing_mm,
            orientation=STORED[view.projection],
            evidence=("simulated",),
            frame_index=index,
        )
        for index, view in enumerate(expected.views)
    )
