"""Two real encodings of the same real scan must lie on each other."""

from importlib.resources import as_file, files

import numpy as np
import SimpleITK as sitk
from scipy.ndimage import gaussian_filter

from benchmarks.alignment_scenes import PIXEL_MM, Image, real_scan
from tracker.alignment import register

BODY_COUNTS = 2.0
"""Smoothed counts per pixel above which the real scan shows body."""


def lossy_scan() -> Image:
    """Return the same scan from its lossy 12-bit encoding, which `pydicom` ships and SimpleITK decodes."""
    with as_file(files("pydicom").joinpath("data/test_files/JPGExtended.dcm")) as path:
        return np.asarray(sitk.GetArrayFromImage(sitk.ReadImage(str(path)))[0], dtype=np.float64)


def show_identity() -> None:
    """Print how far two encodings of one scan are moved against each other."""
    first, second = real_scan(), lossy_scan()
    found = register(first, second, spacing_mm=(PIXEL_MM, PIXEL_MM))
    moved_px = np.linalg.norm(found.displacement_mm, axis=-1)[gaussian_filter(first, 3) > BODY_COUNTS] / PIXEL_MM
    state = "accepted" if found.accepted else f"refused: {found.reason}"
    print(
        f"\nJPEG-LL against JPGExtended, one real scan: moved {moved_px.mean():.3f} px in the mean, "
        f"{moved_px.max():.3f} px at most over the body; {state}"
    )
