"""Deviations of real stations in facts, patients and copies: read right, or asked about, never in silence."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.dicom.deviating import ANTERIOR, POSTERIOR, Read, codes, framed, only, single
from tests.dicom.made import body, file_of, native, visit
from tracker.dicom import Encoding, uid_of
from tracker.dicom.examiner import Examiner
from tracker.dicom.read import read_with
from tracker.records.view import Projection
from tracker.settings.dicom import ReadingSettings


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
