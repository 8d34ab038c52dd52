"""A field means the same to SimpleITK as to us, in both directions."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from numpy.typing import NDArray

from tests.alignment.conftest import smooth_motion
from tracker.alignment import from_simpleitk, to_simpleitk
from tracker.alignment.fields import places_mm, sample
from tracker.records.alignment import DisplacementField

MM = (2.0, 3.0)


@pytest.fixture
def field() -> DisplacementField:
    moved = smooth_motion(np.random.default_rng(3), 12.0, (120, 90)).astype(np.float32)
    return DisplacementField(displacement_mm=moved, spacing_mm=MM)


def test_there_and_back(field: DisplacementField) -> None:
    again = from_simpleitk(to_simpleitk(field), field.shape, field.spacing_mm)
    assert again.spacing_mm == field.spacing_mm
    np.testing.assert_allclose(again.displacement_mm, field.displacement_mm, atol=1e-4)


def test_simpleitk_resamples_as_we_do(field: DisplacementField) -> None:
    moving: NDArray[np.float32] = np.random.default_rng(4).random((150, 100)).astype(np.float32)
    ours = sample(moving, places_mm(field.shape, MM) + field.displacement_mm, (1.7, 2.9))
    there = sitk.GetImageFromArray(moving)
    there.SetSpacing((2.9, 1.7))
    like = sitk.GetImageFromArray(np.zeros(field.shape, np.float32))
    like.SetSpacing(MM[::-1])
    theirs = sitk.GetArrayFromImage(sitk.Resample(there, like, to_simpleitk(field), sitk.sitkLinear))
    inside = (ours > 0) & (theirs > 0)
    assert inside.mean() > 0.7
    np.testing.assert_allclose(ours[inside], theirs[inside], atol=0.02)


def test_an_affine_transform_is_read_with_rows_first() -> None:
    turned = sitk.Euler2DTransform((40.0, 60.0), np.radians(10), (5.0, -7.0))
    read = from_simpleitk(turned, (50, 30), MM)
    x, y = turned.TransformPoint((20 * MM[1], 10 * MM[0]))
    np.testing.assert_allclose(read.displacement_mm[10, 20], [y - 10 * MM[0], x - 20 * MM[1]], atol=1e-4)


def test_saved_and_read_again(field: DisplacementField, tmp_path: Path) -> None:
    place = tmp_path / "visit.h5"
    sitk.WriteTransform(to_simpleitk(field), str(place))
    again = from_simpleitk(sitk.ReadTransform(str(place)), field.shape, field.spacing_mm)
    np.testing.assert_allclose(again.displacement_mm, field.displacement_mm, atol=1e-4)


def test_a_spline_transform_is_read(field: DisplacementField) -> None:
    like = sitk.Image(90, 120, sitk.sitkFloat32)
    like.SetSpacing(MM[::-1])
    spline = sitk.BSplineTransformInitializer(like, [3, 5], 3)
    spline.SetParameters(np.random.default_rng(5).normal(0, 3, len(spline.GetParameters())).tolist())
    read = from_simpleitk(spline, field.shape, MM)
    x, y = spline.TransformPoint((40 * MM[1], 60 * MM[0]))
    np.testing.assert_allclose(read.displacement_mm[60, 40], [y - 60 * MM[0], x - 40 * MM[1]], atol=1e-4)
