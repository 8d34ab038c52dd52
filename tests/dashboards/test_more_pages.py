"""Compare, visit, cohort and import pages, and the callbacks they have, through the server."""

import io
from pathlib import Path

import pandas as pd
import pytest
from dash import Dash

from dashboards.app import create_app
from dashboards.pages import compare
from dashboards.source import COHORT_COLUMNS
from tests.dashboards.fakes import PLANS, FakeSource
from tests.dashboards.press import find, fire, open_page, texts


def test_compare_shows_the_visit_it_is_asked_for(app: Dash) -> None:
    page = open_page(app, "/s/s-flare/compare", "?v=v03")
    assert find(page, **{"data-visit": "v03", "data-reference": "v01"})
    assert len(find(page, className="panel")) == 6


def test_refused_alignment_is_said_with_its_reason(app: Dash) -> None:
    page = open_page(app, "/s/s-refused/compare", "?v=v02")
    assert find(page, **{"data-aligned": "no"})
    assert "The outlines of legs and trunk do not match." in texts(page)


@pytest.mark.parametrize(
    ("path", "search", "words"),
    [
        ("/s/s-single/compare", "", "Only one visit"),
        ("/s/s-flare/compare", "?v=v77", "UNKNOWN_VISIT"),
        ("/s/s-flare/visit/v77", "", "UNKNOWN_VISIT"),
        ("/s/nobody/visit/v01", "", "UNKNOWN_SUBJECT"),
        ("/import", "?job=nope", "UNKNOWN_JOB"),
        ("/import", "?job=../../etc", "BAD_TOKEN"),
    ],
)
def test_what_cannot_be_shown_is_said(app: Dash, path: str, search: str, words: str) -> None:
    assert words in texts(open_page(app, path, search))


def test_visit_shows_facts_and_what_is_not_stated(app: Dash) -> None:
    said = texts(open_page(app, "/s/s-flare/visit/v03"))
    assert "GE MEDICAL SYSTEMS Discovery NM 630" in said
    assert said.count("not stated") >= 5
    assert {"SCAN_SPEED", "12 cm/min", "10 cm/min"} <= set(said)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.token)
def test_every_visit_has_a_page(app: Dash, plan: object) -> None:
    for index in (0, len(plan.days) - 1):  # type: ignore[attr-defined]
        page = open_page(app, f"/s/{plan.token}/visit/{plan.visit(index)}")  # type: ignore[attr-defined]
        assert page["props"]["data-title"] == "Visit"


def test_nudge_starts_a_job_or_says_why_not() -> None:
    source = FakeSource()

    def press(down: object, left: object, visit: str = "v02") -> str:
        words, job, asleep = compare.nudge(source, {"subject": "s-flare", "visit": visit}, (down, left))
        assert asleep == (job is None)
        return words

    assert "j-2" in press(4, -2.5)
    assert source.started == ["nudge v02 (4.0, -2.5)"]
    assert "numbers" in press("", 3)
    assert "not possible" in press(5000, 0)
    assert "not possible" in press("nan", 0)
    assert "UNKNOWN_VISIT" in press(1, 1, visit="v99")
    assert len(source.started) == 1


def test_cohort_filters_charts_and_table(app: Dash) -> None:
    everyone = open_page(app, "/cohort")
    assert "8 patients, 62 visits" in texts(everyone)
    toggles = [props["href"] for props in find(everyone) if str(props.get("href", "")).startswith("/cohort?")]
    assert "/cohort?verdict=improved" in toggles
    some = open_page(app, "/cohort", "?cancer=prostate&verdict=improved")
    assert "2 patients, 46 visits" in texts(some)
    tables = [props["href"] for props in find(some) if str(props.get("href")).startswith("/csv/")]
    assert set(tables) == {
        f"/csv/{name}.csv?cancer=prostate&verdict=improved" for name in ("trends", "cohort", "best_changes")
    }
    assert "/cohort?cancer=prostate" in [props.get("href") for props in find(some)]
    assert "0 patients, 0 visits" in texts(open_page(app, "/cohort", "?cancer=breast"))


def test_selection_downloads_its_tables(app: Dash, source: FakeSource) -> None:
    client = app.server.test_client()
    assert client.get("/csv/trends.csv?verdict=improved").text == source.csv(["s-flare", "s-forty"], "trends")
    rows = pd.read_csv(io.StringIO(client.get("/csv/cohort.csv?verdict=improved").text))
    assert list(rows.columns) == list(COHORT_COLUMNS)
    assert rows.groupby("token").size().to_dict() == {"s-flare": 6, "s-forty": 40}
    best = pd.read_csv(io.StringIO(client.get("/csv/best_changes.csv").text))
    assert best["token"].is_unique
    assert (best["treatment_day"] > 0).all()
    assert client.get("/csv/cohort.csv?cancer=nobody").text.count("\n") == 1


def test_import_starts_reports_and_refuses(tmp_path: Path) -> None:
    source = FakeSource()
    app = create_app(source)

    def press(folder: str | None) -> str:
        answer = fire(app, "import-message.children", {"import-start.n_clicks": 1}, {"import-folder.value": folder})
        return str(answer)

    assert "j-2" in press(str(tmp_path))
    assert "NO_FOLDER" in press("/no/such/folder")
    assert "Type the path" in press("  ")
    assert source.started == [str(tmp_path)]
    jobs = fire(app, "import-jobs.children", {"import-tick.n_intervals": 3})
    assert {"3 / 8", "aligning", "1 min 05 s"} & set(texts(jobs)) == {"3 / 8", "aligning"}
    assert "lossy" not in " ".join(texts(jobs))


def test_upload_and_stop_reach_the_source() -> None:
    source = FakeSource()
    client = create_app(source).server.test_client()
    headers = {"X-Upload-Name": "..%2F..%2Fscan%20one.zip", "Content-Type": "application/octet-stream"}
    assert client.post("/api/upload", data=b"PK12", headers=headers).get_json() == {"batch": "b-1"}
    again = {**headers, "X-Upload-Batch": "b-7"}
    assert client.post("/api/upload", data=b"PK", headers=again).get_json() == {"batch": "b-7"}
    assert client.post("/api/upload", data=b"PK", headers={**headers, "X-Upload-Batch": "../b"}).status_code == 400
    assert client.post("/api/upload", data=b"PK12").status_code == 400
    assert client.post("/api/uploads/b-7/start", json={}).get_json() == {"job": "j-2"}
    assert client.post("/api/jobs/j-2/cancel", json={}).status_code == 200
    assert source.started == ["scan one.zip:4", "scan one.zip:2", "start b-7", "cancel j-2"]


def test_empty_archive_has_no_broken_page() -> None:
    app = create_app(FakeSource(plans=()))
    for path in ("/", "/cohort", "/import"):
        assert open_page(app, path)["props"]["data-title"]
