"""What a focus is taken for, with the reason in words. Pattern names are hints for the reader, never diagnoses."""

from dataclasses import replace

import numpy as np

from tracker.records.foci import FociView, VisitFoci
from tracker.records.lesion import Focus, Kind
from tracker.records.skeleton import Physiologic
from tracker.settings.lesions import LesionSettings

SITE_WORDS: dict[Physiologic, str] = {
    Physiologic.BLADDER: "over the bladder",
    Physiologic.KIDNEY_LEFT: "over the left kidney",
    Physiologic.KIDNEY_RIGHT: "over the right kidney",
    Physiologic.INJECTION_SITE: "at the injection site",
    Physiologic.URINE_CONTAMINATION: "urine contamination",
}
"""Physiologic sites in words."""


def judge_kinds(visit: VisitFoci, settings: LesionSettings) -> VisitFoci:
    """Return the visit with a kind and a reason on every focus.

    Parameters
    ----------
    visit : VisitFoci
        Foci of both views, not yet judged.
    settings : LesionSettings
        Limits of the patterns.

    Returns
    -------
    VisitFoci
        Same foci, judged.
    """
    views = tuple(replace(seen, foci=tuple(_judged(focus, seen) for focus in seen.foci)) for seen in visit.views)
    return replace(visit, views=views)


def _judged(focus: Focus, seen: FociView) -> Focus:
    """Return one focus judged by where it lies."""
    kind, reason = _by_place(focus, seen)
    return replace(focus, kind=kind, kind_reason=reason)


def _by_place(focus: Focus, seen: FociView) -> tuple[Kind, str]:
    """Return what the place of a focus says about its kind."""
    sites = seen.skeleton.physiologic[tuple(focus.pixels.T)]
    share = float(np.mean(sites != Physiologic.NONE))
    if share > 0.3:
        site = Physiologic(int(np.bincount(sites[sites > 0]).argmax()))
        return (Kind.PHYSIOLOGIC, SITE_WORDS[site])
    if not focus.region:
        return (Kind.EQUIVOCAL, "outside all bones")
    return (Kind.LESION, f"{focus.excess_ratio:.1f} times what this bone shows here, no benign pattern")
