"""The lesions of a scene on the canvas: how many, how large and how hot, and their light on each view."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.phantom.camera import FWHM_PER_SIGMA
from tracker.phantom.lesions import METASTASIS_SHARE
from tracker.simulation.foci_teaching.scenes import EXCESS, MOST_LESIONS, SIZE_SPREAD
from tracker.simulation.teaching.layers import CANVAS, Image
from tracker.skeleton.template import STEP_MM

DIAMETER_MM = (8.0, 40.0)
"""Range of a lesion's diameter."""

ELSEWHERE_SHARE = 0.1
"""Share of lesions in bones where metastases are rare."""

REACH_SD = 3.0
"""Blur beyond this many standard deviations is left out."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patch:
    """Light of one lesion on one view: a window of the canvas.

    Parameters
    ----------
    view : int
        0 anterior, 1 posterior.
    row, col : int
        First row and column of the window.
    light : ndarray, shape (rows, cols), float32
        What the lesion adds.
    """

    view: int
    row: int
    col: int
    light: Image


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LesionForm:
    """Shape and heat of one lesion.

    Parameters
    ----------
    excess : float
        Uptake above its bone's, relative, in its middle.
    half_px : ndarray, shape (2,)
        Half axes.
    turn_rad : float
        Direction of the first axis, from down to right.
    """

    excess: float
    half_px: NDArray[np.float64]
    turn_rad: float

    def share(self, down: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how much of a place the lesion fills, as an ellipsoid seen from above.

        Parameters
        ----------
        down, right : ndarray
            Distance from its middle, pixels.

        Returns
        -------
        ndarray
            From 0 outside to 1 in the middle.
        """
        along = (down * np.cos(self.turn_rad) + right * np.sin(self.turn_rad)) / self.half_px[0]
        across = (right * np.cos(self.turn_rad) - down * np.sin(self.turn_rad)) / self.half_px[1]
        return np.asarray(np.sqrt(np.clip(1 - along**2 - across**2, 0, None)))


def lesion_forms(size: float, rng: np.random.Generator) -> list[LesionForm]:
    """Return the forms of the lesions of one scene.

    Parameters
    ----------
    size : float
        Of the body, against the reference body.
    rng : Generator
        Source of randomness.

    Returns
    -------
    list of LesionForm
        May be empty.
    """
    share = float(np.exp(rng.normal(0, SIZE_SPREAD)))
    median, spread, least, greatest = EXCESS
    return [
        LesionForm(
            excess=float(np.clip(rng.lognormal(np.log(median), spread), least, greatest)),
            half_px=np.maximum(0.5 * share * rng.uniform(*DIAMETER_MM, 2) / STEP_MM * size, 1.0),
            turn_rad=float(rng.uniform(0, np.pi)),
        )
        for _ in range(int(rng.integers(0, MOST_LESIONS + 1)))
    ]


def lesion_chances(names: NDArray[np.str_], amounts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chance of every piece of bone to hold a lesion: as metastases lie, a few anywhere.

    Parameters
    ----------
    names : ndarray of str, shape (n,)
        Region of each piece, without side.
    amounts : ndarray, shape (n,)
        How much bone each piece is.

    Returns
    -------
    ndarray, shape (n,)
        Sums to 1.
    """
    regions, region = np.unique(names, return_inverse=True)
    usual = np.array([METASTASIS_SHARE.get(str(name), 0.0) for name in regions])
    of_region = np.maximum(np.bincount(region, amounts), 1e-9)
    likely = (usual / of_region)[region] * amounts
    likely = likely / max(float(likely.sum()), 1e-9)
    chance = (1 - ELSEWHERE_SHARE) * likely + ELSEWHERE_SHARE * amounts / amounts.sum()
    return np.asarray(chance / chance.sum())


def blurred(patches: list[Patch], fwhm_mm: float) -> list[Patch]:
    """Return patches as the camera blurs them, cut at the canvas.

    Parameters
    ----------
    patches : list of Patch
        Sharp.
    fwhm_mm : float
        Resolution.

    Returns
    -------
    list of Patch
        Same order, larger windows.
    """
    sd_px = fwhm_mm / FWHM_PER_SIGMA / STEP_MM
    pad = int(np.ceil(REACH_SD * sd_px))
    found = []
    for patch in patches:
        light = cv2.GaussianBlur(np.pad(patch.light, pad), (0, 0), sd_px)
        top, left = patch.row - pad, patch.col - pad
        light = light[max(0, -top) : CANVAS[0] - top, max(0, -left) : CANVAS[1] - left]
        found.append(Patch(view=patch.view, row=max(0, top), col=max(0, left), light=light))
    return found
