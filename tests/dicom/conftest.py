import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests.dicom.deviating import Read
from tests.dicom.made import file_of
from tracker.dicom.examiner import Examiner
from tracker.dicom.read import read_with
from tracker.records.study import ReadReport
from tracker.settings.dicom import ReadingSettings


@pytest.fixture(scope="session")
def examiner() -> Iterator[Examiner]:
    """One limited process for all tests: starting one takes half a second."""
    with Examiner(ReadingSettings()) as running:
        yield running


@pytest.fixture
def read(tmp_path: Path, examiner: Examiner) -> Read:
    """Write objects to files of a folder of their own and read it; one limited process for all tests."""

    def written(items: Iterable[Dataset]) -> ReadReport:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        for number, item in enumerate(items):
            (folder / f"{number}.dcm").write_bytes(file_of(item))
        return read_with(examiner, [folder], ReadingSettings())

    return written
