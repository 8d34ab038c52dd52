"""What was found against what was planted: matches, false ones, links, pairs; all per view, on stored pixels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.lesions_courses import BenchCourse, Planted
from tracker.records.lesion import Kind
from tracker.records.view import Projection

REACH_MM = 12.0
"""A match lies within this distance of the true centre, or overlaps the lesion."""

CLASSES = {">= 5": (5.0, np.inf), "3-5": (3.0, 5.0)}
"""Ranges of contrast-to-noise that the issue sets limits for."""

SITE_SHARE = 0.5
"""Share of an outline over a true physiologic site from which it is that site."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mark:
    """One focus that a method calls a lesion, on one view of one visit.

    Parameters
    ----------
    name : str
        Identity through time that the method gives it.
    pixels : ndarray, shape (n, 2), int32
        Its outline, stored frame.
    row_px, col_px : float
        Its centre.
    """

    name: str
    pixels: NDArray[np.int32]
    row_px: float
    col_px: float


Marks = Mapping[tuple[int, Projection], Sequence[Mark]]
"""Marks by number of visit and view."""

Links = set[tuple[int, str, str]]
"""Number of the later visit, name at the visit before, name at this one."""


@dataclass(slots=True, kw_only=True)
class Score:
    """Sums over views, visits and courses.

    Parameters
    ----------
    planted, found : dict of str to int
        Planted foci and those among them that were found, by contrast-to-noise.
    hidden : dict of str to int
        Planted foci that were missed and lie under a physiologic site.
    views, false, courses, sites : int
        Views seen, false marks on them, courses, names over physiologic sites.
    links, pairs : list of int
        True ones made, all made, all true ones.
    false_at : list of str
        Regions of the false marks, for whoever wants to know where they come from.
    """

    planted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CLASSES, 0))
    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CLASSES, 0))
    hidden: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CLASSES, 0))
    views: int = 0
    false: int = 0
    courses: int = 0
    sites: int = 0
    links: list[int] = field(default_factory=lambda: [0, 0, 0])
    pairs: list[int] = field(default_factory=lambda: [0, 0, 0])

    def detection_pct(self, name: str) -> float:
        """Return the percentage of planted foci of one range that were found.

        Parameters
        ----------
        name : str
            A key of `CLASSES`.

        Returns
        -------
        float
            0 to 100.
        """
        return 100 * self.found[name] / max(1, self.planted[name])

    @property
    def false_per_view(self) -> float:
        """False marks per view."""
        return self.false / max(1, self.views)


def f1(counts: Sequence[int]) -> float:
    """Return the harmonic mean of precision and recall.

    Parameters
    ----------
    counts : sequence of int
        True ones made, all made, all true ones.

    Returns
    -------
    float
        0 to 1; 1 where there was nothing to make and nothing was made.
    """
    right, made, true = counts
    return 2 * right / (made + true) if made + true else 1.0


def hits(mark: Mark, planted: Planted, spacing_mm: tuple[float, float]) -> bool:
    """Return whether a mark matches a planted focus.

    Parameters
    ----------
    mark : Mark
        What was found.
    planted : Planted
        What is there.
    spacing_mm : tuple of float
        Of the view.

    Returns
    -------
    bool
        Within `REACH_MM` of the true centre, or overlapping.
    """
    step = np.asarray(spacing_mm) * (mark.row_px - planted.row_px, mark.col_px - planted.col_px)
    if float(np.hypot(*step)) <= REACH_MM:
        return True
    shared = np.intersect1d(_keys(mark.pixels), _keys(planted.footprint))
    return len(shared) > 0


def _keys(pixels: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return one number per pixel."""
    return pixels[:, 0].astype(np.int64) * 100_000 + pixels[:, 1]


def add(score: Score, course: BenchCourse, marks: Marks, links: Links) -> None:
    """Add one course to the sums.

    Parameters
    ----------
    score : Score
        Changed in place.
    course : BenchCourse
        What is there.
    marks : mapping
        What was found.
    links : set
        Which name at a visit goes on as which at the next.
    """
    true_of: dict[tuple[int, Projection, str], set[str]] = {}
    site_names: set[str] = set()
    for visit, study in enumerate(course.studies):
        for view in study.views:
            here = marks.get((visit, view.projection), ())
            lesions = [one for one in course.planted[visit][view.projection] if one.kind is Kind.LESION]
            matched = [{one.lesion_id for one in lesions if hits(mark, one, view.spacing_mm)} for mark in here]
            for mark, names in zip(here, matched, strict=True):
                true_of.setdefault((visit, view.projection, mark.name), set()).update(names)
                over = course.organs[visit][view.projection][tuple(mark.pixels.T)]
                if not names and over.mean() > SITE_SHARE:
                    site_names.add(mark.name)
            _add_view(score, lesions, matched)
    score.courses += 1
    score.sites += len(site_names)
    _add_pairs(score, true_of, len(course.studies))
    _add_links(score, true_of, links, len(course.studies))


def _add_view(score: Score, lesions: Sequence[Planted], matched: Sequence[set[str]]) -> None:
    """Add the planted foci and the false marks of one view."""
    score.views += 1
    score.false += sum(not names for names in matched)
    seen = set().union(*matched)
    for one in lesions:
        for name, (low, high) in CLASSES.items():
            if low <= one.contrast_to_noise < high:
                score.planted[name] += 1
                score.found[name] += one.lesion_id in seen
                score.hidden[name] += bool(one.occluded_by) and one.lesion_id not in seen


def _tally(sums: list[int], right: int, made: int, true: int) -> None:
    """Add to true ones made, all made, all true ones."""
    for place, more in enumerate((right, made, true)):
        sums[place] += more


def _add_pairs(score: Score, true_of: Mapping[tuple[int, Projection, str], set[str]], visits: int) -> None:
    """Add the pairs of one course: marks of one name on both views, against lesions found on both views."""
    for visit in range(visits):
        front, back = (
            {name: true for (at, view, name), true in true_of.items() if at == visit and view is side and true}
            for side in Projection
        )
        made = front.keys() & back.keys()
        both = set().union(*front.values()) & set().union(*back.values())
        right = {lesion for name in made for lesion in front[name] & back[name]}
        wrong = sum(not front[name] & back[name] for name in made)
        _tally(score.pairs, len(right), len(right) + wrong, len(both))


def _add_links(
    score: Score, true_of: Mapping[tuple[int, Projection, str], set[str]], links: Links, visits: int
) -> None:
    """Add the links of one course: a name that goes on, merges or splits, against lesions found at both visits."""
    by_name: dict[tuple[int, str], set[str]] = {}
    for (visit, _, name), true in true_of.items():
        by_name.setdefault((visit, name), set()).update(true)
    for visit in range(1, visits):
        made = [
            (by_name.get((visit - 1, before), set()), by_name.get((visit, after), set()))
            for at, before, after in links
            if at == visit
        ]
        made = [(before, after) for before, after in made if before or after]
        right = set().union(*(before & after for before, after in made))
        wrong = sum(not before & after for before, after in made)
        true = set.intersection(
            *(set().union(*(found for (v, _), found in by_name.items() if v == at)) for at in (visit - 1, visit))
        )
        _tally(score.links, len(right & true), len(right) + wrong, len(true))
