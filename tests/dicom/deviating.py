"""Objects as real stations write them, and short words for what reading them gave."""

from collections.abc import Callable, Iterable

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.dicom.made import bent, native, visit
from tracker.dicom.codes import Code
from tracker.dicom.nm_object import nm_object
from tracker.records.study import ReadReport, Study
from tracker.records.view import Orientation, Projection

ANTERIOR, POSTERIOR = Projection
AS_SEEN = Orientation(patient_left_first=True)


Read = Callable[[Iterable[Dataset]], ReadReport]


def only(report: ReadReport) -> Study:
    assert report.rejected == ()
    (study,) = report.studies
    return study


def codes(study: Study) -> set[str]:
    return {notice.code for notice in study.notices}


def single(side: Projection, **changes: object) -> Dataset:
    """One view as an object of its own; everything stated."""
    study = visit()
    view = study.view(side)
    assert view is not None
    return bent(nm_object(study, [view]), changes)


def unlabelled(item: Dataset) -> Dataset:
    """Without any word about views."""
    for detector in item.DetectorInformationSequence:
        detector.ViewCodeSequence = Sequence()
        detector.ImageOrientationPatient = None
    item.SeriesDescription = "WB"
    return item


def labelled(item: Dataset, codes: list[Code]) -> Dataset:
    for detector, code in zip(item.DetectorInformationSequence, codes, strict=True):
        detector.ViewCodeSequence = code.sequence()
    return item


def framed(frames: np.ndarray, **changes: object) -> Dataset:
    """A two-frame object whose pixels are replaced."""
    item = native(CountsAccumulated=int(frames.sum()), LargestImagePixelValue=int(frames.max()), **changes)
    item.Rows, item.Columns = frames.shape[1:]
    item.PixelData = frames.astype("<u2").tobytes()
    return item
