"""Lesions keep their name through time, and fates say what happened."""

from dataclasses import replace

import numpy as np
import pytest
from scene import SETTINGS, Spot, visit

from tracker.lesions import follow, measure_everywhere
from tracker.records.foci import VisitFoci
from tracker.records.lesion import Fate, FollowedCourse, Kind

SPINE: Spot = (170.0, 100.0, 11.0, 1.5)
HIP: Spot = (205.0, 75.0, 12.0, 1.5)


def fates(course: FollowedCourse) -> list[dict[str, set[Fate]]]:
    return [
        {row.lesion_id: {r.fate for r in visit.lesions if r.lesion_id == row.lesion_id} for row in visit.lesions}
        for visit in course.visits
    ]


def planted(*spots: tuple[Spot, ...]) -> tuple[VisitFoci, ...]:
    return tuple(visit(90 * k, 10 + k, front=one, back=one) for k, one in enumerate(spots))


def _looking(visit: VisitFoci, odds: float) -> VisitFoci:
    """Return a visit whose foci look like lesions with some log odds, and nothing else does."""
    views = []
    for view in visit.views:
        evidence = np.full(view.view.counts.shape, -8.0, dtype=np.float32)
        for focus in view.foci:
            evidence[tuple(focus.pixels.T)] = odds
        views.append(replace(view, evidence=evidence))
    return replace(visit, views=tuple(views))


def test_a_story_of_persistent_new_and_resolved() -> None:
    course = follow(planted((SPINE,), (SPINE, HIP), (HIP,)), SETTINGS)
    assert fates(course) == [
        {"L001": {Fate.PERSISTENT}},
        {"L001": {Fate.PERSISTENT}, "L002": {Fate.NEW}},
        {"L001": {Fate.RESOLVED}, "L002": {Fate.PERSISTENT}},
    ]


@pytest.mark.parametrize(("odds_before", "fate"), [(-5.0, Fate.NEW), (-1.5, Fate.PERSISTENT)])
def test_a_place_that_looked_quiet_needs_less_of_a_rise(odds_before: float, fate: Fate) -> None:
    demanding = replace(SETTINGS, change_significance=99.0, sure_rise=99.0)
    visits = tuple(
        replace(
            one,
            views=tuple(
                replace(view, evidence=np.full(view.view.counts.shape, odds, dtype=np.float32)) for view in one.views
            ),
        )
        for one, odds in zip(planted((SPINE,), (SPINE, HIP)), (odds_before, 5.0), strict=True)
    )
    assert fates(follow(visits, demanding))[1]["L002"] == {fate}


@pytest.mark.parametrize(("odds_before", "names"), [(2.8, {"L001", "L002"}), (4.0, {"L001"})])
def test_a_sure_lesion_takes_the_place_of_a_doubtful_one_under_its_own_name(
    odds_before: float, names: set[str]
) -> None:
    faint, hot = planted(((*SPINE[:3], 0.8),), ((*SPINE[:3], 2.0),))
    visits = (_looking(faint, odds_before), _looking(hot, 8.0))
    assert set(fates(follow(visits, SETTINGS))[1]) == names


def _doubted(visit: VisitFoci, kind: Kind) -> VisitFoci:
    """Return a visit whose foci are called something else, with a reason."""
    views = tuple(
        replace(view, foci=tuple(replace(focus, kind=kind, kind_reason="at a joint") for focus in view.foci))
        for view in visit.views
    )
    return replace(visit, views=views)


@pytest.mark.parametrize(
    ("odds", "doubt", "kinds"),
    [
        (6.0, Kind.BENIGN, [Kind.LESION] * 3),
        (6.0, Kind.EQUIVOCAL, [Kind.LESION] * 3),
        (2.0, Kind.BENIGN, [Kind.BENIGN, Kind.BENIGN, Kind.LESION]),
        (6.0, Kind.PHYSIOLOGIC, [Kind.PHYSIOLOGIC, Kind.PHYSIOLOGIC, Kind.LESION]),
    ],
)
def test_what_one_visit_leaves_no_doubt_about_is_not_doubted_at_the_others(
    odds: float, doubt: Kind, kinds: list[Kind]
) -> None:
    first, second, third = planted((SPINE,), (SPINE,), (SPINE,))
    visits = (_looking(_doubted(first, doubt), 1.0), _looking(_doubted(second, doubt), 1.0), _looking(third, odds))
    course = follow(visits, SETTINGS)
    assert [{row.focus.kind for row in one.lesions} for one in course.visits] == [{kind} for kind in kinds]
    if kinds[0] is Kind.LESION:
        assert {"other visits leave no doubt here (at a joint)"} == {
            row.focus.kind_reason for one in course.visits[:2] for row in one.lesions
        }


def test_no_doubt_takes_a_lesion_back() -> None:
    first, second, third = planted((SPINE,), (SPINE,), (SPINE,))
    doubted = tuple(_looking(_doubted(one, Kind.BENIGN), 1.0) for one in (second, third))
    course = follow((_looking(first, 2.0), *doubted), SETTINGS)
    assert [{row.focus.kind for row in one.lesions} for one in course.visits] == [
        {Kind.LESION},
        {Kind.BENIGN},
        {Kind.BENIGN},
    ]


def test_without_evidence_every_visit_keeps_its_own_word() -> None:
    first, second = planted((SPINE,), (SPINE,))
    course = follow((_doubted(first, Kind.BENIGN), second), SETTINGS)
    assert [{row.focus.kind for row in one.lesions} for one in course.visits] == [{Kind.BENIGN}, {Kind.LESION}]


def test_both_views_of_a_lesion_are_one_lesion() -> None:
    (first,) = follow(planted((SPINE, HIP)), SETTINGS).visits
    assert [(row.lesion_id, row.focus.projection) for row in first.lesions] == [
        ("L001", "ANTERIOR"),
        ("L001", "POSTERIOR"),
        ("L002", "ANTERIOR"),
        ("L002", "POSTERIOR"),
    ]


def test_reappearing_is_persistent_and_resolved_is_said_once() -> None:
    course = follow(planted((SPINE,), (), (), (SPINE,)), SETTINGS)
    assert fates(course) == [
        {"L001": {Fate.PERSISTENT}},
        {"L001": {Fate.RESOLVED}},
        {},
        {"L001": {Fate.PERSISTENT}},
    ]


def test_order_of_loading_changes_nothing() -> None:
    visits = planted((SPINE,), (SPINE, HIP), (HIP,))
    assert fates(follow(visits, SETTINGS)) == fates(follow(visits[::-1], SETTINGS))


def test_every_lesion_is_measured_at_every_visit() -> None:
    visits = planted((SPINE,), (SPINE, HIP), (HIP,))
    rows = measure_everywhere(follow(visits, SETTINGS), visits, SETTINGS)
    assert len(rows) == 2 * 2 * 3
    hip = [row for row in rows if row.lesion_id == "L002" and row.projection == "ANTERIOR"]
    assert [row.detected for row in hip] == [False, True, True]
    assert hip[0].high is not None
    assert hip[1].low is not None
    assert hip[0].high < hip[1].low
    assert hip[0].significance < 3 < hip[1].significance


def test_a_lesion_that_a_visit_shows_elsewhere_is_measured_there() -> None:
    row_mm, col_mm, radius_mm, contrast = SPINE
    visits = planted((SPINE,), ((row_mm + 6.0, col_mm, radius_mm, contrast),))
    rows = measure_everywhere(follow(visits, SETTINGS), visits, SETTINGS)
    first, second = (row for row in rows if row.projection == "ANTERIOR")
    assert first.lesion_id == second.lesion_id
    assert first.uptake_ratio is not None
    assert second.uptake_ratio == pytest.approx(first.uptake_ratio, rel=0.1)


def test_the_interval_of_a_lesion_is_no_narrower_than_unchanged_lesions_vary() -> None:
    visits = planted((SPINE,))
    for row in measure_everywhere(follow(visits, SETTINGS), visits, SETTINGS):
        assert row.uptake_ratio is not None
        assert row.high is not None
        assert row.high / row.uptake_ratio - 1 >= 1.96 * SETTINGS.repeat_sd
