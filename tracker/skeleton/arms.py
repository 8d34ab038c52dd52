"""Both arms laid straight, so that the same place of either arm lies at the same row and column.

A strip follows one arm from the lower humerus over elbow and wrist to the finger tips; the other arm's is mirrored.
Where a bone is not named, because the field ends or it lies on the trunk, the strip goes on straight.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.records.regions import FINE_LABEL, SIDES

Image = NDArray[np.float32]
Labels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Place = NDArray[np.float64]

ABOVE_ELBOW, FOREARM, BEYOND_WRIST, WIDTH = 40, 96, 72, 32
"""Samples of a strip: above the elbow, from elbow to wrist, beyond the wrist, and across; one template pixel apart but
between elbow and wrist, where forearms of all lengths take the same number."""

STRIP = (ABOVE_ELBOW + FOREARM + BEYOND_WRIST, WIDTH)
"""Rows and columns of a strip."""

BONES = ("humerus", "forearm", "hand")
"""Regions of one arm, from the shoulder down."""

ARM_LABELS = {
    side: {
        bone: tuple(k for name, k in FINE_LABEL.items() if name.startswith(bone) and name.endswith(side))
        for bone in BONES
    }
    for side in SIDES
}
"""Labels of each bone of each arm."""

LEAST_PX = 50
"""Bones that show fewer pixels guide no strip."""

MEET_PX = 9
"""Two bones meet where both, widened by this much, overlap: 22 mm."""

GAP_PX = 40.0
"""A bone farther than this from the one above it belongs to something else."""

FAR_PERCENTILE = 97.0
"""The end of a bone is the mean of its pixels beyond this percentile of distance."""

FOREARM_PX = (35.0, 150.0)
"""Range of a forearm's length."""

BEND_PX = 8.0
"""Standard deviation of the smoothing of a strip's direction."""


@dataclass(frozen=True, slots=True)
class _Axis:
    """Row and column of shoulder end, elbow, wrist and finger tips."""

    shoulder: Place
    elbow: Place
    wrist: Place
    tip: Place


def _main_piece(mask: Mask) -> Mask | None:
    """Return the largest piece of a mask, None if it is too small to guide."""
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if len(stats) < 2 or stats[1:, cv2.CC_STAT_AREA].max() < LEAST_PX:
        return None
    return np.asarray(pieces == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()))


def _toward(start: Place, end: Place) -> Place:
    """Return the unit vector from one place to another."""
    return np.asarray((end - start) / max(1e-6, float(np.hypot(*(end - start)))))


def _end(bone: Mask, place: Place) -> Place:
    """Return the end of a bone away from a place."""
    at = np.argwhere(bone)
    away = np.hypot(*(at - place).T)
    return np.asarray(at[away >= np.percentile(away, FAR_PERCENTILE)].mean(axis=0))


def _top(bone: Mask) -> Place:
    """Return the uppermost end of a bone."""
    at = np.argwhere(bone)
    return np.asarray(at[: max(1, round(len(at) * (1 - FAR_PERCENTILE / 100)))].mean(axis=0))


def _joint(upper: Mask, lower: Mask) -> Place | None:
    """Return where two bones meet, None if the lower one is too far away to belong to the upper one."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * MEET_PX + 1, 2 * MEET_PX + 1))
    both = np.argwhere(cv2.dilate(upper.astype(np.uint8), disc) & cv2.dilate(lower.astype(np.uint8), disc))
    if len(both):
        return np.asarray(both.mean(axis=0))
    end, at = _end(upper, _top(upper)), np.argwhere(lower)
    away = np.hypot(*(at - end).T)
    return (end + at[away.argmin()]) / 2 if away.min() < GAP_PX else None


def _axis(humerus: Mask | None, forearm: Mask | None, hand: Mask | None) -> _Axis | None:
    """Return the axis of an arm of which some bones are named."""
    elbow = _joint(humerus, forearm) if humerus is not None and forearm is not None else None
    if humerus is not None and elbow is None:
        shoulder = _top(humerus)
        elbow = _end(humerus, shoulder)
        down = _toward(shoulder, elbow)
        return _Axis(shoulder, elbow, elbow + FOREARM * down, elbow + 2 * FOREARM * down)
    if forearm is None:
        return None if hand is None else _axis_of_hand(hand)
    wrist = _joint(forearm, hand) if hand is not None else None
    tip = _end(hand, wrist) if hand is not None and wrist is not None else None
    if elbow is None:
        elbow = _top(forearm) if wrist is None else _end(forearm, wrist)
    if wrist is None:
        wrist = _end(forearm, elbow)
    down, length = _toward(elbow, wrist), float(np.hypot(*(wrist - elbow)))
    wrist = elbow + down * np.clip(length, *FOREARM_PX)
    shoulder = elbow - FOREARM * down if humerus is None else _end(humerus, elbow)
    return _Axis(shoulder, elbow, wrist, wrist + FOREARM * down if tip is None else tip)


def _axis_of_hand(hand: Mask) -> _Axis:
    """Return the axis of an arm of which only the hand is named: hanging."""
    down, tip = np.array([1.0, 0.0]), _end(hand, _top(hand))
    wrist = _top(hand)
    return _Axis(wrist - 2 * FOREARM * down, wrist - FOREARM * down, wrist, tip)


def _strip(axis: _Axis, outward: int) -> Image:
    """Return the row and column of every sample of a strip whose columns run outward."""
    up, beyond = _toward(axis.elbow, axis.shoulder), _toward(axis.wrist, axis.tip)
    middle = np.concatenate(
        [
            axis.elbow + up * np.arange(ABOVE_ELBOW, 0, -1)[:, None],
            axis.elbow + (axis.wrist - axis.elbow) * ((np.arange(FOREARM) + 0.5) / FOREARM)[:, None],
            axis.wrist + beyond * (np.arange(BEYOND_WRIST) + 0.5)[:, None],
        ]
    ).astype(np.float32)
    smooth = cv2.GaussianBlur(middle, (1, 0), 0, sigmaY=BEND_PX, borderType=cv2.BORDER_REPLICATE)
    along = np.gradient(smooth, axis=0)
    along /= np.maximum(np.hypot(*along.T)[:, None], 1e-6)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    away = (np.arange(WIDTH) - WIDTH / 2 + 0.5) * outward
    return np.asarray(middle[:, None] + across[:, None] * away[None, :, None], dtype=np.float32)


def arm_strips(labels: Sequence[Labels]) -> dict[str, Image]:
    """Return where both arms lie, each as one strip.

    Parameters
    ----------
    labels : sequence of ndarray, shape (rows, cols), uint8
        Fine region numbers of one or two views of one geometry, template pixels, anatomical frame.

    Returns
    -------
    dict of str to ndarray, shape (*STRIP, 2), float32
        Row and column of every sample, by side; arms of which no bone is named are left out.
    """
    found = {}
    for side, outward in zip(SIDES, (1, -1), strict=True):
        masks = [
            _main_piece(np.logical_or.reduce([np.isin(image, ARM_LABELS[side][bone]) for image in labels]))
            for bone in BONES
        ]
        axis = _axis(*masks)
        if axis is not None:
            found[side] = _strip(axis, outward)
    return found


def sampled(image: NDArray[np.generic], strip: Image) -> Image:
    """Return an image sampled along a strip, linearly, zero outside the image.

    Parameters
    ----------
    image : ndarray, shape (rows, cols)
        On the template grid.
    strip : ndarray, shape (*STRIP, 2), float32
        Row and column of every sample.

    Returns
    -------
    ndarray, shape STRIP, float32
        The samples.
    """
    taken = cv2.remap(
        image.astype(np.float32),
        np.ascontiguousarray(strip[..., 1]),
        np.ascontiguousarray(strip[..., 0]),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=0,
    )
    return np.asarray(taken, dtype=np.float32)


def covered(strips: Iterable[Image], shape: tuple[int, int]) -> Mask:
    """Return the pixels over which strips lie.

    Parameters
    ----------
    strips : iterable of ndarray, shape (*STRIP, 2), float32
        Row and column of every sample.
    shape : tuple of int
        Rows and columns of the image.

    Returns
    -------
    ndarray, shape ``shape``, bool
        True between the first and the last column of a strip.
    """
    mask = np.zeros(shape, dtype=np.uint8)
    for strip in strips:
        edge = np.concatenate([strip[:, 0], strip[::-1, -1]])[:, ::-1]
        cv2.fillPoly(mask, [np.rint(edge).astype(np.int32)], (1,))
    return np.asarray(mask > 0)
