"""Cohort charts say what the cohort table says."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards.cohort_table import Selection, best_changes, selected
from dashboards.figures.body_map import body_map, fill_name
from dashboards.figures.canvas import spread
from dashboards.figures.cohort import spider, swimmer, waterfall
from dashboards.figures.lesion_history import lesion_history, strongest_view
from dashboards.region_states import region_states
from dashboards.theme import LIGHT
from tests.dashboards import fake_body
from tests.dashboards.fakes import FakeSource


@pytest.fixture
def cohort(source: FakeSource) -> pd.DataFrame:
    return source.cohort()


def test_best_change_is_the_lowest_on_treatment(cohort: pd.DataFrame) -> None:
    best = best_changes(cohort)
    assert best["change_pct"].is_monotonic_decreasing
    for row in best.to_dict("records"):
        own = cohort[(cohort["token"] == row["token"]) & (pd.to_numeric(cohort["treatment_day"]) > 0)]
        assert row["change_pct"] == pd.to_numeric(own["change_pct"]).min()


def test_waterfall_greys_noise_and_opens_courses(cohort: pd.DataFrame) -> None:
    bars = waterfall(cohort, LIGHT).data[0]
    best = best_changes(cohort)
    assert list(bars.customdata) == [f"/s/{token}" for token in best["token"]]
    grey = [colour == LIGHT.persistent for colour in bars.marker.color]
    assert grey == [bool(value) for value in best["within_noise"]]


def test_order_of_rows_changes_nothing(cohort: pd.DataFrame) -> None:
    mixed = cohort.sample(frac=1.0, random_state=3)
    for chart in (waterfall, spider, swimmer):
        assert chart(cohort, LIGHT).to_json() == chart(mixed, LIGHT).to_json()


def test_nobody_selected_is_a_sentence(cohort: pd.DataFrame) -> None:
    none = selected(cohort, Selection(cancers=("breast",)))
    for chart in (waterfall, spider, swimmer):
        assert len(chart(none, LIGHT).layout.annotations) == 1


def test_untreated_patients_do_not_swim(cohort: pd.DataFrame) -> None:
    names = swimmer(cohort, LIGHT).layout.yaxis.ticktext
    assert "SIM-0008" not in names
    assert "SIM-0001" in names


def test_body_is_grey_within_noise_and_coloured_beyond(source: FakeSource) -> None:
    course = source.course("s-flare")
    states = region_states(course.tables["regions"], course.visits[-1].study_uid)
    assert fill_name(states["skull"]) == "quiet_fill"
    assert fill_name(states["lumbar_spine"]) == "cool_2"
    figure = body_map(fake_body.shapes(), states, LIGHT)
    fills = {trace.meta["region"]: trace.fillcolor for trace in figure.data}
    assert fills["lumbar_spine"] == LIGHT.cool_2
    assert fills["foot_left"] == LIGHT.surface


def test_back_is_shown_as_the_detector_saw_it(source: FakeSource) -> None:
    figure = body_map(fake_body.shapes(), {}, LIGHT)
    middles = {}
    for trace in figure.data[len(figure.data) // 2 :]:
        known = [x for x in trace.x if x is not None]
        middles[trace.meta["region"]] = sum(known) / len(known)
    assert middles["humerus_left"] < middles["humerus_right"]


def test_lesion_lines_use_the_view_in_which_they_stand_out(source: FakeSource) -> None:
    table = source.course("s-flare").tables["lesion_measurements"]
    once = strongest_view(table)
    assert not once.duplicated(["study_uid", "lesion_id"]).any()
    merged = once.merge(table.groupby(["study_uid", "lesion_id"])["significance"].max().reset_index(name="top"))
    assert (merged["significance"] == merged["top"]).all()


def test_unseen_lesions_are_drawn_open(source: FakeSource) -> None:
    figure = lesion_history(source.course("s-flare"), LIGHT)
    skull = next(trace for trace in figure.data if trace.meta["lesion"] == "L006")
    assert list(skull.marker.symbol) == ["circle-open", "circle", "circle", "circle-open", "circle-open", "circle-open"]


def test_labels_never_overlap_and_keep_their_order() -> None:
    places = spread({"a": 1.0, "b": 1.01, "c": 1.02, "d": 3.0}, 0.5)
    values = list(places.values())
    assert all(late - early >= 0.5 - 1e-9 for early, late in zip(values, values[1:], strict=False))
    assert list(places) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("chart", [waterfall, spider, swimmer])
def test_charts_tell_which_texts_name_a_patient(cohort: pd.DataFrame, chart: Callable[..., go.Figure]) -> None:
    figure = chart(cohort, LIGHT)
    names = figure.layout.meta["names"]
    written = [str(text) for trace in figure.data for text in (trace.hovertext if trace.hovertext is not None else ())]
    written += list(figure.layout.yaxis.ticktext or ())
    named = [text for text in written if "SIM-" in text]
    assert named
    assert all(text.split("<br>")[0] in names for text in named)
    assert not any(str(name) in token for name, token in names.items())
