"""What holds for every input: order, place, locale and time zone of reading change nothing; dates and pairs agree."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dicom.made import body, visit
from tracker.dicom import Layout, read_studies, uid_of, write_study
from tracker.dicom.acquisition import activity_mbq
from tracker.dicom.body_pose import mirror_margin
from tracker.dicom.examiner import Examiner
from tracker.dicom.header import Tracer
from tracker.dicom.header_reader import name_digest
from tracker.dicom.moments import parse_date, parse_datetime, parse_time, uptake_time_h
from tracker.dicom.read import read_with
from tracker.records.study import ReadReport
from tracker.records.view import Orientation, Projection, View
from tracker.settings.dicom import ReadingSettings

SETTINGS = ReadingSettings()
PRINT_REPORT = """
import sys
from tracker.dicom import read_studies
report = read_studies(sys.argv[1:])
for study in report.studies:
    print(study.patient_id, study.study_uid, study.acquired_at, study.acquisition, study.notices, study.files)
    print([(view.projection, view.orientation, view.evidence, view.total_counts) for view in study.views])
print(report.rejected)
"""


def course(folder: Path) -> Path:
    """Three visits as separate objects, one text, one copy."""
    for number in range(3):
        views = tuple(
            View(
                projection=side,
                counts=body(side, seed=10 * number + index),
                spacing_mm=(9.6, 9.0),
                orientation=Orientation(patient_left_first=bool(index)),
            )
            for index, side in enumerate(Projection)
        )
        moment = datetime(2024, 1 + number, 5, 9, 30)  # noqa: DTZ001
        study = visit(views=views, study_uid=uid_of("P1", str(number)), study_date=moment.date(), acquired_at=moment)
        write_study(study, folder, Layout.SEPARATE)
    (folder / "notes.txt").write_text("nothing to see\n", encoding="utf-8")
    first = min(folder.glob("*.dcm"))
    (folder / "copy.dcm").write_bytes(first.read_bytes())
    return folder


def words(report: ReadReport) -> list[object]:
    return [
        *((study.study_uid, study.notices, study.acquisition, study.clues) for study in report.studies),
        *((view.projection, view.evidence, view.counts.sum()) for study in report.studies for view in study.views),
        *sorted(file.sha256 for study in report.studies for file in study.files),
        *sorted((file.code, file.reason.split(" as ")[0]) for file in report.rejected),
    ]


def test_the_order_and_names_of_files_change_nothing(tmp_path: Path, examiner: Examiner) -> None:
    folder = course(tmp_path / "a")
    other = tmp_path / "b"
    other.mkdir()
    for number, path in enumerate(sorted(folder.iterdir(), reverse=True)):
        (other / f"{number:02d}").write_bytes(path.read_bytes())
    reports = [read_with(examiner, [given], SETTINGS) for given in (folder, other)]
    assert words(reports[0]) == words(reports[1])
    singly = read_with(examiner, sorted(folder.iterdir(), reverse=True), SETTINGS)
    assert words(singly) == words(reports[0])


def test_every_file_is_accounted_for_once(tmp_path: Path, examiner: Examiner) -> None:
    folder = course(tmp_path)
    report = read_with(examiner, [folder, folder, folder / "notes.txt"], SETTINGS)
    named = [file.path for study in report.studies for file in study.files] + [file.path for file in report.rejected]
    assert sorted(named) == sorted(path.name for path in folder.iterdir())
    assert {file.code for file in report.rejected} == {"NOT_DICOM", "DUPLICATE"}


@pytest.mark.parametrize(("zone", "locale"), [("America/Caracas", "C"), ("Asia/Kathmandu", "de_DE.UTF-8")])
def test_time_zone_and_locale_change_nothing(tmp_path: Path, zone: str, locale: str) -> None:
    folder = course(tmp_path)
    said = [
        subprocess.run(
            [sys.executable, "-c", PRINT_REPORT, str(folder)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, **extra},
        ).stdout
        for extra in ({}, {"TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": "7"})
    ]
    assert said[0] == said[1]
    assert said[0].count("anterior by view code") == 3


def test_reading_nothing_gives_nothing() -> None:
    report = read_studies([])
    assert (report.studies, report.rejected) == ((), ())


@given(st.dates())
def test_dates_come_back(day: object) -> None:
    assert parse_date(f"{day:%Y}".rjust(4, "0") + f"{day:%m%d}") == day


@given(st.text(max_size=20))
def test_no_text_breaks_dates_and_times(text: str) -> None:
    parse_date(text)
    parse_time(text)
    parse_datetime(text)
    name_digest(text)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), st.integers(1, 23 * 60 + 59))  # noqa: DTZ001
def test_an_uptake_time_under_a_day_is_found_from_the_clock_alone(moment: datetime, minutes: int) -> None:
    moment = moment.replace(second=0, microsecond=0)
    clock = (moment - timedelta(minutes=minutes)).strftime("%H%M%S")
    found = uptake_time_h(Tracer(start_time=clock), moment, SETTINGS)
    assert found == (None if clock == "000000" else pytest.approx(minutes / 60))


@given(st.floats(50, 3000))
def test_activity_is_the_same_in_both_units(mbq: float) -> None:
    assert activity_mbq(mbq, SETTINGS) == mbq
    assert activity_mbq(mbq * 1e6, SETTINGS) == pytest.approx(mbq)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Doe^John", "DOE^JOHN", True),
        ("Doe^John^A^Dr", "doe^john", True),
        ("Müller^Jörg", "MULLER^JORG", True),
        ("O'Neil^Ann Mary", "ONEIL^ANN", False),
        ("Doe^John", "Doe^Jane", False),
        ("Yamada^Tarou=山田^太郎", "YAMADA^TAROU", True),
    ],
)
def test_spellings_of_one_name(one: str, other: str, *, same: bool) -> None:
    assert (name_digest(one) == name_digest(other)) is same
    assert name_digest("") == name_digest("^^") == ""


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31), st.floats(0.6, 1.6))
def test_left_and_right_survive_every_lie(seed: int, scale: float) -> None:
    front, back = body(Projection.ANTERIOR, seed), scale * body(Projection.POSTERIOR, seed + 1)
    assert mirror_margin(front, back) > 0.3
    assert mirror_margin(front, back[:, ::-1]) < -0.3
    assert mirror_margin(front, back) == pytest.approx(mirror_margin(back, front), abs=1e-9)
