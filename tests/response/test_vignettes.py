"""The worked examples: treatment start 2024-01-08, one known focus K before treatment except in I."""

from collections.abc import Callable
from datetime import date

import pytest

from tracker.records.assessment import Criterion
from tracker.records.context import Context
from tracker.records.reading import VisitReading
from tracker.response import assess_course
from tracker.settings.response import ResponseSettings

Table = dict[int, str | None]

PD_AT = {"B": date(2024, 3, 4), "E": date(2024, 6, 24), "G": date(2024, 4, 29)}
QUIET = ["NON-PD"] * 3

VIGNETTES: dict[str, tuple[Table, list[str], list[str]]] = {
    "A": ({0: "K", 56: "K", 112: "K", 168: "K"}, QUIET, QUIET),
    "B": ({0: "K", 56: "Kab", 112: "Kabcd"}, ["PDu", "PD"], ["PD", "PD"]),
    "C": ({0: "K", 56: "Kab", 112: "Kab", 168: "Kab"}, ["PDu", "NON-PD", "NON-PD"], QUIET),
    "D": ({0: "K", 56: "Kabcdef", 112: "Kabcdefg", 168: "Kabcdefg"}, ["PDu", "NON-PD", "NON-PD"], QUIET),
    "E": (
        {0: "K", 56: "Kabc", 112: "Kabcd", 168: "Kabcde", 224: "Kabcde"},
        ["PDu", "NON-PD", "PDu", "PD"],
        ["NON-PD", "NON-PD", "PD", "PD"],
    ),
    "F": ({0: "K", 56: "Ka", 112: "Kab", 168: "Kab"}, QUIET, QUIET),
    "G": ({0: "K", 56: "K", 112: "Kab", 168: "Kab"}, ["NON-PD", "PDu", "PD"], ["NON-PD", "PD", "PD"]),
    "H": ({0: "K", 56: "K", 112: "Kab", 168: "K"}, ["NON-PD", "PDu", "NON-PD"], QUIET),
    "I": ({0: "", 56: "", 112: "a", 168: "a"}, ["NED", "NON-PD", "NON-PD"], ["NED", "NON-PD", "NON-PD"]),
}


@pytest.mark.parametrize("name", VIGNETTES)
def test_pcwg3_on_both_clocks(name: str, visits: Callable[[Table], tuple[VisitReading, ...]], treated: Context) -> None:
    table, provisional, final = VIGNETTES[name]
    course = assess_course(visits(table), treated, ResponseSettings())
    rows = [row for row in course.assessments if row.criterion is Criterion.PCWG3_2016]
    assert [row.provisional_status for row in rows] == provisional
    assert [row.final_status for row in rows] == final
    dated = [PD_AT[name] if status == "PD" else None for status in final]
    assert [row.progression_date for row in rows] == dated


@pytest.mark.parametrize(
    ("name", "criterion", "expected"),
    [
        ("E", Criterion.PCWG2_2008, date(2024, 4, 29)),
        ("E", Criterion.PCWG2_ADAPTED_302, date(2024, 4, 29)),
        ("F", Criterion.PCWG2_2008, date(2024, 4, 29)),
        ("C", Criterion.PCWG2_ADAPTED_302, date(2024, 4, 29)),
        ("C", Criterion.PCWG2_2008, None),
        ("B", Criterion.PCWG2_2008, date(2024, 3, 4)),
    ],
)
def test_what_the_older_criteria_make_of_them(
    name: str,
    criterion: Criterion,
    expected: date | None,
    visits: Callable[[Table], tuple[VisitReading, ...]],
    treated: Context,
) -> None:
    course = assess_course(visits(VIGNETTES[name][0]), treated, ResponseSettings())
    dates = {row.progression_date for row in course.assessments if row.criterion is criterion}
    assert dates - {None} == ({expected} - {None})
