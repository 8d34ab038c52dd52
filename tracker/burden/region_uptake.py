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


HALO_ERROR = 0.15
"""Relative error of the halo of a hot site (measured on simulated repeat scans, tuning seeds)."""


FIELD_EDGE_MM = 10.0
"""How far the edge of the field moves over a bone that it cuts, millimetres: how differently patients lie (decided)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ViewToMeasure:
    """One view with everything a measurement needs, on its stored pixels.

    Parameters
    ----------
    view : View
        Whose spacing and projection hold.
    skeleton_view : SkeletonView
        The labels of the whole view.
    normaliser : Normaliser
        What 1.0 means here.
    counts : ndarray, shape (rows, cols), float64
        Detected events.
    not_bone : ndarray, shape (rows, cols), float64
        Counts per pixel of soft tissue and of the halo of hot sites.
    halo : ndarray, shape (rows, cols), float64
        The halo alone.
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
    counts: NDArray[np.float64]
    not_bone: NDArray[np.float64]
    halo: NDArray[np.float64]
    pattern: NDArray[np.float64]
    density: NDArray[np.float64]
    hidden: NDArray[np.bool_]
    error_mm: NDArray[np.float64]

    def part(self, box: tuple[slice, slice]) -> "ViewToMeasure":
        """Return the part of all images that lies in a box.

        Parameters
        ----------
        box : tuple of slice
            Rows and columns.

        Returns
        -------
        ViewToMeasure
            Same view, smaller images.
        """
        return replace(
            self,
            counts=self.counts[box],
            not_bone=self.not_bone[box],
            halo=self.halo[box],
            pattern=self.pattern[box],
            density=self.density[box],
            hidden=self.hidden[box],
            error_mm=self.error_mm[box],
        )


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
    grown = sites.copy()
    for box in _boxes(sites.astype(np.uint8), spacing_mm, gap_mm):
        if box is not None:
            grown[box] |= ndimage.distance_transform_edt(~sites[box], sampling=spacing_mm) <= gap_mm
    return grown


def _boxes(
    labels: NDArray[np.uint8], spacing_mm: tuple[float, float], margin_mm: float
) -> list[tuple[slice, slice] | None]:
    """Return the box around each number of a label image, widened by a margin; None for absent numbers."""
    margin = [int(np.ceil(margin_mm / step)) + 1 for step in spacing_mm]
    found: list[tuple[slice, slice] | None] = []
    for box in ndimage.find_objects(labels):
        if box is None:
            found.append(None)
            continue
        rows, cols = box
        found.append(
            (
                slice(max(rows.start - margin[0], 0), rows.stop + margin[0]),
                slice(max(cols.start - margin[1], 0), cols.stop + margin[1]),
            )
        )
    return found


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
    shape = view.counts.shape
    not_bone = normaliser.not_bone(shape)
    halo = np.zeros(shape) if normaliser.halo is None else normaliser.halo.astype(np.float64)
    scale = normaliser.counts_per_mm2 * view.pixel_area_mm2
    pattern = np.maximum(skeleton_view.expected - (not_bone - halo) / scale, LEAST_EXPECTED)
    return ViewToMeasure(
        view=view,
        skeleton_view=skeleton_view,
        normaliser=normaliser,
        counts=view.counts,
        not_bone=not_bone,
        halo=halo,
        pattern=np.where(skeleton_view.labels > 0, pattern, 0.0),
        density=rim_density(view.counts - not_bone, view.spacing_mm),
        hidden=hidden_pixels(skeleton_view, view.spacing_mm, settings.hidden_gap_mm) | exclude,
        error_mm=_with_edges(error_mm),
    )


def _with_edges(error_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the expected misplacement with the edge of the field moving as the patient lies."""
    wider = error_mm.copy()
    for edge in (np.s_[0, :], np.s_[-1, :], np.s_[:, 0], np.s_[:, -1]):
        wider[edge] = np.hypot(wider[edge], FIELD_EDGE_MM)
    return wider


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
        parts = {projection: _parts(entry, level) for projection, entry in ready.items()}
        for name, number in names.items():
            sides = []
            for projection in Projection:
                empty = RegionUptake(
                    region=name, level=level, projection=str(projection), area_mm2=0, counts=0, uptake_ratio=None
                )
                sides.append(_one_view(empty, parts.get(projection), number, settings))
            found += [*sides, combined(sides)]
    return tuple(found)


def _parts(ready: ViewToMeasure, level: Level) -> dict[int, tuple[ViewToMeasure, NDArray[np.bool_]]]:
    """Return, for each region number present, the part of the view around it and the region's mask there."""
    labels = ready.skeleton_view.at_level(level)
    boxes = _boxes(labels, ready.view.spacing_mm, 0.0)
    return {number: (ready.part(box), labels[box] == number) for number, box in enumerate(boxes, 1) if box is not None}


def _one_view(
    empty: RegionUptake,
    parts: dict[int, tuple[ViewToMeasure, NDArray[np.bool_]]] | None,
    number: int,
    settings: BurdenSettings,
) -> RegionUptake:
    """Return the uptake of one region on one view, if that view and the region in it exist."""
    if parts is None:
        return replace(empty, reason_empty="this view was not acquired or could not be labelled")
    if number not in parts:
        return replace(empty, reason_empty="the region is not in this view")
    ready, mask = parts[number]
    return _measured(empty, ready, mask, settings)


def _measured(
    empty: RegionUptake, ready: ViewToMeasure, mask: NDArray[np.bool_], settings: BurdenSettings
) -> RegionUptake:
    """Return the uptake of the region that ``mask`` covers."""
    seen = mask & ~ready.hidden
    counts = float(ready.counts[seen].sum())
    soft = float(ready.not_bone[seen].sum())
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
        repeat=repeat,
        hidden=_hidden_sd(ready, seen, visible, counts - soft),
        normaliser=ready.normaliser.relative_sd,
    )
    ratio = density / ready.normaliser.bone_counts_per_mm2
    return replace(seen_as, uptake_ratio=ratio, relative_sd=error.total_sd, error=error)


def _hidden_sd(ready: ViewToMeasure, seen: NDArray[np.bool_], visible: float, net: float) -> float:
    """Return the relative error of filling in for hidden bone and of taking away the halo."""
    return float(np.hypot(SEEN_BADLY * (1 - visible), HALO_ERROR * float(ready.halo[seen].sum()) / net))


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
    error = UptakeError(
        counting=float(np.hypot(anterior.error.counting, posterior.error.counting)) / 2,
        placement=(anterior.error.placement + posterior.error.placement) / 2,
        repeat=repeat_sd(anterior.region, COMBINED),
        hidden=(anterior.error.hidden + posterior.error.hidden) / 2,
        normaliser=(anterior.error.normaliser + posterior.error.normaliser) / 2,
    )
    ratio = float(np.sqrt(anterior.uptake_ratio * posterior.uptake_ratio))
    return replace(both, uptake_ratio=ratio, relative_sd=error.total_sd, error=error)
