"""Files as other stations write them: made with pydicom alone, not with the writer of this package."""

import tempfile
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from tests.dicom.made import SPACING_MM, body
from tracker.dicom.back_vote import VOTE_MARGIN, back_vote, midline_share, pelvic_spot
from tracker.dicom.examiner import Examiner
from tracker.dicom.header_reader import name_digest
from tracker.dicom.read import read_with
from tracker.records.study import ReadReport
from tracker.records.view import Projection
from tracker.settings.dicom import ReadingSettings

ANTERIOR, POSTERIOR = Projection
FRONT, BACK = body(ANTERIOR, 11), body(POSTERIOR, 12)
NM = "1.2.840.10008.5.1.4.1.1.20"

Read = Callable[[Sequence[Dataset]], ReadReport]


def station(*frames: NDArray[np.float64], **changes: object) -> Dataset:
    """A whole-body object with what a sparing station writes: no codes, no vectors, no counts."""
    item = Dataset()
    item.file_meta = FileMetaDataset()
    item.file_meta.MediaStorageSOPClassUID = NM
    item.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    item.SOPClassUID, item.Modality = NM, "NM"
    item.SOPInstanceUID = item.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    item.StudyInstanceUID, item.PatientID = "1.2.3.4", "S1"
    item.AcquisitionDate, item.AcquisitionTime = "20230501", "101500"
    item.ImageType = ["ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION"]
    item.SamplesPerPixel, item.PhotometricInterpretation = 1, "MONOCHROME2"
    item.Rows, item.Columns = frames[0].shape
    item.BitsAllocated, item.BitsStored, item.HighBit, item.PixelRepresentation = 16, 16, 15, 0
    item.PixelSpacing, item.NumberOfFrames = list(SPACING_MM), len(frames)
    item.PixelData = np.stack(frames).astype("<u2").tobytes()
    for keyword, value in changes.items():
        setattr(item, keyword, value)
    return item


@pytest.fixture
def read(tmp_path: Path, examiner: Examiner) -> Read:
    """Save objects as pydicom does, in a folder of their own, and read it."""

    def saved(items: Sequence[Dataset]) -> ReadReport:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        for number, item in enumerate(items):
            item.save_as(folder / f"{number}.dcm", enforce_file_format=True)
        return read_with(examiner, [folder], ReadingSettings())

    return saved


def refused(report: ReadReport) -> dict[str, str]:
    return {file.path: file.code for file in report.rejected}


def codes(report: ReadReport) -> set[str]:
    (study,) = report.studies
    return {notice.code for notice in study.notices}


class TestPairs:
    def test_spacing_written_with_other_digits_is_the_same_spacing(self, read: Read) -> None:
        items = [station(FRONT, ImageID="ANT"), station(BACK, ImageID="POST", PixelSpacing=["9.60001", "8.999999"])]
        (study,) = read(items).studies
        assert [view.projection for view in study.views] == [ANTERIOR, POSTERIOR]

    def test_spacing_stated_on_one_view_holds_for_both(self, read: Read) -> None:
        items = [station(FRONT, ImageID="ANT", PixelSpacing=None), station(BACK, ImageID="POST")]
        report = read(items)
        assert codes(report) == {"COUNTS_UNCHECKED"}
        assert {view.spacing_mm for view in report.studies[0].views} == {SPACING_MM}
        assert all(view.spacing_stated for view in report.studies[0].views)

    @pytest.mark.parametrize("late", [0, 1])
    def test_a_pass_over_midnight_is_dated_by_its_beginning(self, read: Read, late: int) -> None:
        items = [station(FRONT, ImageID="ANT"), station(BACK, ImageID="POST")]
        items[1 - late].AcquisitionTime = "235900"
        items[late].AcquisitionDate, items[late].AcquisitionTime = "20230502", "000200"
        (study,) = read(items).studies
        assert (study.study_date.isoformat(), len(study.views)) == ("2023-05-01", 2)

    def test_another_zoom_is_no_pair(self, read: Read) -> None:
        items = [station(FRONT, ImageID="ANT"), station(BACK, ImageID="POST", PixelSpacing=[9.4, 8.8])]
        assert [len(study.views) for study in read(items).studies] == [1, 1]

    def test_a_third_image_without_a_label_does_not_break_a_labelled_pair(self, read: Read) -> None:
        third = np.sqrt(FRONT * BACK[:, ::-1])
        report = read([station(FRONT, ImageID="ANT"), station(BACK, ImageID="POST"), station(third)])
        assert [len(study.views) for study in report.studies] == [2]
        assert refused(report) == {"2.dcm": "AMBIGUOUS_PAIR"}

    def test_a_geometric_mean_named_in_the_image_type(self, read: Read) -> None:
        kind = ["DERIVED", "PRIMARY", "WHOLE BODY", "GEOMETRIC MEAN"]
        report = read([station(FRONT, BACK), station(np.sqrt(FRONT * BACK[:, ::-1]), ImageType=kind)])
        assert refused(report) == {"1.dcm": "DERIVED_IMAGE"}


class TestViews:
    @pytest.mark.parametrize("order", [1, -1])
    def test_two_frames_without_any_label_are_decided_by_the_image_and_said(self, read: Read, order: int) -> None:
        report = read([station(*(FRONT, BACK)[::order])])
        assert "VIEW_FROM_IMAGE" in codes(report)
        assert [view.frame_index for view in report.studies[0].views] == [0, 1][::order]

    def test_spine_and_bladder_that_lean_alike_are_used_where_nothing_else_is_known(self, read: Read) -> None:
        front, back = _leaning(FRONT, BACK, bladder=1.0)
        assert 0 < np.log(midline_share(back) / midline_share(front)) < VOTE_MARGIN
        assert pelvic_spot(front) > pelvic_spot(back)
        vote = back_vote((front, back))
        assert vote.sides is None
        assert vote.leaning == (ANTERIOR, POSTERIOR)
        report = read([station(back, front)])
        assert "VIEW_FROM_IMAGE" in codes(report)
        assert [view.frame_index for view in report.studies[0].views] == [1, 0]

    def test_spine_and_bladder_that_contradict_decide_nothing(self, read: Read) -> None:
        front, back = _leaning(FRONT, BACK, bladder=0.0)
        back[_pelvis(back)] += 60
        assert back_vote((front, back)).leaning is None
        assert refused(read([station(front, back)])) == {"0.dcm": "VIEW_UNKNOWN"}


def _pelvis(image: NDArray[np.float64]) -> tuple[slice, slice]:
    rows, cols = image.shape
    return (slice(round(0.5 * rows), round(0.53 * rows)), slice(cols // 2 - 3, cols // 2 + 3))


def _leaning(
    front: NDArray[np.float64], back: NDArray[np.float64], bladder: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two views whose spines differ little, the bladder of the front as stated."""
    even = np.round(0.25 * back + 0.75 * front[:, ::-1])
    hot = front.copy()
    hot[_pelvis(front)] += np.round(30 * bladder)
    return hot, even


class TestPixels:
    def test_a_second_frame_that_is_not_stated_is_not_lost_in_silence(self, read: Read) -> None:
        assert refused(read([station(FRONT, BACK, NumberOfFrames=1)])) == {"0.dcm": "FRAMES"}

    def test_eight_bits_are_noted(self, read: Read) -> None:
        item = station(FRONT, ImageID="ANT", BitsAllocated=8, BitsStored=8, HighBit=7)
        item.PixelData = np.minimum(FRONT, 255).astype(np.uint8).tobytes()
        assert "EIGHT_BITS" in codes(read([item]))

    def test_signed_true_counts_in_a_secondary_capture(self, read: Read) -> None:
        capture = "1.2.840.10008.5.1.4.1.1.7"
        kind = ["DERIVED", "SECONDARY"]
        facts = {"SOPClassUID": capture, "PixelRepresentation": 1, "ImageType": kind}
        items = [
            station(image, SeriesDescription=name, CountsAccumulated=int(image.sum()), **facts)
            for image, name in ((FRONT, "Whole body ANT"), (BACK, "Whole body POST"))
        ]
        report = read(items)
        assert codes(report) == {"IMAGE_DERIVED"}
        assert [view.total_counts for view in report.studies[0].views] == [FRONT.sum(), BACK.sum()]

    def test_two_energy_windows_detector_by_detector(self, read: Read) -> None:
        item = station(FRONT // 3, FRONT, BACK // 3, BACK, ImageType=["ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION"])
        item.EnergyWindowVector, item.DetectorVector = [1, 2, 1, 2], [1, 1, 2, 2]
        item.EnergyWindowInformationSequence = Items([_window(100, 125), _window(126, 155)])
        (study,) = read([item]).studies
        np.testing.assert_array_equal(study.views[0].counts, FRONT)
        np.testing.assert_array_equal(study.views[1].counts, BACK)


def _window(low: float, high: float) -> Dataset:
    limits, window = Dataset(), Dataset()
    limits.EnergyWindowLowerLimit, limits.EnergyWindowUpperLimit = low, high
    window.EnergyWindowRangeSequence = Items([limits])
    return window


class TestCopies:
    def test_the_copy_with_the_smallest_digest_is_used(self, read: Read, tmp_path: Path, examiner: Examiner) -> None:
        item = station(FRONT, BACK)
        for name, station_name in (("a", "ONE"), ("b", "TWO"), ("c", "THREE")):
            item.StationName = station_name
            item.save_as(tmp_path / name, enforce_file_format=True)
        report = read_with(examiner, [tmp_path], ReadingSettings())
        smallest = min("abc", key=lambda name: sha256((tmp_path / name).read_bytes()).hexdigest())
        assert [file.path for file in report.studies[0].files] == [smallest]
        assert refused(report) == {name: "DUPLICATE" for name in "abc" if name != smallest}

    def test_other_pixels_under_one_uid_refuse_all_of_them(self, read: Read) -> None:
        first, other = station(FRONT, BACK), station(BACK, FRONT)
        again = station(FRONT, BACK)
        other.SOPInstanceUID = again.SOPInstanceUID = first.SOPInstanceUID
        assert set(refused(read([first, again, other])).values()) == {"UID_CONFLICT"}


def test_numbers_of_study_subjects_tell_them_apart() -> None:
    assert name_digest("Trial^Subject 001") != name_digest("Trial^Subject 002")
    assert name_digest("Doe^John Paul") == name_digest("Doe^John")
