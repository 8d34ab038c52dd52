"""Laws of the bone rule: 2,000 random courses each, and a second, plain writing of the state machine beside ours."""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.records.assessment import Criterion
from tracker.records.context import Context, TherapyClass, Treatment
from tracker.records.reading import FocusReading, Quantity, VisitReading
from tracker.response import assess_course
from tracker.response.bone_machine import Outcome
from tracker.response.change import mean_uptake
from tracker.response.line_course import line_courses
from tracker.response.pcwg2 import assess_pcwg2
from tracker.response.pcwg2_adapted_302 import assess_pcwg2_adapted_302
from tracker.response.pcwg3 import assess_pcwg3
from tracker.settings.response import Persistence, ResponseSettings

START = date(2024, 1, 8)
PLAIN = ResponseSettings()
LINE = Treatment(patient_id="P", start_date=START, agent="x", therapy_class=TherapyClass.CHEMOTHERAPY)

many = settings(max_examples=2000, deadline=None)
some = settings(max_examples=100, deadline=None)

NAMES = "Kabcdefg"


GAPS = (7, 28, 35, 41, 42, 56, 84, 95)
"""Days between scans: below, at and above every limit."""


def decoded(code: bytes) -> dict[int, str | None]:
    """Return the course that some bytes spell: day -> foci, None for a scan that cannot be evaluated.

    The first byte says when the first scan is and what it shows; every further three what the next scan adds, what it
    loses, and how much later it is. Foci stay until they are lost.
    """
    day = (-60, 0, 0, 20)[code[0] % 4]
    here = {"K"} if code[0] & 4 else set()
    table: dict[int, str | None] = {day: "".join(here) if code[0] & 24 else None}
    for place in range(1, len(code) - 2, 3):
        added, lost, later = code[place : place + 3]
        here |= {name for bit, name in enumerate(NAMES) if added & lost & (1 << bit)}
        here -= {name for bit, name in enumerate(NAMES) if lost & later & ~added & (1 << bit)}
        day += GAPS[later % 8]
        table[day] = None if later > 230 else "".join(sorted(here))
    return table


def scans() -> st.SearchStrategy[dict[int, str | None]]:
    """Return courses of one to seven scans; bytes, since drawing each date and focus is a hundred times slower."""
    return st.binary(min_size=1, max_size=19).map(decoded)


def visit(day: int, foci: str | None, start: date = START) -> VisitReading:
    return VisitReading(
        study_date=start + timedelta(days=day),
        study_uid=str(day),
        evaluable=foci is not None,
        foci=tuple(FocusReading(lesion_id=name) for name in foci or ()),
    )


def outcomes(
    table: Mapping[int, str | None],
    assess: Callable[..., tuple[Outcome, ...]] = assess_pcwg3,
    chosen: ResponseSettings = PLAIN,
) -> tuple[Outcome, ...]:
    course = line_courses([visit(day, foci) for day, foci in table.items()], [LINE])[0]
    return assess(course, chosen)


def statuses(table: Mapping[int, str | None]) -> list[str]:
    return [outcome.status.value for outcome in outcomes(table)]


def provisional(table: Mapping[int, str | None]) -> list[str]:
    """Return the statuses on the day: each from a course that ends with that day."""
    days = sorted(table)
    on_treatment = [day for day in days if day > 0]
    return [statuses({day: table[day] for day in days if day <= last})[-1] for last in on_treatment]


class PlainMachine:
    """The table of the rules, written down once more as one loop over dates and sets."""

    def __init__(self, table: Mapping[int, str | None], *, lenient: bool) -> None:
        self.lenient = lenient
        self.pre: set[str] = set()
        self.ref: set[str] | None = None
        self.state, self.pending, self.since = "START", [], 0
        self.first_new: set[str] = set()
        self.final: list[str] = []
        self.pd_day: int | None = None
        for day in sorted(table):
            foci = table[day]
            if day <= 0:
                if foci is not None:
                    self.pre |= set(foci)
                    self.ref = set()
                continue
            self.step(day, foci)

    def quiet(self, foci: Sequence[str]) -> str:
        return "NON-PD" if foci else "NED"

    def step(self, day: int, foci: str | None) -> None:
        if foci is None:
            self.final.append("NE")
        elif self.state == "PROGRESSED":
            self.final.append("PD")
        elif self.ref is None:
            self.ref, self.state = set(foci), "STABLE"
            self.keep(foci, self.quiet(foci))
        else:
            self.judge(day, foci, set(foci) - self.ref - self.pre)

    def keep(self, foci: str, status: str) -> None:
        if status == "PDu":
            self.pending.append((len(self.final), foci))
        self.final.append(status)

    def settle(self, *, confirmed: bool) -> None:
        for place, foci in self.pending:
            self.final[place] = "PD" if confirmed else self.quiet(foci)
        self.pending = []

    def judge(self, day: int, foci: str, new: set[str]) -> None:
        if self.state == "START":
            early = day <= 91
            self.open_if(day, foci, new, "FLARE" if early else "POST")
            if early:
                self.ref = set(foci)
        elif self.state == "STABLE":
            self.open_if(day, foci, new, "POST")
        elif day - self.since < 42:
            self.keep(foci, "PDu")
        elif self.state == "FLARE":
            self.confirm(foci, len(new) >= 2, lambda: self.keep(foci, self.quiet(foci)))
        else:
            persisting = new if self.lenient else self.first_new & set(foci)
            self.confirm(foci, len(persisting) >= 2, lambda: self.open_if(day, foci, new, "POST"))

    def open_if(self, day: int, foci: str, new: set[str], state: str) -> None:
        if len(new) >= 2:
            self.state, self.since, self.first_new = state, day, new
            self.keep(foci, "PDu")
        else:
            self.state = "STABLE"
            self.keep(foci, self.quiet(foci))

    def confirm(self, foci: str, confirmed: bool, otherwise: Callable[[], None]) -> None:  # noqa: FBT001
        self.settle(confirmed=confirmed)
        if confirmed:
            self.state, self.pd_day = "PROGRESSED", self.since
            self.keep(foci, "PD")
        else:
            self.state = "STABLE"
            otherwise()


@many
@given(scans(), st.booleans())
def test_a_plain_loop_agrees(table: dict[int, str | None], lenient: bool) -> None:  # noqa: FBT001
    chosen = replace(PLAIN, persistence=Persistence.LENIENT) if lenient else PLAIN
    made = outcomes(table, chosen=chosen)
    plain = PlainMachine(table, lenient=lenient)
    assert [outcome.status.value for outcome in made] == plain.final
    dated = None if plain.pd_day is None else START + timedelta(days=plain.pd_day)
    assert not made or made[-1].memory.progression_date == dated


@many
@given(scans(), st.integers(1, 200), st.integers(0, 255))
def test_a_later_scan_never_changes_an_earlier_provisional_status(
    table: dict[int, str | None], later: int, mask: int
) -> None:
    foci = "".join(name for bit, name in enumerate(NAMES) if mask & (1 << bit))
    longer = {**table, max(table) + later: foci}
    before = provisional(table)
    assert provisional(longer)[: len(before)] == before


@many
@given(scans())
def test_progression_is_absorbing(table: dict[int, str | None]) -> None:
    for assess in (assess_pcwg3, assess_pcwg2, assess_pcwg2_adapted_302):
        made = [outcome.status.value for outcome in outcomes(table, assess)]
        if "PD" in made:
            assert set(made[made.index("PD") :]) <= {"PD", "NE"}


@many
@given(scans())
def test_no_date_of_progression_without_two_new_lesions_on_that_scan(table: dict[int, str | None]) -> None:
    before = set().union(*(foci or "" for day, foci in table.items() if day <= 0))
    for assess in (assess_pcwg3, assess_pcwg2, assess_pcwg2_adapted_302):
        made = outcomes(table, assess)
        dated = made[-1].memory.progression_date if made else None
        if dated is not None:
            shown = table[(dated - START).days]
            assert shown is not None
            assert len(set(shown) - before) >= 2


@many
@given(scans(), st.permutations(NAMES), st.integers(0, 6))
def test_neither_the_order_of_rows_nor_the_names_of_lesions_matter(
    table: dict[int, str | None], names: list[str], turn: int
) -> None:
    renamed = dict(zip(NAMES, names, strict=True))
    days = list(table)[turn:] + list(table)[:turn]
    other = {
        day: None if (foci := table[day]) is None else "".join(renamed[name] for name in foci[::-1])
        for day in days[::-1]
    }
    assert statuses(other) == statuses(table)


@many
@given(scans(), st.integers(-4000, 4000))
def test_shifting_all_dates_shifts_the_answer(table: dict[int, str | None], shift: int) -> None:
    start = START + timedelta(days=shift)
    readings = [visit(day, foci, start) for day, foci in table.items()]
    moved = assess_pcwg3(line_courses(readings, [replace(LINE, start_date=start)])[0], PLAIN)
    stayed = outcomes(table)
    assert [outcome.status for outcome in moved] == [outcome.status for outcome in stayed]
    dates = [made[-1].memory.progression_date if made else None for made in (moved, stayed)]
    assert dates[0] == (None if dates[1] is None else dates[1] + timedelta(days=shift))


def heated(table: dict[int, str | None], code: bytes) -> tuple[tuple[VisitReading, ...], tuple[VisitReading, ...]]:
    """Return a course, and the same course with any numbers beside its foci."""
    amounts = itertools.cycle([Quantity(value=(1 + byte) / 16, sd=0.1) for byte in code])
    plain = tuple(visit(day, foci) for day, foci in table.items())
    hot = tuple(
        replace(
            one,
            foci=tuple(replace(focus, uptake_ratio=next(amounts)) for focus in one.foci),
            lesion_area_cm2=next(amounts),
            scan_index_pct=next(amounts),
        )
        for one in plain
    )
    return plain, hot


@many
@given(st.builds(heated, scans(), st.binary(min_size=7, max_size=7)))
def test_intensity_alone_never_changes_a_pcwg_status(
    pair: tuple[tuple[VisitReading, ...], tuple[VisitReading, ...]],
) -> None:
    for assess in (assess_pcwg3, assess_pcwg2, assess_pcwg2_adapted_302):
        plain, hot = (
            [(one.status, one.memory.progression_date) for one in assess(line_courses(readings, [LINE])[0], PLAIN)]
            for readings in pair
        )
        assert plain == hot


@some
@given(st.lists(st.floats(0.01, 2.0), min_size=1, max_size=7))
def test_the_error_of_a_mean_lies_between_that_of_independent_and_of_common_errors(errors: list[float]) -> None:
    numbers = {name: Quantity(value=4.0, sd=error) for name, error in zip(NAMES, errors, strict=False)}
    foci = tuple(FocusReading(lesion_id=name, uptake_ratio=number) for name, number in numbers.items())
    mean = mean_uptake(replace(visit(0, ""), foci=foci), numbers)
    alone, common = math.hypot(*errors) / len(errors), sum(errors) / len(errors)
    assert mean is not None
    assert mean.value == 4.0
    assert mean.sd is not None
    assert alone * (1 - 1e-9) <= mean.sd <= common * (1 + 1e-9)
    if len(errors) > 1:
        assert alone < mean.sd < common


@some
@given(st.builds(heated, scans(), st.binary(min_size=7, max_size=7)))
def test_the_whole_course_keeps_these_laws(pair: tuple[tuple[VisitReading, ...], tuple[VisitReading, ...]]) -> None:
    treated = Context(treatments=(LINE,))
    plain, hot = (assess_course(readings, treated, PLAIN) for readings in pair)

    def pcwg3(course: object) -> list[tuple[object, ...]]:
        return [
            (row.study_date, row.provisional_status, row.final_status, row.progression_date)
            for row in course.assessments
            if row.criterion is Criterion.PCWG3_2016
        ]

    assert pcwg3(plain) == pcwg3(hot)
    assert len(pcwg3(hot)) == sum(visit.position.on_treatment for visit in hot.visits)
    assert assess_course(pair[1][::-1], treated, PLAIN) == hot
    if len(pair[1]) > 1:
        shorter = assess_course(pair[1][:-1], treated, PLAIN)
        assert [(row[0], row[1]) for row in pcwg3(hot)][: len(pcwg3(shorter))] == [
            (row[0], row[1]) for row in pcwg3(shorter)
        ]
        for before, after in zip(shorter.visits, hot.visits, strict=False):
            assert before.flare.provisional_status is after.flare.provisional_status
            assert before.headline.provisional_sentence == after.headline.provisional_sentence
