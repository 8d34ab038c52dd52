"""What is imaged at one visit, and the noise-free images that come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tracker.phantom.body import Frame
from tracker.phantom.lesions import PlantedLesion
from tracker.phantom.pose import Pose
from tracker.phantom.shape import Shape
from tracker.phantom.visit import Conditions
from tracker.records.arrays import frozen
from tracker.records.view import Orientation, Projection
from tracker.settings.phantom import Camera

STORED: dict[Projection, Orientation] = {
    Projection.ANTERIOR: Orientation(),
    Projection.POSTERIOR: Orientation(patient_left_first=True),
}
"""How views are stored: each as its detector saw it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """Everything that determines the expected images of one visit.

    Parameters
    ----------
    shape : Shape
        The person's bones.
    pose : Pose
        How they lie.
    conditions : Conditions
        Urine, injection, timing, counts.
    lesions : tuple of PlantedLesion
        Planted in this person.
    visit : int
        Which of the lesions' states holds.
    region_factor : mapping of str to float
        Further uptake of whole regions at this visit, such as diffuse disease.
    """

    shape: Shape
    pose: Pose
    conditions: Conditions = field(default_factory=Conditions)
    lesions: tuple[PlantedLesion, ...] = ()
    visit: int = 0
    region_factor: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patch:
    """A part of an image that one lesion or organ lights up.

    Parameters
    ----------
    row, col : int
        Of the patch's first pixel in the whole image, anatomical frame.
    image : ndarray, shape (rows, cols), float64
        Unscattered expected events.
    """

    row: int
    col: int
    image: NDArray[np.float64]

    @property
    def place(self) -> tuple[slice, slice]:
        """Slices of the whole image that the patch covers."""
        rows, cols = self.image.shape
        return np.s_[self.row : self.row + rows, self.col : self.col + cols]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExpectedView:
    """Expected events of one projection, anatomical frame.

    Parameters
    ----------
    projection : Projection
        Which side.
    total : ndarray, shape (rows, cols), float32
        Everything: what counts are drawn from.
    lesions : ndarray, shape (rows, cols), float32
        What all lesions add, with their scatter.
    bone_emission : ndarray, shape (n,), float32
        Unscattered events of the healthy bone at every point of the cloud.
    lesion_patches : mapping of str to Patch
        Unscattered events that each lesion adds; absent lesions are left out.
    organ_patches : tuple of (int, Patch)
        Physiologic number and unscattered events.
    """

    projection: Projection
    total: NDArray[np.float32]
    lesions: NDArray[np.float32]
    bone_emission: NDArray[np.float32]
    lesion_patches: Mapping[str, Patch]
    organ_patches: tuple[tuple[int, Patch], ...]

    def __post_init__(self) -> None:
        for name in ("total", "lesions", "bone_emission"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expected:
    """The noise-free visit.

    Parameters
    ----------
    scene : Scene
        What was imaged.
    camera : Camera
        What imaged it.
    frame : Frame
        The image plane, anatomical frame, shared by both views.
    place_mm : ndarray, shape (n, 3), float32
        Posed place of every point of the cloud.
    body : ndarray, shape (rows, cols), bool
        Body outline, inside the field.
    field : ndarray, shape (rows, cols), bool
        Pixels that were scanned.
    views : tuple of ExpectedView
        Anterior, posterior.
    """

    scene: Scene
    camera: Camera
    frame: Frame
    place_mm: NDArray[np.float32]
    body: NDArray[np.bool_]
    field: NDArray[np.bool_]
    views: tuple[ExpectedView, ...]

    def view(self, projection: Projection) -> ExpectedView:
        """Return one projection.

        Parameters
        ----------
        projection : Projection
            Which side.

        Returns
        -------
        ExpectedView
            Both always exist.
        """
        return next(view for view in self.views if view.projection == projection)
