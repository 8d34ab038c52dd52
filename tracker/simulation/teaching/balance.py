"""How readily each region is named, settled after learning: as often as it is true of simulated people.

Learning weighs regions that are hard to see more than others, which makes the network name them too readily, and
background too seldom. What a region's log-odds are shifted by is found on people that no lesson was about.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from tracker.records.view import Projection
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.fit import place
from tracker.skeleton.network import CELL_PX
from tracker.skeleton.placed import view_index
from tracker.skeleton.template import LABEL_COUNT, STEP_MM, Template

Labelled = Mapping[Projection, tuple[NDArray[np.float64], NDArray[np.uint8]]]
"""Counts and true labels of one person's views, anatomical frame, pixels of the template's size."""

SURE_OF_BACKGROUND = 0.97
"""Pixels more likely background than this settle nothing."""

EVERY = 3
"""One in so many pixels is looked at."""

ROUNDS = 8
"""Times that all shifts are corrected."""

STEP = 0.7
"""Share of a correction that is made at once: regions compete for the same pixels."""

LEAST_PX = 50.0
"""Pixels added to each count, so that a region that is hardly ever seen is shifted little."""

FURTHEST = 0.6
"""A region is shifted by no more than this beyond the middle of all regions: naming a region that is nowhere certain
as often as it is true would name it in the wrong places."""


def _named(odds: NDArray[np.float32], shift: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many pixels each region wins."""
    winner = (odds + shift[:, None].astype(np.float32)).argmax(axis=0)
    return np.bincount(winner, minlength=LABEL_COUNT).astype(np.float64)


def shift_of(odds: NDArray[np.float32], true: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return what every region's log-odds are shifted by so that it is named as often as it is true.

    Parameters
    ----------
    odds : ndarray, shape (LABEL_COUNT, n), float32
        Log-probabilities of pixels.
    true : ndarray, shape (n,), uint8
        What they show.

    Returns
    -------
    ndarray, shape (LABEL_COUNT,), float64
        Against background, whose own is 0.
    """
    shift = np.zeros(LABEL_COUNT)
    wanted = np.bincount(true, minlength=LABEL_COUNT) + LEAST_PX
    for _ in range(ROUNDS):
        shift += STEP * np.log(wanted / (_named(odds, shift) + LEAST_PX))
        shift -= shift[0]
    middle = float(np.median(shift[1:]))
    shift[1:] = np.clip(shift[1:], middle - FURTHEST, middle + FURTHEST)
    return shift


def balanced(draft: Template, people: Iterable[Labelled]) -> dict[str, NDArray[np.float32]]:
    """Return a template's weights with every region named as often as it is true of some people.

    Parameters
    ----------
    draft : Template
        What was learned.
    people : iterable of mapping
        Counts and true labels.

    Returns
    -------
    dict of str to ndarray
        Layers of the network; only the last biases differ.
    """
    odds: dict[int, list[NDArray[np.float32]]] = {0: [], 1: []}
    true: dict[int, list[NDArray[np.uint8]]] = {0: [], 1: []}
    for views in people:
        counts = {side: image for side, (image, _) in views.items()}
        fit = place(counts, (STEP_MM, STEP_MM), draft, SkeletonSettings())
        for side, (_, labels) in views.items():
            index = view_index(side)
            shown = fit.grid.taken(labels.astype(np.float32)).astype(np.uint8)
            chances = fit.seen.chances[index]
            near = (chances[0] < SURE_OF_BACKGROUND) | (shown > 0)
            odds[index].append(np.log(np.maximum(chances[:, near][:, ::EVERY], np.float32(1e-6))))
            true[index].append(shown[near][::EVERY])
    weights = dict(draft.weights)
    for index, name in enumerate(("labels_anterior.bias", "labels_posterior.bias")):
        shift = shift_of(np.concatenate(odds[index], axis=1), np.concatenate(true[index]))
        weights[name] = weights[name] + np.repeat(shift, CELL_PX**2).astype(np.float32)
    return weights
