"""The story: the main job on the shipped studies reaches the verdicts that were planted."""

from pathlib import Path

import pytest

from tests.golden.conftest import HELD, SAMPLES, TRUTH, patient, scans
from tracker.exports.folder import write_results
from tracker.pipeline import Request, track_report
from tracker.records.course import Course, TrackReport


def _course(report: TrackReport, scenario: str) -> Course:
    return next(one for one in report.courses if one.patient_id == patient(scenario))


@pytest.mark.parametrize("scenario", HELD)
def test_the_verdict_is_the_planted_one(report: TrackReport, scenario: str) -> None:
    course = _course(report, scenario)
    headline = course.response.headline
    assert headline.verdict is not None, headline.sentence
    assert headline.verdict.value == TRUTH[course.patient_id]["verdict"], headline.sentence


def test_flare_is_called_possible_on_the_day(report: TrackReport) -> None:
    course = _course(report, "flare_response")
    early = [one for one in course.response.visits if one.position.window and one.position.window.value == "early"]
    assert early
    assert any(one.flare.provisional_status.value == "possible" for one in early)


def test_every_visit_is_evaluable(report: TrackReport) -> None:
    for course in report.courses:
        for visit in course.timepoints:
            assert visit.evaluable, (course.patient_id, visit.study_date, visit.not_evaluable_reason)


def test_tables_are_byte_identical_on_a_second_run_in_another_order(report: TrackReport, tmp_path: Path) -> None:
    again = track_report(Request(paths=scans(*HELD)[::-1], context=SAMPLES), workers=2)
    first, second = tmp_path / "first", tmp_path / "second"
    for given, folder in ((report, first), (again, second)):
        write_results(given, folder)
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
