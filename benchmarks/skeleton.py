"""Skeleton map against truth on unseen simulated people, and against itself on a warped real scan.

``python -m benchmarks.skeleton [--quick] [--first-seed 9000] [--people 30] [--picture FILE]``

Sites are counted view by view: all that show at least `LEAST_TRUE_PX` pixels, and those a reader could see. The second
count leaves out what the edge of the field or the body's thickness took from a view: sites whose noise-free added
events stay below the bound from which a lesion counts as visible (`tracker.phantom.truth`). Injection sites are counted
a third time, without those hardly brighter than the same place of the other arm: they look like one of two worn elbows.
The bound beside them is what a perfect observer would find, who knows both noise-free images, with the site and
without: what it leaves is lost to noise, the rest because nobody knows how hot this person's own elbows are.

The farthest centre is given twice: over all people, and over those whose map does not say that the region cannot be
evaluated there. A hand that lies over a thigh sends fewer events than what is behind it, and no reader could tell where
it is. Beside the second figure stands how many views that leaves out, for which reason, and how well those were named.
"""

import argparse
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.own_process import memory_of
from benchmarks.skeleton_cases import Case, map_once, real_scan, simulated_case, warped
from benchmarks.skeleton_picture import contact_sheet
from tracker.records.regions import FINE_LABEL, WHOLE_REGIONS, mirrored_name, whole_labels
from tracker.records.skeleton import Physiologic, SkeletonMap, SkeletonView
from tracker.records.view import Projection
from tracker.settings.skeleton import SkeletonSettings
from tracker.skeleton import map_regions, refine_physiologic

REPORT_SEED = 9000
"""First of the seeds that nothing was tuned on."""

LEAST_TRUE_PX = 20
"""A region that shows fewer pixels on a view is not scored there."""

FOUND_MM = 15.0
"""A site is found if the middles of its true and its found mask lie within this distance."""

SITES = (Physiologic.BLADDER, Physiologic.INJECTION_SITE)
"""Sites whose finding is scored."""


def dice(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    """Return the overlap of two masks, 0 to 1."""
    return float(2 * (first & second).sum() / max(1, first.sum() + second.sum()))


def middle_mm(mask: NDArray[np.bool_], spacing_mm: tuple[float, float]) -> NDArray[np.float64]:
    """Return the mean place of a mask, millimetres."""
    return np.asarray(np.argwhere(mask).mean(axis=0) * np.array(spacing_mm))


@dataclass(kw_only=True)
class Tally:
    """How many sites there were, and how many of them were found."""

    total: int = 0
    found: int = 0

    def count(self, found: bool) -> None:
        """Add one site."""
        self.total += 1
        self.found += found

    def __str__(self) -> str:
        return f"{self.found} of {self.total} views ({100 * self.found / max(1, self.total):.1f} %)"


@dataclass(kw_only=True)
class SiteMarks:
    """Scores of one kind of site: all that show, those a reader could see, those unlike the other arm, inventions."""

    shown: Tally = field(default_factory=Tally)
    visible: Tally = field(default_factory=Tally)
    outshining: Tally = field(default_factory=Tally)
    certain: Tally = field(default_factory=Tally)
    invented: int = 0


@dataclass(kw_only=True)
class Marks:
    """Scores gathered over people."""

    dices: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    misses_mm: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    evaluable_misses_mm: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    refused_dices: dict[str, list[float]] = field(default_factory=dict)
    swaps: int = 0
    sites: dict[Physiologic, SiteMarks] = field(default_factory=lambda: {site: SiteMarks() for site in SITES})
    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    quality: list[float] = field(default_factory=list)

    def add_regions(
        self,
        projection: str,
        found: NDArray[np.uint8],
        truth: NDArray[np.uint8],
        case: Case,
        refused: Mapping[str, str],
    ) -> None:
        """Score every whole region of one view; those refused are said not to be evaluable, for a reason."""
        for number, region in enumerate(WHOLE_REGIONS, start=1):
            true_mask, mask = truth == number, found == number
            if true_mask.sum() < LEAST_TRUE_PX:
                continue
            overlap = dice(true_mask, mask)
            self.dices.setdefault((projection, region.name), []).append(overlap)
            if region.name in refused:
                self.refused_dices.setdefault(refused[region.name], []).append(overlap)
            if mask.any():
                offset = middle_mm(true_mask, case.spacing_mm) - middle_mm(mask, case.spacing_mm)
                miss_mm = float(np.hypot(*offset))
                self.misses_mm.setdefault((projection, region.name), []).append(miss_mm)
                if region.name not in refused:
                    self.evaluable_misses_mm.setdefault((projection, region.name), []).append(miss_mm)
            if region.side:
                other = next(k for k, r in enumerate(WHOLE_REGIONS, 1) if r.name == mirrored_name(region.name))
                self.swaps += dice(true_mask, found == other) > overlap

    def add_sites(self, view: SkeletonView, case: Case) -> None:
        """Score bladder and injection site of one view."""
        for site, marks in self.sites.items():
            true_mask = case.truth[view.projection].physiologic == site
            mask = view.physiologic == site
            if not true_mask.any():
                marks.invented += bool(mask.any())
            if true_mask.sum() < LEAST_TRUE_PX:
                continue
            found = bool(mask.any())
            if found:
                offset = middle_mm(true_mask, case.spacing_mm) - middle_mm(mask, case.spacing_mm)
                found = bool(np.hypot(*offset) < FOUND_MM)
            marks.shown.count(found)
            marks.certain.count(site in case.certain[view.projection])
            if site in case.visible[view.projection]:
                marks.visible.count(found)
                if case.outshines[view.projection]:
                    marks.outshining.count(found)

    def macro(self, projection: str) -> float:
        """Return the mean over regions of the mean over people."""
        return float(np.mean([np.mean(v) for (side, _), v in self.dices.items() if side == projection]))


def mapped(case: Case) -> tuple[SkeletonMap, tuple[SkeletonView, ...], float, float]:
    """Return the map, the views with refined sites, and wall and processor seconds."""
    start, cpu = time.perf_counter(), time.process_time()
    views = {view.projection: view for view in case.views}
    skeleton = map_regions(
        anterior=views[Projection.ANTERIOR].counts,
        posterior=views[Projection.POSTERIOR].counts,
        spacing_mm=case.spacing_mm,
    )
    taken = time.perf_counter() - start, time.process_time() - cpu
    settings = SkeletonSettings()
    refined = refine_physiologic([views[view.projection] for view in skeleton.views], skeleton.views, settings)
    return skeleton, refined, *taken


def run(cases: Iterator[Case]) -> tuple[Marks, list[tuple[Case, SkeletonMap]]]:
    """Return the scores of all cases and what was found on each."""
    marks, kept = Marks(), []
    for case in cases:
        skeleton, refined, wall_s, cpu_s = mapped(case)
        marks.wall_s.append(wall_s)
        marks.cpu_s.append(cpu_s)
        marks.quality.append(skeleton.fit_quality)
        for view in refined:
            truth = case.truth[view.projection]
            found, true = whole_labels(view.labels), whole_labels(truth.labels)
            marks.add_regions(view.projection, found, true, case, skeleton.not_evaluable)
            marks.add_sites(view, case)
        kept.append((case, skeleton))
    return marks, kept


def farthest(misses_mm: dict[tuple[str, str], list[float]]) -> str:
    """Return the region whose centre is farthest off, mean over people, with its view."""
    far = max((np.mean(values), name, side) for (side, name), values in misses_mm.items())
    return f"{far[0]:.1f} mm ({far[1]}, {far[2]})"


def show(marks: Marks) -> None:
    """Print the table."""
    print(f"{'region':22s} {'Dice ant':>9s} {'Dice post':>9s} {'mm ant':>7s} {'mm post':>7s}")
    for region in WHOLE_REGIONS:
        cells = [np.mean(marks.dices.get((side, region.name), [np.nan])) for side in Projection]
        shift = [np.mean(marks.misses_mm.get((side, region.name), [np.nan])) for side in Projection]
        print(f"{region.name:22s} {cells[0]:9.3f} {cells[1]:9.3f} {shift[0]:7.1f} {shift[1]:7.1f}")
    for side in Projection:
        worst = min((np.mean(v), name) for (view, name), v in marks.dices.items() if view == side)
        print(f"macro Dice {side}: {marks.macro(side):.3f}; worst region {worst[1]} {worst[0]:.3f}")
    print(f"farthest region centre, mean over people: {farthest(marks.misses_mm)}")
    print(f"farthest region centre where the map calls it evaluable: {farthest(marks.evaluable_misses_mm)}")
    scored = sum(len(overlaps) for overlaps in marks.dices.values())
    for reason, overlaps in sorted(marks.refused_dices.items()):
        print(f"not evaluable, {reason}: {len(overlaps)} of {scored} views, median Dice {np.median(overlaps):.2f}")
    print(f"left/right swaps: {marks.swaps}")
    for site, sites in marks.sites.items():
        print(f"{site.name} found: {sites.shown}; invented on {sites.invented}")
        print(f"{site.name} found where a reader could see it: {sites.visible}")
        print(f"{site.name} that an observer who knew both noise-free images would find: {sites.certain}")
    vein = marks.sites[Physiologic.INJECTION_SITE].outshining
    print(f"INJECTION_SITE found where it is also brighter than the same place of the other arm: {vein}")
    print(f"quality of fit: median {np.median(marks.quality):.2f}, least {min(marks.quality):.2f}")
    print(f"seconds per person: wall {np.median(marks.wall_s):.2f}, processor {np.median(marks.cpu_s):.2f} (median)")


def show_memory(case: Case) -> None:
    """Print the memory that one person's map takes in a process of its own."""
    views = {view.projection: view for view in case.views}
    given = (views[Projection.ANTERIOR].counts, views[Projection.POSTERIOR].counts, case.spacing_mm)
    held = memory_of(map_once, given)
    print(f"peak memory of a process that maps one person: {held.peak_mb:.0f} MB ({held.before_mb:.0f} MB before)")


def self_consistency(first_seed: int, count: int) -> list[float]:
    """Return macro Dice of labels found afresh on warped real scans against labels carried by the warp."""
    counts, spacing_mm = real_scan()
    labels = map_regions(anterior=counts, spacing_mm=spacing_mm).labels("ANTERIOR")
    scores = []
    for seed in range(first_seed, first_seed + count):
        moved, carried = warped(counts, labels, spacing_mm, np.random.default_rng(seed))
        again = map_regions(anterior=moved, spacing_mm=spacing_mm).labels("ANTERIOR")
        present = [n for n in range(1, len(WHOLE_REGIONS) + 1) if (carried == n).sum() >= LEAST_TRUE_PX]
        scores.append(float(np.mean([dice(carried == n, again == n) for n in present])))
    return scores


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="six people, two warps")
    parser.add_argument("--first-seed", type=int, default=REPORT_SEED)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--picture", help="write a contact sheet of all people and the real scan")
    chosen = parser.parse_args()
    people, warps = (6, 2) if chosen.quick else (chosen.people, 10)
    marks, kept = run(simulated_case(seed) for seed in range(chosen.first_seed, chosen.first_seed + people))
    print(f"{people} simulated people, seeds from {chosen.first_seed}; {len(FINE_LABEL)} fine regions; simulated")
    show(marks)
    show_memory(kept[0][0])
    scores = self_consistency(chosen.first_seed, warps)
    print(f"real scan under {warps} known warps, macro Dice: {np.mean(scores):.3f} (least {min(scores):.3f})")
    if chosen.picture:
        counts, spacing_mm = real_scan()
        contact_sheet(kept, (counts, map_regions(anterior=counts, spacing_mm=spacing_mm)), chosen.picture)


if __name__ == "__main__":
    main()
