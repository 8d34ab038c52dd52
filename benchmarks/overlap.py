"""Measures what every region shows of other regions and of soft tissue on simulated people. All *simulated*.

::

    python -m benchmarks.overlap                measure and write both tables
    python -m benchmarks.overlap --people 2     fewer people

A planar view adds up what lies behind each other: where a sternum is labelled, the thoracic spine shines through, and
blur and scatter carry the counts of one bone over the label of the next. In a simulated person every bone's own image
is known without noise. Here it is added to the image once more, soft tissue is estimated as the program does, and the
bone counts gained on every region, as the program labels it, are the region's share of that bone
(``tracker/burden/overlap.csv``). The same with all soft tissue says how much of it the estimate misses under each bone
(``tracker/intensity/soft_share.csv``).
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.measurement_courses import BenchVisit, VisitPlan, simulated
from tracker.alignment import align_course
from tracker.burden.on_body import labels_on_body
from tracker.burden.overlap import TABLE_NAME as OVERLAP_NAME
from tracker.burden.view_to_measure import hidden_pixels
from tracker.intensity import normalisers
from tracker.intensity.soft_share import TABLE_NAME as SOFT_NAME
from tracker.intensity.soft_share import taken, with_shares
from tracker.intensity.soft_tissue import soft_tissue
from tracker.phantom import Expected
from tracker.phantom.body import tissue_of
from tracker.phantom.camera import Activity, detectors_of, point_image
from tracker.phantom.pose import motion_of
from tracker.phantom.scatter import scattered, scattering
from tracker.phantom.scene import STORED
from tracker.pipeline.labelling import label_visit
from tracker.records.regions import FINE_REGIONS
from tracker.records.skeleton import SkeletonView
from tracker.records.view import Projection, View
from tracker.settings.whole import Settings
from tracker.skeleton import fit_skeleton

TUNING_SEED = 1600
"""First seed; report seeds begin at 9000."""

STEP = 0.3
"""By how much a source is raised to see what follows; the estimate of soft tissue is nearly linear."""

LEAST_SHARE = 0.005
"""Smaller shares of a region's bone counts are left out of the table. Shares may be negative: a bone that scatters
into the soft tissue beside another makes too much of it be taken away there."""

LEAST_AREA_MM2 = 400.0
"""A region of a view with less visible area on average is left out."""

SHARE_LIMITS = (0.5, 2.0)
"""Shares beyond these are taken for errors."""

MOST_STRAY = 0.9
"""At most so much of what is taken for soft tissue is bone's."""

NUMBERS = len(FINE_REGIONS) + 1
"""Label numbers, 0 included."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Response:
    """What the regions of one view of one person show.

    Parameters
    ----------
    area_mm2 : ndarray, shape (labels,), float64
        Visible area of each label.
    bone : ndarray, shape (labels, labels), float64
        Counts on a label (row) that come from a source (column), as measured above the estimated soft tissue.
    soft_share : ndarray, shape (labels,), float64
        1 plus what is missing of the soft tissue under each label, over a healthy person's.
    stray : ndarray, shape (labels,), float64
        Share of what is taken for soft tissue under each label that bones scatter there.
    reference : float
        Bone counts per square millimetre that are called 1.0.
    """

    area_mm2: NDArray[np.float64]
    bone: NDArray[np.float64]
    soft_share: NDArray[np.float64]
    stray: NDArray[np.float64]
    reference: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sources:
    """Noise-free images of every source on one view, stored frame."""

    total: NDArray[np.float64]
    bones: dict[int, NDArray[np.float64]]
    soft: NDArray[np.float64]


def _sources(expected: Expected, projection: Projection) -> _Sources:
    """Return what every bone and all soft tissue add to a view, scatter included."""
    scene, frame, camera = expected.scene, expected.frame, expected.camera
    tissue = tissue_of(scene.shape, motion_of(scene.shape, scene.pose), frame)
    detectors, scatter = detectors_of(tissue, camera), scattering(tissue, frame, camera)
    view, label = expected.view(projection), scene.shape.skeleton.label

    def stored(primary: NDArray[np.float64]) -> NDArray[np.float64]:
        return STORED[projection].to_stored((primary + scattered(primary, scatter, frame)) * expected.field)

    bones = {}
    for number in range(1, NUMBERS):
        mine = label == number
        activity = Activity(place_mm=expected.place_mm[mine], emission=view.bone_emission[mine].astype(np.float64))
        bones[number] = stored(point_image(activity, frame, camera, detectors, projection))
    organs = np.zeros(frame.shape)
    for _, patch in view.organ_patches:
        organs[patch.place] += patch.image
    total = STORED[projection].to_stored(view.total).astype(np.float64)
    room = camera.background_per_pixel * STORED[projection].to_stored(expected.field)
    return _Sources(total=total, bones=bones, soft=total - room - sum(bones.values()) - stored(organs))


def _labelled(visit: BenchVisit, settings: Settings) -> tuple[SkeletonView, ...]:
    """Return the labels that the program puts on a visit."""
    alignment = align_course([visit.study], settings.alignment)
    skeleton = fit_skeleton(alignment.images, alignment.spacing_mm, settings.skeleton)
    return label_visit(visit.study, alignment.visit(visit.study.study_uid), skeleton, settings).skeleton_views


def _response(
    view: View, skeleton_view: SkeletonView, sources: _Sources, reference: float, settings: Settings
) -> Response:
    """Return what the regions of one view show of each source."""
    skeleton_view = labels_on_body(view, skeleton_view)
    hidden = hidden_pixels(view, skeleton_view, settings.burden.hidden_gap_mm)
    seen = (skeleton_view.labels > 0) & ~hidden & (skeleton_view.physiologic == 0)
    labels, nothing = skeleton_view.labels[seen], np.zeros(seen.shape, dtype=bool)

    def sums(image: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(labels, weights=image[seen], minlength=NUMBERS).astype(np.float64)

    def estimated(image: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
        counts = replace(view, counts=np.maximum(image, 0.0))
        soft = soft_tissue(counts, skeleton_view, settings.intensity, nothing)
        return sums(with_shares(counts, skeleton_view, soft, share).counts - soft.room)

    def followed(image: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
        return (estimated(sources.total + STEP * image, share) - estimated(sources.total, share)) / STEP

    plain, doubled = (followed(sources.soft, np.full(NUMBERS, share)) for share in (1.0, 2.0))
    healthy = np.where(doubled > plain, doubled - plain, np.inf)
    share = np.clip(1 + (sums(sources.soft) - plain) / healthy, *SHARE_LIMITS)
    bone, stray = np.zeros((NUMBERS, NUMBERS)), np.zeros(NUMBERS)
    used = taken(share)
    before = estimated(sources.total, used)
    for number, image in sources.bones.items():
        taken_for_soft = (estimated(sources.total + STEP * image, used) - before) / STEP
        bone[:, number] = sums(image) - taken_for_soft
        stray += taken_for_soft
    area = np.bincount(labels, minlength=NUMBERS).astype(np.float64) * view.pixel_area_mm2
    stray = np.clip(stray / np.maximum(before, 1.0), 0.0, MOST_STRAY)
    return Response(area_mm2=area, bone=bone, soft_share=share, stray=stray, reference=reference)


def responses(seed: int) -> dict[Projection, Response]:
    """Return what every region of one simulated person shows.

    Parameters
    ----------
    seed : int
        Person, pose and conditions.

    Returns
    -------
    dict of Projection to Response
        Both views.
    """
    settings = Settings()
    visit = simulated(seed, (VisitPlan(),))[0]
    skeleton_views = _labelled(visit, settings)
    scales = normalisers(visit.study, skeleton_views, settings.intensity)
    found = {}
    for skeleton_view, scale in zip(skeleton_views, scales, strict=True):
        view = visit.study.view(skeleton_view.projection)
        if view is not None and scale.reliable:
            sources = _sources(visit.expected, view.projection)
            found[view.projection] = _response(view, skeleton_view, sources, scale.bone_counts_per_mm2, settings)
    return found


def _mirrored(name: str) -> str:
    """Return the name of the other side's region."""
    for side, other in (("_left", "_right"), ("_right", "_left")):
        if name.endswith(side):
            return name.removesuffix(side) + other
    return name


NAMES = ["", *(region.name for region in FINE_REGIONS)]
"""Name of each label number."""

MIRROR = np.array([NAMES.index(_mirrored(name)) for name in NAMES])
"""The other side's number."""


def _seen_area_mm2(people: Sequence[Response]) -> NDArray[np.float64]:
    """Return the visible area of each label, mean of people and of both sides of the body."""
    area = np.array([one.area_mm2 for one in people])
    return np.asarray((area + area[:, MIRROR]).mean(axis=0) / 2)


def overlap_table(projection: Projection, people: Sequence[Response]) -> list[dict[str, object]]:
    """Return what each region of one projection shows of each region in a healthy person.

    Parameters
    ----------
    projection : Projection
        Which side.
    people : sequence of Response
        Of that projection.

    Returns
    -------
    list of dict
        projection, region, source, uptake (in units of reference bone).
    """
    area = np.array([one.area_mm2 for one in people])
    uptake = np.array([one.bone / np.maximum(one.area_mm2, 1.0)[:, None] / one.reference for one in people])
    both = _seen_area_mm2(people)
    seen = area > LEAST_AREA_MM2 / 2
    total = np.where(seen[:, :, None], uptake, 0.0).sum(axis=0)
    total = total + total[np.ix_(MIRROR, MIRROR)]
    number_seen = seen.sum(axis=0) + seen.sum(axis=0)[MIRROR]
    mean = total / np.maximum(number_seen, 1)[:, None]
    rows: list[dict[str, object]] = []
    for number in range(1, NUMBERS):
        whole = float(mean[number].sum())
        if both[number] < LEAST_AREA_MM2 or not whole > 0:
            continue
        for source in range(1, NUMBERS):
            if source == number or abs(mean[number, source]) > LEAST_SHARE * whole:
                rows.append(
                    {
                        "projection": projection,
                        "region": NAMES[number],
                        "source": NAMES[source],
                        "uptake": round(float(mean[number, source]), 4),
                    }
                )
    return rows


def soft_table(projection: Projection, people: Sequence[Response]) -> list[dict[str, object]]:
    """Return what is missing of the soft tissue under each region of one projection, and what of it is bone's.

    Parameters
    ----------
    projection : Projection
        Which side.
    people : sequence of Response
        Of that projection.

    Returns
    -------
    list of dict
        projection, region, share, stray.
    """
    share, stray = np.array([one.soft_share for one in people]), np.array([one.stray for one in people])
    both = _seen_area_mm2(people)
    rows: list[dict[str, object]] = []
    for number in range(1, NUMBERS):
        if both[number] >= LEAST_AREA_MM2:
            found = {
                name: round(float(np.median(values[:, [number, MIRROR[number]]])), 3)
                for name, values in (("share", share), ("stray", stray))
            }
            rows.append({"projection": projection, "region": NAMES[number], **found})
    return rows


def main() -> None:
    """Measure and write both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=10, help="how many people")
    parser.add_argument("--seed", type=int, default=TUNING_SEED, help="first seed")
    parser.add_argument("--out", type=Path, default=Path("tracker"), help="folder of the packages")
    given = parser.parse_args()
    found = [responses(seed) for seed in range(given.seed, given.seed + given.people)]
    views = {side: [one[side] for one in found if side in one] for side in Projection}
    seeds = f"seeds {given.seed}-{given.seed + given.people - 1}, labels by the whole pipeline"
    head = f"# version 3, simulated: python -m benchmarks.overlap, {seeds}\n"
    tables = {
        given.out / "burden" / OVERLAP_NAME: (
            "# bone uptake on a region that comes from a source, in units of reference bone, in a healthy person\n",
            [row for side, people in views.items() for row in overlap_table(side, people)],
        ),
        given.out / "intensity" / SOFT_NAME: (
            "# share: 1 plus what is missing of the soft tissue carried under a region, over a healthy person's; "
            "stray: share of what is carried that bones scatter\n",
            [row for side, people in views.items() for row in soft_table(side, people)],
        ),
    }
    for path, (meaning, rows) in tables.items():
        path.write_text(head + meaning + pd.DataFrame(rows).to_csv(index=False), encoding="utf-8")
        print(f"{path}: {len(rows)} rows")


if __name__ == "__main__":
    main()
