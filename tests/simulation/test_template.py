"""Lessons of the skeleton template: right answers, from the seed alone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tracker.records.regions import FINE_LABEL, FINE_REGIONS
from tracker.simulation.teaching.appearance import Appearance, appearance_of
from tracker.simulation.teaching.frame import reference_frame
from tracker.simulation.teaching.layers import CANVAS, Layers, layers_of
from tracker.simulation.teaching.lesson import SHAPE, _Camera, lesson_of, mirrored_bits
from tracker.simulation.teaching.people import coarse_body
from tracker.simulation.template import KEPT_SHARE, lesson_stream, midway, write
from tracker.skeleton.template import LABEL_COUNT, STEP_MM, the_template


@pytest.fixture(scope="module")
def layers() -> Layers:
    return layers_of(reference_frame(), np.random.default_rng(5))


@pytest.fixture(scope="module")
def look(layers: Layers) -> Appearance:
    return appearance_of(layers, reference_frame(), np.random.default_rng(6))


def test_sides_are_apart(layers: Layers) -> None:
    frame = reference_frame()
    cols = layers.pixel % CANVAS[1]
    names = np.array([""] + [region.name for region in FINE_REGIONS])[frame.part_label][layers.part]
    assert cols[names == "scapula_left"].mean() > cols[names == "scapula_right"].mean()
    assert layers.joints["hip_left"][1] > layers.joints["hip_right"][1]
    assert layers.joints["neck"][0] < layers.joints["hip_left"][0] < layers.joints["ankle_left"][0]


def test_bodies_differ_and_follow_their_seed() -> None:
    frame = reference_frame()
    first, again, other = (coarse_body(frame, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first.place_mm, again.place_mm)
    assert np.abs(first.place_mm - other.place_mm).max() > 10


def test_healthy_image_is_one_on_bone(look: Appearance) -> None:
    bone = [look.healthy[view][look.labels[view] > 0].mean() for view in (0, 1)]
    assert np.mean(bone) == pytest.approx(1, abs=1e-3)
    assert (look.soft <= look.healthy.min(axis=0) + 1e-6).all()


def test_a_lesson_is_whole(layers: Layers, look: Appearance) -> None:
    lesson = lesson_of(layers, look, np.random.default_rng(7))
    half = (SHAPE[0] // 2, SHAPE[1] // 2)
    assert lesson.views.shape == (2, *SHAPE)
    assert lesson.labels.shape == (2, *SHAPE)
    assert lesson.expected.shape == (3, *half)
    assert lesson.sites.shape == (10, *half)
    assert lesson.labels.max() < LABEL_COUNT
    assert np.isfinite(lesson.views).all()


def test_mirroring_exchanges_the_kidneys() -> None:
    bits = np.arange(32, dtype=np.uint8)
    assert np.array_equal(mirrored_bits(mirrored_bits(bits)), bits)
    assert mirrored_bits(np.array([0b00010], np.uint8))[0] == 0b00100
    assert mirrored_bits(np.array([0b11001], np.uint8))[0] == 0b11001


def test_the_stream_follows_its_seed(layers: Layers) -> None:
    first, again = (lesson_stream([layers], 8)() for _ in (0, 1))
    assert all(np.array_equal(a.views, b.views) for a, b in zip(first, again, strict=True))


def test_femur_is_cut_where_its_fine_regions_meet() -> None:
    frame = reference_frame()
    for side in ("left", "right"):
        mine = frame.of("femur", side=side)
        for name in ("proximal", "shaft", "distal"):
            label = FINE_LABEL[f"femur_{name}_{side}"]
            parts = np.unique(frame.part[mine & (frame.label == label)])
            assert (frame.part_label[parts] == label).all()
    assert STEP_MM > 0


def test_a_template_is_written_as_it_is_read(tmp_path: Path) -> None:
    write(the_template(), tmp_path / "again.npz")
    with np.load(tmp_path / "again.npz") as stored:
        assert str(stored["version"]) == the_template().version
        for name, array in the_template().weights.items():
            assert np.array_equal(stored[f"net.{name}"].astype(np.float32), array)


def test_a_template_taught_further_keeps_half_of_what_it_was() -> None:
    before = the_template().weights
    after = {name: array + np.float32(1) for name, array in before.items()}
    mean = midway(before, after)
    assert mean.keys() == before.keys()
    for name, array in mean.items():
        assert array.dtype == np.float32
        assert np.allclose(array - before[name], 1 - KEPT_SHARE, atol=1e-5), name


@pytest.mark.parametrize("pixel_mm", [2.0, STEP_MM, 2.8])
def test_counts_of_other_pixels_keep_their_density(pixel_mm: float) -> None:
    camera = replace(_Camera.drawn(np.random.default_rng(1)), pixel_mm=pixel_mm)
    counts = camera.drawn_counts(np.full(SHAPE, 4.0, dtype=np.float32), np.random.default_rng(2))
    assert counts.shape == SHAPE
    assert counts.mean() == pytest.approx(4, rel=0.01)
    neighbours = float(np.corrcoef(counts[:, :-1].ravel(), counts[:, 1:].ravel())[0, 1])
    assert (abs(neighbours) < 0.02) == (pixel_mm == STEP_MM)
