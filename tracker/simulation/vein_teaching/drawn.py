"""Visits of the rougher bodies that the skeleton template was taught about: any uptake, any wear, a vein anywhere.

`tracker.phantom` puts injection sites at two places and wears both elbows alike; a network taught about it alone would
take that for a law.
"""

import numpy as np

from tracker.simulation.teaching.appearance import appearance_of
from tracker.simulation.teaching.frame import Frame
from tracker.simulation.teaching.layers import CANVAS, layers_of
from tracker.simulation.teaching.sites import VEIN_BIT
from tracker.simulation.vein_teaching.visits import COUNTS, EACH, SEED, VeinLesson, lesson_about
from tracker.skeleton.explain import explain
from tracker.skeleton.template import the_template

FIRST_BODY = 70_000
"""Numbers of the bodies begin here: nobody else's lessons are about them."""

FIELD_COLS = 256
"""Columns of the field, template pixels: 0.61 metres."""

SHIFT_COLS = 14
"""The body lies off the middle of the field by up to this much."""

NARROW_SHARE, NARROWEST = 0.4, 190
"""Share of fields that are narrower, and the narrowest, template pixels: arms lie at their edge or beyond."""

ROOM = 0.02
"""Greatest background of the room against the mean of the field."""


def drawn_visits(frame: Frame, number: int) -> list[VeinLesson]:
    """Return the lessons about one body.

    Parameters
    ----------
    frame : Frame
        Reference skeleton.
    number : int
        Which body.

    Returns
    -------
    list of VeinLesson
        `EACH` appearances; fewer where a site lies on no strip.
    """
    rng = np.random.default_rng([SEED, FIRST_BODY + number])
    layers = layers_of(frame, rng)
    lessons: list[VeinLesson | None] = []
    for _ in range(EACH):
        look = appearance_of(layers, frame, rng)
        width = int(rng.integers(NARROWEST, FIELD_COLS)) if rng.random() < NARROW_SHARE else FIELD_COLS
        start = (CANVAS[1] - FIELD_COLS) // 2 + int(rng.integers(-SHIFT_COLS, SHIFT_COLS + 1))
        part = np.s_[..., start : start + FIELD_COLS]
        seen = np.zeros((CANVAS[0], FIELD_COLS), dtype=np.float32)
        seen[:, (FIELD_COLS - width) // 2 : (FIELD_COLS + width) // 2] = 1
        signal = look.views[part] * seen
        signal += rng.uniform(0, ROOM) * signal.mean() * seen
        events = float(np.exp(rng.uniform(*np.log(COUNTS))))
        density = rng.poisson(signal * events / max(float(signal[0].sum()), 1e-6)).astype(np.float32)
        chances = explain(density, the_template()).chances
        labels = np.stack([chances[view].argmax(axis=0).astype(np.uint8) for view in (0, 1)])
        site = np.logical_or.reduce(((look.sites[part] >> VEIN_BIT) & 1) * seen > 0)
        lessons.append(lesson_about(density, labels, site))
    return [lesson for lesson in lessons if lesson is not None]
