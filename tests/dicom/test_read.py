import sysconfig
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from tests.dicom.made import visit
from tracker.dicom import Encoding, Layout, read_studies, write_study
from tracker.dicom.examiner import Examiner
from tracker.dicom.read import read_with
from tracker.records.study import Acquisition
from tracker.records.view import Projection
from tracker.settings.dicom import ReadingSettings

PACKAGES = Path(sysconfig.get_paths()["purelib"])
REAL_SCAN = PACKAGES / "data_store" / "data" / "JPEG-LL.dcm"
LOSSY = [
    PACKAGES / "data_store" / "data" / "JPEG2000_UNC.dcm",
    *(
        PACKAGES / "pydicom" / "data" / "test_files" / f"{name}.dcm"
        for name in ("JPEG2000", "JPGExtended", "JPEG-lossy")
    ),
]


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize("layout", Layout)
def test_what_is_written_is_read(tmp_path: Path, examiner: Examiner, layout: Layout, encoding: Encoding) -> None:
    study = visit()
    paths = write_study(study, tmp_path, layout, encoding, "Doe^J")
    report = read_with(examiner, [tmp_path], ReadingSettings())
    assert report.rejected == ()
    (read,) = report.studies
    for name in ("patient_id", "study_uid", "study_date", "acquired_at"):
        assert getattr(read, name) == getattr(study, name)
    for item in fields(Acquisition):
        assert getattr(read.acquisition, item.name) == pytest.approx(getattr(study.acquisition, item.name)), item.name
    assert [view.projection for view in read.views] == list(Projection)
    for view, written in zip(read.views, study.views, strict=True):
        np.testing.assert_array_equal(view.counts, written.counts)
        assert (view.spacing_mm, view.orientation) == (written.spacing_mm, written.orientation)
        assert view.evidence[0] == f"{view.projection.lower()} by view code"
    assert read.notices == ()
    assert [file.path for file in read.files] == sorted(path.name for path in paths)
    assert {file.transfer_syntax_uid for file in read.files} == {encoding}


def test_real_scan() -> None:
    report = read_studies([REAL_SCAN])
    assert report.rejected == ()
    (study,) = report.studies
    (view,) = study.views
    assert view.projection is Projection.ANTERIOR
    assert view.total_counts == 3_596_452
    assert view.counts.shape == (1024, 256)
    assert view.spacing_mm == (2.26, 2.26)
    assert study.study_date.isoformat() == "1997-08-06"
    assert {notice.code for notice in study.notices} == {"DATES_DISAGREE", "IMAGE_DERIVED", "VIEW_INFERRED"}
    assert study.acquisition.duration_s == pytest.approx(1210.434)
    assert study.clues.height_m is None


@pytest.mark.parametrize("path", LOSSY, ids=lambda path: path.stem)
def test_lossy_copies_of_the_real_scan_are_refused(examiner: Examiner, path: Path) -> None:
    report = read_with(examiner, [path], ReadingSettings())
    assert report.studies == ()
    assert [(file.path, file.code) for file in report.rejected] == [(path.name, "LOSSY")]
