"""Foci are found where they were planted, and nowhere else."""

from dataclasses import replace

import numpy as np
import pytest
from scene import SETTINGS, SPACING_MM, visit

from tracker.lesions.find import evident
from tracker.records.lesion import Kind

SPOT = (170.0, 100.0, 10.0, 1.2)


def test_nothing_is_found_where_nothing_is() -> None:
    found = [len(view.foci) for seed in range(1, 9) for view in visit(0, seed, back=()).views]
    assert sum(found) <= 1, found


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("spot", [SPOT, (205.0, 75.0, 12.0, 1.0), (285.0, 130.0, 9.0, 1.5), (35.0, 100.0, 10.0, 1.0)])
def test_a_planted_lesion_is_found_at_its_place_and_size(spot: tuple[float, float, float, float], seed: int) -> None:
    (focus,) = visit(0, seed, front=(spot,)).views[0].foci
    away_mm = np.hypot((focus.row_px - spot[0]) * SPACING_MM[0], (focus.col_px - spot[1]) * SPACING_MM[1])
    assert away_mm < 4
    assert 0.6 < focus.area_mm2 / (np.pi * spot[2] ** 2) < 1.7
    assert focus.kind is Kind.LESION
    assert focus.kind_reason


@pytest.mark.parametrize(
    ("here", "elsewhere", "found"),
    [(6.0, -9.0, 1), (1.2, -4.0, 0), (1.2, 0.0, 1), (1.2, 4.0, 1), (-0.3, 4.0, 1), (-0.8, 4.0, 0), (-2.0, 9.0, 0)],
)
def test_quiet_visits_silence_what_is_faint_and_neither_hide_what_is_new_nor_show_what_is_not_here(
    here: float, elsewhere: float, found: int
) -> None:
    seen = visit(0, 1).views[0]
    evidence, others = (np.full(seen.view.counts.shape, -8.0, dtype=np.float32) for _ in range(2))
    evidence[168:173, 98:103], others[160:181, 90:111] = here, elsewhere
    evidence[170, 100] += 0.1
    assert len(evident(replace(seen, evidence=evidence, others=others), SETTINGS)) == found
