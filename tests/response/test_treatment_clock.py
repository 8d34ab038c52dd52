"""The treatment clock: which line, which day, which window, and what has to be said."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tracker.records.context import Context, PatientFacts, TherapyClass, Treatment
from tracker.records.flare import TreatmentPosition
from tracker.records.reading import VisitReading
from tracker.response import assess_course
from tracker.response.treatment_clock import anticancer_lines, treatment_position
from tracker.settings.response import ClockChoice, ClockLimits, ResponseSettings

START = date(2024, 1, 8)
PLAIN = ResponseSettings()


def treatment(
    day: int = 0, agent: str = "abiraterone", kind: TherapyClass = TherapyClass.ANDROGEN_PATHWAY, end: int | None = None
) -> Treatment:
    return Treatment(
        patient_id="P",
        start_date=START + timedelta(days=day),
        end_date=None if end is None else START + timedelta(days=end),
        agent=agent,
        therapy_class=kind,
    )


def position(
    day: int, *treatments: Treatment, settings: ResponseSettings = PLAIN, cancer: str = ""
) -> TreatmentPosition:
    facts = (PatientFacts(patient_id="P", cancer=cancer),)
    context = Context(treatments=treatments, patients=facts)
    lines = anticancer_lines(context, settings)
    return treatment_position(START + timedelta(days=day), context, lines, settings)


@pytest.mark.parametrize(
    ("day", "window"),
    [(-30, "pre"), (0, "pre"), (1, "early"), (91, "early"), (92, "flare"), (182, "flare"), (183, "after")],
)
def test_windows(day: int, window: str) -> None:
    found = position(day, treatment())
    assert (found.treatment_day, found.window) == (day, window)
    assert found.on_treatment is (day > 0)


def test_without_an_anticancer_line_there_is_no_clock() -> None:
    found = position(40, treatment(kind=TherapyClass.BONE_PROTECTING, agent="denosumab"))
    assert (found.treatment_day, found.window, found.line, found.on_treatment) == (None, None, None, False)
    assert found.remarks[0].startswith("Denosumab, begun on 8 January 2024, protects bone")
    assert position(40) == TreatmentPosition()


@pytest.mark.parametrize(
    "kind", [TherapyClass.BONE_PROTECTING, TherapyClass.SUPPORTIVE, TherapyClass.RADIOTHERAPY], ids=str
)
def test_what_is_no_line_never_restarts_the_clock(kind: TherapyClass) -> None:
    assert position(100, treatment(), treatment(60, "x", kind)).treatment_day == 100


def test_a_new_line_restarts_the_clock_and_an_overlap_is_said() -> None:
    found = position(100, treatment(), treatment(60, "docetaxel", TherapyClass.CHEMOTHERAPY))
    assert (found.treatment_day, found.line_number) == (40, 2)
    assert "while Abiraterone went on; the clock runs from the later one" in found.remarks[0]
    ended = position(100, treatment(end=50), treatment(60, "docetaxel", TherapyClass.CHEMOTHERAPY))
    assert ended.remarks == ()


def test_a_scan_on_the_first_day_of_a_later_line_belongs_to_the_line_before() -> None:
    second = treatment(60, "docetaxel", TherapyClass.CHEMOTHERAPY)
    assert position(60, treatment(), second).treatment_day == 60
    assert position(61, treatment(), second).treatment_day == 1


def test_agents_begun_on_one_day_are_one_line() -> None:
    context = Context(
        treatments=(
            treatment(agent="unknown", kind=TherapyClass.OTHER),
            treatment(agent="docetaxel", kind=TherapyClass.CHEMOTHERAPY, end=100),
            treatment(agent="docetaxel", kind=TherapyClass.CHEMOTHERAPY, end=120),
        )
    )
    (line,) = anticancer_lines(context, PLAIN)
    assert (line.agent, line.therapy_class) == ("docetaxel + unknown", TherapyClass.CHEMOTHERAPY)
    assert line.end_date is None
    others = Context(treatments=(treatment(agent="a", kind=TherapyClass.OTHER), treatment(agent="")))
    assert anticancer_lines(others, PLAIN)[0].therapy_class is TherapyClass.ANDROGEN_PATHWAY


def test_cycles_of_one_agent_are_one_line_and_a_rechallenge_is_another() -> None:
    cycles = [treatment(day, "Docetaxel", TherapyClass.CHEMOTHERAPY, end=day + 1) for day in (0, 21, 42)]
    context = Context(treatments=tuple(cycles))
    (line,) = anticancer_lines(context, PLAIN)
    assert line.end_date == START + timedelta(days=43)
    again = treatment(300, "docetaxel", TherapyClass.CHEMOTHERAPY)
    assert len(anticancer_lines(Context(treatments=(*cycles, again)), PLAIN)) == 2
    nameless = Context(treatments=(treatment(agent=""), treatment(30, agent="")))
    assert len(anticancer_lines(nameless, PLAIN)) == 2
    ongoing = Context(treatments=(treatment(), treatment(300)))
    assert len(anticancer_lines(ongoing, PLAIN)) == 1


def test_the_clock_keeps_running_after_the_line_has_ended() -> None:
    found = position(100, treatment(agent="", end=50))
    assert found.treatment_day == 100
    assert found.remarks == ("Androgen pathway ended on 27 February 2024; the clock still runs from its beginning.",)


def test_limits_by_cancer_and_class() -> None:
    by_context = ResponseSettings(clock=ClockChoice.BY_CANCER_AND_CLASS)
    assert position(181, treatment(), settings=by_context, cancer="breast").window == "after"
    assert position(181, treatment(), settings=by_context, cancer="prostate").window == "flare"
    assert position(181, treatment(), settings=by_context, cancer="lung").window == "flare"
    short = ResponseSettings(clock_limits=ClockLimits(early_until_day=60, flare_until_day=120))
    assert position(121, treatment(), settings=short).window == "after"


def test_each_line_has_a_machine_of_its_own(visits: Callable[[dict[int, str]], tuple[VisitReading, ...]]) -> None:
    context = Context(treatments=(treatment(), treatment(120, "docetaxel", TherapyClass.CHEMOTHERAPY)))
    table = {0: "K", 56: "Kab", 120: "Kabcd", 180: "Kabcdef", 240: "Kabcdef"}
    course = assess_course(visits(table), context, PLAIN)
    rows = [row for row in course.assessments if row.criterion == "PCWG3_2016"]
    assert [row.final_status for row in rows] == ["PD", "PD", "NON-PD", "NON-PD"]
    assert [visit.position.treatment_day for visit in course.visits] == [0, 56, 120, 60, 120]
    assert course.progression_free is not None
    assert course.progression_free.start_date == START + timedelta(days=120)
