"""Simulated patients to a folder."""

from collections.abc import Callable, Iterable
from pathlib import Path

from tracker.dicom import Layout, write_study
from tracker.phantom import Scenario, SimulatedCourse, simulate_course
from tracker.records.context import Context
from tracker.simulation.tables import context_tables
from tracker.simulation.truth_file import patient_truth, truth_text

Advance = Callable[[str, int, int], None]
"""Called with (what, done, total)."""

VISITS = 5
"""Visits of a patient unless said otherwise: a baseline and about ten months of treatment."""


def _ignore(what: str, done: int, total: int) -> None:
    """Take no notice of progress."""


def _two_frames(course: SimulatedCourse) -> Layout:
    """Return the usual layout."""
    return Layout.TWO_FRAMES


def write_courses(
    out: Path, courses: Iterable[SimulatedCourse], *, layout_of: Callable[[SimulatedCourse], Layout] = _two_frames
) -> None:
    """Write patients: one folder each, one set of input tables and ``truth.json`` at the top.

    Parameters
    ----------
    out : Path
        Where to; made if it is missing.
    courses : iterable of SimulatedCourse
        Taken one by one, so that only one is held in memory.
    layout_of : callable, optional
        Layout of each patient's objects: one object with two frames, or one object per view.
    """
    out.mkdir(parents=True, exist_ok=True)
    truths, contexts = [], list[Context]()
    for course in courses:
        layout = layout_of(course)
        for study in course.studies:
            write_study(study, out / course.patient_id, layout=layout, patient_name=f"Simulated^{course.patient_id}")
        truths.append(patient_truth(course))
        contexts.append(course.context)
    for name, text in context_tables(contexts).items():
        (out / name).write_text(text, encoding="utf-8", newline="\n")
    (out / "truth.json").write_text(truth_text(truths), encoding="utf-8", newline="\n")


def simulate(
    out: Path,
    scenario: Scenario | str,
    patients: int,
    seed: int,
    *,
    layout: Layout = Layout.TWO_FRAMES,
    advance: Advance = _ignore,
) -> None:
    """Write serial studies of simulated patients with their truth.

    Parameters
    ----------
    out : Path
        Where to; made if it is missing.
    scenario : Scenario or str
        The story of all of them.
    patients : int
        How many.
    seed : int
        Seed of the first; the others follow.
    layout : Layout, optional
        One object with two frames, or one object per view.
    advance : callable, optional
        Told after each patient.
    """

    def made() -> Iterable[SimulatedCourse]:
        for number in range(patients):
            yield simulate_course(scenario, seed + number, visits=VISITS)
            advance(f"{Scenario(scenario).value} {number + 1}", number + 1, patients)

    write_courses(out, made(), layout_of=lambda course: layout)
