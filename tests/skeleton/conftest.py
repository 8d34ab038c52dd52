"""One simulated patient, looked at once."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from skeleton_people import SPACING_MM, Patient, patient_of

from tracker.records.skeleton import SkeletonMap
from tracker.skeleton import map_regions


@pytest.fixture(scope="session")
def patient() -> Patient:
    return patient_of(3)


@pytest.fixture(scope="session")
def found(patient: Patient) -> SkeletonMap:
    return map_regions(anterior=patient.anterior, posterior=patient.posterior, spacing_mm=SPACING_MM)
