"""From a posed cloud of activity to the two expected images: attenuation, depth-dependent blur, scatter.

Both views are computed in the anatomical frame and share one pass over the points. Activity is laid into layers of
equal depth; the layers are blurred from the farthest to the nearest in a cascade, each step adding the blur that
separates it from the next. Images are double precision, so that processors which round the last digit differently
still give the same counts (`acquire.COUNT_STEP`).
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

FWHM_PER_SIGMA = 2.3548
"""Of a Gaussian."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Activity:
    """Points that emit.

    Parameters
    ----------
    place_mm : ndarray, shape (n, 3), float32
        Posed places.
    emission : ndarray, shape (n,), float64
        Concentration times volume.
    """

    place_mm: NDArray[np.float32]
    emission: NDArray[np.float64]


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
) -> NDArray[np.float64]:
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
    ndarray, shape (n,), float64
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
    return np.asarray(np.exp(-camera.attenuation_per_mm * path.astype(np.float64)))


def splat(frame: Frame, place: NDArray[np.float32], weight: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return points laid onto the image plane, each shared among its four nearest pixels.

    Parameters
    ----------
    frame : Frame
        The image plane.
    place : ndarray, shape (n, 3), float32
        Posed places.
    weight : ndarray, shape (n,), float64
        What each carries.

    Returns
    -------
    ndarray, shape (rows, cols), float64
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
    return np.bincount(index, value, minlength=rows * cols).reshape(rows, cols).astype(np.float64)


def blurred(image: NDArray[np.float64], sigma_mm: float, spacing_mm: tuple[float, float]) -> NDArray[np.float64]:
    """Return a Gaussian blur of a width given in millimetres.

    Parameters
    ----------
    image : ndarray, shape (rows, cols), float64
        What to blur; beyond its edge there is nothing.
    sigma_mm : float
        Standard deviation; nothing happens at 0.
    spacing_mm : tuple of float
        Row and column spacing.

    Returns
    -------
    ndarray, shape (rows, cols), float64
        Blurred image.
    """
    if sigma_mm <= 0:
        return image
    sigma_y, sigma_x = sigma_mm / spacing_mm[0], sigma_mm / spacing_mm[1]
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigmaX=sigma_x, sigmaY=sigma_y, borderType=cv2.BORDER_CONSTANT))


def blurred_layers(
    layers: list[NDArray[np.float64]], distances_mm: list[float], camera: Camera, frame: Frame
) -> NDArray[np.float64]:
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
    ndarray, shape (rows, cols), float64
        Sum of the blurred layers.
    """
    order = np.argsort(distances_mm)[::-1]
    sigmas = [camera.fwhm_mm(distances_mm[index]) / FWHM_PER_SIGMA for index in order]
    image = np.zeros(frame.shape, dtype=np.float64)
    for position, index in enumerate(order):
        following = sigmas[position + 1] if position + 1 < len(sigmas) else 0.0
        image = blurred(image + layers[index], (sigmas[position] ** 2 - following**2) ** 0.5, frame.spacing_mm)
    return image


def _soft_layers(
    tissue: Tissue, camera: Camera, starts: NDArray[np.float64], projection: Projection
) -> list[NDArray[np.float64]]:
    """Return what layers of soft tissue of concentration 1 send towards a detector, per square millimetre."""
    inside = tissue.inside
    front, back, lung_front, lung_back = (
        depth[inside].astype(np.float64)
        for depth in (tissue.front_mm, tissue.back_mm, tissue.lung_front_mm, tissue.lung_back_mm)
    )
    if projection is Projection.POSTERIOR:
        front, back, lung_front, lung_back, starts = -back, -front, -lung_back, -lung_front, -starts - LAYER_MM
    layers = []
    for low in starts:
        start, stop = np.maximum(front, low), np.minimum(back, low + LAYER_MM)
        length = np.maximum(stop - start, 0)
        air = np.maximum(np.minimum(lung_back, low + LAYER_MM) - np.maximum(lung_front, low), 0)
        length -= (1 - camera.lung_density) * np.minimum(air, length)
        path = np.maximum(0.5 * (start + stop) - front, 0)
        passed = np.clip(0.5 * (start + stop) - lung_front, 0, lung_back - lung_front)
        path -= (1 - camera.lung_density) * np.minimum(passed, path)
        layer = np.zeros(inside.shape)
        layer[inside] = length * np.exp(-camera.attenuation_per_mm * path)
        layers.append(layer)
    return layers


def _layer_starts(low: float, high: float) -> NDArray[np.float64]:
    """Return where the layers between two depths begin."""
    return np.asarray(np.arange(np.floor(low / LAYER_MM), np.ceil(high / LAYER_MM)) * LAYER_MM, dtype=np.float64)


def soft_image(
    tissue: Tissue, frame: Frame, camera: Camera, detectors: Detectors, projection: Projection
) -> NDArray[np.float64]:
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
    ndarray, shape (rows, cols), float64
        Events per pixel, arbitrary unit shared with `point_image`.
    """
    inside = tissue.inside
    starts = _layer_starts(float(tissue.front_mm[inside].min()), float(tissue.back_mm[inside].max()))
    area = frame.spacing_mm[0] * frame.spacing_mm[1]
    layers = [area * layer for layer in _soft_layers(tissue, camera, starts, projection)]
    distances = [_distance(float(low) + LAYER_MM / 2, detectors, projection) for low in starts]
    return blurred_layers(layers, distances, camera, frame)


def _distance(y_mm: float, detectors: Detectors, projection: Projection) -> float:
    """Return how far a depth is from a detector."""
    return y_mm - detectors.front_mm if projection is Projection.ANTERIOR else detectors.back_mm - y_mm


def point_image(
    activity: Activity, frame: Frame, camera: Camera, detectors: Detectors, projection: Projection
) -> NDArray[np.float64]:
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
    ndarray, shape (rows, cols), float64
        Events per pixel, arbitrary unit.
    """
    if len(activity.emission) == 0:
        return np.zeros(frame.shape, dtype=np.float64)
    y = activity.place_mm[:, 1]
    starts = _layer_starts(float(y.min()), float(y.max()) + 1e-3)
    number = np.floor((y - starts[0]) / LAYER_MM).astype(np.intp)
    layers, distances = [], []
    for index, low in enumerate(starts):
        mine = number == index
        layers.append(splat(frame, activity.place_mm[mine], activity.emission[mine]))
        distances.append(_distance(float(low) + LAYER_MM / 2, detectors, projection))
    return blurred_layers(layers, distances, camera, frame)
