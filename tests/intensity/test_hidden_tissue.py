"""Counts that are not bone: soft tissue that bones hide, and what hot sites scatter over them."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from tracker.intensity.hot_halo import hot_halo
from tracker.intensity.soft_share import share_of_labels, soft_shares, with_shares
from tracker.intensity.soft_tissue import soft_tissue
from tracker.records.regions import FINE_LABEL
from tracker.records.skeleton import Physiologic, SkeletonView
from tracker.records.view import Projection, View
from tracker.settings.intensity import IntensitySettings

SHAPE = (200, 160)
SPACING_MM = (2.4, 2.4)
SOFT = 8.0
SCATTER = 0.45


def scene(bladder_counts: float) -> tuple[View, SkeletonView, np.ndarray]:
    """Return a pelvis of two bones with a bladder between them, its labels, and what the bladder scatters."""
    labels = np.zeros(SHAPE, dtype=np.uint8)
    labels[70:130, 30:60] = FINE_LABEL["hip_bone_right"]
    labels[70:130, 100:130] = FINE_LABEL["hip_bone_left"]
    physiologic = np.zeros(SHAPE, dtype=np.uint8)
    physiologic[95:115, 72:88] = int(Physiologic.BLADDER)
    expected = np.where(labels > 0, 1.0, SOFT / 30.0).astype(np.float32)
    site = np.where(physiologic > 0, bladder_counts, 0.0)
    scatter = SCATTER * ndimage.gaussian_filter(site, 35.0 / SPACING_MM[0])
    counts = np.random.default_rng(3).poisson(SOFT + np.where(labels > 0, 22.0, 0.0) + site + scatter)
    view = View(projection=Projection.ANTERIOR, counts=counts.astype(np.float64), spacing_mm=SPACING_MM)
    skeleton_view = SkeletonView(
        projection=Projection.ANTERIOR,
        labels=labels,
        expected=expected,
        spread=0.1 * expected,
        body=np.ones(SHAPE, dtype=bool),
        physiologic=physiologic,
    )
    return view, skeleton_view, scatter


@pytest.mark.parametrize("bladder_counts", [100.0, 1000.0])
def test_scatter_of_a_bladder_is_found_on_the_bones(bladder_counts: float) -> None:
    view, skeleton_view, scatter = scene(bladder_counts)
    nothing = np.zeros(SHAPE, dtype=bool)
    soft = soft_tissue(view, skeleton_view, IntensitySettings(), nothing)
    known = replace(soft, counts=np.full(SHAPE, SOFT), expected=np.full(SHAPE, SOFT / 30.0))
    bones = skeleton_view.labels > 0
    halo = hot_halo(view, skeleton_view, known)
    assert float(halo[bones].sum()) == pytest.approx(float(scatter[bones].sum()), rel=0.3)


def test_a_bright_injection_site_that_scatters_nothing_does_not_hide_what_a_bladder_scatters() -> None:
    view, skeleton_view, scatter = scene(300.0)
    physiologic, counts = skeleton_view.physiologic.copy(), view.counts.copy()
    physiologic[90:110, 4:14] = int(Physiologic.INJECTION_SITE)
    counts[90:110, 4:14] += 3000.0
    known = replace(
        soft_tissue(view, skeleton_view, IntensitySettings(), np.zeros(SHAPE, dtype=bool)),
        counts=np.full(SHAPE, SOFT),
        expected=np.full(SHAPE, SOFT / 30.0),
    )
    halo = hot_halo(replace(view, counts=counts), replace(skeleton_view, physiologic=physiologic), known)
    far = skeleton_view.labels == FINE_LABEL["hip_bone_left"]
    assert float(halo[far].sum()) == pytest.approx(float(scatter[far].sum()), rel=0.3)


def test_without_hot_sites_there_is_no_halo() -> None:
    view, skeleton_view, _ = scene(0.0)
    cold = replace(skeleton_view, physiologic=np.zeros(SHAPE, dtype=np.uint8))
    soft = soft_tissue(view, cold, IntensitySettings(), np.zeros(SHAPE, dtype=bool))
    assert not hot_halo(view, cold, soft).any()


def test_hidden_soft_tissue_follows_its_level_and_stays_under_the_bones() -> None:
    view, skeleton_view, _ = scene(0.0)
    cold = replace(skeleton_view, physiologic=np.zeros(SHAPE, dtype=np.uint8))
    share = np.ones(len(share_of_labels("ANTERIOR")))
    share[FINE_LABEL["hip_bone_left"]] = 1.2
    added = []
    for factor in (1, 2):
        brighter = replace(view, counts=factor * view.counts)
        soft = soft_tissue(brighter, cold, IntensitySettings(), np.zeros(SHAPE, dtype=bool))
        added.append(with_shares(brighter, cold, soft, share).counts - soft.counts)
    hip = cold.labels == FINE_LABEL["hip_bone_left"]
    assert not added[0][~hip].any()
    assert added[0][hip].mean() == pytest.approx(0.2 * SOFT, rel=0.2)
    assert added[1][hip].mean() == pytest.approx(2 * added[0][hip].mean(), rel=0.02)


def test_the_table_is_of_people() -> None:
    shares = soft_shares()
    assert {projection for projection, _ in shares} == {"ANTERIOR", "POSTERIOR"}
    assert all(0.4 < one.share < 2.1 and 0 <= one.stray < 1 for one in shares.values())
    assert shares["POSTERIOR", "ribs_left"] == shares["POSTERIOR", "ribs_right"]
    assert shares["POSTERIOR", "ribs_left"].share > 1
