"""Rebuild the skeleton template: ``python -m tracker.simulation.template --out FILE``.

Draws bodies, teaches the network lessons about them (`tracker.simulation.teaching`), settles how readily each region is
named, measures the usual area of every region and how much healthy people differ from what the template expects, and
writes one file of plain arrays. Takes one to two hours on one processor core; needs torch
(``pip install "bone-scan-tracker[teach]"``). The shipped file was taught in several such runs (``--further``), each
from the one before and about other bodies. Such a run keeps half of the template it starts from (`midway`): what other
bodies taught is added, and what a scan unlike all lessons relied on stays.
"""

import argparse
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import Queue, get_context
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress

from tracker.phantom import (
    Scene,
    expected_images,
    observed_views,
    sample_conditions,
    sample_person,
    sample_pose,
    shape_of,
)
from tracker.phantom.truth import region_labels
from tracker.records.view import Projection, View
from tracker.settings.phantom import Camera
from tracker.settings.skeleton import SkeletonSettings
from tracker.simulation.teaching.appearance import appearance_of
from tracker.simulation.teaching.balance import Labelled, balanced
from tracker.simulation.teaching.frame import reference_frame
from tracker.simulation.teaching.layers import Layers, layers_of
from tracker.simulation.teaching.lesson import Lesson, lesson_of
from tracker.skeleton.fit import place
from tracker.skeleton.template import FORMAT, LABEL_COUNT, STEP_MM, TEMPLATE_FILE, Template, the_template

SEED = 1000
"""Everything drawn follows from it; within the tuning seeds."""

BODIES = 900
"""Different bodies that lessons are drawn about."""

BATCH = 4
"""Lessons per step, two about each body drawn."""

STEPS = 4000
"""Steps of learning."""

AHEAD = 8
"""Batches that wait to be taught."""

HEALTHY_PEOPLE = 24
"""Simulated healthy people that spread and areas are measured on."""

LEAST_SPREAD = 0.10
"""No region is taken to differ less than this between people: planar region ratios of healthy adults spread 10-20 %."""

FAIR_COUNTS = 3.0e6
"""Counts of the healthy people measured, so that counting noise does not enter their spread."""

BALANCE_PEOPLE = 40
"""Simulated people that how readily each region is named is settled on."""

USUAL_COUNTS = (0.5e6, 3.0e6)
"""Counts of their anterior views, log-uniform."""

KEPT_SHARE = 0.5
"""Share of the weights from before that stays when a template is taught further. Tuned: on simulated people (seeds
1000-1199) the mean names bones as well as the network taught further, on the real scan better than either."""

TEMPLATE_CAMERA = Camera(shape=(880, 230), spacing_mm=(STEP_MM, STEP_MM))
"""A camera whose pixels are the template's."""


def lesson_stream(bodies: list[Layers], seed: int) -> Callable[[], list[Lesson]]:
    """Return a function that gives the next batch.

    Parameters
    ----------
    bodies : list of Layers
        Bodies to draw from.
    seed : int
        Everything follows from it.

    Returns
    -------
    callable
        Returns `BATCH` lessons.
    """
    rng = np.random.default_rng(seed)
    frame = reference_frame()

    def batch() -> list[Lesson]:
        lessons: list[Lesson] = []
        while len(lessons) < BATCH:
            layers = bodies[int(rng.integers(len(bodies)))]
            look = appearance_of(layers, frame, rng)
            lessons += [lesson_of(layers, look, rng) for _ in (0, 1)]
        return lessons

    return batch


def _draw_ahead(batch: Callable[[], list[Lesson]], waiting: "Queue[list[Lesson]]") -> None:
    """Draw lessons for ever."""
    while True:
        waiting.put(batch())


@contextmanager
def drawn_ahead(batch: Callable[[], list[Lesson]]) -> Iterator[Callable[[], list[Lesson]]]:
    """Return the same batches in the same order, drawn by a second process meanwhile.

    Parameters
    ----------
    batch : callable
        Returns the next batch.

    Yields
    ------
    callable
        Returns the next batch.
    """
    forked = get_context("fork")
    waiting: Queue[list[Lesson]] = forked.Queue(maxsize=AHEAD)
    drawing = forked.Process(target=_draw_ahead, args=(batch, waiting), daemon=True)
    drawing.start()
    try:
        yield waiting.get
    finally:
        drawing.terminate()


def _anatomical(views: Iterable[View]) -> dict[Projection, NDArray[np.float64]]:
    """Return the counts of views, anatomical frame."""
    return {view.projection: np.ascontiguousarray(view.anatomical_counts) for view in views}


def _healthy_people(count: int) -> Iterator[tuple[Mapping[Projection, NDArray[np.float64]], Camera]]:
    """Return counts of healthy people, anatomical frame."""
    for number in range(count):
        rng = np.random.default_rng([SEED, number])
        conditions = replace(sample_conditions(rng), anterior_counts=FAIR_COUNTS, injection=None, contamination=())
        scene = Scene(shape=shape_of(sample_person(rng)), pose=sample_pose(rng), conditions=conditions)
        camera = Camera()
        yield _anatomical(observed_views(expected_images(scene, camera), rng)), camera


def _usual_people(count: int) -> Iterator[Labelled]:
    """Return counts and true labels of people as they come, anatomical frame, on the template's pixels."""
    for number in range(count):
        rng = np.random.default_rng([SEED, HEALTHY_PEOPLE + number])
        counts = float(np.exp(rng.uniform(*np.log(USUAL_COUNTS))))
        conditions = replace(sample_conditions(rng), anterior_counts=counts)
        scene = Scene(shape=shape_of(sample_person(rng)), pose=sample_pose(rng), conditions=conditions)
        expected = expected_images(scene, TEMPLATE_CAMERA)
        seen = _anatomical(observed_views(expected, rng))
        yield {view.projection: (seen[view.projection], region_labels(expected, view)) for view in expected.views}


def midway(
    before: Mapping[str, NDArray[np.float32]], after: Mapping[str, NDArray[np.float32]]
) -> dict[str, NDArray[np.float32]]:
    """Return the mean of the weights before and after further teaching.

    Parameters
    ----------
    before, after : mapping of str to ndarray
        Layers of one network.

    Returns
    -------
    dict of str to ndarray
        `KEPT_SHARE` of the first and the rest of the second.

    References
    ----------
    A network taught further and then averaged with what it was keeps what it knew of images unlike the new lessons:
    Wortsman et al., Robust fine-tuning of zero-shot models, 2022 (arXiv:2109.01903).
    """
    return {
        name: np.asarray(KEPT_SHARE * before[name] + (1 - KEPT_SHARE) * learned, dtype=np.float32)
        for name, learned in after.items()
    }


def measured(weights: Mapping[str, NDArray[np.float32]], version: str) -> Template:
    """Return the template with its regions balanced, and spread and areas measured on healthy people.

    Parameters
    ----------
    weights : mapping of str to ndarray
        Layers of the network.
    version : str
        Name of this build.

    Returns
    -------
    Template
        Ready to be written.
    """
    blank = np.full(LABEL_COUNT, 0.2, dtype=np.float32)
    share = np.full((2, LABEL_COUNT), 1 / LABEL_COUNT, dtype=np.float32)
    draft = Template(version=version, weights=MappingProxyType(dict(weights)), relative_spread=blank, area_share=share)
    draft = replace(draft, weights=MappingProxyType(balanced(draft, _usual_people(BALANCE_PEOPLE))))
    areas = np.zeros((2, LABEL_COUNT))
    ratios: list[list[NDArray[np.float64]]] = [[] for _ in range(LABEL_COUNT)]
    for counts, camera in _healthy_people(HEALTHY_PEOPLE):
        fit = place(counts, camera.spacing_mm, draft, SkeletonSettings())
        for index, view in enumerate(fit.views):
            areas[index] += np.bincount(view.labels.ravel(), minlength=LABEL_COUNT)
            inside = view.body & (view.physiologic == 0)
            ratio = np.log(np.maximum(counts[view.projection], 0.5) / view.expected)
            ratio -= np.median(ratio[inside & (view.labels > 0)])
            for label in range(LABEL_COUNT):
                mine = inside & (view.labels == label)
                if mine.any():
                    ratios[label].append(ratio[mine] - 0.0)
    areas[:, 0] = 0
    return replace(
        draft,
        relative_spread=np.array([_spread(found) for found in ratios], dtype=np.float32),
        area_share=(areas / areas.sum(axis=1, keepdims=True)).astype(np.float32),
    )


def _spread(found: list[NDArray[np.float64]]) -> float:
    """Return the robust spread between people of a region's median log ratio, at least `LEAST_SPREAD`."""
    if len(found) < 4:
        return 2 * LEAST_SPREAD
    medians = np.array([np.median(ratio) for ratio in found])
    return max(LEAST_SPREAD, 1.4826 * float(np.median(np.abs(medians))))


def write(template: Template, path: Path) -> None:
    """Write a template file.

    Parameters
    ----------
    template : Template
        What was learned.
    path : Path
        The file.
    """
    arrays: dict[str, Any] = {
        f"net.{name}": array.astype(np.float16 if name.endswith(".kernel") else np.float32)
        for name, array in template.weights.items()
    }
    arrays["format"] = np.int64(FORMAT)
    arrays["version"] = np.array(template.version)
    arrays["relative_spread"] = template.relative_spread
    arrays["area_share"] = template.area_share
    np.savez_compressed(path, **arrays)


def rebuild(path: Path, version: str, bodies: int, steps: int, before: Template | None) -> None:
    """Draw, teach, measure, write.

    Parameters
    ----------
    path : Path
        The file to write.
    version : str
        Name of this build.
    bodies : int
        Different bodies drawn.
    steps : int
        Steps of learning.
    before : Template or None
        Taught further, about other bodies than before, if given; half of it stays.
    """
    import torch

    from tracker.simulation.teaching.learner import FURTHER_RATE, RATE, Network, learn

    frame = reference_frame()
    seed = SEED if before is None else SEED + zlib.crc32(before.version.encode())
    with Progress() as progress:
        drawn = progress.add_task("bodies", total=bodies)
        people: list[Layers] = []
        for number in range(bodies):
            people.append(layers_of(frame, np.random.default_rng([seed, number])))
            progress.advance(drawn)
        learning = progress.add_task("lessons", total=steps)

        def told(step: int, loss: float) -> None:
            progress.update(learning, completed=step + 1, description=f"lessons, loss {loss:.3f}")

        with drawn_ahead(lesson_stream(people, seed)) as lessons:
            torch.manual_seed(seed)
            if before is None:
                weights = learn(Network.fresh(), RATE, lessons, steps, told)
            else:
                learned = learn(Network.settled(before.weights), FURTHER_RATE, lessons, steps, told)
                weights = midway(before.weights, learned)
    write(measured(weights, version), path)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=TEMPLATE_FILE)
    parser.add_argument("--version", default="1")
    parser.add_argument("--bodies", type=int, default=BODIES)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--further", action="store_true", help="teach the shipped template further")
    chosen = parser.parse_args()
    rebuild(chosen.out, chosen.version, chosen.bodies, chosen.steps, the_template() if chosen.further else None)


if __name__ == "__main__":
    main()
