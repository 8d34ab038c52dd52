"""Which place on an arm or a foot is the injection site: one vein, told from joints that are only worn.

The template gives a chance to every place. Most false ones are elbows with arthrosis, which wear on both sides and on
the joint itself, so that a place counts for less where its twin on the other arm is likely too, and for more on a hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from tracker.records.regions import FINE_LABEL
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.network import CELL_PX
from tracker.skeleton.template import STEP_MM

Image = NDArray[np.float32]
Labels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

HANDS = tuple(label for name, label in FINE_LABEL.items() if name.startswith("hand"))
"""Labels of the hands."""

CELL_MM = CELL_PX * STEP_MM
"""Width of a cell."""

LEAST_CHANCE = 0.02
"""Places less likely than this are none."""

PEAK_CELLS = 9
"""A place is the likeliest cell of a window this wide: 43 mm, the width of a joint."""

BLUR_CELLS = 0.7
"""Standard deviation of the smoothing before places are told apart."""

ON_HAND_MM = 10.0
"""A place lies on a hand if one of its bones lies within this distance, row and column, millimetres."""

TWIN_MM = 170.0
"""A twin's height differs by less than this: half of how far an arm can be bent against the other."""

NO_TWIN = -3.0
"""Log-odds below which a twin says nothing."""

VEIN_MM = 120.0
"""Tracer may lie along a vein this far from the injection site, millimetres: half the length of a forearm."""


@dataclass(frozen=True, slots=True)
class _Place:
    """One place that might be the injection site."""

    row: int
    col: int
    log_odds: float
    right_half: bool
    on_hand: bool


def _log_odds(chance: float) -> float:
    """Return the log-odds of a probability, bounded."""
    return float(np.log((chance + 1e-3) / (1 - chance + 1e-3)))


def _places(chance: Image, labels: Sequence[Labels]) -> list[_Place]:
    """Return every place that might be it."""
    smooth = cv2.GaussianBlur(chance, (0, 0), BLUR_CELLS)
    peaks = np.argwhere((smooth == maximum_filter(smooth, size=PEAK_CELLS)) & (smooth > LEAST_CHANCE))
    bone = np.logical_or.reduce([numbers > 0 for numbers in labels])
    middle = float(np.median(np.nonzero(bone)[1])) if bone.any() else bone.shape[1] / 2
    reach = round(ON_HAND_MM / STEP_MM)
    found = []
    for row, col in peaks:
        y, x = int(row) * CELL_PX, int(col) * CELL_PX
        near = np.s_[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
        on_hand = any(np.isin(numbers[near], HANDS).any() for numbers in labels)
        found.append(_Place(int(row), int(col), _log_odds(float(chance[row, col])), x < middle, on_hand))
    return found


def _score(place: _Place, others: Sequence[_Place], settings: SkeletonSettings) -> float:
    """Return the log-odds of a place against those of its twin, lowered where it lies on no hand."""
    twins = [
        other.log_odds
        for other in others
        if other.right_half != place.right_half and abs(other.row - place.row) * CELL_MM < TWIN_MM
    ]
    twin = max([NO_TWIN, *twins]) - NO_TWIN
    return place.log_odds - settings.injection_twin_share * twin - settings.injection_joint_odds * (not place.on_hand)


def injection_seed(chances: Image, labels: Sequence[Labels], settings: SkeletonSettings) -> Mask:
    """Return where the one injection site of a visit is likely, the same for all views.

    Parameters
    ----------
    chances : ndarray, shape (views, rows, cols), float32
        Probability of an injection site per cell.
    labels : sequence of ndarray, shape (2 * rows, 2 * cols), uint8
        Fine region numbers of the same views.
    settings : SkeletonSettings
        What a twin and a joint count, and the least log-odds.

    Returns
    -------
    ndarray, shape (rows, cols), bool
        Cells around the likeliest place; all False where no place is likely enough.
    """
    chance = np.asarray(chances.max(axis=0))
    places = _places(chance, labels)
    none = np.zeros(chance.shape, dtype=bool)
    if not places:
        return none
    score, best = max(((_score(place, places, settings), place) for place in places), key=lambda pair: pair[0])
    if score < settings.injection_least_odds:
        return none
    rows, cols = np.indices(chance.shape)
    near = np.hypot(rows - best.row, cols - best.col) * CELL_MM < VEIN_MM
    level = min(settings.site_chance, float(chance[best.row, best.col]) / 2)
    return np.asarray(near & (chance > level))
