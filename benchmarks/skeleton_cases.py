"""People for the skeleton benchmark: bodies, poses, cameras, counts, disease drawn anew for every seed."""

import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pydicom
from numpy.typing import NDArray

from tracker.phantom import (
    Scene,
    ViewTruth,
    expected_images,
    observed_views,
    sample_conditions,
    sample_person,
    sample_pose,
    shape_of,
    view_truth,
)
from tracker.phantom.mixed import CAMERAS, diffuse_disease, mixed_lesions
from tracker.phantom.organs import organs_of
from tracker.phantom.pose import motion_of
from tracker.phantom.scene import Expected, ExpectedView
from tracker.phantom.truth import ORGAN_EDGE, VISIBLE_RATIO, VISIBLE_SD
from tracker.records.regions import mirrored_name
from tracker.records.skeleton import Physiologic
from tracker.records.view import Projection, View
from tracker.skeleton import map_regions

DISC_MM = 8.0
"""A place is as bright as the mean of this disc about it, radius: half the width of a vein's spot."""

ELBOW_MM = 25.0
"""Brightness is that of the brightest place within this distance: about an elbow."""

SURE_SD = 4.1
"""Standard deviations between counts with and without a site, known exactly, from which 98 % of sites are found at 2 %
inventions: twice the 98th percentile of a normal distribution."""

REAL_SPACING_MM = (2.26, 2.26)
"""Pixel spacing of the real scan, as its header states."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One person to label."""

    seed: int
    views: tuple[View, ...]
    spacing_mm: tuple[float, float]
    truth: Mapping[Projection, ViewTruth]
    visible: Mapping[Projection, frozenset[Physiologic]]
    outshines: Mapping[Projection, bool]
    certain: Mapping[Projection, frozenset[Physiologic]]


def visible_sites(view: ExpectedView) -> frozenset[Physiologic]:
    """Return the physiologic sites that a reader could see on one view, by the measure for lesions.

    Parameters
    ----------
    view : ExpectedView
        Noise-free images; what lies beyond the field adds nothing to them.

    Returns
    -------
    frozenset of Physiologic
        Sites whose added events, over their own mask, exceed `VISIBLE_SD` standard deviations of the total there and
        make it at least `VISIBLE_RATIO` times what it is without them.
    """
    found = set()
    for site, patch in view.organ_patches:
        mask = patch.image > ORGAN_EDGE * patch.image.max(initial=0)
        added = float(patch.image[mask].sum())
        total = float(view.total[patch.place][mask].sum())
        if added > VISIBLE_SD * total**0.5 and total > VISIBLE_RATIO * (total - added):
            found.add(Physiologic(site))
    return frozenset(found)


def certain_sites(view: ExpectedView) -> frozenset[Physiologic]:
    """Return the physiologic sites that a perfect observer would find on one view.

    Parameters
    ----------
    view : ExpectedView
        Noise-free images.

    Returns
    -------
    frozenset of Physiologic
        Sites whose counts with and without them are at least `SURE_SD` standard deviations apart for an observer who
        knows both noise-free images and doubts only which one the counts were drawn from.
    """
    found = set()
    for site, patch in view.organ_patches:
        without = np.maximum(view.total[patch.place] - patch.image, np.finfo(np.float32).eps)
        if float((patch.image**2 / without).sum()) >= SURE_SD**2:
            found.add(Physiologic(site))
    return frozenset(found)


def _brightest(view: ExpectedView, middle_px: tuple[float, float], spacing_mm: tuple[float, float]) -> float | None:
    """Return the noise-free counts per pixel of the brightest disc about a place, None outside the image."""
    row, col = middle_px
    if not (0 <= row < view.total.shape[0] and 0 <= col < view.total.shape[1]):
        return None
    reach = [round(DISC_MM / step) for step in spacing_mm]
    y, x = np.mgrid[-reach[0] : reach[0] + 1, -reach[1] : reach[1] + 1]
    disc = (np.hypot(y * spacing_mm[0], x * spacing_mm[1]) <= DISC_MM).astype(np.float32)
    means = cv2.filter2D(view.total, cv2.CV_32F, disc / disc.sum(), borderType=cv2.BORDER_CONSTANT)
    rows, cols = np.indices(view.total.shape)
    return float(means[np.hypot((rows - row) * spacing_mm[0], (cols - col) * spacing_mm[1]) <= ELBOW_MM].max())


def outshines_other_arm(expected: Expected) -> dict[Projection, bool]:
    """Return on which views the injection site is brighter than the same place of the other arm.

    Parameters
    ----------
    expected : Expected
        A noise-free visit.

    Returns
    -------
    dict of Projection to bool
        Whether it is at least `VISIBLE_RATIO` times as bright, or the other arm is not in the field: a reader tells a
        vein from a worn elbow by comparing arms. False where there is no injection site.
    """
    scene, conditions = expected.scene, expected.scene.conditions
    if conditions.injection is None:
        return dict.fromkeys(Projection, False)
    right_mm, back_mm, up_mm = conditions.injection.offset_mm
    other = replace(
        conditions.injection, joint=mirrored_name(conditions.injection.joint), offset_mm=(-right_mm, back_mm, up_mm)
    )
    middles = []
    for spot in (conditions.injection, other):
        organs = organs_of(scene.shape, motion_of(scene.shape, scene.pose), replace(conditions, injection=spot))
        place = next(organ.place_mm for organ in organs if organ.site is Physiologic.INJECTION_SITE)
        row, col = expected.frame.pixel(place.mean(axis=0, keepdims=True))
        middles.append((float(row[0]), float(col[0])))
    found = {}
    for view in expected.views:
        mine, others = (_brightest(view, middle, expected.camera.spacing_mm) for middle in middles)
        found[view.projection] = mine is not None and (others is None or mine >= VISIBLE_RATIO * others)
    return found


def simulated_case(seed: int) -> Case:
    """Return one simulated person with truth.

    Parameters
    ----------
    seed : int
        Everything follows from it.

    Returns
    -------
    Case
        Two views of counts as stored, with truth on the same pixels.
    """
    rng = np.random.default_rng(seed)
    shape = shape_of(sample_person(rng))
    pose = sample_pose(rng, float(rng.uniform(0.8, 1.3)))
    counts = float(np.exp(rng.uniform(np.log(0.5e6), np.log(3e6))))
    conditions = replace(sample_conditions(rng), anterior_counts=counts, soft_factor=float(rng.uniform(0.6, 1.6)))
    diffuse = diffuse_disease(rng)
    scene = Scene(
        shape=shape, pose=pose, conditions=conditions, lesions=mixed_lesions(shape, rng), visit=0, region_factor=diffuse
    )
    camera = CAMERAS[seed % len(CAMERAS)]
    expected = expected_images(scene, camera)
    return Case(
        seed=seed,
        views=observed_views(expected, rng),
        spacing_mm=camera.spacing_mm,
        truth={side: view_truth(expected, side) for side in Projection},
        visible={view.projection: visible_sites(view) for view in expected.views},
        outshines=outshines_other_arm(expected),
        certain={view.projection: certain_sites(view) for view in expected.views},
    )


def map_once(given: tuple[NDArray[np.float64], NDArray[np.float64], tuple[float, float]]) -> None:
    """Map one person's bones: the work whose memory is measured.

    Parameters
    ----------
    given : tuple
        Counts of both views, and their spacing in millimetres.
    """
    anterior, posterior, spacing_mm = given
    map_regions(anterior=anterior, posterior=posterior, spacing_mm=spacing_mm)


def real_scan() -> tuple[NDArray[np.float64], tuple[float, float]]:
    """Return the counts and spacing of the one public real scan, from the test extra ``pydicom-data``.

    Returns
    -------
    tuple
        Counts (1024, 256) of an anterior view, and spacing in millimetres.
    """
    found = next(Path(sysconfig.get_paths()["purelib"]).rglob("JPEG-LL.dcm"))
    return pydicom.dcmread(found).pixel_array.astype(np.float64), REAL_SPACING_MM


def warped(
    counts: NDArray[np.float64], labels: NDArray[np.uint8], spacing_mm: tuple[float, float], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Return a scan and its labels under one random smooth warp, scale, turn and shift, with thinned counts.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols)
        Counts.
    labels : ndarray, shape (rows, cols), uint8
        Labels found on them.
    spacing_mm : tuple of float
        Pixel spacing.
    rng : Generator
        Source of the warp and of the thinning.

    Returns
    -------
    tuple of ndarray
        Warped counts, and labels carried by the same warp.
    """
    rows, cols = counts.shape
    row, col = np.indices(counts.shape).astype(np.float32)
    middle = np.array([rows / 2, cols / 2])
    scale, turn = rng.uniform(0.93, 1.07, 2), np.radians(rng.normal(0, 1.5))
    y, x = row - middle[0], col - middle[1]
    source_row = scale[0] * (np.cos(turn) * y + np.sin(turn) * x) + middle[0] + rng.normal(0, 6)
    source_col = scale[1] * (np.cos(turn) * x - np.sin(turn) * y) + middle[1] + rng.normal(0, 2)
    for source, step in ((source_row, spacing_mm[0]), (source_col, spacing_mm[1])):
        knots = rng.normal(0, 5 / step, (rows // 64 + 2, cols // 64 + 2)).astype(np.float32)
        source += cv2.resize(knots, (cols, rows), interpolation=cv2.INTER_CUBIC)
    to_row, to_col = source_row.astype(np.float32), source_col.astype(np.float32)
    moved = cv2.remap(counts.astype(np.float32), to_col, to_row, cv2.INTER_LINEAR)
    carried = cv2.remap(labels, to_col, to_row, cv2.INTER_NEAREST)
    return rng.poisson(moved * rng.uniform(0.4, 1.0)).astype(np.float64), carried
