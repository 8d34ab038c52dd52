"""Forced measurement in the service of fates: whether a lesion is still there, and whether it was before."""

from collections.abc import Sequence

import numpy as np

from tracker.lesions.measure import Reading, blocked_pixels, read_pixels
from tracker.lesions.place import Points, stored_pixels
from tracker.lesions.sighting import Sighting
from tracker.lesions.tracks import carried
from tracker.records.foci import VisitFoci
from tracker.records.view import Projection
from tracker.settings.lesions import LesionSettings


def still_there(last: Sighting, visit: VisitFoci, settings: LesionSettings) -> Sighting | None:
    """Return a known lesion as it is still seen at its place, or None if it is gone.

    Parameters
    ----------
    last : Sighting
        The lesion as last seen.
    visit : VisitFoci
        The visit to look at.
    settings : LesionSettings
        Significance at which a known lesion is still seen.

    Returns
    -------
    Sighting or None
        The views on which its place is still significantly hot.
    """
    foci, outlines = [], []
    for focus, outline in zip(last.foci, last.outlines_mm, strict=True):
        view = visit.view(focus.projection)
        here = carried(focus, outline, view) if view is not None else None
        if here is None or view is None:
            continue
        reading = read_pixels(here.pixels, view, blocked_pixels(view), settings)
        if reading is not None and reading.significance >= settings.keep_significance:
            foci.append(here)
            outlines.append(outline)
    return Sighting(foci=tuple(foci), outlines_mm=tuple(outlines)) if foci else None


def is_new(sighting: Sighting, visit: VisitFoci, earlier: Sequence[VisitFoci], settings: LesionSettings) -> bool:
    """Return whether a sighting stands significantly above the same place on every earlier visit.

    Parameters
    ----------
    sighting : Sighting
        A lesion without a known one.
    visit : VisitFoci
        The visit that shows it.
    earlier : sequence of VisitFoci
        Evaluable visits before it.
    settings : LesionSettings
        Significance of a change.

    Returns
    -------
    bool
        False where no earlier visit shows the place at all.
    """
    return all(rise(sighting, visit, before, settings) >= settings.change_significance for before in earlier)


def rise(sighting: Sighting, visit: VisitFoci, before: VisitFoci, settings: LesionSettings) -> float:
    """Return how far a sighting rose since an earlier visit, in standard deviations, over both views.

    Parameters
    ----------
    sighting : Sighting
        A lesion of ``visit``.
    visit, before : VisitFoci
        The later and the earlier visit.
    settings : LesionSettings
        Width of the surroundings.

    Returns
    -------
    float
        0 where no view can be compared.
    """
    rises = []
    for focus, outline in zip(sighting.foci, sighting.outlines_mm, strict=True):
        now = _reading(focus.projection, outline, focus.area_mm2, visit, settings)
        then = _reading(focus.projection, outline, focus.area_mm2, before, settings)
        if now is not None and then is not None:
            repeat = settings.repeat_sd * np.hypot(1 + now.relative_excess, 1 + then.relative_excess)
            spread = np.hypot(np.hypot(now.relative_sd, then.relative_sd), repeat)
            rises.append((now.relative_excess - then.relative_excess) / spread)
    return float(np.sum(rises) / np.sqrt(len(rises))) if rises else 0.0


def _reading(
    projection: Projection, outline: Points, area_mm2: float, visit: VisitFoci, settings: LesionSettings
) -> Reading | None:
    """Return what the place of an outline shows at one visit, or None."""
    view = visit.view(projection)
    if view is None:
        return None
    pixels = stored_pixels(outline, view.view, view.alignment, area_mm2)
    return read_pixels(pixels, view, blocked_pixels(view), settings)
