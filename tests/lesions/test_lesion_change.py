"""Lesions that changed are told from lesions that merely lie a little elsewhere."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scene import SETTINGS

from tracker.lesions.lesion_change import Added, Image, Seen, added_by_lesions, all_middles, changed_odds, sureness

SHAPE = (60, 50)
SPACING_MM = np.array([3.0, 3.0])
BONE_COUNTS = 20.0
FIRST, SECOND = (20.0, 15.0), (42.0, 32.0)


def _blob(middle: tuple[float, float]) -> Image:
    """Return a lesion of height 1 that is about 15 mm wide."""
    rows, cols = np.indices(SHAPE)
    return np.exp(-((rows - middle[0]) ** 2 + (cols - middle[1]) ** 2) / (2 * 2.2**2))


def _added(now: Image, before: Image) -> Added:
    """Return what two images of lesions, in counts above bone, come to."""
    counts = (BONE_COUNTS + now, BONE_COUNTS + before)
    seen = Seen(
        counts=counts,
        share=(now / counts[0], before / counts[1]),
        odds=(np.where(now > 5, 6.0, -5.0), np.where(before > 5, 6.0, -5.0)),
        gain=1.0,
        counts_score=np.zeros(SHAPE),
        usable=np.ones(SHAPE, dtype=np.bool_),
        spacing_mm=SPACING_MM,
    )
    return added_by_lesions(seen, SETTINGS)


def test_a_lesion_that_grew_hotter_stands_before_one_that_moved_by_a_pixel() -> None:
    moved = (FIRST[0] + 1, FIRST[1])
    added = _added(61 * _blob(moved) + 75 * _blob(SECOND), 60 * _blob(FIRST) + 50 * _blob(SECOND))
    direction, log_odds = changed_odds(added, added.middles, ())
    apart = [np.hypot(*(added.middles - place).T) for place in (FIRST, SECOND)]
    still, hotter = (int(one.argmin()) for one in apart)
    assert apart[0][still] <= 1
    assert apart[1][hotter] <= 1
    assert direction[hotter] == 1
    assert log_odds[hotter] > log_odds[still] + 1.5
    assert len(added.middles) == 2


def test_less_hot_is_the_mirror_image_of_hotter() -> None:
    now, before = 60 * _blob(FIRST), 30 * _blob(FIRST)
    told = [changed_odds(added, added.middles, ()) for added in (_added(now, before), _added(before, now))]
    assert [list(direction) for direction, _ in told] == [[1.0], [-1.0]]
    np.testing.assert_allclose(told[0][1], told[1][1])


def test_the_other_view_confirms_a_change_or_speaks_against_it() -> None:
    here = _added(45 * _blob(FIRST), 30 * _blob(FIRST))
    places = here.middles.astype(np.float64)
    odds = [
        changed_odds(here, here.middles, ((other, places),))[1].item()
        for other in (_added(30 * _blob(FIRST), 60 * _blob(FIRST)), _added(60 * _blob(FIRST), 30 * _blob(FIRST)))
    ]
    assert odds[0] < odds[1]


def test_a_lesion_of_the_other_view_alone_is_looked_at_once() -> None:
    here = _added(60 * _blob(FIRST), 30 * _blob(FIRST))
    other = np.array([FIRST, (FIRST[0] + 2, FIRST[1]), SECOND, (-3.0, 4.0)])
    found = all_middles(here, (other,), SPACING_MM)
    assert [tuple(place) for place in found] == [FIRST, SECOND]


@given(st.lists(st.floats(-40, 40), min_size=2, max_size=10, unique=True))
def test_greater_odds_are_surer(log_odds: list[float]) -> None:
    sure = sureness(np.sort(np.array(log_odds)))
    assert (sure >= 0).all()
    assert (np.diff(sure) >= 0).all()
