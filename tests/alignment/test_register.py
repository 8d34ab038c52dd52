"""Truth: a planted motion is found back. Law: nothing folds, forward undoes inverse. Bad input: typed errors."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.alignment.conftest import REAL_MM, seen_at, smooth_motion
from tracker.alignment import register
from tracker.alignment.compare import Pair
from tracker.alignment.prepare import picture
from tracker.alignment.search import candidates
from tracker.errors import AlignmentError, ImageError

Image = NDArray[np.float64]


def _error_px(displacement_mm: NDArray[np.float32], truth_px: Image, where: NDArray[np.bool_]) -> float:
    off = displacement_mm / REAL_MM[0] - truth_px
    return float(np.linalg.norm(off, axis=-1)[where].mean())


def test_finds_a_smooth_motion(clean: Image, body: NDArray[np.bool_], pixels: Image) -> None:
    rng = np.random.default_rng(1)
    motion = smooth_motion(rng, 8.0, (1024, 256))
    moving = rng.poisson(clean)
    fixed = rng.poisson(seen_at(clean, pixels + motion))
    found = register(fixed, moving, spacing_mm=REAL_MM)
    assert found.accepted
    assert _error_px(found.displacement_mm, motion, body) < 0.6


@pytest.mark.parametrize(
    ("turn_deg", "scale", "shift_px"), [(0, 1.0, (120, 25)), (28, 0.9, (10, 5)), (180, 1.0, (-60, 10))]
)
def test_finds_a_far_start(
    clean: Image, pixels: Image, turn_deg: float, scale: float, shift_px: tuple[float, float]
) -> None:
    rng = np.random.default_rng(2)
    angle, middle = np.radians(turn_deg), np.array([470.0, 128.0])
    matrix = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    at_px = (pixels - middle) @ matrix.T + middle + np.array(shift_px)
    fixed = rng.poisson(seen_at(clean, at_px)).astype(float)
    found = register(fixed, rng.poisson(clean), spacing_mm=REAL_MM)
    seen = (fixed > 2) & (at_px >= 0).all(axis=-1) & (at_px[..., 0] < 1023) & (at_px[..., 1] < 255)
    assert _error_px(found.displacement_mm, at_px - pixels, seen) < 1.0


def test_either_way_up_is_told_apart_on_coarse_images(clean: Image) -> None:
    rng = np.random.default_rng(12)
    pair = Pair(
        fixed=picture(rng.poisson(clean).astype(float), REAL_MM),
        moving=picture(rng.poisson(clean).astype(float), REAL_MM),
    )
    upright, turned = candidates([pair], 1)
    assert upright.start.upright
    assert not turned.start.upright
    assert upright.score > turned.score + 0.1


def test_other_matrix_and_spacing(clean: Image, pixels: Image, body: NDArray[np.bool_]) -> None:
    rng = np.random.default_rng(3)
    rows, cols = np.meshgrid(np.arange(512.0) * 1.9 + 7, np.arange(140.0) * 1.9 - 3, indexing="ij")
    moving = rng.poisson(3.6 * seen_at(clean, np.stack([rows, cols], axis=-1)))
    found = register(rng.poisson(clean), moving, spacing_mm=REAL_MM, moving_spacing_mm=(1.9 * 2.26, 1.9 * 2.26))
    assert found.accepted
    assert _error_px(found.displacement_mm, np.broadcast_to([-7.0, 3.0], pixels.shape), body) < 0.4


@pytest.mark.parametrize("cut", [(1023, 255), (1019, 253)])
def test_any_image_size(clean: Image, cut: tuple[int, int]) -> None:
    rng = np.random.default_rng(5)
    rows, cols = cut
    seen = clean[:rows, :cols]
    found = register(rng.poisson(seen).astype(float), rng.poisson(seen).astype(float), spacing_mm=(2.21, 2.21))
    assert found.accepted


def test_never_folds_and_undoes_itself(clean: Image, pixels: Image) -> None:
    rng = np.random.default_rng(4)
    fixed = rng.poisson(seen_at(clean, pixels + smooth_motion(rng, 12.0, (1024, 256))))
    found = register(fixed, rng.poisson(clean), spacing_mm=REAL_MM)
    assert found.evidence.jacobian > 0.2
    at_px = pixels + found.displacement_mm / REAL_MM[0]
    inside = (at_px >= 0).all(axis=-1) & (at_px[..., 0] <= 1023) & (at_px[..., 1] <= 255)
    back = np.stack([_linear(found.inverse_mm[..., axis], at_px) for axis in (0, 1)], axis=-1) / REAL_MM[0]
    there_and_back = np.linalg.norm(found.displacement_mm / REAL_MM[0] + back, axis=-1)
    assert there_and_back[inside].max() < 0.1


def _linear(image: NDArray[np.float32], at_px: Image) -> Image:
    from scipy.ndimage import map_coordinates

    return np.asarray(map_coordinates(image, [at_px[..., 0], at_px[..., 1]], order=1, mode="nearest"))


def test_identity_is_found_and_repeated(clean: Image, body: NDArray[np.bool_], pixels: Image) -> None:
    rng = np.random.default_rng(5)
    fixed, moving = rng.poisson(clean), rng.poisson(clean)
    once, again = (register(fixed, moving, spacing_mm=REAL_MM) for _ in range(2))
    assert np.array_equal(once.displacement_mm, again.displacement_mm)
    assert _error_px(once.displacement_mm, np.zeros_like(pixels), body) < 0.15


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda image: np.where(image > 50, np.nan, image), "IMAGE_NOT_FINITE"),
        (lambda image: image - 5, "IMAGE_NEGATIVE"),
        (lambda image: np.full_like(image, 7.0), "IMAGE_CONSTANT"),
        (lambda image: image[:0], "IMAGE_SHAPE"),
        (lambda image: image[None], "IMAGE_SHAPE"),
        (lambda image: (image > 277).astype(float), "IMAGE_EMPTY"),
        (lambda image: image.astype(str), "IMAGE_TYPE"),
    ],
)
def test_what_is_no_image_is_refused(real_scan: Image, spoil: object, code: str) -> None:
    assert callable(spoil)
    with pytest.raises(ImageError) as caught:
        register(real_scan, spoil(real_scan), spacing_mm=REAL_MM)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "spacing_mm",
    [(0.0, 2.3), (-2.3, 2.3), (float("nan"), 2.3), 2.3, None, ("a", "b"), (1, 2, 3), (1e6, 1e6), (1e-6, 1e-6)],
)
def test_what_is_no_spacing_is_refused(real_scan: Image, spacing_mm: object) -> None:
    with pytest.raises(ImageError) as caught:
        register(real_scan, real_scan, spacing_mm=spacing_mm)  # type: ignore[arg-type]
    assert caught.value.code == "IMAGE_SPACING"


def test_the_type_of_the_numbers_changes_nothing(clean: Image) -> None:
    rng = np.random.default_rng(11)
    fixed, moving = rng.poisson(clean), rng.poisson(clean)
    plain = register(fixed.astype(np.float64), moving.astype(np.float64), spacing_mm=REAL_MM)
    moving.setflags(write=False)
    other = register(fixed.astype(">u2"), moving, spacing_mm=REAL_MM)
    assert np.array_equal(plain.displacement_mm, other.displacement_mm)
    assert np.array_equal(plain.warp(moving), other.warp(moving.astype(np.int16)))


def test_noise_is_refused_and_warps_nothing(real_scan: Image) -> None:
    noise = np.random.default_rng(6).poisson(10.0, real_scan.shape)
    found = register(real_scan, noise, spacing_mm=REAL_MM)
    assert not found.accepted
    assert found.reason
    assert np.isfinite(found.displacement_mm).all()
    assert found.confidence.max() == 0
    with pytest.raises(AlignmentError):
        found.warp(noise)
