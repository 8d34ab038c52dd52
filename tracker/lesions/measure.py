"""Forced measurement: every lesion at its place on every view of every visit, seen there or not.

The excess is what lies inside the outline above the expectation, which is first scaled to the ring around it, so
that a scan with more counts, or a whole bone that takes up more, does not look like a hotter lesion.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from tracker.lesions.place import Points, stored_pixels
from tracker.records.foci import FociView, VisitFoci
from tracker.records.lesion import Fate, Focus, FollowedCourse, LesionMeasurement, LesionPlace
from tracker.settings.lesions import LesionSettings

Z95 = 1.959964
"""Two-sided 95 % point of the normal distribution."""

Z95_ONE_SIDED = 1.644854
"""One-sided 95 % point of the normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Counts at one place of one view.

    Parameters
    ----------
    counts : float
        Detected events inside.
    background : float
        Events expected there without a lesion, scaled to the ring around it.
    noise_sd : float
        Standard deviation of ``counts - background`` from counting.
    model_sd : float
        Standard deviation of ``background`` as a model; the same at every visit, so it cancels in a change.
    shift_sd : float
        Standard deviation of ``counts`` from misplacement of the outline.
    area_mm2 : float
        Area measured over.
    unit_counts : float
        Counts per square millimetre that an uptake ratio of 1.0 makes around this place.
    """

    counts: float
    background: float
    noise_sd: float
    model_sd: float
    shift_sd: float
    area_mm2: float
    unit_counts: float

    @property
    def excess(self) -> float:
        """Counts above the background."""
        return self.counts - self.background

    @property
    def significance(self) -> float:
        """Excess over its standard deviation, model included."""
        return self.excess / float(np.hypot(self.noise_sd, self.model_sd))

    @property
    def relative_excess(self) -> float:
        """Excess over background."""
        return self.excess / self.background

    @property
    def relative_sd(self) -> float:
        """Standard deviation of `relative_excess` between visits."""
        return float(np.hypot(self.noise_sd, self.shift_sd)) / self.background


def read_pixels(
    pixels: NDArray[np.int32], seen: FociView, blocked: NDArray[np.bool_], settings: LesionSettings
) -> Reading | None:
    """Return what one place of one view shows, or None where it cannot be measured.

    Parameters
    ----------
    pixels : ndarray, shape (n, 2), int32
        Stored (row, col) inside the outline.
    seen : FociView
        The view.
    blocked : ndarray, shape (rows, cols), bool
        Pixels of any lesion of this view: they do not serve as surroundings.
    settings : LesionSettings
        Width of the ring.

    Returns
    -------
    Reading or None
        None where the place lies outside the usable body.
    """
    expectation = seen.expectation
    if len(pixels) == 0 or not expectation.usable[tuple(pixels.T)].mean() > 0.5:
        return None
    at = tuple(pixels.T)
    ring = _ring(pixels, seen, blocked, settings)
    expected = float(expectation.counts[at].sum())
    ring_counts, ring_expected = float(seen.view.counts[ring].sum()), float(expectation.counts[ring].sum())
    prior = settings.ring_prior_counts
    scale = (ring_counts + prior) / (ring_expected + prior)
    background = max(expected * scale, 0.5)
    noise = float(seen.view.counts[at].sum()) + background**2 / (ring_counts + prior)
    shift = settings.misplacement_mm if seen.error_mm is None else float(seen.error_mm[at].mean())
    return Reading(
        counts=float(seen.view.counts[at].sum()),
        background=background,
        noise_sd=float(np.sqrt(max(noise, 1.0))),
        model_sd=float(expectation.model_sd[at].sum()) * 0.5,
        shift_sd=_shift_sd(pixels, seen, shift),
        area_mm2=len(pixels) * seen.view.pixel_area_mm2,
        unit_counts=seen.normaliser.counts_per_mm2,
    )


def _ring(
    pixels: NDArray[np.int32], seen: FociView, blocked: NDArray[np.bool_], settings: LesionSettings
) -> tuple[NDArray[np.intp], ...]:
    """Return the pixels around an outline, of the tissue it lies in, free of lesions."""
    reach = np.ceil(settings.ring_mm / np.asarray(seen.view.spacing_mm)).astype(int) + 2
    low = np.maximum(pixels.min(axis=0) - reach, 0)
    high = np.minimum(pixels.max(axis=0) + reach + 1, seen.view.counts.shape)
    box = (slice(low[0], high[0]), slice(low[1], high[1]))
    inside = np.zeros((high[0] - low[0], high[1] - low[1]), dtype=np.bool_)
    inside[tuple((pixels - low).T)] = True
    gap = binary_dilation(inside, iterations=max(1, round(settings.gap_mm / seen.view.spacing_mm[0])))
    far = binary_dilation(inside, iterations=max(2, round(settings.ring_mm / seen.view.spacing_mm[0])))
    bone = seen.expectation.bone[box]
    tissue = bone if bone[inside].mean() > 0.5 else ~bone
    ring = far & ~gap & tissue & seen.expectation.usable[box] & ~blocked[box]
    rows, cols = np.nonzero(ring)
    return (rows + low[0], cols + low[1])


def _shift_sd(pixels: NDArray[np.int32], seen: FociView, error_mm: float) -> float:
    """Return how much the counts inside an outline vary when it is misplaced by ``error_mm`` in any direction."""
    counts = seen.view.counts
    steps = np.maximum(1, np.round(error_mm / np.asarray(seen.view.spacing_mm))).astype(int)
    sums = []
    for step in ((steps[0], 0), (-steps[0], 0), (0, steps[1]), (0, -steps[1])):
        moved = np.clip(pixels + np.array(step), 0, np.array(counts.shape) - 1)
        sums.append(float(counts[tuple(moved.T)].sum()))
    here = float(counts[tuple(pixels.T)].sum())
    spread = float(np.mean((np.array(sums) - here) ** 2))
    moved_mm = float(np.mean(steps * np.asarray(seen.view.spacing_mm)))
    share = (error_mm / moved_mm) ** 2 / 2
    return float(np.sqrt(max(0.0, spread - 2 * here) * share))


def blocked_pixels(seen: FociView) -> NDArray[np.bool_]:
    """Return the pixels that any focus of a view covers.

    Parameters
    ----------
    seen : FociView
        One view.

    Returns
    -------
    ndarray, shape (rows, cols), bool
        True inside any outline.
    """
    blocked = np.zeros(seen.view.counts.shape, dtype=np.bool_)
    for focus in seen.foci:
        blocked[tuple(focus.pixels.T)] = True
    return blocked


def measure_everywhere(
    course: FollowedCourse, visits: tuple[VisitFoci, ...], settings: LesionSettings
) -> tuple[LesionMeasurement, ...]:
    """Return every lesion measured at its place on every view of every visit.

    Parameters
    ----------
    course : FollowedCourse
        What was followed.
    visits : tuple of VisitFoci
        The same visits, with their counts.
    settings : LesionSettings
        Width of the ring.

    Returns
    -------
    tuple of LesionMeasurement
        Ordered by visit (earliest first), lesion, view.
    """
    rows: list[LesionMeasurement] = []
    for visit in sorted(visits, key=lambda one: (one.study_date, one.study_uid)):
        followed = next(one for one in course.visits if one.study_uid == visit.study_uid)
        for seen in visit.views:
            blocked = blocked_pixels(seen)
            present = {
                lesion.lesion_id: lesion.focus
                for lesion in followed.lesions
                if lesion.focus.projection is seen.projection and lesion.fate not in (Fate.RESOLVED, Fate.MERGED)
            }
            rows += [
                _measurement(place, visit, seen, blocked, present.get(place.lesion_id), settings)
                for place in course.places
                if place.projection is seen.projection
            ]
    return tuple(rows)


def _measurement(
    place: LesionPlace,
    visit: VisitFoci,
    seen: FociView,
    blocked: NDArray[np.bool_],
    present: Focus | None,
    settings: LesionSettings,
) -> LesionMeasurement:
    """Return one lesion measured on one view."""
    pixels = stored_pixels(_outline_at(place, present), seen.view, seen.alignment, place.area_mm2)
    reading = read_pixels(pixels, seen, blocked, settings) if visit.evaluable else None
    centre = pixels.mean(axis=0) if len(pixels) else np.full(2, np.nan)
    blank = LesionMeasurement(
        study_uid=visit.study_uid,
        lesion_id=place.lesion_id,
        projection=seen.projection,
        row_px=float(centre[0]),
        col_px=float(centre[1]),
        area_mm2=len(pixels) * seen.view.pixel_area_mm2,
        uptake_ratio=None,
        low=None,
        high=None,
        upper_limit=None,
        significance=0.0,
        detected=present is not None,
        reason_empty=visit.reason or "outside the measurable body on this view",
    )
    return blank if reading is None else _filled(blank, reading, seen, settings)


def _outline_at(place: LesionPlace, present: Focus | None) -> Points:
    """Return the outline of a lesion where a visit shows it: alignment is off by more than a small lesion's width."""
    if present is None:
        return place.outline_mm
    return np.asarray(place.outline_mm + (present.row_mm - place.row_mm, present.col_mm - place.col_mm))


def _filled(blank: LesionMeasurement, reading: Reading, seen: FociView, settings: LesionSettings) -> LesionMeasurement:
    """Return ``blank`` with its numbers; the interval holds what differs between scans on which nothing changed."""
    unit = reading.unit_counts * reading.area_mm2
    ratio = reading.counts / unit
    own_sd = np.hypot(np.sqrt(max(reading.counts, 1.0)), reading.shift_sd) / unit
    between_scans = ratio * np.hypot(seen.normaliser.relative_sd, settings.repeat_sd)
    spread = float(np.hypot(own_sd, between_scans))
    most = max(reading.excess, 0.0) + Z95_ONE_SIDED * float(np.hypot(reading.noise_sd, reading.model_sd))
    return replace(
        blank,
        uptake_ratio=ratio,
        low=max(0.0, ratio - Z95 * spread),
        high=ratio + Z95 * spread,
        upper_limit=(reading.background + most) / unit,
        significance=reading.significance,
        reason_empty="",
    )
