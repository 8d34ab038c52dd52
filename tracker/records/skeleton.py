"""Where the bones are: region labels, expected uptake, body and physiologic masks, on one grid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tracker.records.arrays import frozen
from tracker.records.regions import FINE_REGIONS, WHOLE_REGIONS, Level, whole_labels
from tracker.records.view import Projection


class Physiologic(IntEnum):
    """Numbers of physiologic sites in a mask; 0 is none."""

    NONE = 0
    BLADDER = 1
    KIDNEY_LEFT = 2
    KIDNEY_RIGHT = 3
    INJECTION_SITE = 4
    URINE_CONTAMINATION = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SkeletonView:
    """Labels and masks of one projection on one grid (patient space, or a view's stored frame).

    Parameters
    ----------
    projection : Projection
        Which side.
    labels : ndarray, shape (rows, cols), uint8
        Fine region numbers, 0 where there is no bone.
    expected : ndarray, shape (rows, cols), float32
        Uptake that a healthy person shows here, relative to that person's reference bone (1.0); includes soft
        tissue. Dimensionless.
    spread : ndarray, shape (rows, cols), float32
        Standard deviation between healthy people of ``expected``.
    body : ndarray, shape (rows, cols), bool
        Inside the body outline.
    physiologic : ndarray, shape (rows, cols), uint8
        Numbers of `Physiologic`.
    """

    projection: Projection
    labels: NDArray[np.uint8]
    expected: NDArray[np.float32]
    spread: NDArray[np.float32]
    body: NDArray[np.bool_]
    physiologic: NDArray[np.uint8]

    def __post_init__(self) -> None:
        shape = self.labels.shape
        for name in ("labels", "expected", "spread", "body", "physiologic"):
            array = getattr(self, name)
            if array.shape != shape:
                raise ValueError(f"{name} has shape {array.shape}, labels {shape}")
            object.__setattr__(self, name, frozen(array))
        if int(self.labels.max(initial=0)) > len(FINE_REGIONS):
            raise ValueError("labels hold a number that is no region")

    def at_level(self, level: Level) -> NDArray[np.uint8]:
        """Return the label image of one level.

        Parameters
        ----------
        level : Level
            Whole or fine.

        Returns
        -------
        ndarray of uint8, shape (rows, cols)
            Numbers of that level's vocabulary.
        """
        return self.labels if level is Level.FINE else whole_labels(self.labels)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SkeletonMap:
    """The skeleton of one patient on one grid.

    Parameters
    ----------
    views : tuple of SkeletonView
        One per projection.
    spacing_mm : tuple of float
        Pixel spacing (row, col) of the grid.
    not_evaluable : mapping of str to str
        Region name (whole level) to the reason it cannot be measured, such as ``"outside the field of view"``.
    laterality : tuple of str
        What left and right were decided from, strongest first.
    superscan : bool
        The pattern is so diffuse that no healthy bone can serve as a reference.
    fit_quality : float
        0 to 1: how well the template explains the image.
    """

    views: tuple[SkeletonView, ...]
    spacing_mm: tuple[float, float]
    not_evaluable: Mapping[str, str] = field(default_factory=dict)
    laterality: tuple[str, ...] = ()
    superscan: bool = False
    fit_quality: float = 1.0

    @property
    def names(self) -> dict[int, str]:
        """Numbers and names of the whole level, as in ``labels(projection)``."""
        return {index + 1: region.name for index, region in enumerate(WHOLE_REGIONS)}

    @property
    def fine_names(self) -> dict[int, str]:
        """Numbers and names of the fine level."""
        return {region.label: region.name for region in FINE_REGIONS}

    def view(self, projection: str) -> SkeletonView | None:
        """Return the map of one projection, or None if it was not given.

        Parameters
        ----------
        projection : str
            ``"ANTERIOR"`` or ``"POSTERIOR"``.

        Returns
        -------
        SkeletonView or None
            None where there is no such image.
        """
        return next((view for view in self.views if view.projection == projection), None)

    def labels(self, projection: str, level: Level = Level.WHOLE) -> NDArray[np.uint8]:
        """Return the label image of one projection.

        Parameters
        ----------
        projection : str
            ``"ANTERIOR"`` or ``"POSTERIOR"``.
        level : Level, optional
            Whole unless given.

        Returns
        -------
        ndarray of uint8, shape (rows, cols)
            Region numbers, 0 where there is no bone.

        Raises
        ------
        KeyError
            If that projection was not given.
        """
        view = self.view(projection)
        if view is None:
            raise KeyError(f"no {projection} image was given")
        return view.at_level(level)
