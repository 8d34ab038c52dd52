"""Rebuild the focus network: ``python -m tracker.simulation.foci --out FILE``.

Draws people with lesions, from the phantom, from a coarser model that knows nothing of it, and with strokes, teaches
the network lessons about them (`tracker.simulation.foci_teaching`), and writes one file of plain arrays. Takes about
an hour on one processor core; needs torch (``pip install "bone-scan-tracker[teach]"``).
"""

import argparse
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress

from tracker.lesions.evidence import focus_networks
from tracker.simulation.foci_teaching.drawn import drawn_scene
from tracker.simulation.foci_teaching.foreign import foreign_scene
from tracker.simulation.foci_teaching.lesson import Lesson, lesson_of
from tracker.simulation.foci_teaching.scenes import TaughtScene, scenes_of
from tracker.simulation.teaching.frame import reference_frame
from tracker.simulation.teaching.layers import layers_of

SEED = 1100
"""Everything drawn follows from it; within the tuning seeds."""

PEOPLE = 360
"""People of the phantom that lessons are drawn about."""

FOREIGN = 450
"""Bodies that the phantom does not draw, each as one projected and one drawn scene."""

FOREIGN_SHARE, DRAWN_SHARE = 0.27, 0.18
"""Share of lessons about either kind of scene."""

BATCH = 6
"""Lessons per step."""

STEPS = 15000
"""Steps of learning."""


def _foreign(seed: int, number: int) -> tuple[TaughtScene, TaughtScene]:
    """Return the projected and the drawn scene of a body that the phantom does not draw."""
    frame, rng = reference_frame(), np.random.default_rng([seed, number])
    layers = layers_of(frame, rng)
    return foreign_scene(layers, frame, rng), drawn_scene(layers, rng)


def _mark(weights: Mapping[str, NDArray[np.float32]]) -> int:
    """Return a number that tells one set of weights from another."""
    return zlib.crc32(np.ascontiguousarray(weights["out.bias"]).tobytes())


def rebuild(
    path: Path, people: int, foreign: int, steps: int, before: Sequence[Mapping[str, NDArray[np.float32]]]
) -> None:
    """Draw, teach, write.

    Parameters
    ----------
    path : Path
        File to write.
    people : int
        Simulated people of the phantom.
    foreign : int
        Other bodies, each as one projected and one drawn scene; may be 0.
    steps : int
        Steps of learning.
    before : sequence of mapping of str to ndarray
        Networks that are kept; the last of them is taught further, about other people than before.
    """
    import torch

    from tracker.simulation.foci_teaching.learner import FURTHER_RATE, RATE, Network, learn

    seed = SEED + _mark(before[-1]) if before else SEED
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    with Progress() as progress:
        drawing = progress.add_task("people", total=people + foreign)
        own: list[TaughtScene] = []
        for number in range(people):
            own += scenes_of([seed, number])
            progress.advance(drawing)
        pairs = []
        for number in range(foreign):
            pairs.append(_foreign(seed, number))
            progress.advance(drawing)
        kinds = (own, [projected for projected, _ in pairs], [drawn for _, drawn in pairs])
        shares = np.array([1 - FOREIGN_SHARE - DRAWN_SHARE, FOREIGN_SHARE, DRAWN_SHARE])
        chances = np.where([bool(scenes) for scenes in kinds], shares, 0.0)
        chances /= chances.sum()

        def lesson() -> Lesson:
            scenes = kinds[int(rng.choice(len(kinds), p=chances))]
            return lesson_of(scenes[int(rng.integers(len(scenes)))], rng)

        def lessons() -> list[Lesson]:
            return [lesson() for _ in range(BATCH)]

        task = progress.add_task("learning", total=steps)

        def told(step: int, loss: float) -> None:
            progress.update(task, completed=step + 1, description=f"loss {loss:.2f}")

        if before:
            weights = learn(Network.settled(before[-1]), FURTHER_RATE, lessons, steps, told)
        else:
            weights = learn(Network.fresh(), RATE, lessons, steps, told)
    arrays: dict[str, Any] = {
        f"{number}.{name}": layer.astype(np.float16)
        for number, network in enumerate((*before, weights))
        for name, layer in network.items()
    }
    np.savez_compressed(path, **arrays)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--foreign", type=int, default=FOREIGN)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--further", action="store_true", help="teach the last shipped network further and keep all")
    chosen = parser.parse_args()
    before = focus_networks() if chosen.further else ()
    rebuild(chosen.out, chosen.people, chosen.foreign, chosen.steps, before)


if __name__ == "__main__":
    main()
