"""Radiographic progression-free survival: event or censoring, its day and its reason."""

from dataclasses import replace

import pytest

from tests.response.made import CONFIRMED, OPEN, PLAIN, Make, Table, facts, on, second_line, soft
from tracker.records.assessment import ProgressionFree
from tracker.records.context import (
    Context,
    SoftTissue,
    Treatment,
)
from tracker.response import assess_course
from tracker.settings.response import LaterScan, OpenAtEnd, ResponseSettings


def survival(
    visits: Make, treated: Context, table: Table, settings: ResponseSettings = PLAIN, **further: object
) -> ProgressionFree:
    found = assess_course(visits(table), replace(treated, **further), settings).progression_free
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("table", "further", "cause", "end"),
    [
        (CONFIRMED, {}, "BONE_PD", 56),
        (CONFIRMED, {"patients": facts(death=200)}, "BONE_PD", 56),
        (OPEN, {}, "CENSORED_LAST_SCAN", 112),
        (OPEN, {"patients": facts(death=130)}, "DEATH", 130),
        ({0: "K", 56: "K"}, {"responses": (soft(60, SoftTissue.PD),)}, "SOFT_TISSUE_PD", 60),
        (CONFIRMED, {"responses": (soft(50, SoftTissue.PD),)}, "SOFT_TISSUE_PD", 50),
        ({0: "K", 56: "K"}, {"responses": (soft(-5, SoftTissue.PD),)}, "CENSORED_LAST_SCAN", 56),
        ({0: "K"}, {}, "CENSORED_NO_SCAN", 0),
        ({0: "K", 56: None}, {"patients": facts(randomised=-3)}, "CENSORED_NO_SCAN", -3),
        ({0: "K", 56: "K", 300: "Kab", 350: "Kab"}, {}, "CENSORED_BEFORE_GAP", 56),
        ({0: "K", 56: "K", 100: None, 140: None, 180: "Kab", 230: "Kab"}, {}, "CENSORED_BEFORE_GAP", 56),
        ({0: "K", 56: "K", 100: None, 180: "Kab", 230: "Kab"}, {}, "BONE_PD", 180),
        ({0: "K", 300: "Kab", 350: "Kab"}, {}, "CENSORED_BEFORE_GAP", 0),
        ({0: "K", 56: "K"}, {"patients": facts(death=400)}, "DEATH", 400),
        (
            {0: "K", 56: "K", 300: "Kab", 350: "Kab"},
            {"responses": (soft(150, SoftTissue.SD),)},
            "BONE_PD",
            300,
        ),
    ],
)
def test_time_free_of_progression(
    table: Table, further: dict[str, object], cause: str, end: int, visits: Make, treated: Context
) -> None:
    found = survival(visits, treated, table, **further)
    assert (found.cause, found.end_date) == (cause, on(end))
    assert found.event is not cause.startswith("CENSORED")
    assert found.days == (found.end_date - found.start_date).days


def test_an_open_progression_is_an_event_where_the_protocol_says_so(visits: Make, treated: Context) -> None:
    found = survival(visits, treated, OPEN, replace(PLAIN, open_at_end=OpenAtEnd.EVENT))
    assert (found.cause, found.end_date, found.event) == ("BONE_PDU", on(112), True)


def test_a_new_line_before_confirmation_censors_unless_later_scans_are_accepted(visits: Make, treated: Context) -> None:
    table = {**OPEN, 168: "Kab"}
    lines = {"treatments": (*treated.treatments, second_line(120)), "patients": facts(randomised=0)}
    censored = survival(visits, treated, table, **lines)
    assert (censored.cause, censored.end_date) == ("CENSORED_NEW_LINE", on(112))
    accepted = survival(visits, treated, table, replace(PLAIN, later_scan=LaterScan.ACCEPTED), **lines)
    assert (accepted.cause, accepted.end_date) == ("BONE_PD", on(112))
    dead = survival(visits, treated, table, treatments=lines["treatments"], patients=facts(randomised=0, death=400))
    assert dead.cause == "CENSORED_NEW_LINE"


@pytest.mark.parametrize(
    ("treatments", "reason"),
    [
        (
            (),
            "No event, the progression of 4 March 2024 is unconfirmed: censored at the last evaluable scan on 4 March "
            "2024.",
        ),
        (
            (second_line(70),),
            "A new line began before any event, the progression of 4 March 2024 is unconfirmed: censored at the last "
            "evaluable scan on 4 March 2024.",
        ),
    ],
)
def test_censoring_says_that_a_progression_is_open(
    visits: Make, treated: Context, treatments: tuple[Treatment, ...], reason: str
) -> None:
    context = replace(treated, treatments=(*treated.treatments, *treatments))
    ended = assess_course(visits({0: "K", 56: "Kab"}), context, PLAIN).progression_free
    assert ended is not None
    assert (ended.event, ended.reason) == (False, reason)
