"""Decision stability: a repeated stage gives what a run from the start gives; what changes a verdict is named."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tracker.archive.context_tables import read_context
from tracker.archive.course_tables import course_frames
from tracker.archive.summary import summary_of
from tracker.cli import track as track_command
from tracker.cli.main import app
from tracker.dicom import read_studies
from tracker.errors import SkeletonError
from tracker.exports.report import report_html
from tracker.pipeline import Request, stability, track_patient
from tracker.pipeline.course import in_order
from tracker.pipeline.stages import Stages, run_again, run_stages
from tracker.records.context import Context
from tracker.records.course import Course, TrackReport
from tracker.records.reference import ReferenceName
from tracker.records.study import Study
from tracker.settings.stability import VARIANTS, Variant, variant_settings
from tracker.settings.whole import Settings

SAMPLES = Path(__file__).resolve().parents[2] / "sample_studies"
PATIENT = "SIM-PROGRESSION-0503"

HARMLESS = Variant(
    name="burden_hidden_gap_mm_10.0",
    family="masks",
    text="bone is measured nearer to the bladder",
    values={"burden": {"hidden_gap_mm": 10.0}},
)
BLIND = Variant(
    name="lesions_find_odds_60.0",
    family="thresholds",
    text="nothing is found",
    values={"lesions": {"find_odds": 60.0}},
)


@pytest.fixture(scope="module")
def studies() -> tuple[Study, ...]:
    files = sorted((SAMPLES / PATIENT).glob("*.dcm"))
    return in_order(read_studies((files[0], files[-1]), Settings().dicom).studies)


@pytest.fixture(scope="module")
def context() -> Context:
    return read_context(SAMPLES, treatments=None).of(PATIENT)


@pytest.fixture(scope="module")
def stages(studies: tuple[Study, ...]) -> Stages:
    return run_stages(studies, Settings())


@pytest.fixture(scope="module")
def course(studies: tuple[Study, ...], context: Context) -> Course:
    return track_patient(studies, context, Settings(), ReferenceName.BASELINE, (HARMLESS, BLIND))


def test_untouched_stages_are_taken_over(studies: tuple[Study, ...], stages: Stages) -> None:
    again = run_again(studies, variant_settings(Settings(), HARMLESS), stages)
    assert again.measured is stages.measured
    blind = run_again(studies, variant_settings(Settings(), BLIND), stages)
    assert blind.placed is stages.placed
    assert blind.first is stages.first
    assert blind.measured is not stages.measured


def test_a_repeated_stage_gives_what_a_run_from_the_start_gives(studies: tuple[Study, ...], stages: Stages) -> None:
    settings = variant_settings(Settings(), next(one for one in VARIANTS if one.name == "intensity_method_soft_tissue"))
    quick, slow = run_again(studies, settings, stages).measured, run_stages(studies, settings).measured
    assert [one.counts_per_mm2 for visit in quick.normalisers for one in visit] == [
        one.counts_per_mm2 for visit in slow.normalisers for one in visit
    ]
    assert [(one.lesion_id, one.uptake_ratio) for one in quick.measurements] == [
        (one.lesion_id, one.uptake_ratio) for one in slow.measurements
    ]


def test_what_changes_the_verdict_is_named_everywhere(course: Course) -> None:
    assert course.stability is not None
    (firm,) = course.stability.verdicts
    assert course.response.headline.verdict is not None
    assert (firm.held, firm.total) == (1, 2)
    assert [one.variant for one in firm.others] == [BLIND.name]
    assert firm.others[0].answer != course.response.headline.verdict.value
    row = course.to_frames()["timepoints"].iloc[-1]
    assert (row["stability_held"], row["stability_of"]) == (1, 2)
    assert row["stability_changed_by"].startswith("nothing is found: ")
    summary = summary_of(course, "token")
    assert summary["headlines"][-1]["settings_stability"]["held"] == 1
    assert "Holds in 1 of 2 settings" in report_html(course)
    statuses = course.to_frames()["assessments"]
    assert set(statuses["stability_of"]) == {2}
    pcwg3 = statuses[statuses["criterion"] == "PCWG3_2016"].iloc[0]
    assert pcwg3["stability_held"] == 1


def test_a_reference_visit_has_no_verdict_to_examine(course: Course) -> None:
    row = course.to_frames()["timepoints"].iloc[0]
    assert row.isna()["stability_held"]
    assert row["stability_changed_by"] == ""


def test_a_variant_that_cannot_run_is_named_and_does_not_hold(
    monkeypatch: pytest.MonkeyPatch, studies: tuple[Study, ...], stages: Stages, course: Course, context: Context
) -> None:
    def refused(*_: object) -> Stages:
        raise SkeletonError("the image holds no counts")

    monkeypatch.setattr(stability, "run_again", refused)
    known = (context, ReferenceName.BASELINE, (HARMLESS,))
    found = stability.course_stability(studies, stages, course.response, known)
    assert found is not None
    assert found.verdicts[0].held == 0
    assert found.verdicts[0].others[0].answer == "cannot be run: the image holds no counts"
    assert {one.held for one in found.statuses} == {0}


def test_nothing_is_said_where_nothing_was_examined(
    studies: tuple[Study, ...], stages: Stages, course: Course, context: Context
) -> None:
    known = (context, ReferenceName.BASELINE, ())
    assert stability.course_stability(studies, stages, course.response, known) is None
    plain = replace(course, stability=None)
    tables = course_frames(plain)
    assert tables["timepoints"]["stability_held"].isna().all()
    assert "settings" not in report_html(replace(plain, tables=tables)).split("<h2>Scans</h2>")[0]


@pytest.mark.parametrize(("flags", "expected"), [((), ()), (("--stability",), VARIANTS)])
def test_the_flag_asks_for_the_declared_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flags: tuple[str, ...], expected: tuple[Variant, ...]
) -> None:
    asked: list[Request] = []

    def noted(request: Request, **_: object) -> TrackReport:
        asked.append(request)
        return TrackReport(courses=())

    monkeypatch.setattr(track_command, "track_report", noted)
    CliRunner().invoke(app, ["track", str(SAMPLES), "--out", str(tmp_path), *flags])
    assert [request.variants for request in asked] == [expected]
