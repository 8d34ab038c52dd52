"""False and true progression by PCWG3 on simulated courses, beside the rule "two new lesions are progression".

Run ``python -m benchmarks.response`` (``--part a`` from the lesions that a reader could see, in minutes; ``--part b``
from the images as well, in hours, and then every course that went wrong is told visit by visit; ``--count N`` for fewer
courses). Every figure is *simulated*. Limits: false progression in flare-then-response courses whose first on-treatment
scan lies within 91 days and shows every flare focus: 0 of 100 (a), at most 2 of 100 (b); true progression found: all
(a), 90 % (b); date exact, against the date that the same rule gives on the visible lesions: 85 % (b); flare called
possible on the day: 90 % (b).
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice

from benchmarks.response_cases import Case, Judged, judge_case

FIRST_SEED = {
    "flare_response": 9100,
    "progression": 9300,
    "flare_progression": 9400,
    "stable": 9500,
    "response": 9600,
    "repeat": 9650,
}
"""First report seed of each story; never used for tuning."""

FLARES, PROGRESSIONS, QUIETS = 100, 50, 25
"""Courses of each flare, progressing and other story."""


def judged_cases(scenario: str, count: int, part: str, workers: int) -> list[Case]:
    """Return the first ``count`` courses of a story that qualify.

    Parameters
    ----------
    scenario : str
        The story.
    count : int
        How many.
    part : str
        ``a`` or ``b``.
    workers : int
        Processes.

    Returns
    -------
    list of Case
        In the order of their seeds.
    """

    def batches() -> Iterator[Case]:
        first = FIRST_SEED[scenario]
        with ProcessPoolExecutor(workers) as pool:
            for start in range(first, first + 2 * count, workers):
                seeds = range(start, start + workers)
                yield from pool.map(judge_case, [scenario] * workers, seeds, [part] * workers)

    return list(islice((case for case in batches() if case.qualifies), count))


def share(cases: Sequence[Case], holds: Callable[[Case], bool]) -> str:
    """Return how many of some cases something holds for, in words.

    Parameters
    ----------
    cases : sequence of Case
        The denominator.
    holds : callable
        The condition.

    Returns
    -------
    str
        Count, denominator and percentage.
    """
    count = sum(holds(case) for case in cases)
    return f"{count:3d} of {len(cases):3d} ({100 * count / max(len(cases), 1):5.1f} %)"


def from_truth(case: Case) -> Judged:
    """Return what was made of the visible lesions.

    Parameters
    ----------
    case : Case
        The course.

    Returns
    -------
    Judged
        Always there.
    """
    return case.truth


def from_images(case: Case) -> Judged:
    """Return what was made of the images.

    Parameters
    ----------
    case : Case
        The course.

    Returns
    -------
    Judged
        Only where they were tracked.
    """
    if case.images is None:
        raise ValueError("the images of this course were not tracked")
    return case.images


def report(
    flares: Sequence[Case], growing: Sequence[Case], quiet: Sequence[Case], read: Callable[[Case], Judged]
) -> None:
    """Print the figures of one part.

    Parameters
    ----------
    flares, growing, quiet : sequence of Case
        Flare-then-response, progressing, and all other courses.
    read : callable
        Which part.
    """
    progressing = [case for case in growing if case.truth.progression_date is not None]
    rows = (
        ("false progression in flare courses, PCWG3", flares, lambda case: read(case).progression_date is not None),
        ("  two new lesions = progression", flares, lambda case: read(case).naive_date is not None),
        ("false progression in other courses, PCWG3", quiet, lambda case: read(case).progression_date is not None),
        ("  two new lesions = progression", quiet, lambda case: read(case).naive_date is not None),
        ("true progression found, PCWG3", progressing, lambda case: read(case).progression_date is not None),
        (
            "  with its exact date",
            progressing,
            lambda case: read(case).progression_date == case.truth.progression_date,
        ),
        ("  two new lesions = progression", progressing, lambda case: read(case).naive_date is not None),
        ("flare told of where there is none", quiet, lambda case: read(case).flare_ever),
        ("flare called possible on the day", flares, lambda case: read(case).flare_on_first),
    )
    for name, cases, holds in rows:
        print(f"  {name:45s} {share(cases, holds)}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("a", "b"), default="b", help="a: truth alone; b: truth and images")
    parser.add_argument("--count", type=int, default=FLARES, help="flare courses; the others in proportion")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()

    def cases(scenario: str, of_hundred: int) -> list[Case]:
        return judged_cases(scenario, max(1, of_hundred * given.count // FLARES), given.part, given.workers)

    flares = cases("flare_response", FLARES)
    growing = cases("progression", PROGRESSIONS) + cases("flare_progression", PROGRESSIONS)
    quiet = cases("stable", QUIETS) + cases("response", QUIETS) + cases("repeat", QUIETS)
    print(f"PCWG3 on simulated courses: {len(flares)} flare, {len(growing)} progressing, {len(quiet)} other")
    confirmed = [case for case in growing if case.truth.progression_date is not None]
    print(f"  progression confirmed on the visible lesions in {len(confirmed)} of {len(growing)} progressing courses")
    print("(a) lesions from truth: those that a reader could see")
    report(flares, growing, quiet, from_truth)
    if given.part == "b":
        print("(b) lesions from the images, by the whole program")
        report(flares, growing, quiet, from_images)
        tell_failures(flares, confirmed)


def tell_failures(flares: Sequence[Case], confirmed: Sequence[Case]) -> None:
    """Print every course that went wrong from the images, visit by visit.

    Parameters
    ----------
    flares : sequence of Case
        Flare-then-response courses.
    confirmed : sequence of Case
        Courses whose progression the visible lesions confirm.
    """
    sorts = (
        ("flare courses falsely progressing", [one for one in flares if from_images(one).progression_date is not None]),
        ("flares not called possible on the day", [one for one in flares if not from_images(one).flare_on_first]),
        ("progressions missed", [one for one in confirmed if from_images(one).progression_date is None]),
        (
            "progressions dated otherwise",
            [one for one in confirmed if from_images(one).progression_date not in (None, one.truth.progression_date)],
        ),
    )
    for name, cases in sorts:
        print(f"  {name}: {len(cases)}")
        for case in cases:
            dates = f"true {case.truth.progression_date}, found {from_images(case).progression_date}"
            print(f"    {case.scenario} {case.seed}: {dates}")
            for line in case.account:
                print(f"      {line}")


if __name__ == "__main__":
    main()
