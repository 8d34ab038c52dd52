"""The course as a whole: headline, best response, next scan, findings, stability."""

from dataclasses import replace

import pytest

from tests.response.made import CONFIRMED, OPEN, PLAIN, Make, Table, facts, on, second_line, soft
from tracker.errors import CourseError
from tracker.records.assessment import Criterion
from tracker.records.context import (
    Context,
    Finding,
    FindingResult,
    SoftTissue,
    SoftTissueResponse,
)
from tracker.records.course_response import CourseResponse
from tracker.records.reading import Quantity, VisitReading
from tracker.response import assess_course
from tracker.settings.response import OpenAtEnd


def test_headline_follows_pcwg3_then_burden(visits: Make, treated: Context) -> None:
    def hot(uptake: float, visit: VisitReading) -> VisitReading:
        return replace(visit, foci=tuple(replace(f, uptake_ratio=Quantity(value=uptake, sd=0.1)) for f in visit.foci))

    readings = visits({0: "K", 56: "K", 112: "K", 168: None, 230: "Kab", 300: "Kab"})
    uptakes = (3.0, 3.0, 2.0, 3.0, 2.0, 2.0)
    course = assess_course([hot(u, v) for u, v in zip(uptakes, readings, strict=True)], treated, PLAIN)
    verdicts = [visit.headline.verdict for visit in course.visits]
    assert verdicts == [None, "stable", "improved", "not_evaluable", "progressed", "progressed"]
    assert [visit.headline.provisional_verdict for visit in course.visits][4] == "unconfirmed"
    assert course.headline is course.visits[-1].headline
    assert all("PCWG3" in visit.headline.sentence for visit in course.visits[1:])
    assert course.visits[0].headline.sentence == (
        "Before treatment: one malignant focus on 8 January 2024; treatment begins on 8 January 2024."
    )
    assert course.visit("uid+0056") is course.visits[1]
    with pytest.raises(KeyError):
        course.visit("unknown")


def test_a_late_rise_stays_stable_by_the_rule_and_says_what_to_do(visits: Make, treated: Context) -> None:
    readings = visits({0: "K", 252: "K"})
    hot = [
        replace(visit, foci=tuple(replace(f, uptake_ratio=Quantity(value=u, sd=0.1)) for f in visit.foci))
        for visit, u in zip(readings, (3.0, 5.4), strict=True)
    ]
    headline = assess_course(hot, treated, PLAIN).headline
    assert headline.verdict == "stable"
    assert "+80 %" in headline.sentence
    assert "compare with CT" in headline.sentence


def test_an_unreadable_scan_before_treatment_is_not_evaluable(visits: Make, treated: Context) -> None:
    course = assess_course(visits({-20: None, 0: "K", 56: "K"}), treated, PLAIN)
    assert course.visits[0].headline.verdict == "not_evaluable"
    bare = replace(visits({-20: None})[0], not_evaluable_reason="")
    course = assess_course([bare, *visits({0: "K", 56: "K"})], treated, PLAIN)
    assert "no reason stated" in course.visits[0].headline.sentence


def test_without_treatments_the_course_is_described_never_judged(visits: Make) -> None:
    course = assess_course(
        visits({0: None, 10: "KLMN", 56: "KLMNab", 112: "KL", 168: None, 200: "KLMN"}), Context(), PLAIN
    )
    assert course.assessments == ()
    assert [visit.headline.verdict for visit in course.visits] == [
        "not_evaluable",
        None,
        "unconfirmed",
        "improved",
        "not_evaluable",
        "stable",
    ]
    assert "flare cannot be told from progression" in course.visits[2].headline.sentence
    assert course.visits[2].position.treatment_day is None
    assert (course.next_scan, course.best_response, course.progression_free) == (None, None, None)
    nothing = assess_course(visits({0: None}), Context(), PLAIN)
    assert nothing.headline.verdict == "not_evaluable"


@pytest.mark.parametrize(("randomised", "start"), [(-3, 0), (60, 120), (130, 120)])
def test_the_line_that_a_trial_is_about(randomised: int, start: int, visits: Make, treated: Context) -> None:
    context = replace(
        treated, treatments=(*treated.treatments, second_line(120)), patients=facts(randomised=randomised)
    )
    course = assess_course(visits({0: "K", 56: "Kab", 112: "Kab", 180: "Kab"}), context, PLAIN)
    assert course.best_response is not None
    assert course.best_response.study_date == on(56 if start == 0 else 180)


def test_before_the_first_scan_on_treatment(visits: Make, treated: Context) -> None:
    course = assess_course(visits({-10: "K"}), treated, PLAIN)
    assert course.best_response is None
    assert course.next_scan is not None
    assert (course.next_scan.purpose, course.next_scan.due_from) == ("FIRST_ON_TREATMENT", on(56))
    assert course.progression_free is not None
    assert course.progression_free.cause == "CENSORED_NO_SCAN"


@pytest.mark.parametrize(
    ("table", "responses", "expected", "words"),
    [
        ({0: "K", 56: "K", 112: ""}, (), "NED", "best bone response NED"),
        ({0: "K", 56: None}, (), "NE", "NE"),
        (OPEN, (), "NON-PD", "NON-PD"),
        ({0: "K", 56: "Kab"}, (), "NON-PD", "never settled: taken as NON-PD"),
        (CONFIRMED, (), "PD", "PD"),
        (
            {0: "K", 56: "K", 112: "K"},
            (soft(56, SoftTissue.PR), soft(112, SoftTissue.PR)),
            "PR",
            "first on 4 March 2024, confirmed",
        ),
        ({0: "K", 56: "K", 112: "K"}, (soft(112, SoftTissue.PR),), "PR", "not confirmed 28 days later"),
        ({0: "", 56: "", 112: ""}, (soft(56, SoftTissue.PR), soft(112, SoftTissue.CR)), "CR", "not confirmed"),
        ({0: "K", 56: "Kab"}, (soft(56, SoftTissue.NED),), "SD", "taken as SD"),
        ({0: "K", 56: "K", 112: "K"}, (soft(56, SoftTissue.PD), soft(112, SoftTissue.PR)), "PD", "overall response PD"),
    ],
)
def test_best_response(
    table: Table,
    responses: tuple[SoftTissueResponse, ...],
    expected: str,
    words: str,
    visits: Make,
    treated: Context,
) -> None:
    best = assess_course(visits(table), replace(treated, responses=responses), PLAIN).best_response
    assert best is not None
    assert best.response == expected
    assert words.casefold() in best.reason.casefold()


def test_an_open_progression_can_be_the_best_response_pd(visits: Make, treated: Context) -> None:
    by_protocol = replace(PLAIN, open_at_end=OpenAtEnd.EVENT)
    best = assess_course(visits({0: "K", 56: "Kab"}), treated, by_protocol).best_response
    assert best is not None
    assert best.response == "PD"


@pytest.mark.parametrize(
    ("table", "purpose", "due"),
    [
        ({0: "K", 56: "Kab"}, "CONFIRM_PROGRESSION", (98, 140)),
        ({0: "K", 56: "Kab", 90: "Kab"}, "CONFIRM_PROGRESSION", (98, 140)),
        ({0: "K", 56: "K"}, "ROUTINE", (112, 119)),
        ({0: "K", 168: "K"}, "ROUTINE", (245, 259)),
    ],
)
def test_next_scan(table: Table, purpose: str, due: tuple[int, int], visits: Make, treated: Context) -> None:
    plan = assess_course(visits(table), treated, PLAIN).next_scan
    assert plan is not None
    assert (plan.purpose, plan.due_from, plan.due_to) == (purpose, on(due[0]), on(due[1]))


def test_next_scan_settles_a_flare_of_known_lesions(visits: Make, treated: Context) -> None:
    def hot(table: Table, *uptakes: float) -> list[VisitReading]:
        return [
            replace(visit, foci=tuple(replace(f, uptake_ratio=Quantity(value=u, sd=0.1)) for f in visit.foci))
            for visit, u in zip(visits(table), uptakes, strict=True)
        ]

    plan = assess_course(hot({0: "K", 56: "K"}, 3, 5), treated, PLAIN).next_scan
    assert plan is not None
    assert (plan.purpose, plan.due_from, plan.due_to) == ("SETTLE_FLARE", on(98), on(200))
    late = assess_course(hot({0: "K", 56: "K", 210: "K"}, 3, 5, 8), treated, PLAIN).next_scan
    assert late is not None
    assert (late.due_from, late.due_to) == (on(211), on(211 + 42))
    assert "undetermined worsening" in late.reason


def test_no_scan_is_due_after_progression_or_death(visits: Make, treated: Context) -> None:
    assert assess_course(visits(CONFIRMED), treated, PLAIN).next_scan is None
    dead = replace(treated, patients=facts(death=100))
    assert assess_course(visits({0: "K", 56: "K"}), dead, PLAIN).next_scan is None


def finding(day: int, lesion_id: str, result: FindingResult, modality: str = "CT") -> Finding:
    return Finding(patient_id="P", date=on(day), lesion_id=lesion_id, modality=modality, result=result)


def finals(course: CourseResponse) -> list[tuple[str, str]]:
    return [
        (row.provisional_status, row.final_status)
        for row in course.assessments
        if row.criterion is Criterion.PCWG3_2016
    ]


def test_findings_count_from_the_day_they_are_known(visits: Make, treated: Context) -> None:
    context = replace(treated, findings=(finding(80, "a", FindingResult.BENIGN),))
    course = assess_course(visits(CONFIRMED), context, PLAIN)
    assert finals(course) == [("PDu", "NON-PD"), ("PDu", "PDu")]
    later = replace(treated, findings=(finding(300, "a", FindingResult.BENIGN),))
    assert finals(assess_course(visits(CONFIRMED), later, PLAIN)) == [("PDu", "NON-PD"), ("PD", "PDu")]
    doubt = replace(treated, findings=(finding(80, "a", FindingResult.EQUIVOCAL),))
    assert finals(assess_course(visits(CONFIRMED), doubt, PLAIN)) == [("PDu", "PD"), ("PD", "PD")]


def test_the_latest_finding_decides(visits: Make, treated: Context) -> None:
    first, second = finding(60, "a", FindingResult.BENIGN), finding(80, "a", FindingResult.MALIGNANT, "MRI")
    for order in ((first, second), (second, first)):
        course = assess_course(visits(CONFIRMED), replace(treated, findings=order), PLAIN)
        assert finals(course) == [("PDu", "PD"), ("PD", "PD")]


def test_a_finding_on_a_lesion_that_no_visit_holds_is_said(visits: Make, treated: Context) -> None:
    course = assess_course(
        visits(CONFIRMED), replace(treated, findings=(finding(60, "zz", FindingResult.BENIGN),)), PLAIN
    )
    assert [notice.code for notice in course.notices] == ["FINDING_UNKNOWN_LESION"]


def test_a_course_needs_visits_each_once(visits: Make, treated: Context) -> None:
    with pytest.raises(CourseError):
        assess_course([], treated, PLAIN)
    with pytest.raises(CourseError):
        assess_course([*visits({0: "K"}), *visits({0: "K"})], treated, PLAIN)


def test_every_sentence_is_one_and_names_its_row(visits: Make, treated: Context) -> None:
    tables: tuple[Table, ...] = (
        CONFIRMED,
        OPEN,
        {0: "K", 56: "Kab", 80: "Kab", 112: "Kab", 168: None, 224: "", 280: "Kcdef", 330: "Kcdef", 400: "K"},
        {0: "K", 100: "Kab", 150: "Kcd"},
        {56: "K", 112: "K"},
        {0: "K", 56: "Kabc", 112: "Kabcd", 168: "Kabcde", 224: "Kabcdefg"},
        {0: "K", 56: "K", 112: "Kabc", 168: "Kab"},
    )
    for table in tables:
        for row in assess_course(visits(table), treated, PLAIN).assessments:
            for reason, evidence in ((row.reason, row.evidence), (row.provisional_reason, row.provisional_evidence)):
                assert reason[0].isupper() or reason[0].isdigit()
                assert reason.endswith(").")
                assert evidence.rule_id in reason
    lenient = replace(PLAIN, persistence="lenient")
    rows = assess_course(visits({0: "K", 56: "K", 112: "Kab", 168: "Kcd"}), treated, lenient).assessments
    assert any("Two new lesions of 29 April 2024 still there" in row.reason for row in rows)


def test_a_second_worsening_is_not_called_a_flare(visits: Make, treated: Context) -> None:
    table: Table = {0: "K", 56: "Kabc", 112: "Kabcd", 168: "Kabcdef"}
    rows = [r for r in assess_course(visits(table), treated, PLAIN).assessments if r.criterion == "PCWG3_2016"]
    assert "flare possible" in rows[0].provisional_reason
    assert rows[2].provisional_status == "PDu"
    assert "flare possible" not in rows[2].provisional_reason


def test_stability_names_what_would_change_the_verdict(visits: Make, treated: Context) -> None:
    course = assess_course(visits(CONFIRMED), treated, PLAIN)
    firm = assess_course(visits({0: "K", 56: "K"}), treated, PLAIN).visits[1].headline.stability
    assert firm == "Holds under 9 of 9 other rule choices."
    last = course.visits[-1].headline.stability
    assert "without any one lesion in 0 of 4 cases" in last
    assert "without lesion c (stable)" in last
    fading = assess_course(visits({0: "K", 56: "Kab", 112: "Kcdef"}), treated, PLAIN).visits[-1].headline.stability
    assert "first two must persist (stable)" in fading
    assert course.visits[0].headline.stability == ""
    lenient = assess_course(visits({0: "K", 56: "K"}), treated, replace(PLAIN, persistence="lenient"))
    assert lenient.visits[1].headline.stability == "Holds under 8 of 8 other rule choices."
