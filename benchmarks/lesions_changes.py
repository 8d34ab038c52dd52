"""Changes between consecutive visits: planted ones against the peaks of the interval change map."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.lesions_courses import BenchCourse, Planted
from benchmarks.lesions_scores import REACH_MM
from tracker.lesions.place import Points, space_points
from tracker.records.change import ChangeMap, ChangeSpot
from tracker.records.foci import FociView, VisitFoci
from tracker.records.lesion import Kind
from tracker.records.view import Projection

LEAST_FACTOR = 1.5
"""A planted change counts if the excess grew or shrank by half, appeared or vanished."""

LEAST_CONTRAST_TO_NOISE = 5.0
"""At the visit that shows the lesion better: what a reader could see at all."""

TOLD = 2.5
"""Standard deviations of counting by which a planted change must differ for images to tell it, were all else known."""

MOST_FALSE = 2.0
"""False peaks per view at which the issue asks for the share of changes found."""


@dataclass(slots=True, kw_only=True)
class Changes:
    """Planted changes and false peaks.

    Parameters
    ----------
    best : list of float
        Per planted change, the strongest matching peak's score; 0 where there is none.
    told : list of float
        Per planted change, how far the expected counts inside its outline differ, in standard deviations of counting.
    false : list of float
        Scores of peaks where nothing changed.
    views : int
        Pairs of views compared.
    """

    best: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)
    false: list[float] = field(default_factory=list)
    views: int = 0

    def sentence(self) -> str:
        """Return the share of changes found at the issue's limit of false peaks."""
        if not self.best:
            return "no change was planted"
        level = self._level()
        found = np.mean([score > level for score in self.best])
        false = min(len(self.false), self._allowed()) / max(1, self.views)
        return f"{100 * found:.1f} % of {len(self.best)} at {false:.2f}"

    def told_sentence(self) -> str:
        """Return the share found of those changes that counting noise does not hide."""
        level = self._level()
        found = [score > level for score, told in zip(self.best, self.told, strict=True) if told >= TOLD]
        return f"{100 * np.mean(found):.1f} % of {len(found)}" if found else "no change was planted"

    def _allowed(self) -> int:
        """Return how many false peaks the issue allows."""
        return int(MOST_FALSE * self.views)

    def _level(self) -> float:
        """Return the score above which no more false peaks lie than are allowed."""
        ranked = sorted(self.false, reverse=True)
        return ranked[self._allowed()] if len(ranked) > self._allowed() else 0.0


def add_changes(
    changes: Changes, course: BenchCourse, visits: tuple[VisitFoci, VisitFoci], maps: Sequence[ChangeMap]
) -> None:
    """Add one pair of consecutive visits.

    Parameters
    ----------
    changes : Changes
        Changed in place.
    course : BenchCourse
        What is there.
    visits : tuple of VisitFoci
        The earlier and the later visit.
    maps : sequence of ChangeMap
        What was found.
    """
    numbers = tuple(
        next(at for at, study in enumerate(course.studies) if study.study_uid == one.study_uid) for one in visits
    )
    for found in maps:
        changes.views += 1
        places = [_places(course, at, one.view(found.projection)) for at, one in zip(numbers, visits, strict=True)]
        moved: list[Points] = []
        for name in sorted(places[0].keys() | places[1].keys()):
            here = [place[name] for place in places if name in place]
            if len(here) == 2 and _same(course, numbers, name):
                continue
            moved.append(np.concatenate([place for _, place in here]))
            sign = _sign(course, numbers, name)
            if sign and max(one.contrast_to_noise for one, _ in here) >= LEAST_CONTRAST_TO_NOISE:
                near = [abs(spot.score) for spot in found.spots if spot.score * sign > 0 and _at(spot, moved[-1])]
                changes.best.append(max(near, default=0.0))
                changes.told.append(_told([place.get(name) for place in places]))
        changes.false += [abs(one.score) for one in found.spots if not any(_at(one, place) for place in moved)]


def _told(here: Sequence[tuple[Planted, Points] | None]) -> float:
    """Return how far the expected counts of two visits inside an outline differ, in standard deviations of counting."""
    counts = [_counts(one[0]) if one is not None else None for one in here]
    background = next(before for _, before in (one for one in counts if one is not None))
    (total, without), (later, later_without) = (one or (background, background) for one in counts)
    return abs((later - later_without) - (total - without)) / float(np.sqrt(total + later))


def _counts(planted: Planted) -> tuple[float, float]:
    """Return the expected counts inside an outline with the lesion and without it."""
    total = (planted.contrast_to_noise / (1 - 1 / planted.image_ratio)) ** 2
    return total, total / planted.image_ratio


def _places(course: BenchCourse, visit: int, seen: FociView | None) -> dict[str, tuple[Planted, Points]]:
    """Return the planted foci of one view that are not cold, with their outlines in patient space."""
    if seen is None:
        return {}
    side: Projection = seen.projection
    return {
        one.lesion_id: (one, space_points(one.footprint.astype(np.float64), seen.view, seen.alignment))
        for one in course.planted[visit][side]
        if one.kind is not Kind.COLD
    }


def _at(spot: ChangeSpot, outline: Points) -> bool:
    """Return whether a peak lies on an outline or within reach of its middle."""
    apart = np.hypot(outline[:, 0] - spot.row_mm, outline[:, 1] - spot.col_mm)
    middle = outline.mean(axis=0)
    return bool(apart.min() <= REACH_MM / 4 or np.hypot(middle[0] - spot.row_mm, middle[1] - spot.col_mm) <= REACH_MM)


def _excess(course: BenchCourse, numbers: tuple[int, ...], name: str) -> list[float]:
    """Return the excess of a lesion before and after."""
    return [course.excess[at].get(name, 0.0) for at in numbers]


def _same(course: BenchCourse, numbers: tuple[int, ...], name: str) -> bool:
    """Return whether nothing about a planted focus changed; benign ones fade, larger ones have the same excess."""
    before, after = _excess(course, numbers, name)
    areas = [_area(course, at, name) for at in numbers]
    return before == after and before > 0 and min(areas) > 0.8 * max(areas)


def _area(course: BenchCourse, visit: int, name: str) -> int:
    """Return the largest outline of a planted focus at one visit, pixels."""
    found = [len(one.footprint) for side in Projection for one in course.planted[visit][side] if one.lesion_id == name]
    return max(found, default=0)


def _sign(course: BenchCourse, numbers: tuple[int, ...], name: str) -> int:
    """Return 1 for a planted rise, -1 for a fall, 0 for neither."""
    before, after = _excess(course, numbers, name)
    if after >= LEAST_FACTOR * before * 0.999 and after > 0:
        return 1
    return -1 if before >= LEAST_FACTOR * after * 0.999 and before > 0 else 0
