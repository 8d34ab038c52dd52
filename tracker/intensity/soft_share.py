"""How much of the soft tissue that is carried under a bone is really there: a table, and it says how it was measured.

Soft tissue is sampled beside the bones and carried under them. Under ribs, skull and mid-thoracic spine there is more
of it than beside them, under limbs and clavicles less; the share is much the same from person to person. Without it a
longer uptake time, which empties soft tissue, would look like a change of these bones.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from tracker.intensity.soft_tissue import SoftTissue
from tracker.records.regions import FINE_REGIONS, without_side
from tracker.records.skeleton import SkeletonView
from tracker.records.view import View

TABLE_NAME = "soft_share.csv"
"""The table, beside this module; ``python -m benchmarks.overlap`` writes it. Simulated, tuning seeds."""

LEAST_COUNTS = 100
"""Fewer counts on all sampled pixels say nothing about soft tissue."""


RIBS_TAKEN = 0.75
"""How much of what the table says is taken under ribs. Soft tissue makes half of all counts there, and the table errs
by as much: with less taken ribs fell with a longer uptake time, with all of it they rose (simulated people, tuning
seeds 1340-1355)."""

LIMBS_TAKEN: Mapping[str, float] = {"forearm": 0.95, "hand": 0.86}
"""Most of the carried soft tissue that is taken under whole regions, without side. It makes most of all counts there
and is sampled on other parts, on trunk and thigh: a little too much leaves no bone at all, a little too little leaves a
small share of soft tissue. Tuned on simulated people at 2 and 4 h of uptake time (seeds 1340-1355)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftShare:
    """What is known of the soft tissue that is carried under a region.

    Parameters
    ----------
    share : float
        1 plus what is missing of it, over a healthy person's.
    stray : float
        Share of it that bones scatter: it stays when soft tissue empties.
    """

    share: float = 1.0
    stray: float = 0.0


@cache
def soft_shares() -> Mapping[tuple[str, str], SoftShare]:
    """Return the measured table.

    Returns
    -------
    mapping of (str, str) to SoftShare
        By projection and fine region.
    """
    text = files("tracker.intensity").joinpath(TABLE_NAME).read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {
        (row["projection"], row["region"]): SoftShare(share=float(row["share"]), stray=float(row["stray"]))
        for row in rows
    }


def share_of_labels(projection: str) -> NDArray[np.float64]:
    """Return the share of every label number.

    Parameters
    ----------
    projection : str
        Which side.

    Returns
    -------
    ndarray, shape (labels,), float64
        1 beside the bones and on regions that the table does not name.
    """
    return taken(np.array([1.0, *(_of(projection, region.name).share for region in FINE_REGIONS)]))


def stray_of_labels(projection: str) -> NDArray[np.float64]:
    """Return how much of the soft tissue carried under every label number bones scatter there.

    Parameters
    ----------
    projection : str
        Which side.

    Returns
    -------
    ndarray, shape (labels,), float64
        0 beside the bones and on regions that the table does not name.
    """
    return np.array([0.0, *(_of(projection, region.name).stray for region in FINE_REGIONS)])


def _of(projection: str, region: str) -> SoftShare:
    """Return what is known of one region."""
    return soft_shares().get((projection, region), SoftShare())


def taken(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shares as they are used, from those that were measured.

    Parameters
    ----------
    share : ndarray, shape (labels,), float64
        Share of every label number.

    Returns
    -------
    ndarray, shape (labels,), float64
        Nearer to 1 under ribs, bounded under forearms and hands.
    """
    ribs = np.array([False, *(region.whole.startswith("ribs") for region in FINE_REGIONS)])
    most = np.array([np.inf, *(LIMBS_TAKEN.get(without_side(region.whole), np.inf) for region in FINE_REGIONS)])
    bounded = np.minimum(share, most)
    return np.asarray(np.where(ribs, 1 + RIBS_TAKEN * (share - 1), bounded), dtype=np.float64)


def with_shares(view: View, skeleton_view: SkeletonView, soft: SoftTissue, share: NDArray[np.float64]) -> SoftTissue:
    """Return soft tissue with what the bones hide of it, or do not.

    What is added or taken away is a healthy person's soft tissue there at this view's level, not the estimate itself:
    the level is known from the whole body, and the estimate's own errors are not multiplied.

    Parameters
    ----------
    view : View
        The image.
    skeleton_view : SkeletonView
        Labels and expected uptake on its stored pixels.
    soft : SoftTissue
        As carried under the bones.
    share : ndarray, shape (labels,), float64
        From `share_of_labels`.

    Returns
    -------
    SoftTissue
        Not negative.
    """
    level = soft_level(view, soft, skeleton_view.expected)
    if level is None:
        return soft
    further = (share[skeleton_view.labels] - 1) * soft.expected
    counts = soft.counts + further * float(np.exp(level)) * view.pixel_area_mm2
    return replace(soft, counts=np.maximum(counts, 0.0), expected=np.maximum(soft.expected + further, 0.0))


def soft_level(view: View, soft: SoftTissue, expected: NDArray[np.float32]) -> float | None:
    """Return how much soft tissue a view shows against what a healthy person shows.

    Parameters
    ----------
    view : View
        The image.
    soft : SoftTissue
        Where it was sampled.
    expected : ndarray, shape (rows, cols), float32
        A healthy person's uptake.

    Returns
    -------
    float or None
        Natural logarithm of counts per square millimetre over expected uptake; None where neither can be told.
    """
    counts = float((view.counts[soft.sampled] - soft.room).sum())
    healthy = float(expected[soft.sampled].sum())
    if counts < LEAST_COUNTS or healthy <= 0:
        return None
    return float(np.log(counts / (healthy * view.pixel_area_mm2)))
