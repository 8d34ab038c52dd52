"""What a region's change consists of: lesions hotter, larger, new or lost, and the bone between them.

A region's bone uptake is that of its lesions above their surroundings plus that of the bone itself. A lesion's excess
is its area times its mean excess; between two visits the product changes by the change of area at the mean excess
(*larger*) plus the change of excess at the mean area (*hotter*), which is exact. Lesions present at one visit alone
are *new* or *lost*; what is left is *diffuse*.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tracker.records.lesion import Fate, Lesion
from tracker.records.regions import WHOLE_LABEL, Level
from tracker.records.skeleton import SkeletonView
from tracker.records.study import Study
from tracker.records.uptake import COMBINED, ChangeParts, Normaliser, RegionUptake
from tracker.records.view import Projection, View

GONE = (Fate.RESOLVED, Fate.MERGED)
"""Fates of lesions whose outline is not of this visit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionShare:
    """What one lesion adds to the mean uptake of one region on one view.

    Parameters
    ----------
    area_fraction : float
        Area of the lesion inside the region over the area of the region.
    excess : float
        Mean uptake ratio inside the lesion less that of the region outside all lesions.
    """

    area_fraction: float
    excess: float

    @property
    def uptake(self) -> float:
        """Contribution to the region's mean uptake ratio."""
        return self.area_fraction * self.excess


Shares = Mapping[tuple[str, str], Mapping[str, LesionShare]]
"""(region, projection) to lesion id to its share."""


def lesion_shares(
    study: Study,
    skeleton_views: Sequence[SkeletonView],
    normalisers: Sequence[Normaliser],
    lesions: Sequence[Lesion],
) -> dict[tuple[str, str], dict[str, LesionShare]]:
    """Return what every lesion of one visit adds to its whole-level regions.

    Parameters
    ----------
    study : Study
        The visit.
    skeleton_views : sequence of SkeletonView
        Labels on its stored pixels.
    normalisers : sequence of Normaliser
        What 1.0 means on each view.
    lesions : sequence of Lesion
        The lesions of this visit; resolved and merged ones are passed over.

    Returns
    -------
    dict
        (region, projection) to lesion id to `LesionShare`; regions without lesions are left out.
    """
    found: dict[tuple[str, str], dict[str, LesionShare]] = {}
    for skeleton_view in skeleton_views:
        view = study.view(skeleton_view.projection)
        normaliser = next((entry for entry in normalisers if entry.projection == skeleton_view.projection), None)
        present = [
            lesion
            for lesion in lesions
            if lesion.fate not in GONE and lesion.focus.projection is skeleton_view.projection
        ]
        if view is not None and normaliser is not None and present:
            found |= _shares_on_view(view, skeleton_view, normaliser, present)
    return found


def _outlines(shape: tuple[int, ...], lesions: Sequence[Lesion]) -> dict[str, NDArray[np.bool_]]:
    """Return one mask per lesion id; two outlines of one id are joined."""
    masks: dict[str, NDArray[np.bool_]] = {}
    for lesion in lesions:
        mask = masks.setdefault(lesion.lesion_id, np.zeros(shape, dtype=bool))
        mask[lesion.focus.pixels[:, 0], lesion.focus.pixels[:, 1]] = True
    return dict(sorted(masks.items()))


def _shares_on_view(
    view: View, skeleton_view: SkeletonView, normaliser: Normaliser, lesions: Sequence[Lesion]
) -> dict[tuple[str, str], dict[str, LesionShare]]:
    """Return the shares of all lesions of one view."""
    outlines = _outlines(view.counts.shape, lesions)
    any_lesion = np.logical_or.reduce(list(outlines.values()))
    soft = normaliser.not_bone(view.counts.shape)
    uptake = (view.counts - soft) / (normaliser.bone_counts_per_mm2 * view.pixel_area_mm2)
    labels = skeleton_view.at_level(Level.WHOLE)
    found: dict[tuple[str, str], dict[str, LesionShare]] = {}
    for name, number in WHOLE_LABEL.items():
        region = labels == number
        bone = region & ~any_lesion
        surroundings = float(uptake[bone].mean()) if bone.any() else 0.0
        shares = {
            lesion_id: LesionShare(
                area_fraction=float((mask & region).sum() / region.sum()),
                excess=float(uptake[mask & region].mean()) - surroundings,
            )
            for lesion_id, mask in outlines.items()
            if (mask & region).any()
        }
        if shares:
            found[name, str(skeleton_view.projection)] = shares
    return found


def change_parts(
    uptakes: Sequence[RegionUptake],
    reference_uptakes: Sequence[RegionUptake],
    shares: Shares,
    reference_shares: Shares,
) -> tuple[ChangeParts, ...]:
    """Return what the change of every whole-level region consists of.

    Parameters
    ----------
    uptakes : sequence of RegionUptake
        The visit.
    reference_uptakes : sequence of RegionUptake
        The reference visit.
    shares : mapping
        `lesion_shares` of the visit.
    reference_shares : mapping
        `lesion_shares` of the reference visit.

    Returns
    -------
    tuple of ChangeParts
        One per whole-level entry of ``uptakes``, same order.
    """
    earlier = {(entry.region, entry.projection): entry for entry in reference_uptakes if entry.level is Level.WHOLE}
    found: dict[tuple[str, str], ChangeParts] = {}
    for entry in uptakes:
        if entry.level is Level.WHOLE:
            place = (entry.region, entry.projection)
            if entry.projection == COMBINED:
                sides = [found[entry.region, str(projection)] for projection in Projection]
                found[place] = _combined(sides, entry, earlier.get(place))
            else:
                found[place] = _parts(entry, earlier.get(place), shares.get(place, {}), reference_shares.get(place, {}))
    return tuple(found.values())


def _change_pct(now: RegionUptake, earlier: RegionUptake | None) -> float | None:
    """Return the change of one region in percent, or None where it has none."""
    if now.uptake_ratio is None or earlier is None or earlier.uptake_ratio is None:
        return None
    return 100 * (now.uptake_ratio / earlier.uptake_ratio - 1)


def _empty(now: RegionUptake) -> ChangeParts:
    """Return the parts of a region that has no change."""
    reason = now.reason_empty or "no uptake at the reference visit"
    return ChangeParts(region=now.region, level=now.level, projection=now.projection, reason_empty=reason)


def _parts(
    now: RegionUptake,
    earlier: RegionUptake | None,
    shares: Mapping[str, LesionShare],
    reference_shares: Mapping[str, LesionShare],
) -> ChangeParts:
    """Return the parts of one region on one view; they add up to its change."""
    change = _change_pct(now, earlier)
    if change is None or earlier is None or earlier.uptake_ratio is None:
        return _empty(now)
    percent = 100 / (earlier.uptake_ratio * earlier.own_share)
    both = [(reference_shares[key], shares[key]) for key in shares if key in reference_shares]
    larger = sum((b.area_fraction - a.area_fraction) * (a.excess + b.excess) / 2 for a, b in both) * percent
    hotter = sum((b.excess - a.excess) * (a.area_fraction + b.area_fraction) / 2 for a, b in both) * percent
    new = sum(share.uptake for key, share in shares.items() if key not in reference_shares) * percent
    lost = -sum(share.uptake for key, share in reference_shares.items() if key not in shares) * percent
    return replace(
        _empty(now),
        hotter_pct=hotter,
        larger_pct=larger,
        new_pct=new,
        lost_pct=lost,
        diffuse_pct=change - hotter - larger - new - lost,
        reason_empty="",
    )


def _combined(sides: Sequence[ChangeParts], now: RegionUptake, earlier: RegionUptake | None) -> ChangeParts:
    """Return the mean of both views' parts; what the geometric mean leaves over is diffuse."""
    change = _change_pct(now, earlier)
    if change is None or any(side.hotter_pct is None for side in sides):
        return _empty(now)
    names = ("hotter_pct", "larger_pct", "new_pct", "lost_pct")
    mean = {name: sum(getattr(side, name) for side in sides) / len(sides) for name in names}
    return replace(_empty(now), **mean, diffuse_pct=change - sum(mean.values()), reason_empty="")
