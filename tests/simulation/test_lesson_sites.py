"""Injection sites in lessons: as faint as an arm, in front of it, cut by the field's edge, beside joints that are only
worn; and tissue that ends where toes do."""

from dataclasses import replace

import numpy as np
import pytest

from tracker.records.regions import SIDES
from tracker.simulation.teaching import appearance, lesson, sites
from tracker.simulation.teaching.frame import reference_frame
from tracker.simulation.teaching.layers import BEYOND_TIP_MM, CANVAS, Layers, layers_of
from tracker.simulation.teaching.lesson import SHAPE, lesson_of
from tracker.simulation.teaching.sites import FAINTEST, FAINTEST_VEIN, VEIN_BIT, Blob, Glow
from tracker.skeleton.template import STEP_MM

BLUR_MM = 12.0
"""Beyond its edge, tissue that is drawn at half resolution and blurred still shows for this far."""


@pytest.fixture(scope="module")
def layers() -> Layers:
    return layers_of(reference_frame(), np.random.default_rng(5))


def test_an_injection_site_as_faint_as_an_arm_is_one_and_other_sites_are_not() -> None:
    glow = Glow(rng=np.random.default_rng(1), bone=1.0)
    strength = (FAINTEST + FAINTEST_VEIN) / 2
    for site in (VEIN_BIT, 0):
        glow.add(Blob(middle=np.array([100.0, 100.0]), radii=(6, 6)), strength, (1.0, 1.0), site)
    assert (glow.bits[0] >> VEIN_BIT).any()
    assert not (glow.bits[0] & 1).any()


def test_the_field_may_end_at_the_injection_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson, "CUT_VEIN_SHARE", 1.0)
    bits = np.zeros((2, *SHAPE), dtype=np.uint8)
    bits[:, 300:306, 40:50] = 1 << VEIN_BIT
    lost = []
    for seed in range(40):
        seen = np.ones(SHAPE, dtype=bool)
        lesson._cut_at_vein(seen, bits, np.random.default_rng(seed))
        assert seen[:, 70:].all()
        lost.append(1 - seen[300, 40:50].mean())
    assert min(lost) == 0
    assert max(lost) == 1
    assert any(0 < share < 1 for share in lost)


def test_worn_joints_glow_and_are_no_site(monkeypatch: pytest.MonkeyPatch, layers: Layers) -> None:
    for name, value in {
        "WORN_SHARE": 1.0,
        "WORN_JOINTS": ("knee",) * 2,
        "WORN_EXCESS": (5.0, 6.0),
        "BOTH_SIDES_SHARE": 1.0,
    }.items():
        monkeypatch.setattr(appearance, name, value)
    excess = appearance._worn_joints(layers, np.random.default_rng(2))
    for side in ("left", "right"):
        row, col = (int(place) for place in layers.joints[f"knee_{side}"])
        assert excess[row, col] > 2
    assert excess.shape == CANVAS
    assert excess[int(layers.joints["neck"][0]), int(layers.joints["neck"][1])] < 0.01


def test_lessons_are_whole_with_the_field_cut(monkeypatch: pytest.MonkeyPatch, layers: Layers) -> None:
    monkeypatch.setattr(lesson, "CUT_VEIN_SHARE", 1.0)
    look = appearance.appearance_of(layers, reference_frame(), np.random.default_rng(6))
    made = lesson_of(layers, look, np.random.default_rng(7))
    assert np.isfinite(made.views).all()
    assert made.sites.max() <= 1


def test_a_vein_at_the_elbow_lies_in_front(monkeypatch: pytest.MonkeyPatch, layers: Layers) -> None:
    monkeypatch.setattr(sites, "INJECTION_PLACES", {"elbow": (1.0, "elbow", "elbow")})
    elbows = {f"elbow_{side}": np.array(CANVAS) / 2 for side in SIDES}
    for seed in range(6):
        glow = Glow(rng=np.random.default_rng(seed), bone=1.0)
        sites._injection(glow, replace(layers, joints=layers.joints | elbows))
        front, back = glow.light.max(axis=(1, 2))
        assert front > back > 0


def test_tissue_ends_where_toes_end() -> None:
    for seed in range(3):
        body = layers_of(reference_frame(), np.random.default_rng(seed))
        for side in SIDES:
            ankle, toe = body.joints[f"ankle_{side}"], body.joints[f"toe_{side}"]
            along = (toe - ankle) / np.linalg.norm(toe - ankle)
            beyond = BEYOND_TIP_MM["toe"][1] * body.size + BLUR_MM
            row, col = (int(place) for place in toe + along * beyond / STEP_MM)
            assert body.soft_mm[row, col] < 5
