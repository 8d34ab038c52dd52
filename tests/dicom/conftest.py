from collections.abc import Iterator

import pytest

from tracker.dicom.examiner import Examiner
from tracker.settings.dicom import ReadingSettings


@pytest.fixture(scope="session")
def examiner() -> Iterator[Examiner]:
    """One limited process for all tests: starting one takes half a second."""
    with Examiner(ReadingSettings()) as running:
        yield running
