"""Planted comparability faults found, by kind, and false alarms on clean pairs. Simulated.

``python -m benchmarks.comparability [--courses N] [--seed S] [--quick]``. Every course is one person scanned twice
with another pose, bladder, injection and count level. Faults of the header are planted in the second study; faults of
the image are simulated anew with the same pose and go through alignment and labelling like any other visit: the visits
with a planted fault are one course with the first, so that skeleton and first visit are worked out once.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from tracker.alignment import align_course
from tracker.comparability import compare, image_facts
from tracker.phantom import Conditions, SimulatedCourse, SimulatedVisit, Spot, expected_images, observed_views
from tracker.phantom import simulate_course as simulated
from tracker.pipeline.labelling import carried_labels, labels_alone
from tracker.records.comparability import Comparability, Comparable, ImageFacts
from tracker.records.study import Notice, PatientClues, Study
from tracker.records.view import View
from tracker.settings.whole import Settings
from tracker.skeleton import fit_skeleton

REPORT_SEED = 9000
"""First seed of the figures that are quoted."""

HeaderFault = Callable[[Study, np.random.Generator], Study]
"""Returns the study with one fact changed."""

ImageFault = Callable[[Conditions, np.random.Generator], Conditions]
"""Returns other conditions of the same visit."""


def _acquired(study: Study, **changes: object) -> Study:
    return replace(study, acquisition=replace(study.acquisition, **changes))  # type: ignore[arg-type]


def _slower(study: Study, rng: np.random.Generator) -> Study:
    speed = (study.acquisition.scan_velocity_mm_s or 1.0) * float(rng.choice([0.5, 0.7, 1.3, 2.0]))
    return _acquired(study, scan_velocity_mm_s=speed)


def _later(study: Study, rng: np.random.Generator) -> Study:
    shift_h = float(rng.choice([-1, 1]) * rng.uniform(1.0, 2.0))
    return _acquired(study, uptake_time_h=(study.acquisition.uptake_time_h or 3.0) + shift_h)


def _somebody_else(study: Study, rng: np.random.Generator) -> Study:
    born = study.clues.birth_date
    other = born + timedelta(days=int(rng.integers(30, 8000))) if born else None
    return replace(study, clues=PatientClues(name_digest="somebody else", birth_date=other, sex=study.clues.sex))


def _coarser(study: Study, rng: np.random.Generator) -> Study:
    factor = float(rng.choice([0.5, 0.8, 1.25, 2.0]))
    views = tuple(
        replace(view, spacing_mm=(factor * view.spacing_mm[0], factor * view.spacing_mm[1])) for view in study.views
    )
    return replace(study, views=views)


HEADER_FAULTS: dict[str, HeaderFault] = {
    "SCAN_SPEED": _slower,
    "DURATION": lambda study, _: _acquired(study, scan_velocity_mm_s=None, duration_s=400.0),
    "UPTAKE_TIME": _later,
    "TRACER": lambda study, rng: _acquired(study, tracer=str(rng.choice(["HDP", "Tc-99m DPD", "Pyrophosphate"]))),
    "CAMERA": lambda study, _: _acquired(study, model="Another"),
    "COLLIMATOR": lambda study, rng: _acquired(study, collimator=str(rng.choice(["LEGP", "MEGP", "LEUHR"]))),
    "ENERGY_WINDOW": lambda study, _: _acquired(study, energy_window_kev=(119.0, 161.0)),
    "CORRECTIONS": lambda study, _: _acquired(study, corrections=("NRGY",)),
    "GRID": _coarser,
    "MISSING_VIEW": lambda study, rng: replace(study, views=(study.views[int(rng.integers(2))],)),
    "IDENTITY": _somebody_else,
    "VIEW_UNSURE": lambda study, _: replace(study, notices=(Notice(code="VIEW_DOUBTFUL", text="planted"),)),
}
"""Faults that a header shows, by the code that must be found."""


def _extravasation(conditions: Conditions, rng: np.random.Generator) -> Conditions:
    side = str(rng.choice(["left", "right"]))
    spot = Spot(joint=f"elbow_{side}", offset_mm=(0, -30, 10), radius_mm=12.0, activity=float(rng.uniform(3e5, 6e5)))
    return replace(conditions, injection=spot)


IMAGE_FAULTS: dict[str, ImageFault] = {
    "EXTRAVASATION": _extravasation,
    "BLADDER": lambda conditions, rng: replace(
        conditions, bladder=replace(conditions.bladder, volume_ml=float(rng.uniform(600, 900)), concentration=6.0)
    ),
    "SOFT_TISSUE": lambda conditions, rng: replace(
        conditions, soft_factor=conditions.soft_factor * float(rng.choice([0.45, 2.2]))
    ),
    "COUNTS": lambda conditions, rng: replace(conditions, anterior_counts=float(rng.uniform(2.5e5, 6e5))),
}
"""Faults that only the image shows, by the code that must be found."""


def main() -> None:
    """Print one row per kind of fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--courses", type=int, default=100, help="courses for clean pairs and each kind of fault")
    parser.add_argument("--seed", type=int, default=REPORT_SEED, help="seed of the first course")
    parser.add_argument("--quick", action="store_true", help="three courses")
    options = parser.parse_args()
    found: dict[str, list[bool]] = defaultdict(list)
    alarms: list[tuple[str, ...]] = []
    start = time.process_time()
    for seed in range(options.seed, options.seed + (3 if options.quick else options.courses)):
        for kind, verdict in _verdicts(seed):
            codes = tuple(reason.code for reason in verdict.reasons)
            if kind == "clean":
                alarms.append(codes)
            else:
                found[kind].append(kind in codes and verdict.verdict is not Comparable.YES)
    print("simulated courses; seeds from", options.seed)
    print(f"{'planted':<16}{'found':>7}{'of':>5}")
    for kind, outcomes in found.items():
        print(f"{kind:<16}{sum(outcomes):>7}{len(outcomes):>5}")
    raised = [codes for codes in alarms if codes]
    print(f"clean pairs with an alarm: {len(raised)} of {len(alarms)} {sorted(set(raised))}")
    print(f"processor time {time.process_time() - start:.0f} s")


def _verdicts(seed: int) -> Iterator[tuple[str, Comparability]]:
    """Yield what was planted and the verdict on it, for one person."""
    settings, rng = Settings(), np.random.default_rng(seed)
    course = simulated("repeat", seed, visits=2)
    first, second = (_named(study) for study in course.studies)
    then, now = _facts((first, second), settings)
    yield "clean", compare(second, now, first, then, settings.comparability)
    for kind, fault in HEADER_FAULTS.items():
        other = fault(second, rng)
        kept = {view.projection for view in other.views}
        seen = ImageFacts(views=tuple(view for view in now.views if view.projection in kept))
        yield kind, compare(other, seen, first, then, settings.comparability)
    faulty = [
        replace(second, study_uid=f"{second.study_uid}.{place}", views=_imaged_again(course, change, rng))
        for place, change in enumerate(IMAGE_FAULTS.values(), 1)
    ]
    then, *found = _facts((first, *faulty), settings)
    for kind, other, facts in zip(IMAGE_FAULTS, faulty, found, strict=True):
        yield kind, compare(other, facts, first, then, settings.comparability)


def _named(study: Study) -> Study:
    clues = replace(study.clues, name_digest="simulated")
    return _acquired(replace(study, clues=clues), corrections=("NRGY", "LIN"))


def _imaged_again(course: SimulatedCourse, change: ImageFault, rng: np.random.Generator) -> tuple[View, ...]:
    visit: SimulatedVisit = course.visits[1]
    scene = visit.expected.scene
    conditions = change(scene.conditions, rng)
    return observed_views(expected_images(replace(scene, conditions=conditions), visit.expected.camera), rng)


def _facts(studies: Sequence[Study], settings: Settings) -> tuple[ImageFacts, ...]:
    """Return the image facts of all visits of one course, through alignment and labelling."""
    alignment = align_course(studies, settings.alignment)
    skeleton = fit_skeleton(alignment.images, alignment.spacing_mm, settings.skeleton)
    found = []
    for study in studies:
        visit = alignment.visit(study.study_uid)
        labels = carried_labels(study, visit, skeleton, settings) if visit.accepted else labels_alone(study, settings)
        found.append(image_facts(study, labels, settings.comparability))
    return tuple(found)


if __name__ == "__main__":
    main()
