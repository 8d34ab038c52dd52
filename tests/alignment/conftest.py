"""The real scan, and visits made from it by known motions."""

import sysconfig
from collections.abc import Callable
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from tracker.records.study import Study
from tracker.records.view import Orientation, Projection, View

REAL_MM = (2.26, 2.26)


@pytest.fixture(scope="session")
def real_scan() -> NDArray[np.float64]:
    """Counts of the one real whole-body scan that is public."""
    site = Path(sysconfig.get_paths()["purelib"])
    found = next(site.rglob("JPEG-LL.dcm"))
    return np.asarray(pydicom.dcmread(found).pixel_array, dtype=np.float64)


@pytest.fixture(scope="session")
def clean(real_scan: NDArray[np.float64]) -> NDArray[np.float64]:
    """The real scan without most of its noise, 1.5 million counts."""
    smooth = gaussian_filter(real_scan, 1.0)
    return np.asarray(smooth * 1.5e6 / smooth.sum())


@pytest.fixture(scope="session")
def body(clean: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray(gaussian_filter(clean, 3) > 4)


@pytest.fixture(scope="session")
def pixels() -> NDArray[np.float64]:
    rows, cols = np.meshgrid(np.arange(1024.0), np.arange(256.0), indexing="ij")
    return np.stack([rows, cols], axis=-1)


def seen_at(image: NDArray[np.float64], at_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``image`` read at pixel places."""
    rows, cols = (at_px[..., axis].astype(np.float32) for axis in (0, 1))
    return np.maximum(cv2.remap(image.astype(np.float32), cols, rows, cv2.INTER_CUBIC), 0).astype(np.float64)


def smooth_motion(rng: np.random.Generator, longest_px: float, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return a random smooth displacement, pixels."""
    field = np.stack([gaussian_filter(rng.normal(size=shape), 40) for _ in range(2)], axis=-1)
    return np.asarray(field * longest_px / np.abs(field).max())


@pytest.fixture(scope="session")
def make_visit(
    clean: NDArray[np.float64], pixels: NDArray[np.float64]
) -> Callable[[str, NDArray[np.float64], int], Study]:
    """Return a maker of two-view studies whose anatomical frame shows the clean scan at given pixel places."""

    def make(uid: str, at_px: NDArray[np.float64], seed: int) -> Study:
        rng = np.random.default_rng(seed)
        front = rng.poisson(seen_at(clean, at_px)).astype(np.float64)
        back = rng.poisson(0.8 * seen_at(clean, at_px)).astype(np.float64)
        views = (
            View(projection=Projection.ANTERIOR, counts=front, spacing_mm=REAL_MM),
            View(
                projection=Projection.POSTERIOR,
                counts=back[:, ::-1],
                spacing_mm=REAL_MM,
                orientation=Orientation(patient_left_first=True),
            ),
        )
        return Study(patient_id="P", study_uid=uid, study_date=date(2020, 1, 1), views=views)

    return make
