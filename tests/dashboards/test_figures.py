"""Figures are functions of tables: what is drawn is what the tables say."""

from dataclasses import replace

import plotly.graph_objects as go
import pytest

from dashboards.figures.burden import board_trend, burden_points
from dashboards.figures.canvas import plain
from dashboards.figures.lesion_counts import fate_counts
from dashboards.figures.status_row import AS_IT_BECAME, ON_THE_DAY
from dashboards.figures.time_axis import LABEL_SHARE, labelled_days, span
from dashboards.figures.timeline import timeline
from dashboards.theme import DARK, LIGHT, Palette
from tests.dashboards.fake_tables import START, Plan
from tests.dashboards.fakes import PLANS, FakeSource
from tracker.records.assessment import Verdict
from tracker.records.comparability import Comparability, Comparable


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.token)
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_timeline_draws_every_course(plan: Plan, palette: Palette) -> None:
    figure = timeline(FakeSource().course(plan.token), palette)
    assert figure.layout.paper_bgcolor == palette.surface
    assert len(figure.data) >= 7


def test_burden_is_the_table(source: FakeSource) -> None:
    points = burden_points(source.course("s-flare"))
    assert [point.value for point in points] == [PLANS[0].burden(index) for index in range(6)]
    assert points[1].verdict is Verdict.UNCONFIRMED
    assert points[1].status_words == "PDu → NON-PD"


def test_change_leaves_the_noise_band_exactly_where_its_interval_excludes_zero(source: FakeSource) -> None:
    for plan in PLANS:
        for point in burden_points(source.course(plan.token)):
            if point.noise_low is None or point.value is None:
                continue
            inside = point.noise_low <= point.value <= point.noise_high
            assert inside == point.within_noise


def test_lesion_seen_in_two_views_counts_once(source: FakeSource) -> None:
    course = source.course("s-flare")
    counts = fate_counts(course.tables["lesions"])
    points = course.tables["timepoints"].set_index("study_uid")
    for uid, row in counts.iterrows():
        assert row["new"] + row["persistent"] + row["split"] == points.loc[uid, "lesion_count"]
        assert row["new"] == points.loc[uid, "new_lesion_count"]


def test_bone_protection_does_not_start_the_clock(source: FakeSource) -> None:
    assert span(source.course("s-flare")).treatment_start == START


def test_untreated_course_has_no_bands(source: FakeSource) -> None:
    figure = timeline(source.course("s-untreated"), LIGHT)
    assert not [shape for shape in figure.layout.shapes if shape.fillcolor]


def test_names_from_files_are_text(source: FakeSource) -> None:
    course = source.course("s-flare")
    evil = "<a href='javascript:alert(1)'>x</a>"
    treatments = course.tables["treatments"].assign(agent=evil)
    figure = timeline(replace(course, tables={**course.tables, "treatments": treatments}), LIGHT)
    written = [note.text for note in figure.layout.annotations]
    written += [text for trace in figure.data for text in (trace.text, trace.hovertext) if text]
    assert any(plain(evil) in str(text) for text in written)
    assert not any("<a" in str(text) for text in written)


def test_board_trend_is_legible_at_three_metres(source: FakeSource) -> None:
    assert board_trend(source.course("s-flare"), LIGHT).layout.font.size >= 32


def _marks(figure: go.Figure, place: float) -> list[tuple[str, str]]:
    """Return shape and words of one lane of the status row."""
    lanes = [trace for trace in figure.data if trace.meta == {"visit": True} and trace.y and set(trace.y) == {place}]
    (lane,) = [trace for trace in lanes if trace.type == "scatter"]
    return list(zip(lane.marker.symbol, (text.strip() for text in lane.text), strict=True))


def test_status_on_the_day_is_open_and_what_it_became_is_filled(source: FakeSource) -> None:
    figure = timeline(source.course("s-worse"), LIGHT)
    assert _marks(figure, ON_THE_DAY)[1:3] == [("diamond-open", "PDu"), ("triangle-up-open", "PD")]
    assert _marks(figure, AS_IT_BECAME)[1:3] == [("triangle-up", "PD"), ("triangle-up", "PD")]


def test_days_on_which_a_visit_was_to_be_settled_are_drawn(source: FakeSource) -> None:
    course = source.course("s-flare")
    drawn = [trace for trace in timeline(course, LIGHT).data if trace.meta and "settle" in trace.meta]
    windows = {trace.meta["settle"]: tuple(trace.x) for trace in drawn}
    wanted = {
        visit.token: (line.next_scan_from, line.next_scan_to)
        for visit, line in zip(course.visits, course.headlines, strict=True)
        if line.next_scan_from
    }
    assert windows == wanted
    assert windows


@pytest.mark.parametrize(("token", "words"), [("s-refused", "settling scan"), ("s-flare", "next scan")])
def test_next_scan_is_framed_and_named(source: FakeSource, token: str, words: str) -> None:
    course = source.course(token)
    figure = timeline(course, LIGHT)
    assert course.next_scan is not None
    frames = [shape for shape in figure.layout.shapes if shape.line.dash == "dot"]
    assert {(shape.x0, shape.x1) for shape in frames} == {(course.next_scan.due_from, course.next_scan.due_to)}
    assert words in [note.text for note in figure.layout.annotations]
    assert figure.layout.xaxis.range[1] > course.next_scan.due_to


def test_dates_under_the_axis_never_touch_and_the_last_is_there(source: FakeSource) -> None:
    course = source.course("s-forty")
    days, extent = [visit.study_date for visit in course.visits], span(course)
    kept = labelled_days(days, extent)
    assert kept[-1] == days[-1]
    least = (extent.last - extent.first) * LABEL_SHARE
    assert all(later - early >= least for early, later in zip(kept, kept[1:], strict=False))
    assert labelled_days(days[:1], extent) == days[:1]


def test_names_of_laboratory_values_do_not_overlap(source: FakeSource) -> None:
    notes = {note.text: note.y for note in timeline(source.course("s-flare"), LIGHT).layout.annotations}
    assert notes["PSA"] != notes["ALP"]


def test_visit_that_cannot_be_compared_is_hollow(source: FakeSource) -> None:
    course = source.course("s-worse")
    visits = (*course.visits[:-1], replace(course.visits[-1], comparability=Comparability(verdict=Comparable.NO)))
    figure = board_trend(replace(course, visits=visits), LIGHT)
    (marks,) = [trace for trace in figure.data if trace.mode == "markers"]
    assert [symbol.endswith("-open") for symbol in marks.marker.symbol] == [False] * 4 + [True]


@pytest.mark.parametrize("token", ["s-flare", "s-forty", "s-front"])
def test_every_mark_of_a_visit_names_it(source: FakeSource, token: str) -> None:
    course = source.course(token)
    known = {visit.token for visit in course.visits}
    for trace in timeline(course, LIGHT).data:
        if trace.meta == {"visit": True}:
            assert {str(row if isinstance(row, str) else row[0]) for row in trace.customdata} <= known


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_every_axis_with_numbers_has_a_unit(source: FakeSource, palette: Palette) -> None:
    figure = timeline(source.course("s-flare"), palette)
    titles = [axis.title.text for axis in figure.select_yaxes() if axis.visible is not False and not axis.ticktext]
    assert titles == ["scan index, %", "lesions", "% of first"]
