"""The focus network in torch: trained here, exported as plain arrays that `tracker.lesions.network` runs without it."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tracker.lesions.network import GROUP, LEVELS
from tracker.simulation.foci_teaching.lesson import Lesson
from tracker.simulation.teaching.taught import (
    Block,
    Pace,
    Teachable,
    Weights,
    taught,
)

CHANNELS = (40, 64, 80, 96)
"""Features per level, finest first."""

LIFTED = (32, 40, 56)
"""Features carried up to each level from the coarser one."""

RATE = 3e-3
"""Greatest learning rate (AdamW); falls along a cosine."""

FURTHER_RATE = 1e-3
"""Greatest learning rate of a network that is taught further: without batch normalisation, so gentler."""

PACE = Pace(warm_up_steps=40, held_share=0.0, least_share=0.01, average_decay=0.99)
"""How fast it learns."""

LESION_WEIGHT = 4.0
"""Weight of cells inside a lesion."""

SHARE_WEIGHT, HIGH_SHARE = 20.0, 0.1
"""Weight of the error of the lesions' share of counts; share from which a cell matters seven times as much."""


class Network(Teachable):
    """The U-Net of `tracker.lesions.network`, in a form that can learn.

    Parameters
    ----------
    block : callable
        Makes one convolution from its numbers of features.
    """

    def __init__(self, block: Block) -> None:
        super().__init__(block)
        c = (2 * GROUP**2, *CHANNELS)
        self.down = nn.ModuleList(
            [nn.Sequential(block(c[k], c[k + 1]), block(c[k + 1], c[k + 1])) for k in range(LEVELS)]
        )
        self.lift = nn.ModuleList([nn.Conv2d(CHANNELS[k + 1], 4 * LIFTED[k], 1) for k in range(LEVELS - 1)])
        self.up = nn.ModuleList([block(CHANNELS[k] + LIFTED[k], CHANNELS[k]) for k in range(LEVELS - 1)])
        self.out = nn.Conv2d(CHANNELS[0], 4 * GROUP**2, 1)
        with torch.no_grad():
            self.out.bias.fill_(-3.0)

    def forward(self, views: Tensor) -> Tensor:
        """Return the log odds of lesions, then of their share of counts, on both views.

        Parameters
        ----------
        views : Tensor, shape (batch, 2, rows, cols)
            Prepared counts.

        Returns
        -------
        Tensor, shape (batch, 4, rows, cols)
            As `tracker.lesions.network.outputs`.
        """
        here = F.pixel_unshuffle(views, GROUP)
        kept = []
        for level, stage in enumerate(self.down):
            here = stage(here if level == 0 else F.max_pool2d(here, 2))
            kept.append(here)
        for level in reversed(range(LEVELS - 1)):
            here = self.up[level](torch.cat([kept[level], F.pixel_shuffle(self.lift[level](here), 2)], 1))
        return F.pixel_shuffle(self.out(here), GROUP)

    def convolutions(self) -> Iterator[tuple[str, nn.Sequential]]:
        """Yield every block with its name.

        Yields
        ------
        tuple
            Name and block.
        """
        for level, pair in enumerate(self.down):
            for letter, block in zip("ab", pair, strict=True):
                yield f"down{level}{letter}", block
        for level, block in enumerate(self.up):
            yield f"up{level}a", block

    def lines(self) -> Iterator[tuple[str, nn.Conv2d, slice]]:
        """Yield every linear layer with its name and the outputs that are meant: all of them.

        Yields
        ------
        tuple
            Name, layer and rows of its weights.
        """
        for level, lift in enumerate(self.lift):
            yield f"lift{level}", lift, slice(None)
        yield "out", self.out, slice(None)


def _loss(network: Network, lessons: list[Lesson]) -> Tensor:
    """Return cross entropy and Dice of lesions, and the squared error of their share."""
    names = ("views", "lesion", "weight", "share", "share_weight")
    views, lesion, weight, share, share_weight = (
        torch.from_numpy(np.stack([getattr(lesson, name) for lesson in lessons])) for name in names
    )
    with torch.autocast("cpu", dtype=torch.bfloat16):
        said = network(views.to(memory_format=torch.channels_last))
    odds, share_said = said[:, :2].float(), torch.sigmoid(said[:, 2:].float())
    inside = (lesion * weight).sum()
    entropy = F.binary_cross_entropy_with_logits(
        odds, lesion, weight=weight * (1 + (LESION_WEIGHT - 1) * lesion), reduction="sum"
    )
    chance = torch.sigmoid(odds) * weight
    dice = (2 * (chance * lesion).sum() + 1) / (chance.sum() + inside + 1)
    matters = share_weight * (1 + 6 * (share > HIGH_SHARE))
    error = ((share_said - share) ** 2 * matters).sum() / matters.sum()
    return entropy / inside.clamp(min=50) + 1 - dice + SHARE_WEIGHT * error


def learn(
    network: Network,
    greatest_rate: float,
    lessons: Callable[[], list[Lesson]],
    steps: int,
    told: Callable[[int, float], None],
) -> Weights:
    """Return the weights learned from a stream of lessons.

    Parameters
    ----------
    network : Network
        What is taught; changed in place.
    greatest_rate : float
        Greatest learning rate.
    lessons : callable
        Returns the next batch.
    steps : int
        Number of batches.
    told : callable
        Called with step and loss.

    Returns
    -------
    mapping of str to ndarray
        Layers as `tracker.lesions.network` names them.
    """
    return taught(network, PACE, greatest_rate, lambda: _loss(network, lessons()), steps, told)
