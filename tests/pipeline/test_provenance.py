"""Everything that a result rests on is named by its digest: images, tables, settings."""

from hashlib import sha256
from pathlib import Path

from tests.dicom.made import visit
from tracker.pipeline.provenance import provenance_of, with_tables
from tracker.pipeline.request import Request
from tracker.records.study import SourceFile
from tracker.settings.whole import Settings


def _file(path: str, content: bytes) -> SourceFile:
    digest = sha256(content).hexdigest()
    return SourceFile(path=path, sha256=digest, sop_uid=f"1.{len(content)}", transfer_syntax_uid="1.2.840.10008.1.2.1")


def test_files_of_two_inputs_that_share_a_path_are_both_named() -> None:
    studies = [visit(files=(_file("v1.dcm", b"one"),)), visit(files=(_file("v1.dcm", b"two!"),))]
    found = provenance_of(studies, Settings()).inputs
    assert sorted(found.values()) == sorted(sha256(content).hexdigest() for content in (b"one", b"two!"))
    assert provenance_of(studies[::-1], Settings()).inputs == found


def test_input_tables_and_settings_are_named_too(tmp_path: Path) -> None:
    (tmp_path / "labs.csv").write_text("patient_id,date,test,value\n")
    (tmp_path / "other.csv").write_text("not a table of ours")
    (tmp_path / "mine.toml").write_text("")
    request = Request(paths=(), context=tmp_path, settings_file=tmp_path / "mine.toml")
    found = with_tables(provenance_of([], Settings()), request).inputs
    assert set(found) == {"context/labs.csv", "settings/mine.toml"}
    assert found["context/labs.csv"] == sha256((tmp_path / "labs.csv").read_bytes()).hexdigest()
