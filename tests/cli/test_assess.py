"""``tracker assess`` and ``tracker rules`` as they are typed: verdicts, notices, refusals in one sentence."""

import csv
import sys
from pathlib import Path

import pytest

from tracker.cli.main import main

LESIONS = "patient_id,study_date,lesion_id\nP1,2024-01-08,K\nP1,2024-03-04,K\nP1,2024-03-04,a\nP1,2024-03-04,b\n"
VISITS = "patient_id,study_date,evaluable\nP1,2024-01-08,true\nP1,2024-03-04,true\nP1,2024-04-29,false\n"
TREATMENTS = "patient_id,start_date,end_date,agent,therapy_class\nP1,2024-01-08,,abiraterone,androgen_pathway\n"
FINDINGS = "patient_id,date,lesion_id,modality,result\nP1,2024-03-20,nowhere,CT,benign\n"


class Desk:
    """A folder with tables, and the command line over it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch
        self.tables = {"lesions.csv": LESIONS.encode(), "visits.csv": VISITS.encode()}
        self.tables["treatments.csv"] = TREATMENTS.encode()

    def assess(self) -> None:
        for name, content in self.tables.items():
            (self.folder / name).write_bytes(content)
        files = [f"--{name}={self.folder / name}.csv" for name in ("lesions", "visits", "treatments")]
        self.type("assess", *files, f"--context={self.folder}", f"--out={self.folder / 'out.csv'}")

    def type(self, *words: str) -> None:
        self.monkeypatch.setattr(sys, "argv", ["tracker", *words])
        main()

    def pcwg3(self) -> list[tuple[str, ...]]:
        with (self.folder / "out.csv").open(encoding="utf-8", newline="") as stream:
            rows = [row for row in csv.DictReader(stream) if row["criterion"].startswith("PCWG3")]
        return [(row["patient_id"], row["study_date"], row["final_status"], row["progression_date"]) for row in rows]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def finish(desk: Desk) -> None:
    """Assess; the command ends with status 0."""
    with pytest.raises(SystemExit) as end:
        desk.assess()
    assert end.value.code == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: text.replace("\n", ",further\n"),
        lambda text: text.replace("patient_id", "Patient ID") + "\n\n",
    ],
)
def test_tables_as_programs_write_them(desk: Desk, change: object) -> None:
    for name, content in desk.tables.items():
        desk.tables[name] = change(content.decode()).encode()
    finish(desk)
    assert desk.pcwg3() == [("P1", "2024-03-04", "PDu", ""), ("P1", "2024-04-29", "NE", "")]


def test_what_the_reader_should_know_is_said_beside_the_table(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.tables["treatments.csv"] += b"P1,2024-02-20,,denosumab,bone_protecting\nP1,2024-03-20,,mystery,wizardry\n"
    finish(desk)
    said = capsys.readouterr()
    assert "THERAPY_CLASS_UNKNOWN: treatments.csv row 4: therapy_class 'wizardry' is not known" in said.err
    assert "CLOCK: Patient P1: Mystery began on 20 March 2024 while Abiraterone went on" in said.err
    assert "Denosumab, begun on 20 February 2024, protects bone" in said.err
    assert "not a medical device" in said.out.casefold()


@pytest.mark.parametrize(
    ("table", "content", "place"),
    [
        ("lesions.csv", b"", "lesions.csv is empty"),
        ("lesions.csv", LESIONS.replace("lesion_id", "lesion").encode(), "lesions.csv row 1: column lesion_id"),
        ("lesions.csv", LESIONS.encode("utf-16"), "lesions.csv is not UTF-8"),
        ("lesions.csv", LESIONS.replace(",a", ",b").encode(), "lesions.csv row 5, column lesion_id"),
        ("lesions.csv", LESIONS.replace("03-04,a", "02-30,a").encode(), "lesions.csv row 4, column study_date"),
        ("lesions.csv", (LESIONS + "P1,2024-05-01,a\n").encode(), "lesions.csv row 6, column study_date"),
        ("lesions.csv", (LESIONS + "P1,2024-03-04,c,d\n").encode(), "lesions.csv row 6: 4 cells"),
        ("lesions.csv", (LESIONS + 'P1,2024-03-04,"c\n').encode(), "lesions.csv row 6"),
        ("visits.csv", (VISITS + "P1,2024-03-04,true\n").encode(), "visits.csv row 5, column study_date"),
        ("visits.csv", (VISITS + "P2,2024-03-04,true\n").encode(), "visits.csv row 5, column patient_id"),
        ("visits.csv", VISITS.replace("false", "maybe").encode(), "visits.csv row 4, column evaluable"),
        ("treatments.csv", TREATMENTS.replace(",,", ",2023-01-01,").encode(), "treatments.csv row 2, column end_date"),
        (
            "treatments.csv",
            TREATMENTS.replace("2024-01-08", "soon").encode(),
            "treatments.csv row 2, column start_date",
        ),
        ("findings.csv", FINDINGS.encode(), "findings.csv row 2, column lesion_id"),
    ],
)
def test_a_refusal_is_one_sentence_with_code_row_and_column(
    desk: Desk, capsys: pytest.CaptureFixture[str], table: str, content: bytes, place: str
) -> None:
    desk.tables[table] = content
    with pytest.raises(SystemExit) as end:
        desk.assess()
    said = capsys.readouterr().err
    assert end.value.code == 1
    assert said.startswith(f"TABLE: {place}")
    assert "Traceback" not in said
    assert not (desk.folder / "out.csv").exists()


def test_the_rules_are_a_page_or_a_text(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (desk.folder / "own.toml").write_text("[response]\nconfirmation_gap_days = 35\n", encoding="utf-8")
    for name in ("rules.html", "rules.md"):
        with pytest.raises(SystemExit) as end:
            desk.type("rules", f"--settings={desk.folder / 'own.toml'}", f"--out={desk.folder / name}")
        assert end.value.code == 0
        written = (desk.folder / name).read_text(encoding="utf-8")
        assert "scan 35 days or more after the first" in written
        assert written.startswith("<!DOCTYPE html>" if name.endswith("html") else "# Response rules")
    with pytest.raises(SystemExit):
        desk.type("rules")
    assert "scan 42 days or more after the first" in capsys.readouterr().out
