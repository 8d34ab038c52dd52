"""Every cell of the overall time-point table, and what soft tissue it is combined with."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tracker.records.assessment import BoneStatus
from tracker.records.context import SoftTissue, SoftTissueResponse
from tracker.records.reading import VisitReading
from tracker.response.overall import RULES, overall_response, overall_status
from tracker.settings.response import ResponseSettings

COLUMNS = ("PD", "NON-PD", "PDu", "NED", "NE")

CELLS = {
    "PD": ("PD", "PD", "PD", "PD", "PD"),
    "NE": ("PD", "NE", "NE", "NE", "NE"),
    "NED": ("PD", "NON-CR/NON-PD", "PDu", "NE", "NE"),
    "SD": ("PD", "SD", "SD", "SD", "SD"),
    "NON-CR/NON-PD": ("PD", "NON-CR/NON-PD", "NON-CR/NON-PD", "NON-CR/NON-PD", "NON-CR/NON-PD"),
    "PR": ("PD", "PR", "PR", "PR", "PR"),
    "CR": ("PD", "PR", "PR", "CR", "PR"),
}
"""Soft tissue -> overall for each of `COLUMNS`, with targets at screening."""


@pytest.mark.parametrize(
    ("soft", "bone", "expected"),
    [(soft, bone, cells[place]) for soft, cells in CELLS.items() for place, bone in enumerate(COLUMNS)],
)
def test_cell(soft: str, bone: str, expected: str) -> None:
    overall, rule_id = overall_status(SoftTissue(soft), BoneStatus(bone), [True])
    assert overall == expected
    assert rule_id in {rule.rule_id for rule in RULES}


@pytest.mark.parametrize("bone", ["NON-PD", "PDu", "NE"])
def test_complete_response_without_targets(bone: str) -> None:
    assert overall_status(SoftTissue.CR, BoneStatus(bone), [])[0] == "NON-CR/NON-PD"
    assert overall_status(SoftTissue.CR, BoneStatus(bone), [False])[0] == "NON-CR/NON-PD"


def test_every_row_is_reached() -> None:
    reached = {overall_status(soft, bone, [])[1] for soft in SoftTissue for bone in BoneStatus}
    assert reached == {rule.rule_id for rule in RULES}


def soft(day: date, status: SoftTissue, target: bool | None = None) -> SoftTissueResponse:
    return SoftTissueResponse(patient_id="P", date=day, soft_tissue=status, target_at_screening=target)


def test_the_nearest_reading_counts_the_later_of_two_equally_near(
    visits: Callable[[dict[int, str]], tuple[VisitReading, ...]],
) -> None:
    visit = visits({56: "K"})[0]
    before, after = visit.study_date - timedelta(days=5), visit.study_date + timedelta(days=5)
    far = visit.study_date + timedelta(days=29)
    responses = [soft(before, SoftTissue.PR), soft(after, SoftTissue.SD), soft(far, SoftTissue.PD)]
    found = overall_response(visit, BoneStatus.NON_PD, responses, ResponseSettings())
    assert found is not None
    assert (found.soft_tissue_date, found.overall) == (after, "SD")
    assert overall_response(visit, BoneStatus.NON_PD, [soft(far, SoftTissue.PD)], ResponseSettings()) is None


def test_targets_are_known_from_any_row_or_from_responses_that_need_them(
    visits: Callable[[dict[int, str]], tuple[VisitReading, ...]],
) -> None:
    visit = visits({56: "K"})[0]
    day, long_ago = visit.study_date, visit.study_date - timedelta(days=100)
    cr = soft(day, SoftTissue.CR)
    for further, expected in (
        (soft(long_ago, SoftTissue.SD), "PR"),
        (soft(long_ago, SoftTissue.NON_CR_NON_PD), "NON-CR/NON-PD"),
        (soft(long_ago, SoftTissue.SD, target=False), "NON-CR/NON-PD"),
        (soft(long_ago, SoftTissue.NE, target=True), "PR"),
    ):
        found = overall_response(visit, BoneStatus.NON_PD, [further, cr], ResponseSettings())
        assert found is not None
        assert found.overall == expected
