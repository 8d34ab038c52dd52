"""One simulated patient, looked at once."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tracker.phantom import (
    Scene,
    ViewTruth,
    expected_images,
    observed_views,
    sample_conditions,
    sample_person,
    sample_pose,
    shape_of,
    view_truth,
)
from tracker.phantom.visit import Spot
from tracker.records.regions import WHOLE_REGIONS
from tracker.records.view import Projection, View
from tracker.settings.phantom import Camera

SPACING_MM = (2.4, 2.4)


@dataclass(frozen=True)
class Patient:
    anterior: NDArray[np.float64]
    posterior: NDArray[np.float64]
    truth: dict[Projection, ViewTruth]
    views: tuple[View, ...]


def patient_of(seed: int, **limbs: tuple[float, float, float]) -> Patient:
    """Return a simulated patient with an injection site at the left wrist; limbs may be turned (degrees)."""
    rng = np.random.default_rng(seed)
    shape, pose = shape_of(sample_person(rng)), sample_pose(rng)
    pose = replace(pose, limbs={**pose.limbs, **limbs})
    spot = Spot(joint="wrist_left", offset_mm=(0.0, -5.0, -45.0), radius_mm=5.0, activity=20_000.0)
    conditions = replace(sample_conditions(rng), injection=spot, contamination=())
    scene = Scene(shape=shape, pose=pose, conditions=conditions)
    expected = expected_images(scene, Camera(shape=(896, 288), spacing_mm=SPACING_MM))
    views = observed_views(expected, rng)
    truth = {side: view_truth(expected, side) for side in Projection}
    return Patient(views[0].counts, views[1].counts, truth, views)


def macro_dice(found: NDArray[np.uint8], truth: NDArray[np.uint8]) -> float:
    """Return the mean overlap over the whole regions that the truth shows."""
    scores = []
    for number in range(1, len(WHOLE_REGIONS) + 1):
        first, second = found == number, truth == number
        if second.sum() >= 20:
            scores.append(2 * (first & second).sum() / (first.sum() + second.sum()))
    return float(np.mean(scores))
