"""How well the template explains an image: what a reader should know before trusting a label."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.records.regions import WHOLE_LABEL, WHOLE_REGIONS, whole_labels
from tracker.records.skeleton import SkeletonView
from tracker.records.view import Projection
from tracker.skeleton.explain import Explanation, prepared
from tracker.skeleton.grid import Grid
from tracker.skeleton.placed import view_index

HEAD_TO_FOOT: tuple[tuple[str, ...], ...] = (
    ("skull",),
    ("cervical_spine", "mandible"),
    ("thoracic_spine", "sternum"),
    ("lumbar_spine",),
    ("sacrum",),
    ("femur_left", "femur_right"),
    ("lower_leg_left", "lower_leg_right"),
    ("foot_left", "foot_right"),
)
"""Whole regions in the order in which a body passes a camera, arms and broad bones left out."""

LEAST_BODY_PX = 50
"""With fewer body pixels on the template's cells there is nothing to explain."""


def fit_quality(density: Mapping[Projection, NDArray[np.float32]], seen: Explanation) -> float:
    """Return how well the template explains the views, the mean over views.

    Certainty of the labels times the correlation of observed and expected square-root density inside the body; the
    observed one is clipped, so that a hot site does not decide.

    Parameters
    ----------
    density : mapping of Projection to ndarray
        Counts on the part used of the template grid.
    seen : Explanation
        What the template sees there.

    Returns
    -------
    float
        0 to 1.
    """
    marks = []
    for side, image in density.items():
        index = view_index(side)
        expected = np.sqrt(seen.expected[index])
        root = cv2.resize(prepared(image), expected.shape[::-1], interpolation=cv2.INTER_AREA)
        inside = (root > 0.2) | (seen.body > 0.5)
        if inside.sum() < LEAST_BODY_PX:
            return 0.0
        agreement = _correlation(np.minimum(root[inside], 2.5), expected[inside])
        marks.append(max(0.0, agreement) * _certainty(seen.chances[index], inside))
    return float(np.mean(marks))


def head_first(views: Sequence[SkeletonView]) -> float:
    """Return how well the bones follow each other from head to foot.

    Parameters
    ----------
    views : sequence of SkeletonView
        Labels, anatomical frame.

    Returns
    -------
    float
        Correlation over labelled pixels of row and place in `HEAD_TO_FOOT`: near 1 in a body that lies as stated, low
        or negative in one that is turned; 1 where fewer than two places are seen.
    """
    places, rows, weights = [], [], []
    for view in views:
        labels = whole_labels(view.labels)
        for place, names in enumerate(HEAD_TO_FOOT):
            row = np.nonzero(np.isin(labels, [WHOLE_LABEL[name] for name in names]))[0]
            if row.size:
                places.append(place)
                rows.append(row.mean())
                weights.append(row.size)
    if len(set(places)) < 2:
        return 1.0
    pairs = np.array([places, rows], dtype=np.float64)
    weight = np.array(weights, dtype=np.float64)
    pairs -= np.average(pairs, axis=1, weights=weight)[:, None]
    scale = float(np.sqrt((weight * pairs**2).sum(axis=1).prod()))
    return float((weight * pairs[0] * pairs[1]).sum()) / scale if scale > 0 else 1.0


def region_certainty(view: SkeletonView, seen: Explanation, grid: Grid) -> NDArray[np.float64]:
    """Return how sure the template is of each whole region of one view.

    Parameters
    ----------
    view : SkeletonView
        Labels, anatomical frame.
    seen : Explanation
        What the template sees.
    grid : Grid
        How the given pixels lie in the template grid.

    Returns
    -------
    ndarray, shape (whole regions + 1,), float64
        Mean probability, over a region's pixels, of the label each of them has; 0 where a region is not named.
    """
    labels = grid.taken_numbers(view.labels)
    named = np.nonzero(labels)
    fine = labels[named]
    chance = seen.chances[view_index(view.projection)][(fine, *named)]
    whole, size = whole_labels(fine), len(WHOLE_REGIONS) + 1
    held = np.bincount(whole, weights=chance, minlength=size)
    return np.asarray(held / np.maximum(1, np.bincount(whole, minlength=size)))


def _correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Return the correlation of two samples, 0 where one is constant."""
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / scale if scale > 0 else 0.0


def _certainty(chances: NDArray[np.float32], inside: NDArray[np.bool_]) -> float:
    """Return the mean probability of the label chosen, over the body's cells."""
    best = chances[:, ::2, ::2].max(axis=0)
    return float(best[inside].mean())
