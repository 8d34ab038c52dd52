"""Rebuild the focus network: ``python -m tracker.simulation.foci --out FILE``.

Draws people with lesions, teaches the network lessons about them (`tracker.simulation.foci_teaching`), and writes one
file of plain arrays. Takes about an hour on one processor core; needs torch
(``pip install "bone-scan-tracker[teach]"``).
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import Progress

from tracker.simulation.foci_teaching.lesson import Lesson, lesson_of
from tracker.simulation.foci_teaching.scenes import scenes_of

SEED = 1100
"""First person; all lie within the tuning seeds."""

PEOPLE = 500
"""People that lessons are drawn about."""

BATCH = 4
"""Lessons per step."""

STEPS = 6000
"""Steps of learning."""


def rebuild(path: Path, people: int, steps: int) -> None:
    """Write a newly taught network.

    Parameters
    ----------
    path : Path
        File to write.
    people : int
        Simulated people.
    steps : int
        Steps of learning.
    """
    from tracker.simulation.foci_teaching.learner import learn  # noqa: PLC0415 - torch, for whoever rebuilds alone

    rng = np.random.default_rng(SEED)
    with Progress() as progress:
        drawing = progress.add_task("people", total=people)
        scenes = []
        for seed in range(SEED, SEED + people):
            scenes += scenes_of(seed)
            progress.advance(drawing)

        def lessons() -> list[Lesson]:
            return [lesson_of(scenes[int(rng.integers(len(scenes)))], rng) for _ in range(BATCH)]

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
    parser.add_argument("--steps", type=int, default=STEPS)
    chosen = parser.parse_args()
    rebuild(chosen.out, chosen.people, chosen.steps)


if __name__ == "__main__":
    main()
