"""What of a region's counts is another bone's: bones lie behind each other, and blur and scatter cross the edges.

Where the sternum is labelled the thoracic spine shines through; a clavicle shows the scapula and ribs behind it. A
measurement that calls all of it sternum finds less than half of a true change there, and a change of the spine in
the sternum. How much each region shows of each other one in a healthy person is a table (simulated). The counts of
all regions of a view are then a linear system for what every bone takes up itself; solved, each region is rid of what
its neighbours put there, and its own part stands for the whole.

Foci do not follow the table: a hot vertebra lies behind the sternum or not. Only what is *diffuse* in a bone, the
median over its area, is passed on to its neighbours; a focus counts where it is seen.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

TABLE_NAME = "overlap.csv"
"""The table, beside this module; ``python -m benchmarks.overlap`` writes it. Simulated, tuning seeds."""

LEAST_OWN_SHARE = 0.25
"""A region whose own part falls under this share of the usual one says nothing about its bone."""

ONE_VIEW_HOLD = 0.3
"""How firmly a bone is held to the person's usual level where one view alone was acquired: how far apart the table and
a person lie, 0.15, over how far the bones of one person lie apart, 0.5 (decided; see
`benchmarks.one_view`)."""

Table = Mapping[tuple[str, str], Mapping[str, float]]
"""(projection, fine region) to source to the uptake that the source puts there, in units of reference bone."""


@cache
def overlap_table() -> Table:
    """Return the measured table.

    Returns
    -------
    mapping of (str, str) to mapping of str to float
        (projection, fine region) to fine source region to uptake in a healthy person.
    """
    text = files("tracker.burden").joinpath(TABLE_NAME).read_text(encoding="utf-8")
    found: dict[tuple[str, str], dict[str, float]] = {}
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        found.setdefault((row["projection"], row["region"]), {})[row["source"]] = float(row["uptake"])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnUptake:
    """What a region shows of its own bone.

    Parameters
    ----------
    uptake_ratio : float
        Its uptake as if all bone that it shows had followed its own; 0 where too little is its own to tell.
    own_share : float
        Share of its own bone in what it shows in a healthy person.
    foreign : float
        Uptake of other bones there over that of its own bone; negative where their scatter makes too much soft tissue
        be taken away.
    """

    uptake_ratio: float
    own_share: float = 1.0
    foreign: float = 0.0


def levels_of(diffuse: Mapping[tuple[str, str], float]) -> dict[str, float]:
    """Return how much every bone takes up against a healthy one, from all regions of both views together.

    A bone that shines through another on one view lies open on the other one, so that both are solved at once, all
    regions being equally sure relative to what they usually show. One view alone cannot tell such bones apart: there
    every bone is held to the person's usual level (the median over the regions), so that what several bones may have
    put on a region is shared between them as a healthy person's bones share it.

    Parameters
    ----------
    diffuse : mapping of (str, str) to float
        (projection, fine region) to the bone uptake on it, of all bones and without foci, in units of reference bone.

    Returns
    -------
    dict of str to float
        Fine region to its level, 1 in a healthy person; regions that the table does not name are left out. What a
        source that cannot be measured puts on a region is taken to follow that region.
    """
    table = overlap_table()
    places = [place for place in diffuse if place in table]
    bones = list(dict.fromkeys(region for _, region in places))
    if not bones:
        return {}
    shown = np.array([[table[place].get(bone, 0.0) for bone in bones] for place in places])
    usual = np.array([sum(table[place].values()) for place in places])
    own = [bones.index(region) for _, region in places]
    shown[np.arange(len(places)), own] += usual - shown.sum(axis=1)
    measured = np.array([diffuse[place] for place in places])
    rows, seen = shown / usual[:, None], measured / usual
    if len({projection for projection, _ in places}) == 1:
        rows = np.concatenate([rows, ONE_VIEW_HOLD * np.eye(len(bones))])
        seen = np.concatenate([seen, np.full(len(bones), ONE_VIEW_HOLD * float(np.median(seen)))])
    solved: NDArray[np.float64] = np.linalg.lstsq(rows, seen, rcond=None)[0]
    return {bone: max(float(level), 0.0) for bone, level in zip(bones, solved, strict=True)}


def own_uptake(
    areas_mm2: Mapping[str, float], density: float, levels: Mapping[str, float], projection: str, strength: float
) -> OwnUptake:
    """Return what a region, made of one or several fine ones, shows of its own bone.

    Parameters
    ----------
    areas_mm2 : mapping of str to float
        Area of each fine region in it.
    density : float
        Mean bone uptake on it, of all bones, in units of reference bone.
    levels : mapping of str to float
        Level of every bone of the view, from `levels_of`.
    projection : str
        Which side.
    strength : float
        Share of the overlap in the table that is taken away; 0 leaves everything to the region.

    Returns
    -------
    OwnUptake
        The density itself where the table knows of no other bone.
    """
    usual, usual_foreign, foreign = 0.0, 0.0, 0.0
    for region, area_mm2 in areas_mm2.items():
        shown = overlap_table().get((projection, region), {})
        others = {name: uptake for name, uptake in shown.items() if name not in areas_mm2 and name in levels}
        usual += area_mm2 * sum(shown.values())
        usual_foreign += strength * area_mm2 * sum(others.values())
        foreign += strength * area_mm2 * sum(uptake * levels[name] for name, uptake in others.items())
    if usual <= 0:
        return OwnUptake(uptake_ratio=density)
    own_share = 1 - usual_foreign / usual
    own = density - foreign / sum(areas_mm2.values())
    if own < LEAST_OWN_SHARE * own_share * density:
        return OwnUptake(uptake_ratio=0.0, own_share=own_share)
    return OwnUptake(uptake_ratio=own / own_share, own_share=own_share, foreign=density / own - 1)
