"""The network of `tracker.skeleton.vein` in torch: trained here, exported as plain arrays."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tracker.simulation.teaching.taught import Block, Pace, Teachable, Weights, taught
from tracker.simulation.vein_teaching.visits import VeinLesson
from tracker.skeleton.vein import CELL_PX, CHANNELS, LEVELS

FEATURES = (16, 24, 32)
"""Features per level, finest first."""

BATCH = 16
"""Lessons per step."""

RATE = 2e-3
"""Greatest learning rate (AdamW)."""

PACE = Pace(warm_up_steps=50, held_share=0.0, least_share=0.02, average_decay=0.98)
"""How fast it learns."""

SHIFT_CELLS = 3
"""Strips are moved along the arm by up to this many cells: joints are never found exactly."""

GAIN_SD = 0.1
"""Spread of a random gain of what is compared with usual bone and with the other arm, by view."""

ONE_VIEW_SHARE = 0.2
"""Share of lessons that show one view only."""

COMPARED = 8
"""The first channels compare counts: even ones of the anterior view, odd ones of the posterior view."""

SELDOM = -4.0
"""Log-odds of a cell before anything is learned: of a thousand cells hardly one is a site."""


class Network(Teachable):
    """The network of `tracker.skeleton.vein`, in a form that can learn.

    Parameters
    ----------
    block : callable
        Makes one convolution from its numbers of features.
    """

    def __init__(self, block: Block) -> None:
        super().__init__(block)
        first = nn.Sequential(block(CHANNELS, FEATURES[0]))
        deeper = [
            nn.Sequential(block(FEATURES[level - 1], FEATURES[level]), block(FEATURES[level], FEATURES[level]))
            for level in range(1, LEVELS)
        ]
        self.down = nn.ModuleList([first, *deeper])
        self.place = nn.Conv2d(FEATURES[-1], 1, 1)
        nn.init.constant_(self.place.bias, SELDOM)

    def forward(self, arms: Tensor) -> Tensor:
        """Return log-odds of both arms of every lesson.

        Parameters
        ----------
        arms : Tensor, shape (lessons, 2, rows, cols, CHANNELS)
            What the network sees.

        Returns
        -------
        Tensor, shape (lessons, 2, rows / CELL_PX, cols / CELL_PX)
            Per cell.
        """
        here = arms.flatten(0, 1).permute(0, 3, 1, 2)
        for level, stage in enumerate(self.down):
            here = stage(here if level == 0 else F.max_pool2d(here, 2))
        return self.place(here)[:, 0].unflatten(0, arms.shape[:2])

    def convolutions(self) -> Iterator[tuple[str, nn.Sequential]]:
        """Yield every block with its name.

        Yields
        ------
        tuple
            Name and block.
        """
        for level, blocks in enumerate(self.down):
            for letter, block in zip("ab", blocks, strict=False):
                yield f"down{level}{letter}", block

    def lines(self) -> Iterator[tuple[str, nn.Conv2d, slice]]:
        """Yield the one linear layer.

        Yields
        ------
        tuple
            Name, layer and rows of its weights.
        """
        yield "place", self.place, slice(None)


def _varied(channels: Tensor, accepted: Tensor, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Return a batch moved along the arm, at another gain, some of it with one view only."""
    cells = int(rng.integers(-SHIFT_CELLS, SHIFT_CELLS + 1))
    channels, accepted = torch.roll(channels, cells * CELL_PX, 2), torch.roll(accepted, cells, 2)
    gain = 1 + GAIN_SD * rng.normal(size=(len(channels), 1, 1, 1, 2))
    channels[..., :COMPARED] *= torch.from_numpy(np.tile(gain, COMPARED // 2).astype(np.float32))
    for lesson in np.flatnonzero(rng.random(len(channels)) < ONE_VIEW_SHARE):
        channels[lesson, ..., int(rng.integers(2)) : COMPARED : 2] = 0
    return channels, accepted


def _loss(odds: Tensor, accepted: Tensor) -> Tensor:
    """Return how unlikely the right answers are called: one cell of either arm, or none at all."""
    none = torch.zeros(len(odds), 1)
    chances = F.log_softmax(torch.cat([odds.flatten(1), none], dim=1), dim=1)
    right = torch.cat([accepted.flatten(1), ~accepted.flatten(1).any(dim=1, keepdim=True)], dim=1)
    return -torch.logsumexp(chances.masked_fill(~right, -torch.inf), dim=1).mean()


def learn(
    lessons: Sequence[VeinLesson], steps: int, rng: np.random.Generator, told: Callable[[int, float], None]
) -> Weights:
    """Return the weights learned.

    Parameters
    ----------
    lessons : sequence of VeinLesson
        Each is shown many times.
    steps : int
        Number of batches.
    rng : Generator
        Source of the order and of variation.
    told : callable
        Called with step and loss.

    Returns
    -------
    mapping of str to ndarray
        Layers as `tracker.skeleton.vein` names them.
    """
    network = Network.fresh()
    order: list[int] = []

    def loss_of_next() -> Tensor:
        while len(order) < BATCH:
            order.extend(int(at) for at in rng.permutation(len(lessons)))
        drawn = [lessons[order.pop()] for _ in range(BATCH)]
        channels = torch.from_numpy(np.stack([lesson.channels for lesson in drawn])).float()
        accepted = torch.from_numpy(np.stack([lesson.accepted for lesson in drawn]))
        channels, accepted = _varied(channels, accepted, rng)
        return _loss(network(channels), accepted)

    return taught(network, PACE, RATE, loss_of_next, steps, told)
