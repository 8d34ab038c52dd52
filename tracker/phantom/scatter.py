"""Events that reach the detector after scattering in the body: broad, and confined to its outline."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.phantom.body import Frame, Tissue
from tracker.phantom.camera import blurred
from tracker.settings.phantom import Camera

SCATTER_SIGMAS_MM = ((18.0, 0.4), (55.0, 0.6))
"""Width and share of the two Gaussians that make the scatter kernel."""

SCATTER_SHRINK = 4
"""Scatter is so broad that it is computed on pixels this many times larger."""

SCATTER_DEPTH_MM = 80.0
"""Thickness of tissue over which scatter builds up. Where there is no tissue nothing scatters towards a parallel-hole
collimator, which is why a body has a sharp outline on a real scan."""

OUTLINE_SIGMA_MM = 4.0
"""Blur of scattered events at the outline."""


def scattering(tissue: Tissue, frame: Frame, camera: Camera) -> NDArray[np.float64]:
    """Return how much the body scatters towards the detectors at each pixel.

    Parameters
    ----------
    tissue : Tissue
        The body.
    frame : Frame
        The image plane.
    camera : Camera
        Share of scatter and density of lung.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        Factor on the broadened unscattered image; 0 outside the body.
    """
    lung = tissue.lung_back_mm - tissue.lung_front_mm
    thickness = tissue.back_mm - tissue.front_mm - (1 - camera.lung_density) * lung
    deep = np.maximum(thickness, 0).astype(np.float64) / (2 * SCATTER_DEPTH_MM)
    factor = camera.scatter_share * 2 * (1 - np.exp(-deep))
    return blurred(factor.astype(np.float64), OUTLINE_SIGMA_MM, frame.spacing_mm)


def scattered(primary: NDArray[np.float64], factor: NDArray[np.float64], frame: Frame) -> NDArray[np.float64]:
    """Return the scattered events that go with an unscattered image.

    Parameters
    ----------
    primary : ndarray, shape (rows, cols), float64
        Unscattered image.
    factor : ndarray, shape (rows, cols), float64
        From `scattering`.
    frame : Frame
        The image plane.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        Scattered events, same unit.
    """
    rows, cols = frame.shape
    small = cv2.resize(primary, (cols // SCATTER_SHRINK, rows // SCATTER_SHRINK), interpolation=cv2.INTER_AREA)
    spacing = (frame.spacing_mm[0] * SCATTER_SHRINK, frame.spacing_mm[1] * SCATTER_SHRINK)
    broad = np.zeros_like(small)
    for sigma, share in SCATTER_SIGMAS_MM:
        broad += share * blurred(small, sigma, spacing)
    return np.asarray(factor * cv2.resize(broad, (cols, rows), interpolation=cv2.INTER_LINEAR))
