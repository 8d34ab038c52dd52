"""Scenes of foreign bodies and of drawn skeletons: no light is lost, lesions are where they are said to be."""

import numpy as np
import pytest

from tracker.simulation.foci_teaching.canvas import USUAL_COUNTS, binning
from tracker.simulation.foci_teaching.drawn import drawn_scene
from tracker.simulation.foci_teaching.foreign import foreign_scene
from tracker.simulation.foci_teaching.lesson import lesson_of
from tracker.simulation.foci_teaching.scenes import TaughtScene
from tracker.simulation.teaching.frame import reference_frame
from tracker.simulation.teaching.layers import CANVAS, layers_of


@pytest.fixture(scope="module", params=["projected", "drawn"])
def scene(request: pytest.FixtureRequest) -> TaughtScene:
    frame, rng = reference_frame(), np.random.default_rng(4)
    layers = layers_of(frame, np.random.default_rng(3))
    return drawn_scene(layers, rng) if request.param == "drawn" else foreign_scene(layers, frame, rng)


def test_no_light_is_lost_between_pixels_and_cells() -> None:
    np.testing.assert_allclose(binning(CANVAS[0]).sum(axis=0), 1.0, rtol=1e-5)


def test_counts_are_as_a_camera_gives_them(scene: TaughtScene) -> None:
    assert scene.total[0].sum() == pytest.approx(USUAL_COUNTS, rel=0.02)
    assert (scene.lesions <= scene.total * 1.001 + 1e-3).all()


def test_every_lesion_is_where_the_lesions_light_is(scene: TaughtScene) -> None:
    assert scene.foci
    for focus in scene.foci:
        at = tuple(focus.cells.T.astype(int))
        assert scene.lesions[focus.view][at].sum() >= 0.999 * focus.added
        assert scene.total[focus.view][at].sum() == pytest.approx(focus.total, rel=1e-3)
        assert focus.added < focus.total


def test_a_lesson_can_be_drawn_about_it(scene: TaughtScene) -> None:
    lesson = lesson_of(scene, np.random.default_rng(5))
    assert np.isfinite(lesson.views).all()
    assert lesson.lesion.max() == 1
    assert (lesson.share >= 0).all()
