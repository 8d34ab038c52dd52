"""The focus network in torch: trained here, exported as plain arrays that `tracker.lesions.network` runs without torch.

torch is needed for nothing else: ``pip install "bone-scan-tracker[teach]"``.
"""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from tracker.lesions.network import GROUP, LEVELS
from tracker.simulation.foci_teaching.lesson import Lesson

CHANNELS = (40, 64, 80, 96)
"""Features per level, finest first."""

LIFTED = (32, 40, 56)
"""Features carried up to each level from the coarser one."""

RATE = 3e-3
"""Greatest learning rate (AdamW); falls along a cosine."""

FURTHER_RATE = 1e-3
"""Greatest learning rate of a network that is taught further: without batch normalisation, so gentler."""

AVERAGE_DECAY = 0.99
"""Decay per step of the running average of weights that is exported."""

LESION_WEIGHT = 4.0
"""Weight of cells inside a lesion."""

SHARE_WEIGHT, HIGH_SHARE = 20.0, 0.1
"""Weight of the error of the lesions' share of counts; share from which a cell matters seven times as much."""


Block = Callable[[int, int], nn.Sequential]


def fresh_block(inputs: int, outputs: int) -> nn.Sequential:
    """Return convolution, batch normalisation, rectifier: for a network that knows nothing.

    Parameters
    ----------
    inputs, outputs : int
        Features.

    Returns
    -------
    Sequential
        Three layers.
    """
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


def settled_block(inputs: int, outputs: int) -> nn.Sequential:
    """Return convolution and rectifier: for a network whose batch normalisation has been folded in.

    Parameters
    ----------
    inputs, outputs : int
        Features.

    Returns
    -------
    Sequential
        Two layers.
    """
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(inplace=True))


class Network(nn.Module):  # type: ignore[misc]
    """The U-Net of `tracker.lesions.network`, in a form that can learn.

    Parameters
    ----------
    block : callable
        Makes one convolution from its numbers of features.
    """

    def __init__(self, block: Block) -> None:
        super().__init__()
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


def fresh() -> Network:
    """Return a network that knows nothing.

    Returns
    -------
    Network
        Random weights.
    """
    return Network(fresh_block)


def settled(weights: Mapping[str, NDArray[np.float32]]) -> Network:
    """Return a network that knows what was learned before; the inverse of `exported`.

    Parameters
    ----------
    weights : mapping of str to ndarray
        Layers as `tracker.lesions.network` names them.

    Returns
    -------
    Network
        Gives what `tracker.lesions.network` gives for these weights.
    """
    network = Network(settled_block)
    with torch.no_grad():
        for name, block in _convolutions(network):
            kernel = torch.from_numpy(weights[f"{name}.kernel"].copy())
            shape = block[0].weight.shape
            block[0].weight.copy_(kernel.reshape(3, 3, shape[1], shape[0]).permute(3, 2, 0, 1))
            block[0].bias.copy_(torch.from_numpy(weights[f"{name}.bias"].copy()))
        for name, layer in _lines(network):
            layer.weight[:, :, 0, 0] = torch.from_numpy(weights[f"{name}.kernel"].T.copy())
            layer.bias.copy_(torch.from_numpy(weights[f"{name}.bias"].copy()))
    return network


def learn(
    network: Network,
    greatest_rate: float,
    lessons: Callable[[], list[Lesson]],
    steps: int,
    told: Callable[[int, float], None],
) -> Mapping[str, NDArray[np.float32]]:
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
    network = network.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=greatest_rate, weight_decay=1e-4)
    average = {name: value.clone() for name, value in network.state_dict().items()}
    for step in range(steps):
        rate = greatest_rate * min(1.0, (step + 1) / 40) * (0.01 + 0.495 * (1 + np.cos(np.pi * step / steps)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        loss = _loss(network, lessons())
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        decay = min(AVERAGE_DECAY, (step + 1) / (step + 10))
        for name, value in network.state_dict().items():
            mixed = average[name] * decay + value * (1 - decay) if value.dtype.is_floating_point else value
            average[name] = mixed.detach().clone()
        told(step, float(loss.detach()))
    network.load_state_dict(average)
    return exported(network.eval())


def _convolutions(network: Network) -> Iterator[tuple[str, nn.Sequential]]:
    """Return every block with its name."""
    for level, pair in enumerate(network.down):
        for letter, block in zip("ab", pair, strict=True):
            yield f"down{level}{letter}", block
    for level, block in enumerate(network.up):
        yield f"up{level}a", block


def _lines(network: Network) -> Iterator[tuple[str, nn.Conv2d]]:
    """Return every linear layer with its name."""
    for level, lift in enumerate(network.lift):
        yield f"lift{level}", lift
    yield "out", network.out


def _folded(block: nn.Sequential) -> tuple[Tensor, Tensor]:
    """Return a block's kernel and bias, its batch normalisation folded in if it has one."""
    convolution, norm = block[0], block[1]
    if not isinstance(norm, nn.BatchNorm2d):
        return convolution.weight, convolution.bias
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return convolution.weight * scale[:, None, None, None], norm.bias - norm.running_mean * scale


def exported(network: Network) -> dict[str, NDArray[np.float32]]:
    """Return the weights with batch normalisation folded in.

    Parameters
    ----------
    network : Network
        In evaluation mode.

    Returns
    -------
    dict of str to ndarray
        Layers as `tracker.lesions.network` names them.
    """
    out: dict[str, NDArray[np.float32]] = {}
    for name, block in _convolutions(network):
        kernel, bias = _folded(block)
        kernel = kernel.permute(2, 3, 1, 0)
        out[f"{name}.kernel"] = kernel.reshape(3, -1, kernel.shape[-1]).detach().numpy()
        out[f"{name}.bias"] = bias.detach().numpy()
    for name, layer in _lines(network):
        out[f"{name}.kernel"] = layer.weight[:, :, 0, 0].T.detach().numpy()
        out[f"{name}.bias"] = layer.bias.detach().numpy()
    return out
