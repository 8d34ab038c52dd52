"""What the other visits of one patient say about the same place: evidence carried through patient space.

A lesion rarely shows at one visit alone, and noise never shows twice. Log odds are carried, never counts; a visit
whose alignment was refused neither tells nor is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates, maximum_filter

from tracker.lesions.place import space_points, stored_points
from tracker.records.alignment import ViewAlignment
from tracker.records.view import View

Image = NDArray[np.float32]

STEP_MM = 4.5
"""Distance of the places at which evidence is carried, millimetres: the width of a cell of the network."""

NEAR_STEPS = 3
"""Width of the neighbourhood whose largest odds a visit tells, in steps: alignment errs by about one of them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Witness:
    """One view of one visit, what it says, and where it lies.

    Parameters
    ----------
    view : View
        The counts, as stored.
    alignment : ViewAlignment
        How the view lies in patient space.
    odds : ndarray, shape (rows, cols), float32
        Log odds of a lesion on the stored pixels.
    """

    view: View
    alignment: ViewAlignment
    odds: Image


def of_the_others(witnesses: Sequence[Witness]) -> tuple[Image | None, ...]:
    """Return, for each view, the log odds that the same place has at the other visits, the mean of them.

    Parameters
    ----------
    witnesses : sequence of Witness
        The same projection of all visits of one patient.

    Returns
    -------
    tuple of ndarray, shape (rows, cols), float32, or None
        On the stored pixels of each view; None where there is no other visit.
    """
    if len(witnesses) < 2:
        return (None,) * len(witnesses)
    told = np.stack([_in_space(one) for one in witnesses])
    total = told.sum(axis=0)
    return tuple(_on_view((total - own) / (len(witnesses) - 1), one) for own, one in zip(told, witnesses, strict=True))


def _stride(alignment: ViewAlignment) -> int:
    """Return how many patient-space pixels lie between the places at which evidence is carried."""
    return max(1, round(STEP_MM / alignment.to_visit.spacing_mm[0]))


def _in_space(witness: Witness) -> Image:
    """Return the largest odds nearby, of one view, on a coarse grid of patient space."""
    field, stride = witness.alignment.to_visit, _stride(witness.alignment)
    rows, cols = (np.arange(0, size, stride) for size in field.shape)
    grid = np.stack(np.meshgrid(rows, cols, indexing="ij"), axis=-1).reshape(-1, 2) * np.asarray(field.spacing_mm)
    places = stored_points(grid, witness.view, witness.alignment)
    told = map_coordinates(witness.odds, places.T, order=1, mode="nearest")
    return np.asarray(maximum_filter(told.reshape(len(rows), len(cols)), size=NEAR_STEPS), dtype=np.float32)


def _on_view(told: Image, witness: Witness) -> Image:
    """Return odds of the coarse grid on a view's stored pixels."""
    field, stride = witness.alignment.to_visit, _stride(witness.alignment)
    shape = witness.view.counts.shape
    steps = [max(1, round(STEP_MM / step)) for step in witness.view.spacing_mm]
    axes = [np.arange(size // step) * step + (step - 1) / 2 for size, step in zip(shape, steps, strict=True)]
    pixels = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
    places = space_points(pixels, witness.view, witness.alignment) / (np.asarray(field.spacing_mm) * stride)
    coarse = map_coordinates(told, places.T, order=1, mode="nearest").reshape(len(axes[0]), len(axes[1]))
    inside = (len(axes[0]) * steps[0], len(axes[1]) * steps[1])
    fine = cv2.resize(np.ascontiguousarray(coarse, dtype=np.float32), inside[::-1], interpolation=cv2.INTER_LINEAR)
    rest = [(0, whole - covered) for whole, covered in zip(shape, inside, strict=True)]
    return np.pad(np.asarray(fine, dtype=np.float32), rest, mode="edge")
