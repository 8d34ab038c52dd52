"""A small made-up body: soft tissue everywhere, sixteen square bones, most of them reference regions."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from tracker.records.regions import FINE_LABEL
from tracker.records.skeleton import SkeletonView
from tracker.records.study import Study
from tracker.records.view import Projection, View
from tracker.settings.intensity import REFERENCE_REGIONS

SHAPE = (400, 160)
SPACING_MM = (2.4, 2.4)
SOFT = 0.3


def squares() -> np.ndarray:
    labels = np.zeros(SHAPE, dtype=np.uint8)
    for index, region in enumerate((*REFERENCE_REGIONS, "sacrum")):
        row, col = divmod(index, 2)
        labels[30 + 44 * row : 52 + 44 * row, 30 + 70 * col : 56 + 70 * col] = FINE_LABEL[region]
    return labels


def body() -> np.ndarray:
    inside = np.zeros(SHAPE, dtype=bool)
    inside[8:-8, 8:-8] = True
    return inside


def skeleton_view(projection: Projection) -> SkeletonView:
    labels = squares()
    expected = np.where(labels > 0, 1.0, np.where(body(), SOFT, 0.0)).astype(np.float32)
    return SkeletonView(
        projection=projection,
        labels=labels,
        expected=expected,
        spread=0.1 * expected,
        body=body(),
        physiologic=np.zeros(SHAPE, dtype=np.uint8),
    )


def study(uid: str, counts_per_pixel: float, seed: int, bone: dict[str, float], soft: float = SOFT) -> Study:
    """Return a visit whose bones have 0.7 of bone uptake times ``bone[region]`` above ``soft``."""
    labels = squares()
    mean = np.where(body(), soft, 0.0)
    for region in (*REFERENCE_REGIONS, "sacrum"):
        mean[labels == FINE_LABEL[region]] += 0.7 * bone.get(region, 1.0)
    rng = np.random.default_rng(seed)
    views = tuple(
        View(
            projection=projection,
            counts=rng.poisson(mean * counts_per_pixel).astype(float),
            spacing_mm=SPACING_MM,
        )
        for projection in Projection
    )
    return Study(patient_id="P1", study_uid=uid, study_date=date(2024, 1, 1), views=views)


@pytest.fixture
def make_study() -> Callable[..., Study]:
    return study


@pytest.fixture
def skeleton_views() -> tuple[SkeletonView, ...]:
    return tuple(skeleton_view(projection) for projection in Projection)
