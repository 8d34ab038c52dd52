"""A good file, and what becomes of a changed one."""

import numpy as np

from tests.dicom.made import file_of, native, visit
from tracker.dicom.examine import examine
from tracker.dicom.examined import Examined
from tracker.errors import FileRejected
from tracker.settings.dicom import ReadingSettings

SETTINGS = ReadingSettings()


COUNTS = np.stack([view.counts for view in visit().views])


def outcome(data: bytes, settings: ReadingSettings = SETTINGS) -> str:
    """The code of a refusal, or ``""`` or the notices of an acceptance whose counts are right."""
    try:
        found = examine(data, settings)
    except FileRejected as refusal:
        return refusal.code if refusal.message else "no reason given"
    assert isinstance(found, Examined)
    np.testing.assert_array_equal(found.counts, COUNTS)
    return " ".join(found.notices)


def good() -> bytes:
    return file_of(native())
