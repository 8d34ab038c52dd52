"""Which place on an arm or a foot is the injection site: one vein, told from joints that are only worn.

The template gives a chance to every place. Most false ones are worn elbows; three things tell them apart. A vein is a
spot, narrower than a joint; it lies in front of the elbow, so that it is brighter on the anterior view than the bones
about it; and on a hand few joints are as hot. Each adds to a place's log-odds, and the likeliest place is the site.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from tracker.records.regions import FINE_LABEL
from tracker.records.view import Projection
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.network import CELL_PX
from tracker.skeleton.template import STEP_MM

Image = NDArray[np.float32]
Labels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

HANDS = tuple(label for name, label in FINE_LABEL.items() if name.startswith("hand"))
"""Labels of the hands."""

ARMS = tuple(label for name, label in FINE_LABEL.items() if name.startswith(("humerus", "forearm")))
"""Labels of the long bones of the arms."""

CELL_MM = CELL_PX * STEP_MM
"""Width of a cell."""

LEAST_CHANCE = 0.01
"""Places less likely than this are none."""

PEAK_CELLS = 9
"""A place is the likeliest cell of a window this wide: 43 mm, the width of a joint."""

BLUR_CELLS = 0.7
"""Standard deviation of the smoothing before places are told apart."""

ON_HAND_MM = 10.0
"""A place lies on a hand if one of its bones lies within this distance, row and column, millimetres."""

AROUND_PX = 14
"""A place is looked at together with this many pixels on each side, 34 mm."""

NEAR_PX = 5
"""The brightest spot is looked for within this distance of the place that the template names, 12 mm."""

SPOT_BLUR_PX = 1.2
"""Standard deviation of the smoothing before the brightest spot is looked for."""

MIDDLE_PX = 3.5
"""Counts within this distance of the brightest spot stand for its brightness, 8 mm."""

REACH_PX = 9
"""Counts within this distance of the brightest spot belong to it, 22 mm."""

FEW_COUNTS = 0.3
"""Added to counts per pixel whose ratio is taken, so that an empty place says little."""

VEIN_MM = 120.0
"""Tracer may lie along a vein this far from the injection site, millimetres: half the length of a forearm."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VeinView:
    """What one view shows of a vein.

    Parameters
    ----------
    projection : Projection
        Which view.
    chance : ndarray, shape (rows, cols), float32
        Probability of an injection site per cell.
    density : ndarray, shape (2 * rows, 2 * cols), float32
        Counts on the template grid.
    labels : ndarray, shape (2 * rows, 2 * cols), uint8
        Fine region numbers.
    """

    projection: Projection
    chance: Image
    density: Image
    labels: Labels


@dataclass(frozen=True, slots=True)
class _Spot:
    """The brightest spot near a place on one view: counts per pixel, and how far from it its counts lie."""

    brightness: float
    width_mm: float


def _log_odds(chance: float) -> float:
    """Return the log-odds of a probability, bounded."""
    return float(np.log((chance + 1e-3) / (1 - chance + 1e-3)))


def _places(chance: Image) -> list[tuple[int, int]]:
    """Return the cell of every place that might be it."""
    smooth = cv2.GaussianBlur(chance, (0, 0), BLUR_CELLS)
    peaks = np.argwhere((smooth == maximum_filter(smooth, size=PEAK_CELLS)) & (smooth > LEAST_CHANCE))
    return [(int(row), int(col)) for row, col in peaks]


def _spot(density: Image, place: tuple[int, int]) -> _Spot:
    """Return the brightest spot near the cell of a place."""
    y, x = (cell * CELL_PX for cell in place)
    top, left = max(0, y - AROUND_PX), max(0, x - AROUND_PX)
    part = density[top : y + AROUND_PX + 1, left : x + AROUND_PX + 1]
    rows, cols = np.indices(part.shape)
    near = np.hypot(rows + top - y, cols + left - x) <= NEAR_PX
    smooth = np.where(near, cv2.GaussianBlur(part, (0, 0), SPOT_BLUR_PX), -1)
    row, col = np.unravel_index(int(smooth.argmax()), smooth.shape)
    away = np.hypot(rows - row, cols - col)
    excess = np.maximum(part - np.median(part[away >= REACH_PX]), 0) * (away < REACH_PX)
    width_px = np.sqrt((excess * away**2).sum() / max(float(excess.sum()), 1e-6))
    return _Spot(float(part[away <= MIDDLE_PX].mean()), float(width_px) * STEP_MM)


def _arm_counts(view: VeinView) -> float | None:
    """Return the counts per pixel of the arm bones of one view, None where they do not show."""
    arm = np.isin(view.labels, ARMS)
    return max(float(np.median(view.density[arm])), FEW_COUNTS) if arm.any() else None


def _front(spots: dict[Projection, _Spot], arms: dict[Projection, float | None]) -> float:
    """Return how much more anterior than the bones of the arms a spot is: log of a ratio, 0 where it cannot be told."""
    if len(spots) < len(Projection) or None in arms.values():
        return 0.0
    bright = {side: (spot.brightness + FEW_COUNTS) / (arms[side] or 1.0) for side, spot in spots.items()}
    return float(np.log(bright[Projection.ANTERIOR] / bright[Projection.POSTERIOR]))


def _on_hand(views: Sequence[VeinView], place: tuple[int, int]) -> bool:
    """Return whether a place lies on a hand."""
    reach = round(ON_HAND_MM / STEP_MM)
    y, x = (cell * CELL_PX for cell in place)
    near = np.s_[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
    return any(np.isin(view.labels[near], HANDS).any() for view in views)


def injection_seed(views: Sequence[VeinView], settings: SkeletonSettings) -> Mask:
    """Return where the one injection site of a visit is likely, the same for all views.

    Parameters
    ----------
    views : sequence of VeinView
        One or two views of one shape.
    settings : SkeletonSettings
        What width, front and hand count, and the least log-odds.

    Returns
    -------
    ndarray, shape (rows, cols), bool
        Cells around the likeliest place; all False where no place is likely enough.
    """
    chance = np.maximum.reduce([view.chance for view in views])
    arms = {view.projection: _arm_counts(view) for view in views}

    def score(place: tuple[int, int]) -> float:
        spots = {view.projection: _spot(view.density, place) for view in views}
        first = spots.get(Projection.ANTERIOR) or spots[Projection.POSTERIOR]
        return (
            _log_odds(float(chance[place]))
            + settings.injection_hand_odds * _on_hand(views, place)
            + settings.injection_front_odds * _front(spots, arms)
            - settings.injection_width_odds_per_mm * (first.width_mm - settings.injection_width_mm)
        )

    best, place = max(((score(place), place) for place in _places(chance)), default=(-np.inf, (0, 0)))
    if best < settings.injection_least_odds:
        return np.zeros(chance.shape, dtype=bool)
    rows, cols = np.indices(chance.shape)
    near = np.hypot(rows - place[0], cols - place[1]) * CELL_MM < VEIN_MM
    level = min(settings.site_chance, float(chance[place]) / 2)
    return np.asarray(near & (chance > level))
