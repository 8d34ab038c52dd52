"""Whatever is typed or missing ends as one plain sentence with a stable code, never as a traceback."""

import errno
import sys
from pathlib import Path

import pytest
from rich.console import Console

from tracker.cli.main import run
from tracker.cli.progress import say_verdicts
from tracker.errors import InputError
from tracker.records.course import TrackReport
from tracker.records.study import RejectedFile

HEADER = "patient_id,start_date,end_date,agent,therapy_class\n"


def _said(capsys: pytest.CaptureFixture[str], *arguments: str, debug: bool = False) -> tuple[int, str, str]:
    """Exit status, first line and everything said on standard error."""
    status = run([str(argument) for argument in arguments], debug=debug)
    errors = capsys.readouterr().err
    lines = [line for line in errors.splitlines() if line.strip()]
    return status, lines[0] if lines else "", errors


@pytest.mark.parametrize(
    ("arguments", "code", "status"),
    [
        (("track", "{tmp}/none", "--out", "{tmp}/out"), "USAGE", 2),
        (("track", "{tmp}/empty", "--out", "{tmp}/out", "--reference", "best"), "USAGE", 2),
        (("track", "{tmp}/empty"), "USAGE", 2),
        (("track", "{tmp}/empty", "--out", "{tmp}/out"), "NOTHING_USABLE", 1),
        (("track", "{tmp}/empty", "--out", "{tmp}/a_file"), "OUT_UNWRITABLE", 1),
        (("track", "{tmp}/empty", "--out", "{tmp}/out", "--context", "{tmp}/bad_date"), "TABLE", 1),
        (("track", "{tmp}/empty", "--out", "{tmp}/out", "--context", "{tmp}/bad_bytes"), "TABLE", 1),
        (("track", "{tmp}/empty", "--out", "{tmp}/out", "--settings", "{tmp}/broken.toml"), "SETTINGS", 1),
        (("track", "{tmp}/empty", "--out", "{tmp}/out", "--settings", "{tmp}/unknown.toml"), "SETTINGS", 1),
        (("export", "trends", "--archive", "{tmp}/empty", "--out", "{tmp}/out"), "NOT_AN_ARCHIVE", 1),
        (("export", "sr", "--archive", "{tmp}/empty", "--out", "{tmp}/out"), "NOT_BUILT", 1),
        (("export", "nonsense", "--archive", "{tmp}/empty", "--out", "{tmp}/out"), "USAGE", 2),
        (("verify", "--archive", "{tmp}/empty"), "NOT_AN_ARCHIVE", 1),
        (("serve", "--archive", "{tmp}/empty", "--host", "0.0.0.0"), "SERVE_HOST", 1),
        (("listen",), "NOT_BUILT", 1),
        (("listen", "--port", "11112"), "NOT_BUILT", 1),
        (("fetch", "--url", "https://pacs.example/dicomweb"), "NOT_BUILT", 1),
        (("simulate", "--out", "{tmp}/made", "--scenario", "nope"), "USAGE", 2),
        (("nonsense",), "USAGE", 2),
    ],
)
def test_one_sentence_with_a_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: str, status: int
) -> None:
    for name in ("empty", "bad_date", "bad_bytes"):
        (tmp_path / name).mkdir()
    (tmp_path / "a_file").write_text("in the way")
    (tmp_path / "bad_date" / "treatments.csv").write_text(HEADER + "P1,2024-13-01,,x,chemotherapy\n")
    (tmp_path / "bad_bytes" / "treatments.csv").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "broken.toml").write_text("a = [")
    (tmp_path / "unknown.toml").write_text("[lesions]\nnonsense = 3\n")
    found, first, errors = _said(capsys, *(argument.replace("{tmp}", str(tmp_path)) for argument in arguments))
    assert found == status
    assert first.startswith(f"{code}: ")
    assert "Traceback" not in errors
    assert "Value error" not in errors


def test_a_bad_table_names_row_and_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "treatments.csv").write_text(HEADER + "P1,soon,,x,chemotherapy\n")
    _, first, _ = _said(capsys, "track", str(tmp_path), "--out", str(tmp_path / "o"), "--context", str(tmp_path))
    assert "treatments.csv row 2, column start_date" in first


def test_a_folder_that_is_no_archive_stays_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "verify", "--archive", str(tmp_path))[0] == 1
    assert list(tmp_path.iterdir()) == []


def test_assess_makes_the_folder_of_its_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lesions.csv").write_text("patient_id,study_date,lesion_id\nP1,2024-01-04,a\nP1,2024-03-04,a\n")
    (tmp_path / "treatments.csv").write_text(HEADER + "P1,2024-01-08,,x,chemotherapy\n")
    out = tmp_path / "made" / "assessments.csv"
    given = ("--lesions", str(tmp_path / "lesions.csv"), "--treatments", str(tmp_path / "treatments.csv"))
    assert _said(capsys, "assess", *given, "--out", str(out))[0] == 0
    assert out.read_text().startswith("patient_id,study_date,study_uid,criterion,")


def test_a_surprise_is_one_sentence_too_and_a_traceback_with_debug(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def surprise(*_: object, **__: object) -> None:
        raise ZeroDivisionError("nobody thought of this")

    monkeypatch.setattr(sys.modules["tracker.cli.main"], "app", surprise)
    status, first, errors = _said(capsys, "rules")
    assert (status, "Traceback" in errors) == (1, False)
    assert first.startswith("UNEXPECTED: something unexpected happened (ZeroDivisionError")
    _, first, errors = _said(capsys, "rules", debug=True)
    assert first.startswith("Traceback")
    assert "UNEXPECTED" in errors


@pytest.mark.parametrize(
    "command",
    ["demo", "track", "import", "serve", "assess", "rules", "export", "simulate", "verify", "listen", "fetch"],
)
def test_help_of_every_command_has_an_example(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert run([command, "--help"], debug=False) == 0
    assert "Example: tracker" in capsys.readouterr().out


def test_a_port_in_use_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(*_: object, **__: object) -> None:
        raise OSError(errno.EADDRINUSE, "Address already in use")

    monkeypatch.setattr(sys.modules["tracker.cli.serve"], "serve_source", taken)
    status, first, _ = _said(capsys, "serve", "--archive", str(tmp_path), "--port", "8061")
    assert (status, first) == (1, "PORT_IN_USE: port 8061 is in use by another program")


def test_notes_and_files_not_used_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    rejected = tuple(RejectedFile(path=f"{number}.txt", code="NOT_DICOM", reason="No.") for number in range(7))
    report = TrackReport(courses=(), rejected=rejected, notices=tuple(f"note {number}" for number in range(12)))
    with pytest.raises(InputError, match="no usable bone scan"):
        say_verdicts(Console(width=200), report)
    said = capsys.readouterr().out
    assert "Note: note 9" in said
    assert "… and 2 more notes" in said
    assert "7 file(s) not used (0.txt: NOT_DICOM; " in said
    assert "and 2 more)" in said
