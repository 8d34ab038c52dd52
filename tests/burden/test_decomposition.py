"""What a change consists of: each single cause is attributed to itself, and the parts add up."""

from collections.abc import Callable

import numpy as np
import pytest

from tracker.burden.asymmetry import region_asymmetries
from tracker.burden.decomposition import change_parts, lesion_shares
from tracker.burden.region_uptake import region_uptakes
from tracker.records.lesion import Fate, Focus, Lesion
from tracker.records.regions import FINE_LABEL
from tracker.records.skeleton import SkeletonView
from tracker.records.study import Study
from tracker.records.uptake import COMBINED, ChangeParts, Normaliser, RegionUptake
from tracker.records.view import Projection, View
from tracker.settings.burden import BurdenSettings

SETTINGS = BurdenSettings(overlap_strength=0.0)
PARTS = ("hotter_pct", "larger_pct", "new_pct", "lost_pct", "diffuse_pct")
Views = tuple[SkeletonView, ...]
Visit = tuple[Study, tuple[Normaliser, ...], tuple[Lesion, ...], tuple[RegionUptake, ...]]


def visit(
    make_study: Callable[..., Study], skeleton_views: Views, seed: int, bone: float, spots: dict[str, tuple[int, float]]
) -> Visit:
    """Return a visit with square lesions in the sacrum: id -> (half width in pixels, added uptake)."""
    plain = make_study(str(seed), 400.0, seed, {"sacrum": bone})
    rows, cols = np.nonzero(skeleton_views[0].labels == FINE_LABEL["sacrum"])
    places = {"L1": (int(rows.min()) + 6, int(cols.min()) + 6), "L2": (int(rows.max()) - 6, int(cols.max()) - 6)}
    views, lesions = [], []
    for view in plain.views:
        counts = view.counts.copy()
        for lesion_id, (half, added) in spots.items():
            row, col = places[lesion_id]
            box = np.s_[row - half : row + half + 1, col - half : col + half + 1]
            counts[box] += 400.0 * 0.7 * added
            pixels = np.argwhere(np.ones((2 * half + 1, 2 * half + 1))).astype(np.int32) + [row - half, col - half]
            lesions.append(lesion(lesion_id, view, pixels.astype(np.int32)))
        views.append(View(projection=view.projection, counts=counts, spacing_mm=view.spacing_mm))
    study = Study(patient_id="P1", study_uid=plain.study_uid, study_date=plain.study_date, views=tuple(views))
    normalisers = tuple(known_scale(view) for view in study.views)
    uptakes = region_uptakes(study, skeleton_views, normalisers, {}, SETTINGS)
    return study, normalisers, tuple(lesions), uptakes


def known_scale(view: View) -> Normaliser:
    return Normaliser(
        projection=str(view.projection),
        method="known",
        counts_per_mm2=400.0 / view.pixel_area_mm2,
        bone_counts_per_mm2=0.7 * 400.0 / view.pixel_area_mm2,
        relative_sd=0.01,
        soft_tissue=np.full(view.counts.shape, 0.3 * 400.0, dtype=np.float32),
    )


def lesion(lesion_id: str, view: View, pixels: np.ndarray) -> Lesion:
    focus = Focus(
        projection=view.projection,
        pixels=pixels,
        row_px=0.0,
        col_px=0.0,
        row_mm=0.0,
        col_mm=0.0,
        area_mm2=len(pixels) * view.pixel_area_mm2,
        region="sacrum",
        side="",
        uptake_ratio=2.0,
        excess_ratio=1.0,
        significance=20.0,
    )
    return Lesion(lesion_id=lesion_id, focus=focus, fate=Fate.PERSISTENT)


def sacrum(now: Visit, before: Visit, skeleton_views: Views, projection: str = "ANTERIOR") -> ChangeParts:
    shares = [lesion_shares(study, skeleton_views, scale, lesions) for study, scale, lesions, _ in (now, before)]
    parts = change_parts(now[3], before[3], shares[0], shares[1])
    return next(entry for entry in parts if (entry.region, entry.projection) == ("sacrum", projection))


CAUSES = {
    "hotter_pct": ((1.0, {"L1": (3, 1.0)}), (1.0, {"L1": (3, 2.0)})),
    "larger_pct": ((1.0, {"L1": (2, 1.0)}), (1.0, {"L1": (4, 1.0)})),
    "new_pct": ((1.0, {}), (1.0, {"L1": (3, 1.5)})),
    "lost_pct": ((1.0, {"L2": (3, 1.5)}), (1.0, {})),
    "diffuse_pct": ((1.0, {"L1": (3, 1.0)}), (1.2, {"L1": (3, 1.0)})),
}


@pytest.mark.parametrize("cause", PARTS)
@pytest.mark.parametrize("projection", ["ANTERIOR", "POSTERIOR", COMBINED])
def test_single_cause_is_attributed_to_itself(
    make_study: Callable[..., Study], skeleton_views: Views, cause: str, projection: str
) -> None:
    before, now = (
        visit(make_study, skeleton_views, seed, bone, spots) for seed, (bone, spots) in enumerate(CAUSES[cause], 1)
    )
    parts = sacrum(now, before, skeleton_views, projection)
    values = {name: float(getattr(parts, name)) for name in PARTS}
    change = next(
        100 * (a.uptake_ratio / b.uptake_ratio - 1)
        for a, b in zip(now[3], before[3], strict=True)
        if (a.region, a.projection) == ("sacrum", projection) and a.uptake_ratio and b.uptake_ratio
    )
    assert sum(values.values()) == pytest.approx(change, abs=1e-9)
    assert abs(change) > 4
    assert values[cause] == pytest.approx(change, abs=0.15 * abs(change) + 0.8)


def test_region_without_uptake_has_no_parts(make_study: Callable[..., Study], skeleton_views: Views) -> None:
    one = visit(make_study, skeleton_views, 1, 1.0, {})
    parts = change_parts(one[3], one[3], {}, {})
    foot = next(entry for entry in parts if entry.region == "foot_left")
    assert foot.hotter_pct is None
    assert foot.reason_empty


def test_left_over_right_needs_no_normaliser(make_study: Callable[..., Study], skeleton_views: Views) -> None:
    before = make_study("1", 50.0, 1, {})
    now = make_study("2", 20.0, 2, {"scapula_left": 1.5})
    uptakes = []
    for study, scale in ((before, 400.0), (now, 777.0)):
        normalisers = [
            Normaliser(
                projection=str(projection),
                method="wrong on purpose",
                counts_per_mm2=scale,
                relative_sd=0.5,
                soft_tissue=np.full(study.views[0].counts.shape, 15.0 if study is before else 6.0, dtype=np.float32),
            )
            for projection in Projection
        ]
        uptakes.append(region_uptakes(study, skeleton_views, normalisers, {}, SETTINGS))
    found = {
        entry.region: entry
        for entry in region_asymmetries(uptakes[1], uptakes[0], SETTINGS)
        if entry.projection == COMBINED
    }
    assert found["scapula"].ratio == pytest.approx(1.5, rel=0.04)
    assert found["scapula"].change_low_pct is not None
    assert found["scapula"].change_low_pct > 0
    assert found["ribs"].ratio == pytest.approx(1.0, rel=0.04)
    assert found["hand"].ratio is None
    assert region_asymmetries(uptakes[0], uptakes[0], SETTINGS)[0].change_pct is None
