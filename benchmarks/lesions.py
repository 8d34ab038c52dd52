"""Whether lesions are found, named and followed. All figures are *simulated*.

::

    python -m benchmarks.lesions                     a few report courses and repeats
    python -m benchmarks.lesions --courses 40        many
    python -m benchmarks.lesions --picture FILE      free-response curves, sensitivity against false ones per view

Every course goes through the real chain: alignment, skeleton, labels, normalisers, foci, following. Two simple rivals
see the same images.
"""

import argparse
import time
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from benchmarks.lesions_changes import add_changes
from benchmarks.lesions_courses import BenchCourse, course_of, repeat_of
from benchmarks.lesions_picture import draw
from benchmarks.lesions_report import Tally, curves, show
from benchmarks.lesions_rivals import RIVALS, named
from benchmarks.lesions_scores import Links, Mark, Score, add
from benchmarks.lesions_stage import Laid, lesion_stage
from benchmarks.own_process import memory_of
from tracker.burden.lesion_area import lesion_area
from tracker.burden.scan_index import scan_index
from tracker.lesions import interval_changes
from tracker.pipeline.lesions import known_of
from tracker.pipeline.readings import bounded
from tracker.pipeline.stages import Stages, run_again, run_stages
from tracker.records.foci import VisitFoci
from tracker.records.lesion import Fate, FollowedCourse, Kind
from tracker.records.reading import Quantity
from tracker.records.regions import WHOLE_REGIONS, whole_labels
from tracker.records.view import Projection
from tracker.response.change import difference_change, ratio_change
from tracker.settings.whole import Settings
from tracker.skeleton import mass_fractions

REPORT_SEED, REPEAT_SEED = 9000, 9500
"""First report seeds of courses and of repeats; tuning uses 1000 to 1999."""

STRICTNESS = (-1.5, 0.25, 1.75, 2.5, 4.0)
"""Least log odds of the finder's free-response curve."""

GONE = (Fate.RESOLVED, Fate.MERGED)
"""Fates of rows that are not there."""


def marks_of(followed: FollowedCourse) -> dict[tuple[int, Projection], list[Mark]]:
    """Return what a course calls a lesion, by visit and view.

    Parameters
    ----------
    followed : FollowedCourse
        What was followed.

    Returns
    -------
    dict
        Rows of kind lesion that are there.
    """
    marks: dict[tuple[int, Projection], list[Mark]] = {}
    for number, visit in enumerate(followed.visits):
        for row in visit.lesions:
            if row.focus.kind is Kind.LESION and row.fate not in GONE:
                mark = Mark(
                    name=row.lesion_id, pixels=row.focus.pixels, row_px=row.focus.row_px, col_px=row.focus.col_px
                )
                marks.setdefault((number, row.focus.projection), []).append(mark)
    return marks


def links_of(followed: FollowedCourse) -> Links:
    """Return which name goes on as which: itself, or by merge or split.

    Parameters
    ----------
    followed : FollowedCourse
        What was followed.

    Returns
    -------
    set
        Of the later visit's number, and the names before and after.
    """
    present = [{row.lesion_id for row in visit.lesions if row.fate not in GONE} for visit in followed.visits]
    number = {visit.study_uid: at for at, visit in enumerate(followed.visits)}
    links = {(at, name, name) for at in range(1, len(present)) for name in present[at - 1] & present[at]}
    for kin in followed.kinships:
        links |= {(number[kin.study_uid], before, after) for before in kin.before for after in kin.after}
    return links


def said(followed: FollowedCourse) -> tuple[dict[tuple[int, Projection], list[Mark]], Links]:
    """Return the marks and links of a course.

    Parameters
    ----------
    followed : FollowedCourse
        What was followed.

    Returns
    -------
    tuple
        From `marks_of` and `links_of`.
    """
    return marks_of(followed), links_of(followed)


def strict(settings: Settings, level: float) -> Settings:
    """Return settings whose finder asks for other odds.

    Parameters
    ----------
    settings : Settings
        As shipped.
    level : float
        Least log odds of a focus.

    Returns
    -------
    Settings
        A copy.
    """
    return replace(settings, lesions=replace(settings.lesions, find_odds=level))


def score_course(course: BenchCourse, stages: Stages, tally: Tally) -> None:
    """Add one course to the sums: detection, identity, changes, seconds.

    Parameters
    ----------
    course : BenchCourse
        What is there.
    stages : Stages
        The chain's answer with the settings shipped.
    tally : Tally
        Changed in place.
    """
    shipped, found = stages.settings, stages.measured
    add(tally.ours.setdefault(shipped.lesions.find_odds, Score()), course, *said(found.followed))
    for level in STRICTNESS:
        begin = time.process_time()
        again = run_again(course.studies, strict(shipped, level), stages).measured
        tally.seconds.append((time.process_time() - begin) / len(course.studies))
        add(tally.ours.setdefault(level, Score()), course, *said(again.followed))
    for before, now in zip(found.foci, found.foci[1:], strict=False):
        add_changes(tally.changes, course, (before, now), interval_changes(now, before, shipped.lesions))
    spacing_mm = course.studies[0].views[0].spacing_mm
    for name, (finder, levels, _) in RIVALS.items():
        seen = [{view.projection: finder(view, levels) for view in study.views} for study in course.studies]
        for level in levels:
            here = [{side: marks[level] for side, marks in views.items()} for views in seen]
            add(tally.rivals.setdefault((name, level), Score()), course, *named(here, spacing_mm))


def score_repeat(course: BenchCourse, stages: Stages, tally: Tally) -> None:
    """Add two visits between which nothing changes: index, its spread, false news.

    Parameters
    ----------
    course : BenchCourse
        What is there.
    stages : Stages
        The chain's answer with the settings shipped.
    tally : Tally
        Changed in place.
    """
    followed = stages.measured.followed
    values = _index(stages)
    tally.burden += list(zip(course.burden_pct, values, strict=True))
    tally.outlined += [_true_index(course, number, seen) for number, seen in enumerate(stages.measured.foci)]
    if min(values) > 0:
        tally.spreads.append(float(np.diff(values)[0] / np.sqrt(2) / np.mean(values)))
    tally.false_new += sum(len(visit.new_ids) for visit in followed.visits[1:])
    tally.repeats += len(followed.visits) - 1
    tally.unchanged += _unchanged(stages)
    tally.unchanged_burden += _unchanged_burden(stages)


def _unchanged(stages: Stages) -> list[bool]:
    """Return per lesion and view of two visits whether the interval of its change holds no change."""
    found: dict[tuple[str, Projection], list[Quantity]] = {}
    rows = (row for visit in stages.measured.followed.visits for row in visit.lesions)
    lesions = {row.lesion_id for row in rows if row.focus.kind is Kind.LESION}
    for one in stages.measured.measurements:
        if one.lesion_id in lesions and one.uptake_ratio and one.high is not None:
            found.setdefault((one.lesion_id, one.projection), []).append(bounded(one.uptake_ratio, one.high))
    pairs = [both for both in found.values() if len(both) == 2]
    changes = [ratio_change(first, second, 0.0, stages.settings.response) for first, second in pairs]
    return [not (change.risen or change.fallen) for change in changes]


def _unchanged_burden(stages: Stages) -> list[bool]:
    """Return whether the intervals of the change of lesion area and of index hold no change."""
    visits = zip(stages.measured.followed.visits, stages.measured.foci, strict=True)
    figures = [(lesion_area(one), scan_index(one, seen, _mass_pct())[0]) for one, seen in visits]
    said = []
    for before, now in zip(*figures, strict=True):
        numbers = [bounded(figure.value or 0.0, figure.high or 0.0) for figure in (before, now)]
        change = difference_change(numbers[0], numbers[1], 0.0, stages.settings.response)
        said.append(not (change.risen or change.fallen))
    return said


def _mass_pct() -> dict[str, float]:
    """Return the percent of skeletal mass of every region."""
    return {name: 100 * share for name, share in mass_fractions().items()}


def _laid(stages: Stages, number: int) -> Laid:
    """Return one visit as the lesion stage takes it."""
    visit, scales = stages.placed.visits[number], stages.measured.normalisers[number]
    views = []
    for view in visit.study.views:
        labels = visit.skeleton_view(view.projection)
        scale = next((one for one in scales if one.projection == view.projection.value), None)
        if labels is None or scale is None:
            continue
        views.append((view, labels, scale, replace(known_of(visit, view.projection), likeness=None)))
    return Laid(study_uid=visit.study.study_uid, study_date=visit.study.study_date, views=tuple(views))


def _index(stages: Stages) -> list[float]:
    """Return the scan index of every visit, percent."""
    visits = zip(stages.measured.followed.visits, stages.measured.foci, strict=True)
    return [scan_index(one, seen, _mass_pct())[0].value or 0.0 for one, seen in visits]


def _true_index(course: BenchCourse, number: int, seen: VisitFoci) -> float:
    """Return the index that the same formula gives for the true outlines: what a planar image allows at best."""
    shares = []
    for view in seen.views:
        whole, lesions = whole_labels(view.skeleton.labels), np.zeros(view.view.counts.shape, dtype=np.bool_)
        for planted in course.planted[number][view.projection]:
            if planted.kind is Kind.LESION:
                lesions[tuple(planted.footprint.T)] = True
        area = np.bincount(whole.ravel(), minlength=len(WHOLE_REGIONS) + 1)[1:]
        shares.append(np.bincount(whole[lesions], minlength=len(WHOLE_REGIONS) + 1)[1:] / np.maximum(area, 1))
    mass_pct = np.array([_mass_pct().get(region.name, 0.0) for region in WHOLE_REGIONS])
    return float(mass_pct @ np.mean(shares, axis=0)) if shares else 0.0


def run(courses: Iterable[BenchCourse], repeats: Iterable[BenchCourse]) -> Tally:
    """Return the sums over courses and repeats.

    Parameters
    ----------
    courses, repeats : iterable of BenchCourse
        Patients.

    Returns
    -------
    Tally
        Ready to be shown.
    """
    settings, tally = Settings(), Tally()
    for course in courses:
        stages = run_stages(course.studies, settings)
        score_course(course, stages, tally)
        if tally.memory is None:
            tally.memory = memory_of(
                lesion_stage, (tuple(_laid(stages, number) for number in (0, 1)), settings.lesions)
            )
    for course in repeats:
        score_repeat(course, run_stages(course.studies, settings), tally)
    return tally


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--courses", type=int, default=6, help="courses, and as many pairs of repeat visits")
    parser.add_argument("--first-seed", type=int, default=REPORT_SEED)
    parser.add_argument("--picture", help="write the free-response curves to this file")
    chosen = parser.parse_args()
    repeat_seed = chosen.first_seed + REPEAT_SEED - REPORT_SEED
    tally = run(
        (course_of(seed) for seed in range(chosen.first_seed, chosen.first_seed + chosen.courses)),
        (repeat_of(seed) for seed in range(repeat_seed, repeat_seed + chosen.courses)),
    )
    print(f"{chosen.courses} courses from seed {chosen.first_seed}, {chosen.courses} repeats from {repeat_seed}")
    show(tally, Settings().lesions.find_odds)
    if chosen.picture:
        draw(curves(tally), chosen.picture)


if __name__ == "__main__":
    main()
