"""What is true of one simulated visit: labels, masks, lesions on its pixels, and where every bone pixel goes.

Labels
    A pixel is bone where at least `LEAST_BONE_MM` of bone lie behind it (after a blur of one pixel); it belongs to the
    region that sends most unscattered events of healthy bone to it in that projection.
Physiologic masks
    Where an organ alone gives more than a quarter of its own greatest unscattered value.
Lesions
    Centre: mean place of the unscattered events that the lesion adds. Footprint: pixels above half of their maximum.
    *Visible*: more than `VISIBLE_SD` standard deviations of the footprint's total, at least `VISIBLE_RATIO` times its
    surroundings, and not covered by a physiologic mask.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.phantom.body import Frame
from tracker.phantom.camera import splat
from tracker.phantom.lesions import PlantedLesion
from tracker.phantom.scene import STORED, Expected, ExpectedView, Patch
from tracker.records.arrays import frozen
from tracker.records.lesion import Kind
from tracker.records.regions import FINE_REGIONS
from tracker.records.skeleton import Physiologic
from tracker.records.view import Projection

LEAST_BONE_MM = 1.5
"""Thickness of bone behind a pixel that makes it a bone pixel."""

ORGAN_EDGE = 0.25
"""Share of an organ's maximum at which its mask ends."""

FOOTPRINT_EDGE = 0.5
"""Share of a lesion's maximum at which its footprint ends."""

VISIBLE_SD = 5.0
"""Excess over its standard deviation that a reader could see (Rose criterion)."""

VISIBLE_RATIO = 1.15
"""Least ratio to the surroundings that a reader could see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionAppearance:
    """One lesion on one view of one visit.

    Parameters
    ----------
    lesion_id : str
        Which lesion.
    projection : Projection
        Which view.
    row_px, col_px : float
        Centre in the stored frame, zero-based pixel centres.
    region : str
        Fine region the lesion was planted in.
    kind : Kind
        ``lesion``, ``benign`` or ``cold``.
    contrast : float
        Concentration against healthy bone there.
    diameter_mm : float
        Geometric mean of the ellipsoid's diameters at this visit.
    area_mm2 : float
        Footprint.
    excess_counts : float
        Unscattered events that the lesion adds, expected.
    image_ratio : float
        Expected total over expected total without the lesion, mean over the footprint.
    significance : float
        Excess in the footprint over the standard deviation of its total.
    occluded_by : str
        Physiologic site that covers most of the footprint, or empty.
    """

    lesion_id: str
    projection: Projection
    row_px: float
    col_px: float
    region: str
    kind: Kind
    contrast: float
    diameter_mm: float
    area_mm2: float
    excess_counts: float
    image_ratio: float
    significance: float
    occluded_by: str

    @property
    def visible(self) -> bool:
        """Whether a reader could see it on this view."""
        clear = abs(self.significance) > VISIBLE_SD and not self.occluded_by
        return clear and (self.image_ratio > VISIBLE_RATIO or self.image_ratio < 1 / VISIBLE_RATIO)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ViewTruth:
    """What is true of one view, on its stored pixels.

    Parameters
    ----------
    projection : Projection
        Which view.
    labels : ndarray, shape (rows, cols), uint8
        Fine region numbers, 0 where there is no bone.
    physiologic : ndarray, shape (rows, cols), uint8
        Numbers of `Physiologic`.
    body : ndarray, shape (rows, cols), bool
        Body outline.
    expected : ndarray, shape (rows, cols), float32
        Noise-free events.
    expected_lesions : ndarray, shape (rows, cols), float32
        What all lesions add to it.
    lesions : tuple of LesionAppearance
        Lesions that differ from healthy bone at this visit, visible or not.
    """

    projection: Projection
    labels: NDArray[np.uint8]
    physiologic: NDArray[np.uint8]
    body: NDArray[np.bool_]
    expected: NDArray[np.float32]
    expected_lesions: NDArray[np.float32]
    lesions: tuple[LesionAppearance, ...]

    def __post_init__(self) -> None:
        for name in ("labels", "physiologic", "body", "expected", "expected_lesions"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


def _part(frame: Frame, place: NDArray[np.float32]) -> tuple[tuple[int, int], Frame] | None:
    """Return the first pixel and the frame of the part of a plane that places fall on."""
    row, col = frame.pixel(place)
    top, left = max(0, int(row.min()) - 4), max(0, int(col.min()) - 4)
    bottom, right = min(frame.shape[0], int(row.max()) + 6), min(frame.shape[1], int(col.max()) + 6)
    if bottom - top < 3 or right - left < 3:
        return None
    part = Frame(
        shape=(bottom - top, right - left),
        spacing_mm=frame.spacing_mm,
        top_z_mm=frame.top_z_mm - top * frame.spacing_mm[0],
        right_x_mm=frame.right_x_mm + left * frame.spacing_mm[1],
    )
    return (top, left), part


def region_labels(expected: Expected, view: ExpectedView) -> NDArray[np.uint8]:
    """Return the fine region that each pixel shows, anatomical frame.

    Parameters
    ----------
    expected : Expected
        The visit.
    view : ExpectedView
        The projection.

    Returns
    -------
    ndarray, shape (rows, cols), uint8
        Fine region numbers, 0 where there is no bone.
    """
    skeleton = expected.scene.shape.skeleton
    labels = np.zeros(expected.frame.shape, dtype=np.uint8)
    strongest = np.zeros(expected.frame.shape, dtype=np.float32)
    thickness = np.zeros(expected.frame.shape, dtype=np.float32)
    area = expected.frame.spacing_mm[0] * expected.frame.spacing_mm[1]
    for region in FINE_REGIONS:
        mine = skeleton.label == region.label
        place = expected.place_mm[mine]
        found = _part(expected.frame, place)
        if found is None:
            continue
        (top, left), part = found
        here = np.s_[top : top + part.shape[0], left : left + part.shape[1]]
        sent = cv2.GaussianBlur(splat(part, place, view.bone_emission[mine]), (0, 0), 1.0)
        thickness[here] += cv2.GaussianBlur(splat(part, place, skeleton.volume_mm3[mine]), (0, 0), 1.0) / area
        wins = sent > strongest[here]
        labels[here][wins] = region.label
        strongest[here][wins] = sent[wins]
    labels[(thickness < LEAST_BONE_MM) | ~expected.field] = 0
    return labels


def physiologic_mask(expected: Expected, view: ExpectedView) -> NDArray[np.uint8]:
    """Return which physiologic site each pixel shows, anatomical frame.

    Parameters
    ----------
    expected : Expected
        The visit.
    view : ExpectedView
        The projection.

    Returns
    -------
    ndarray, shape (rows, cols), uint8
        Numbers of `Physiologic`; where two overlap, the brighter.
    """
    mask = np.zeros(expected.frame.shape, dtype=np.uint8)
    brightest = np.zeros(expected.frame.shape, dtype=np.float32)
    for site, patch in view.organ_patches:
        inside = (patch.image > ORGAN_EDGE * patch.image.max(initial=0)) & (patch.image > brightest[patch.place])
        mask[patch.place][inside] = site
        brightest[patch.place][inside] = patch.image[inside]
    return mask


def _centre(patch: Patch, inside: NDArray[np.float32]) -> tuple[float, float]:
    """Return the mean place of what a patch adds, in pixels of the whole anatomical image."""
    rows, cols = np.indices(patch.image.shape)
    weight = inside.sum(dtype=np.float64)
    return patch.row + float((rows * inside).sum() / weight), patch.col + float((cols * inside).sum() / weight)


def _appearance(
    expected: Expected, view: ExpectedView, lesion: PlantedLesion, mask: NDArray[np.uint8]
) -> LesionAppearance | None:
    """Return how a lesion looks on one view; None where it lies outside the field."""
    patch = view.lesion_patches.get(lesion.lesion_id)
    if patch is None or not np.abs(patch.image).max(initial=0) > 0:
        return None
    strength = np.abs(patch.image)
    footprint = strength >= FOOTPRINT_EDGE * strength.max()
    total = view.total[patch.place][footprint].astype(np.float64)
    added = patch.image[footprint].astype(np.float64)
    covered = mask[patch.place][footprint]
    site = int(np.bincount(covered, minlength=len(Physiologic)).argmax())
    state = lesion.states[expected.scene.visit]
    row, col = STORED[view.projection].point_to_stored(_centre(patch, strength), expected.frame.shape)
    label = expected.scene.shape.skeleton.label[lesion.point]
    return LesionAppearance(
        lesion_id=lesion.lesion_id,
        projection=view.projection,
        row_px=row,
        col_px=col,
        region=FINE_REGIONS[label - 1].name,
        kind=lesion.kind,
        contrast=state.contrast,
        diameter_mm=float(np.prod(lesion.diameters_mm) ** (1 / 3) * state.size_factor),
        area_mm2=float(footprint.sum() * expected.frame.spacing_mm[0] * expected.frame.spacing_mm[1]),
        excess_counts=float(patch.image.sum(dtype=np.float64)),
        image_ratio=float(total.sum() / max(float((total - added).sum()), 1e-6)),
        significance=float(added.sum() / np.sqrt(total.sum())),
        occluded_by=Physiologic(site).name.lower() if site else "",
    )


def lesion_appearances(expected: Expected, view: ExpectedView, mask: NDArray[np.uint8]) -> tuple[LesionAppearance, ...]:
    """Return how every lesion that differs from healthy bone looks on one view.

    Parameters
    ----------
    expected : Expected
        The noise-free visit.
    view : ExpectedView
        The projection.
    mask : ndarray, shape (rows, cols), uint8
        From `physiologic_mask`.

    Returns
    -------
    tuple of LesionAppearance
        Those inside the field, in the order of the scene.
    """
    found = (_appearance(expected, view, lesion, mask) for lesion in expected.scene.lesions)
    return tuple(appearance for appearance in found if appearance is not None)


def view_truth(expected: Expected, projection: Projection) -> ViewTruth:
    """Return what is true of one view.

    Parameters
    ----------
    expected : Expected
        The noise-free visit.
    projection : Projection
        Which view.

    Returns
    -------
    ViewTruth
        On stored pixels.
    """
    view = expected.view(projection)
    mask = physiologic_mask(expected, view)
    stored = STORED[projection].to_stored
    return ViewTruth(
        projection=projection,
        labels=stored(region_labels(expected, view)),
        physiologic=stored(mask),
        body=stored(expected.body),
        expected=stored(view.total),
        expected_lesions=stored(view.lesions),
        lesions=lesion_appearances(expected, view, mask),
    )
