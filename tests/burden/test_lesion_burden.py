"""Count, area and index of the lesions of one visit, worked out by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tracker.burden.lesion_area import lesion_area
from tracker.burden.lesion_count import lesion_count
from tracker.burden.scan_index import scan_index
from tracker.records.foci import Expectation, FociView, VisitFoci
from tracker.records.lesion import Fate, Focus, FollowedVisit, Kind, Lesion
from tracker.records.regions import FINE_LABEL
from tracker.records.skeleton import SkeletonView
from tracker.records.uptake import Normaliser
from tracker.records.view import Projection, View
from tracker.settings.lesions import LesionSettings

SHAPE = (60, 40)


def seen_view(projection: Projection) -> FociView:
    labels = np.zeros(SHAPE, dtype=np.uint8)
    labels[10:30, 10:30] = FINE_LABEL["sacrum"]
    labels[30:50, 10:30] = FINE_LABEL["lumbar_spine"]
    ones = np.ones(SHAPE)
    return FociView(
        view=View(projection=projection, counts=ones, spacing_mm=(2.0, 2.0)),
        skeleton=SkeletonView(
            projection=projection,
            labels=labels,
            expected=ones.astype(np.float32),
            spread=ones.astype(np.float32),
            body=ones.astype(bool),
            physiologic=np.zeros(SHAPE, dtype=np.uint8),
        ),
        normaliser=Normaliser(projection=projection, method="known", counts_per_mm2=1.0, relative_sd=0.01),
        expectation=Expectation(counts=ones, model_sd=ones, bone=labels > 0, usable=ones.astype(bool)),
    )


def row(name: str, projection: Projection, top: int, *, kind: Kind = Kind.LESION, fate: Fate = Fate.NEW) -> Lesion:
    rows, cols = np.mgrid[top : top + 5, 15:25]
    pixels = np.stack([rows.ravel(), cols.ravel()], axis=1).astype(np.int32)
    focus = Focus(
        projection=projection,
        pixels=pixels,
        row_px=float(pixels[:, 0].mean()),
        col_px=float(pixels[:, 1].mean()),
        row_mm=0.0,
        col_mm=0.0,
        area_mm2=200.0,
        region="sacrum",
        side="",
        uptake_ratio=2.0,
        excess_ratio=2.0,
        significance=10.0,
        kind=kind,
    )
    return Lesion(lesion_id=name, focus=focus, fate=fate)


ROWS = (
    row("L001", Projection.ANTERIOR, 10),
    row("L001", Projection.POSTERIOR, 10),
    row("L002", Projection.ANTERIOR, 40),
    row("L003", Projection.ANTERIOR, 20, kind=Kind.EQUIVOCAL),
    row("L004", Projection.ANTERIOR, 20, fate=Fate.RESOLVED),
    row("L005", Projection.ANTERIOR, 20, fate=Fate.MERGED),
)
VISIT = FollowedVisit(study_uid="1", study_date=date(2020, 1, 1), lesions=ROWS)
SEEN = VisitFoci(
    study_uid="1",
    study_date=date(2020, 1, 1),
    views=(seen_view(Projection.ANTERIOR), seen_view(Projection.POSTERIOR)),
)
REFUSED = FollowedVisit(
    study_uid="1", study_date=date(2020, 1, 1), lesions=(), evaluable=False, reason="alignment refused"
)


def test_a_lesion_on_both_views_counts_once_and_other_kinds_never() -> None:
    figure = lesion_count(VISIT, LesionSettings())
    assert figure.value == 2
    assert figure.low == figure.high == 2


def test_area_adds_both_views() -> None:
    figure = lesion_area(VISIT)
    assert figure.value == pytest.approx(6.0)
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low < 6.0 < figure.high


def test_many_lesions_are_known_better_than_one_of_their_size() -> None:
    halves = (row("L001", Projection.ANTERIOR, 10), row("L002", Projection.ANTERIOR, 40))
    widths = []
    for rows in (halves, tuple(replace(one, lesion_id="L001") for one in halves)):
        visit = FollowedVisit(study_uid="1", study_date=date(2020, 1, 1), lesions=rows)
        figures = (lesion_area(visit), scan_index(visit, SEEN, {"sacrum": 2.0, "lumbar_spine": 4.0})[0])
        widths.append([figure.high - figure.low for figure in figures if figure.high is not None and figure.low])
    assert [len(width) for width in widths] == [2, 2]
    assert all(many < one for many, one in zip(*widths, strict=True))


def test_index_is_the_share_of_mass_over_the_views_that_show_it() -> None:
    total, *parts = scan_index(VISIT, SEEN, {"sacrum": 2.0, "lumbar_spine": 4.0})
    sacrum = 2.0 * 50 / 400
    lumbar = 4.0 * (50 / 400) / 2
    assert total.value == pytest.approx(sacrum + lumbar)
    assert {part.region: part.value for part in parts} == pytest.approx({"sacrum": sacrum, "lumbar_spine": lumbar})


def test_background_never_counts() -> None:
    outside = FollowedVisit(study_uid="1", study_date=date(2020, 1, 1), lesions=(row("L001", Projection.ANTERIOR, 0),))
    assert scan_index(outside, SEEN, {"sacrum": 2.0})[0].value == 0


def test_without_evaluation_there_is_a_reason_and_no_number() -> None:
    for figure in (lesion_count(REFUSED, LesionSettings()), lesion_area(REFUSED), scan_index(REFUSED, SEEN, {})[0]):
        assert figure.value is None
        assert figure.reason_empty == "alignment refused"
