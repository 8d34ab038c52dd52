"""The main job on four shipped patients, once for every story told of it."""

import json
from pathlib import Path

import pytest

from tracker.pipeline import Request, track_report
from tracker.records.course import TrackReport

SAMPLES = Path(__file__).resolve().parents[2] / "sample_studies"
TRUTH = {one["patient_id"]: one for one in json.loads((SAMPLES / "truth.json").read_text())["patients"]}
HELD = ("response", "progression", "stable", "flare_response")


def patient(scenario: str) -> str:
    """The patient of a scenario."""
    return next(name for name, one in TRUTH.items() if one["scenario"] == scenario)


def scans(*scenarios: str) -> tuple[Path, ...]:
    """The folders of some scenarios."""
    return tuple(SAMPLES / patient(scenario) for scenario in scenarios)


@pytest.fixture(scope="session")
def report() -> TrackReport:
    return track_report(Request(paths=scans(*HELD), context=SAMPLES), workers=2)
