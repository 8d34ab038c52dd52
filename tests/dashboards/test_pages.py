"""Every page through the server: what it shows, and what it says when there is nothing to show."""

from dataclasses import replace

import pytest
from dash import Dash

from dashboards.app import create_app
from dashboards.components.remarks import remark_texts
from dashboards.components.verdict_card import holding_words
from tests.dashboards.fakes import PLANS, FakeSource
from tests.dashboards.press import find, open_page, rest_of_course, texts

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
