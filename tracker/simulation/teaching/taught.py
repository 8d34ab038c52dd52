"""What teaching any of the program's networks has in common: blocks, the way through lessons, weights as plain arrays.

A network is a `Teachable`: it says which of its layers are convolutions and which are lines, by the names that its
numpy counterpart gives them. torch is needed for nothing else: ``pip install "bone-scan-tracker[teach]"``.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

Weights = Mapping[str, NDArray[np.float32]]
"""Layers by name, batch normalisation folded in."""

Block = Callable[[int, int], nn.Sequential]
"""Makes one convolution from its numbers of features."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a network learns.

    Parameters
    ----------
    warm_up_steps : int
        Steps until the learning rate is reached.
    held_share : float
        Share of the steps after which it falls, along a cosine.
    least_share : float
        Share of the greatest rate that is left at the end.
    average_decay : float
        Decay per step of the running average of weights that is exported.
    """

    warm_up_steps: int
    held_share: float
    least_share: float
    average_decay: float

    def rate(self, greatest: float, step: int, steps: int) -> float:
        """Return the learning rate of a step.

        Parameters
        ----------
        greatest : float
            Greatest learning rate.
        step, steps : int
            The step, and how many there are.

        Returns
        -------
        float
            Of AdamW.
        """
        fallen = max(0.0, (step / steps - self.held_share) / (1 - self.held_share))
        falling = self.least_share + (1 - self.least_share) / 2 * (1 + np.cos(np.pi * fallen))
        return float(greatest * min(1.0, (step + 1) / self.warm_up_steps) * falling)


class Teachable(nn.Module):  # type: ignore[misc]
    """A network whose layers have names.

    Parameters
    ----------
    block : callable
        Makes one convolution from its numbers of features.
    """

    @abstractmethod
    def __init__(self, block: Block) -> None:
        super().__init__()

    @classmethod
    def fresh(cls) -> Self:
        """Return a network that knows nothing.

        Returns
        -------
        Teachable
            Random weights.
        """
        return cls(fresh_block)

    @classmethod
    def settled(cls, weights: Weights) -> Self:
        """Return a network that knows what was learned before.

        Parameters
        ----------
        weights : mapping of str to ndarray
            Layers as its numpy counterpart names them.

        Returns
        -------
        Teachable
            Gives what the numpy counterpart gives for these weights.
        """
        network = cls(settled_block)
        recall(network, weights)
        return network

    @abstractmethod
    def convolutions(self) -> Iterator[tuple[str, nn.Sequential]]:
        """Yield every block with its name.

        Yields
        ------
        tuple
            Name and block.
        """

    @abstractmethod
    def lines(self) -> Iterator[tuple[str, nn.Conv2d, slice]]:
        """Yield every linear layer with its name and the outputs that are meant.

        Yields
        ------
        tuple
            Name, layer and rows of its weights.
        """


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


def recall(network: Teachable, weights: Weights) -> None:
    """Give a network of settled blocks what was learned before; the inverse of `exported`.

    Parameters
    ----------
    network : Teachable
        Changed in place.
    weights : mapping of str to ndarray
        Layers by name.
    """
    with torch.no_grad():
        for name, block in network.convolutions():
            kernel = torch.from_numpy(weights[f"{name}.kernel"].copy())
            shape = block[0].weight.shape
            block[0].weight.copy_(kernel.reshape(3, 3, shape[1], shape[0]).permute(3, 2, 0, 1))
            block[0].bias.copy_(torch.from_numpy(weights[f"{name}.bias"].copy()))
        for name, layer, rows in network.lines():
            layer.weight[rows, :, 0, 0] = torch.from_numpy(weights[f"{name}.kernel"].T.copy())
            layer.bias[rows] = torch.from_numpy(weights[f"{name}.bias"].copy())


def taught(
    network: Teachable,
    pace: Pace,
    greatest_rate: float,
    loss_of_next: Callable[[], Tensor],
    steps: int,
    told: Callable[[int, float], None],
) -> Weights:
    """Return the weights learned from a stream of lessons.

    Parameters
    ----------
    network : Teachable
        What is taught; changed in place.
    pace : Pace
        How fast.
    greatest_rate : float
        Greatest learning rate.
    loss_of_next : callable
        Returns what the network still gets wrong on the next batch.
    steps : int
        Number of batches.
    told : callable
        Called with step and loss.

    Returns
    -------
    mapping of str to ndarray
        Layers by name.
    """
    network = network.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=greatest_rate, weight_decay=1e-4)
    average = {name: value.clone() for name, value in network.state_dict().items()}
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = pace.rate(greatest_rate, step, steps)
        loss = loss_of_next()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        decay = min(pace.average_decay, (step + 1) / (step + 10))
        for name, value in network.state_dict().items():
            mixed = average[name] * decay + value * (1 - decay) if value.dtype.is_floating_point else value
            average[name] = mixed.detach().clone()
        told(step, float(loss.detach()))
    network.load_state_dict(average)
    return exported(network.eval())


def _folded(block: nn.Sequential) -> tuple[Tensor, Tensor]:
    """Return a block's kernel and bias, its batch normalisation folded in if it has one."""
    convolution, norm = block[0], block[1]
    if not isinstance(norm, nn.BatchNorm2d):
        return convolution.weight, convolution.bias
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return convolution.weight * scale[:, None, None, None], norm.bias - norm.running_mean * scale


def exported(network: Teachable) -> Weights:
    """Return the weights with batch normalisation folded in.

    Parameters
    ----------
    network : Teachable
        In evaluation mode.

    Returns
    -------
    mapping of str to ndarray
        Layers by name.
    """
    out: dict[str, NDArray[np.float32]] = {}
    for name, block in network.convolutions():
        kernel, bias = _folded(block)
        kernel = kernel.permute(2, 3, 1, 0)
        out[f"{name}.kernel"] = kernel.reshape(3, -1, kernel.shape[-1]).detach().numpy()
        out[f"{name}.bias"] = bias.detach().numpy()
    for name, layer, rows in network.lines():
        out[f"{name}.kernel"] = layer.weight[rows, :, 0, 0].T.detach().numpy()
        out[f"{name}.bias"] = layer.bias[rows].detach().numpy()
    return out
