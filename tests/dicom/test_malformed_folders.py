"""Categories M26 to M32 of malformed input: zips, discs, links, names; nothing outside is read or written."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from pydicom import config
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.dicom.broken import SETTINGS, good, outcome
from tests.dicom.made import element, file_of, with_element
from tracker.dicom.examiner import Examiner
from tracker.dicom.read import read_with
from tracker.settings.dicom import ReadingLimits, ReadingSettings


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_m26_m27_zips(tmp_path: Path, examiner: Examiner) -> None:
    link = zipfile.ZipInfo("link.dcm")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO(zipped({"good/a.dcm": good(), "bomb": b"\0" * 5_000_000, "in.zip": zipped({"a": b"a"})}))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(link, "/etc/passwd")
        for name in ("../up.dcm", "/root.dcm", "C:/drive.dcm"):
            archive.writestr(name, good())
    (tmp_path / "all.zip").write_bytes(buffer.getvalue())
    (tmp_path / "broken.zip").write_bytes(buffer.getvalue()[:200])
    report = read_with(examiner, [tmp_path], SETTINGS)
    assert [file.path for study in report.studies for file in study.files] == ["all.zip/good/a.dcm"]
    assert {file.path.removeprefix("all.zip/"): file.code for file in report.rejected} == {
        "../up.dcm": "UNSAFE_NAME",
        "/root.dcm": "UNSAFE_NAME",
        "C:/drive.dcm": "UNSAFE_NAME",
        "bomb": "ZIP_BOMB",
        "in.zip": "ZIP_NESTED",
        "link.dcm": "LINK",
        "broken.zip/": "ZIP_DAMAGED",
    }


def test_m26_too_many_members_and_too_many_bytes(tmp_path: Path, examiner: Examiner) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({str(number): b"text" * 100 for number in range(4)}))
    limits = ReadingLimits(most_zip_members=3)
    assert [file.code for file in read_with(examiner, [tmp_path], ReadingSettings(limits=limits)).rejected] == [
        "ZIP_BOMB"
    ]
    limits = ReadingLimits(largest_zip_bytes=1000)
    codes = [file.code for file in read_with(examiner, [tmp_path], ReadingSettings(limits=limits)).rejected]
    assert codes == ["NOT_DICOM", "NOT_DICOM", "ZIP_BOMB", "ZIP_BOMB"]


def directory(references: list[list[str]]) -> bytes:
    item = Dataset()
    item.SOPClassUID, item.SOPInstanceUID = "1.2.840.10008.1.3.10", "1.2.3"
    item.DirectoryRecordSequence = Sequence()
    for parts in references:
        record = Dataset()
        with config.disable_value_validation():
            record.DirectoryRecordType, record.ReferencedFileID = "IMAGE", parts
        item.DirectoryRecordSequence.append(record)
    return file_of(item)


def test_m28_directory_by_name_and_in_a_folder(tmp_path: Path, examiner: Examiner) -> None:
    root = tmp_path / "disc"
    root.mkdir()
    (tmp_path / "SECRET").write_bytes(good())
    (root / "IMAGES").mkdir()
    (root / "IMAGES" / "IM1").write_bytes(good())
    (root / "DICOMDIR").write_bytes(directory([["IMAGES", "IM1"], ["..", "SECRET"], ["IMAGES", "GONE"]]))
    for given in (root / "DICOMDIR", root):
        report = read_with(examiner, [given], SETTINGS)
        assert [file.path for study in report.studies for file in study.files] == ["IMAGES/IM1"]
        codes = {file.path: file.code for file in report.rejected}
        assert codes["DICOMDIR"] == "DICOMDIR"
        assert codes["DICOMDIR#../SECRET"] == "DICOMDIR_ESCAPE"
    report = read_with(examiner, [root / "DICOMDIR"], SETTINGS)
    assert {file.path: file.code for file in report.rejected}["IMAGES/GONE"] == "NOT_FOUND"


def test_m28_a_link_out_of_the_disc_is_not_followed(tmp_path: Path, examiner: Examiner) -> None:
    root = tmp_path / "disc"
    root.mkdir()
    (tmp_path / "SECRET").write_bytes(good())
    (root / "IM1").symlink_to(tmp_path / "SECRET")
    (root / "DICOMDIR").write_bytes(directory([["IM1"]]))
    report = read_with(examiner, [root / "DICOMDIR"], SETTINGS)
    assert report.studies == ()
    assert [file.code for file in report.rejected] == ["DICOMDIR", "DICOMDIR_ESCAPE"]


def test_m29_links_pipes_and_loops_in_a_folder(tmp_path: Path, examiner: Examiner) -> None:
    (tmp_path / "a.dcm").write_bytes(good())
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "loop").symlink_to(tmp_path)
    (tmp_path / "link.dcm").symlink_to(tmp_path / "a.dcm")
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    os.mkfifo(tmp_path / "pipe")
    report = read_with(examiner, [tmp_path], SETTINGS)
    assert len(report.studies) == 1
    assert {file.path: file.code for file in report.rejected} == {
        "inner/loop": "LINK",
        "link.dcm": "LINK",
        "nowhere": "LINK",
        "pipe": "NOT_A_FILE",
    }


def test_m30_a_program_in_the_preamble() -> None:
    assert outcome(b"MZ" + good()[2:]) == "EXECUTABLE_PREAMBLE"


@pytest.mark.parametrize("uid", [b"../../etc/passwd", b"1/2/3 ", b"1." + b"2" * 300])
def test_m31_strange_uids(tmp_path: Path, examiner: Examiner, uid: bytes) -> None:
    data = with_element(good(), 0x00080018, element(0x00080018, b"UI", uid))
    (tmp_path / "a.dcm").write_bytes(with_element(data, 0x0020000D, element(0x0020000D, b"UI", uid)))
    before = sorted(tmp_path.parent.rglob("*"))
    report = read_with(examiner, [tmp_path], SETTINGS)
    assert len(report.studies) + len(report.rejected) == 1
    assert sorted(tmp_path.parent.rglob("*")) == before


def test_m32_unreadable_empty_missing_and_too_large(tmp_path: Path, examiner: Examiner) -> None:
    (tmp_path / "empty.dcm").touch()
    (tmp_path / "big.dcm").write_bytes(good() + b"\0" * 2_000_000)
    (tmp_path / "film.mp4").write_bytes(b"\0" * 2_000_000)
    settings = ReadingSettings(limits=ReadingLimits(largest_file_bytes=1_000_000))
    report = read_with(examiner, [tmp_path, tmp_path / "gone.dcm"], settings)
    assert {file.path: file.code for file in report.rejected} == {
        "empty.dcm": "EMPTY_FILE",
        "big.dcm": "TOO_LARGE",
        "film.mp4": "NOT_DICOM",
        "gone.dcm": "NOT_FOUND",
    }
