"""One lesson: counts as a camera would detect them, and what the network should say about every cell."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.lesions.evidence import body_scale
from tracker.records.lesion import Kind
from tracker.simulation.foci_teaching.scenes import TaughtFocus, TaughtScene

Image = NDArray[np.float32]

FRAME = (448, 128)
"""Rows and columns of cells that a body is laid into."""

SHOWN_ROWS = 256
"""Rows that a lesson shows: mostly head to thigh, where lesions are."""

ANYWHERE_SHARE = 0.3
"""Share of lessons that show any part of the body."""

COUNTS = (0.25, 1.4)
"""Range of counts against two million on the anterior view."""

STRENGTH = (0.45, 1.25)
"""Range of a factor on all lesions of a scene."""

BODY_JITTER, VIEW_JITTER = 0.12, 0.04
"""Logarithmic spread of the body's scale that both views share, and of each view's own."""

ONE_VIEW_SHARE = 0.06
"""How often either view is missing."""

SEEN, HARDLY_SEEN = 2.5, 1.2
"""Contrast-to-noise from which a lesion is to be found, and up to which its place is to be called healthy."""

SHARE_COUNTS = 3.0
"""Counts of a cell at which its share of lesion counts half as much as that of a cell with many."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesson:
    """What goes in and what should come out, each of shape (2, rows, cols).

    Parameters
    ----------
    views : ndarray, float32
        Prepared counts; zero where a view is missing.
    lesion, weight : ndarray, float32
        1 inside a lesion, and how much each cell matters.
    share, share_weight : ndarray, float32
        Share of counts that lesions add, and how much each cell matters.
    """

    views: Image
    lesion: Image
    weight: Image
    share: Image
    share_weight: Image


def lesson_of(scene: TaughtScene, rng: np.random.Generator) -> Lesson:
    """Return a lesson about one scene.

    Parameters
    ----------
    scene : TaughtScene
        What is there.
    rng : Generator
        Source of randomness.

    Returns
    -------
    Lesson
        Other counts, strength, view and side at every call.
    """
    counts = float(np.exp(rng.uniform(*np.log(COUNTS))))
    strength = float(np.exp(rng.uniform(*np.log(STRENGTH))))
    body_jitter = rng.normal(0, BODY_JITTER)
    layers = np.zeros((5, 2, *scene.total.shape[1:]), dtype=np.float32)
    for view in (0, 1):
        added = strength * scene.lesions[view].astype(np.float64)
        mean = np.maximum(scene.total[view] - scene.lesions[view], 0) + added
        mean = np.maximum(mean, 0)
        seen = rng.poisson(counts * mean).astype(np.float32)
        scale = body_scale(seen) * np.exp(body_jitter + rng.normal(0, VIEW_JITTER))
        layers[0, view] = np.sqrt(seen / scale)
        foci = [focus for focus in scene.foci if focus.view == view]
        layers[1, view], layers[2, view] = _answer(mean.shape, foci, counts, strength)
        layers[3, view] = np.clip(added / np.maximum(mean, 1e-3), 0, 0.95)
        layers[4, view] = counts * mean / (counts * mean + SHARE_COUNTS)
    missing = int(rng.random() / ONE_VIEW_SHARE)
    if missing < 2:
        layers[[0, 2, 4], missing] = 0
    framed = _framed(layers, rng)
    return Lesson(**dict(zip(("views", "lesion", "weight", "share", "share_weight"), framed, strict=True)))


def _answer(shape: tuple[int, ...], foci: list[TaughtFocus], counts: float, strength: float) -> tuple[Image, Image]:
    """Return where lesions are to be found, and how much each cell matters."""
    lesion, weight = np.zeros(shape, dtype=np.float32), np.ones(shape, dtype=np.float32)
    for focus in foci:
        if focus.kind is Kind.COLD:
            continue
        total = focus.total + (strength - 1) * focus.added
        contrast_to_noise = strength * focus.added * np.sqrt(counts / max(total, 1e-6))
        at = tuple(focus.cells.T.astype(int))
        if focus.kind is Kind.LESION and not focus.hidden and contrast_to_noise >= SEEN:
            lesion[at], weight[at] = 1, 1
        elif contrast_to_noise > HARDLY_SEEN:
            weight[at] = np.where(lesion[at] > 0, weight[at], 0)
    return lesion, weight


def _framed(layers: Image, rng: np.random.Generator) -> Image:
    """Return layers in a frame of fixed size, cut to the rows shown, mirrored every other time."""
    rows, cols = (min(have, room) for have, room in zip(layers.shape[2:], FRAME, strict=True))
    top = int(np.clip((FRAME[0] - rows) // 2 + rng.integers(-16, 17), 0, FRAME[0] - rows))
    left = int(np.clip((FRAME[1] - cols) // 2 + rng.integers(-3, 4), 0, FRAME[1] - cols))
    framed = np.zeros((*layers.shape[:2], *FRAME), dtype=np.float32)
    framed[..., top : top + rows, left : left + cols] = layers[..., :rows, :cols]
    head = int(np.clip(top + rng.integers(-8, 40), 0, FRAME[0] - SHOWN_ROWS))
    first = int(rng.integers(0, FRAME[0] - SHOWN_ROWS + 1)) if rng.random() < ANYWHERE_SHARE else head
    shown = framed[..., first : first + SHOWN_ROWS, :]
    return np.ascontiguousarray(shown[..., ::-1] if rng.random() < 0.5 else shown)
