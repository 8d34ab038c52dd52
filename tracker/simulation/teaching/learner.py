"""The network in torch: trained here, exported as plain arrays that `tracker.skeleton.network` runs without torch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tracker.records.regions import FINE_LABEL, without_side
from tracker.records.skeleton import Physiologic
from tracker.simulation.teaching.lesson import Lesson
from tracker.simulation.teaching.taught import (
    Block,
    Pace,
    Teachable,
    Weights,
    taught,
)
from tracker.skeleton.network import CELL_PX, LEVELS
from tracker.skeleton.placed import SITES
from tracker.skeleton.template import LABEL_COUNT, LOW_CHANNELS

CHANNELS = (24, 48, 64, 96, 96)
"""Features per level, finest first."""

LIFTED = (24, 24, 32, 48)
"""Features carried up to each level from the coarser one."""

NEAR_SHARE, FAR_SHARE = 0.22, 0.02
"""Share of cells near bone, and of other cells, that a step learns labels from."""

FAR_WEIGHT = 5.0
"""Weight of a cell far from bone."""

UNSEEN_WEIGHT = 0.3
"""Weight of the labels of a view that was not shown: learned from the other one."""

EMPTY_WEIGHT = 0.5
"""Weight of background against bone."""

HARD_REGIONS: dict[str, float] = {
    "hand": 4.0,
    "sternum": 3.5,
    "clavicle": 3.0,
    "forearm": 2.5,
    "scapula": 2.0,
    "foot": 2.0,
}
"""Regions that are few, faint or hidden pixels, and how much more each of these weighs."""

SITE_WEIGHTS: dict[Physiologic, float] = {
    Physiologic.BLADDER: 10.0,
    Physiologic.KIDNEY_LEFT: 5.0,
    Physiologic.KIDNEY_RIGHT: 5.0,
    Physiologic.INJECTION_SITE: 40.0,
    Physiologic.URINE_CONTAMINATION: 40.0,
}
"""Weight of cells inside a physiologic site: small sites would drown among all cells."""

RATE = 3e-3
"""Greatest learning rate (AdamW) of a network that knows nothing."""

FURTHER_RATE = 8e-4
"""Greatest learning rate of a network that is taught further: without batch normalisation, so gentler."""

PACE = Pace(warm_up_steps=30, held_share=0.6, least_share=0.02, average_decay=0.985)
"""How fast it learns."""


class Network(Teachable):
    """The U-Net of `tracker.skeleton.network`, in a form that can learn.

    Parameters
    ----------
    block : callable
        Makes one convolution from its numbers of features.
    """

    def __init__(self, block: Block) -> None:
        super().__init__(block)
        c = CHANNELS
        first = nn.Sequential(block(2 * CELL_PX**2, c[0]))
        deeper = [nn.Sequential(block(c[k - 1], c[k]), block(c[k], c[k])) for k in range(1, LEVELS)]
        self.down = nn.ModuleList([first, *deeper])
        self.middle = block(c[-1], c[-1])
        self.lift = nn.ModuleList([nn.Conv2d(c[k + 1], 4 * LIFTED[k], 1) for k in range(LEVELS - 1)])
        self.up = nn.ModuleList(
            [
                nn.Sequential(block(c[k] + LIFTED[k], c[k]), *([block(c[k], c[k])] if k else []))
                for k in range(LEVELS - 1)
            ]
        )
        self.labels = nn.Conv2d(c[0], 2 * LABEL_COUNT * CELL_PX**2, 1)
        self.low = nn.Conv2d(c[0], len(LOW_CHANNELS) + 2 * len(SITES), 1)

    def forward(self, views: Tensor) -> tuple[Tensor, Tensor]:
        """Return features per cell, and the outputs that are per cell."""
        here = F.pixel_unshuffle(views, CELL_PX)
        kept = []
        for level, stage in enumerate(self.down):
            here = stage(here if level == 0 else F.max_pool2d(here, 2))
            kept.append(here)
        here = self.middle(here)
        for level in reversed(range(LEVELS - 1)):
            here = self.up[level](torch.cat([kept[level], F.pixel_shuffle(self.lift[level](here), 2)], 1))
        return here, self.low(here)

    def convolutions(self) -> Iterator[tuple[str, nn.Sequential]]:
        """Yield every block with its name."""
        for stage, blocks in (("down", self.down), ("up", self.up)):
            for level, pair in enumerate(blocks):
                for letter, block in zip("ab", pair, strict=False):
                    yield f"{stage}{level}{letter}", block
        yield "middlea", self.middle

    def lines(self) -> Iterator[tuple[str, nn.Conv2d, slice]]:
        """Yield every linear layer with its name and the outputs that are meant."""
        for level, lift in enumerate(self.lift):
            yield f"lift{level}", lift, slice(None)
        half = LABEL_COUNT * CELL_PX**2
        yield "labels_anterior", self.labels, slice(0, half)
        yield "labels_posterior", self.labels, slice(half, None)
        yield "low", self.low, slice(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Lessons side by side."""

    views: Tensor
    labels: Tensor
    expected: Tensor
    body: Tensor
    sites: Tensor

    @classmethod
    def of(cls, lessons: list[Lesson]) -> "_Batch":
        """Return lessons stacked."""
        names = ("views", "labels", "expected", "body", "sites")
        return cls(**{n: torch.from_numpy(np.stack([getattr(lesson, n) for lesson in lessons])) for n in names})


def _levels() -> Tensor:
    """Return the weight of every label: background little, regions that are hard to see much."""
    level = torch.ones(LABEL_COUNT)
    level[0] = EMPTY_WEIGHT
    for name, label in FINE_LABEL.items():
        level[label] = HARD_REGIONS.get(without_side(name), 1.0)
    return level


def _label_loss(scores: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """Return cross entropy plus one minus the weighted mean soft Dice of the regions present."""
    log_chance = F.log_softmax(scores, 1)
    level = _levels()
    entropy = -(log_chance.gather(1, truth[:, None])[:, 0] * weight * level[truth]).mean()
    chance = log_chance.exp() * weight[:, None]
    both = torch.zeros(LABEL_COUNT).index_add_(0, truth, chance.gather(1, truth[:, None])[:, 0])
    sizes = chance.sum(0) + torch.zeros(LABEL_COUNT).index_add_(0, truth, weight)
    missed = 1 - (2 * both + 1) / (sizes + 1)
    matters = level[1:] * (torch.bincount(truth, minlength=LABEL_COUNT)[1:] > 0)
    return 2 * entropy + (missed[1:] * matters).sum() / matters.sum().clamp(min=1)


def _site_loss(scores: Tensor, truth: Tensor) -> Tensor:
    """Return cross entropy with the few site cells weighted up, plus one minus the mean soft Dice of sites present."""
    weights = torch.tensor([SITE_WEIGHTS[site] for site in SITES] * 2)[:, None, None]
    entropy = F.binary_cross_entropy_with_logits(scores, truth, pos_weight=weights)
    chance, over = torch.sigmoid(scores), (0, 2, 3)
    dice = (2 * (chance * truth).sum(over) + 20) / ((chance + truth).sum(over) + 20)
    present = truth.sum(over) > 4
    return 5 * entropy + (0.5 * (1 - dice[present]).mean() if present.any() else 0.0)


def _loss(network: Network, batch: _Batch) -> Tensor:
    """Return what the network still gets wrong on a batch."""
    bone = F.max_pool2d((batch.labels.amax(1, keepdim=True) > 0).float(), CELL_PX)
    near = F.max_pool2d(bone, 5, 1, 2)[:, 0] > 0
    drawn = torch.rand(near.shape)
    picked = (near & (drawn < NEAR_SHARE)) | (drawn < FAR_SHARE)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        features, low = network(batch.views.to(memory_format=torch.channels_last))
        cells = features.permute(0, 2, 3, 1)[picked]
        scores = F.linear(cells, network.labels.weight[:, :, 0, 0], network.labels.bias)
    scores, low = scores.float().view(-1, 2, LABEL_COUNT, CELL_PX**2), low.float()
    truth = F.pixel_unshuffle(batch.labels.float(), CELL_PX).unflatten(1, (2, CELL_PX**2))
    truth = truth.permute(0, 3, 4, 1, 2)[picked].long()
    seen = torch.where(batch.views.amax((2, 3)) > 0, 1.0, UNSEEN_WEIGHT)
    weight = (
        seen[:, None, None, :].expand(*picked.shape, 2)[picked] * torch.where(near[picked], 1.0, FAR_WEIGHT)[:, None]
    )
    total = torch.zeros(())
    for view in (0, 1):
        flat = scores[:, view].permute(0, 2, 1).reshape(-1, LABEL_COUNT)
        each = weight[:, view, None].expand(-1, CELL_PX**2).reshape(-1)
        total = total + _label_loss(flat, truth[:, view].reshape(-1), each)
    count = len(LOW_CHANNELS)
    total = total + F.smooth_l1_loss(low[:, 1:count], torch.sqrt(batch.expected), beta=0.1)
    total = total + 0.5 * F.binary_cross_entropy_with_logits(low[:, 0], batch.body)
    return total + _site_loss(low[:, count:], batch.sites)


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
        Layers as `tracker.skeleton.network` names them.
    """
    return taught(network, PACE, greatest_rate, lambda: _loss(network, _Batch.of(lessons())), steps, told)
