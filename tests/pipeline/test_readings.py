"""What the rules are told: identities that stay, kinds that change, merges that carry on."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from tracker.pipeline.readings import visit_readings
from tracker.records.comparability import Comparability, Comparable
from tracker.records.lesion import Fate, Focus, Kind, Kinship, Lesion, LesionMeasurement
from tracker.records.timepoint import Timepoint
from tracker.records.view import Projection

Row = tuple[str, Fate, Kind, Projection]


def _lesion(lesion_id: str, fate: Fate, kind: Kind, projection: Projection) -> Lesion:
    focus = Focus(
        projection=projection,
        pixels=np.array([[1, 1]], dtype=np.int32),
        row_px=1.0,
        col_px=1.0,
        row_mm=2.0,
        col_mm=2.0,
        area_mm2=100.0,
        region="sacrum",
        side="",
        uptake_ratio=2.0,
        excess_ratio=1.0,
        significance=8.0,
        kind=kind,
    )
    return Lesion(lesion_id=lesion_id, focus=focus, fate=fate)


def _course(*visits: tuple[Row, ...]) -> tuple[Timepoint, ...]:
    return tuple(
        Timepoint(
            patient_id="P",
            study_uid=f"1.{number}",
            study_date=date(2024, 1, 1) + timedelta(days=60 * number),
            acquired_at=None,
            visit_number=number + 1,
            day_from_baseline=60 * number,
            evaluable=True,
            reference_uid="1.0",
            comparability=Comparability(verdict=Comparable.YES),
            alignment_accepted=True,
            lesions=tuple(_lesion(*row) for row in rows),
        )
        for number, rows in enumerate(visits)
    )


A, P = Projection.ANTERIOR, Projection.POSTERIOR


def test_one_view_suffices_for_a_lesion() -> None:
    course = _course((("L1", Fate.PERSISTENT, Kind.LESION, A), ("L1", Fate.PERSISTENT, Kind.PHYSIOLOGIC, P)))
    assert visit_readings(course)[0].malignant_ids == {"L1"}


@pytest.mark.parametrize("kind", [Kind.BENIGN, Kind.EQUIVOCAL, Kind.PHYSIOLOGIC])
def test_a_focus_that_was_there_as_something_else_is_not_new(kind: Kind) -> None:
    course = _course((("L1", Fate.PERSISTENT, kind, A),), (("L1", Fate.PERSISTENT, Kind.LESION, A),))
    second = visit_readings(course)[1]
    assert second.malignant_ids == {"L1"}
    assert second.refuted_ids == {"L1"}


def test_a_new_lesion_is_judged_new_and_stays_itself() -> None:
    new, later = (("L1", Fate.NEW, Kind.LESION, A),), (("L1", Fate.PERSISTENT, Kind.LESION, A),)
    readings = visit_readings(_course((), new, later))
    assert [one.focus("L1") and one.focus("L1").judged_new for one in readings[1:]] == [True, None]


def test_a_resolved_lesion_is_not_seen() -> None:
    course = _course((("L1", Fate.PERSISTENT, Kind.LESION, A),), (("L1", Fate.RESOLVED, Kind.LESION, A),))
    assert visit_readings(course)[1].malignant_ids == frozenset()


def test_a_merged_lesion_lives_on_in_its_heir() -> None:
    course = _course(
        (("L1", Fate.PERSISTENT, Kind.LESION, A), ("L2", Fate.PERSISTENT, Kind.LESION, A)),
        (("L1", Fate.PERSISTENT, Kind.LESION, A), ("L2", Fate.MERGED, Kind.LESION, A)),
    )
    kin = (Kinship(study_uid="1.1", fate=Fate.MERGED, before=("L1", "L2"), after=("L1",)),)
    heir = visit_readings(course, kin)[1].focus("L1")
    assert heir is not None
    assert heir.stands_for == ("L2",)


@pytest.mark.parametrize("kind", [Kind.BENIGN, Kind.EQUIVOCAL, Kind.PHYSIOLOGIC])
def test_something_else_that_merges_into_a_lesion_is_no_new_lesion(kind: Kind) -> None:
    course = _course(
        (("L1", Fate.PERSISTENT, kind, A), ("L2", Fate.PERSISTENT, Kind.LESION, A)),
        (("L1", Fate.MERGED, kind, A), ("L2", Fate.PERSISTENT, Kind.LESION, A)),
    )
    kin = (Kinship(study_uid="1.1", fate=Fate.MERGED, before=("L1", "L2"), after=("L2",)),)
    assert visit_readings(course, kin)[1].malignant_ids == {"L2"}


def test_a_lesion_that_splits_from_something_else_brings_no_further_one() -> None:
    course = _course((("L1", Fate.PERSISTENT, Kind.BENIGN, A),), (("L3", Fate.SPLIT, Kind.LESION, A),))
    kin = (Kinship(study_uid="1.1", fate=Fate.SPLIT, before=("L1",), after=("L3",)),)
    second = visit_readings(course, kin)[1]
    assert second.malignant_ids - second.refuted_ids == frozenset()


def _measured(visit: Timepoint, *numbers: tuple[Projection, float, float]) -> Timepoint:
    """Return a visit that measures L1 with an uptake ratio and a significance on some views."""
    rows = tuple(
        LesionMeasurement(
            study_uid=visit.study_uid,
            lesion_id="L1",
            projection=side,
            row_px=1.0,
            col_px=1.0,
            area_mm2=100.0,
            uptake_ratio=ratio,
            low=0.9 * ratio,
            high=1.1 * ratio,
            upper_limit=1.1 * ratio,
            significance=significance,
            detected=True,
        )
        for side, ratio, significance in numbers
    )
    return replace(visit, measurements=rows)


def test_uptake_is_read_from_the_same_view_at_every_visit() -> None:
    row = (("L1", Fate.PERSISTENT, Kind.LESION, A),)
    first, second = _course(row, row)
    course = (_measured(first, (A, 4.0, 9.0), (P, 2.0, 8.0)), _measured(second, (A, 4.1, 7.0), (P, 2.0, 8.5)))
    uptakes = [one.focus("L1") for one in visit_readings(course)]
    assert [one and one.uptake_ratio and one.uptake_ratio.value for one in uptakes] == [2.0, 2.0]


def test_the_view_that_more_visits_measure_serves_the_course() -> None:
    row = (("L1", Fate.PERSISTENT, Kind.LESION, A),)
    first, second = _course(row, row)
    course = (_measured(first, (A, 4.0, 9.0), (P, 2.0, 3.0)), _measured(second, (P, 2.2, 3.0)))
    uptakes = [one.focus("L1") for one in visit_readings(course)]
    assert [one and one.uptake_ratio and one.uptake_ratio.value for one in uptakes] == [2.0, 2.2]
