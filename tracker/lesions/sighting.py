"""A lesion as one visit shows it: one focus, or the two foci that it makes on the two views of one body.

Both views are taken at the same moment of the same pose, so a lesion's two appearances lie at the same place of
patient space but for counting noise. What differs is depth: a rib lesion in front of another behind is told apart
only where the regions differ.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

from tracker.lesions.place import Points, space_points
from tracker.records.foci import FociView, VisitFoci
from tracker.records.lesion import Focus, Kind
from tracker.records.view import Projection
from tracker.settings.lesions import LesionSettings

IMPOSSIBLE = 1e6
"""Cost of a pairing that must not be; far above any real one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sighting:
    """One lesion at one visit.

    Parameters
    ----------
    foci : tuple of Focus
        One or two, distinct projections, anterior first.
    outlines_mm : tuple of ndarray
        Patient-space places of each focus' pixels, same order.
    """

    foci: tuple[Focus, ...]
    outlines_mm: tuple[Points, ...]

    @property
    def centre_mm(self) -> Points:
        """Mean place in patient space, weighted by significance, shape (2,)."""
        weight = np.array([max(focus.significance, 0.1) for focus in self.foci])
        places = np.array([(focus.row_mm, focus.col_mm) for focus in self.foci])
        return np.asarray((places * weight[:, None]).sum(axis=0) / weight.sum())

    @property
    def area_mm2(self) -> float:
        """Largest area among the views."""
        return max(focus.area_mm2 for focus in self.foci)

    @property
    def significance(self) -> float:
        """Significance of both views together."""
        return float(np.sqrt(sum(max(focus.significance, 0.0) ** 2 for focus in self.foci)))

    @property
    def kind(self) -> Kind:
        """Kind, the same for both views."""
        return self.foci[0].kind

    def focus(self, projection: Projection) -> Focus | None:
        """Return the focus of one view, or None if the lesion is not seen there.

        Parameters
        ----------
        projection : Projection
            The side wanted.

        Returns
        -------
        Focus or None
            None where it is not seen.
        """
        return next((focus for focus in self.foci if focus.projection is projection), None)


def sightings(visit: VisitFoci, settings: LesionSettings) -> tuple[Sighting, ...]:
    """Return the lesions of one visit, foci of the two views paired where they are one lesion.

    Parameters
    ----------
    visit : VisitFoci
        Foci of one or two views, judged.
    settings : LesionSettings
        Reach of a pairing.

    Returns
    -------
    tuple of Sighting
        Head to foot, then patient right to left.
    """
    sides = [[alone(focus, view) for focus in view.foci] for view in visit.views]
    if len(sides) < 2:
        return _ordered([one for side in sides for one in side])
    front, back = sides
    cost = np.array([[pair_cost(one, other, settings) for other in back] for one in front]).reshape(
        len(front), len(back)
    )
    rows, cols = linear_sum_assignment(cost)
    pairs = {int(row): int(col) for row, col in zip(rows, cols, strict=True) if cost[row, col] < IMPOSSIBLE}
    joined = [together(front[row], back[col]) for row, col in pairs.items()]
    alone_front = [one for index, one in enumerate(front) if index not in pairs]
    alone_back = [one for index, one in enumerate(back) if index not in set(pairs.values())]
    return _ordered(joined + alone_front + alone_back)


def alone(focus: Focus, view: FociView) -> Sighting:
    """Return the sighting that one focus makes.

    Parameters
    ----------
    focus : Focus
        Any focus of ``view``.
    view : FociView
        The view it was seen on.

    Returns
    -------
    Sighting
        Of one focus.
    """
    outline = space_points(focus.pixels.astype(np.float64), view.view, view.alignment)
    return Sighting(foci=(focus,), outlines_mm=(outline,))


def together(front: Sighting, back: Sighting) -> Sighting:
    """Return one sighting of two foci; the kind is that of the more significant one.

    Parameters
    ----------
    front, back : Sighting
        One focus each, anterior and posterior.

    Returns
    -------
    Sighting
        Of two foci of the same kind.
    """
    lead = max(front.foci[0], back.foci[0], key=lambda focus: focus.significance)
    agreed = tuple(
        replace(focus, kind=lead.kind, kind_reason=lead.kind_reason) if focus.kind is not lead.kind else focus
        for focus in front.foci + back.foci
    )
    return Sighting(foci=agreed, outlines_mm=front.outlines_mm + back.outlines_mm)


def pair_cost(front: Sighting, back: Sighting, settings: LesionSettings) -> float:
    """Return how badly two foci of the two views fit as one lesion.

    Parameters
    ----------
    front, back : Sighting
        One focus each.
    settings : LesionSettings
        Reach of a pairing.

    Returns
    -------
    float
        Millimetres between their centres less what they overlap; `IMPOSSIBLE` out of reach.
    """
    apart = float(np.hypot(*(front.centre_mm - back.centre_mm)))
    shared = overlap(front.outlines_mm[0], back.outlines_mm[0], settings.touch_mm)
    if apart > settings.pair_mm and shared < 0.5:
        return IMPOSSIBLE
    return apart - settings.pair_mm * shared


def overlap(one_mm: Points, other_mm: Points, reach_mm: float) -> float:
    """Return the share of the smaller outline that lies within ``reach_mm`` of the other.

    Parameters
    ----------
    one_mm, other_mm : ndarray, shape (n, 2) and (m, 2)
        Places of the outlines' pixels in one frame, millimetres.
    reach_mm : float
        How near counts as covered.

    Returns
    -------
    float
        0 to 1.
    """
    small, large = (one_mm, other_mm) if len(one_mm) <= len(other_mm) else (other_mm, one_mm)
    return float(np.mean(_near(small, large, reach_mm)))


def _near(places: Points, others: Points, reach_mm: float) -> NDArray[np.bool_]:
    """Return which places lie within reach of any other."""
    distance, _ = cKDTree(others).query(places, distance_upper_bound=reach_mm)
    return np.isfinite(distance)


def _ordered(found: list[Sighting]) -> tuple[Sighting, ...]:
    """Return sightings head to foot, then right to left; never in the order they were found."""
    return tuple(sorted(found, key=lambda one: (*np.round(one.centre_mm, 3), one.foci[0].projection)))
