"""Teach the network that finds injection sites: ``python -m tracker.simulation.veins --out FILE``.

Simulates visits with and without an injection site (`tracker.simulation.vein_teaching`), teaches, and writes one file
of plain arrays. Takes a quarter of an hour on one processor core; needs torch
(``pip install "bone-scan-tracker[teach]"``).
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.progress import Progress

from tracker.simulation.teaching.frame import reference_frame
from tracker.simulation.vein_teaching.drawn import drawn_visits
from tracker.simulation.vein_teaching.visits import SEED, VeinLesson, visits_of
from tracker.skeleton.vein import VEIN_FILE

PEOPLE = 170
"""Different people that lessons are about."""

BODIES = 145
"""Different bodies of the rougher kind."""

STEPS = 1000
"""Steps of learning."""


def rebuild(path: Path, lessons: Sequence[VeinLesson], steps: int) -> None:
    """Teach and write.

    Parameters
    ----------
    path : Path
        The file to write.
    lessons : sequence of VeinLesson
        What is taught.
    steps : int
        Steps of learning.
    """
    import torch

    from tracker.simulation.vein_teaching.learner import learn

    torch.manual_seed(SEED)
    with Progress() as progress:
        learning = progress.add_task("lessons", total=steps)

        def told(step: int, loss: float) -> None:
            progress.update(learning, completed=step + 1, description=f"lessons, loss {loss:.3f}")

        weights = learn(lessons, steps, np.random.default_rng(SEED), told)
    arrays = {
        name: array.astype(np.float16 if name.endswith(".kernel") else np.float32) for name, array in weights.items()
    }
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=VEIN_FILE)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--bodies", type=int, default=BODIES)
    parser.add_argument("--steps", type=int, default=STEPS)
    chosen = parser.parse_args()
    with Progress() as progress:
        people = progress.track(range(chosen.people), description="people")
        lessons = [lesson for number in people for lesson in visits_of(number)]
        bodies = progress.track(range(chosen.bodies), description="bodies")
        lessons += [lesson for number in bodies for lesson in drawn_visits(reference_frame(), number)]
    rebuild(chosen.out, lessons, chosen.steps)


if __name__ == "__main__":
    main()
