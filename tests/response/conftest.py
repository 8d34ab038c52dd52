"""Short ways to write courses down."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import pytest

from tracker.records.context import Context, TherapyClass, Treatment
from tracker.records.reading import FocusReading, VisitReading
from tracker.response.line_course import LineCourse, line_courses

START = date(2024, 1, 8)

Visits = dict[int, str | None]
"""Day since treatment start -> foci, one letter each; None is a scan that cannot be evaluated."""


def reading(day: int, foci: Iterable[str] | None) -> VisitReading:
    """Return the visit of a day; letters are foci, capital letters are foci known before treatment."""
    found = tuple(FocusReading(lesion_id=name) for name in foci or ())
    reason = "not readable" if foci is None else ""
    when = START + timedelta(days=day)
    return VisitReading(
        study_date=when, study_uid=f"uid{day:+05d}", foci=found, evaluable=foci is not None, not_evaluable_reason=reason
    )


def line(start: date = START, agent: str = "abiraterone") -> Treatment:
    return Treatment(
        patient_id="P", start_date=start, agent=agent, therapy_class=TherapyClass.ANDROGEN_PATHWAY, therapy_text=""
    )


@pytest.fixture
def visits() -> Callable[[Visits], tuple[VisitReading, ...]]:
    return lambda table: tuple(reading(day, foci) for day, foci in table.items())


@pytest.fixture
def course() -> Callable[[Visits], LineCourse]:
    return lambda table: line_courses([reading(day, foci) for day, foci in table.items()], [line()])[0]


@pytest.fixture
def treated() -> Context:
    return Context(treatments=(line(),))
