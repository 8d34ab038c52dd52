"""Where the injection site of a visit is likely: at most one place.

On the arms a network that compares both of them decides (`vein`). Elsewhere, on a foot or a hand whose arm leaves the
field, the template must be sure.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.arms import arm_strips, covered
from tracker.skeleton.network import CELL_PX
from tracker.skeleton.template import STEP_MM
from tracker.skeleton.vein import ArmView, Vein, likeliest_vein, vein_weights

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
Cell = tuple[float, float]

SURE_CHANCE = 0.9
"""Off the arms the template must be at least this sure. Tuned: hardly any worn joint looks so."""

CELL_MM = CELL_PX * STEP_MM
"""Width of a cell."""

SPOT_MM = 8.0
"""Cells within this distance of the likeliest place belong to the site: half the width of a vein's spot."""

VEIN_MM = 120.0
"""Tracer along the vein may reach this far from the injection site, millimetres: half the length of a forearm."""


def _on_arms(vein: Vein | None, settings: SkeletonSettings) -> Cell | None:
    """Return the cell of the arms' likeliest place, None where it is not likely enough."""
    if vein is None or vein.log_odds < settings.injection_least_odds:
        return None
    return vein.place_px[0] / CELL_PX, vein.place_px[1] / CELL_PX


def _elsewhere(chance: Image, arms: Mask) -> Cell | None:
    """Return the likeliest cell off the arms, None where the template is not sure."""
    rows, cols = chance.shape
    off = chance * ~arms.reshape(rows, CELL_PX, cols, CELL_PX).any(axis=(1, 3))
    row, col = np.unravel_index(int(off.argmax()), off.shape)
    return (float(row), float(col)) if off[row, col] > SURE_CHANCE else None


def injection_seed(views: Sequence[ArmView], chance: Image, settings: SkeletonSettings) -> Mask:
    """Return where the one injection site of a visit is likely, the same for all views.

    Parameters
    ----------
    views : sequence of ArmView
        One or two views of one shape.
    chance : ndarray, shape (rows, cols), float32
        What the template calls the probability of an injection site, per cell.
    settings : SkeletonSettings
        The least log-odds on an arm, the least probability elsewhere.

    Returns
    -------
    ndarray, shape (rows, cols), bool
        Cells around the likeliest place, with what the template calls likely and hangs together with them; all False
        where no place is likely enough.
    """
    strips = arm_strips([view.labels for view in views])
    place = _on_arms(likeliest_vein(views, strips, vein_weights()), settings)
    if place is None:
        place = _elsewhere(chance, covered(strips.values(), views[0].density.shape))
    if place is None:
        return np.zeros(chance.shape, dtype=bool)
    rows, cols = np.indices(chance.shape)
    away_mm = np.hypot(rows - place[0], cols - place[1]) * CELL_MM
    spot = away_mm < SPOT_MM
    likely = spot | ((away_mm < VEIN_MM) & (chance > settings.site_chance))
    _, pieces = cv2.connectedComponents(likely.astype(np.uint8), connectivity=8)
    return np.asarray(likely & np.isin(pieces, np.unique(pieces[spot])))
