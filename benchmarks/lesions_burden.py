"""The true burden of simulated people: how much of the skeleton lesions hold, and lesions of a burden asked for."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tracker.phantom import PlantedLesion, Shape
from tracker.phantom.lesions import lesion_weight
from tracker.records.regions import FINE_REGIONS
from tracker.skeleton import mass_fractions

SMALLEST, LARGEST = 0.4, 2.6
"""Factors on the diameters of lesions between which a burden is sought."""

HALVINGS = 12
"""Times that interval is halved: to a thousandth of the diameter."""


def of_burden(shape: Shape, lesions: Sequence[PlantedLesion], burden_pct: float) -> tuple[PlantedLesion, ...]:
    """Return lesions at the same places, larger or smaller by one factor, that hold a share of the skeleton.

    Parameters
    ----------
    shape : Shape
        The person.
    lesions : sequence of PlantedLesion
        As drawn.
    burden_pct : float
        Percent of the skeleton that they shall hold at the first visit.

    Returns
    -------
    tuple of PlantedLesion
        As near to that as the factors allow.
    """
    least, most = SMALLEST, LARGEST
    for _ in range(HALVINGS):
        middle = (least + most) / 2
        enough = true_burden_pct(shape, _scaled(lesions, middle), 0) >= burden_pct
        least, most = (least, middle) if enough else (middle, most)
    return _scaled(lesions, (least + most) / 2)


def _scaled(lesions: Sequence[PlantedLesion], factor: float) -> tuple[PlantedLesion, ...]:
    """Return lesions with all diameters multiplied."""
    return tuple(
        replace(one, states=tuple(replace(state, size_factor=state.size_factor * factor) for state in one.states))
        for one in lesions
    )


def true_burden_pct(shape: Shape, lesions: Sequence[PlantedLesion], visit: int) -> float:
    """Return the share of the skeleton's mass that lesions hold at one visit.

    Parameters
    ----------
    shape : Shape
        The person.
    lesions : sequence of PlantedLesion
        Those that are there.
    visit : int
        Which visit.

    Returns
    -------
    float
        Percent: of every region its share of volume inside any lesion, weighted by its share of skeletal mass.
    """
    volume, inside = shape.skeleton.volume_mm3, np.zeros(len(shape.skeleton.volume_mm3))
    for lesion in lesions:
        index, weight = lesion_weight(shape, lesion, lesion.states[visit].size_factor)
        inside[index] = np.maximum(inside[index], weight)
    whole = np.array(["", *(region.whole for region in FINE_REGIONS)])[shape.skeleton.label]
    return 100 * float(
        sum(
            share * (inside * volume)[whole == name].sum() / volume[whole == name].sum()
            for name, share in mass_fractions().items()
            if (whole == name).any()
        )
    )
