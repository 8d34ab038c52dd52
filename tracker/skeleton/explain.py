"""What the template sees in one or two views of a body, all on the template grid.

Bones are looked for twice: in the body as it is, and in its mirror image moved by one pixel, so that other pixels share
a cell of the network. What the two looks disagree on is chance; their mean names bones better than either.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.skeleton.network import features_of, linear, pixel_scores
from tracker.skeleton.template import LOW_CHANNELS, OTHER_SIDE, SITE_COUNT, Template

Image = NDArray[np.float32]

BLUR_PX = 1.0
"""Standard deviation of the smoothing before the square root, template pixels: low counts become near normal."""

BRIGHT_PERCENTILE = 99.0
"""Percentile that stands for bright tissue when the image is scaled."""

BODY_LEVEL = 0.25
"""Pixels above this fraction of bright tissue count as body when the image is scaled."""

CEILING = 5.0
"""Largest value after scaling: a hot bladder must not dominate."""

SECOND_LOOK_PX = 1
"""The mirror image is moved down and right by this many pixels: an odd number, so that cells hold other pixels."""

LAYERS = ("labels_anterior", "labels_posterior")
"""Layer that names the bones of each view."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explanation:
    """What the template sees; the first axis of pairs is anterior, posterior.

    Parameters
    ----------
    chances : mapping of int to ndarray, shape (LABEL_COUNT, rows, cols), float32
        Probability of each fine region per template pixel, of the views given: 0 anterior, 1 posterior.
    body : ndarray, shape (rows / 2, cols / 2), float32
        Probability of being inside the body.
    expected : ndarray, shape (2, rows / 2, cols / 2), float32
        Uptake of a healthy person, reference bone 1.0, with soft tissue.
    soft : ndarray, shape (rows / 2, cols / 2), float32
        Soft-tissue part of ``expected``.
    sites : ndarray, shape (2, SITE_COUNT, rows / 2, cols / 2), float32
        Probability of each physiologic site.
    """

    chances: Mapping[int, Image]
    body: Image
    expected: Image
    soft: Image
    sites: Image


def prepared(density: Image) -> Image:
    """Return one view as the network wants it: smoothed, square root, scaled by the body's own brightness.

    Parameters
    ----------
    density : ndarray, shape (rows, cols), float32
        Counts on the template grid.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        Typical tissue is about 1; all 0 without counts.
    """
    root = np.sqrt(cv2.GaussianBlur(density, (0, 0), BLUR_PX))
    bright = np.percentile(root[::2, ::2], BRIGHT_PERCENTILE)
    inside = root[root > BODY_LEVEL * bright]
    if not inside.size:
        return np.zeros_like(root)
    return np.asarray(np.clip(root / np.median(inside), 0, CEILING))


def _chance(log_odds: Image) -> Image:
    """Return the probability of log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))


def _shares(scores: Image) -> Image:
    """Return scores as probabilities along the first axis, computed in place."""
    scores -= scores.max(axis=0)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=0)
    return scores


def _mirrored(views: Image) -> Image:
    """Return views mirrored left to right and moved by `SECOND_LOOK_PX`."""
    moved = np.roll(views[..., ::-1], (SECOND_LOOK_PX, SECOND_LOOK_PX), axis=(1, 2))
    return np.ascontiguousarray(moved)


def _look_again(chances: Mapping[int, Image], features: Image, template: Template) -> None:
    """Average, in place, the probabilities of regions with those that features of the mirror image give."""
    back = (-SECOND_LOOK_PX, -SECOND_LOOK_PX)
    for index, first in chances.items():
        second = _shares(pixel_scores(features, template.weights, LAYERS[index]))
        for label, other in enumerate(OTHER_SIDE):
            first[label] += np.roll(second[other], back, axis=(0, 1))[:, ::-1]
        first /= 2


def explain(views: Image, template: Template) -> Explanation:
    """Return what the template sees.

    Parameters
    ----------
    views : ndarray, shape (2, rows, cols), float32
        Anterior and mirrored posterior density on the template grid; zero where not given.
    template : Template
        What was learned.

    Returns
    -------
    Explanation
        Regions, expected uptake, sites.
    """
    shown = np.stack([prepared(view) for view in views])
    features, mirrored = (features_of(image, template.weights) for image in (shown, _mirrored(shown)))
    chances = {
        index: _shares(pixel_scores(features, template.weights, layer))
        for index, layer in enumerate(LAYERS)
        if views[index].any()
    }
    low = np.moveaxis(linear(features, template.weights, "low"), 2, 0)
    roots = np.maximum(low[1 : len(LOW_CHANNELS)], 0)
    _look_again(chances, mirrored, template)
    return Explanation(
        chances=chances,
        body=_chance(low[0]),
        expected=roots[:2] ** 2,
        soft=np.minimum(roots[2] ** 2, roots[:2].max(axis=0) ** 2),
        sites=_chance(low[len(LOW_CHANNELS) :]).reshape(2, SITE_COUNT, *features.shape[:2]),
    )


def site_chances(views: Image, template: Template) -> Image:
    """Return only the probability of each physiologic site.

    Parameters
    ----------
    views : ndarray, shape (2, rows, cols), float32
        Anterior and mirrored posterior density on the template grid; zero where not given.
    template : Template
        What was learned.

    Returns
    -------
    ndarray, shape (2, SITE_COUNT, rows / 2, cols / 2), float32
        0 to 1.
    """
    features = features_of(np.stack([prepared(view) for view in views]), template.weights)
    low = np.moveaxis(linear(features, template.weights, "low"), 2, 0)[len(LOW_CHANNELS) :]
    return _chance(low).reshape(2, SITE_COUNT, *features.shape[:2])
