"""The story: the main job on the shipped studies reaches the verdicts that were planted."""

import csv
from pathlib import Path

import pytest

from tests.golden.conftest import HELD, SAMPLES, TRUTH, patient, scans
from tracker.archive.assess_tables import assess_files
from tracker.exports.folder import write_results
from tracker.pipeline import Request, track_report
from tracker.records.course import Course, TrackReport
from tracker.settings.response import ResponseSettings


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


def _statuses(path: Path) -> list[tuple[str, ...]]:
    names = ("patient_id", "study_date", "provisional_status", "final_status", "progression_date")
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            tuple(row[name] for name in names) for row in csv.DictReader(stream) if row["criterion"] == "PCWG3_2016"
        ]


def test_the_rules_alone_say_the_same_of_the_written_tables(report: TrackReport, tmp_path: Path) -> None:
    write_results(report, tmp_path)
    lesions, visits, own = tmp_path / "lesions.csv", tmp_path / "timepoints.csv", tmp_path / "own.csv"
    assess_files(lesions, visits, SAMPLES / "treatments.csv", SAMPLES, own, settings=ResponseSettings())
    assert _statuses(own) == _statuses(tmp_path / "assessments.csv")


def test_regions_and_lesions_carry_their_flare(report: TrackReport) -> None:
    frames = _course(report, "flare_response").to_frames()
    new = frames["lesions"].query("fate == 'new' and kind == 'lesion' and visit_number == 2")
    assert len(new)
    assert (new["flare_status"] != "not_applicable").all()
    known = frames["regions"].query("visit_number > 1 and level == 'whole'")["flare_status"]
    assert set(known) <= {"not_applicable", "possible", "confirmed", "progression", "undetermined"}
    settled = frames["timepoints"].query("flare_status == 'confirmed'")
    assert (settled["flare_peak_low_day"] < settled["flare_peak_high_day"]).all()


def test_tables_are_byte_identical_on_a_second_run_in_another_order(report: TrackReport, tmp_path: Path) -> None:
    again = track_report(Request(paths=scans(*HELD)[::-1], context=SAMPLES), workers=2)
    first, second = tmp_path / "first", tmp_path / "second"
    for given, folder in ((report, first), (again, second)):
        write_results(given, folder)
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
