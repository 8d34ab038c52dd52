"""How much every bone of a visit takes up, foci aside: what its neighbours are rid of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.burden.overlap import levels_of
from tracker.burden.view_to_measure import RegionPart, ViewToMeasure, region_parts
from tracker.records.regions import FINE_REGIONS, Level
from tracker.records.view import Projection
from tracker.settings.burden import BurdenSettings

BLOCK_MM = 12.0
"""A bone is cut into blocks of about this size, millimetres, and the median of them is diffuse: a focus covers few."""

FULL_BLOCK = 0.5
"""Blocks with less than this share of the pattern of the fullest one do not count: they hold little but an edge."""

DIFFUSE_LIMITS = (0.3, 1.3)
"""The diffuse share of a bone's counts is kept within these: beyond them the median is noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoneLevels:
    """The bones of one visit, as one view needs them.

    Parameters
    ----------
    areas_mm2 : mapping of str to float
        Fine region to its area on this view.
    levels : mapping of str to float
        Fine region to its diffuse uptake against a healthy bone; without those that cannot be measured.
    """

    areas_mm2: Mapping[str, float]
    levels: Mapping[str, float]

    def areas_of(self, region: str, level: Level) -> dict[str, float]:
        """Return the areas of the fine regions that a region is made of.

        Parameters
        ----------
        region : str
            A region of ``level``.
        level : Level
            Whole or fine.

        Returns
        -------
        dict of str to float
            Those in view.
        """
        return {
            fine.name: self.areas_mm2[fine.name]
            for fine in FINE_REGIONS
            if region == (fine.whole if level is Level.WHOLE else fine.name) and fine.name in self.areas_mm2
        }


def bone_levels(views: Sequence[ViewToMeasure], settings: BurdenSettings) -> dict[Projection, BoneLevels]:
    """Return how much every bone of one visit takes up.

    Parameters
    ----------
    views : sequence of ViewToMeasure
        The views of the visit.
    settings : BurdenSettings
        When a region can be measured.

    Returns
    -------
    dict of Projection to BoneLevels
        One per view. Views whose normaliser is not reliable say nothing about any bone.
    """
    areas: dict[Projection, dict[str, float]] = {}
    diffuse: dict[tuple[str, str], float] = {}
    for ready in views:
        side = ready.view.projection
        areas[side] = {}
        for number, part in region_parts(ready, Level.FINE).items():
            name = FINE_REGIONS[number - 1].name
            areas[side][name] = part.area_mm2
            if ready.normaliser.reliable and measurable(part, settings):
                diffuse[side, name] = part.density * diffuse_share(part)
    levels = levels_of(diffuse)
    return {side: BoneLevels(areas_mm2=areas[side], levels=levels) for side in areas}


def measurable(part: RegionPart, settings: BurdenSettings) -> bool:
    """Return whether enough of a region is visible and stands out of the soft tissue.

    Parameters
    ----------
    part : RegionPart
        The region.
    settings : BurdenSettings
        Limits.

    Returns
    -------
    bool
        False also where nothing of it is visible.
    """
    net, noise = part.counts - part.not_bone, max(part.counts, 1.0) ** 0.5
    return part.visible_fraction >= settings.smallest_visible_fraction and net > settings.smallest_significance * noise


def diffuse_share(part: RegionPart) -> float:
    """Return the share of a region's bone counts that a bone without foci would show.

    Parameters
    ----------
    part : RegionPart
        The region.

    Returns
    -------
    float
        Within `DIFFUSE_LIMITS`; above 1 over a cold focus.
    """
    seen, ready = part.seen, part.ready
    rows, cols = np.nonzero(seen)
    steps = [max(round(BLOCK_MM / step), 1) for step in ready.view.spacing_mm]
    across = seen.shape[1] // steps[1] + 1
    block = rows // steps[0] * across + cols // steps[1]
    pattern = np.bincount(block, weights=ready.pattern[seen])
    net = np.bincount(block, weights=(ready.counts - ready.not_bone)[seen])
    full = pattern > FULL_BLOCK * pattern.max()
    level = _weighted_median(net[full] / pattern[full], pattern[full])
    low, high = DIFFUSE_LIMITS
    return float(np.clip(level * pattern.sum() / max(float(net.sum()), 1.0), low, high))


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the value that halves the sum of the weights."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][int(np.searchsorted(reached, reached[-1] / 2))])
