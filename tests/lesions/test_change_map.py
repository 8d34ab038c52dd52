"""The interval change map finds what changed and is quiet where nothing did."""

from dataclasses import replace

import numpy as np
from scene import SETTINGS, SPACING_MM, Spot, visit

from tracker.lesions import interval_changes
from tracker.records.foci import VisitFoci

STAYS: Spot = (170.0, 100.0, 11.0, 1.5)
COMES: Spot = (205.0, 75.0, 12.0, 1.5)


def test_quiet_between_two_scans_of_an_unchanged_person() -> None:
    found = [
        spot
        for seed in (1, 3, 5, 7)
        for change in interval_changes(visit(90, seed, front=(STAYS,)), visit(0, seed + 1, front=(STAYS,)), SETTINGS)
        for spot in change.spots
    ]
    assert len(found) <= 1


def test_new_is_hot_and_gone_is_cold_at_its_place() -> None:
    before, after = visit(0, 2, front=(STAYS,)), visit(90, 3, front=(STAYS, COMES))
    ((hot,), (cold,)) = (
        interval_changes(after, before, SETTINGS)[0].spots,
        interval_changes(before, after, SETTINGS)[0].spots,
    )
    for spot in (hot, cold):
        assert np.hypot((spot.row_px - COMES[0]) * SPACING_MM[0], (spot.col_px - COMES[1]) * SPACING_MM[1]) < 6
    assert hot.score > 5
    assert cold.score < -5
    assert hot.difference > 0 > cold.difference


def test_more_counts_are_no_change() -> None:
    before, after = visit(0, 4, front=(STAYS,)), visit(90, 5, front=(STAYS,), counts_per_mm2=10.0)
    (change,) = interval_changes(after, before, SETTINGS)
    assert change.spots == ()
    assert np.isfinite(change.score).all()


def _looking(seen: VisitFoci, *lesions: Spot, odds: float = 8.0) -> VisitFoci:
    """Return a visit on which half of the counts around some places look like a lesion's, with some log odds."""
    views = []
    for view in seen.views:
        rows, cols = np.indices(view.view.counts.shape)
        share = np.zeros(view.view.counts.shape, dtype=np.float32)
        for row, col, size_mm, _ in lesions:
            share[np.hypot((rows - row) * SPACING_MM[0], (cols - col) * SPACING_MM[1]) < size_mm] = 0.5
        views.append(replace(view, evidence=np.where(share > 0, np.float32(odds), np.float32(-5)), lesion_share=share))
    return replace(seen, views=tuple(views))


def test_what_looks_like_no_lesion_is_no_change_however_much_it_rose() -> None:
    before, after = visit(0, 2, front=(STAYS,)), visit(90, 3, front=(STAYS, COMES))
    (blind,) = interval_changes(_looking(after), _looking(before), SETTINGS)
    assert blind.spots == ()
    (seeing,) = interval_changes(_looking(after, STAYS, COMES), _looking(before, STAYS), SETTINGS)
    (spot,) = seeing.spots
    assert np.hypot((spot.row_px - COMES[0]) * SPACING_MM[0], (spot.col_px - COMES[1]) * SPACING_MM[1]) < 6
    assert spot.score > 3
    np.testing.assert_array_equal(seeing.score, blind.score)


def test_a_doubtful_lesion_changes_less_surely_than_one_beyond_doubt() -> None:
    before, after = visit(0, 2, front=(STAYS,)), visit(90, 3, front=(STAYS, COMES))
    (sure,), (doubtful,) = (
        interval_changes(_looking(after, STAYS, COMES, odds=odds), _looking(before, STAYS, odds=odds), SETTINGS)[
            0
        ].spots
        for odds in (8.0, 3.0)
    )
    assert (sure.row_px, sure.col_px) == (doubtful.row_px, doubtful.col_px)
    assert 0 < doubtful.score < sure.score
