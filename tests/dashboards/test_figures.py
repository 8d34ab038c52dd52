"""Figures are functions of tables: what is drawn is what the tables say."""

from dataclasses import replace

import pytest

from dashboards.figures.burden import board_trend, burden_points
from dashboards.figures.canvas import plain
from dashboards.figures.lesion_counts import fate_counts
from dashboards.figures.time_axis import span
from dashboards.figures.timeline import timeline
from dashboards.theme import DARK, LIGHT, Palette
from tests.dashboards.fake_tables import START, Plan
from tests.dashboards.fakes import PLANS, FakeSource
from tracker.records.assessment import Verdict


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
