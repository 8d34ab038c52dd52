"""What cannot be aligned is refused with a reason; what can is not."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.alignment.conftest import REAL_MM, seen_at, smooth_motion
from tracker.alignment import register
from tracker.alignment.acceptance import MOST_FORCED, Evidence, reasons
from tracker.phantom import Expected, Scene, expected_images, sample_person, sample_pose, shape_of
from tracker.records.view import Projection
from tracker.settings.phantom import Camera

Image = NDArray[np.float64]


def _scrambled(image: Image) -> Image:
    squares = image.reshape(16, 64, 4, 64).swapaxes(1, 2).reshape(-1, 64, 64)
    mixed = squares[np.random.default_rng(8).permutation(len(squares))]
    return mixed.reshape(16, 4, 64, 64).swapaxes(1, 2).reshape(image.shape)


def _upper_part(image: Image) -> Image:
    cut = np.zeros_like(image)
    cut[:330] = image[:330]
    return cut


def _turned_far(image: Image) -> Image:
    at = np.stack(np.meshgrid(np.arange(1024.0), np.arange(256.0), indexing="ij"), axis=-1)
    middle, angle = np.array([512.0, 128.0]), np.radians(85.0)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return seen_at(image, (at - middle) @ turn.T + middle)


def _four_times_as_large(image: Image) -> Image:
    return np.kron(image, np.ones((4, 4)))


def _reversed_brightness(image: Image) -> Image:
    return image.max() - image


@pytest.mark.parametrize(
    "spoil", [_scrambled, _upper_part, _turned_far, _four_times_as_large, _reversed_brightness, np.transpose]
)
def test_what_shows_no_such_body_is_refused(real_scan: Image, spoil: Callable[[Image], Image]) -> None:
    moving = spoil(real_scan)
    found = register(real_scan, moving, spacing_mm=REAL_MM)
    assert not found.accepted
    assert found.reason
    assert np.isfinite(found.displacement_mm).all()
    assert found.confidence.max() == 0


def test_finer_pixels_of_the_same_body_are_no_reason(real_scan: Image) -> None:
    fine = np.random.default_rng(4).poisson(_four_times_as_large(real_scan) / 16)
    found = register(real_scan, fine, spacing_mm=REAL_MM, moving_spacing_mm=(REAL_MM[0] / 4, REAL_MM[1] / 4))
    assert found.accepted, found.reason


@pytest.mark.parametrize("counts", [1.0, 0.1])
def test_a_moved_scan_is_no_reason(clean: Image, pixels: Image, counts: float) -> None:
    rng = np.random.default_rng(5)
    fixed = rng.poisson(counts * seen_at(clean, pixels + smooth_motion(rng, 10.0, (1024, 256))))
    found = register(fixed, rng.poisson(counts * clean), spacing_mm=REAL_MM)
    assert found.accepted, found.reason


@pytest.fixture(scope="module")
def lying() -> tuple[Expected, Expected]:
    rng = np.random.default_rng(21)
    person = sample_person(rng)
    poses = (sample_pose(rng, 0.7, person.fat_mm), sample_pose(rng, 0.7, person.fat_mm))
    first, second = (expected_images(Scene(shape=shape_of(person), pose=pose), Camera()) for pose in poses)
    return first, second


def _seen(expected: Expected, projection: Projection, seed: int) -> Image:
    return np.random.default_rng(seed).poisson(expected.view(projection).total).astype(np.float64)


def test_the_same_side_is_accepted_and_the_other_side_is_much_less_certain(lying: tuple[Expected, Expected]) -> None:
    sides = {side: _seen(lying[0], side, 1) for side in Projection}
    errors = {}
    for side in Projection:
        same = register(sides[side], _seen(lying[1], side, 2), spacing_mm=REAL_MM)
        assert same.accepted, same.reason
        errors[side] = same.evidence.error_mm
    other = register(sides[Projection.ANTERIOR], sides[Projection.POSTERIOR][:, ::-1], spacing_mm=REAL_MM)
    assert other.evidence.error_mm > 1.5 * max(errors.values())


def test_every_reason_is_said() -> None:
    good = {"overlap": 0.95, "likeness": 0.97, "jacobian": 0.5, "error_mm": 2.0, "agreement": 0.997, "strain": 0.1}
    assert reasons(Evidence(**good)) == ()
    for name, value, word in (
        ("overlap", 0.4, "40 %"),
        ("likeness", float("nan"), "unlike"),
        ("jacobian", 0.0, "fold"),
        ("error_mm", 14.0, "14 mm"),
        ("agreement", 0.96, "pattern"),
        ("strain", 1.1 * MOST_FORCED / (1 - good["agreement"]), "bent a lot"),
    ):
        (said,) = reasons(Evidence(**good | {name: value}))
        assert word in said
