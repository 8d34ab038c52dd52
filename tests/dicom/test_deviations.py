"""Deviations D1 to D22 of real stations: read right, or asked about with a notice or a code, never in silence."""

import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.dicom.made import SPACING_MM, body, file_of, native, visit
from tracker.dicom import Encoding, uid_of
from tracker.dicom.codes import Code
from tracker.dicom.examiner import Examiner
from tracker.dicom.nm_object import nm_object
from tracker.dicom.read import read_with
from tracker.records.study import ReadReport, Study
from tracker.records.view import Orientation, Projection, View
from tracker.settings.dicom import ReadingSettings

ANTERIOR, POSTERIOR = Projection
AS_SEEN = Orientation(patient_left_first=True)


Read = Callable[[Iterable[Dataset]], ReadReport]


@pytest.fixture
def read(tmp_path: Path, examiner: Examiner) -> Read:
    """Write objects to files of a folder of their own and read it; one limited process for all tests."""

    def written(items: Iterable[Dataset]) -> ReadReport:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        for number, item in enumerate(items):
            (folder / f"{number}.dcm").write_bytes(file_of(item))
        return read_with(examiner, [folder], ReadingSettings())

    return written


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
    item = nm_object(study, [view])
    for keyword, value in changes.items():
        if value is None:
            del item[keyword]
        else:
            setattr(item, keyword, value)
    return item


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


class TestViews:
    def test_d1_separate_objects_are_paired(self, read: Read) -> None:
        study = only(read([single(POSTERIOR), single(ANTERIOR, AcquisitionTime="013200")]))
        assert [view.projection for view in study.views] == [ANTERIOR, POSTERIOR]
        assert study.acquired_at is not None
        assert study.acquired_at.minute == 30

    def test_d1_the_order_of_files_does_not_matter(self, read: Read) -> None:
        items = [single(ANTERIOR), single(POSTERIOR)]
        one, other = only(read(items)), only(read(items[::-1]))
        for view, again in zip(one.views, other.views, strict=True):
            np.testing.assert_array_equal(view.counts, again.counts)

    def test_d1_several_candidates_are_never_guessed(self, read: Read) -> None:
        second = single(ANTERIOR, SOPInstanceUID=uid_of("again"), AcquisitionTime="013100")
        second.PixelData = body(ANTERIOR, seed=99).astype("<u2").tobytes()
        second.CountsAccumulated, second.LargestImagePixelValue = None, None
        report = read([single(ANTERIOR), second, single(POSTERIOR, AcquisitionTime="013030")])
        assert report.studies == ()
        assert {file.code for file in report.rejected} == {"AMBIGUOUS_PAIR"}

    def test_d1_the_same_start_decides_among_candidates(self, read: Read) -> None:
        early = [single(side) for side in Projection]
        late = [single(side, AcquisitionTime="013300", SOPInstanceUID=uid_of("late", side)) for side in Projection]
        for number, item in enumerate(late):
            frames = body(list(Projection)[number], seed=50 + number)
            item.PixelData = frames.astype("<u2").tobytes()
            item.CountsAccumulated, item.LargestImagePixelValue = int(frames.sum()), int(frames.max())
        report = read([*early, *late])
        assert report.rejected == ()
        assert [len(study.views) for study in report.studies] == [2, 2]
        assert report.studies[1].study_uid == report.studies[0].study_uid + "#2"

    def test_d1_two_passes_of_a_camera_with_one_head(self, read: Read) -> None:
        study = only(read([single(ANTERIOR), single(POSTERIOR, AcquisitionTime="014800")]))
        assert len(study.views) == 2
        assert codes(study) == {"TWO_PASSES"}

    def test_d1_hours_apart_are_two_visits_of_one_view(self, read: Read) -> None:
        report = read([single(ANTERIOR), single(POSTERIOR, AcquisitionTime="093000")])
        assert [len(study.views) for study in report.studies] == [1, 1]

    @pytest.mark.parametrize("changes", [{"PixelSpacing": [5.0, 5.0]}, {"ActualFrameDuration": 300_000}])
    def test_d1_other_spacing_or_duration_is_no_pair(self, read: Read, changes: dict[str, object]) -> None:
        report = read([single(ANTERIOR), single(POSTERIOR, **changes)])
        assert all(len(study.views) == 1 for study in report.studies)

    def test_d1_views_stored_in_two_studies_of_one_moment(self, read: Read) -> None:
        other = uid_of("other study")
        study = only(read([single(ANTERIOR), single(POSTERIOR, StudyInstanceUID=other)]))
        assert codes(study) == {"STUDIES_JOINED"}
        assert study.study_uid == min(other, visit().study_uid)

    def test_d2_posterior_first(self, read: Read) -> None:
        study = visit()
        read_again = only(read([nm_object(study, study.views[::-1])]))
        assert [view.frame_index for view in read_again.views] == [1, 0]
        for view, written in zip(read_again.views, study.views, strict=True):
            np.testing.assert_array_equal(view.counts, written.counts)

    def test_d2_the_detector_vector_tells_which_detector(self, read: Read) -> None:
        item = native(DetectorVector=[2, 1])
        study = only(read([item]))
        assert [view.frame_index for view in study.views] == [1, 0]
        assert "VIEW_DOUBTFUL" in codes(study)

    @pytest.mark.parametrize(
        ("front", "back"),
        [
            (Code(value="G-A117", scheme="99NMG", meaning="FACE ANT"), Code(value="G", scheme="99NMG", meaning="POST")),
            (Code(value="R-1", scheme="SRT", meaning="Antérieur"), Code(value="R-2", scheme="SRT", meaning="Dorsal")),
        ],
    )
    def test_local_view_codes(self, read: Read, front: Code, back: Code) -> None:
        study = only(read([labelled(native(), [front, back])]))
        assert study.notices == ()
        assert study.views[0].evidence[0] == "anterior by view code"

    def test_d3_no_label_at_all_is_decided_by_the_image_and_said(self, read: Read) -> None:
        for order in (1, -1):
            frames = np.stack([body(side, seed=7) for side in list(Projection)[::order]])
            study = only(read([unlabelled(framed(frames))]))
            assert codes(study) == {"VIEW_FROM_IMAGE"}
            assert [view.frame_index for view in study.views] == [0, 1][::order]

    def test_d3_one_view_without_a_label_is_refused(self, read: Read) -> None:
        report = read([unlabelled(single(ANTERIOR))])
        assert [file.code for file in report.rejected] == ["VIEW_UNKNOWN"]

    def test_d3_one_labelled_view_names_its_partner(self, read: Read) -> None:
        study = only(read([single(ANTERIOR), unlabelled(single(POSTERIOR))]))
        assert [view.projection for view in study.views] == [ANTERIOR, POSTERIOR]
        np.testing.assert_array_equal(study.views[1].counts, visit().views[1].counts)

    @pytest.mark.parametrize("label", ["WB ANT", "Anterior", "wb_ant"])
    def test_labels_in_words(self, read: Read, label: str) -> None:
        study = only(read([unlabelled(single(ANTERIOR, ImageID=label))]))
        assert study.views[0].projection is ANTERIOR
        assert study.notices == ()

    def test_contradicting_labels_are_settled_by_the_image_and_said(self, read: Read) -> None:
        items = [single(ANTERIOR, ImageID="POST"), single(POSTERIOR, ImageID="ANT")]
        study = only(read(items))
        assert codes(study) == {"VIEW_FROM_IMAGE"}
        np.testing.assert_array_equal(study.views[0].counts, visit().views[0].counts)

    def test_a_contradiction_on_one_view_is_refused(self, read: Read) -> None:
        assert [file.code for file in read([single(ANTERIOR, ImageID="POST")]).rejected] == ["VIEW_CONFLICT"]

    def test_swapped_labels_are_doubted(self, read: Read) -> None:
        frames = np.stack([body(side, seed=7) for side in (POSTERIOR, ANTERIOR)])
        assert "VIEW_DOUBTFUL" in codes(only(read([framed(frames)])))

    def test_both_frames_coded_alike_fall_back_to_the_next_source(self, read: Read) -> None:
        code = Code(value="399321004", scheme="SCT", meaning="anterior projection")
        item = labelled(native(), [code, code])
        block = item.private_block(0x0011, "GEMS_GENIE_1", create=True)
        block.add_new(0x12, "LO", ["WHOLE BODY_E", "WHOLE BODY_F"])
        assert codes(only(read([item]))) == {"VIEW_INFERRED"}

    def test_private_labels_without_their_creator_say_nothing(self, read: Read) -> None:
        item = unlabelled(single(ANTERIOR))
        item.private_block(0x0011, "SOMEBODY ELSE", create=True).add_new(0x12, "LO", "WHOLE BODY_E")
        assert [file.code for file in read([item]).rejected] == ["VIEW_UNKNOWN"]


class TestOrientation:
    @pytest.mark.parametrize("seed", range(4))
    def test_d4_a_mirrored_posterior_is_seen(self, read: Read, seed: int) -> None:
        frames = np.stack([body(ANTERIOR, seed), body(POSTERIOR, seed + 90)[:, ::-1]])
        item = framed(frames)
        for detector in item.DetectorInformationSequence:
            detector.ImageOrientationPatient = None
        study = only(read([item]))
        assert codes(study) == {"POSTERIOR_MIRRORED"}
        assert [view.orientation for view in study.views] == [Orientation(), Orientation()]
        np.testing.assert_array_equal(study.views[1].counts, frames[1])

    def test_d5_d6_orientation_missing_or_the_same_for_both(self, read: Read) -> None:
        for vector in (None, [-1, 0, 0, 0, 0, -1]):
            item = native(PatientOrientationCodeSequence=None, PatientGantryRelationshipCodeSequence=None)
            for detector in item.DetectorInformationSequence:
                detector.ImageOrientationPatient = vector
            study = only(read([item]))
            assert study.notices == ()
            assert [view.orientation for view in study.views] == [Orientation(), AS_SEEN]

    def test_d7_feet_first_is_a_turned_frame(self, read: Read) -> None:
        frames = np.stack([view.counts[::-1, ::-1] for view in visit().views])
        item = framed(frames)
        for detector in item.DetectorInformationSequence:
            detector.ImageOrientationPatient = None
        study = only(read([item]))
        assert codes(study) == {"LEFT_RIGHT_ASSUMED"}
        for view, written in zip(study.views, visit().views, strict=True):
            assert view.orientation.head_last
            np.testing.assert_array_equal(view.anatomical_counts, written.anatomical_counts)

    @pytest.mark.parametrize("lie", [Orientation(head_last=True), Orientation(transposed=True), Orientation()])
    def test_d7_d9_stated_orientation_is_used_where_it_fits_the_image(self, read: Read, lie: Orientation) -> None:
        views = []
        for view in visit().views:
            left_first = view.projection is POSTERIOR
            orientation = Orientation(transposed=lie.transposed, head_last=lie.head_last, patient_left_first=left_first)
            stored = orientation.to_stored(view.anatomical_counts)
            spacing = SPACING_MM[::-1] if lie.transposed else SPACING_MM
            views.append(View(projection=view.projection, counts=stored, spacing_mm=spacing, orientation=orientation))
        study = only(read([nm_object(visit(views=tuple(views)), views)]))
        assert study.notices == ()
        for view, written in zip(study.views, views, strict=True):
            assert view.orientation == written.orientation
            np.testing.assert_array_equal(view.anatomical_counts, written.anatomical_counts)


class TestFacts:
    @pytest.mark.parametrize("spacing", [None, "", [0, 0], [1000, 1000]])
    def test_d8_no_spacing_is_a_state(self, read: Read, spacing: object) -> None:
        study = only(read([native(PixelSpacing=spacing)]))
        assert codes(study) == {"SPACING_NOT_STATED"}
        assert not study.views[0].spacing_stated

    @pytest.mark.parametrize("shape", [(192, 64), (256, 64), (200, 100), (512, 128)])
    def test_d9_other_matrices(self, read: Read, shape: tuple[int, int]) -> None:
        frames = np.stack([body(side, 7, shape) for side in Projection])
        study = only(read([framed(frames, PixelSpacing=[1800 / shape[0], 580 / shape[1]])]))
        assert study.notices == ()
        assert study.views[0].total_counts == frames[0].sum()

    def test_d10_scatter_windows_are_left_out(self, read: Read) -> None:
        study = visit()
        scatter = np.stack([view.counts // 3 for view in study.views])
        peak = np.stack([view.counts for view in study.views])
        frames = np.concatenate([scatter, peak])
        item = framed(frames, NumberOfFrames=4, NumberOfEnergyWindows=2)
        item.EnergyWindowVector, item.DetectorVector = [1, 1, 2, 2], [1, 2, 1, 2]
        windows = []
        for low, high in ((90.0, 126.0), (126.5, 154.5)):
            limits, window = Dataset(), Dataset()
            limits.EnergyWindowLowerLimit, limits.EnergyWindowUpperLimit = low, high
            window.EnergyWindowRangeSequence = Sequence([limits])
            windows.append(window)
        item.EnergyWindowInformationSequence = Sequence(windows)
        found = only(read([item]))
        assert codes(found) == {"OTHER_WINDOWS"}
        assert found.acquisition.energy_window_kev == (126.5, 154.5)
        np.testing.assert_array_equal(found.views[0].counts, peak[0])

    def test_d10_another_nuclide_is_refused(self, read: Read) -> None:
        item = native()
        limits = item.EnergyWindowInformationSequence[0].EnergyWindowRangeSequence[0]
        limits.EnergyWindowLowerLimit, limits.EnergyWindowUpperLimit = 328, 400
        assert [file.code for file in read([item]).rejected] == ["ENERGY_WINDOW"]

    @pytest.mark.parametrize(
        ("name", "code"), [("I-131 MIBG", "NOT_TECHNETIUM"), ("Tc-99m sestamibi", "NOT_BONE_TRACER")]
    )
    def test_other_tracers_are_refused(self, read: Read, name: str, code: str) -> None:
        item = native()
        item.RadiopharmaceuticalInformationSequence[0].Radiopharmaceutical = name
        if "131" in name:
            item.RadiopharmaceuticalInformationSequence[0].RadionuclideCodeSequence = Sequence()
        assert [file.code for file in read([item]).rejected] == [code]

    @pytest.mark.parametrize("tracer", ["Tc-99m MDP", "HDP", "Technetium Medronate", "99mTc-DPD", "TECHNESCAN PYP"])
    def test_bone_tracers_are_accepted(self, read: Read, tracer: str) -> None:
        item = native()
        item.RadiopharmaceuticalInformationSequence[0].Radiopharmaceutical = tracer
        assert only(read([item])).acquisition.tracer == tracer

    def test_d11_screen_captures_hold_no_counts(self, read: Read) -> None:
        colour = native(SOPClassUID="1.2.840.10008.5.1.4.1.1.7", SamplesPerPixel=3, PhotometricInterpretation="RGB")
        gray = native(SOPClassUID="1.2.840.10008.5.1.4.1.1.7", BitsAllocated=8, BitsStored=8, HighBit=7)
        unsaid = native(SOPClassUID="1.2.840.10008.5.1.4.1.1.7", CountsAccumulated=None)
        report = read([colour, gray, unsaid])
        assert [file.code for file in report.rejected] == ["SC_NO_COUNTS"] * 3

    def test_d12_a_secondary_capture_with_true_counts(self, read: Read) -> None:
        study = only(read([native(SOPClassUID="1.2.840.10008.5.1.4.1.1.7", ConversionType="WSD")]))
        assert len(study.views) == 2

    @pytest.mark.parametrize("label", ["GEOMETRIC MEAN", "WB geo_mean", "ANT/POST GM", "Sum"])
    def test_d13_combined_images_are_neither_view(self, read: Read, label: str) -> None:
        item = single(ANTERIOR, ImageID=label, ImageType=["DERIVED", "PRIMARY", "WHOLE BODY", "EMISSION"])
        assert [file.code for file in read([item]).rejected] == ["DERIVED_IMAGE"]

    def test_d13_a_derived_copy_beside_the_original(self, read: Read) -> None:
        frames = np.stack([view.counts + 1 for view in visit().views])
        copy = framed(frames, ImageType=["DERIVED", "PRIMARY", "WHOLE BODY"], SOPInstanceUID=uid_of("copy"))
        report = read([native(), copy])
        assert len(report.studies) == 1
        assert [file.code for file in report.rejected] == ["DERIVED_IMAGE"]
        assert report.studies[0].views[0].total_counts == visit().views[0].total_counts

    def test_derived_alone_is_a_warning(self, read: Read) -> None:
        study = only(read([native(ImageType=["DERIVED", "PRIMARY", "WHOLE BODY", "EMISSION"])]))
        assert codes(study) == {"IMAGE_DERIVED"}

    @pytest.mark.parametrize(
        "changes", [{"LossyImageCompression": "01"}, {"LossyImageCompressionMethod": "ISO_10918_1"}]
    )
    def test_d14_lossy_history_blocks_numbers(self, read: Read, changes: dict[str, object]) -> None:
        assert [file.code for file in read([native(**changes)]).rejected] == ["LOSSY"]

    @pytest.mark.parametrize(
        ("changes", "expected_h"),
        [
            ({"RadiopharmaceuticalStartTime": "221500"}, 3.25),
            ({"RadiopharmaceuticalStartTime": "000000"}, None),
            ({"RadiopharmaceuticalStartTime": None}, None),
            ({"RadiopharmaceuticalStartTime": None, "RadiopharmaceuticalStartDateTime": "20240107223000"}, 3.0),
            ({"RadiopharmaceuticalStartTime": None, "RadiopharmaceuticalStartDateTime": "20240107223000+0100"}, 3.0),
            ({"RadiopharmaceuticalStartDateTime": "20230107223000"}, None),
        ],
    )
    def test_d15_uptake_time(self, read: Read, changes: dict[str, object], expected_h: float | None) -> None:
        item = native()
        for keyword, value in changes.items():
            if value is None:
                del item.RadiopharmaceuticalInformationSequence[0][keyword]
            else:
                setattr(item.RadiopharmaceuticalInformationSequence[0], keyword, value)
        assert only(read([item])).acquisition.uptake_time_h == expected_h

    @pytest.mark.parametrize(("dose", "expected"), [(740, 740.0), (0, None), (740e6, 740.0), (20, None)])
    def test_d15_activity(self, read: Read, dose: float, expected: float | None) -> None:
        item = native()
        item.RadiopharmaceuticalInformationSequence[0].RadionuclideTotalDose = dose
        study = only(read([item]))
        assert study.acquisition.activity_mbq == expected
        assert codes(study) == ({"ACTIVITY_UNIT"} if dose in (740e6, 20) else set())

    @pytest.mark.parametrize(
        ("changes", "expected", "notices"),
        [
            ({"StudyDate": "20300101"}, date(2024, 1, 8), {"DATES_DISAGREE"}),
            ({"AcquisitionDate": ""}, date(2024, 1, 8), {"DATE_NOT_OF_ACQUISITION"}),
            ({"AcquisitionDate": "", "AcquisitionDateTime": "20240109010000"}, date(2024, 1, 9), set()),
            ({"AcquisitionTime": ""}, date(2024, 1, 8), {"TIME_NOT_STATED"}),
            ({"AcquisitionDate": "2024.01.08", "AcquisitionTime": "01:30:00"}, date(2024, 1, 8), set()),
        ],
    )
    def test_d16_dates(self, read: Read, changes: dict[str, str], expected: date, notices: set[str]) -> None:
        study = only(read([native(**changes)]))
        assert study.study_date == expected
        assert codes(study) == notices

    def test_d16_no_date_at_all(self, read: Read) -> None:
        empty = dict.fromkeys(("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"), "")
        assert [file.code for file in read([native(**empty)]).rejected] == ["NO_DATE"]

    @pytest.mark.parametrize("kind", ["STATIC", ""])
    def test_a_long_static_image_is_a_whole_body(self, read: Read, kind: str) -> None:
        study = only(read([native(ImageType=["ORIGINAL", "PRIMARY", kind] if kind else ["ORIGINAL", "PRIMARY"])]))
        assert codes(study) == ({"IMAGE_NOT_MARKED_WHOLE_BODY"} if kind else set())

    @pytest.mark.parametrize(
        "changes",
        [
            {"ImageType": ["ORIGINAL", "PRIMARY", "STATIC", "EMISSION"], "PixelSpacing": [2.4, 2.4]},
            {"ImageType": ["ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"]},
            {"ImageType": ["ORIGINAL", "PRIMARY", "DYNAMIC", "EMISSION"]},
        ],
    )
    def test_other_nm_images_are_refused(self, read: Read, changes: dict[str, object]) -> None:
        assert [file.code for file in read([native(**changes)]).rejected] == ["NOT_WHOLE_BODY"]

    def test_a_transmission_image_is_refused(self, read: Read) -> None:
        item = native(ImageType=["ORIGINAL", "PRIMARY", "WHOLE BODY", "TRANSMISSION"])
        assert [file.code for file in read([item]).rejected] == ["TRANSMISSION"]

    def test_another_exporting_station_is_recorded(self, read: Read) -> None:
        item = native(Manufacturer="SIEMENS NM")
        item.private_block(0x0011, "GEMS_GENIE_1", create=True).add_new(0x0A, "SL", 1)
        assert only(read([item])).acquisition.exporter == "GE (GEMS_GENIE_1)"

    def test_counts_that_are_not_those_of_the_header(self, read: Read) -> None:
        total = int(sum(view.total_counts for view in visit().views))
        assert [file.code for file in read([native(CountsAccumulated=total + 1)]).rejected] == ["COUNTS_MISMATCH"]

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"CountsAccumulated": ""}, "COUNTS_NOT_STATED"),
            ({"CountsAccumulated": None, "LargestImagePixelValue": None}, "COUNTS_UNCHECKED"),
            ({"LargestImagePixelValue": 1}, "LARGEST_MISMATCH"),
            ({"CountsAccumulated": int(visit().views[0].total_counts)}, "COUNTS_OF_ONE_FRAME"),
        ],
    )
    def test_how_far_counts_were_checked(self, read: Read, changes: dict[str, object], expected: str) -> None:
        assert codes(only(read([native(**changes)]))) == {expected}

    def test_speed_that_contradicts_the_length(self, read: Read) -> None:
        assert codes(only(read([native(ScanLength=900)]))) == {"SPEED_INCONSISTENT"}

    def test_a_rescale_is_noted_and_never_applied(self, read: Read) -> None:
        study = only(read([native(RescaleSlope=2.0, RescaleIntercept=0.0)]))
        assert codes(study) == {"RESCALE_NOT_APPLIED"}
        assert study.views[0].total_counts == visit().views[0].total_counts


class TestPatients:
    def test_blanks_around_the_patient_id(self, read: Read) -> None:
        assert only(read([native(PatientID="  P1 ")])).patient_id == "P1"

    def test_no_patient_id_joins_nobody(self, read: Read) -> None:
        uids = [uid_of("one"), uid_of("two")]
        items = [native(PatientID="", StudyInstanceUID=uid, SOPInstanceUID=uid + ".1") for uid in uids]
        items[1].PixelData = np.stack([body(side, seed=80) for side in Projection]).astype("<u2").tobytes()
        items[1].CountsAccumulated, items[1].LargestImagePixelValue = None, None
        report = read(items)
        first, second = report.studies
        assert first.patient_id != second.patient_id
        assert {notice.code for notice in first.notices} == {"NO_PATIENT_ID"}

    @pytest.mark.parametrize(
        ("changes", "found"),
        [
            ({"PatientBirthDate": "19510201"}, "date of birth"),
            ({"PatientSex": "F"}, "sex"),
            ({"PatientName": "Roe^Jane"}, "name"),
            ({"PatientName": "DOE^JÖHN^A"}, ""),
            ({"PatientBirthDate": "", "PatientSex": "", "PatientName": ""}, ""),
        ],
    )
    def test_d17_contradicting_clues_under_one_id(self, read: Read, changes: dict[str, str], found: str) -> None:
        other = native(StudyInstanceUID=uid_of("2"), SOPInstanceUID=uid_of("2", "1"), SpecificCharacterSet="ISO_IR 192")
        other.PixelData = np.stack([body(side, seed=80) for side in Projection]).astype("<u2").tobytes()
        other.CountsAccumulated, other.LargestImagePixelValue = None, None
        other.PatientName, other.AcquisitionDate = "Doe^John", "20240401"
        for keyword, value in changes.items():
            setattr(other, keyword, value)
        report = read([native(PatientName="Doe^John"), other])
        texts = [
            notice.text for study in report.studies for notice in study.notices if notice.code == "IDENTITY_CONFLICT"
        ]
        assert len(texts) == (2 if found else 0)
        assert all(found in text for text in texts)
        assert not any("Roe" in text or "1951" in text for text in texts)

    def test_one_person_under_two_ids_is_noted_and_not_joined(self, read: Read) -> None:
        other = native(PatientID="P2", PatientName="Doe^John", StudyInstanceUID=uid_of("2"), SOPInstanceUID=uid_of("3"))
        report = read([native(PatientName="Doe^John"), other])
        assert [study.patient_id for study in report.studies] == ["P1", "P2"]
        assert all("POSSIBLY_SAME_PERSON" in codes(study) for study in report.studies)


class TestCopies:
    def test_d19_same_uid_same_pixels(self, read: Read) -> None:
        items = [native(), native(StationName="ROOM2"), native(StationName="ROOM3")]
        report = read(items)
        assert [file.code for file in report.rejected] == ["DUPLICATE", "DUPLICATE"]
        (kept,) = report.studies[0].files
        assert kept.sha256 == min(sha256(file_of(item)).hexdigest() for item in items)

    def test_d19_same_uid_other_pixels(self, read: Read) -> None:
        other = framed(np.stack([body(side, seed=44) for side in Projection]))
        report = read([native(), other])
        assert report.studies == ()
        assert [file.code for file in report.rejected] == ["UID_CONFLICT", "UID_CONFLICT"]

    def test_the_same_pixels_under_a_new_uid(self, read: Read) -> None:
        report = read([native(), native(SOPInstanceUID=uid_of("re-issued"))])
        assert len(report.studies) == 1
        assert [file.code for file in report.rejected] == ["DUPLICATE"]

    def test_separate_copies_of_a_two_frame_object(self, read: Read) -> None:
        report = read([native(), single(ANTERIOR), single(POSTERIOR)])
        assert [len(study.views) for study in report.studies] == [2]
        assert [file.code for file in report.rejected] == ["DUPLICATE", "DUPLICATE"]

    def test_a_copy_in_another_encoding(self, tmp_path: Path, examiner: Examiner) -> None:
        (tmp_path / "native.dcm").write_bytes(file_of(native()))
        (tmp_path / "packed.dcm").write_bytes(file_of(native(), Encoding.JPEG_2000))
        report = read_with(examiner, [tmp_path], ReadingSettings())
        assert [file.code for file in report.rejected] == ["DUPLICATE"]


def test_several_studies_on_one_day(read: Read) -> None:
    later = framed(
        np.stack([body(side, seed=31) for side in Projection]),
        StudyInstanceUID=uid_of("later"),
        SOPInstanceUID=uid_of("later", "1"),
        AcquisitionTime="040000",
    )
    report = read([later, native()])
    assert [study.acquired_at.hour for study in report.studies if study.acquired_at] == [1, 4]
