"""Checks of what the images show: counts, views, spacing, background, injection site, bladder."""

from collections.abc import Iterator

import numpy as np

from tracker.comparability.finding import NOT_STATED, caution, ratio_of, refusal
from tracker.records.comparability import ComparabilityReason, ImageFacts
from tracker.records.study import Study
from tracker.settings.comparability import ComparabilitySettings

UNSURE = {"VIEW_DOUBTFUL", "VIEW_FROM_IMAGE", "LEFT_RIGHT_ASSUMED"}
"""Notices of reading that leave the side, or left and right, open."""


def check_views(now: Study, then: Study, settings: ComparabilitySettings) -> tuple[ComparabilityReason, ...]:
    """Return what the views and their grids say against comparing.

    Parameters
    ----------
    now, then : Study
        The visit and its reference.
    settings : ComparabilitySettings
        Limits.

    Returns
    -------
    tuple of ComparabilityReason
        In no particular order.
    """
    return (*_missing_view(now, then), *_grid(now, then, settings), *_notices(now, then))


def check_images(now: ImageFacts, then: ImageFacts, settings: ComparabilitySettings) -> tuple[ComparabilityReason, ...]:
    """Return what the pixels say against comparing.

    Parameters
    ----------
    now, then : ImageFacts
        Of the visit and of its reference.
    settings : ComparabilitySettings
        Limits.

    Returns
    -------
    tuple of ComparabilityReason
        In no particular order.
    """
    return (*_counts(now, then, settings), *_soft_tissue(now, then, settings), *_hot_places(now, then, settings))


def _missing_view(now: Study, then: Study) -> Iterator[ComparabilityReason]:
    sides, reference = ({view.projection for view in study.views} for study in (now, then))
    values = (" + ".join(sorted(sides)), " + ".join(sorted(reference)))
    if not sides & reference:
        yield refusal("MISSING_VIEW", "The visits have no view in common.", *values)
    elif sides != reference:
        yield caution("MISSING_VIEW", "One view exists at only one of the visits.", *values)


def _grid(now: Study, then: Study, settings: ComparabilitySettings) -> Iterator[ComparabilityReason]:
    view, reference = now.views[0], then.views[0]
    values = [
        "x".join(f"{step:.2f}" for step in one.anatomical_spacing_mm) + " mm" if one.spacing_stated else NOT_STATED
        for one in (view, reference)
    ]
    if view.spacing_stated is not reference.spacing_stated:
        yield caution("SPACING", "Only one of the visits states its pixel spacing.", values[0], values[1])
    elif view.spacing_stated:
        pairs = zip(view.anatomical_spacing_mm, reference.anatomical_spacing_mm, strict=True)
        if max(ratio_of(step, other) for step, other in pairs) > settings.caution_spacing_ratio:
            yield caution("GRID", "The pixel spacings differ.", values[0], values[1])


def _notices(now: Study, then: Study) -> Iterator[ComparabilityReason]:
    unsure, two_passes = (
        [bool(codes & {notice.code for notice in study.notices}) for study in (now, then)]
        for codes in (UNSURE, {"TWO_PASSES"})
    )
    if any(unsure):
        values = ["not certain" if side else "certain" for side in unsure]
        yield caution("VIEW_UNSURE", "Which side a view shows is not certain.", values[0], values[1])
    if two_passes[0] is not two_passes[1]:
        values = ["two passes" if side else "one pass" for side in two_passes]
        yield caution("TWO_PASSES", "The views were taken one after the other.", values[0], values[1])


def _counts(now: ImageFacts, then: ImageFacts, settings: ComparabilitySettings) -> Iterator[ComparabilityReason]:
    values = [min(view.body_counts for view in facts.views) for facts in (now, then)]
    shown = [f"{value / 1e6:.2f} M counts" for value in values]
    if min(values) < settings.least_counts:
        yield refusal("COUNTS", "A view holds too few counts to be compared.", shown[0], shown[1])
    elif min(values) < settings.caution_counts:
        yield caution("COUNTS", "A view holds few counts.", shown[0], shown[1])


def _soft_tissue(now: ImageFacts, then: ImageFacts, settings: ComparabilitySettings) -> Iterator[ComparabilityReason]:
    """Yield what soft tissue over bone says, both views together: a bladder or a spill disturbs one more than both."""
    pairs = [
        (view.soft_tissue_ratio, reference.soft_tissue_ratio)
        for view in now.views
        if (reference := then.view(view.projection)) is not None
        and view.soft_tissue_ratio is not None
        and reference.soft_tissue_ratio is not None
    ]
    if not pairs:
        return
    ratios = [float(np.prod(values)) ** (1 / len(values)) for values in zip(*pairs, strict=True)]
    low, high = settings.soft_tissue_range
    changed = min(ratios) <= 0 or ratio_of(*ratios) > settings.caution_soft_tissue_factor
    if changed or min(ratios) < low or max(ratios) > high:
        text = "Soft tissue against bone " + ("changed." if changed else "is unusual.")
        yield caution("SOFT_TISSUE", text, f"{ratios[0]:.2f} of bone", f"{ratios[1]:.2f} of bone")


def _hot_places(now: ImageFacts, then: ImageFacts, settings: ComparabilitySettings) -> Iterator[ComparabilityReason]:
    shares = [max(view.injection_share for view in facts.views) for facts in (now, then)]
    if max(shares) > settings.caution_injection_share:
        shown = [f"{share:.1%} of the counts" for share in shares]
        yield caution("EXTRAVASATION", "Much of the tracer stayed at the injection site.", shown[0], shown[1])
    shares = [max(view.bladder_share for view in facts.views) for facts in (now, then)]
    if max(shares) > settings.caution_bladder_share:
        shown = [f"{share:.0%} of the pelvis" for share in shares]
        yield caution("BLADDER", "The bladder hides a large part of the pelvis.", shown[0], shown[1])
