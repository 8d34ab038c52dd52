"""A small camera and one patient, simulated once."""

import numpy as np
import pytest

from tracker.phantom import (
    Expected,
    Person,
    Pose,
    Scene,
    Shape,
    SimulatedCourse,
    expected_images,
    sample_person,
    sample_pose,
    shape_of,
    simulate_course,
)
from tracker.settings.phantom import Camera

SMALL = Camera(shape=(512, 128), spacing_mm=(4.52, 4.52))


@pytest.fixture(scope="session")
def camera() -> Camera:
    return SMALL


@pytest.fixture(scope="session")
def person() -> Person:
    return sample_person(np.random.default_rng(3))


@pytest.fixture(scope="session")
def shape(person: Person) -> Shape:
    return shape_of(person)


@pytest.fixture(scope="session")
def pose(person: Person) -> Pose:
    return sample_pose(np.random.default_rng(4), fat_mm=person.fat_mm)


@pytest.fixture(scope="session")
def healthy(shape: Shape, pose: Pose) -> Expected:
    return expected_images(Scene(shape=shape, pose=pose), SMALL)


@pytest.fixture(scope="session")
def course() -> SimulatedCourse:
    return simulate_course("flare_response", 5, visits=3, known_lesions=4, mimics=(), camera=SMALL)
