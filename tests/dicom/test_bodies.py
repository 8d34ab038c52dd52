"""Truth: on simulated people, views that lie about their side, their mirror or their head are seen through."""

from dataclasses import replace
from pathlib import Path

import pytest

from tracker.dicom import write_study
from tracker.dicom.back_vote import back_vote
from tracker.dicom.body_pose import head_share, mirror_margin, upright
from tracker.dicom.examiner import Examiner
from tracker.dicom.read import read_with
from tracker.phantom import simulate_course
from tracker.records.study import Study
from tracker.records.view import Orientation, Projection
from tracker.settings.dicom import ReadingSettings


@pytest.fixture(
    scope="module", params=[("stable", 5), ("not_comparable", 6), ("superscan", 7)], ids=lambda param: param[0]
)
def study(request: pytest.FixtureRequest) -> Study:
    scenario, seed = request.param
    return simulate_course(scenario, seed, visits=2).studies[1]


def test_back_and_front_are_told_apart(study: Study) -> None:
    front, back = (view.counts for view in study.views)
    assert back_vote((front, back)).sides == tuple(Projection)
    assert back_vote((back, front)).sides == tuple(Projection)[::-1]
    assert back_vote((front,)).sides is None


def test_a_mirrored_view_is_seen(study: Study) -> None:
    front, back = (view.counts for view in study.views)
    assert mirror_margin(front, back) > 0.5
    assert mirror_margin(front, back[:, ::-1]) < -0.5


def test_the_head_is_found(study: Study) -> None:
    both = sum(view.counts for view in study.views)
    spacing = study.views[0].spacing_mm
    assert head_share(both) < 0.47
    assert upright(both, spacing)[0] == Orientation()
    assert upright(both[::-1], spacing)[0] == Orientation(head_last=True)
    assert upright(both.T, spacing[::-1])[0] == Orientation(transposed=True)
    assert upright(both.T[:, ::-1], spacing[::-1])[0] == Orientation(transposed=True, head_last=True)


def test_swapped_labels_are_doubted_and_true_ones_are_not(study: Study, tmp_path: Path, examiner: Examiner) -> None:
    swapped = tuple(
        replace(view, projection=other.projection) for view, other in zip(study.views, study.views[::-1], strict=True)
    )
    for number, views in enumerate((study.views, swapped[::-1])):
        folder = tmp_path / str(number)
        write_study(replace(study, views=views), folder)
        (read,) = read_with(examiner, [folder], ReadingSettings()).studies
        assert {notice.code for notice in read.notices} == ({"VIEW_DOUBTFUL"} if number else set())
