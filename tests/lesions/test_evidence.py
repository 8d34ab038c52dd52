"""What a visit shows is the same however it is stored, and lights up where a lesion is, not where none is."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import correlate2d
from scipy.special import expit

from tracker.lesions import Witness, of_the_others, visit_evidence
from tracker.lesions.agreement import STEP_MM
from tracker.lesions.evidence import ALONE_DOUBT, LOOKS, focus_networks, prepared, seen_by
from tracker.lesions.network import LEVELS, convolve, outputs
from tracker.phantom import (
    Expected,
    LesionState,
    Scene,
    expected_images,
    observed_views,
    random_lesions,
    sample_conditions,
    sample_person,
    sample_pose,
    shape_of,
)
from tracker.phantom.scene import STORED
from tracker.records.alignment import DisplacementField, ViewAlignment
from tracker.records.lesion import Kind
from tracker.records.view import Orientation, Projection, View
from tracker.settings.lesions import LesionSettings
from tracker.settings.phantom import Camera
from tracker.simulation.foci_teaching.lesson import lesson_of
from tracker.simulation.foci_teaching.scenes import TaughtFocus, TaughtScene

SPACING_MM = (4.52, 4.52)
CAMERA = Camera(shape=(512, 128), spacing_mm=SPACING_MM, background_per_pixel=0.6)
CURVE = (LesionState(contrast=6.0),)


@pytest.fixture(scope="module")
def people() -> dict[str, Expected]:
    """One person twice, with six hot lesions and with none."""
    rng = np.random.default_rng(1900)
    shape = shape_of(sample_person(rng))
    well = Scene(shape=shape, pose=sample_pose(rng), conditions=sample_conditions(rng))
    ill = replace(well, lesions=random_lesions(shape, (CURVE,) * 6, rng))
    return {name: expected_images(one, CAMERA) for name, one in (("well", well), ("ill", ill))}


@pytest.fixture(scope="module")
def images(people: dict[str, Expected]) -> dict[str, tuple[View, ...]]:
    """The same with noise."""
    return {name: observed_views(one, np.random.default_rng(1)) for name, one in people.items()}


def _places(expected: Expected) -> list[tuple[float, float]]:
    """Return where the lesions lie on the front view, stored pixels."""
    found = []
    for patch in expected.view(Projection.ANTERIOR).lesion_patches.values():
        row, col = np.unravel_index(int(patch.image.argmax()), patch.image.shape)
        place = (patch.row + float(row), patch.col + float(col))
        found.append(STORED[Projection.ANTERIOR].point_to_stored(place, expected.frame.shape))
    return found


def _front(views: tuple[View, ...]) -> NDArray[np.float32]:
    return visit_evidence(views)[Projection.ANTERIOR].odds


def test_hot_lesions_stand_out_and_a_healthy_person_is_quiet(
    people: dict[str, Expected], images: dict[str, tuple[View, ...]]
) -> None:
    least = LesionSettings().find_odds
    ill, well = _front(images["ill"]), _front(images["well"])
    lit = [
        ill[int(row) - 2 : int(row) + 3, int(col) - 2 : int(col) + 3].max() >= least
        for row, col in _places(people["ill"])
    ]
    assert sum(lit) >= 4, lit
    assert (well >= least).mean() < 0.2 * (ill >= least).mean()


def test_the_way_of_storing_changes_nothing(images: dict[str, tuple[View, ...]]) -> None:
    turned = Orientation(transposed=True, head_last=True)
    stored = tuple(
        replace(view, counts=turned.to_stored(view.anatomical_counts), orientation=turned) for view in images["ill"]
    )
    before, after = visit_evidence(images["ill"]), visit_evidence(stored)
    for view in images["ill"]:
        side = view.projection
        for layer in ("odds", "lesion_share"):
            first, second = getattr(before[side], layer), getattr(after[side], layer)
            same = view.orientation.to_anatomical(first), turned.to_anatomical(second)
            np.testing.assert_allclose(*same, atol=1e-4)


def test_one_view_alone_is_enough(images: dict[str, tuple[View, ...]]) -> None:
    (front,) = visit_evidence(images["ill"][:1]).values()
    assert front.odds.shape == images["ill"][0].counts.shape
    assert np.isfinite(front.odds).all()


def test_the_front_alone_is_doubted(images: dict[str, tuple[View, ...]]) -> None:
    front = next(view for view in images["ill"] if view.projection is Projection.ANTERIOR)
    blank = replace(front, projection=Projection.POSTERIOR, counts=np.zeros_like(front.counts))
    np.testing.assert_allclose(_front((front,)), _front((front, blank)) - ALONE_DOUBT[Projection.ANTERIOR], atol=1e-4)


def test_lesions_take_their_share_of_the_counts_and_healthy_bone_none(
    people: dict[str, Expected], images: dict[str, tuple[View, ...]]
) -> None:
    share = {name: visit_evidence(views)[Projection.ANTERIOR].lesion_share for name, views in images.items()}
    added = {name: float((share[name] * images[name][0].counts).sum()) for name in share}
    planted = float(people["ill"].view(Projection.ANTERIOR).lesions.sum())
    assert added["ill"] - added["well"] == pytest.approx(planted, rel=0.4)
    assert added["well"] < 0.5 * planted


def test_twice_the_counts_look_the_same() -> None:
    cells = np.random.default_rng(1).poisson(40, (64, 32)).astype(np.float32)
    np.testing.assert_allclose(prepared(cells), prepared(2 * cells), rtol=1e-5)


def test_an_empty_image_shows_nothing() -> None:
    view = View(projection=Projection.ANTERIOR, counts=np.zeros((100, 40)), spacing_mm=SPACING_MM)
    assert np.isfinite(_front((view,))).all()


def test_the_convolution_is_a_convolution() -> None:
    rng = np.random.default_rng(2)
    image = rng.normal(size=(9, 7, 2)).astype(np.float32)
    kernel, bias = rng.normal(size=(3, 6, 4)).astype(np.float32), rng.normal(size=4).astype(np.float32)
    by_hand = [
        sum(correlate2d(image[..., i], kernel[:, i::2, o], mode="same") for i in range(2)) + bias[o] for o in range(4)
    ]
    np.testing.assert_allclose(convolve(image, kernel, bias), np.maximum(np.stack(by_hand, axis=-1), 0), atol=1e-4)


def test_the_network_answers_for_every_cell() -> None:
    side = 2**LEVELS
    for network in focus_networks():
        assert outputs(np.zeros((2, 3 * side, side), dtype=np.float32), network).shape == (4, 3 * side, side)


def _still(shape: tuple[int, int]) -> ViewAlignment:
    field = DisplacementField(displacement_mm=np.zeros((*shape, 2), dtype=np.float32), spacing_mm=(2.0, 2.0))
    return ViewAlignment(projection=Projection.ANTERIOR, to_visit=field, to_space=field)


@pytest.mark.parametrize("look", LOOKS[1:])
def test_however_a_network_looks_it_speaks_of_the_same_places(
    images: dict[str, tuple[View, ...]], look: tuple[bool, int]
) -> None:
    stack = np.stack([prepared(view.anatomical_counts.astype(np.float32)) for view in images["ill"]])
    plain, other = (expit(seen_by(focus_networks()[-1], one, stack)[:2]) for one in (LOOKS[0], look))

    def alike(down: int, right: int) -> float:
        return float(np.corrcoef(plain.ravel(), np.roll(other, (down, right), (1, 2)).ravel())[0, 1])

    beside = [alike(down, right) for down, right in ((2, 0), (-2, 0), (0, 2), (0, -2))]
    assert alike(0, 0) > max(0.85, *beside)


def test_the_others_say_what_they_show_on_average() -> None:
    view = View(projection=Projection.ANTERIOR, counts=np.zeros((80, 60)), spacing_mm=(2.0, 2.0))
    said = [
        Witness(view=view, alignment=_still((80, 60)), odds=np.full((80, 60), odds, dtype=np.float32))
        for odds in (1.0, 2.0, 6.0)
    ]
    told = of_the_others(said)
    for one, mean in zip(told, (4.0, 3.5, 1.5), strict=True):
        assert one is not None
        np.testing.assert_allclose(one, mean, atol=1e-5)
    assert of_the_others(said[:1]) == (None,)


def test_a_place_is_told_where_it_is_shown() -> None:
    view = View(projection=Projection.ANTERIOR, counts=np.zeros((80, 60)), spacing_mm=(2.0, 2.0))
    rows, cols = np.indices((80, 60))
    spot = np.exp(-((rows - 50) ** 2 + (cols - 20) ** 2) / 40.0).astype(np.float32)
    said = [Witness(view=view, alignment=_still((80, 60)), odds=odds) for odds in (spot, np.zeros_like(spot))]
    told = of_the_others(said)[1]
    assert told is not None
    loudest = np.argwhere(told > 0.99 * told.max())
    assert np.hypot(*(loudest.mean(axis=0) - (50, 20))) <= 1.5
    assert np.hypot(*(loudest - (50, 20)).T).max() * 2.0 <= 2 * STEP_MM, "told farther than alignment errs"


def test_lessons_ask_for_lesions_and_never_for_fractures() -> None:
    total = np.full((2, 300, 100), 50.0, dtype=np.float32)
    lesions = np.zeros_like(total)
    foci = []
    for row, kind in ((60, Kind.LESION), (140, Kind.BENIGN)):
        lesions[:, row : row + 5, 40:45] = 40.0
        cells = np.argwhere(np.ones((5, 5))) + [row, 40]
        foci += [
            TaughtFocus(view=v, kind=kind, cells=cells.astype(np.int16), added=1000.0, total=2250.0, hidden=False)
            for v in (0, 1)
        ]
    scene = TaughtScene(total=total + lesions, lesions=lesions, foci=tuple(foci))
    lessons = [lesson_of(scene, np.random.default_rng(seed)) for seed in range(6)]
    assert any(lesson.lesion.any() for lesson in lessons)
    for lesson in lessons:
        assert lesson.lesion.sum(axis=(1, 2)).max() <= 25
        assert (lesson.weight[lesson.lesion > 0] > 0).all() or not lesson.views.any(axis=(1, 2)).all()
        assert ((lesson.weight == 0) & (lesson.lesion == 0)).any()
