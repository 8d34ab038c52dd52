"""Where every bone pixel of one simulated visit lies in another."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.phantom.camera import splat
from tracker.phantom.scene import Expected
from tracker.phantom.truth import LEAST_BONE_MM
from tracker.records.arrays import frozen
from tracker.records.view import Projection


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrueDisplacement:
    """Where every bone pixel of one visit lies in another, anatomical frame.

    Parameters
    ----------
    displacement_mm : ndarray, shape (rows, cols, 2), float32
        Row and column offset from a pixel's place in the first visit to its place in the second, both measured from
        the centre of pixel (0, 0) of the respective image; NaN where ``valid`` is False.
    valid : ndarray, shape (rows, cols), bool
        Pixels that bone points project to.
    spread_mm : ndarray, shape (rows, cols), float32
        Standard deviation of the offsets of the points behind one pixel: what no in-plane map can follow.
    """

    displacement_mm: NDArray[np.float32]
    valid: NDArray[np.bool_]
    spread_mm: NDArray[np.float32]


def displacement_mm(first: Expected, second: Expected, projection: Projection) -> TrueDisplacement:
    """Return the true in-plane displacement between two visits of one person.

    The displacement of a pixel is the mean over the bone points that project to it (bilinear shares, blurred by one
    pixel) of their own displacement, weighted by the unscattered events that each sends to this view in the first
    visit. Bone points ride rigidly on their bones, so this is anatomy, not image similarity.

    Parameters
    ----------
    first, second : Expected
        Two visits of the same `Shape`.
    projection : Projection
        Which view; the posterior is mirrored into the anatomical frame.

    Returns
    -------
    TrueDisplacement
        On the first visit's anatomical pixels.
    """
    frame = first.frame
    weight = first.view(projection).bone_emission
    there, here = second.frame, first.frame
    offset = np.stack(
        [
            (there.top_z_mm - second.place_mm[:, 2]) - (here.top_z_mm - first.place_mm[:, 2]),
            (second.place_mm[:, 0] - there.right_x_mm) - (first.place_mm[:, 0] - here.right_x_mm),
        ],
        axis=1,
    )

    def summed(value: NDArray[np.floating]) -> NDArray[np.float64]:
        return np.asarray(cv2.GaussianBlur(splat(frame, first.place_mm, value), (0, 0), 1.0))

    volume = summed(first.scene.shape.skeleton.volume_mm3) / (frame.spacing_mm[0] * frame.spacing_mm[1])
    total = summed(weight)
    valid = (volume >= LEAST_BONE_MM) & (total > 0) & first.field
    safe = np.where(valid, total, 1)
    mean = np.stack([summed(weight * offset[:, k]) / safe for k in range(2)], axis=-1)
    square = summed(weight * (offset**2).sum(axis=1)) / safe
    spread = np.sqrt(np.maximum(square - (mean**2).sum(axis=-1), 0))
    return TrueDisplacement(
        displacement_mm=frozen(np.where(valid[..., None], mean, np.nan).astype(np.float32)),
        valid=frozen(valid),
        spread_mm=frozen(np.where(valid, spread, 0).astype(np.float32)),
    )
