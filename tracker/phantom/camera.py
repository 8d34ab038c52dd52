"""From a posed cloud of activity to the two expected images: attenuation, depth-dependent blur, scatter.

Both views are computed in the anatomical frame and share one pass over the points. Activity is laid into layers of
equal depth; the layers are blurred from the farthest to the nearest in a cascade, each step adding the blur that
separates it from the next.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.phantom.body import Frame, Tissue
from tracker.records.view import Projection
from tracker.settings.phantom import Camera

LAYER_MM = 20.0
"""Depth of one layer."""

SCATTER_SIGMAS_MM = ((18.0, 0.4), (55.0, 0.6))
"""Width and share of the two Gaussians that make the scatter kernel."""

SCATTER_SHRINK = 4
"""Scatter is so broad that it is computed on pixels this many times larger."""

SCATTER_DEPTH_MM = 80.0
"""Thickness of tissue over which scatter builds up. Where there is no tissue nothing scatters towards a parallel-hole
collimator, which is why a body has a sharp outline on a real scan."""

OUTLINE_SIGMA_MM = 4.0
"""Blur of scattered events at the outline."""

FWHM_PER_SIGMA = 2.3548
"""Of a Gaussian."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Activity:
    """Points that emit.

    Parameters
    ----------
    place_mm : ndarray, shape (n, 3), float32
        Posed places.
    emission : ndarray, shape (n,), float32
        Concentration times volume.
    """

    place_mm: NDArray[np.float32]
    emission: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detectors:
    """Where the two detectors are.

    Parameters
    ----------
    front_mm, back_mm : float
        y of the anterior and of the posterior collimator's face.
    """

    front_mm: float
    back_mm: float


def detectors_of(tissue: Tissue, camera: Camera) -> Detectors:
    """Return detectors as close to the body as the camera allows.

    Parameters
    ----------
    tissue : Tissue
        The body.
    camera : Camera
        Distances.

    Returns
    -------
    Detectors
        Their planes.
    """
    inside = tissue.inside
    return Detectors(
        front_mm=float(tissue.front_mm[inside].min() - camera.front_distance_mm),
        back_mm=float(tissue.back_mm[inside].max() + camera.back_distance_mm),
    )


def _nearest(frame: Frame, place: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pixel of each place, clipped into the frame."""
    row, col = frame.pixel(place)
    rows = np.clip(np.rint(row), 0, frame.shape[0] - 1).astype(np.intp)
    return rows, np.clip(np.rint(col), 0, frame.shape[1] - 1).astype(np.intp)


def transmission(
    place: NDArray[np.float32], tissue: Tissue, frame: Frame, camera: Camera, projection: Projection
) -> NDArray[np.float32]:
    """Return the share of photons from each place that leave the body unscattered towards a detector.

    Parameters
    ----------
    place : ndarray, shape (n, 3), float32
        Posed places.
    tissue : Tissue
        The body.
    frame : Frame
        The image plane.
    camera : Camera
        Attenuation.
    projection : Projection
        Which detector.

    Returns
    -------
    ndarray, shape (n,), float32
        In (0, 1].
    """
    at = _nearest(frame, place)
    y = place[:, 1]
    if projection is Projection.ANTERIOR:
        path = np.maximum(y - tissue.front_mm[at], 0)
        lung = np.clip(y - tissue.lung_front_mm[at], 0, tissue.lung_back_mm[at] - tissue.lung_front_mm[at])
    else:
        path = np.maximum(tissue.back_mm[at] - y, 0)
        lung = np.clip(tissue.lung_back_mm[at] - y, 0, tissue.lung_back_mm[at] - tissue.lung_front_mm[at])
    path -= (1 - camera.lung_density) * np.minimum(lung, path)
    return np.asarray(np.exp(-camera.attenuation_per_mm * path), dtype=np.float32)


def splat(frame: Frame, place: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return points laid onto the image plane, each shared among its four nearest pixels.

    Parameters
    ----------
    frame : Frame
        The image plane.
    place : ndarray, shape (n, 3), float32
        Posed places.
    weight : ndarray, shape (n,), float32
        What each carries.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        Sum of weights per pixel; what falls outside is lost.
    """
    rows, cols = frame.shape
    row, col = frame.pixel(place)
    seen = (row >= 0) & (row < rows - 1) & (col >= 0) & (col < cols - 1)
    row, col, weight = row[seen], col[seen], weight[seen]
    top, left = row.astype(np.intp), col.astype(np.intp)
    down, right = row - top, col - left
    first = top * cols + left
    index = np.concatenate([first, first + 1, first + cols, first + cols + 1])
    value = np.concatenate(
        [
            weight * (1 - down) * (1 - right),
            weight * (1 - down) * right,
            weight * down * (1 - right),
            weight * down * right,
        ]
    )
    return np.bincount(index, value, minlength=rows * cols).reshape(rows, cols).astype(np.float32)


def _blur(image: NDArray[np.float32], sigma_mm: float, spacing_mm: tuple[float, float]) -> NDArray[np.float32]:
    """Return a Gaussian blur of a width given in millimetres."""
    if sigma_mm <= 0:
        return image
    sigma_y, sigma_x = sigma_mm / spacing_mm[0], sigma_mm / spacing_mm[1]
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigmaX=sigma_x, sigmaY=sigma_y, borderType=cv2.BORDER_CONSTANT))


def blurred_layers(
    layers: list[NDArray[np.float32]], distances_mm: list[float], camera: Camera, frame: Frame
) -> NDArray[np.float32]:
    """Return the image of layers at different distances.

    Parameters
    ----------
    layers : list of ndarray
        One image per layer.
    distances_mm : list of float
        Of each layer from the collimator.
    camera : Camera
        Resolution.
    frame : Frame
        The image plane.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        Sum of the blurred layers.
    """
    order = np.argsort(distances_mm)[::-1]
    sigmas = [camera.fwhm_mm(distances_mm[index]) / FWHM_PER_SIGMA for index in order]
    image = np.zeros(frame.shape, dtype=np.float32)
    for position, index in enumerate(order):
        following = sigmas[position + 1] if position + 1 < len(sigmas) else 0.0
        image = _blur(image + layers[index], (sigmas[position] ** 2 - following**2) ** 0.5, frame.spacing_mm)
    return image


def _soft_layer(tissue: Tissue, camera: Camera, low_mm: float, projection: Projection) -> NDArray[np.float32]:
    """Return what one layer of soft tissue of concentration 1 sends towards a detector, per square millimetre."""
    high_mm = low_mm + LAYER_MM
    start, stop = np.maximum(tissue.front_mm, low_mm), np.minimum(tissue.back_mm, high_mm)
    length = np.maximum(stop - start, 0)
    lung = np.maximum(np.minimum(tissue.lung_back_mm, high_mm) - np.maximum(tissue.lung_front_mm, low_mm), 0)
    length -= (1 - camera.lung_density) * np.minimum(lung, length)
    middle = 0.5 * (start + stop)
    if projection is Projection.ANTERIOR:
        path = np.maximum(middle - tissue.front_mm, 0)
        air = np.clip(middle - tissue.lung_front_mm, 0, tissue.lung_back_mm - tissue.lung_front_mm)
    else:
        path = np.maximum(tissue.back_mm - middle, 0)
        air = np.clip(tissue.lung_back_mm - middle, 0, tissue.lung_back_mm - tissue.lung_front_mm)
    path = path - (1 - camera.lung_density) * np.minimum(air, path)
    return np.asarray(length * np.exp(-camera.attenuation_per_mm * path), dtype=np.float32)


def _layer_starts(low: float, high: float) -> NDArray[np.float64]:
    """Return where the layers between two depths begin."""
    return np.asarray(np.arange(np.floor(low / LAYER_MM), np.ceil(high / LAYER_MM)) * LAYER_MM, dtype=np.float64)


def soft_image(
    tissue: Tissue, frame: Frame, camera: Camera, detectors: Detectors, projection: Projection
) -> NDArray[np.float32]:
    """Return the unscattered image of soft tissue of concentration 1.

    Parameters
    ----------
    tissue : Tissue
        The body.
    frame : Frame
        The image plane.
    camera : Camera
        Physics.
    detectors : Detectors
        Where they are.
    projection : Projection
        Which one.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        Events per pixel, arbitrary unit shared with `point_image`.
    """
    inside = tissue.inside
    starts = _layer_starts(float(tissue.front_mm[inside].min()), float(tissue.back_mm[inside].max()))
    area = frame.spacing_mm[0] * frame.spacing_mm[1]
    layers = [area * _soft_layer(tissue, camera, float(low), projection) for low in starts]
    distances = [_distance(float(low) + LAYER_MM / 2, detectors, projection) for low in starts]
    return blurred_layers(layers, distances, camera, frame)


def _distance(y_mm: float, detectors: Detectors, projection: Projection) -> float:
    """Return how far a depth is from a detector."""
    return y_mm - detectors.front_mm if projection is Projection.ANTERIOR else detectors.back_mm - y_mm


def point_image(
    activity: Activity, frame: Frame, camera: Camera, detectors: Detectors, projection: Projection
) -> NDArray[np.float32]:
    """Return the unscattered image of points whose emission already includes `transmission`.

    Parameters
    ----------
    activity : Activity
        Points with what leaves the body.
    frame : Frame
        The image plane.
    camera : Camera
        Physics.
    detectors : Detectors
        Where they are.
    projection : Projection
        Which one.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        Events per pixel, arbitrary unit.
    """
    if len(activity.emission) == 0:
        return np.zeros(frame.shape, dtype=np.float32)
    y = activity.place_mm[:, 1]
    starts = _layer_starts(float(y.min()), float(y.max()) + 1e-3)
    number = np.floor((y - starts[0]) / LAYER_MM).astype(np.intp)
    layers, distances = [], []
    for index, low in enumerate(starts):
        mine = number == index
        layers.append(splat(frame, activity.place_mm[mine], activity.emission[mine]))
        distances.append(_distance(float(low) + LAYER_MM / 2, detectors, projection))
    return blurred_layers(layers, distances, camera, frame)


def scattering(tissue: Tissue, frame: Frame, camera: Camera) -> NDArray[np.float32]:
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
    ndarray, shape (rows, cols), float32
        Factor on the broadened unscattered image; 0 outside the body.
    """
    lung = tissue.lung_back_mm - tissue.lung_front_mm
    thickness = tissue.back_mm - tissue.front_mm - (1 - camera.lung_density) * lung
    factor = camera.scatter_share * 2 * (1 - np.exp(-np.maximum(thickness, 0) / (2 * SCATTER_DEPTH_MM)))
    return _blur(factor.astype(np.float32), OUTLINE_SIGMA_MM, frame.spacing_mm)


def scattered(primary: NDArray[np.float32], factor: NDArray[np.float32], frame: Frame) -> NDArray[np.float32]:
    """Return the scattered events that go with an unscattered image.

    Parameters
    ----------
    primary : ndarray, shape (rows, cols), float32
        Unscattered image.
    factor : ndarray, shape (rows, cols), float32
        From `scattering`.
    frame : Frame
        The image plane.

    Returns
    -------
    ndarray, shape (rows, cols), float32
        Scattered events, same unit.
    """
    rows, cols = frame.shape
    small = cv2.resize(primary, (cols // SCATTER_SHRINK, rows // SCATTER_SHRINK), interpolation=cv2.INTER_AREA)
    spacing = (frame.spacing_mm[0] * SCATTER_SHRINK, frame.spacing_mm[1] * SCATTER_SHRINK)
    broad = np.zeros_like(small)
    for sigma, share in SCATTER_SIGMAS_MM:
        broad += share * _blur(small, sigma, spacing)
    return np.asarray(factor * cv2.resize(broad, (cols, rows), interpolation=cv2.INTER_LINEAR))
