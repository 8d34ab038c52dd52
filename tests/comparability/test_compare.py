from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tracker.comparability import compare, image_facts
from tracker.records.comparability import Comparable, ImageFacts, ViewFacts
from tracker.records.regions import FINE_REGIONS
from tracker.records.skeleton import Physiologic, SkeletonView
from tracker.records.study import Acquisition, Notice, PatientClues, Study
from tracker.records.view import Projection, View

FACTS = Acquisition(
    tracer="Tc-99m MDP",
    uptake_time_h=3.0,
    duration_s=900.0,
    scan_velocity_mm_s=2.0,
    energy_window_kev=(126.5, 154.5),
    collimator="LEHR",
    manufacturer="ACME",
    model="One",
    corrections=("NRGY", "LIN"),
)
CLUES = PatientClues(name_digest="abc", birth_date=date(1950, 1, 1), sex="M", height_m=1.75)
PIXELS = ImageFacts(
    views=tuple(ViewFacts(projection=side, body_counts=1.5e6, soft_tissue_ratio=0.2) for side in Projection)
)


def study(number: int = 1, **changes: object) -> Study:
    views = tuple(View(projection=side, counts=np.ones((8, 4)), spacing_mm=(2.4, 2.4)) for side in Projection)
    given = {
        "patient_id": "P",
        "study_uid": f"1.{number}",
        "study_date": date(2024, number, 1),
        "views": views,
        "acquisition": FACTS,
        "clues": CLUES,
    } | changes
    return Study(**given)  # type: ignore[arg-type]


def facts(**changes: object) -> ImageFacts:
    return ImageFacts(views=tuple(replace(view, **changes) for view in PIXELS.views))  # type: ignore[arg-type]


def test_equal_acquisitions_are_comparable() -> None:
    verdict = compare(study(2), PIXELS, study(1), PIXELS)
    assert (verdict.verdict, verdict.reasons, verdict.not_stated) == (Comparable.YES, (), ())


def test_a_visit_is_comparable_with_itself() -> None:
    poor = facts(body_counts=1e5)
    assert compare(study(1), poor, study(1), poor).verdict is Comparable.YES


@pytest.mark.parametrize(
    ("code", "severity", "changes"),
    [
        ("TRACER", Comparable.CAUTION, {"tracer": "HDP"}),
        ("TRACER", Comparable.NO, {"tracer": "Pyrophosphate"}),
        ("UPTAKE_TIME", Comparable.CAUTION, {"uptake_time_h": 3.6}),
        ("UPTAKE_TIME", Comparable.NO, {"uptake_time_h": 6.1}),
        ("UPTAKE_TIME", Comparable.NO, {"uptake_time_h": 0.8}),
        ("SCAN_SPEED", Comparable.CAUTION, {"scan_velocity_mm_s": 2.5}),
        ("SCAN_SPEED", Comparable.NO, {"scan_velocity_mm_s": 4.0}),
        ("DURATION", Comparable.CAUTION, {"scan_velocity_mm_s": None, "duration_s": 600.0}),
        ("CAMERA", Comparable.CAUTION, {"model": "Two"}),
        ("COLLIMATOR", Comparable.CAUTION, {"collimator": "LEGP"}),
        ("ENERGY_WINDOW", Comparable.CAUTION, {"energy_window_kev": (119.0, 161.0)}),
        ("CORRECTIONS", Comparable.CAUTION, {"corrections": ("NRGY",)}),
    ],
)
def test_acquisition_faults(code: str, severity: Comparable, changes: dict[str, object]) -> None:
    other = study(2, acquisition=replace(FACTS, **changes))  # type: ignore[arg-type]
    for now, then in ((other, study(1)), (study(1), other)):
        verdict = compare(now, PIXELS, then, PIXELS)
        assert [(reason.code, reason.severity) for reason in verdict.reasons] == [(code, severity)]
        assert verdict.verdict is severity
        assert verdict.reasons[0].value != verdict.reasons[0].reference_value


@pytest.mark.parametrize(
    "changes",
    [
        {"tracer": "Technetium Medronate"},
        {"uptake_time_h": 3.4},
        {"scan_velocity_mm_s": 2.1},
        {"energy_window_kev": (130.0, 151.0)},
        {"collimator": "le-hr"},
        {"corrections": ("LIN", "NRGY")},
        {"activity_mbq": 500.0},
    ],
)
def test_harmless_differences(changes: dict[str, object]) -> None:
    other = study(2, acquisition=replace(FACTS, **changes))  # type: ignore[arg-type]
    assert compare(other, PIXELS, study(1), PIXELS).verdict is Comparable.YES


def test_silence_is_listed_and_never_assumed() -> None:
    verdict = compare(study(2, acquisition=Acquisition()), PIXELS, study(1), PIXELS)
    assert verdict.verdict is Comparable.YES
    assert set(verdict.not_stated) == {
        *("tracer", "uptake time", "scan speed", "duration", "camera", "collimator", "energy window", "corrections"),
    }


@pytest.mark.parametrize(
    ("code", "severity", "changes"),
    [
        ("COUNTS", Comparable.CAUTION, {"body_counts": 0.8e6}),
        ("COUNTS", Comparable.NO, {"body_counts": 0.4e6}),
        ("SOFT_TISSUE", Comparable.CAUTION, {"soft_tissue_ratio": 0.4}),
        ("EXTRAVASATION", Comparable.CAUTION, {"injection_share": 0.05}),
        ("BLADDER", Comparable.CAUTION, {"bladder_share": 0.5}),
    ],
)
def test_image_faults(code: str, severity: Comparable, changes: dict[str, object]) -> None:
    for now, then in ((facts(**changes), PIXELS), (PIXELS, facts(**changes))):
        verdict = compare(study(2), now, study(1), then)
        assert [(reason.code, reason.severity) for reason in verdict.reasons] == [(code, severity)]


def test_soft_tissue_is_judged_on_both_views_together() -> None:
    """A bladder in front disturbs one view; soft tissue that changed does so on both."""
    front, back = PIXELS.views
    disturbed = ImageFacts(views=(replace(front, soft_tissue_ratio=0.29), back))
    assert compare(study(2), disturbed, study(1), PIXELS).verdict is Comparable.YES
    both = ImageFacts(views=tuple(replace(view, soft_tissue_ratio=0.29) for view in PIXELS.views))
    assert [reason.code for reason in compare(study(2), both, study(1), PIXELS).reasons] == ["SOFT_TISSUE"]


def test_missing_view() -> None:
    both, front, back = study(1).views, study(1).views[:1], study(1).views[1:]
    found = {
        (len(now), len(then)): compare(study(2, views=now), PIXELS, study(1, views=then), PIXELS).verdict
        for now, then in ((front, both), (both, front))
    }
    assert set(found.values()) == {Comparable.CAUTION}
    assert compare(study(2, views=front), PIXELS, study(1, views=back), PIXELS).verdict is Comparable.NO
    assert compare(study(2, views=front), PIXELS, study(1, views=front), PIXELS).verdict is Comparable.YES


def test_grid_and_spacing() -> None:
    coarse = tuple(replace(view, spacing_mm=(4.8, 4.8)) for view in study(1).views)
    unknown = tuple(replace(view, spacing_stated=False) for view in study(1).views)
    codes = [
        [reason.code for reason in compare(study(2, views=views), PIXELS, study(1), PIXELS).reasons]
        for views in (coarse, unknown)
    ]
    assert codes == [["GRID"], ["SPACING"]]


def test_doubt_about_a_view_travels() -> None:
    unsure = study(2, notices=(Notice(code="VIEW_DOUBTFUL", text="t"),))
    assert [reason.code for reason in compare(unsure, PIXELS, study(1), PIXELS).reasons] == ["VIEW_UNSURE"]


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ({}, Comparable.YES),
        ({"name_digest": "", "birth_date": None, "sex": "", "height_m": None}, Comparable.YES),
        ({"height_m": 1.74}, Comparable.YES),
        ({"height_m": 1.55}, Comparable.CAUTION),
        ({"name_digest": "xyz"}, Comparable.CAUTION),
        ({"name_digest": "xyz", "birth_date": None}, Comparable.CAUTION),
        ({"birth_date": date(1951, 1, 1)}, Comparable.CAUTION),
        ({"sex": "F"}, Comparable.CAUTION),
        ({"name_digest": "xyz", "birth_date": date(1951, 1, 1)}, Comparable.NO),
        ({"name_digest": "", "birth_date": date(1951, 1, 1)}, Comparable.NO),
        ({"name_digest": "", "birth_date": None, "sex": "F"}, Comparable.NO),
    ],
)
def test_identity(changes: dict[str, object], severity: Comparable) -> None:
    other = study(2, clues=replace(CLUES, **changes))  # type: ignore[arg-type]
    verdict = compare(other, PIXELS, study(1), PIXELS)
    assert verdict.verdict is severity
    assert all(reason.code == "IDENTITY" for reason in verdict.reasons)
    assert not any("xyz" in reason.text + reason.value for reason in verdict.reasons)


def test_two_issuers_of_one_id_are_two_people() -> None:
    sides = [study(number, clues=replace(CLUES, id_issuer=name)) for number, name in ((1, "A"), (2, "B"))]
    assert compare(sides[0], PIXELS, sides[1], PIXELS).verdict is Comparable.NO


def test_worst_reason_comes_first() -> None:
    other = study(2, acquisition=replace(FACTS, model="Two", tracer="PYP"))
    verdict = compare(other, PIXELS, study(1), PIXELS)
    assert [reason.code for reason in verdict.reasons] == ["TRACER", "CAMERA"]
    assert verdict.verdict is Comparable.NO


def label(name: str) -> int:
    return next(region.label for region in FINE_REGIONS if region.name == name)


def scene(scale: float = 1.0, masked: tuple[Physiologic, ...] = tuple(Physiologic)) -> tuple[Study, SkeletonView]:
    """Bone in soft tissue, an arm with a hot injection site, a bladder over half of the sacrum; masks as asked for."""
    labels = np.zeros((100, 60), np.uint8)
    labels[5:40, 20:40] = label("skull")
    labels[70:80, 20:40] = label("sacrum")
    labels[40:60, 54:58] = label("forearm_left")
    body = np.zeros_like(labels, bool)
    body[5:95, 10:50] = True
    truth = np.zeros_like(labels)
    truth[70:80, 20:30] = Physiologic.BLADDER
    truth[50:53, 55:58] = Physiologic.INJECTION_SITE
    counts = np.where(body, 20.0, 0.0)
    counts[labels > 0] = 100.0
    counts[truth > 0] = 500.0
    view = View(projection=Projection.ANTERIOR, counts=counts * scale, spacing_mm=(5.0, 5.0))
    skeleton = SkeletonView(
        projection=Projection.ANTERIOR,
        labels=labels,
        expected=(labels > 0).astype(np.float32),
        spread=np.zeros(labels.shape, np.float32),
        body=body,
        physiologic=np.where(np.isin(truth, masked), truth, 0),
    )
    return study(1, views=(view,)), skeleton


@pytest.mark.parametrize("scale", [1.0, 7.0])
def test_image_facts_find_what_was_planted(scale: float) -> None:
    visit, skeleton = scene(scale)
    (found,) = image_facts(visit, [skeleton]).views
    view = visit.views[0]
    assert found.body_counts == view.counts[skeleton.body].sum()
    assert found.soft_tissue_ratio == pytest.approx(20 / (100 - 20))
    assert found.injection_share == pytest.approx(9 * 500 * scale / view.total_counts)
    assert 0.5 <= found.bladder_share <= 0.6


def test_an_injection_site_without_a_mask_is_seen_by_its_glow() -> None:
    visit, skeleton = scene(masked=(Physiologic.NONE, Physiologic.BLADDER))
    (found,) = image_facts(visit, [skeleton]).views
    assert 0 < found.injection_share < 9 * 500 / visit.views[0].total_counts


def test_a_bladder_whose_mask_is_too_small_counts_with_its_glow() -> None:
    visit, skeleton = scene()
    small = np.where(np.indices(skeleton.labels.shape)[1] < 22, skeleton.physiologic, 0)
    (found,) = image_facts(visit, [replace(skeleton, physiologic=small)]).views
    assert 0.5 <= found.bladder_share <= 0.6


def test_image_facts_without_a_map_count_everything() -> None:
    visit, _ = scene()
    (found,) = image_facts(visit, []).views
    assert (found.body_counts, found.soft_tissue_ratio) == (visit.views[0].total_counts, None)
