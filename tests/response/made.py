"""Courses and facts that tests of the response are about."""

from collections.abc import Callable
from datetime import date, timedelta

from tracker.records.context import (
    PatientFacts,
    SoftTissue,
    SoftTissueResponse,
    TherapyClass,
    Treatment,
)
from tracker.records.reading import VisitReading
from tracker.settings.response import ResponseSettings

START = date(2024, 1, 8)


PLAIN = ResponseSettings()


Table = dict[int, str | None]


Make = Callable[[Table], tuple[VisitReading, ...]]


def on(day: int) -> date:
    return START + timedelta(days=day)


def second_line(day: int) -> Treatment:
    return Treatment(patient_id="P", start_date=on(day), agent="docetaxel", therapy_class=TherapyClass.CHEMOTHERAPY)


def soft(day: int, status: SoftTissue, target: bool | None = None) -> SoftTissueResponse:
    return SoftTissueResponse(patient_id="P", date=on(day), soft_tissue=status, target_at_screening=target)


def facts(randomised: int | None = None, death: int | None = None) -> tuple[PatientFacts, ...]:
    return (
        PatientFacts(
            patient_id="P",
            randomised_date=None if randomised is None else on(randomised),
            death_date=None if death is None else on(death),
        ),
    )


CONFIRMED: Table = {0: "K", 56: "Kab", 112: "Kabcd"}


OPEN: Table = {0: "K", 56: "K", 112: "Kab"}
