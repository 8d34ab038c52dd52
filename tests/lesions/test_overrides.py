"""The reader's word wins, and the machine's stays beside it."""

from datetime import datetime

import pytest
from scene import SETTINGS, Spot, visit

from tracker.errors import CourseError
from tracker.lesions import apply_reader, follow
from tracker.records.lesion import Fate, FollowedCourse, Kind
from tracker.records.reader import ReaderAction, ReaderEvent
from tracker.records.view import Projection

SPINE: Spot = (170.0, 100.0, 11.0, 1.5)
HIP: Spot = (205.0, 75.0, 12.0, 1.5)
VISITS = tuple(visit(90 * k, 20 + k, front=spots) for k, spots in enumerate(((SPINE,), (SPINE, HIP), (HIP,))))
MACHINE = follow(VISITS, SETTINGS)


def event(action: ReaderAction, minute: int = 0, **values: object) -> ReaderEvent:
    return ReaderEvent(at=datetime(2020, 1, 1, 12, minute), reader="dr.a", action=action, **values)  # type: ignore[arg-type]  # noqa: DTZ001


def fates(course: FollowedCourse) -> list[dict[str, Fate]]:
    return [{row.lesion_id: row.fate for row in one.lesions} for one in course.visits]


def test_the_machine_saw_this() -> None:
    assert fates(MACHINE) == [
        {"L001": Fate.PERSISTENT},
        {"L001": Fate.PERSISTENT, "L002": Fate.NEW},
        {"L001": Fate.RESOLVED, "L002": Fate.PERSISTENT},
    ]


def test_no_event_changes_nothing() -> None:
    assert apply_reader(MACHINE, VISITS, ()) is MACHINE


def test_a_kind_is_overridden_and_the_machines_stays() -> None:
    course = apply_reader(
        MACHINE, VISITS, (event(ReaderAction.SET_KIND, lesion_id="L002", kind=Kind.BENIGN, reason="old fracture"),)
    )
    (row,) = [row for row in course.visits[1].lesions if row.lesion_id == "L002"]
    assert (row.focus.kind, row.machine_kind, row.reader) == (Kind.BENIGN, Kind.LESION, "dr.a")
    assert "old fracture" in row.focus.kind_reason
    assert course.visits[1].present_ids == ("L001",)
    assert course.visits[1].new_ids == ()
    assert MACHINE.visits[1].new_ids == ("L002",)


def test_the_later_of_two_decisions_wins_whatever_their_order() -> None:
    first = event(ReaderAction.SET_KIND, 1, lesion_id="L002", kind=Kind.BENIGN)
    second = event(ReaderAction.SET_KIND, 2, lesion_id="L002", kind=Kind.EQUIVOCAL)
    for events in ((first, second), (second, first)):
        course = apply_reader(MACHINE, VISITS, events)
        assert {row.focus.kind for row in course.visits[2].lesions if row.lesion_id == "L002"} == {Kind.EQUIVOCAL}


def test_a_link_takes_back_new_and_resolved() -> None:
    course = apply_reader(MACHINE, VISITS, (event(ReaderAction.LINK, lesion_id="L002", other_id="L001"),))
    assert fates(course) == [{"L001": Fate.PERSISTENT}] * 3
    assert course.visits[2].lesions[0].machine_id == "L002"


def test_an_unlink_makes_a_new_lesion() -> None:
    course = apply_reader(
        MACHINE, VISITS, (event(ReaderAction.UNLINK, lesion_id="L002", study_uid=VISITS[2].study_uid),)
    )
    assert fates(course)[2] == {"L001": Fate.RESOLVED, "L002": Fate.RESOLVED, "L003": Fate.NEW}


def test_a_removed_focus_is_listed_and_counted_no_more() -> None:
    course = apply_reader(
        MACHINE, VISITS, (event(ReaderAction.REMOVE_FOCUS, lesion_id="L002", study_uid=VISITS[1].study_uid),)
    )
    assert fates(course) == [
        {"L001": Fate.PERSISTENT},
        {"L001": Fate.PERSISTENT},
        {"L001": Fate.RESOLVED, "L002": Fate.NEW},
    ]
    assert [(row.lesion_id, row.reader) for row in course.removed] == [("L002", "dr.a")]


def test_an_added_focus_lives_and_dies_like_any_other() -> None:
    drawn = event(
        ReaderAction.ADD_FOCUS,
        study_uid=VISITS[1].study_uid,
        projection=Projection.ANTERIOR,
        kind=Kind.LESION,
        row_px=35.0,
        col_px=100.0,
        radius_mm=8.0,
    )
    course = apply_reader(MACHINE, VISITS, (drawn,))
    assert fates(course)[1]["L003"] is Fate.NEW
    assert fates(course)[2]["L003"] is Fate.RESOLVED
    (row,) = [row for row in course.visits[1].lesions if row.lesion_id == "L003"]
    assert (row.reader, row.machine_id, row.machine_kind) == ("dr.a", "", None)
    assert row.focus.area_mm2 == pytest.approx(3.14159 * 64, rel=0.1)


def test_what_does_not_exist_is_refused() -> None:
    with pytest.raises(CourseError, match="no lesion L009"):
        apply_reader(MACHINE, VISITS, (event(ReaderAction.SET_KIND, lesion_id="L009", kind=Kind.BENIGN),))
    with pytest.raises(ValueError, match="needs lesion_id"):
        event(ReaderAction.SET_KIND, kind=Kind.BENIGN)
