"""What is known of a simulated patient beside the images: treatment, PSA and ALP, events."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tracker.phantom.lesions import PlantedLesion
from tracker.phantom.scenarios import Scenario
from tracker.records.context import (
    ClinicalEvent,
    Context,
    EventKind,
    LabValue,
    PatientFacts,
    TherapyClass,
    Treatment,
)
from tracker.records.lesion import Kind

AGENTS: dict[str, tuple[tuple[str, TherapyClass], ...]] = {
    "prostate": (
        ("enzalutamide", TherapyClass.ANDROGEN_PATHWAY),
        ("abiraterone", TherapyClass.ANDROGEN_PATHWAY),
        ("docetaxel", TherapyClass.CHEMOTHERAPY),
    ),
    "breast": (("letrozole", TherapyClass.ENDOCRINE), ("paclitaxel", TherapyClass.CHEMOTHERAPY)),
}
"""Lines that simulated patients receive."""

MARKER_COURSE: dict[Scenario, float] = {
    Scenario.RESPONSE: -0.35,
    Scenario.FLARE_RESPONSE: -0.35,
    Scenario.PROGRESSION: 0.22,
    Scenario.FLARE_PROGRESSION: 0.18,
}
"""Change of the logarithm of PSA per month; the others stay level."""

FLARE_ALP = 0.35
"""Rise of the logarithm of ALP one month into a response: bone that heals."""

MARKER_SPREAD = 0.06
"""Standard deviation of a laboratory value's logarithm between samples."""

UNITS = {"PSA": "ng/mL", "ALP": "U/L"}
"""As written to the table."""

TESTS = {"prostate": ("ALP", "PSA"), "breast": ("ALP",)}
"""What is sampled for which cancer."""


def _markers(scenario: Scenario, day: int, start: tuple[float, float]) -> dict[str, float]:
    """Return expected PSA and ALP of one day."""
    months = max(day, 0) / 30.4
    slope = MARKER_COURSE.get(scenario, 0.0)
    healing = FLARE_ALP * months * np.exp(1 - months) if slope < 0 else 0.0
    return {
        "PSA": start[0] * float(np.exp(max(slope * months, -3.0))),
        "ALP": start[1] * float(np.exp(0.4 * max(slope * months, -1.5) + healing)),
    }


def _labs(
    identity: tuple[str, str, date], scenario: Scenario, days: NDArray[np.int64], rng: np.random.Generator
) -> tuple[LabValue, ...]:
    """Return a sample every four weeks from baseline to the last visit."""
    patient_id, cancer, start = identity
    level = (float(rng.lognormal(np.log(40), 0.8)), float(rng.lognormal(np.log(160), 0.4)))
    return tuple(
        LabValue(
            patient_id=patient_id,
            date=start + timedelta(days=int(day)),
            test=test,
            value=round(value * float(np.exp(rng.normal(0, MARKER_SPREAD))), 1),
            unit=UNITS[test],
        )
        for day in range(int(days[0]), int(days[-1]) + 1, 28)
        for test, value in sorted(_markers(scenario, day, level).items())
        if test in TESTS[cancer]
    )


def _events(patient_id: str, start: date, lesions: tuple[PlantedLesion, ...]) -> tuple[ClinicalEvent, ...]:
    """Return what the patient's records say of benign findings."""
    said = {
        Kind.BENIGN: (EventKind.FRACTURE, "ribs", -45, "fall at home"),
        Kind.COLD: (EventKind.SURGERY, "hip", -900, "hip replacement"),
    }
    rows = []
    for lesion in lesions:
        if lesion.kind in said:
            kind, region, day, note = said[lesion.kind]
            row = ClinicalEvent(
                patient_id=patient_id, date=start + timedelta(days=day), kind=kind, region=region, note=note
            )
            rows.append(row)
    return tuple(sorted(rows, key=lambda row: row.date))


def history(
    identity: tuple[str, str, date],
    scenario: Scenario,
    days: NDArray[np.int64],
    lesions: tuple[PlantedLesion, ...],
    rng: np.random.Generator,
) -> Context:
    """Return the optional input tables of one patient.

    Parameters
    ----------
    identity : tuple
        Patient ID, cancer (a key of `AGENTS`) and start of treatment.
    scenario : Scenario
        The story, which the markers follow.
    days : ndarray, shape (visits,), int64
        Day of each visit from the start of treatment.
    lesions : tuple of PlantedLesion
        All, benign ones too.
    rng : Generator
        Source of randomness.

    Returns
    -------
    Context
        Treatments, laboratory values, events and facts.
    """
    patient_id, cancer, start = identity
    agent, therapy = AGENTS[cancer][int(rng.integers(len(AGENTS[cancer])))]
    line = Treatment(
        patient_id=patient_id, start_date=start, agent=agent, therapy_class=therapy, therapy_text=therapy.value
    )
    bone = Treatment(
        patient_id=patient_id,
        start_date=start + timedelta(days=14),
        agent="denosumab",
        therapy_class=TherapyClass.BONE_PROTECTING,
        therapy_text=TherapyClass.BONE_PROTECTING.value,
    )
    return Context(
        treatments=(line, bone) if rng.random() < 0.5 else (line,),
        labs=_labs(identity, scenario, days, rng),
        events=_events(patient_id, start, lesions),
        patients=(PatientFacts(patient_id=patient_id, cancer=cancer, randomised_date=start - timedelta(days=7)),),
    )
