"""A geometric person: strips of bone with known labels, so that what a test expects can be worked out by hand."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from tracker.lesions import judge_kinds, look
from tracker.records.foci import VisitFoci
from tracker.records.regions import FINE_LABEL
from tracker.records.skeleton import SkeletonView
from tracker.records.uptake import Normaliser
from tracker.records.view import Orientation, Projection, View
from tracker.settings.lesions import LesionSettings

SPACING_MM = (2.4, 2.4)
SHAPE = (400, 200)
COUNTS_PER_MM2 = 5.0
SETTINGS = LesionSettings()
BOXES: dict[str, tuple[int, int, int, int]] = {
    "skull": (15, 50, 80, 120),
    "thoracic_spine_upper": (80, 100, 93, 107),
    "thoracic_spine_middle": (100, 125, 93, 107),
    "thoracic_spine_lower": (125, 150, 93, 107),
    "lumbar_spine": (150, 190, 92, 108),
    "sacrum": (190, 210, 90, 110),
    "hip_bone_right": (190, 225, 60, 90),
    "hip_bone_left": (190, 225, 110, 140),
    "femur_proximal_right": (225, 260, 64, 76),
    "femur_proximal_left": (225, 260, 124, 136),
    "femur_shaft_right": (260, 310, 66, 74),
    "femur_shaft_left": (260, 310, 126, 134),
    "femur_distal_right": (310, 330, 64, 78),
    "femur_distal_left": (310, 330, 122, 136),
    "lower_leg_right": (330, 390, 66, 76),
    "lower_leg_left": (330, 390, 124, 134),
    "humerus_right": (80, 150, 30, 38),
    "humerus_left": (80, 150, 162, 170),
}
Spot = tuple[float, float, float, float]
"""Row (pixels), column (pixels), radius (mm), uptake above the surroundings: of a lesion in the anatomical frame."""


def skeleton(projection: Projection = Projection.ANTERIOR) -> SkeletonView:
    """Return the geometric person in the anatomical frame."""
    labels = np.zeros(SHAPE, dtype=np.uint8)
    for name, (top, bottom, left, right) in BOXES.items():
        labels[top:bottom, left:right] = FINE_LABEL[name]
    body = np.zeros(SHAPE, dtype=np.bool_)
    body[8:396, 22:178] = True
    expected = gaussian_filter(np.where(labels > 0, 1.0, 0.15) * body, 1.6)
    return SkeletonView(
        projection=projection,
        labels=labels,
        expected=expected.astype(np.float32),
        spread=(0.1 * expected).astype(np.float32),
        body=body,
        physiologic=np.zeros(SHAPE, dtype=np.uint8),
    )


def turned(flat: SkeletonView, orientation: Orientation) -> SkeletonView:
    """Return a skeleton of the anatomical frame on the stored frame."""
    parts = {name: orientation.to_stored(getattr(flat, name)) for name in ("labels", "expected", "spread", "body")}
    return SkeletonView(projection=flat.projection, physiologic=orientation.to_stored(flat.physiologic), **parts)


def uptake(spots: tuple[Spot, ...]) -> NDArray[np.float64]:
    """Return the healthy uptake plus lesions, anatomical frame."""
    rows, cols = np.mgrid[: SHAPE[0], : SHAPE[1]]
    image = skeleton().expected.astype(np.float64)
    for row, col, radius_mm, excess in spots:
        disc = np.hypot((rows - row) * SPACING_MM[0], (cols - col) * SPACING_MM[1]) <= radius_mm
        image = image + excess * gaussian_filter(disc.astype(float), 1.6)
    return image


def visit(
    day: int,
    seed: int,
    *,
    front: tuple[Spot, ...] = (),
    back: tuple[Spot, ...] | None = None,
    counts_per_mm2: float = COUNTS_PER_MM2,
) -> VisitFoci:
    """Return one visit looked at and judged; ``back`` None leaves out the posterior view."""
    rng = np.random.default_rng(seed)
    views = []
    for projection, spots in ((Projection.ANTERIOR, front), (Projection.POSTERIOR, back)):
        if spots is None:
            continue
        orientation = Orientation(patient_left_first=projection is Projection.POSTERIOR)
        mean = uptake(spots) * counts_per_mm2 * SPACING_MM[0] * SPACING_MM[1]
        view = View(
            projection=projection,
            counts=orientation.to_stored(rng.poisson(mean)).astype(float),
            spacing_mm=SPACING_MM,
            orientation=orientation,
        )
        unit = Normaliser(projection=projection, method="known", counts_per_mm2=counts_per_mm2, relative_sd=0.02)
        views.append(look(view, turned(skeleton(projection), orientation), unit, SETTINGS))
    study = VisitFoci(study_uid=f"1.2.{day}", study_date=date(2020, 1, 1) + timedelta(days=day), views=tuple(views))
    return judge_kinds(study, SETTINGS)
