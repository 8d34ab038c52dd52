"""Specks and small stray pieces of a label go, what shows of a bone between others stays."""

import numpy as np

from tracker.skeleton.placed import without_islands

BLADE, OTHER = 3, 4
"""Labels."""


def cleaned(labels: np.ndarray) -> np.ndarray:
    return without_islands(labels, island_fraction=0.1, speck_fraction=0.01, near_px=(10, 4))


def blade() -> np.ndarray:
    """Return one large piece at rows 10 to 39, columns 30 to 59."""
    labels = np.zeros((120, 120), dtype=np.uint8)
    labels[10:40, 30:60] = BLADE
    return labels


def test_a_stripe_beside_a_blade_stays() -> None:
    labels = blade()
    labels[45:48, 40:50] = BLADE
    assert (cleaned(labels) == labels).all()


def test_a_small_piece_far_away_goes() -> None:
    labels = blade()
    labels[80:83, 40:50] = BLADE
    assert (cleaned(labels) == blade()).all()


def test_a_speck_beside_a_blade_goes() -> None:
    labels = blade()
    labels[45, 40:45] = BLADE
    assert (cleaned(labels) == blade()).all()


def test_a_region_of_few_pixels_is_no_speck() -> None:
    labels = blade()
    labels[80, 40:43] = OTHER
    assert (cleaned(labels) == labels).all()


def test_rows_and_columns_have_their_own_distance() -> None:
    labels = blade()
    labels[20:23, 66:70] = BLADE
    assert (cleaned(labels) == blade()).all()


def test_two_large_pieces_stay_wherever_they_lie() -> None:
    labels = blade()
    labels[80:110, 90:110] = BLADE
    assert (cleaned(labels) == labels).all()


def test_a_stray_piece_is_judged_by_its_own_region() -> None:
    labels = blade()
    labels[80:83, 40:50] = OTHER
    assert (cleaned(labels) == labels).all()
