"""Uptake per region: counts on the scan's own pixels, soft tissue taken away, over the reference bone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from tracker.burden.placement import placement_sd, rim_density
from tracker.burden.repeatability import repeat_sd
from tracker.records.regions import FINE_LABEL, WHOLE_LABEL, Level
from tracker.records.skeleton import Physiologic, SkeletonView
from tracker.records.study import Study
from tracker.records.uptake import COMBINED, Normaliser, RegionUptake, UptakeError
from tracker.records.view import Projection, View
from tracker.settings.burden import BurdenSettings

Images = Mapping[Projection, NDArray[np.float64]]
"""One image per projection, stored pixels."""

Masks = Mapping[Projection, NDArray[np.bool_]]
"""One mask per projection, stored pixels."""

NAMES: Mapping[Level, Mapping[str, int]] = {Level.WHOLE: WHOLE_LABEL, Level.FINE: FINE_LABEL}
"""Regions of each level, and their numbers in its label images, in the order of the tables."""

HIDING = (Physiologic.BLADDER, Physiologic.INJECTION_SITE, Physiologic.URINE_CONTAMINATION)
"""Sites too hot to measure bone behind them; kidneys are faint against the spine and ribs they touch."""

LEAST_EXPECTED = 0.05
"""Smallest expected bone uptake of a labelled pixel, of reference bone: keeps the pattern positive."""

SEEN_BADLY = 0.3
"""Relative error of filling in for hidden bone, per hidden fraction: usual spread of the pattern in a region."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ViewToMeasure:
    """One view with everything a measurement needs, on its stored pixels.

    Parameters
    ----------
    view : View
        The counts.
    skeleton_view : SkeletonView
        The labels.
    normaliser : Normaliser
        What 1.0 means here.
    soft : ndarray, shape (rows, cols), float64
        Soft-tissue counts per pixel.
    pattern : ndarray, shape (rows, cols), float64
        Usual bone uptake of each labelled pixel, positive.
    density : ndarray, shape (rows, cols), float64
        Smoothed bone counts per pixel.
    hidden : ndarray, shape (rows, cols), bool
        Pixels that are not measured.
    error_mm : ndarray, shape (rows, cols), float64
        Expected misplacement of the labels.
    """

    view: View
    skeleton_view: SkeletonView
    normaliser: Normaliser
    soft: NDArray[np.float64]
    pattern: NDArray[np.float64]
    density: NDArray[np.float64]
    hidden: NDArray[np.bool_]
    error_mm: NDArray[np.float64]


def hidden_pixels(skeleton_view: SkeletonView, spacing_mm: tuple[float, float], gap_mm: float) -> NDArray[np.bool_]:
    """Return the pixels whose bone cannot be seen behind bladder, injection site or contamination.

    Parameters
    ----------
    skeleton_view : SkeletonView
        Physiologic sites on stored pixels.
    spacing_mm : tuple of float
        Pixel spacing (row, col).
    gap_mm : float
        How far their blur reaches, millimetres.

    Returns
    -------
    ndarray, shape (rows, cols), bool
        True where bone is hidden.
    """
    sites = np.isin(skeleton_view.physiologic, [int(site) for site in HIDING])
    if not sites.any():
        return sites
    return np.asarray(ndimage.distance_transform_edt(~sites, sampling=spacing_mm) <= gap_mm)


def to_measure(
    view: View,
    skeleton_view: SkeletonView,
    normaliser: Normaliser,
    error_mm: NDArray[np.float64],
    settings: BurdenSettings,
    exclude: NDArray[np.bool_],
) -> ViewToMeasure:
    """Return one view ready to be measured.

    Parameters
    ----------
    view : View
        The counts.
    skeleton_view : SkeletonView
        Labels on its stored pixels.
    normaliser : Normaliser
        What 1.0 means.
    error_mm : ndarray, shape (rows, cols), float64
        Expected misplacement of the labels.
    settings : BurdenSettings
        Gap to hot sites.
    exclude : ndarray, shape (rows, cols), bool
        Pixels that are not measured.

    Returns
    -------
    ViewToMeasure
        With soft tissue, usual pattern and hidden pixels.
    """
    soft = np.zeros(view.counts.shape) if normaliser.soft_tissue is None else normaliser.soft_tissue.astype(np.float64)
    scale = normaliser.counts_per_mm2 * view.pixel_area_mm2
    pattern = np.maximum(skeleton_view.expected - soft / scale, LEAST_EXPECTED)
    return ViewToMeasure(
        view=view,
        skeleton_view=skeleton_view,
        normaliser=normaliser,
        soft=soft,
        pattern=np.where(skeleton_view.labels > 0, pattern, 0.0),
        density=rim_density(view.counts - soft, view.spacing_mm),
        hidden=hidden_pixels(skeleton_view, view.spacing_mm, settings.hidden_gap_mm) | exclude,
        error_mm=error_mm,
    )


def region_uptakes(
    study: Study,
    skeleton_views: Sequence[SkeletonView],
    normalisers: Sequence[Normaliser],
    errors_mm: Images,
    settings: BurdenSettings,
    *,
    exclude: Masks | None = None,
) -> tuple[RegionUptake, ...]:
    """Return the uptake of every region of one visit, at both levels.

    Parameters
    ----------
    study : Study
        The visit.
    skeleton_views : sequence of SkeletonView
        Labels on its stored pixels.
    normalisers : sequence of Normaliser
        What 1.0 means on each view.
    errors_mm : mapping of Projection to ndarray, shape (rows, cols)
        Expected misplacement of the labels on stored pixels, millimetres; 0 where a view is not named.
    settings : BurdenSettings
        Gaps and limits.
    exclude : mapping of Projection to ndarray of bool, optional
        Pixels that are not measured, stored frame.

    Returns
    -------
    tuple of RegionUptake
        Whole level first, vocabulary order; per region anterior, posterior, combined. A region that cannot be
        measured has no ratio and says why.
    """
    ready = {}
    for view in study.views:
        skeleton_view = next((entry for entry in skeleton_views if entry.projection is view.projection), None)
        normaliser = next((entry for entry in normalisers if entry.projection == view.projection), None)
        if skeleton_view is None or normaliser is None:
            continue
        nothing = np.zeros(view.counts.shape, dtype=bool)
        ready[view.projection] = to_measure(
            view,
            skeleton_view,
            normaliser,
            np.asarray(errors_mm.get(view.projection, np.zeros(view.counts.shape)), dtype=np.float64),
            settings,
            (exclude or {}).get(view.projection, nothing),
        )
    found: list[RegionUptake] = []
    for level, names in NAMES.items():
        labels = {projection: entry.skeleton_view.at_level(level) for projection, entry in ready.items()}
        for name, number in names.items():
            sides = []
            for projection in Projection:
                empty = RegionUptake(
                    region=name, level=level, projection=str(projection), area_mm2=0, counts=0, uptake_ratio=None
                )
                mask = labels[projection] == number if projection in labels else None
                sides.append(_one_view(empty, ready.get(projection), mask, settings))
            found += [*sides, combined(sides)]
    return tuple(found)


def _one_view(
    empty: RegionUptake, ready: ViewToMeasure | None, mask: NDArray[np.bool_] | None, settings: BurdenSettings
) -> RegionUptake:
    """Return the uptake of one region on one view, if that view and the region in it exist."""
    if ready is None or mask is None:
        return replace(empty, reason_empty="this view was not acquired or could not be labelled")
    if not mask.any():
        return replace(empty, reason_empty="the region is not in this view")
    return _measured(empty, ready, mask, settings)


def _measured(
    empty: RegionUptake, ready: ViewToMeasure, mask: NDArray[np.bool_], settings: BurdenSettings
) -> RegionUptake:
    """Return the uptake of the region that ``mask`` covers."""
    seen = mask & ~ready.hidden
    counts = float(ready.view.counts[seen].sum())
    soft = float(ready.soft[seen].sum())
    visible = float(ready.pattern[seen].sum() / ready.pattern[mask].sum())
    seen_as = replace(
        empty,
        area_mm2=float(seen.sum()) * ready.view.pixel_area_mm2,
        counts=counts,
        visible_fraction=visible,
        soft_fraction=min(soft / counts, 1.0) if counts > 0 else 0.0,
    )
    reason = _why_not(ready.normaliser, counts, counts - soft, visible, settings)
    if reason:
        return replace(seen_as, reason_empty=reason)
    density = (counts - soft) / visible / (float(mask.sum()) * ready.view.pixel_area_mm2)
    spacing = ready.view.spacing_mm
    placement = placement_sd(seen, ready.density, ready.error_mm, spacing, settings.placement_length_mm)
    repeat = settings.repeat_scale * repeat_sd(empty.region, empty.projection)
    error = UptakeError(
        counting=float(np.sqrt(counts)) / (counts - soft),
        placement=placement,
        repeat=float(np.hypot(repeat, SEEN_BADLY * (1 - visible))),
        normaliser=ready.normaliser.relative_sd,
    )
    ratio = density / ready.normaliser.bone_counts_per_mm2
    return replace(seen_as, uptake_ratio=ratio, relative_sd=error.total_sd, error=error)


def _why_not(normaliser: Normaliser, counts: float, net: float, visible: float, settings: BurdenSettings) -> str:
    """Return why a region has no ratio; empty where it has one."""
    if not normaliser.reliable:
        return normaliser.reason
    if visible < settings.smallest_visible_fraction:
        return "hidden by the bladder or another site of uptake"
    if net <= settings.smallest_significance * max(counts, 1.0) ** 0.5:
        return "no bone uptake stands out of the soft tissue"
    return ""


def combined(sides: Sequence[RegionUptake]) -> RegionUptake:
    """Return the geometric mean of a region's two views.

    Misplaced labels and the reference move both views alike, so their errors add; counting errors are independent.

    Parameters
    ----------
    sides : sequence of RegionUptake
        Anterior and posterior.

    Returns
    -------
    RegionUptake
        Without a ratio where either view has none.
    """
    anterior, posterior = sides
    both = replace(
        anterior,
        projection=COMBINED,
        area_mm2=(anterior.area_mm2 + posterior.area_mm2) / 2,
        counts=anterior.counts + posterior.counts,
        visible_fraction=(anterior.visible_fraction + posterior.visible_fraction) / 2,
        soft_fraction=(anterior.soft_fraction + posterior.soft_fraction) / 2,
        uptake_ratio=None,
        relative_sd=0.0,
        error=UptakeError(),
        reason_empty="",
    )
    if anterior.uptake_ratio is None or posterior.uptake_ratio is None:
        first = next(side for side in sides if side.uptake_ratio is None)
        return replace(both, reason_empty=f"{first.projection.lower()} view: {first.reason_empty}")
    filled = SEEN_BADLY * (1 - both.visible_fraction)
    error = UptakeError(
        counting=float(np.hypot(anterior.error.counting, posterior.error.counting)) / 2,
        placement=(anterior.error.placement + posterior.error.placement) / 2,
        repeat=float(np.hypot(repeat_sd(anterior.region, COMBINED), filled)),
        normaliser=(anterior.error.normaliser + posterior.error.normaliser) / 2,
    )
    ratio = float(np.sqrt(anterior.uptake_ratio * posterior.uptake_ratio))
    return replace(both, uptake_ratio=ratio, relative_sd=error.total_sd, error=error)
