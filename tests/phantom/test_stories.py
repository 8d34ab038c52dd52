"""Trajectories of lesions, and what is known beside the images."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.phantom import Mimic, Scenario, SimulatedCourse, simulate_course
from tracker.phantom.scenarios import Plan, plan, verdict
from tracker.records.lesion import Kind
from tracker.settings.phantom import Camera


def story(scenario: Scenario, seed: int, visits: int = 5) -> Plan:
    return plan(scenario, visits, None, np.random.default_rng(seed))


def excess(found: Plan) -> np.ndarray:
    return np.array([[state.contrast - 1 for state in curve] for curve in found.curves])


@given(st.sampled_from(list(Scenario)), st.integers(1, 99), st.integers(1, 7))
def test_visits_are_as_far_apart_as_in_a_trial(scenario: Scenario, seed: int, visits: int) -> None:
    found = story(scenario, seed, visits)
    assert len(found.days) == visits
    assert found.days[0] < 0
    if visits > 1:
        assert 56 <= found.days[1] <= 91
    assert (np.diff(found.days[1:]) >= 56).all()
    assert (np.diff(found.days[1:]) <= 84).all()
    assert (excess(found) >= 0).all()
    assert excess(found).max() <= 9.0


@given(st.integers(1, 99))
def test_a_flare_rises_early_and_falls_back(seed: int) -> None:
    found = story(Scenario.FLARE_RESPONSE, seed, 6)
    known = excess(found)[[curve[0].present for curve in found.curves]]
    fresh = excess(found)[[not curve[0].present for curve in found.curves]]
    assert (known[:, 1] > 1.1 * known[:, 0]).all()
    late = found.days >= 182
    assert (known[:, late] < known[:, [0]]).all()
    assert 2 <= len(fresh) <= 6
    assert (fresh[:, 1] > 1).all()
    assert (fresh[:, late] < 0.15 * fresh[:, [1]]).all()


@given(st.integers(1, 99))
def test_progression_brings_two_new_lesions_and_two_more(seed: int) -> None:
    for scenario in (Scenario.PROGRESSION, Scenario.FLARE_PROGRESSION):
        there = excess(story(scenario, seed)) > 0
        first = there.argmax(axis=1)
        assert all((first == visit).sum() >= 2 for visit in range(1, 5))


@given(st.integers(1, 99))
def test_nothing_changes_in_a_repeat(seed: int) -> None:
    for scenario in (Scenario.REPEAT, Scenario.NOT_COMPARABLE):
        found = excess(story(scenario, seed))
        assert (found == found[:, [0]]).all()


@given(st.integers(1, 99))
def test_one_new_lesion_and_no_more(seed: int) -> None:
    there = excess(story(Scenario.SINGLE_NEW, seed)) > 0
    assert (~there[:, 0]).sum() == 1


@given(st.integers(1, 99))
def test_a_response_fades(seed: int) -> None:
    found = story(Scenario.RESPONSE, seed)
    assert (np.diff(excess(found), axis=1) < 0).all()
    assert verdict(Scenario.RESPONSE, found.curves) == "improved"


def test_a_mixed_course_is_judged_by_its_sum() -> None:
    fading, rising = (story(scenario, 1).curves for scenario in (Scenario.RESPONSE, Scenario.PROGRESSION))
    assert verdict(Scenario.MIXED, fading) == "improved"
    assert verdict(Scenario.MIXED, fading + rising) == "stable"


def test_a_course_needs_a_visit() -> None:
    with pytest.raises(ValueError, match="at least one visit"):
        story(Scenario.STABLE, 1, 0)


def test_benign_findings_are_planted_and_recorded(camera: Camera) -> None:
    mimics = (Mimic.RIB_FRACTURE, Mimic.HIP_PROSTHESIS, Mimic.WORN_JOINT)
    course = simulate_course("stable", 8, visits=1, known_lesions=0, mimics=mimics, camera=camera)
    kinds = {lesion.kind: lesion for lesion in course.lesions}
    assert set(kinds) == {Kind.BENIGN, Kind.COLD}
    assert [event.kind.value for event in course.context.events] == ["surgery", "fracture"]
    cold = [found for found in course.visits[0].truth("ANTERIOR").lesions if found.kind is Kind.COLD]
    assert cold[0].excess_counts < 0


def test_markers_follow_the_story(course: SimulatedCourse) -> None:
    for test in {row.test for row in course.context.labs} - {"ALP"}:
        values = [row.value for row in course.context.labs if row.test == test]
        assert values[-1] < 0.6 * values[0]
    assert course.context.lines[0].start_date == course.treatment_start


def test_the_same_seed_gives_the_same_course(course: SimulatedCourse, camera: Camera) -> None:
    again = simulate_course("flare_response", 5, visits=3, known_lesions=4, mimics=(), camera=camera)
    assert again.lesions == course.lesions
    assert again.context == course.context
    for first, second in zip(course.studies, again.studies, strict=True):
        assert first.study_uid == second.study_uid
        for view, other in zip(first.views, second.views, strict=True):
            assert np.array_equal(view.counts, other.counts)
