"""Which alignments are refused: planted failures, two people, and good pairs that must not be."""

from collections import defaultdict
from collections.abc import Sequence

from benchmarks.alignment_cases import Case, phantom_cases, real_case, real_cases
from benchmarks.alignment_failures import FAILED_MM, Planted, Tried, other_view, planted, tried, wrong_patient
from benchmarks.alignment_motions import KINDS

LOW_COUNTS = 0.1
"""Factor on counts of the poorest good pairs."""


def _good(name: str, cases: Sequence[Case]) -> list[Planted]:
    """Return good pairs in the form of planted ones."""
    return [Planted(name=name, fixed=case.images[0], moving=case.images[1], case=case) for case in cases]


def good_pairs(first_seed: int, number: int) -> list[Planted]:
    """Return good pairs: the real scan moved, the same with few counts, the phantom posed again."""
    low = [real_case(KINDS[k % len(KINDS)], first_seed + k, LOW_COUNTS) for k in range(number)]
    return [
        *_good("real scan", real_cases(first_seed, number)),
        *_good(f"real scan, counts x {LOW_COUNTS:g}", low),
        *_good("phantom", phantom_cases(first_seed, number)),
    ]


def show_refusals(first_seed: int, number: int) -> None:
    """Print what was refused."""
    seeds = range(first_seed, first_seed + number)
    bad = [tried(pair) for seed in seeds for pair in (*planted(seed), other_view(seed))]
    print(f"\nplanted failures, seeds from {first_seed}; failed: no true alignment, or error over {FAILED_MM:g} mm")
    print(f"{'kind':24s} tried  failed  refused of failed  refused of not failed")
    for name, found in _by_name(bad).items():
        print(f"{name:24s} {len(found):5d}  {_line(found)}")
    print(f"{'all':24s} {len(bad):5d}  {_line(bad)}")
    people = [tried(wrong_patient(seed)) for seed in seeds]
    print(f"wrong patient of like build noticed: {sum(one.refused for one in people)} of {len(people)}")
    good = [tried(pair) for pair in good_pairs(first_seed, number)]
    for name, found in _by_name(good).items():
        fine = [one for one in found if not one.failed]
        print(
            f"good, {name}: refused {sum(one.refused for one in fine)} of {len(fine)}; failed {len(found) - len(fine)}"
        )


def _by_name(found: Sequence[Tried]) -> dict[str, list[Tried]]:
    """Return the attempts sorted by kind."""
    sorted_ = defaultdict(list)
    for one in found:
        sorted_[one.name].append(one)
    return sorted_


def _line(found: Sequence[Tried]) -> str:
    """Return the counts of one kind of failure."""
    failed = [one for one in found if one.failed]
    other = [one for one in found if not one.failed]
    return f"{len(failed):6d}  {sum(one.refused for one in failed):17d}  {sum(one.refused for one in other):21d}"
