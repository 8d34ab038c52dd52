"""Where every pixel of one image lies in another, how far that can be trusted, and the patient's mid-space.

Convention everywhere: a displacement is (row, col) in millimetres, anatomical frame; it is added to the place of a
pixel of the field's own grid to give its place in the target; both places are measured from the centre of pixel
(0, 0) of the respective image.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.records.arrays import frozen
from tracker.records.view import Projection


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DisplacementField:
    """A dense map from one image's grid into another image's frame.

    Parameters
    ----------
    displacement_mm : ndarray, shape (rows, cols, 2), float32
        Offset (row, col) from a pixel's place to its place in the target, millimetres.
    spacing_mm : tuple of float
        Pixel spacing (row, col) of the field's own grid.
    """

    displacement_mm: NDArray[np.float32]
    spacing_mm: tuple[float, float]

    def __post_init__(self) -> None:
        if self.displacement_mm.ndim != 3 or self.displacement_mm.shape[2] != 2:
            raise ValueError(f"a field has shape (rows, cols, 2), not {self.displacement_mm.shape}")
        if not np.isfinite(self.displacement_mm).all():
            raise ValueError("a displacement field must be finite everywhere")
        locked = frozen(self.displacement_mm.astype(np.float32, copy=False))
        object.__setattr__(self, "displacement_mm", locked)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the field's own grid."""
        return (self.displacement_mm.shape[0], self.displacement_mm.shape[1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ViewAlignment:
    """How one view of one visit lies in patient space.

    Parameters
    ----------
    projection : Projection
        The view this belongs to.
    to_visit : DisplacementField
        On the patient-space grid: from patient space to the view's anatomical frame.
    to_space : DisplacementField
        On the view's anatomical grid: from the view to patient space. Inverse of ``to_visit``.
    """

    projection: Projection
    to_visit: DisplacementField
    to_space: DisplacementField


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VisitAlignment:
    """How one visit lies in patient space, and how far that can be trusted.

    Parameters
    ----------
    study_uid : str
        The visit.
    views : tuple of ViewAlignment
        One per view of the visit.
    confidence : ndarray, shape (rows, cols), float32
        0 to 1 on the patient-space grid.
    expected_error_mm : ndarray, shape (rows, cols), float32
        Expected length of the residual misplacement on the patient-space grid.
    accepted : bool
        False is the state *alignment refused*; the fields stay finite.
    reason : str
        Why it was refused, or a caution; empty when there is nothing to say.
    """

    study_uid: str
    views: tuple[ViewAlignment, ...]
    confidence: NDArray[np.float32]
    expected_error_mm: NDArray[np.float32]
    accepted: bool
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "confidence", frozen(self.confidence))
        object.__setattr__(self, "expected_error_mm", frozen(self.expected_error_mm))
        if not self.accepted and not self.reason:
            raise ValueError("a refused alignment needs a reason")

    def view(self, projection: Projection) -> ViewAlignment | None:
        """Return the alignment of one view, or None if the visit has no such view.

        Parameters
        ----------
        projection : Projection
            The side wanted.

        Returns
        -------
        ViewAlignment or None
            None where the visit has no such view.
        """
        return next((view for view in self.views if view.projection is projection), None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpaceImage:
    """The robust mean of a patient's aligned visits, one projection, in patient space.

    Parameters
    ----------
    projection : Projection
        Which side; the posterior is mirrored into the anterior geometry.
    counts : ndarray, shape (rows, cols), float64
        Mean counts per patient-space pixel, each visit scaled to the mean total.
    total_counts : float
        Sum of the true counts that went in: what the noise level follows from.
    """

    projection: Projection
    counts: NDArray[np.float64]
    total_counts: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", frozen(self.counts))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CourseAlignment:
    """All visits of one patient in one patient space.

    Parameters
    ----------
    spacing_mm : tuple of float
        Pixel spacing (row, col) of the patient-space grid.
    images : tuple of SpaceImage
        Mean image per projection.
    visits : tuple of VisitAlignment
        One per study, in the order of the studies given.
    """

    spacing_mm: tuple[float, float]
    images: tuple[SpaceImage, ...]
    visits: tuple[VisitAlignment, ...]

    def visit(self, study_uid: str) -> VisitAlignment:
        """Return the alignment of one visit.

        Parameters
        ----------
        study_uid : str
            The visit.

        Returns
        -------
        VisitAlignment
            Its alignment, accepted or refused.

        Raises
        ------
        KeyError
            If the course holds no such visit.
        """
        for visit in self.visits:
            if visit.study_uid == study_uid:
                return visit
        raise KeyError(study_uid)
