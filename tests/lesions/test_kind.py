"""Every kind comes with a reason, and common patterns get theirs."""

from dataclasses import replace

import numpy as np
import pytest
from scene import COUNTS_PER_MM2, SETTINGS, SHAPE, SPACING_MM, Spot, skeleton, uptake, visit

from tracker.lesions import judge_kinds, look
from tracker.records.foci import FociView, VisitFoci
from tracker.records.lesion import Focus, Kind
from tracker.records.regions import FINE_LABEL
from tracker.records.skeleton import Physiologic, SkeletonView
from tracker.records.uptake import Normaliser
from tracker.records.view import Projection, View

LEFT_KNEE: Spot = (330.0, 129.0, 10.0, 1.5)
RIGHT_KNEE: Spot = (330.0, 71.0, 10.0, 1.5)
LEFT_HIP: Spot = (225.0, 130.0, 10.0, 1.5)
RIGHT_HIP: Spot = (225.0, 70.0, 10.0, 1.5)
FEMUR: Spot = (285.0, 130.0, 10.0, 1.5)


def kinds(*spots: Spot) -> set[Kind]:
    (view,) = visit(0, 6, front=spots).views
    assert len(view.foci) == len(spots)
    assert all(focus.kind_reason for focus in view.foci)
    return {focus.kind for focus in view.foci}


@pytest.mark.parametrize(
    ("spots", "kind"),
    [
        ((FEMUR,), Kind.LESION),
        ((LEFT_HIP,), Kind.LESION),
        ((LEFT_HIP, RIGHT_HIP), Kind.BENIGN),
        ((LEFT_KNEE,), Kind.BENIGN),
        ((LEFT_KNEE, RIGHT_KNEE), Kind.BENIGN),
        (((120.0, 60.0, 10.0, 1.5),), Kind.EQUIVOCAL),
    ],
)
def test_patterns_by_place_and_symmetry(spots: tuple[Spot, ...], kind: Kind) -> None:
    assert kinds(*spots) == {kind}


def looked(person: SkeletonView, spots: tuple[Spot, ...], seed: int = 3) -> tuple[Focus, ...]:
    mean = uptake(spots) * COUNTS_PER_MM2 * SPACING_MM[0] * SPACING_MM[1]
    counts = np.random.default_rng(seed).poisson(mean).astype(float)
    view = View(projection=Projection.ANTERIOR, counts=counts, spacing_mm=SPACING_MM)
    unit = Normaliser(projection="ANTERIOR", method="known", counts_per_mm2=COUNTS_PER_MM2, relative_sd=0.02)
    seen = look(view, person, unit, SETTINGS)
    base = visit(0, 1)
    return judge_kinds(VisitFoci(study_uid="1", study_date=base.study_date, views=(seen,)), SETTINGS).views[0].foci


def lit(view: FociView, spot: Spot, odds: float) -> FociView:
    """Return a view on which one place looks like a lesion with some log odds."""
    rows, cols = np.indices(SHAPE)
    near = np.hypot(rows - spot[0], cols - spot[1]) * SPACING_MM[0] < 1.5 * spot[2]
    return replace(view, evidence=np.where(near, odds, -4.0).astype(np.float32))


@pytest.mark.parametrize(("odds", "kind"), [(4.5, Kind.BENIGN), (6.0, Kind.LESION)])
def test_what_lies_right_at_a_knee_is_a_lesion_only_beyond_doubt(odds: float, kind: Kind) -> None:
    found = visit(0, 6, front=(LEFT_KNEE,))
    again = judge_kinds(replace(found, views=(lit(found.views[0], LEFT_KNEE, odds),)), SETTINGS)
    assert [focus.kind for focus in again.views[0].foci] == [kind]


@pytest.mark.parametrize(
    ("sides", "ratio", "kind"), [(1, 1.2, Kind.EQUIVOCAL), (1, 1.3, Kind.LESION), (2, 1.0, Kind.LESION)]
)
def test_what_shows_hardly_more_than_expected_is_doubted_where_one_view_is_all_there_is(
    sides: int, ratio: float, kind: Kind
) -> None:
    found = visit(0, 6, front=(FEMUR,), back=())
    front = lit(found.views[0], FEMUR, 1.8)
    mild = replace(front, foci=tuple(replace(focus, excess_ratio=ratio) for focus in front.foci))
    again = judge_kinds(replace(found, views=(mild, *found.views[1:])[:sides]), SETTINGS)
    assert [focus.kind for focus in again.views[0].foci] == [kind]


OTHER_FEMUR: Spot = (285.0, 70.0, 10.0, 1.5)


def test_what_has_a_twin_on_the_other_side_is_not_called_a_lesion() -> None:
    kinds_of: dict[int, set[Kind]] = {}
    for twins, lit in ((1, (FEMUR,)), (2, (FEMUR, OTHER_FEMUR))):
        found = visit(0, 6, front=(FEMUR, OTHER_FEMUR))
        (view,) = found.views
        rows, cols = np.indices(SHAPE)
        odds = np.full(SHAPE, -4.0, dtype=np.float32)
        for row, col, size_mm, _ in lit:
            odds[np.hypot(rows - row, cols - col) * SPACING_MM[0] < size_mm] = 2.0
        again = judge_kinds(replace(found, views=(replace(view, evidence=odds),)), SETTINGS)
        kinds_of[twins] = {focus.kind for focus in again.views[0].foci if focus.col_px > SHAPE[1] / 2}
    assert kinds_of == {1: {Kind.LESION}, 2: {Kind.EQUIVOCAL}}


@pytest.mark.parametrize(("back_odds", "kind"), [(2.0, Kind.EQUIVOCAL), (5.0, Kind.LESION)])
def test_a_doubt_of_one_view_is_settled_by_the_other_only_if_that_is_sure(back_odds: float, kind: Kind) -> None:
    found = visit(0, 6, front=(FEMUR, OTHER_FEMUR), back=(FEMUR,))
    views = []
    for view, lit in zip(found.views, ({FEMUR: 2.0, OTHER_FEMUR: 2.0}, {FEMUR: back_odds}), strict=True):
        rows, cols = np.indices(SHAPE)
        odds = np.full(SHAPE, -4.0, dtype=np.float32)
        for (row, col, size_mm, _), height in lit.items():
            odds[np.hypot(rows - row, cols - col) * SPACING_MM[0] < size_mm] = height
        views.append(replace(view, evidence=view.view.orientation.to_stored(odds)))
    front, back = judge_kinds(replace(found, views=tuple(views)), SETTINGS).views
    assert {focus.kind for focus in back.foci} == {Kind.LESION}
    assert {focus.kind for focus in front.foci if focus.col_px > SHAPE[1] / 2} == {kind}
    assert {focus.kind for focus in front.foci if focus.col_px < SHAPE[1] / 2} == {Kind.EQUIVOCAL}


def test_a_full_bladder_is_never_a_lesion() -> None:
    sites = np.zeros(SHAPE, dtype=np.uint8)
    sites[200:216, 90:110] = Physiologic.BLADDER
    found = looked(replace(skeleton(), physiologic=sites), ((208.0, 100.0, 14.0, 15.0),))
    assert [(focus.kind, focus.kind_reason) for focus in found] == [(Kind.PHYSIOLOGIC, "over the bladder")]


@pytest.mark.parametrize(("col", "kind"), [(112.0, Kind.BENIGN), (96.0, Kind.LESION)])
def test_the_inner_end_of_a_collar_bone_wears_and_the_sternum_beside_it_does_not(col: float, kind: Kind) -> None:
    flat = skeleton()
    labels = flat.labels.copy()
    labels[92:128, 90:106] = FINE_LABEL["sternum"]
    labels[92:104, 106:150] = FINE_LABEL["clavicle_left"]
    (focus,) = looked(replace(flat, labels=labels), ((98.0, col, 7.0, 2.5),))
    assert focus.kind is kind


def test_three_in_a_line_on_neighbouring_ribs_are_as_in_trauma() -> None:
    flat = skeleton()
    labels = flat.labels.copy()
    labels[90:150, 118:150] = FINE_LABEL["ribs_left"]
    person = replace(flat, labels=labels)
    line: tuple[Spot, ...] = tuple((100.0 + 12 * k, 130.0 + k, 7.0, 1.0) for k in range(3))
    found = looked(person, line)
    assert [focus.kind for focus in found] == [Kind.BENIGN] * 3
    assert all("line" in focus.kind_reason for focus in found)
    scattered = looked(person, (line[0], (124.0, 145.0, 7.0, 1.0), line[2]))
    assert [focus.kind for focus in scattered] == [Kind.LESION] * 3


def test_what_shows_no_more_than_its_bone_should_is_doubted() -> None:
    found = visit(0, 6, front=(FEMUR,), back=())
    view, back = found.views
    (focus,) = view.foci
    faint = np.full(SHAPE, -4.0, dtype=np.float32)
    faint[tuple(focus.pixels.T)] = 0.5
    kinds_of = []
    for ratio in (SETTINGS.least_excess_ratio - 0.05, SETTINGS.least_excess_ratio + 0.05):
        seen = replace(view, evidence=faint, foci=(replace(focus, excess_ratio=ratio),))
        kinds_of.append(judge_kinds(replace(found, views=(seen, back)), SETTINGS).views[0].foci[0].kind)
    assert kinds_of == [Kind.EQUIVOCAL, Kind.LESION]
