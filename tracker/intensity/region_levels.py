"""How much bone uptake each reference region shows, relative to what a healthy person shows there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.intensity.hot_halo import hot_halo
from tracker.intensity.soft_share import share_of_labels, soft_level, with_shares
from tracker.intensity.soft_tissue import SoftTissue, distance_mm, soft_tissue
from tracker.records.regions import FINE_LABEL
from tracker.records.skeleton import SkeletonView
from tracker.records.study import Study
from tracker.records.view import Projection, View
from tracker.settings.intensity import IntensitySettings

LEAST_EXPECTED = 0.05
"""Smallest expected bone uptake of a labelled pixel, of reference bone: keeps a ratio to it finite."""

HIDDEN_GAP_MM = 14.0
"""Reference bone keeps this far from bladder, kidneys and other sites, millimetres: about 1.5 times the blur."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionLevel:
    """What one reference region says about the scale of a view.

    Parameters
    ----------
    region : str
        Fine region.
    level : float
        Natural logarithm of bone counts per square millimetre over the expected bone uptake.
    counting_sd : float
        Standard deviation of ``level`` from counting noise.
    """

    region: str
    level: float
    counting_sd: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ViewLevels:
    """All reference regions of one view, and its soft tissue.

    Parameters
    ----------
    regions : tuple of RegionLevel
        Those that could be measured, in the order of the settings.
    soft : SoftTissue
        Soft tissue of the view.
    halo : ndarray, shape (rows, cols), float64
        Counts per pixel that hot sites throw beyond their outline.
    soft_level : float or None
        Natural logarithm of soft-tissue counts per square millimetre over the expected ones; None without any.
    pixel_area_mm2 : float
        Of the view.
    bone_share : float
        Share of bone in the expected uptake of the reference regions, soft tissue being the rest.
    """

    regions: tuple[RegionLevel, ...]
    soft: SoftTissue
    halo: NDArray[np.float64]
    soft_level: float | None
    pixel_area_mm2: float
    bone_share: float


VisitLevels = Mapping[Projection, ViewLevels]
"""What the views of one visit show."""

Exclusions = Mapping[Projection, NDArray[np.bool_]]
"""Pixels of each view, stored frame, that must not serve as reference."""


def visit_levels(
    study: Study,
    skeleton_views: Sequence[SkeletonView],
    settings: IntensitySettings,
    exclude: Exclusions | None = None,
) -> VisitLevels:
    """Return `view_levels` of every labelled view of a visit.

    Parameters
    ----------
    study : Study
        The visit.
    skeleton_views : sequence of SkeletonView
        Labels on its stored pixels.
    settings : IntensitySettings
        Which regions may serve.
    exclude : mapping of Projection to ndarray of bool, optional
        Pixels that must not serve, such as lesions.

    Returns
    -------
    mapping of Projection to ViewLevels
        In the order of ``skeleton_views``.
    """
    found: dict[Projection, ViewLevels] = {}
    for skeleton_view in skeleton_views:
        view = study.view(skeleton_view.projection)
        if view is not None:
            found[view.projection] = view_levels(view, skeleton_view, settings, excluded_pixels(view, exclude))
    return found


def excluded_pixels(view: View, exclude: Exclusions | None) -> NDArray[np.bool_]:
    """Return the pixels of one view that must not serve.

    Parameters
    ----------
    view : View
        The image.
    exclude : mapping of Projection to ndarray of bool, or None
        Of the whole visit.

    Returns
    -------
    ndarray, shape (rows, cols), bool
        False everywhere where nothing is named.
    """
    return (exclude or {}).get(view.projection, np.zeros(view.counts.shape, dtype=bool))


def expected_bone(skeleton_view: SkeletonView, soft: SoftTissue) -> NDArray[np.float64]:
    """Return the bone part of the expected uptake on labelled pixels.

    Parameters
    ----------
    skeleton_view : SkeletonView
        Labels and expected uptake.
    soft : SoftTissue
        Its soft-tissue part.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        Relative to reference bone, positive on labelled pixels, 0 elsewhere.
    """
    bone = np.maximum(skeleton_view.expected - soft.expected, LEAST_EXPECTED)
    return np.where(skeleton_view.labels > 0, bone, 0.0)


def _level(
    view: View, usable: NDArray[np.bool_], bone: NDArray[np.float64], soft: NDArray[np.float64]
) -> tuple[float, float] | None:
    """Return level and counting deviation over ``usable`` pixels, or None where bone does not stand out."""
    counts = float(view.counts[usable].sum())
    net = counts - float(soft[usable].sum())
    if net <= 3 * np.sqrt(max(counts, 1.0)):
        return None
    level = np.log(net / (float(bone[usable].sum()) * view.pixel_area_mm2))
    return float(level), float(np.sqrt(counts) / net)


def view_levels(
    view: View, skeleton_view: SkeletonView, settings: IntensitySettings, exclude: NDArray[np.bool_]
) -> ViewLevels:
    """Return what every reference region of one view says about its scale.

    Parameters
    ----------
    view : View
        The image.
    skeleton_view : SkeletonView
        Labels, expected uptake and sites on its stored pixels.
    settings : IntensitySettings
        Which regions may serve.
    exclude : ndarray, shape (rows, cols), bool
        Pixels that must not serve, such as lesions.

    Returns
    -------
    ViewLevels
        One entry per region that could be measured.
    """
    soft = soft_tissue(view, skeleton_view, settings, exclude)
    soft = with_shares(view, skeleton_view, soft, share_of_labels(view.projection))
    return levels_over(view, skeleton_view, (soft, hot_halo(view, skeleton_view, soft)), settings, exclude)


def levels_over(
    view: View,
    skeleton_view: SkeletonView,
    not_bone: tuple[SoftTissue, NDArray[np.float64]],
    settings: IntensitySettings,
    exclude: NDArray[np.bool_],
) -> ViewLevels:
    """Return what every reference region of one view says about its scale, what is not bone being known.

    Parameters
    ----------
    view : View
        The image.
    skeleton_view : SkeletonView
        Labels, expected uptake and sites on its stored pixels.
    not_bone : (SoftTissue, ndarray of shape (rows, cols))
        Soft tissue, and counts per pixel that hot sites throw beyond their outline.
    settings : IntensitySettings
        Which regions may serve.
    exclude : ndarray, shape (rows, cols), bool
        Pixels that must not serve, such as lesions.

    Returns
    -------
    ViewLevels
        One entry per region that could be measured.
    """
    soft, halo = not_bone
    bone = expected_bone(skeleton_view, soft)
    open_sky = (distance_mm(skeleton_view.physiologic > 0, view.spacing_mm) >= HIDDEN_GAP_MM) & ~exclude
    found = []
    for region in settings.reference_regions:
        usable = (skeleton_view.labels == FINE_LABEL[region]) & open_sky
        if usable.sum() * view.pixel_area_mm2 < settings.smallest_area_mm2:
            continue
        measured = _level(view, usable, bone, soft.counts + halo)
        if measured is not None:
            found.append(RegionLevel(region=region, level=measured[0], counting_sd=measured[1]))
    reference = np.isin(skeleton_view.labels, [FINE_LABEL[region] for region in settings.reference_regions])
    return ViewLevels(
        regions=tuple(found),
        soft=soft,
        halo=halo,
        soft_level=soft_level(view, soft, skeleton_view.expected),
        pixel_area_mm2=view.pixel_area_mm2,
        bone_share=_bone_share(bone, soft.expected, reference),
    )


def _bone_share(bone: NDArray[np.float64], soft: NDArray[np.float64], reference: NDArray[np.bool_]) -> float:
    """Return the share of bone in the expected uptake of the reference pixels; 1 where there are none."""
    whole = float(bone[reference].sum() + soft[reference].sum())
    return float(bone[reference].sum()) / whole if whole > 0 else 1.0
