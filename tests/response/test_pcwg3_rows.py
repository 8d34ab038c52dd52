"""Every row of the PCWG3 state machine fires where it should, and only there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from tracker.errors import SettingsError
from tracker.response.bone_machine import State
from tracker.response.line_course import LineCourse
from tracker.response.pcwg3 import RULES, assess_pcwg3
from tracker.settings.response import ClockLimits, FirstTwo, LateFirstScan, Persistence, ResponseSettings
from tracker.settings.response_presets import RESPONSE_PRESETS, response_preset

Table = dict[int, str | None]
Make = Callable[[Table], LineCourse]

PLAIN = ResponseSettings()

ROWS: list[tuple[str, Table, list[str], list[str]]] = [
    ("01 in START", {0: "K", 56: None, 84: "K"}, ["NE", "NON-PD"], ["01", "03"]),
    ("01 while pending", {0: "K", 56: "Kab", 84: None, 112: "Kabcd"}, ["PD", "NE", "PD"], ["07", "01", "07"]),
    ("01 after progression", {0: "K", 56: "Kab", 112: "Kabcd", 168: None, 224: ""}, ["PD", "PD", "NE", "PD"], []),
    ("02 two new, day 91", {0: "K", 91: "Kab"}, ["PDu"], ["02"]),
    ("03 one new", {0: "K", 91: "Ka"}, ["NON-PD"], ["03"]),
    ("03 no foci", {0: "K", 91: ""}, ["NED"], ["03"]),
    ("04 two new, day 92", {0: "K", 92: "Kab", 134: "Kab"}, ["PD", "PD"], ["12", "12"]),
    (
        "04 the reference stays before treatment",
        {0: "K", 92: "Kab", 134: "Kac", 176: "Kac"},
        ["NON-PD", "PD", "PD"],
        [],
    ),
    ("05 one new, then one more", {0: "K", 92: "Ka", 140: "Kab"}, ["NON-PD", "PDu"], ["05", "09"]),
    ("05 no foci", {0: "K", 92: ""}, ["NED"], ["05"]),
    ("06 gap 41", {0: "K", 56: "Kab", 97: "Kabcd"}, ["PDu", "PDu"], ["02", "06"]),
    ("07 gap 42", {0: "K", 56: "Kab", 98: "Kabcd"}, ["PD", "PD"], ["07", "07"]),
    ("07 rewrites the carried", {0: "K", 40: "Kab", 60: "Kab", 90: "Kabcd"}, ["PD", "PD", "PD"], ["07", "07", "07"]),
    ("07 the first two may fade", {0: "K", 56: "Kab", 98: "Kcd"}, ["PD", "PD"], ["07", "07"]),
    ("08 one additional", {0: "K", 56: "Kab", 98: "Kabc"}, ["NON-PD", "NON-PD"], ["08", "08"]),
    ("08 carried without foci", {0: "K", 40: "Kab", 60: "", 90: "K"}, ["NON-PD", "NED", "NON-PD"], ["08"] * 3),
    ("08 all gone", {0: "K", 56: "Kab", 98: ""}, ["NON-PD", "NED"], ["08", "08"]),
    ("08 the first scan stays the reference", {0: "K", 56: "Kab", 98: "K", 140: "Kab"}, ["NON-PD"] * 3, []),
    ("09 accumulating", {0: "K", 56: "K", 98: "Ka", 140: "Kab"}, ["NON-PD", "NON-PD", "PDu"], ["03", "10", "09"]),
    ("10 returned after treatment began", {0: "Kab", 56: "K", 98: "Kab"}, ["NON-PD", "NON-PD"], ["03", "10"]),
    ("10 seen on an older scan", {-90: "Kab", 0: "K", 56: "Kab"}, ["NON-PD"], ["03"]),
    ("11 gap 41", {0: "K", 56: "K", 98: "Kab", 139: "Kab"}, ["NON-PD", "PDu", "PDu"], ["03", "09", "11"]),
    ("12 gap 42", {0: "K", 56: "K", 98: "Kab", 140: "Kab"}, ["NON-PD", "PD", "PD"], ["03", "12", "12"]),
    ("13 one persists", {0: "K", 56: "K", 98: "Kab", 140: "Ka"}, ["NON-PD"] * 3, ["03", "13", "13"]),
    ("13 others are new", {0: "K", 56: "K", 98: "Kab", 140: "Kcd"}, ["NON-PD", "NON-PD", "PDu"], ["03", "13", "13"]),
    (
        "13 others are new and persist",
        {0: "K", 56: "K", 98: "Kab", 140: "Kcd", 182: "Kcd"},
        ["NON-PD", "NON-PD", "PD", "PD"],
        ["03", "13", "12", "12"],
    ),
    ("14 no further scan", {0: "K", 56: "K", 98: "Kab"}, ["NON-PD", "PDu"], ["03", "09"]),
    ("15 after progression", {0: "K", 56: "Kab", 98: "Kabcd", 140: ""}, ["PD", "PD", "PD"], ["07", "07", "15"]),
    (
        "17 no scan before treatment",
        {56: "Kab", 98: "Kab", 140: "Kabcd"},
        ["NON-PD", "NON-PD", "PDu"],
        ["17", "10", "09"],
    ),
    ("17 only an unreadable one before", {0: None, 56: "", 98: "ab"}, ["NED", "PDu"], ["17", "09"]),
]


@pytest.mark.parametrize(("table", "statuses", "rules"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_row(table: Table, statuses: list[str], rules: list[str], course: Make) -> None:
    outcomes = assess_pcwg3(course(table), PLAIN)
    assert [outcome.status.value for outcome in outcomes] == statuses
    if rules:
        assert [outcome.evidence.rule_id for outcome in outcomes] == [f"PCWG3-{rule}" for rule in rules]


def test_every_row_but_the_last_scan_s_is_reached_by_a_test(course: Make) -> None:
    fired = set()
    for _, table, _, _ in ROWS:
        for end in range(1, len(table) + 1):
            part = dict(list(table.items())[:end])
            fired |= {outcome.evidence.rule_id for outcome in assess_pcwg3(course(part), PLAIN)}
    fired |= {outcome.evidence.rule_id for outcome in assess_pcwg3(superscan(course, {0: "K", 56: "K"}, 56), PLAIN)}
    unreached = {rule.rule_id for rule in RULES} - fired
    assert unreached == {"PCWG3-14"}, "row 14 is the absence of a scan: see test_row"


def superscan(course: Make, table: Table, *days: int) -> LineCourse:
    """Return the course with diffuse disease on some days."""
    made = course(table)

    def diffuse(visits: tuple) -> tuple:
        return tuple(
            replace(visit, countable=False, not_countable_reason="superscan") if made.day(visit) in days else visit
            for visit in visits
        )

    return replace(made, before=diffuse(made.before), scans=diffuse(made.scans))


@pytest.mark.parametrize(
    ("table", "days", "statuses"),
    [
        ({0: "K", 56: "Kabcd", 98: "Kabcdef"}, (0,), ["NON-PD", "PDu"]),
        ({0: "K", 56: "", 98: ""}, (0,), ["NED", "NED"]),
        ({0: "K", 56: "K", 98: "Kabcd", 140: "Kabcd", 182: "Kabcd"}, (98,), ["NON-PD"] * 4),
        ({0: "K", 56: "Kab", 98: "Kabcd", 140: "Kabcd"}, (98,), ["PD", "PD", "PD"]),
        ({0: "K", 56: "Kab", 98: "K", 140: "Kab"}, (56,), ["NON-PD", "NON-PD", "PDu"]),
        ({0: "K", 120: "Kab", 180: "Kab"}, (120,), ["NON-PD"] * 2),
        ({56: "K", 98: "Kab"}, (56,), ["NON-PD"] * 2),
    ],
)
def test_diffuse_disease_is_never_counted(
    table: Table, days: tuple[int, ...], statuses: list[str], course: Make
) -> None:
    outcomes = assess_pcwg3(superscan(course, table, *days), PLAIN)
    assert [outcome.status.value for outcome in outcomes] == statuses


def test_diffuse_disease_is_ne_where_the_protocol_says_so(course: Make) -> None:
    by_protocol = replace(PLAIN, diffuse_status="NE")
    outcomes = assess_pcwg3(superscan(course, {0: "K", 56: "K"}, 56), by_protocol)
    assert [outcome.status.value for outcome in outcomes] == ["NE"]


def test_the_confirmed_date_and_the_evidence(course: Make) -> None:
    outcomes = assess_pcwg3(course({0: "K", 56: "Kab", 98: "Kabcd"}), PLAIN)
    assert outcomes[-1].memory.progression_date == date(2024, 3, 4)
    assert outcomes[-1].memory.state is State.PROGRESSED
    first = outcomes[0].evidence
    assert (first.new_ids, first.settled_on, first.settling_ids) == (("a", "b"), date(2024, 4, 15), ("c", "d"))
    assert first.reference_date == date(2024, 1, 8)
    assert outcomes[1].evidence.reference_date == date(2024, 3, 4)
    assert outcomes[1].evidence.gap_days == 42


def test_a_focus_that_was_there_before_only_fainter_is_never_new(course: Make) -> None:
    made = course({0: "K", 56: "Kab", 98: "Kabcd"})
    first = made.scans[0]
    faint = tuple(replace(focus, judged_new=False) if focus.lesion_id == "b" else focus for focus in first.foci)
    judged = replace(made, scans=(replace(first, foci=faint), *made.scans[1:]))
    outcomes = assess_pcwg3(judged, PLAIN)
    assert [outcome.status.value for outcome in outcomes] == ["NON-PD", "PDu"]


def test_a_merged_lesion_lives_on_in_the_one_it_merged_into(course: Make) -> None:
    made = course({0: "K", 56: "K", 98: "Kab", 140: "Ka"})
    merged = tuple(
        replace(focus, stands_for=("b",)) if focus.lesion_id == "a" else focus for focus in made.scans[-1].foci
    )
    last = replace(made.scans[-1], foci=merged)
    outcomes = assess_pcwg3(replace(made, scans=(*made.scans[:-1], last)), PLAIN)
    assert [outcome.status.value for outcome in outcomes] == ["NON-PD", "PD", "PD"]


@pytest.mark.parametrize(
    ("change", "table", "statuses"),
    [
        ({"persistence": Persistence.LENIENT}, {0: "K", 56: "K", 98: "Kab", 140: "Kcd"}, ["NON-PD", "PD", "PD"]),
        ({"first_two": FirstTwo.MUST_PERSIST}, {0: "K", 56: "Kab", 98: "Kcd"}, ["NON-PD", "NON-PD"]),
        ({"first_two": FirstTwo.MUST_PERSIST}, {0: "K", 56: "Kab", 98: "Kabcd"}, ["PD", "PD"]),
        ({"late_first_scan": LateFirstScan.FLARE_SCAN}, {0: "K", 100: "Kab", 150: "Kab"}, ["NON-PD", "NON-PD"]),
        ({"first_scan_window_days": 84}, {0: "K", 90: "Kab", 150: "Kab"}, ["PD", "PD"]),
        ({"confirmation_gap_days": 28}, {0: "K", 56: "Kab", 84: "Kabcd"}, ["PD", "PD"]),
        ({"new_lesion_threshold": 3}, {0: "K", 56: "Kab", 98: "Kabcd"}, ["NON-PD", "NON-PD"]),
        ({"additional_threshold": 3}, {0: "K", 56: "Kab", 98: "Kabcd"}, ["NON-PD", "NON-PD"]),
    ],
)
def test_every_choice_is_a_setting(change: dict[str, object], table: Table, statuses: list[str], course: Make) -> None:
    outcomes = assess_pcwg3(course(table), replace(PLAIN, **change))
    assert [outcome.status.value for outcome in outcomes] == statuses


def test_presets_have_names() -> None:
    assert response_preset("default") == PLAIN
    assert len(set(map(repr, RESPONSE_PRESETS.values()))) == len(RESPONSE_PRESETS), "each differs from the others"
    with pytest.raises(Exception, match="no response preset"):
        response_preset("unheard of")


def test_two_scans_on_one_day_are_two_scans(course: Make) -> None:
    made = course({0: "K", 56: "Kab"})
    second = replace(made.scans[0], study_uid=made.scans[0].study_uid + "#2")
    outcomes = assess_pcwg3(replace(made, scans=(*made.scans, second)), PLAIN)
    assert [outcome.status.value for outcome in outcomes] == ["PDu", "PDu"]


def test_words_of_a_settings_file_become_choices() -> None:
    assert ResponseSettings(persistence="lenient").persistence is Persistence.LENIENT
    with pytest.raises(SettingsError, match="persistence"):
        ResponseSettings(persistence="now and then")


@pytest.mark.parametrize(
    "wrong",
    [
        {"new_lesion_threshold": 0},
        {"confirmation_gap_days": 0},
        {"diffuse_status": "PD"},
        {"area_change_pct": 0.0},
        {"criteria": ("RECIST",)},
    ],
)
def test_impossible_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        ResponseSettings(**wrong)


def test_the_days_of_the_clock_are_in_order() -> None:
    with pytest.raises(SettingsError, match="in order"):
        ClockLimits(early_until_day=100, flare_until_day=91)
