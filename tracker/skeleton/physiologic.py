"""Bladder, kidneys, injection site and urine contamination of one visit, on its own pixels.

The template says where a site is likely; the counts say how far it reaches: an outline at a fixed level between
surroundings and peak, kept near the likely place. A site too faint to hide anything is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.records.skeleton import Physiologic, SkeletonView
from tracker.records.view import View
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.explain import site_chances
from tracker.skeleton.grid import Grid, body_on_grid
from tracker.skeleton.injection import injection_seed
from tracker.skeleton.network import CELL_PX
from tracker.skeleton.placed import SITES, view_index
from tracker.skeleton.template import STEP_MM, the_template
from tracker.skeleton.vein import ArmView

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]

BLUR_PX = 1.0
"""Standard deviation of the smoothing before an outline is drawn, template pixels."""

CARRIED = (Physiologic.BLADDER, Physiologic.KIDNEY_LEFT, Physiologic.KIDNEY_RIGHT)
"""Sites that stay where they are from visit to visit, so that the patient's mean image helps to find them."""

RING_MM = 25.0
"""Surroundings of a site: body within this distance of its reach, millimetres."""

PEAK_PERCENTILE = 95.0
"""Percentile of a site's pixels that stands for its peak: not one noisy pixel."""

BONE_SHARE = 0.6
"""A contamination lying on bone by more than this share of its pixels may be a lesion and is not masked."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sheet:
    """One view on the part used of the template grid, anatomical frame."""

    density: Image
    labels: NDArray[np.uint8]
    seeds: dict[Physiologic, Mask]


def refine_physiologic(
    views: Sequence[View], skeleton_views: Sequence[SkeletonView], settings: SkeletonSettings
) -> tuple[SkeletonView, ...]:
    """Return the skeleton of one visit's views with this visit's own physiologic sites.

    Both views are shown to the template at once where they lie on one grid, as they do when two heads record a body
    together: a bladder behind the sacrum is told by the anterior view.

    Parameters
    ----------
    views : sequence of View
        Counts of one visit, stored frame.
    skeleton_views : sequence of SkeletonView
        Labels and sites of the patient carried to the stored pixels of each view, same order.
    settings : SkeletonSettings
        Levels and reach.

    Returns
    -------
    tuple of SkeletonView
        ``skeleton_views`` with ``physiologic`` drawn afresh; everything else unchanged.
    """
    pairs = list(zip(views, skeleton_views, strict=True))
    grids = {(view.anatomical_counts.shape, view.anatomical_spacing_mm) for view in views}
    together = [pairs] if len(grids) == 1 else [[pair] for pair in pairs]
    return tuple(refined for group in together for refined in _refined(group, settings))


def _refined(group: Sequence[tuple[View, SkeletonView]], settings: SkeletonSettings) -> list[SkeletonView]:
    """Return the views of one grid with their own sites."""
    counts = [np.ascontiguousarray(view.anatomical_counts).astype(np.float32) for view, _ in group]
    parts, grid = body_on_grid(counts, group[0][0].anatomical_spacing_mm, settings)
    if not parts:
        return [skeleton_view for _, skeleton_view in group]
    stack = np.zeros((2, *parts[0].shape), dtype=np.float32)
    for (view, _), part in zip(group, parts, strict=True):
        stack[view_index(view.projection)] = part
    chances = site_chances(stack, the_template())
    sheets = []
    for (view, skeleton_view), part in zip(group, parts, strict=True):
        likely = _likely(chances[view_index(view.projection)], settings)
        carried, labels = (
            grid.taken_numbers(view.orientation.to_anatomical(numbers))
            for numbers in (skeleton_view.physiologic, skeleton_view.labels)
        )
        for site in CARRIED:
            likely[site] |= carried == site
        sheets.append(_Sheet(density=part, labels=labels, seeds=likely))
    vein = injection_seed(
        [
            ArmView(projection=view.projection, density=sheet.density, labels=sheet.labels)
            for (view, _), sheet in zip(group, sheets, strict=True)
        ],
        np.maximum.reduce(
            [chances[view_index(view.projection), SITES.index(Physiologic.INJECTION_SITE)] for view, _ in group]
        ),
        settings,
    )
    for sheet in sheets:
        sheet.seeds[Physiologic.INJECTION_SITE] = _on_pixels(vein)
    shared = chances.mean(axis=0)
    return [_drawn(*pair, _outlined(sheet, shared, settings), grid) for pair, sheet in zip(group, sheets, strict=True)]


def _on_pixels(cells: Mask) -> Mask:
    """Return a mask of cells on the pixels that they hold."""
    return np.asarray(cells.repeat(CELL_PX, axis=0).repeat(CELL_PX, axis=1))


def _likely(chances: Image, settings: SkeletonSettings) -> dict[Physiologic, Mask]:
    """Return where the template says that each site is likely."""
    return {site: _on_pixels(chances[index] > settings.site_chance) for index, site in enumerate(SITES)}


def _drawn(view: View, skeleton_view: SkeletonView, sites: dict[Physiologic, Mask], grid: Grid) -> SkeletonView:
    """Return one view's skeleton with its own sites."""
    turn = view.orientation
    drawn = np.zeros(grid.given_shape, dtype=np.uint8)
    for site in reversed(SITES):
        mask = sites.get(site)
        if mask is not None:
            drawn[grid.given(mask.astype(np.float32)) > 0.5] = site
    return replace(skeleton_view, physiologic=np.ascontiguousarray(turn.to_stored(drawn)))


def _outlined(sheet: _Sheet, shared: Image, settings: SkeletonSettings) -> dict[Physiologic, Mask]:
    """Return the outline of every site that shows; of several bladders the one that both views call likeliest."""
    smooth = cv2.GaussianBlur(sheet.density, (0, 0), BLUR_PX)
    anywhere = np.logical_or.reduce(list(sheet.seeds.values()))
    found: dict[Physiologic, Mask] = {}
    for site, seed in sheet.seeds.items():
        if seed.any():
            mask = _grown(smooth, seed, anywhere, settings)
            if site is Physiologic.URINE_CONTAMINATION:
                mask = _off_bone(mask, sheet.labels > 0)
            if site in CARRIED:
                mask = _one_organ(mask, shared[SITES.index(site)])
            if mask.any():
                found[site] = mask
    return found


def _disc(radius_mm: float) -> NDArray[np.uint8]:
    """Return a disc of a radius in millimetres on the template grid."""
    size = 2 * max(1, round(radius_mm / STEP_MM)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), dtype=np.uint8)


def _grown(smooth: Image, seed: Mask, anywhere: Mask, settings: SkeletonSettings) -> Mask:
    """Return the pixels around each piece of a seed that stand out of its surroundings."""
    grown = np.zeros(seed.shape, dtype=bool)
    count, pieces = cv2.connectedComponents(seed.astype(np.uint8), connectivity=8)
    for number in range(1, count):
        piece = pieces == number
        rows, cols = (np.flatnonzero(piece.any(axis=axis)) for axis in (1, 0))
        pad = round((settings.site_reach_mm + RING_MM) / STEP_MM) + 2
        here = (
            slice(max(0, rows[0] - pad), rows[-1] + 1 + pad),
            slice(max(0, cols[0] - pad), cols[-1] + 1 + pad),
        )
        grown[here] |= _standing_out(smooth[here], piece[here], anywhere[here], settings)
    return grown


def _standing_out(smooth: Image, piece: Mask, anywhere: Mask, settings: SkeletonSettings) -> Mask:
    """Return one site's outline inside its window; empty where it does not stand out."""
    reach = cv2.dilate(piece.astype(np.uint8), _disc(settings.site_reach_mm)) > 0
    ring = (cv2.dilate(reach.astype(np.uint8), _disc(RING_MM)) > 0) & ~reach & ~anywhere & (smooth > 0)
    around = float(np.median(smooth[ring])) if ring.any() else 0.0
    peak = float(np.percentile(smooth[piece], PEAK_PERCENTILE))
    if peak < settings.site_contrast * around or peak <= 0:
        return np.zeros(piece.shape, dtype=bool)
    bright = reach & (smooth > around + settings.site_level * (peak - around))
    _, parts = cv2.connectedComponents(bright.astype(np.uint8), connectivity=8)
    touching = np.unique(parts[piece & bright])
    return np.asarray(np.isin(parts, touching[touching > 0]))


def _one_organ(mask: Mask, chance: Image) -> Mask:
    """Return the likeliest piece of a mask: there is one bladder, and one kidney a side."""
    count, pieces = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    if count <= 2:
        return mask
    likely = chance.repeat(CELL_PX, axis=0).repeat(CELL_PX, axis=1)
    held = np.bincount(pieces.ravel(), weights=likely.ravel())
    return np.asarray(pieces == 1 + int(held[1:].argmax()))


def _off_bone(mask: Mask, bone: Mask) -> Mask:
    """Return a mask without the pieces that lie mostly on bone."""
    count, pieces = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    share = [float(bone[pieces == number].mean()) for number in range(1, count)]
    keep = [number for number, on_bone in enumerate(share, start=1) if on_bone <= BONE_SHARE]
    return np.asarray(np.isin(pieces, keep))
