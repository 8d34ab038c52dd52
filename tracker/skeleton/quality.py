"""How well the template explains an image: what a reader should know before trusting a label."""

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.records.view import Projection
from tracker.skeleton.explain import Explanation, prepared
from tracker.skeleton.placed import view_index

LEAST_BODY_PX = 50
"""With fewer body pixels on the template's cells there is nothing to explain."""


def fit_quality(density: Mapping[Projection, NDArray[np.float32]], seen: Explanation) -> float:
    """Return how well the template explains the views, the mean over views.

    Certainty of the labels times the correlation of observed and expected square-root density inside the body, a
    robust one: both are ranks-free but clipped, so that a hot site does not decide.

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


def _correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Return the correlation of two samples, 0 where one is constant."""
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / scale if scale > 0 else 0.0


def _certainty(chances: NDArray[np.float32], inside: NDArray[np.bool_]) -> float:
    """Return the mean probability of the label chosen, over the body's cells."""
    best = chances[:, ::2, ::2].max(axis=0)
    return float(best[inside].mean())
