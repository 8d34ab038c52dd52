"""The criteria beside PCWG3: each row where it should fire, flare excluded before progression is called."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tracker.records.assessment import Assessment, Criterion
from tracker.records.comparability import Comparable
from tracker.records.context import Context
from tracker.records.reading import Quantity, VisitReading
from tracker.response import assess_course
from tracker.response.change import change_text, difference_change, ratio_change
from tracker.settings.response import ResponseSettings

Make = Callable[[dict[int, str | None]], tuple[VisitReading, ...]]
Story = Sequence[tuple[int, str | None, float | None]]

PLAIN = ResponseSettings()


def rows(visits: Sequence[VisitReading], treated: Context, criterion: Criterion) -> list[Assessment]:
    course = assess_course(visits, treated, PLAIN)
    return [row for row in course.assessments if row.criterion is criterion]


def told(made: list[Assessment]) -> list[tuple[str, str]]:
    return [(row.provisional_status, row.final_status) for row in made]


def with_uptake(made: Make, story: Story) -> list[VisitReading]:
    readings = made({day: foci for day, foci, _ in story})
    return [
        replace(visit, foci=tuple(replace(focus, uptake_ratio=Quantity(value=uptake, sd=0.1)) for focus in visit.foci))
        if uptake
        else visit
        for visit, (_, _, uptake) in zip(readings, story, strict=True)
    ]


def with_number(made: Make, story: Story, name: str, sd: float | None) -> list[VisitReading]:
    readings = made({day: foci for day, foci, _ in story})
    return [
        visit if value is None else replace(visit, **{name: Quantity(value=value, sd=sd)})
        for visit, (_, _, value) in zip(readings, story, strict=True)
    ]


@pytest.mark.parametrize(
    ("story", "expected", "last_rule"),
    [
        (((0, "K", 3), (56, None, None)), [("NE", "NE")], "01"),
        (((56, "K", 3),), [("NE", "NE")], "01"),
        (((0, "K", 3), (56, "", None)), [("CR", "CR")], "02"),
        (((0, "", None), (56, "", None)), [("NED", "NED")], "03"),
        (((0, "K", 3), (56, "K", 2)), [("PR", "PR")], "04"),
        (((0, "KL", None), (56, "K", None)), [("PR", "PR")], "04"),
        (((0, "K", 3), (56, "K", 3.1)), [("SD", "SD")], "05"),
        (((0, "K", 3), (56, "K", 5)), [("PDu", "PDu")], "06"),
        (((0, "K", 3), (56, "Ka", 3)), [("PDu", "PDu")], "06"),
        (((0, "K", 3), (56, "K", 5), (112, "K", 3)), [("PDu", "SD"), ("SD", "SD")], "05"),
        (((0, "K", 3), (56, "Ka", 3), (112, "Kab", 3)), [("PDu", "PD"), ("PD", "PD")], "07"),
        (((0, "K", 3), (56, "K", 5), (112, "K", 8)), [("PDu", "PDu"), ("PDu", "PDu")], "06"),
        (((0, "K", 3), (56, "K", 5), (200, "K", 8)), [("PDu", "PD"), ("PD", "PD")], "07"),
        (((0, "K", 3), (200, "K", 5)), [("PD", "PD")], "09"),
        (((0, "K", 3), (200, "K", 5), (260, "K", 2)), [("PD", "PD"), ("PD", "PD")], "10"),
        (((0, "K", 3), (200, "K", 5), (260, None, None)), [("PD", "PD"), ("NE", "NE")], "01"),
        (
            ((0, "K", 3), (56, "K", 5), (112, "K", 4.5), (168, "K", 6)),
            [("PDu", "SD"), ("SD", "SD"), ("PD", "PD")],
            "09",
        ),
    ],
)
def test_mda(story: Story, expected: list[tuple[str, str]], last_rule: str, visits: Make, treated: Context) -> None:
    made = rows(with_uptake(visits, story), treated, Criterion.MDA)
    assert told(made) == expected
    assert made[-1].evidence.rule_id == f"MDA-{last_rule}"


def test_mda_rewrites_a_flare_with_the_row_that_says_so(visits: Make, treated: Context) -> None:
    made = rows(with_uptake(visits, ((0, "K", 3), (56, "K", 5), (112, "K", 3))), treated, Criterion.MDA)
    assert made[0].evidence.rule_id == "MDA-08"
    assert made[0].evidence.settled_on == made[1].study_date
    assert "settled by the scan of 29 April 2024" in made[0].reason


def test_mda_counts_no_foci_in_diffuse_disease(visits: Make, treated: Context) -> None:
    first, second, third = visits({0: "K", 56: "Kab", 112: "Kabcd"})
    diffuse = replace(third, countable=False, not_countable_reason="superscan")
    assert told(rows([first, second, diffuse], treated, Criterion.MDA)) == [("PDu", "PDu"), ("NE", "NE")]
    diffuse = replace(second, countable=False)
    made = rows([first, diffuse], treated, Criterion.MDA)
    assert told(made) == [("NE", "NE")]
    assert "no reason stated" in made[0].reason


@pytest.mark.parametrize(
    ("story", "sd", "expected", "last_rule"),
    [
        (((0, "K", 10), (56, "K", 7)), None, [("PR", "PR")], "04"),
        (((0, "K", 10), (56, "K", 7.1)), None, [("SD", "SD")], "05"),
        (((0, "K", 10), (56, "K", 7)), 2.0, [("SD", "SD")], "05"),
        (((0, "K", 10), (56, "K", 0)), None, [("CR", "CR")], "02"),
        (((0, "", 0), (56, "", 0)), None, [("NED", "NED")], "03"),
        (((0, "", 0), (200, "a", 3)), None, [("PD", "PD")], "09"),
        (((0, "K", 10), (56, "K", 13)), None, [("PDu", "PDu")], "06"),
        (((0, "K", 10), (56, "K", 12.9)), None, [("SD", "SD")], "05"),
        (((0, "K", 10), (56, "K", 13)), 2.0, [("SD", "SD")], "05"),
        (((0, "K", 10), (56, "K", 14), (112, "K", 10)), None, [("PDu", "SD"), ("SD", "SD")], "05"),
        (((0, "K", 10), (56, "K", 14), (200, "K", 20)), None, [("PDu", "PD"), ("PD", "PD")], "07"),
        (((0, "K", 10), (56, "K", 14), (150, "K", 20)), None, [("PDu", "PDu"), ("PDu", "PDu")], "06"),
        (((0, "K", 10), (56, "K", 14), (150, "K", None)), None, [("PDu", "PDu"), ("NE", "NE")], "01"),
        (((0, "K", 10), (56, "K", 5), (200, "K", 7)), None, [("PR", "PR"), ("PD", "PD")], "09"),
        (((0, "K", 10), (200, "K", 13), (260, "K", 5)), None, [("PD", "PD"), ("PD", "PD")], "10"),
        (((0, "K", None), (56, "K", 13)), None, [("NE", "NE")], "01"),
        (((0, "K", 10), (56, None, None)), None, [("NE", "NE")], "01"),
        (((0, "K", None), (56, "K", None)), None, [], ""),
    ],
)
def test_lesion_area(
    story: Story, sd: float | None, expected: list[tuple[str, str]], last_rule: str, visits: Make, treated: Context
) -> None:
    made = rows(with_number(visits, story, "lesion_area_cm2", sd), treated, Criterion.LESION_AREA_30)
    assert told(made) == expected
    assert not made or made[-1].evidence.rule_id == f"AREA-{last_rule}"


@pytest.mark.parametrize(
    ("story", "sd", "expected", "last_rule"),
    [
        (((0, "K", 2.0), (56, "K", 1.4)), None, [("PR", "PR")], "04"),
        (((0, "K", 2.0), (56, "K", 1.7)), None, [("SD", "SD")], "05"),
        (((0, "K", 2.0), (56, "K", 1.9)), 0.02, [("PR", "PR")], "04"),
        (((0, "K", 2.0), (56, "K", 3.0)), 0.1, [("PDu", "PDu")], "06"),
        (((0, "K", 2.0), (200, "K", 3.0)), 0.1, [("PD", "PD")], "09"),
        (((0, "K", 0.2), (200, "K", 1.0)), 0.1, [("PD", "PD")], "09"),
        (((0, "K", 2.0), (56, "K", 0.0)), 0.1, [("CR", "CR")], "02"),
    ],
)
def test_scan_index(
    story: Story, sd: float | None, expected: list[tuple[str, str]], last_rule: str, visits: Make, treated: Context
) -> None:
    made = rows(with_number(visits, story, "scan_index_pct", sd), treated, Criterion.SCAN_INDEX_CHANGE)
    assert told(made) == expected
    assert made[-1].evidence.rule_id == f"INDEX-{last_rule}"


def test_the_index_shows_absolute_relative_and_doublings_but_no_percent_of_nearly_nothing(
    visits: Make, treated: Context
) -> None:
    def numbers(before: float, now: float) -> dict[str, float]:
        story = ((0, "K", before), (56, "K", now))
        made = rows(with_number(visits, story, "scan_index_pct", 0.1), treated, Criterion.SCAN_INDEX_CHANGE)
        return dict(made[0].evidence.numbers)

    doubled = numbers(1.0, 2.0)
    assert doubled["change_pct"] == pytest.approx(100.0)
    assert doubled["doublings"] == pytest.approx(1.0)
    assert doubled["change_low_pct"] < 100 < doubled["change_high_pct"]
    assert "change_pct" not in numbers(0.4, 0.8)
    assert "doublings" not in numbers(1.0, 0.0)


def test_numbers_that_cannot_be_compared_are_not_judged_but_foci_are(visits: Make, treated: Context) -> None:
    first, second = with_number(visits, ((0, "K", 10), (200, "Kab", 30)), "lesion_area_cm2", None)
    apart = replace(second, comparable=Comparable.NO, comparable_reason="double speed")
    course = assess_course([first, apart], treated, PLAIN)
    final = {row.criterion: row.final_status for row in course.assessments}
    assert final[Criterion.LESION_AREA_30] == "NE"
    assert final[Criterion.PCWG3_2016] == "PDu"
    assert any("double speed" in row.reason for row in course.assessments)


def test_a_criterion_without_numbers_on_the_day_is_ne_on_that_day(visits: Make, treated: Context) -> None:
    made = rows(
        with_number(visits, ((0, "K", None), (56, "K", None), (112, "K", 10)), "lesion_area_cm2", None),
        treated,
        Criterion.LESION_AREA_30,
    )
    assert told(made) == [("NE", "NE"), ("NE", "NE")]
    assert made[0].provisional_reason == "Nothing to rest on by that day."


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (((0, "K", 3), (56, "K", 3.1)), "unchanged"),
        (((0, "K", 3), (56, "K", 2)), "less"),
        (((0, "K", 3), (56, "K", 5)), "more"),
        (((0, "K", 3), (56, "Kab", 2)), "mixed"),
        (((0, "K", 3), (56, "", None)), "less"),
        (((0, "KLMNOP", None), (56, "KLMN", None)), "less"),
        (((0, "KLMNOPQRS", None), (56, "KLMNOPQ", None)), "unchanged"),
        (((0, "KL", None), (56, "K", None)), "unchanged"),
        (((0, "K", 3), (56, None, None)), "NE"),
        (((56, "K", 3),), "NE"),
        (((56, None, None),), "NE"),
    ],
)
def test_description(story: Story, expected: str, visits: Make, treated: Context) -> None:
    made = rows(with_uptake(visits, story), treated, Criterion.DESCRIPTIVE)
    assert made[-1].final_status == expected


def test_description_of_diffuse_disease_counts_nothing(visits: Make, treated: Context) -> None:
    first, second = visits({0: "KLMNOP", 56: "K"})
    made = rows([first, replace(second, countable=False)], treated, Criterion.DESCRIPTIVE)
    assert made[0].final_status == "unchanged"
    assert "foci cannot be counted" in made[0].reason
    assert "before treatment" not in made[0].reason


@pytest.mark.parametrize(
    ("table", "statuses", "rules"),
    [
        ({0: "K", 84: None, 100: "K"}, ["NE", "NON-PD"], ["01", "03"]),
        ({0: "K", 84: "Kab", 100: "Kab", 140: "Kabcd"}, ["PD", "PD", "PD"], ["05", "05", "05"]),
        ({0: "K", 84: "Kab", 140: "Kab", 200: "Kab"}, ["NON-PD"] * 3, ["06", "06", "08"]),
        ({0: "K", 84: "Kab", 140: "Kabc", 200: "K"}, ["NON-PD", "PD", "PD"], ["06", "06", "09"]),
        ({0: "K", 84: "Ka", 140: "Kab"}, ["NON-PD", "PD"], ["03", "07"]),
        ({0: "K", 84: "Kab", 100: "Kab"}, ["PDu", "PDu"], ["02", "04"]),
        ({84: "Kab", 140: "Kabc"}, ["NON-PD", "NON-PD"], ["11", "08"]),
    ],
)
def test_pcwg2(
    table: dict[int, str | None], statuses: list[str], rules: list[str], visits: Make, treated: Context
) -> None:
    made = rows(visits(table), treated, Criterion.PCWG2_2008)
    assert [row.final_status for row in made] == statuses
    assert [row.evidence.rule_id for row in made] == [f"PCWG2-{rule}" for rule in rules]


@pytest.mark.parametrize(
    ("table", "statuses", "rules"),
    [
        ({0: "K", 56: None, 84: "K"}, ["NE", "NON-PD"], ["01", "07"]),
        ({0: "K", 56: "Kab", 80: "Kab", 112: "Kabcd"}, ["PD", "PD", "PD"], ["04", "04", "04"]),
        ({0: "K", 56: "Kab", 80: "Kab"}, ["PDu", "PDu"], ["02", "03"]),
        ({0: "K", 56: "Kab", 112: "K"}, ["NON-PD", "NON-PD"], ["05", "05"]),
        ({0: "K", 100: "Kab", 120: "Kab", 160: "Kab", 220: ""}, ["PD"] * 4, ["09", "09", "09", "11"]),
        ({0: "K", 100: "Kab", 120: "Kab"}, ["PDu", "PDu"], ["06", "08"]),
        ({0: "K", 100: "Kab", 160: "Kac"}, ["NON-PD", "PDu"], ["10", "10"]),
        ({56: "Kab", 100: "Kabc"}, ["NON-PD", "NON-PD"], ["13", "07"]),
    ],
)
def test_pcwg2_adapted_302(
    table: dict[int, str | None], statuses: list[str], rules: list[str], visits: Make, treated: Context
) -> None:
    made = rows(visits(table), treated, Criterion.PCWG2_ADAPTED_302)
    assert [row.final_status for row in made] == statuses
    assert [row.evidence.rule_id for row in made] == [f"PCWG2-302-{rule}" for rule in rules]


def test_diffuse_disease_by_the_older_criteria(visits: Make, treated: Context) -> None:
    first, second = visits({0: "K", 84: "Kab"})
    for criterion, rule in ((Criterion.PCWG2_2008, "PCWG2-10"), (Criterion.PCWG2_ADAPTED_302, "PCWG2-302-12")):
        made = rows([first, replace(second, countable=False)], treated, criterion)
        assert (made[0].final_status, made[0].evidence.rule_id) == ("NON-PD", rule)


def test_only_the_criteria_asked_for_write_rows(visits: Make, treated: Context) -> None:
    only = replace(PLAIN, criteria=(Criterion.MDA,))
    course = assess_course(visits({0: "K", 56: "Kab"}), treated, only)
    assert {row.criterion for row in course.assessments} == {Criterion.MDA}
    assert course.headline.criterion == "PCWG3_2016"


def test_changes_with_and_without_errors() -> None:
    two, three = Quantity(value=2.0, sd=0.1), Quantity(value=3.0, sd=0.1)
    change = ratio_change(two, three, 10, PLAIN)
    assert change.pct == pytest.approx(50)
    assert change.risen
    assert change_text(change).startswith("+50 %, +")
    assert ratio_change(Quantity(value=2.0), three, 50, PLAIN).risen
    assert not ratio_change(Quantity(value=2.0), three, 51, PLAIN).risen
    assert ratio_change(three, Quantity(value=0.0, sd=0.1), 10, PLAIN).fallen
    nothing = difference_change(Quantity(value=0.0), three, 0.5, PLAIN)
    assert nothing.risen_from_nothing
    assert change_text(nothing) == "+3"
    assert not difference_change(two, two, 0.0, PLAIN).risen
