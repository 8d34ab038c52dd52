"""The reference visit follows the rule asked for, and never a visit that cannot be read."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.pipeline.reference import Candidate, reference_indices
from tracker.records.reference import ReferenceName

START = date(2024, 1, 10)


def _visits(*days: int, unreadable: tuple[int, ...] = (), burden: tuple[float, ...] = ()) -> list[Candidate]:
    return [
        Candidate(
            study_date=START + timedelta(days=day),
            evaluable=number not in unreadable,
            treatment_start=START,
            burden=burden[number] if burden else None,
        )
        for number, day in enumerate(days)
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (ReferenceName.BASELINE, (1, 1, 1, 1)),
        (ReferenceName.PREVIOUS, (0, 0, 1, 2)),
        (ReferenceName.FIRST_ON_TREATMENT, (2, 2, 2, 2)),
        (ReferenceName.NADIR, (1, 0, 1, 2)),
    ],
)
def test_each_rule(name: ReferenceName, expected: tuple[int, ...]) -> None:
    visits = _visits(-90, 0, 60, 120, burden=(5.0, 4.0, 3.0, 6.0))
    assert reference_indices(visits, name) == expected


def test_without_a_scan_before_treatment_the_first_visit_serves() -> None:
    assert reference_indices(_visits(10, 60), ReferenceName.BASELINE) == (0, 0)


def test_a_visit_that_cannot_be_read_is_no_reference() -> None:
    assert reference_indices(_visits(-90, 0, 60, unreadable=(1,)), ReferenceName.BASELINE) == (0, 0, 0)
    assert reference_indices(_visits(-90, 0, 60, unreadable=(1,)), ReferenceName.PREVIOUS) == (0, 0, 0)


@given(
    st.lists(st.integers(-200, 400), min_size=1, max_size=6, unique=True),
    st.sampled_from(ReferenceName),
    st.sets(st.integers(0, 5)),
)
def test_a_reference_can_be_read_if_any_visit_can(days: list[int], name: ReferenceName, unreadable: set[int]) -> None:
    visits = _visits(*sorted(days), unreadable=tuple(unreadable))
    found = reference_indices(visits, name)
    assert len(found) == len(visits)
    for index, against in enumerate(found):
        assert visits[against].evaluable or against == index or not any(one.evaluable for one in visits)
