"""Flare of visits, regions and lesions: possible on the day, settled by the scan that can settle it, timed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tracker.records.comparability import Comparable
from tracker.records.context import Context, LabValue, SoftTissue, SoftTissueResponse
from tracker.records.course_response import CourseResponse
from tracker.records.reading import Quantity, RegionReading, VisitReading
from tracker.response import assess_course
from tracker.response.timing import Point, back_of, peak_of
from tracker.settings.response import ResponseSettings

START = date(2024, 1, 8)
PLAIN = ResponseSettings()
Make = Callable[[dict[int, str | None]], tuple[VisitReading, ...]]


def with_uptake(visit: VisitReading, uptake: float | None, sd_share: float | None = 0.08) -> VisitReading:
    """Return a visit whose foci all have one uptake ratio."""
    if uptake is None:
        return visit
    sd = None if sd_share is None else sd_share * uptake
    return replace(
        visit, foci=tuple(replace(focus, uptake_ratio=Quantity(value=uptake, sd=sd)) for focus in visit.foci)
    )


def story(visits: Make, *scans: tuple[int, str | None, float | None]) -> list[VisitReading]:
    """Return visits of day, foci and uptake."""
    return [
        with_uptake(visit, uptake)
        for visit, (_, _, uptake) in zip(visits({day: foci for day, foci, _ in scans}), scans, strict=True)
    ]


def statuses(course: CourseResponse) -> tuple[list[str], list[str]]:
    """Return the flare statuses on the day and finally, of the on-treatment visits."""
    flares = [visit.flare for visit in course.visits if visit.position.on_treatment]
    return [flare.provisional_status.value for flare in flares], [flare.status.value for flare in flares]


@pytest.mark.parametrize(
    ("scans", "on_the_day", "finally_"),
    [
        (((0, "K", 3), (56, "K", 5)), ["possible"], ["possible"]),
        (((0, "K", 3), (56, "K", 5), (112, "K", 3)), ["possible", "confirmed"], ["confirmed", "confirmed"]),
        (((0, "K", 3), (56, "K", 5), (97, "K", 3)), ["possible", "possible"], ["possible", "possible"]),
        (
            ((0, "K", 3), (56, "Kab", 3), (84, "Kab", 3), (112, "Kabcd", 3)),
            ["possible", "possible", "progression"],
            ["progression"] * 3,
        ),
        (((0, "K", 3), (56, "K", 5), (112, "K", 8)), ["possible", "possible"], ["possible", "possible"]),
        (
            ((0, "K", 3), (56, "K", 5), (190, "K", 8), (250, "K", 4)),
            ["possible", "undetermined", "confirmed"],
            ["confirmed"] * 3,
        ),
        (((0, "K", 3), (56, "K", 5), (112, None, None)), ["possible", "undetermined"], ["possible", "undetermined"]),
        (((0, "K", 3), (56, None, None)), ["undetermined"], ["undetermined"]),
        (((0, "K", 3), (200, None, None)), ["not_applicable"], ["not_applicable"]),
        (((0, "K", 3), (183, "Kabc", 9)), ["not_applicable"], ["not_applicable"]),
        (((0, "K", 3), (182, "Kabc", 9)), ["possible"], ["possible"]),
        (((0, "K", 3), (56, "Ka", 3)), ["not_applicable"], ["not_applicable"]),
        (((0, "K", 3), (56, "K", 2), (112, "K", 4)), ["not_applicable", "possible"], ["not_applicable", "possible"]),
        (((56, "Kab", 3), (112, "Kab", 5)), ["undetermined", "possible"], ["undetermined", "possible"]),
        (((0, "K", 3), (56, "Kab", None), (112, "Kab", None)), ["possible", "confirmed"], ["confirmed", "confirmed"]),
        (((0, "K", 3), (56, "K", 5), (112, "K", None)), ["possible", "undetermined"], ["possible", "undetermined"]),
        (
            ((0, "K", 3), (56, "Kabc", 3), (112, "Kabc", 3), (168, "Kabcde", 3)),
            ["possible", "confirmed", "not_applicable"],
            ["confirmed", "confirmed", "not_applicable"],
        ),
        (
            ((0, "K", 3), (56, "K", 3), (112, "Kab", 3), (168, "Kab", 3)),
            ["not_applicable", "possible", "progression"],
            ["not_applicable", "progression", "progression"],
        ),
    ],
)
def test_status_of_a_visit(
    scans: Sequence[tuple[int, str | None, float | None]],
    on_the_day: list[str],
    finally_: list[str],
    visits: Make,
    treated: Context,
) -> None:
    assert statuses(assess_course(story(visits, *scans), treated, PLAIN)) == (on_the_day, finally_)


def test_before_treatment_and_without_any_flare_is_not_applicable(visits: Make, treated: Context) -> None:
    course = assess_course(story(visits, (-10, "K", 3), (0, "Kab", 9)), treated, PLAIN)
    assert {visit.flare.status.value for visit in course.visits} == {"not_applicable"}
    course = assess_course(story(visits, (0, "K", 3), (56, "Kab", 9)), Context(), PLAIN)
    assert {visit.flare.status.value for visit in course.visits} == {"not_applicable"}


def test_numbers_that_cannot_be_compared_say_nothing(visits: Make, treated: Context) -> None:
    first, second = story(visits, (0, "K", 3), (56, "K", 9))
    apart = replace(second, comparable=Comparable.NO, comparable_reason="other tracer")
    course = assess_course([first, apart], treated, PLAIN)
    assert course.visits[1].flare.status == "not_applicable"
    assert course.assessments[0].final_status == "NON-PD"
    assert "other tracer" in course.visits[1].headline.sentence


def test_a_superscan_leaves_a_flare_undetermined(visits: Make, treated: Context) -> None:
    first, second, third = story(visits, (0, "K", 3), (56, "Kab", 3), (112, "K", 3))
    diffuse = replace(third, countable=False, not_countable_reason="superscan")
    assert statuses(assess_course([first, second, diffuse], treated, PLAIN))[1] == ["possible", "undetermined"]
    diffuse = replace(second, countable=False, not_countable_reason="superscan")
    assert statuses(assess_course([first, diffuse], treated, PLAIN))[1] == ["undetermined"]


def test_the_advice_names_the_scan_that_settles_it(visits: Make, treated: Context) -> None:
    course = assess_course(story(visits, (0, "K", 3), (56, "Kab", 3)), treated, PLAIN)
    flare = course.visits[1].flare
    assert (flare.settle_from, flare.settle_to) == (date(2024, 4, 15), date(2024, 7, 26))
    assert "between 15 April 2024 and 26 July 2024, best from 6 June 2024 on" in flare.advice
    assert course.visits[1].headline.sentence.startswith(
        "Unconfirmed by PCWG3 (PDu): Two new lesions on 4 March 2024, day 56, first on-treatment scan: unconfirmed, "
        "flare possible. A scan from 15 April 2024 on with two further new lesions would confirm progression as of "
        "4 March 2024"
    )
    late = assess_course(story(visits, (0, "K", 3), (180, "K", 9)), treated, PLAIN).visits[1].flare
    assert late.settle_to == START + timedelta(days=180 + 42 + 42)
    assert "best from" not in late.advice
    for needed, words in ((13, "13 further new foci mean progression"), (1, "one further new focus means progression")):
        asked = replace(PLAIN, additional_threshold=needed)
        first = assess_course(story(visits, (0, "K", 3), (56, "Kab", 3)), treated, asked).visits[1].flare
        assert words in first.advice


def test_the_advice_agrees_with_pcwg3_on_what_would_be_progression(visits: Make, treated: Context) -> None:
    course = assess_course(story(visits, (0, "K", 3), (56, "K", 3), (112, "Kab", 3)), treated, PLAIN)
    assert "that still shows them would confirm progression" in course.visits[2].headline.sentence
    assert course.visits[2].flare.advice == (
        "A scan between 10 June 2024 and 26 July 2024 settles the worsening of 29 April 2024: the new lesions of "
        "29 April 2024 still there, or two further new foci, mean progression; neither, with uptake stable or falling, "
        "means flare."
    )


def test_the_advice_never_names_a_day_that_has_passed(visits: Make, treated: Context) -> None:
    rising = story(visits, (0, "K", 3), (56, "K", 5), (112, "K", 9), (300, "K", 20))
    course = assess_course(rising, treated, PLAIN)
    for visit in course.visits[1:]:
        assert visit.flare.settle_from is not None
        assert visit.study_date < visit.flare.settle_from < visit.flare.settle_to
    assert course.next_scan is not None
    assert (course.next_scan.due_from, course.next_scan.due_to) == (
        course.visits[3].flare.settle_from,
        course.visits[3].flare.settle_to,
    )


def test_the_day_s_advice_stays_when_the_answer_is_known(visits: Make, treated: Context) -> None:
    course = assess_course(story(visits, (0, "K", 3), (56, "K", 5), (112, "K", 3)), treated, PLAIN)
    assert course.visits[1].flare.settle_from == date(2024, 4, 15)
    assert course.visits[2].flare.settle_from is None


def test_what_rises_after_a_settled_flare_is_not_its_peak(visits: Make, treated: Context) -> None:
    drip = story(visits, (0, "K", 3), (56, "Kabc", 3), (112, "Kabcd", 3), (168, "Kabcde", 3), (224, "Kabcde", 3))
    course = assess_course(drip, treated, PLAIN)
    assert [visit.flare.status for visit in course.visits[1:]] == ["confirmed", "confirmed"] + 2 * ["not_applicable"]
    for story_peak in (course.visits[1].flare.peak, course.visits[2].flare.peak):
        assert story_peak is not None
        assert (story_peak.low_day, story_peak.high_day) == (56, 168)
    hotter = story(visits, (0, "K", 3), (56, "K", 5), (112, "K", 5.2), (168, "K", 9))
    peak = assess_course(hotter, treated, PLAIN).visits[1].flare.peak
    assert peak is not None
    assert peak.low_day == 56
    assert peak.high_day == 168


def test_peak_and_return_are_measured_between_the_visits(visits: Make, treated: Context) -> None:
    course = assess_course(
        story(visits, (0, "K", 3.0), (56, "K", 4.5), (112, "K", 3.6), (168, "K", 2.4)), treated, PLAIN
    )
    flare = course.visits[1].flare
    assert flare.measure == "uptake of known lesions"
    assert flare.peak is not None
    assert flare.back is not None
    assert (flare.peak.low_day, flare.peak.high_day) == (0, 112)
    assert flare.peak.day == pytest.approx(63.6, abs=1)
    assert (flare.back.low_day, flare.back.high_day) == (112, 168)
    assert flare.back.day == pytest.approx(140)


def test_area_index_and_count_take_over_where_uptake_did_not_rise(visits: Make, treated: Context) -> None:
    first, second, third = story(visits, (0, "KL", None), (56, "KLab", None), (112, "KLab", None))
    flare = assess_course([first, second, third], treated, PLAIN).visits[1].flare
    assert flare.measure == "number of foci"
    assert flare.peak is not None
    assert flare.peak.high_day == 112
    areas = [
        replace(visit, lesion_area_cm2=Quantity(value=value))
        for visit, value in zip((first, second), (10, 20), strict=True)
    ]
    assert assess_course(areas, treated, PLAIN).visits[1].flare.measure == "lesion area"
    swapped = story(visits, (0, "KL", None), (56, "ab", None))
    flare = assess_course(swapped, treated, PLAIN).visits[1].flare
    assert flare.back is None, "as many foci as before never stood above"
    from_nothing = story(visits, (56, "K", None), (112, "Kab", None))
    assert assess_course(from_nothing, treated, PLAIN).visits[1].flare.peak is None


def test_a_measure_missing_at_the_peak_s_neighbour_is_left_out(visits: Make, treated: Context) -> None:
    scans = story(visits, (0, "K", 3), (56, "K", 5), (84, "K", None), (120, "K", 3))
    flare = assess_course(scans, treated, PLAIN).visits[1].flare
    assert flare.peak is not None
    assert flare.peak.high_day == 120


@pytest.mark.parametrize(
    ("ratios", "day"),
    [((1.0, 2.0, 2.0), 84), ((1.0, 1.5, 0.0), 56), ((1.0, 0.5, 0.25), 56)],
)
def test_the_top_of_a_curve(ratios: tuple[float, ...], day: float) -> None:
    points = [Point(day=place, ratio=ratio) for place, ratio in zip((0, 56, 112), ratios, strict=True)]
    top, peak = peak_of(points, 1)
    assert top == 1
    assert peak.day == pytest.approx(day)


def test_the_return_is_open_until_it_is_seen() -> None:
    points = [Point(day=0, ratio=1), Point(day=56, ratio=2), Point(day=112, ratio=1.5)]
    back = back_of(points, 1)
    assert (back.day, back.low_day, back.high_day) == (None, 112, None)


def test_regions_and_lesions_have_flares_of_their_own(visits: Make, treated: Context) -> None:
    scans = story(visits, (0, "KL", 3), (56, "KLa", 3), (112, "KLa", 3), (200, "KL", 3))
    hot = {56: 5.0, 112: 3.0, 200: 3.0}

    def heated(visit: VisitReading) -> VisitReading:
        day = (visit.study_date - START).days
        foci = tuple(
            replace(focus, uptake_ratio=Quantity(value=hot[day], sd=0.1)) if focus.lesion_id == "L" and day else focus
            for focus in visit.foci
        )
        regions = (RegionReading(region="sacrum", uptake_ratio=Quantity(value=hot.get(day, 3.0), sd=0.1)),)
        return replace(visit, foci=foci, regions=regions if day != 112 else ())

    course = assess_course([heated(visit) for visit in scans], treated, PLAIN)
    found = {
        (flare.name, (flare.study_date - START).days): (flare.provisional_status.value, flare.status.value)
        for flare in course.element_flares
    }
    assert found["L", 56] == ("possible", "confirmed")
    assert found["L", 112] == ("confirmed", "confirmed")
    assert found["K", 56] == ("not_applicable", "not_applicable")
    assert found["a", 56] == ("possible", "confirmed")
    assert found["sacrum", 56] == ("possible", "confirmed")
    assert found["sacrum", 112] == ("undetermined", "confirmed")
    first = next(flare for flare in course.element_flares if flare.name == "L")
    assert first.change_pct == pytest.approx(100 * 2 / 3)
    assert first.peak is not None
    assert first.back is not None


def test_a_lesion_that_still_rises_after_day_182_progresses(visits: Make, treated: Context) -> None:
    scans = story(visits, (0, "K", 3), (56, "K", 5), (112, "K", 7), (190, "K", 10))
    course = assess_course(scans, treated, PLAIN)
    lesion = [flare for flare in course.element_flares if flare.name == "K"]
    assert [flare.provisional_status.value for flare in lesion] == ["possible", "possible", "progression"]
    assert {flare.status.value for flare in lesion} == {"progression"}


def test_a_new_lesion_of_a_confirmed_progression_is_progression(visits: Make, treated: Context) -> None:
    scans = story(visits, (0, "K", 3), (56, "K", 3), (112, "Kab", 3), (168, "Kab", 3))
    course = assess_course(scans, treated, PLAIN)
    for name, expected in (("a", "progression"), ("b", "progression"), ("K", "not_applicable")):
        states = [flare.status.value for flare in course.element_flares if flare.name == name]
        assert states[1:] == [expected, expected]


def test_a_new_lesion_without_numbers_is_settled_by_its_absence(visits: Make, treated: Context) -> None:
    gone = assess_course(story(visits, (0, "K", None), (56, "Ka", None), (112, "K", None)), treated, PLAIN)
    stays = assess_course(story(visits, (0, "K", None), (56, "Ka", None), (112, "Ka", None)), treated, PLAIN)
    for course, expected in ((gone, "confirmed"), (stays, "undetermined")):
        last = [flare for flare in course.element_flares if flare.name == "a"][-1]
        assert last.provisional_status == expected


def lab(day: int, test: str, value: float, unit: str = "ng/mL") -> LabValue:
    return LabValue(patient_id="P", date=START + timedelta(days=day), test=test, value=value, unit=unit)


def test_supporting_evidence_is_shown_and_never_required(visits: Make, treated: Context) -> None:
    scans = story(visits, (0, "K", 3), (56, "K", 5))
    labs = (
        lab(-3, "PSA", 100),
        lab(50, "PSA", 20),
        lab(60, "PSA", 30),
        lab(-3, "ALP", 100, "U/L"),
        lab(30, "ALP", 150, "U/L"),
    )
    soft = (
        SoftTissueResponse(patient_id="P", date=START + timedelta(days=56), soft_tissue=SoftTissue.PR),
        SoftTissueResponse(patient_id="P", date=START, soft_tissue=SoftTissue.SD),
    )
    bare = assess_course(scans, treated, PLAIN).visits[1].flare
    shown = assess_course(scans, replace(treated, labs=labs, responses=soft), PLAIN).visits[1].flare
    assert bare.support == ()
    assert shown.status == bare.status
    assert shown.support == (
        "PSA -80 % at its lowest, on 27 February 2024: supports a flare.",
        "ALP +50 % on 7 February 2024: a rise in the first weeks goes with healing.",
        "Soft tissue PR on 4 March 2024: supports a flare.",
    )


@pytest.mark.parametrize(
    ("labs", "expected"),
    [
        (
            (lab(-3, "PSA", 100), lab(50, "PSA", 90)),
            ("PSA -10 % at its lowest, on 27 February 2024: does not support a flare.",),
        ),
        ((lab(50, "PSA", 90),), ()),
        ((lab(-3, "PSA", 100), lab(50, "PSA", 90, "ug/L")), ()),
        ((lab(-3, "ALP", 100), lab(90, "ALP", 90)), ()),
        ((lab(-3, "ALP", 100), lab(30, "ALP", 90)), ("ALP -10 % on 7 February 2024: no early rise.",)),
    ],
)
def test_what_laboratory_values_say(
    labs: tuple[LabValue, ...], expected: tuple[str, ...], visits: Make, treated: Context
) -> None:
    scans = story(visits, (0, "K", 3), (56, "K", 5))
    assert assess_course(scans, replace(treated, labs=labs), PLAIN).visits[1].flare.support == expected


def test_soft_tissue_that_does_not_respond_does_not_support(visits: Make, treated: Context) -> None:
    soft = (SoftTissueResponse(patient_id="P", date=START + timedelta(days=56), soft_tissue=SoftTissue.SD),)
    flare = (
        assess_course(story(visits, (0, "K", 3), (56, "K", 5)), replace(treated, responses=soft), PLAIN).visits[1].flare
    )
    assert flare.support == ("Soft tissue SD on 4 March 2024: does not by itself support a flare.",)
