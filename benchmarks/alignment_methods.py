"""The methods that are compared: from two visits to the place in the moving image of every fixed pixel.

Peers get the same preparation (totals matched, blurred, square-rooted, clipped) and the best of the settings that were
tried for this kind of image on other pairs. All fields are in pixels, (row, col).
"""

from collections.abc import Callable
from contextlib import chdir
from importlib.util import find_spec
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from benchmarks.alignment_cases import Case
from benchmarks.alignment_motions import Field, pixels
from benchmarks.alignment_scenes import Image
from tracker.alignment import PairAlignment, align_course, placed_in, register
from tracker.records.alignment import CourseAlignment
from tracker.records.view import Projection
from tracker.settings.alignment import AlignmentSettings

Method = Callable[[Case], Field]

BLUR_PX = 1.5
"""Blur of the images that the peers compare, pixels."""

CLIP_PERCENTILE = 98.0
"""Peers see nothing brighter than this percentile of the body: a full bladder must not decide."""

BODY_ROOT = 1.2
"""Square-rooted counts above this are body."""


def prepared(image: Image, total: float) -> NDArray[np.float32]:
    """Return an image as the peers see it."""
    root = np.sqrt(gaussian_filter(image * (total / image.sum()), BLUR_PX) + 0.375)
    return np.asarray(np.minimum(root, np.percentile(root[root > BODY_ROOT], CLIP_PERCENTILE)), dtype=np.float32)


def _pictures(case: Case) -> tuple[sitk.Image, sitk.Image]:
    """Return both anterior images for SimpleITK, one pixel long per unit."""
    fixed, moving = case.images
    first, second = (sitk.GetImageFromArray(prepared(image, fixed.sum())) for image in (fixed, moving))
    return first, second


def unmoved(case: Case) -> Field:
    """Return the places without any alignment."""
    return pixels(case.place_px.shape[:2])


def _centroid(image: sitk.Image) -> tuple[float, float]:
    """Return the middle (x, y) of the body outline."""
    rows, cols = np.nonzero(sitk.GetArrayViewFromImage(image) > BODY_ROOT)
    return float(cols.mean()), float(rows.mean())


def _affine(fixed: sitk.Image, moving: sitk.Image) -> sitk.Transform:
    """Return the affine map with the best correlation, from the middles of the body outlines."""
    start = sitk.AffineTransform(2)
    middle, goes_to = _centroid(fixed), _centroid(moving)
    start.SetCenter(middle)
    start.SetTranslation([there - here for here, there in zip(middle, goes_to, strict=True)])
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsCorrelation()
    method.SetInterpolator(sitk.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(2.0, 1e-3, 120, 0.6)
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel([8, 4, 2])
    method.SetSmoothingSigmasPerLevel([4, 2, 1])
    method.SetInitialTransform(start, inPlace=False)
    return method.Execute(fixed, moving)


def _places(transform: sitk.Transform, like: sitk.Image) -> Field:
    """Return the places that a SimpleITK transform leads to, from every pixel."""
    field = sitk.TransformToDisplacementField(
        transform, sitk.sitkVectorFloat64, like.GetSize(), like.GetOrigin(), like.GetSpacing(), like.GetDirection()
    )
    moved = sitk.GetArrayFromImage(field)[..., ::-1]
    return np.asarray(pixels(moved.shape[:2]) + moved)


def affine(case: Case) -> Field:
    """Return SimpleITK's affine alignment."""
    fixed, moving = _pictures(case)
    return _places(_affine(fixed, moving), fixed)


def sitk_bspline(case: Case) -> Field:
    """Return SimpleITK's B-spline alignment by mutual information, after its affine one."""
    fixed, moving = _pictures(case)
    start = _affine(fixed, moving)
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(32)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetOptimizerAsLBFGS2(solutionAccuracy=1e-9, numberOfIterations=25, deltaConvergenceTolerance=1e-9)
    method.SetShrinkFactorsPerLevel([8, 4, 4])
    method.SetSmoothingSigmasPerLevel([4, 2, 1])
    method.SetMovingInitialTransform(start)
    spline = sitk.BSplineTransformInitializer(fixed, [2, 8], 3)
    method.SetInitialTransformAsBSpline(spline, inPlace=False, scaleFactors=[1, 2, 4])
    bent = method.Execute(fixed, moving)
    return _places(sitk.CompositeTransform([start, bent]), fixed)


def _elastix_map(itk: Any, kind: str) -> Any:  # noqa: ANN401 - itk has no types
    """Return elastix's parameters of one stage."""
    chosen = itk.ParameterObject.New().GetDefaultParameterMap(kind, 3, 32.0)
    chosen["AutomaticTransformInitializationMethod"] = ["CenterOfGravity"]
    chosen["NumberOfSpatialSamples"] = ["3000"]
    chosen["WriteResultImage"] = ["false"]
    if kind == "affine":
        chosen["AutomaticTransformInitialization"] = ["true"]
        return chosen
    chosen["MaximumNumberOfIterations"] = ["150"]
    chosen["Metric"] = ["AdvancedMattesMutualInformation", "TransformBendingEnergyPenalty"]
    chosen["Metric0Weight"], chosen["Metric1Weight"] = ["1.0"], ["20.0"]
    chosen["Registration"] = ["MultiMetricMultiResolutionRegistration"]
    return chosen


def elastix(case: Case) -> Field:
    """Return elastix's affine and B-spline alignment by mutual information with a bending penalty."""
    import itk

    fixed, moving = (itk.image_from_array(prepared(image, case.images[0].sum())) for image in case.images)
    parameters = itk.ParameterObject.New()
    for kind in ("affine", "bspline"):
        parameters.AddParameterMap(_elastix_map(itk, kind))
    _, found = itk.elastix_registration_method(fixed, moving, parameter_object=parameters, log_to_console=False)
    with TemporaryDirectory() as folder, chdir(folder):
        field = itk.transformix_deformation_field(moving, found, log_to_console=False)
        moved = np.asarray(itk.array_from_image(field), dtype=np.float64)[..., ::-1]
    return pixels(moved.shape[:2]) + moved


def pairwise_found(case: Case) -> PairAlignment:
    """Return our alignment of the anterior images alone, with all that it says of itself."""
    fixed, moving = case.images
    return register(fixed, moving, spacing_mm=case.spacing_mm)


def pairwise(case: Case) -> Field:
    """Return the places that our alignment of the anterior images alone leads to."""
    moved_px = pairwise_found(case).displacement_mm / np.array(case.spacing_mm)
    return np.asarray(pixels(moved_px.shape[:2]) + moved_px)


def in_course(aligned: CourseAlignment, case: Case) -> Field:
    """Return the places that a course leads to, from one visit through patient space to another."""
    first, second = aligned.visit(case.fixed.study_uid), aligned.visit(case.moving.study_uid)
    places_mm = placed_in(first, second, Projection.ANTERIOR)
    return np.asarray(places_mm / np.array(case.spacing_mm), dtype=np.float64)


def coursewise(case: Case) -> Field:
    """Return our alignment of both views of both visits."""
    return in_course(align_course([case.fixed, case.moving], AlignmentSettings()), case)


METHODS: dict[str, Method] = {
    "none": unmoved,
    "affine (SimpleITK)": affine,
    "B-spline (SimpleITK)": sitk_bspline,
    "B-spline (elastix)": elastix,
    "ours, pairwise": pairwise,
    "ours, both views": coursewise,
}
"""Every method by its name in the table."""

OURS = ("ours, pairwise", "ours, both views")
"""What is not a peer."""


def installed(name: str) -> bool:
    """Return whether a method can run here; elastix is an extra."""
    return name != "B-spline (elastix)" or find_spec("itk") is not None
