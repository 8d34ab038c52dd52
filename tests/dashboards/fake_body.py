"""An invented body: a label image and counts that look roughly like a bone scan, for tests of pages only."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from dashboards.rasters import RegionShape
from tracker.records.regions import FINE_LABEL, FINE_REGIONS
from tracker.records.view import Projection

ROWS, COLS = 512, 128
SPACING_MM = (4.0, 4.0)

# region, row, col, half height, half width, uptake (anatomical frame: patient right at column 0)
ELLIPSES: tuple[tuple[str, float, float, float, float, float], ...] = (
    ("skull", 45, 64, 26, 17, 0.8),
    ("mandible", 70, 64, 6, 9, 0.7),
    ("cervical_spine", 84, 64, 14, 5, 0.9),
    ("clavicle_right", 98, 48, 3, 13, 0.8),
    ("clavicle_left", 98, 80, 3, 13, 0.8),
    ("scapula_right", 116, 38, 15, 8, 0.8),
    ("scapula_left", 116, 90, 15, 8, 0.8),
    ("ribs_right", 138, 47, 34, 13, 0.55),
    ("ribs_left", 138, 81, 34, 13, 0.55),
    ("sternum", 128, 64, 22, 5, 1.0),
    ("thoracic_spine_upper", 112, 64, 12, 5, 1.2),
    ("thoracic_spine_middle", 136, 64, 12, 5, 1.25),
    ("thoracic_spine_lower", 160, 64, 12, 5.5, 1.3),
    ("lumbar_spine", 192, 64, 20, 6.5, 1.4),
    ("sacrum", 224, 64, 13, 9, 1.4),
    ("hip_bone_right", 230, 47, 21, 12, 1.0),
    ("hip_bone_left", 230, 81, 21, 12, 1.0),
    ("humerus_right", 142, 24, 34, 4.5, 0.6),
    ("humerus_left", 142, 104, 34, 4.5, 0.6),
    ("forearm_right", 206, 18, 30, 4, 0.5),
    ("forearm_left", 206, 110, 30, 4, 0.5),
    ("hand_right", 248, 15, 12, 5, 0.5),
    ("hand_left", 248, 113, 12, 5, 0.5),
    ("femur_proximal_right", 264, 44, 17, 6, 0.8),
    ("femur_proximal_left", 264, 84, 17, 6, 0.8),
    ("femur_shaft_right", 306, 47, 30, 4.5, 0.5),
    ("femur_shaft_left", 306, 81, 30, 4.5, 0.5),
    ("femur_distal_right", 346, 49, 12, 6.5, 0.7),
    ("femur_distal_left", 346, 79, 12, 6.5, 0.7),
    ("lower_leg_right", 406, 50, 48, 4.5, 0.5),
    ("lower_leg_left", 406, 78, 48, 4.5, 0.5),
    ("foot_right", 470, 47, 14, 6, 0.5),
    ("foot_left", 470, 81, 14, 6, 0.5),
)
SOFT: tuple[tuple[float, float, float, float, float], ...] = (
    (45, 64, 30, 20, 0.12),
    (86, 64, 20, 11, 0.16),
    (165, 64, 82, 36, 0.24),
    (244, 64, 30, 36, 0.22),
    (330, 47, 96, 15, 0.12),
    (330, 81, 96, 15, 0.12),
    (440, 49, 46, 9, 0.10),
    (440, 79, 46, 9, 0.10),
    (150, 22, 48, 9, 0.10),
    (150, 106, 48, 9, 0.10),
    (220, 16, 44, 8, 0.10),
    (220, 112, 44, 8, 0.10),
)
BLADDER = (240.0, 64.0, 7.0, 8.0)


def _inside(row: float, col: float, half_height: float, half_width: float) -> NDArray[np.bool_]:
    rows, cols = np.mgrid[0:ROWS, 0:COLS]
    return ((rows - row) / half_height) ** 2 + ((cols - col) / half_width) ** 2 <= 1


def labels() -> NDArray[np.uint8]:
    """Return fine region numbers in the anatomical frame."""
    image = np.zeros((ROWS, COLS), np.uint8)
    for region, *shape, _ in ELLIPSES:
        image[_inside(*shape)] = FINE_LABEL[region]
    return image


def physiologic() -> NDArray[np.uint8]:
    """Return 1 where the bladder is."""
    return _inside(*BLADDER).astype(np.uint8)


def uptake(lesions: list[tuple[float, float, float, float]], front: bool, bladder: float) -> NDArray[np.float64]:
    """Return the noise-free uptake; each lesion is (row, col, radius in pixels, added uptake)."""
    image = np.zeros((ROWS, COLS))
    for *shape, level in SOFT:
        image = np.maximum(image, level * _inside(*shape))
    for region, *shape, level in ELLIPSES:
        seen = level * (0.8 if front and "spine" in region else 1.15 if front and region == "sternum" else 1.0)
        image += seen * _inside(*shape) * (0.55 if "skull" in region else 1)
    image += bladder * _inside(*BLADDER) * (1.0 if front else 0.5)
    for row, col, radius, level in lesions:
        rows, cols = np.mgrid[0:ROWS, 0:COLS]
        image += level * np.exp(-((rows - row) ** 2 + (cols - col) ** 2) / (2 * radius**2))
    return gaussian_filter(image, 1.4)


def circle(row: float, col: float, radius: float, points: int = 24) -> tuple[tuple[float, float], ...]:
    """Return a ring around a place."""
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    return tuple((float(row + radius * np.sin(t)), float(col + radius * np.cos(t))) for t in turn)


@cache
def shapes() -> tuple[RegionShape, ...]:
    """Return every whole region as rings in millimetres."""
    found = []
    for side in Projection:
        for region in dict.fromkeys(FINE_REGIONS[FINE_LABEL[name] - 1].whole for name, *_ in ELLIPSES):
            parts = [e for e in ELLIPSES if FINE_REGIONS[FINE_LABEL[e[0]] - 1].whole == region]
            rings = tuple(_ellipse(*part[1:5]) for part in parts)
            found.append(RegionShape(region=region, projection=side, rings=rings))
    return tuple(found)


def _ellipse(row: float, col: float, half_height: float, half_width: float) -> tuple[tuple[float, float], ...]:
    turn = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    return tuple((float(4 * (row + half_height * np.sin(t))), float(4 * (col + half_width * np.cos(t)))) for t in turn)
