"""Rebuild the focus network: ``python -m tracker.simulation.foci --out FILE``.

Draws people with lesions, from the phantom and from a coarser model that knows nothing of it, teaches the network
lessons about them (`tracker.simulation.foci_teaching`), and writes one file of plain arrays. Takes about an hour on
one processor core; needs torch (``pip install "bone-scan-tracker[teach]"``).
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import Progress

from tracker.simulation.foci_teaching.foreign import foreign_scene
from tracker.simulation.foci_teaching.lesson import Lesson, lesson_of
from tracker.simulation.foci_teaching.scenes import TaughtScene, scenes_of
from tracker.simulation.teaching.frame import reference_frame
from tracker.simulation.teaching.layers import layers_of

SEED = 1100
"""First person; all lie within the tuning seeds."""

PEOPLE = 650
"""People of the phantom that lessons are drawn about."""

FOREIGN = 900
"""Scenes of bodies that the phantom does not draw."""

FOREIGN_SHARE = 0.4
"""Share of lessons about these."""

BATCH = 6
"""Lessons per step."""

STEPS = 15000
"""Steps of learning."""


def _foreign(number: int) -> TaughtScene:
    """Return one scene of a body that the phantom does not draw."""
    frame, rng = reference_frame(), np.random.default_rng([SEED, number])
    return foreign_scene(layers_of(frame, rng), frame, rng)


def rebuild(path: Path, people: int, foreign: int, steps: int) -> None:
    """Write a newly taught network.

    Parameters
    ----------
    path : Path
        File to write.
    people : int
        Simulated people of the phantom.
    foreign : int
        Scenes of other bodies.
    steps : int
        Steps of learning.
    """
    from tracker.simulation.foci_teaching.learner import learn  # noqa: PLC0415 - torch, for whoever rebuilds alone

    rng = np.random.default_rng(SEED)
    with Progress() as progress:
        drawing = progress.add_task("people", total=people + foreign)
        own: list[TaughtScene] = []
        for seed in range(SEED, SEED + people):
            own += scenes_of(seed)
            progress.advance(drawing)
        others: list[TaughtScene] = []
        for number in range(foreign):
            others.append(_foreign(number))
            progress.advance(drawing)

        def lesson() -> Lesson:
            scenes = others if others and rng.random() < FOREIGN_SHARE else own
            return lesson_of(scenes[int(rng.integers(len(scenes)))], rng)

        def lessons() -> list[Lesson]:
            return [lesson() for _ in range(BATCH)]

        task = progress.add_task("learning", total=steps)

        def told(step: int, loss: float) -> None:
            progress.update(task, completed=step + 1, description=f"loss {loss:.2f}")

        weights = learn(lessons, steps, SEED, told)
    arrays: dict[str, Any] = {name: layer.astype(np.float16) for name, layer in weights.items()}
    np.savez_compressed(path, **arrays)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--foreign", type=int, default=FOREIGN)
    parser.add_argument("--steps", type=int, default=STEPS)
    chosen = parser.parse_args()
    rebuild(chosen.out, chosen.people, chosen.foreign, chosen.steps)


if __name__ == "__main__":
    main()
