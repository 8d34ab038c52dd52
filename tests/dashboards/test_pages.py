"""Every page through the server: what it shows, and what it says when there is nothing to show."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from dash import Dash

from dashboards.app import create_app
from dashboards.components.remarks import remark_texts
from dashboards.components.shell import SCRIPT_WORDS
from dashboards.components.verdict_card import holding_words, with_lesions
from tests.dashboards.fakes import PLANS, FakeSource
from tests.dashboards.press import find, fire, open_page, rest_of_course, texts

COURSES = [plan.token for plan in PLANS]


def test_worklist_has_every_patient_most_urgent_first(app: Dash) -> None:
    rows = find(open_page(app, "/"), id="worklist-grid")[0]["rowData"]
    assert len(rows) == len(PLANS)
    assert [row["verdict"] for row in rows][:2] == ["progressed", "unconfirmed"]
    assert {row["token"] for row in rows} == {plan.token for plan in PLANS}


def test_empty_worklist_says_what_to_do() -> None:
    assert any("tracker demo" in text for text in texts(open_page(create_app(FakeSource(plans=())), "/")))


@pytest.mark.parametrize("token", COURSES)
def test_course_shows_answer_images_and_chart(app: Dash, source: FakeSource, token: str) -> None:
    page = open_page(app, f"/s/{token}")
    course = source.course(token)
    assert course.headlines[-1].sentence in texts(page)
    panels = [panel for panel in find(page, role="img", className="panel") if "data-visit" in panel]
    assert len(panels) == sum(len(visit.views) for visit in course.visits)
    assert [panel["data-visit"] for panel in panels] == [v.token for v in course.visits for _ in v.views]


def test_verdict_card_says_in_how_many_settings_it_holds(app: Dash, source: FakeSource) -> None:
    token = next(one for one in COURSES if source.course(one).headlines[-1].held is not None)
    shown = texts(open_page(app, f"/s/{token}"))
    assert "holds in 18 of 20 settings" in shown
    assert any("fainter foci count: unconfirmed" in text for text in shown)


def test_verdict_that_was_not_examined_says_so(source: FakeSource) -> None:
    headline = replace(source.course(COURSES[0]).headlines[-1], held=None, held_of=None, changed_by=())
    assert "not examined" in holding_words(headline)
    assert holding_words(replace(headline, verdict=None)) == "–"


@pytest.mark.parametrize("token", COURSES)
def test_charts_and_tables_follow_the_images(app: Dash, source: FakeSource, token: str) -> None:
    parts = rest_of_course(app, token)
    for chart in ("timeline", "body-map", "lesion-history", "board-trend"):
        assert find(parts, id={"chart": chart}), chart
    rows = find(parts, id="lesion-grid")[0]["rowData"]
    assert {row["lesion_id"] for row in rows} == set(source.course(token).tables["lesions"]["lesion_id"])
    links = [props["href"] for props in find(parts) if str(props.get("href", "")).startswith("/csv/")]
    assert f"/csv/{token}/trends.csv" in links


def test_charts_of_nobody_say_so(app: Dash) -> None:
    assert "UNKNOWN_SUBJECT" in texts(rest_of_course(app, "nobody"))
    assert "BAD_TOKEN" in texts(rest_of_course(app, "../x"))


def test_missing_view_is_said(app: Dash) -> None:
    assert texts(open_page(app, "/s/s-front")).count("Posterior not acquired") == 2


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("s-single", "One visit only"),
        ("s-front", "anterior view alone"),
        ("s-refused", "was not aligned (The outlines of legs and trunk do not match)."),
        ("s-forty", "40 visits: the reference and the latest 5 are shown."),
    ],
)
def test_what_limits_a_course_is_said_with_what_to_do(app: Dash, token: str, said: str) -> None:
    assert any(said in text for text in texts(open_page(app, f"/s/{token}")))


def test_a_whole_course_has_no_remarks(source: FakeSource) -> None:
    assert remark_texts(source.course("s-stable")) == ()


@pytest.mark.parametrize(("path", "code"), [("/s/nobody", "UNKNOWN_SUBJECT"), ("/nowhere", "NO_PAGE")])
def test_stale_link_says_what_is_wrong(app: Dash, path: str, code: str) -> None:
    page = open_page(app, path)
    assert code in texts(page)
    assert page["props"]["role"] == "alert"


@pytest.mark.parametrize("path", ["/", "/s/s-flare"])
def test_locked_archive_says_so(path: str) -> None:
    assert "ARCHIVE_LOCKED" in texts(open_page(create_app(FakeSource(locked=True)), path))


def test_no_address_or_title_names_a_patient(app: Dash) -> None:
    page = open_page(app, "/s/s-flare")
    links = [props["href"] for props in find(page) if "href" in props]
    assert links
    assert not any("SIM-" in str(link) for link in links)
    assert "SIM-" not in page["props"]["data-title"]


def test_two_apps_do_not_share_patients() -> None:
    first, second = create_app(FakeSource(plans=PLANS[:1])), create_app(FakeSource(plans=PLANS[1:2]))
    assert "UNKNOWN_SUBJECT" in texts(open_page(second, "/s/s-flare"))
    assert "UNKNOWN_SUBJECT" not in texts(open_page(first, "/s/s-flare"))


def test_next_scan_stands_in_the_verdict_card_and_in_the_worklist(app: Dash, source: FakeSource) -> None:
    for token in COURSES:
        due = source.course(token).next_scan
        said = " ".join(texts(open_page(app, f"/s/{token}")))
        row = next(row for row in find(open_page(app, "/"), id="worklist-grid")[0]["rowData"] if row["token"] == token)
        if due is None:
            assert row["due_from"] is None
            assert "no settling scan needed" in said
        else:
            assert row["due_from"] == due.due_from.isoformat()
            assert f"{due.due_from} to {due.due_to}. {due.reason}" in said


def test_board_says_one_sentence_and_what_cannot_be_compared(app: Dash, source: FakeSource) -> None:
    course = source.course("s-flare")
    (board,) = find(open_page(app, "/s/s-flare"), className="board")
    assert course.headlines[-1].sentence in texts(board["children"])
    assert not find(board["children"], className="board-caution")
    long = replace(course.headlines[-1], sentence="No new lesions. Uptake -37 %, scan index 0.9 %.")
    refused = replace(course.visits[-1], comparability=source.course("s-refused").visits[1].comparability)
    changed = replace(course, headlines=(*course.headlines[:-1], long), visits=(*course.visits[:-1], refused))
    source.course = lambda subject: changed  # type: ignore[method-assign]
    (board,) = find(open_page(create_app(source), "/s/s-flare"), className="board")
    assert "No new lesions." in texts(board["children"])
    assert not any("Uptake" in text for text in texts(board["children"]))
    (caution,) = find(board["children"], className="board-caution")
    assert "Injected 1.2 h before" in caution["children"]


def test_lesion_in_the_evidence_can_be_pressed() -> None:
    parts = with_lesions("PCWG3-15: new=L029+L031; persisting=L023, not XL1 nor L1")
    pressed = [part.children for part in parts if not isinstance(part, str)]
    assert pressed == ["L029", "L031", "L023"]
    assert "".join(part if isinstance(part, str) else part.children for part in parts).startswith("PCWG3-15: new=L029+")


def test_regions_of_the_visit_asked_for(app: Dash) -> None:
    wanted = {"data": {"subject": "s-flare", "visit": "v02"}}
    cards = fire(app, "region-cards.children", {"region-visit.data": wanted["data"]})
    assert any("2024-03-04" in text for text in texts(cards))
    stale = fire(app, "region-cards.children", {"region-visit.data": {"subject": "s-flare", "visit": "v99"}})
    assert any("2024-12-09" in text for text in texts(stale))
    first = fire(app, "region-cards.children", {"region-visit.data": {"subject": "s-flare", "visit": "v01"}})
    assert "This is the visit that changes are counted from." in texts(first)
    nobody = fire(app, "region-cards.children", {"region-visit.data": {"subject": "nobody", "visit": ""}})
    assert "UNKNOWN_SUBJECT" in texts(nobody)


def test_visit_stands_beside_its_reference_and_what_differs_is_marked(app: Dash) -> None:
    page = open_page(app, "/s/s-flare/visit/v03")
    (table,) = find(page, className="plain-table facts-table")
    rows = [texts(row["children"]) for row in find(table["children"], className="differs")]
    assert ["Scan speed", "2.00 mm/s", "1.67 mm/s"] in rows
    assert not any(row[0] == "Tracer" for row in rows)
    own = find(open_page(app, "/s/s-flare/visit/v01"), className="plain-table facts-table")[0]
    assert "Reference" not in texts(own["children"])


def test_words_of_scripts_go_through_the_catalogue(app: Dash) -> None:
    layout = app.server.test_client().get("/_dash-layout").get_json()
    (holder,) = find(layout, id="words")
    assert json.loads(holder["data-words"])["from {date}"] == "from {date}"
    spoken = set()
    for script in (Path(__file__).parents[2] / "dashboards" / "assets").glob("*.js"):
        spoken |= set(re.findall(r'\bsay\("([^"]+)"', script.read_text(encoding="utf-8")))
    assert spoken
    assert spoken <= set(SCRIPT_WORDS)
