"""One visit, ready for the lesions stage: each view with its labels, its expectation and its foci."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tracker.records.alignment import ViewAlignment
from tracker.records.arrays import frozen
from tracker.records.lesion import Focus
from tracker.records.skeleton import SkeletonView
from tracker.records.uptake import Normaliser
from tracker.records.view import Projection, View


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expectation:
    """What one view should show without any lesion, on its stored pixels.

    Parameters
    ----------
    counts : ndarray, shape (rows, cols), float64
        Expected counts per pixel.
    model_sd : ndarray, shape (rows, cols), float64
        Standard deviation of ``counts`` as a model: it does not shrink with the size of a window.
    bone : ndarray, shape (rows, cols), bool
        Pixels of any bone region that no physiologic site covers.
    usable : ndarray, shape (rows, cols), bool
        Body without physiologic sites and their halo.
    """

    counts: NDArray[np.float64]
    model_sd: NDArray[np.float64]
    bone: NDArray[np.bool_]
    usable: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for name in ("counts", "model_sd", "bone", "usable"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Likeness:
    """How one view of a visit looks to whoever looks for lesions, on the stored pixels.

    Parameters
    ----------
    odds : ndarray, shape (rows, cols), float32
        Log odds of a lesion.
    lesion_share : ndarray, shape (rows, cols), float32
        Share of the counts that lesions add, 0 to 1.
    """

    odds: NDArray[np.float32]
    lesion_share: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FociView:
    """One view of one visit with everything that its foci are found, judged and measured with.

    Parameters
    ----------
    view : View
        The counts, as stored.
    skeleton : SkeletonView
        Labels, masks and expectation on the stored pixels of ``view``.
    normaliser : Normaliser
        What an uptake ratio of 1.0 means on ``view``.
    expectation : Expectation
        What ``view`` should show without any lesion.
    alignment : ViewAlignment or None
        How ``view`` lies in patient space; None means that patient space is this view's own anatomical frame.
    error_mm : ndarray, shape (rows, cols), float32, or None
        Expected misplacement of labels on the stored pixels; None where it is not known.
    foci : tuple of Focus
        What stands out; judged or not yet.
    evidence : ndarray, shape (rows, cols), float32, or None
        Log odds of a lesion at every stored pixel, as this visit alone shows it; None where significance alone is to
        decide.
    others : ndarray, shape (rows, cols), float32, or None
        What the other visits of the patient say about the same places; None without any.
    lesion_share : ndarray, shape (rows, cols), float32, or None
        Share of the counts of every stored pixel that lesions add, as this visit alone shows it; None without evidence.
    """

    view: View
    skeleton: SkeletonView
    normaliser: Normaliser
    expectation: Expectation
    alignment: ViewAlignment | None = None
    error_mm: NDArray[np.float32] | None = None
    foci: tuple[Focus, ...] = ()
    evidence: NDArray[np.float32] | None = None
    others: NDArray[np.float32] | None = None
    lesion_share: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        shape = self.view.counts.shape
        if self.skeleton.labels.shape != shape:
            raise ValueError(f"the skeleton has shape {self.skeleton.labels.shape}, the view {shape}")
        for name in ("error_mm", "evidence", "others", "lesion_share"):
            layer = getattr(self, name)
            if layer is not None:
                if layer.shape != shape:
                    raise ValueError(f"{name} has shape {layer.shape}, the view {shape}")
                object.__setattr__(self, name, frozen(layer))

    @property
    def projection(self) -> Projection:
        """Which side."""
        return self.view.projection

    def odds_at(self, pixels: NDArray[np.integer]) -> float | None:
        """Return how much a place looks like a lesion, as this visit alone shows it.

        Parameters
        ----------
        pixels : ndarray, shape (n, 2), integer
            Stored (row, col); at least one.

        Returns
        -------
        float or None
            Greatest log odds; None where there is no evidence.
        """
        return None if self.evidence is None else float(self.evidence[tuple(pixels.T)].max())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VisitFoci:
    """One visit, ready to be followed.

    Parameters
    ----------
    study_uid : str
        The visit.
    study_date : date
        Date of acquisition.
    views : tuple of FociView
        One per view that was acquired.
    evaluable : bool
        False where foci of this visit must not be compared with others (alignment refused, not comparable).
    reason : str
        Why it is not evaluable; empty otherwise.
    """

    study_uid: str
    study_date: date
    views: tuple[FociView, ...]
    evaluable: bool = True
    reason: str = ""

    def __post_init__(self) -> None:
        if not self.evaluable and not self.reason:
            raise ValueError("a visit that is not evaluable needs a reason")

    def view(self, projection: Projection) -> FociView | None:
        """Return one view, or None if it was not acquired.

        Parameters
        ----------
        projection : Projection
            The side wanted.

        Returns
        -------
        FociView or None
            None where that side was not acquired.
        """
        return next((view for view in self.views if view.projection is projection), None)
