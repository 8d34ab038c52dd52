"""Doubts about what looks like a lesion: it has a twin on the other side, or shows no more than its bone should."""

import numpy as np

from tracker.lesions.surroundings import Setting, Verdict
from tracker.records.lesion import Kind
from tracker.settings.lesions import LesionSettings


def no_more_than_expected(at: Setting, settings: LesionSettings) -> Verdict | None:
    """Return equivocal for what looks like a lesion and yet shows hardly more than this bone of this person should.

    Two judges that err for different reasons, the look of a place and the template's expectation of it, must agree;
    the more so where the look rests on one view.

    Parameters
    ----------
    at : Setting
        The focus in its surroundings.
    settings : LesionSettings
        Least uptake over the expectation, and the log odds that outweigh it.

    Returns
    -------
    tuple or None
        Kind and reason; None where there is no evidence.
    """
    sure_odds, least_ratio = (
        (settings.sure_odds, settings.lone_excess_ratio)
        if at.one_view
        else (settings.mild_sure_odds, settings.least_excess_ratio)
    )
    if -np.inf < at.odds < sure_odds and at.focus.excess_ratio < least_ratio:
        return (Kind.EQUIVOCAL, "looks like a lesion, but shows hardly more than this bone should")
    return None


def alike_on_both_sides(at: Setting, settings: LesionSettings) -> Verdict | None:
    """Return equivocal where the mirrored place shows as much and looks as much like a lesion.

    Bones cross and thicken on both sides alike, in ways that no template of other people foresees; a metastasis rarely
    has a twin. Bodies unlike those that were learned from need this rule most.

    Parameters
    ----------
    at : Setting
        The focus in its surroundings.
    settings : LesionSettings
        Limits.

    Returns
    -------
    tuple or None
        Kind and reason; None where there is no evidence, at the midline, which is its own mirror, and where the look
        of the place leaves no doubt.
    """
    if at.odds >= settings.distal_sure_odds:
        return None
    aside = abs(at.marks.off_midline(at.row_mm, at.col_mm)) > settings.twin_off_midline_mm
    alike = at.twin_odds >= max(settings.twin_least_odds, at.odds - settings.twin_odds_step)
    as_hot = at.mirror_excess > settings.mirror_share * (at.focus.excess_ratio - 1)
    if aside and alike and as_hot:
        return (Kind.EQUIVOCAL, "the same on the other side: a symmetric pattern")
    return None
