"""The closed vocabulary of skeletal regions, and the numbers that label images carry.

Two levels. ``WHOLE`` is the level at which changes are tested; ``FINE`` splits the thoracic spine and the femora.
Label images hold *fine* numbers; a region without fine parts has one number that serves both levels.
Names are closed (tables rely on them): base name, part, side last, such as ``femur_proximal_left``.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

MIDLINE_REGIONS: tuple[str, ...] = (
    "skull",
    "mandible",
    "cervical_spine",
    "thoracic_spine",
    "lumbar_spine",
    "sacrum",
    "sternum",
)
"""Unpaired regions, whole level, head to foot."""

PAIRED_REGIONS: tuple[str, ...] = (
    "clavicle",
    "scapula",
    "ribs",
    "humerus",
    "forearm",
    "hand",
    "hip_bone",
    "femur",
    "lower_leg",
    "foot",
)
"""Paired regions, whole level, without their side."""

FINE_PARTS: dict[str, tuple[str, ...]] = {
    "thoracic_spine": ("upper", "middle", "lower"),
    "femur": ("proximal", "shaft", "distal"),
}
"""Parts of the regions that the fine level splits."""

SIDES: tuple[str, ...] = ("left", "right")
"""Sides of the patient, never of the image."""


class Level(StrEnum):
    """How finely the skeleton is divided."""

    WHOLE = "whole"
    FINE = "fine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One entry of the vocabulary.

    Parameters
    ----------
    name : str
        Closed name, side last.
    whole : str
        Name of the whole-level region it belongs to (itself at whole level).
    side : str
        ``"left"``, ``"right"`` or ``""`` for a midline region.
    label : int
        Number in a fine label image; 0 for a whole-level region that has fine parts.
    """

    name: str
    whole: str
    side: str
    label: int


def _whole_names() -> tuple[tuple[str, str, str], ...]:
    """Return (base, side, name) of every whole-level region in vocabulary order."""
    midline = tuple((base, "", base) for base in MIDLINE_REGIONS)
    return midline + tuple((base, side, f"{base}_{side}") for base in PAIRED_REGIONS for side in SIDES)


def _fine_regions() -> tuple[Region, ...]:
    """Return every fine-level region, numbered from 1 in vocabulary order."""
    found: list[Region] = []
    for base, side, whole in _whole_names():
        parts = FINE_PARTS.get(base, ("",))
        names = ["_".join(filter(None, (base, part, side))) for part in parts]
        found += [
            Region(name=name, whole=whole, side=side, label=len(found) + 1 + offset)
            for offset, name in enumerate(names)
        ]
    return tuple(found)


FINE_REGIONS: tuple[Region, ...] = _fine_regions()
"""Every region that a fine label image may hold; ``FINE_REGIONS[k].label == k + 1``."""

WHOLE_REGIONS: tuple[Region, ...] = tuple(
    Region(
        name=name,
        whole=name,
        side=side,
        label=next((fine.label for fine in FINE_REGIONS if fine.name == name), 0),
    )
    for _, side, name in _whole_names()
)
"""Every whole-level region, in vocabulary order; whole label image number ``k + 1`` is ``WHOLE_REGIONS[k]``."""

FINE_LABEL: dict[str, int] = {region.name: region.label for region in FINE_REGIONS}
"""Number of each fine region in fine label images."""

WHOLE_LABEL: dict[str, int] = {region.name: index + 1 for index, region in enumerate(WHOLE_REGIONS)}
"""Number of each whole region in whole label images."""

_FINE_TO_WHOLE = np.array([0] + [WHOLE_LABEL[region.whole] for region in FINE_REGIONS], dtype=np.uint8)


def whole_labels(fine: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a label image at whole level.

    Parameters
    ----------
    fine : ndarray of uint8
        Label image with fine numbers, any shape.

    Returns
    -------
    ndarray of uint8
        Same shape, numbers of `WHOLE_LABEL`, 0 where there is no bone.
    """
    return _FINE_TO_WHOLE[fine]


def mirrored_name(name: str) -> str:
    """Return the name of the region on the other side, or ``name`` itself for a midline region.

    Parameters
    ----------
    name : str
        A region name of either level.

    Returns
    -------
    str
        Same region, other side.

    Examples
    --------
    >>> mirrored_name("femur_shaft_left")
    'femur_shaft_right'
    >>> mirrored_name("sacrum")
    'sacrum'
    """
    if name.endswith("_left"):
        return name.removesuffix("_left") + "_right"
    if name.endswith("_right"):
        return name.removesuffix("_right") + "_left"
    return name


def side_of(name: str) -> str:
    """Return the side of the patient that a region name states, or an empty text.

    Parameters
    ----------
    name : str
        A region name of either level.

    Returns
    -------
    str
        ``"left"``, ``"right"`` or ``""``.
    """
    last = name.rsplit("_", 1)[-1]
    return last if last in SIDES else ""


def without_side(region: str) -> str:
    """Return the name of a region without its side.

    Parameters
    ----------
    region : str
        A region name of either level.

    Returns
    -------
    str
        Such as ``"femur"``.

    Examples
    --------
    >>> without_side("femur_proximal_left")
    'femur_proximal'
    """
    return region.removesuffix("_left").removesuffix("_right")
