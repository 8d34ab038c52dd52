"""One place at most is the injection site: on an arm the comparison decides, elsewhere the template."""

from dataclasses import replace

import numpy as np
from painted_arms import ELBOW, SHAPE, counts, labels

from tracker.records.view import Projection
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton.injection import injection_seed
from tracker.skeleton.network import CELL_PX
from tracker.skeleton.vein import ArmView

SETTINGS = SkeletonSettings()
NAMED = ("humerus", "forearm", "hand")
CELLS = (SHAPE[0] // CELL_PX, SHAPE[1] // CELL_PX)
FOOT = (150, 60)
VEIN = (ELBOW, 2.5, 160.0)


def cell(place: tuple[int, int]) -> tuple[int, int]:
    return place[0] // CELL_PX, place[1] // CELL_PX


def chance_map(*places: tuple[tuple[int, int], float]) -> np.ndarray:
    """Return likely places of 3 x 3 cells."""
    image = np.zeros(CELLS, dtype=np.float32)
    for (row, col), chance in places:
        image[row - 1 : row + 2, col - 1 : col + 2] = chance
    return image


def seed_of(
    chance: np.ndarray, *spots: tuple[tuple[int, int], float, float], named: tuple[str, ...] = NAMED
) -> np.ndarray:
    seen = labels(*named)
    views = [ArmView(projection=side, density=counts(*spots), labels=seen) for side in Projection]
    return injection_seed(views, chance, SETTINGS)


def test_a_vein_on_an_arm_is_the_site() -> None:
    seed = seed_of(chance_map(), VEIN)
    rows, cols = np.nonzero(seed)
    assert seed.any()
    assert abs(rows.mean() * CELL_PX - ELBOW[0]) < 6
    assert abs(cols.mean() * CELL_PX - ELBOW[1]) < 6


def test_nothing_is_none() -> None:
    assert not seed_of(chance_map()).any()


def test_an_arm_needs_no_word_of_the_template() -> None:
    assert not seed_of(chance_map((cell(ELBOW), 0.95))).any()


def test_tracer_along_the_vein_belongs_to_it() -> None:
    row, col = cell(ELBOW)
    along = [((row + step, col), 0.9) for step in range(0, 12, 2)]
    seed = seed_of(chance_map(*along), VEIN)
    assert seed[row + 10, col]
    assert not seed_of(chance_map(along[-1]), VEIN)[row + 10, col]


def test_off_the_arms_the_template_must_be_sure() -> None:
    assert seed_of(chance_map((FOOT, 0.95)))[FOOT]
    assert not seed_of(chance_map((FOOT, 0.8))).any()


def test_the_arms_come_first() -> None:
    seed = seed_of(chance_map((FOOT, 0.95)), VEIN)
    assert seed[cell(ELBOW)]
    assert not seed[FOOT]


def test_without_arms_the_template_decides() -> None:
    assert seed_of(chance_map((cell(ELBOW), 0.95)), named=())[cell(ELBOW)]


def test_the_least_odds_can_be_set() -> None:
    seen = [ArmView(projection=side, density=counts(VEIN), labels=labels(*NAMED)) for side in Projection]
    strict = replace(SETTINGS, injection_least_odds=1e3)
    assert injection_seed(seen, chance_map(), SETTINGS).any()
    assert not injection_seed(seen, chance_map(), strict).any()
