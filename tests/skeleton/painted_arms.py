"""A painted body: a spine, two arms that hang down, alike."""

import numpy as np
from numpy.typing import NDArray

from tracker.records.regions import FINE_LABEL, mirrored_name

SHAPE = (320, 200)
"""Rows and columns, template pixels."""

ARM_COUNTS, TISSUE_COUNTS = 10.0, 2.0
"""Counts per pixel of arm bone and of the rest."""

ROWS = {"humerus": (30, 120), "forearm": (126, 216), "hand": (222, 270)}
"""First and last row of each bone."""

COLS = (150, 158)
"""First and last column of the left arm's bones."""

ELBOW, WRIST, HAND = (123, 154), (219, 154), (240, 154)
"""Places on the left arm."""


def other(place: tuple[int, int]) -> tuple[int, int]:
    """Return the same place of the right arm."""
    return place[0], SHAPE[1] - 1 - place[1]


def labels(*bones: str) -> NDArray[np.uint8]:
    """Return a spine and the bones of both arms that are named."""
    image = np.zeros(SHAPE, dtype=np.uint8)
    image[20:220, 94:106] = FINE_LABEL["lumbar_spine"]
    for bone in bones:
        for name in (f"{bone}_left", mirrored_name(f"{bone}_left")):
            cols = slice(*COLS) if name.endswith("left") else slice(SHAPE[1] - COLS[1], SHAPE[1] - COLS[0])
            image[slice(*ROWS[bone]), cols] = FINE_LABEL[name]
    return image


def counts(*spots: tuple[tuple[int, int], float, float]) -> NDArray[np.float32]:
    """Return counts of the arms with bumps: place, standard deviation in pixels, and height."""
    image = np.where(labels("humerus", "forearm", "hand") > 0, ARM_COUNTS, TISSUE_COUNTS).astype(np.float32)
    rows, cols = np.indices(SHAPE)
    for (row, col), sd, height in spots:
        image += height * np.exp(-((rows - row) ** 2 + (cols - col) ** 2) / (2 * sd**2)).astype(np.float32)
    return np.random.default_rng(1).poisson(image).astype(np.float32)
