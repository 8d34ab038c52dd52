import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.dicom.made import visit
from tracker.dicom.examined import Directory, Examined
from tracker.dicom.examiner import Examiner
from tracker.dicom.messages import answer_of, answer_parts
from tracker.dicom.nm_object import nm_object
from tracker.dicom.worker import settings_from_json, settings_json
from tracker.dicom.write import Encoding, object_bytes
from tracker.errors import FileRejected
from tracker.settings.dicom import ReadingLimits, ReadingSettings


def file_bytes() -> bytes:
    study = visit()
    return object_bytes(nm_object(study, study.views), Encoding.EXPLICIT)


def test_settings_travel() -> None:
    settings = ReadingSettings(limits=ReadingLimits(most_frames=3), activity_range_mbq=(1.0, 2.0))
    assert settings_from_json(settings_json(settings)) == settings


def test_answers_travel() -> None:
    with Examiner(ReadingSettings()) as examiner:
        found = examiner.examine(file_bytes())
    assert isinstance(found, Examined)
    again = answer_of(*answer_parts(found))
    assert isinstance(again, Examined)
    assert (again.header, again.notices) == (found.header, found.notices)
    np.testing.assert_array_equal(again.counts, np.stack([view.counts for view in visit().views]))
    directory = Directory(references=(("A", "B"), ("C",)))
    assert answer_of(*answer_parts(directory)) == directory
    with pytest.raises(FileRejected, match="why") as caught:
        answer_of(*answer_parts(FileRejected("why", code="CODE")))
    assert caught.value.code == "CODE"


@pytest.mark.parametrize(
    "parts",
    [
        (b"not json", b""),
        (b'{"kind": "object", "type": "O", "shape": [1], "header": {}, "notices": []}', b""),
        (b'{"kind": "object", "type": "<u2", "shape": [1, 1, 2], "header": {}, "notices": []}', b"1234"),
        (b'{"kind": "other"}', b""),
    ],
)
def test_a_false_answer_is_not_believed(parts: tuple[bytes, bytes]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        answer_of(*parts)


def test_a_dead_process_is_replaced() -> None:
    with Examiner(ReadingSettings()) as examiner:
        process = examiner._process
        assert process is not None
        process.kill()
        process.wait()
        assert isinstance(examiner.examine(file_bytes()), Examined)


def test_the_wall_clock_stops_a_process_that_hangs() -> None:
    with Examiner(ReadingSettings(limits=ReadingLimits(decode_wall_s=1))) as examiner:
        process = examiner._process
        assert process is not None
        process.send_signal(19)  # SIGSTOP: it will never answer
        start = time.monotonic()
        with pytest.raises(FileRejected) as caught:
            examiner.examine(file_bytes())
        assert caught.value.code == "DECODE_DIED"
        assert time.monotonic() - start < 20


@pytest.mark.skipif(sys.platform != "linux", reason="limits are read from /proc")
def test_memory_and_time_are_limited(examiner: Examiner) -> None:
    examiner.examine(file_bytes())
    process = examiner._process
    assert process is not None
    limits = Path(f"/proc/{process.pid}/limits").read_text(encoding="utf-8")
    stated = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()}
    assert int(stated["Max address space"]) == ReadingLimits().decode_memory_bytes
    assert 0 < int(stated["Max cpu time"]) < 1000
    assert stated["Max core file size"] == "0"


def test_the_limited_process_starts_light() -> None:
    heavy = "{'pandas', 'SimpleITK', 'scipy', 'plotly', 'dash', 'matplotlib', 'cv2', 'skimage'}"
    code = f"import tracker.dicom.worker, sys; print(sorted({heavy} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
