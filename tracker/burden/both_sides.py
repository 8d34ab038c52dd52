"""A bone that changes does so on both views: what one view shows badly, the other one tells.

From behind hardly anything of a sternum is seen, from the front little of the middle of the thoracic spine, and the
geometric mean of both views is as unsure as the worse one. Between the visits of one patient a bone's two views go up
and down together, but for their errors and for a bone that turns deeper for one camera and nearer for the other. Where
they do not, each view gives way as far as its own error makes up what they differ by: a view that is sure stays, one
that is not follows. What the views differ by over all visits is their own and stays, and so does what is larger than
errors are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tracker.burden.combined_view import weighed
from tracker.records.regions import Level
from tracker.records.uptake import COMBINED, RegionUptake, UptakeError
from tracker.records.view import Projection

APART = 0.04
"""Standard deviation of what a bone's two views truly change against each other, natural logarithm: it turns deeper for
one camera. Tuned on simulated people (seeds 1600-1639, 1750-1784): 0.03 to 0.10 give much the same, the smaller the
better the sternum."""

MOST = 2.0
"""What views differ by is no error beyond so many standard deviations of it (decided)."""

FEWEST_VISITS = 2
"""One visit says nothing about how the views of a bone usually differ."""

Bone = tuple[str, Level]
"""Region and level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """Both views of one bone at one visit: what the front shows over the back, and what each must give."""

    front: UptakeError
    back: UptakeError
    gap: float
    front_share: float
    back_share: float

    def of(self, projection: str) -> tuple[float, float, float]:
        """Return the weights of front and back, and the step of the logarithm, that one projection is given."""
        if projection == Projection.ANTERIOR:
            return 1 - self.front_share, self.front_share, -self.front_share * self.gap
        if projection == Projection.POSTERIOR:
            return self.back_share, 1 - self.back_share, self.back_share * self.gap
        tilt = (self.back_share - self.front_share) / 2
        return 0.5 + tilt, 0.5 - tilt, tilt * self.gap


def with_both_sides(visits: Sequence[Sequence[RegionUptake]]) -> tuple[tuple[RegionUptake, ...], ...]:
    """Return the uptakes of one patient's visits, each view of a bone drawn to what both views say of its changes.

    Parameters
    ----------
    visits : sequence of sequences of RegionUptake
        One per visit.

    Returns
    -------
    tuple of tuples of RegionUptake
        Same order; the ratio of both views stays the geometric mean of its two. Bones that fewer than two visits show
        on both views stay as they are.
    """
    seen = [_both_seen(uptakes) for uptakes in visits]
    pairs: list[dict[Bone, _Pair]] = [{} for _ in visits]
    for bone in {bone for found in seen for bone in found}:
        places = [place for place, found in enumerate(seen) if bone in found]
        if len(places) >= FEWEST_VISITS:
            for place, pair in zip(places, _pairs([seen[place][bone] for place in places]), strict=True):
                pairs[place][bone] = pair
    return tuple(
        tuple(_drawn(one, found.get((one.region, one.level))) for one in uptakes)
        for uptakes, found in zip(visits, pairs, strict=True)
    )


def _both_seen(uptakes: Sequence[RegionUptake]) -> Mapping[Bone, tuple[RegionUptake, RegionUptake]]:
    """Return front and back of every bone of a visit that has a ratio on both."""
    sides: dict[Bone, dict[str, RegionUptake]] = {}
    for one in uptakes:
        if one.projection != COMBINED and one.uptake_ratio:
            sides.setdefault((one.region, one.level), {})[one.projection] = one
    return {
        bone: (found[Projection.ANTERIOR], found[Projection.POSTERIOR])
        for bone, found in sides.items()
        if len(found) == len(Projection)
    }


def _pairs(shown: Sequence[tuple[RegionUptake, RegionUptake]]) -> list[_Pair]:
    """Return both views of one bone at every visit that shows both."""
    ratios = np.array([[one.uptake_ratio for one in sides] for sides in shown], dtype=np.float64)
    variances = np.array([[_variance(one.error) for one in sides] for sides in shown])
    expected: NDArray[np.float64] = variances.sum(axis=1) + APART**2
    gap = np.log(ratios[:, 0] / ratios[:, 1])
    gap -= np.average(gap, weights=1 / expected)
    reach = MOST * np.sqrt(expected)
    return [
        _Pair(front=front.error, back=back.error, gap=float(step), front_share=float(ours), back_share=float(theirs))
        for (front, back), step, (ours, theirs) in zip(
            shown, np.clip(gap, -reach, reach), variances / expected[:, None], strict=True
        )
    ]


def _variance(error: UptakeError) -> float:
    """Return how unsure one view is by its own physics; repeatability is measured after views have been drawn."""
    return float(np.square([error.counting, error.placement, error.hidden, error.soft]).sum())


def _drawn(uptake: RegionUptake, pair: _Pair | None) -> RegionUptake:
    """Return an uptake with its part of what the views of its bone differ by, and the error that is left."""
    if pair is None or uptake.uptake_ratio is None:
        return uptake
    front, back, step = pair.of(uptake.projection)
    error = replace(weighed(pair.front, pair.back, (front, back)), repeat=uptake.error.repeat)
    ratio = uptake.uptake_ratio * float(np.exp(step))
    return replace(uptake, uptake_ratio=ratio, error=error, relative_sd=error.total_sd)
