"""Deviations of real stations in views and orientation: read right, or asked about, never in silence."""

import numpy as np
import pytest

from tests.dicom.deviating import ANTERIOR, AS_SEEN, POSTERIOR, Read, codes, framed, labelled, only, single, unlabelled
from tests.dicom.made import SPACING_MM, body, native, visit
from tracker.dicom import uid_of
from tracker.dicom.codes import Code
from tracker.dicom.nm_object import nm_object
from tracker.records.view import Orientation, Projection, View


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
