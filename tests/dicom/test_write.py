import shutil
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest

from tests.dicom.made import visit
from tracker.dicom import Encoding, Layout, write_study
from tracker.errors import StudyError
from tracker.records.view import Projection, View


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize("layout", Layout)
def test_counts_come_back_and_bytes_repeat(tmp_path: Path, encoding: Encoding, layout: Layout) -> None:
    study = visit()
    paths = write_study(study, tmp_path / "a", layout, encoding, "Doe^J")
    again = write_study(study, tmp_path / "b", layout, encoding, "Doe^J")
    assert [path.read_bytes() for path in paths] == [path.read_bytes() for path in again]
    frames = [frame for path in paths for frame in np.atleast_3d(pydicom.dcmread(path).pixel_array.T).T]
    assert len(frames) == 2
    for frame, view in zip(frames, study.views, strict=True):
        np.testing.assert_array_equal(frame, view.counts)


def test_header_states_what_the_study_knows(tmp_path: Path) -> None:
    study = visit()
    (path,) = write_study(study, tmp_path)
    item = pydicom.dcmread(path)
    assert item.CountsAccumulated == sum(view.total_counts for view in study.views)
    assert item.LargestImagePixelValue == max(view.counts.max() for view in study.views)
    assert item.ActualFrameDuration == 900_000
    tracer = item.RadiopharmaceuticalInformationSequence[0]
    assert tracer.RadiopharmaceuticalStartTime == "221500"
    assert tracer.RadionuclideTotalDose == 740
    views = [detector.ViewCodeSequence[0].CodeValue for detector in item.DetectorInformationSequence]
    assert views == ["399321004", "399001007"]


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (Debian dicom3tools) is not installed")
@pytest.mark.parametrize("encoding", [Encoding.EXPLICIT, Encoding.JPEG_2000])
@pytest.mark.parametrize("layout", Layout)
def test_conforms_to_the_standard(tmp_path: Path, layout: Layout, encoding: Encoding) -> None:
    for path in write_study(visit(), tmp_path, layout, encoding, "Doe^J"):
        said = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
        complaints = [line for line in said.stderr.splitlines() if line.startswith(("Error", "Warning"))]
        assert complaints == []
        assert "NMImage" in said.stderr


def test_refuses_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="not a DICOM UID"):
        write_study(visit(study_uid="visit-1"), tmp_path)
    half = View(projection=Projection.ANTERIOR, counts=np.full((4, 4), 0.5), spacing_mm=(1.0, 1.0))
    with pytest.raises(ValueError, match="whole numbers"):
        write_study(visit(views=(half,)), tmp_path)
