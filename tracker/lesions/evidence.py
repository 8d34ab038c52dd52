"""How much each place of a visit looks like a lesion, learned from simulated people with and without lesions.

A network sees both views of one visit at once, as a reader does: what this bone of this person shows beside the place,
on the other side of the body and on the other view. It says *where to look and how sure*; what is found there is
measured against the expectation, with its counting noise. Counts alone go in: no labels, no template, so that an error
of either is not its error. Several networks are asked, each taught further than the one before and on other people, and
each looks another way: at the body as it is, mirrored, or moved by a cell. The mean of their log odds counts: they err
in different places.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import cycle
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from tracker.lesions.network import MULTIPLE, outputs
from tracker.records.foci import Likeness
from tracker.records.view import Projection, View

Image = NDArray[np.float32]

CELL_MM = 4.52
"""Width of a cell, millimetres: what the network was taught on, half the resolution of a camera."""

SEEN_COUNTS = 2.0
"""Counts of a cell above which it takes part in the first idea of the body."""

BODY_SHARE = 0.25
"""Share of the mean of such cells above which smoothed counts are body."""

BODY_PERCENTILE = 75.0
"""Percentile of smoothed counts over the body that is called 1: bone, not yet hot bone."""

WINDOW_CELLS = 5
"""Width of the window that smooths for it."""

LOOKS = ((False, 0), (True, 0), (False, 1), (True, 1))
"""How one network after another looks: whether left and right change places, and by how many cells the body is moved
down and right, so that other cells share a group (`tracker.lesions.network.GROUP`)."""

ALONE_DOUBT = {Projection.ANTERIOR: 1.0, Projection.POSTERIOR: 0.0}
"""Log odds that a view loses where it is all there is: the front alone shows more false lesions than with the back
beside it; seen from behind, most bones lie nearer to the camera. Tuned (simulated people, seeds 1000-1025)."""

WEIGHTS_FILE = "foci.npz"
"""Rebuilt by ``python -m tracker.simulation.foci``."""


@cache
def focus_networks() -> tuple[Mapping[str, Image], ...]:
    """Return the weights of every shipped network by layer name, the longest taught last."""
    with resources.files("tracker.lesions").joinpath("data", WEIGHTS_FILE).open("rb") as file, np.load(file) as held:
        layers: dict[str, dict[str, Image]] = {}
        for name in held.files:
            number, layer = name.split(".", 1)
            layers.setdefault(number, {})[layer] = held[name].astype(np.float32)
    return tuple(MappingProxyType(layers[number]) for number in sorted(layers, key=int))


def visit_evidence(views: Sequence[View]) -> dict[Projection, Likeness]:
    """Return the log odds of a lesion and its share of the counts at every pixel of a visit's views.

    Parameters
    ----------
    views : sequence of View
        One or two views of one visit, as stored.

    Returns
    -------
    dict of Projection to Likeness
        On the stored pixels of each view.
    """
    groups: dict[tuple[int, int], list[View]] = {}
    for view in views:
        groups.setdefault(_cells_shape(view), []).append(view)
    found: dict[Projection, Likeness] = {}
    for shape, members in groups.items():
        found |= _evidence(members, shape)
    return found


def _cells_shape(view: View) -> tuple[int, int]:
    """Return rows and columns of cells that cover a view in the anatomical frame."""
    shape = view.anatomical_counts.shape
    rows, cols = (max(1, round(n * step / CELL_MM)) for n, step in zip(shape, view.anatomical_spacing_mm, strict=True))
    return (rows, cols)


def _evidence(views: Sequence[View], shape: tuple[int, int]) -> dict[Projection, Likeness]:
    """Return the evidence of views that share their cells."""
    padded = tuple(-(-size // MULTIPLE) * MULTIPLE for size in shape)
    stack = np.zeros((len(Projection), *padded), dtype=np.float32)
    order = list(Projection)
    for view in views:
        stack[order.index(view.projection), : shape[0], : shape[1]] = prepared(_cells(view, shape))
    looks = zip(focus_networks(), cycle(LOOKS), strict=False)
    said = np.mean([seen_by(one, look, stack) for one, look in looks], axis=0)[:, : shape[0], : shape[1]]
    found = {}
    for view in views:
        at = order.index(view.projection)
        share = expit(_on_pixels(said[len(order) + at], view))
        doubt = ALONE_DOUBT[view.projection] if len(views) == 1 else 0.0
        odds = _on_pixels(said[at] - doubt, view)
        found[view.projection] = Likeness(odds=odds, lesion_share=share.astype(np.float32))
    return found


def seen_by(weights: Mapping[str, Image], look: tuple[bool, int], stack: Image) -> Image:
    """Return what one network says of every cell when it looks in one way.

    Parameters
    ----------
    weights : mapping of str to ndarray
        The network.
    look : tuple of bool and int
        Of `LOOKS`. What the move pushes over one edge comes in at the other, where nothing is shown as a rule.
    stack : ndarray, shape (2, rows, cols), float32
        Both views, prepared.

    Returns
    -------
    ndarray, shape (4, rows, cols), float32
        As `tracker.lesions.network.outputs`, every cell at its own place.
    """
    mirrored, cells = look
    moved = np.roll(stack, (cells, cells), (1, 2))
    step = -1 if mirrored else 1
    said = outputs(np.ascontiguousarray(moved[..., ::step]), weights)[..., ::step]
    return np.roll(said, (-cells, -cells), (1, 2))


def _on_pixels(said: Image, view: View) -> Image:
    """Return what is said of cells on the stored pixels of a view."""
    rows, cols = view.anatomical_counts.shape
    fine = cv2.resize(np.ascontiguousarray(said), (cols, rows), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(view.orientation.to_stored(np.asarray(fine)), dtype=np.float32)


def _cells(view: View, shape: tuple[int, int]) -> Image:
    """Return the counts of every cell, anatomical frame."""
    counts = np.ascontiguousarray(view.anatomical_counts, dtype=np.float32)
    share = counts.size / (shape[0] * shape[1])
    return np.asarray(cv2.resize(counts, shape[::-1], interpolation=cv2.INTER_AREA) * share, dtype=np.float32)


def prepared(cells: Image) -> Image:
    """Return counts per cell as the network wants them: the square root of counts over the body's own scale.

    Parameters
    ----------
    cells : ndarray, shape (rows, cols), float32
        Counts per cell of one view.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        Noise of the same size everywhere; 1 at the usual bone of this body.
    """
    return np.sqrt(np.maximum(cells, 0) / body_scale(cells))


def body_scale(cells: Image) -> float:
    """Return the counts per cell that are called 1.

    Parameters
    ----------
    cells : ndarray, shape (rows, cols), float32
        Counts per cell of one view.

    Returns
    -------
    float
        At least 1.
    """
    seen = cells[cells > SEEN_COUNTS]
    if not seen.size:
        return 1.0
    smoothed = cv2.blur(np.ascontiguousarray(cells), (WINDOW_CELLS, WINDOW_CELLS), borderType=cv2.BORDER_REFLECT)
    body = smoothed[smoothed > BODY_SHARE * seen.mean()]
    return max(1.0, float(np.percentile(body, BODY_PERCENTILE))) if body.size else 1.0
