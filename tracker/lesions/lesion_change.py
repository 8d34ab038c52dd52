"""Which lesions changed between two visits: at the middle of each, how sure it is.

The share of each visit's counts that look like a lesion's (`tracker.lesions.evidence`) says what lesions *add*. It is
compared at the middle of every lesion of either visit and either view, not wherever the difference peaks: two outlines
of one lesion that lie a pixel apart differ most at their rims. Six readings then make the odds of a change: the
difference over its own standard deviation, how much the hotter visit looks like a lesion there, and how the counts
themselves changed, each on this view and on the other, whose noise is not shared.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates, maximum_filter
from scipy.special import expit
from scipy.stats import norm

from tracker.lesions.place import Points
from tracker.lesions.smoothing import noise_share, smooth
from tracker.settings.lesions import LesionSettings

Image = NDArray[np.float64]

INTERCEPT = -8.5
"""Log odds of a change where nothing is seen. This and the weights below: logistic regression of true and false places
on simulated courses (seeds 1000-1035)."""

DIFFERENCE_WEIGHTS = (0.95, 0.5)
"""Weight of the difference of what lesions add, on this view and on the other, per standard deviation."""

ODDS_WEIGHTS = (0.37, 0.2)
"""Weight of the hotter visit's log odds of a lesion, on this view and on the other."""

COUNTS_WEIGHTS = (0.2, 0.15)
"""Weight of the change of all counts, on this view and on the other, per standard deviation."""

MOST_ODDS = 8.0
"""Log odds beyond which, up or down, nothing is added."""

MOST_DIFFERENCE, MOST_COUNTS = 30.0, (-10.0, 15.0)
"""Standard deviations beyond which nothing is added: of what lesions add, either way; of all counts, against and for
the change."""

SURETY_REACH_MM = 7.0
"""Odds are the greatest within this distance, millimetres: an outline and its middle need not agree."""

LEAST_SHARE = 0.02
"""Share of the counts that lesions add from which a place is looked at."""

LEAST_COUNTS = 0.2
"""Counts per pixel, of both visits together, that the share is taken of at least."""

LEAST_ODDS = -5.0
"""Log odds of a lesion, at either visit, from which a place is looked at."""

OTHER_MIDDLE_MM = 10.0
"""A lesion's middle on the other view is looked at here unless one of this view lies this near, millimetres."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Added:
    """What lesions add on one view of two visits, on the later one's stored pixels, each of shape (rows, cols).

    Parameters
    ----------
    difference : ndarray, float64
        Later minus earlier, over its own standard deviation.
    total : ndarray, float64
        Smoothed counts that lesions add, both visits together.
    middles : ndarray, shape (n, 2), intp
        Pixels at which that peaks: the middles of lesions.
    odds : tuple of ndarray
        Log odds of a lesion nearby, at the later and at the earlier visit.
    counts_score : ndarray, float64
        Change of all counts over its own standard deviation.
    usable : ndarray, bool
        Where both visits can be compared.
    """

    difference: Image
    total: Image
    middles: NDArray[np.intp]
    odds: tuple[Image, Image]
    counts_score: Image
    usable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """Two visits on the later one's stored pixels, later first.

    Parameters
    ----------
    counts, share, odds : tuple of ndarray, shape (rows, cols)
        Counts, the earlier ones scaled; the lesions' share of them; log odds of a lesion.
    gain : float
        What the earlier counts were multiplied by.
    counts_score : ndarray, shape (rows, cols)
        Change of all counts over its own standard deviation.
    usable : ndarray, shape (rows, cols), bool
        Where both visits can be compared.
    spacing_mm : ndarray, shape (2,)
        Of the pixels.
    """

    counts: tuple[Image, Image]
    share: tuple[Image, Image]
    odds: tuple[Image, Image]
    gain: float
    counts_score: Image
    usable: NDArray[np.bool_]
    spacing_mm: NDArray[np.float64]


def added_by_lesions(seen: Seen, settings: LesionSettings) -> Added:
    """Return what lesions add at two visits.

    Parameters
    ----------
    seen : Seen
        Both visits.
    settings : LesionSettings
        Widths, repeatability.

    Returns
    -------
    Added
        With the middles of lesions.
    """
    narrow = settings.scales_mm[0] / seen.spacing_mm
    here, then = (smooth(share * counts, narrow) for share, counts in zip(seen.share, seen.counts, strict=True))
    both = seen.counts[0] + seen.counts[1]
    mean = smooth(both / 2, 3.0 / seen.spacing_mm)
    noise = smooth(mean * (1 + seen.gain), narrow / np.sqrt(2)) * noise_share(narrow)
    total, reach = here + then, _reach(SURETY_REACH_MM, seen)
    odds = (maximum_filter(seen.odds[0], size=reach), maximum_filter(seen.odds[1], size=reach))
    top = total == maximum_filter(total, size=_reach(settings.pair_mm / 2, seen))
    shown = total > LEAST_SHARE * np.maximum(smooth(both, narrow), LEAST_COUNTS)
    return Added(
        difference=(here - then) / np.sqrt(noise + (settings.repeat_sd * total) ** 2 + 1e-3),
        total=total,
        middles=np.argwhere(top & shown & seen.usable & (np.maximum(*odds) > LEAST_ODDS)),
        odds=odds,
        counts_score=seen.counts_score,
        usable=seen.usable,
    )


def _reach(width_mm: float, seen: Seen) -> tuple[int, ...]:
    """Return the size of a window that reaches so far to every side, pixels."""
    return tuple(2 * np.maximum(1, np.round(width_mm / seen.spacing_mm)).astype(int) + 1)


def all_middles(here: Added, others: Sequence[Points], spacing_mm: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the middles of a view's lesions, and those that another view alone shows.

    Parameters
    ----------
    here : Added
        The view.
    others : sequence of ndarray, shape (n, 2)
        Middles of other views on this view's stored pixels.
    spacing_mm : ndarray, shape (2,)
        Of the pixels.

    Returns
    -------
    ndarray, shape (n, 2), intp
        Stored (row, col).
    """
    found = [here.middles]
    for places in others:
        pixels = np.round(places).astype(np.intp)
        pixels = pixels[((pixels >= 0) & (pixels < here.usable.shape)).all(axis=1)]
        far = [
            pixel
            for pixel in pixels
            if here.usable[tuple(pixel)]
            and not (np.hypot(*((here.middles - pixel) * spacing_mm).T) <= OTHER_MIDDLE_MM).any()
        ]
        found.append(np.array(far, dtype=np.intp).reshape(-1, 2))
    return np.concatenate(found)


def changed_odds(
    here: Added, middles: NDArray[np.intp], others: Sequence[tuple[Added, Points]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the direction and the log odds of a change at every middle.

    Parameters
    ----------
    here : Added
        The view.
    middles : ndarray, shape (n, 2), intp
        Stored (row, col).
    others : sequence of tuple of Added and ndarray, shape (n, 2)
        Other views, with the middles on their stored pixels.

    Returns
    -------
    tuple of ndarray, shape (n,)
        1 for hotter, -1 for less hot; and the log odds.
    """
    direction = np.where(here.difference[tuple(middles.T)] >= 0, 1.0, -1.0)
    log_odds = INTERCEPT + _told(here, middles.astype(np.float64), direction, 0)
    for other, places in others:
        log_odds = log_odds + _told(other, places, direction, 1)
    return direction, log_odds


def _told(seen: Added, places: Points, direction: NDArray[np.float64], which: int) -> NDArray[np.float64]:
    """Return what one view adds to the log odds; ``which`` weight of each pair counts."""
    now, before = (_at(one, places) for one in seen.odds)
    difference = np.clip(direction * _at(seen.difference, places), -MOST_DIFFERENCE, MOST_DIFFERENCE)
    odds = np.clip(np.where(direction > 0, now, before), -MOST_ODDS, MOST_ODDS)
    counts = np.clip(direction * _at(seen.counts_score, places), *MOST_COUNTS)
    return np.asarray(
        DIFFERENCE_WEIGHTS[which] * difference + ODDS_WEIGHTS[which] * odds + COUNTS_WEIGHTS[which] * counts
    )


def _at(image: Image, places: Points) -> NDArray[np.float64]:
    """Return an image at places between pixels; 0 outside it."""
    return np.asarray(map_coordinates(image, places.T, order=1, mode="constant"))


def sureness(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log odds of a change as standard deviations: chance leaves a normal deviate as large as rarely.

    Parameters
    ----------
    log_odds : ndarray
        Of a change.

    Returns
    -------
    ndarray
        Same shape; positive.
    """
    return np.asarray(norm.isf(0.5 * expit(-log_odds)))
