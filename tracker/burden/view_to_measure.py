"""One view made ready to be measured: what is bone, what is hidden, what the usual pattern is, region by region."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from tracker.burden.on_body import in_field, labels_on_body
from tracker.records.regions import Level
from tracker.records.skeleton import Physiologic, SkeletonView
from tracker.records.uptake import Normaliser
from tracker.records.view import View
from tracker.settings.burden import BurdenSettings

HIDING = (Physiologic.BLADDER, Physiologic.INJECTION_SITE, Physiologic.URINE_CONTAMINATION)
"""Sites too hot to measure bone behind them; kidneys are faint against the spine and ribs they touch."""

LEAST_EXPECTED = 0.05
"""Smallest expected bone uptake of a labelled pixel, of reference bone: keeps the pattern positive."""

LEAST_ALIKE = 0.5
"""What other visits hide of a bone is left out at this one too where at least this share of its pattern is left, so
that like is compared with like; a bone of which less is left shows what it can at each visit (decided)."""

SMOOTHING_MM = 3.0
"""Counts are smoothed by this standard deviation before their slope is judged, millimetres: below the blur."""

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
        Pixels whose bone this visit does not show.
    elsewhere : ndarray, shape (rows, cols), bool, or None
        Pixels whose bone another visit does not show; None where nothing is known of other visits.
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
    elsewhere: NDArray[np.bool_] | None
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
            elsewhere=None if self.elsewhere is None else self.elsewhere[box],
            error_mm=self.error_mm[box],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegionPart:
    """One region of one view.

    Parameters
    ----------
    ready : ViewToMeasure
        The view around the region.
    mask : ndarray, shape (rows, cols), bool
        The region.
    seen : ndarray, shape (rows, cols), bool
        Pixels of it that are measured.
    alike : bool
        The same part of the bone is measured at every visit: enough of it is left where any hides some.
    cut : bool
        The edge of the field cuts it.
    """

    ready: ViewToMeasure
    mask: NDArray[np.bool_]
    seen: NDArray[np.bool_]
    alike: bool
    cut: bool

    @property
    def counts(self) -> float:
        """Counts on them."""
        return float(self.ready.counts[self.seen].sum())

    @property
    def not_bone(self) -> float:
        """Counts on them that are soft tissue or halo."""
        return float(self.ready.not_bone[self.seen].sum())

    @property
    def visible_fraction(self) -> float:
        """Share of the region's usual uptake that is not hidden."""
        return float(self.ready.pattern[self.seen].sum() / self.ready.pattern[self.mask].sum())

    @property
    def area_mm2(self) -> float:
        """Area of the whole region."""
        return float(self.mask.sum()) * self.ready.view.pixel_area_mm2

    @property
    def rim_share(self) -> float:
        """Bone density along the rim, on both sides of it, over that of the region; 1 where neither can be told."""
        outside = ndimage.binary_dilation(self.mask) & ~self.mask
        inside = self.mask & ~ndimage.binary_erosion(self.mask, border_value=1)
        rim = (outside | inside) & ~self.ready.hidden
        mean = float(self.ready.density[self.seen].mean()) if self.seen.any() else 0.0
        if mean <= 0 or not rim.any():
            return 1.0
        return float(np.clip(self.ready.density[rim].mean() / mean, 0.0, 1.0))

    @property
    def density(self) -> float:
        """Bone counts per square millimetre of the region, hidden parts filled in, over reference bone."""
        net = (self.counts - self.not_bone) / self.visible_fraction
        return net / self.area_mm2 / self.ready.normaliser.bone_counts_per_mm2


def rim_density(counts: NDArray[np.float64], spacing_mm: tuple[float, float]) -> NDArray[np.float64]:
    """Return counts smoothed enough to be read along the rim of a region.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols), float64
        Bone counts per pixel.
    spacing_mm : tuple of float
        Pixel spacing (row, col).

    Returns
    -------
    ndarray, shape (rows, cols), float64
        Smoothed counts per pixel.
    """
    sigma = (SMOOTHING_MM / spacing_mm[0], SMOOTHING_MM / spacing_mm[1])
    return np.asarray(ndimage.gaussian_filter(counts, sigma, mode="nearest"), dtype=np.float64)


def hidden_pixels(view: View, skeleton_view: SkeletonView, gap_mm: float) -> NDArray[np.bool_]:
    """Return the pixels whose bone is not seen: behind bladder, injection site or contamination, or beyond the field.

    Parameters
    ----------
    view : View
        The counts.
    skeleton_view : SkeletonView
        Physiologic sites on stored pixels.
    gap_mm : float
        How far their blur reaches, millimetres.

    Returns
    -------
    ndarray, shape (rows, cols), bool
        True where bone is hidden.
    """
    sites = np.isin(skeleton_view.physiologic, [int(site) for site in HIDING])
    grown = ~in_field(view)
    for box in _boxes(sites.astype(np.uint8), view.spacing_mm, gap_mm):
        if box is not None:
            grown[box] |= ndimage.distance_transform_edt(~sites[box], sampling=view.spacing_mm) <= gap_mm
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
    elsewhere: NDArray[np.bool_] | None,
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
    elsewhere : ndarray, shape (rows, cols), bool, or None
        Pixels whose bone another visit does not show; None where nothing is known of other visits.

    Returns
    -------
    ViewToMeasure
        With soft tissue, usual pattern and hidden pixels.
    """
    shape = view.counts.shape
    skeleton_view = labels_on_body(view, skeleton_view)
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
        hidden=hidden_pixels(view, skeleton_view, settings.hidden_gap_mm),
        elsewhere=elsewhere,
        error_mm=_with_edges(view, error_mm),
    )


def _with_edges(view: View, error_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the expected misplacement with the edge of the field moving as the patient lies."""
    field = in_field(view)
    edge = field & ~ndimage.binary_erosion(field)
    return np.where(edge, np.hypot(error_mm, FIELD_EDGE_MM), error_mm)


def region_parts(ready: ViewToMeasure, level: Level) -> dict[int, RegionPart]:
    """Return each region present, with the part of the view around it.

    Parameters
    ----------
    ready : ViewToMeasure
        The whole view.
    level : Level
        Whole or fine.

    Returns
    -------
    dict of int to RegionPart
        By region number of that level.
    """
    labels = ready.skeleton_view.at_level(level)
    boxes = _boxes(labels, ready.view.spacing_mm, 0.0)
    inner = ndimage.binary_erosion(in_field(ready.view))
    edges = set(np.unique(labels[~inner]).tolist())
    return {
        number: _region_part(ready.part(box), labels[box] == number, number in edges)
        for number, box in enumerate(boxes, 1)
        if box is not None
    }


def _region_part(ready: ViewToMeasure, mask: NDArray[np.bool_], cut: bool) -> RegionPart:
    """Return a region, measured on what every visit shows of it if that is enough."""
    seen, alike = mask & ~ready.hidden, False
    if ready.elsewhere is not None:
        shared = seen & ~ready.elsewhere
        alike = float(ready.pattern[shared].sum()) >= LEAST_ALIKE * float(ready.pattern[mask].sum())
        seen = shared if alike else seen
    return RegionPart(ready=ready, mask=mask, seen=seen, alike=alike, cut=cut)
