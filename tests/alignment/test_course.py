"""Visits meet in one patient space, whatever the order they are loaded in."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

import tracker.alignment.course as aligning
from tests.alignment.conftest import REAL_MM, smooth_motion
from tracker.alignment import (
    align_course,
    carry_skeleton,
    error_on_view,
    space_position,
    stored_position,
    warp_to_space,
)
from tracker.errors import CourseError
from tracker.records.alignment import CourseAlignment
from tracker.records.skeleton import SkeletonMap, SkeletonView
from tracker.records.study import Study
from tracker.records.view import Projection
from tracker.settings.alignment import AlignmentSettings

Image = NDArray[np.float64]
Maker = Callable[[str, Image, int], Study]


@pytest.fixture(scope="module")
def visits(make_visit: Maker, pixels: Image) -> tuple[tuple[Study, ...], tuple[Image, ...]]:
    rng = np.random.default_rng(7)
    places = tuple(
        pixels + smooth_motion(rng, 8.0, (1024, 256)) + np.array(shift) for shift in ((0, 0), (12, -4), (-9, 6))
    )
    return tuple(make_visit(f"1.{k}", at_px, 10 + k) for k, at_px in enumerate(places)), places


@pytest.fixture(scope="module")
def course(visits: tuple[tuple[Study, ...], tuple[Image, ...]]) -> CourseAlignment:
    return align_course(visits[0], AlignmentSettings())


def test_visits_meet(visits: tuple[tuple[Study, ...], tuple[Image, ...]], course: CourseAlignment) -> None:
    assert all(visit.accepted for visit in course.visits)
    spots = [(130, 125), (330, 150), (430, 110), (620, 80), (750, 140)]
    for row, col in spots:
        found = []
        for study, at_px, alignment in zip(*visits, course.visits, strict=True):
            off = np.linalg.norm(at_px - np.array([row, col]), axis=-1)
            here = np.unravel_index(int(off.argmin()), off.shape)
            view = alignment.view(Projection.ANTERIOR)
            assert view is not None
            found.append(space_position(view, study.views[0], float(here[0]), float(here[1])))
        assert np.ptp(np.array(found), axis=0).max() < 1.5 * REAL_MM[0]


def test_order_changes_nothing(visits: tuple[tuple[Study, ...], tuple[Image, ...]], course: CourseAlignment) -> None:
    other = align_course(visits[0][::-1], AlignmentSettings())
    for image, again in zip(course.images, other.images, strict=True):
        assert np.array_equal(image.counts, again.counts)
    for visit in course.visits:
        same = other.visit(visit.study_uid)
        assert np.array_equal(same.views[1].to_space.displacement_mm, visit.views[1].to_space.displacement_mm)
    assert [visit.study_uid for visit in other.visits] == [study.study_uid for study in visits[0][::-1]]


def test_places_go_there_and_back(visits: tuple[tuple[Study, ...], tuple[Image, ...]], course: CourseAlignment) -> None:
    for study, visit in zip(visits[0], course.visits, strict=True):
        for view in study.views:
            alignment = visit.view(view.projection)
            assert alignment is not None
            there = space_position(alignment, view, 400.0, 90.0)
            assert stored_position(alignment, view, *there) == pytest.approx((400.0, 90.0), abs=0.1)


def test_a_broken_visit_is_refused_and_spoils_nothing(
    visits: tuple[tuple[Study, ...], tuple[Image, ...]], course: CourseAlignment
) -> None:
    """The broken one has most counts and would be what all others are aligned to first."""
    views = []
    for view in visits[0][1].views:
        squares = view.counts.reshape(16, 64, 4, 64).swapaxes(1, 2).reshape(-1, 64, 64)
        mixed = squares[np.random.default_rng(8).permutation(len(squares))].reshape(16, 4, 64, 64)
        views.append(replace(view, counts=3 * mixed.swapaxes(1, 2).reshape(view.counts.shape)))
    broken = replace(visits[0][1], study_uid="1.9", views=tuple(views))
    joined = align_course([*visits[0], broken], AlignmentSettings())
    assert [visit.accepted for visit in joined.visits] == [True, True, True, False]
    for visit in course.visits:
        same = joined.visit(visit.study_uid)
        assert np.array_equal(same.views[0].to_visit.displacement_mm, visit.views[0].to_visit.displacement_mm)


def test_a_visit_that_only_the_first_pivot_refuses_is_accepted(
    visits: tuple[tuple[Study, ...], tuple[Image, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The visit with most counts refuses one of the others; against another pivot all meet."""
    place, first = aligning._place, max(visits[0], key=lambda study: sum(view.total_counts for view in study.views))
    last = min(visits[0], key=lambda study: sum(view.total_counts for view in study.views))

    def grumbling(pivot: Study, settings: AlignmentSettings, study: Study) -> aligning._Placed:
        placed = place(pivot, settings, study)
        return replace(placed, against=("unlike",)) if pivot is first and study is last else placed

    monkeypatch.setattr(aligning, "_place", grumbling)
    assert all(visit.accepted for visit in align_course(visits[0], AlignmentSettings()).visits)


def test_views_and_matrices_may_differ_between_visits(visits: tuple[tuple[Study, ...], tuple[Image, ...]]) -> None:
    """One visit with the front alone, one with larger pixels, one of the upper 70 % of the body."""
    whole, front, other = visits[0]
    front = replace(front, views=front.views[:1])
    coarse = replace(
        other,
        views=tuple(
            replace(view, counts=view.counts.reshape(512, 2, 128, 2).sum(axis=(1, 3)), spacing_mm=(4.52, 4.52))
            for view in other.views
        ),
    )
    upper = replace(
        whole, study_uid="1.4", views=tuple(replace(view, counts=view.counts[:700]) for view in whole.views)
    )
    joined = align_course([whole, front, coarse, upper], AlignmentSettings())
    assert all(visit.accepted for visit in joined.visits), [visit.reason for visit in joined.visits]
    same = [
        space_position(visit.views[0], study.views[0], 330.0, 150.0)
        for study, visit in ((whole, joined.visits[0]), (upper, joined.visits[3]))
    ]
    assert same[0] == pytest.approx(same[1], abs=1.5)


def test_single_visit_is_its_own_space(visits: tuple[tuple[Study, ...], tuple[Image, ...]]) -> None:
    study = visits[0][0]
    alone = align_course([study], AlignmentSettings())
    visit = alone.visits[0]
    assert visit.accepted
    assert np.abs(visit.views[0].to_space.displacement_mm).max() < 1e-3
    assert np.abs(alone.images[0].counts - study.views[0].counts).max() < 1e-3
    assert np.abs(warp_to_space(study.views[1], visit.views[1]) - study.views[1].anatomical_counts).max() < 1e-3


def test_labels_follow_the_posterior_view(
    visits: tuple[tuple[Study, ...], tuple[Image, ...]], course: CourseAlignment
) -> None:
    shape = course.images[0].counts.shape
    labels = np.zeros(shape, np.uint8)
    labels[300:340, 60:80] = 5
    view = SkeletonView(
        projection=Projection.POSTERIOR,
        labels=labels,
        expected=np.ones(shape, np.float32),
        spread=np.ones(shape, np.float32),
        body=labels > 0,
        physiologic=np.zeros(shape, np.uint8),
    )
    study, visit = visits[0][0], course.visits[0]
    (carried,) = carry_skeleton(SkeletonMap(views=(view,), spacing_mm=course.spacing_mm), visit, study)
    assert carried.projection is Projection.POSTERIOR
    rows, cols = np.nonzero(carried.labels)
    alignment = visit.view(Projection.POSTERIOR)
    assert alignment is not None
    middle = stored_position(alignment, study.views[1], 319.5 * REAL_MM[0], 69.5 * REAL_MM[1])
    assert (rows.mean(), cols.mean()) == pytest.approx(middle, abs=0.7)
    assert cols.mean() > 128, "patient right lies at the far columns of a stored posterior view"


def test_expected_error_on_stored_pixels(
    visits: tuple[tuple[Study, ...], tuple[Image, ...]], course: CourseAlignment
) -> None:
    error = error_on_view(course.visits[0], visits[0][0].views[1], course.spacing_mm)
    assert error.shape == visits[0][0].views[1].counts.shape
    assert (error > 0).all()


def test_a_nudge_moves_one_visit(visits: tuple[tuple[Study, ...], tuple[Image, ...]], course: CourseAlignment) -> None:
    moved = align_course(visits[0], AlignmentSettings(), nudges={"1.1": (6.0, -4.0, 0.0)})
    assert moved.visit("1.1").reason == "placed by hand"
    study = visits[0][1]
    before, after = (each.visit("1.1").views[0] for each in (course, moved))
    here = np.array(space_position(before, study.views[0], 400.0, 100.0))
    there = np.array(space_position(after, study.views[0], 400.0, 100.0))
    assert there - here == pytest.approx([6.0, -4.0], abs=0.05)


def test_no_studies_is_no_course() -> None:
    with pytest.raises(CourseError):
        align_course([], AlignmentSettings())
