"""Displacement fields as SimpleITK transforms and back, so that other programs can use what was found.

SimpleITK's places are (x, y): x runs along columns, y along rows, millimetres from the centre of pixel (0, 0), which is
the origin; directions are the identity.
"""

from collections.abc import Sequence

import numpy as np
import SimpleITK as sitk

from tracker.alignment.fields import Spacing
from tracker.records.alignment import DisplacementField


def to_simpleitk(field: DisplacementField) -> sitk.DisplacementFieldTransform:
    """Return a field as a SimpleITK transform.

    Parameters
    ----------
    field : DisplacementField
        From its own grid to the target.

    Returns
    -------
    DisplacementFieldTransform
        Maps places (x, y) of the field's grid to places of the target, as ``sitk.Resample`` wants it with the grid of
        the field as reference and the target's image as moving image.
    """
    along = np.ascontiguousarray(field.displacement_mm[..., ::-1], dtype=np.float64)
    image = sitk.GetImageFromArray(along, isVector=True)
    image.SetSpacing(field.spacing_mm[::-1])
    return sitk.DisplacementFieldTransform(image)


def from_simpleitk(transform: sitk.Transform, shape: Sequence[int], spacing_mm: Spacing) -> DisplacementField:
    """Return any two-dimensional SimpleITK transform as a field on a grid.

    Parameters
    ----------
    transform : Transform
        Rigid, affine, B-spline, displacement field, or a composition of them.
    shape : sequence of int
        Rows and columns of the grid.
    spacing_mm : tuple of float
        Pixel spacing (row, col) of the grid.

    Returns
    -------
    DisplacementField
        Offset (row, col) of every pixel.
    """
    image = sitk.TransformToDisplacementField(
        transform, sitk.sitkVectorFloat64, (shape[1], shape[0]), (0.0, 0.0), spacing_mm[::-1]
    )
    moved = sitk.GetArrayFromImage(image)[..., ::-1]
    return DisplacementField(displacement_mm=np.ascontiguousarray(moved, dtype=np.float32), spacing_mm=spacing_mm)
