"""The interval change map of one view: where two visits differ by more than their noise."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.records.arrays import frozen
from tracker.records.view import Projection


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSpot:
    """One place where a view changed.

    Parameters
    ----------
    row_px, col_px : float
        Peak of the change, or middle of the lesion that changed, stored frame of the later view.
    row_mm, col_mm : float
        The same place in patient space.
    score : float
        How sure the change is, standard deviations; positive is hotter. Where evidence tells lesions: of a normal
        deviate as rare as the chance that this lesion did not change.
    difference : float
        Change of uptake ratio at the peak, smoothed at the width that showed it best.
    width_mm : float
        That width: standard deviation of the filter.
    region : str
        Fine region, empty outside all bones.
    """

    row_px: float
    col_px: float
    row_mm: float
    col_mm: float
    score: float
    difference: float
    width_mm: float
    region: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChangeMap:
    """Change of one view between two visits, on the stored pixels of the later one.

    Parameters
    ----------
    projection : Projection
        Which view.
    study_uid, reference_uid : str
        The later and the earlier visit.
    score : ndarray, shape (rows, cols), float32
        Change over its own standard deviation, the largest in size over all widths; 0 where not measurable.
    difference : ndarray, shape (rows, cols), float32
        Change of uptake ratio, smoothed at the narrowest width: for display.
    spots : tuple of ChangeSpot
        Peaks, or changed lesions, beyond the threshold, surest first.
    """

    projection: Projection
    study_uid: str
    reference_uid: str
    score: NDArray[np.float32]
    difference: NDArray[np.float32]
    spots: tuple[ChangeSpot, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "score", frozen(self.score))
        object.__setattr__(self, "difference", frozen(self.difference))
