"""Forced measurement in the service of fates: whether a lesion is still there, and whether it was before."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.lesions.measure import Reading, blocked_pixels, read_pixels
from tracker.lesions.place import Points, stored_pixels
from tracker.lesions.sighting import Sighting
from tracker.lesions.tracks import Track, carried, outline_mm, views_of
from tracker.records.foci import FociView, VisitFoci
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
        if _shows(here.pixels, view, settings):
            foci.append(here)
            outlines.append(outline)
    return Sighting(foci=tuple(foci), outlines_mm=tuple(outlines)) if foci else None


def on_both_views(sighting: Sighting, visit: VisitFoci, settings: LesionSettings) -> Sighting:
    """Return a sighting with the view added that shows its place as well, though too weakly to be found there alone.

    Parameters
    ----------
    sighting : Sighting
        A lesion of ``visit``.
    visit : VisitFoci
        The visit.
    settings : LesionSettings
        Log odds at which a known lesion is still seen.

    Returns
    -------
    Sighting
        The same where there is no evidence, or both views were found already.
    """
    for view in visit.views:
        if view.evidence is None or sighting.focus(view.projection) is not None:
            continue
        here = carried(sighting.foci[0], sighting.outlines_mm[0], view)
        if here is not None and _shows(here.pixels, view, settings):
            outline = outline_mm(here, view)
            both = sorted(
                [*zip(sighting.foci, sighting.outlines_mm, strict=True), (here, outline)],
                key=lambda one: one[0].projection,
            )
            sighting = Sighting(foci=tuple(one[0] for one in both), outlines_mm=tuple(one[1] for one in both))
    return sighting


def _shows(pixels: NDArray[np.int32], seen: FociView, settings: LesionSettings) -> bool:
    """Return whether a place still looks like a lesion: by its evidence, or by its significance where there is none."""
    odds = seen.odds_at(pixels)
    if odds is not None:
        return odds >= settings.keep_odds
    reading = read_pixels(pixels, seen, blocked_pixels(seen), settings)
    return reading is not None and reading.significance >= settings.keep_significance


def is_new(sighting: Sighting, visit: VisitFoci, earlier: Sequence[VisitFoci], settings: LesionSettings) -> bool:
    """Return whether a sighting stands significantly above the same place on every earlier visit, which looked healthy.

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
    return all(_rose(sighting, visit, before, settings) for before in earlier)


def is_another(
    track: Track, sighting: Sighting, visit: VisitFoci, earlier: Sequence[VisitFoci], settings: LesionSettings
) -> bool:
    """Return whether a sighting at a known lesion's place is a new lesion, what was known there having been doubtful.

    Parameters
    ----------
    track : Track
        The known lesion.
    sighting : Sighting
        What is seen at its place now.
    visit : VisitFoci
        The visit that shows it.
    earlier : sequence of VisitFoci
        Evaluable visits before it.
    settings : LesionSettings
        When a focus leaves no doubt, and which rise settles it.

    Returns
    -------
    bool
        False where there is no evidence, or where the known lesion ever left no doubt.
    """
    views = views_of(earlier)
    known = [
        views[uid, focus.projection].odds_at(focus.pixels) for uid, seen in track.seen.items() for focus in seen.foci
    ]
    if None in known or max((odds for odds in known if odds is not None), default=np.inf) >= settings.doubt_odds:
        return False
    return all((rise(sighting, visit, before, settings) or 0.0) >= settings.sure_rise for before in earlier)


def _rose(sighting: Sighting, visit: VisitFoci, before: VisitFoci, settings: LesionSettings) -> bool:
    """Return whether a place rose from what looked healthy, or so much that how it looked does not matter.

    Where it looked quiet before, a small rise is enough; where nothing can be measured, the look alone decides.
    """
    by = rise(sighting, visit, before, settings)
    if _looked_quiet(sighting, before, settings):
        return by is None or by >= settings.quiet_rise
    if by is None:
        return False
    healthy = still_there(sighting, before, settings) is None
    return by >= (settings.change_significance if healthy else settings.sure_rise)


def _looked_quiet(sighting: Sighting, before: VisitFoci, settings: LesionSettings) -> bool:
    """Return whether a sighting's place looked quiet on every view of an earlier visit that says how it looked."""
    odds = []
    for focus, outline in zip(sighting.foci, sighting.outlines_mm, strict=True):
        view = before.view(focus.projection)
        if view is not None:
            pixels = stored_pixels(outline, view.view, view.alignment, focus.area_mm2)
            odds += [view.odds_at(pixels)] if len(pixels) else []
    known = [one for one in odds if one is not None]
    return bool(known) and max(known) < settings.quiet_odds


def rise(sighting: Sighting, visit: VisitFoci, before: VisitFoci, settings: LesionSettings) -> float | None:
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
    float or None
        None where no view can be compared.
    """
    rises = []
    for focus, outline in zip(sighting.foci, sighting.outlines_mm, strict=True):
        now = _reading(focus.projection, outline, focus.area_mm2, visit, settings)
        then = _reading(focus.projection, outline, focus.area_mm2, before, settings)
        if now is not None and then is not None:
            repeat = settings.repeat_sd * np.hypot(1 + now.relative_excess, 1 + then.relative_excess)
            spread = np.hypot(np.hypot(now.relative_sd, then.relative_sd), repeat)
            rises.append((now.relative_excess - then.relative_excess) / spread)
    return float(np.sum(rises) / np.sqrt(len(rises))) if rises else None


def _reading(
    projection: Projection, outline: Points, area_mm2: float, visit: VisitFoci, settings: LesionSettings
) -> Reading | None:
    """Return what the place of an outline shows at one visit, or None."""
    view = visit.view(projection)
    if view is None:
        return None
    pixels = stored_pixels(outline, view.view, view.alignment, area_mm2)
    return read_pixels(pixels, view, blocked_pixels(view), settings)
