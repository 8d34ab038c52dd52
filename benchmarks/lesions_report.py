"""The tables and curves that `benchmarks.lesions` prints."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.lesions_changes import Changes
from benchmarks.lesions_picture import Curve
from benchmarks.lesions_rivals import RIVALS
from benchmarks.lesions_scores import CLASSES, Score, f1
from benchmarks.own_process import Memory


@dataclass(slots=True, kw_only=True)
class Tally:
    """What one run adds up.

    Parameters
    ----------
    ours : dict of float to Score
        By least log odds of the finder.
    rivals : dict of (str, float) to Score
        By name and level.
    changes : Changes
        Of the interval change map.
    burden : list of (float, float)
        True and measured index of every repeat visit.
    outlined : list of float
        Index of the true outlines of every repeat visit.
    spreads : list of float
        Relative difference of the index between two repeats, over the square root of 2.
    false_new : int
        Lesions called new at repeat visits.
    repeats : int
        Repeat visits.
    unchanged : list of bool
        Per lesion and view measured at both visits of a repeat course: whether the 95 % interval of its change holds
        no change.
    unchanged_burden : list of bool
        The same of lesion area and of index, per repeat course.
    seconds : list of float
        Of the whole lesion stage, per visit.
    memory : Memory or None
        Of the lesion stage of the first course, in a process of its own.
    """

    ours: dict[float, Score] = field(default_factory=dict)
    rivals: dict[tuple[str, float], Score] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    burden: list[tuple[float, float]] = field(default_factory=list)
    outlined: list[float] = field(default_factory=list)
    spreads: list[float] = field(default_factory=list)
    false_new: int = 0
    repeats: int = 0
    unchanged: list[bool] = field(default_factory=list)
    unchanged_burden: list[bool] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    memory: Memory | None = None


def show(tally: Tally, shipped: float) -> None:
    """Print the tables.

    Parameters
    ----------
    tally : Tally
        The sums.
    shipped : float
        The finder's own strictness.
    """
    ours = tally.ours[shipped]
    false_new = tally.false_new / max(1, tally.repeats)
    truth, index = np.array(tally.burden).reshape(-1, 2).T
    rows = [(f"detection, contrast-to-noise {name}", f"{ours.detection_pct(name):.1f} % of {ours.planted[name]}",
             limit) for name, limit in zip(CLASSES, ("95 % / 98 %", "75 % / 90 %"), strict=True)]  # fmt: skip
    rows += [
        ("  of those, missed under bladder or kidney", ", ".join(f"{ours.hidden[name]}" for name in CLASSES), ""),
        ("false lesions per view", f"{ours.false_per_view:.2f} on {ours.views}", "1.0 / 0.5"),
        ("physiologic sites called lesion, per course", f"{ours.sites / max(1, ours.courses):.3f}", "0.1 / 0.02"),
        ("changes found at <= 2 false per view", tally.changes.sentence(), "85 % / 92 %"),
        ("  of those that counting noise does not hide", tally.changes.told_sentence(), ""),
        ("identity over time, F1 of links", f"{f1(ours.links):.3f} of {ours.links[2]}", "0.93 / 0.97"),
        ("anterior-posterior pairs, F1", f"{f1(ours.pairs):.3f} of {ours.pairs[2]}", "0.93 / 0.97"),
        ("index against true burden, r", _correlation(truth, index), "0.99 / 0.995"),
        ("  the same formula on the true outlines, r", _correlation(truth, np.array(tally.outlined)), ""),
        ("  its spread over repeats, mean square", f"{_spread_pct(tally.spreads):.1f} %", "15 % / 10 %"),
        ("false new per repeat visit", f"{false_new:.3f} of {tally.repeats}", "0.1 / 0.03"),
        ("95 % intervals of unchanged lesions that say so", _share(tally.unchanged), ""),
        ("the same of lesion area and index", _share(tally.unchanged_burden), ""),
        ("processor seconds per visit, lesion stage", f"{np.mean(tally.seconds):.2f}", "1.0 / 0.3"),
        ("peak memory of the stage alone, two visits, MB", _memory(tally.memory), "300 / 250"),
    ]  # fmt: skip
    print(f"{'figure (simulated)':46s} {'measured':34s} must / aim")
    for name, value, limit in rows:
        print(f"{name:46s} {value:34s} {limit}")
    print(f"\n{'rival at its chosen level':26s} {'>= 5':>7s} {'3-5':>7s} {'false/view':>11s} {'links F1':>9s}")
    for name, (_, _, level) in RIVALS.items():
        score = tally.rivals[name, level]
        shares = " ".join(f"{score.detection_pct(one):6.1f}%" for one in CLASSES)
        print(f"{name:26s} {shares} {score.false_per_view:11.2f} {f1(score.links):9.3f}")
    print("\nfree response: false per view -> detection >= 5, 3-5")
    for curve in curves(tally):
        print(f"{curve.name:26s} " + "; ".join(f"{x:.2f} -> {a:.0f}, {b:.0f}" for x, a, b in curve.points))


def curves(tally: Tally) -> list[Curve]:
    """Return the free-response curves of the finder and its rivals.

    Parameters
    ----------
    tally : Tally
        The sums.

    Returns
    -------
    list of Curve
        The finder first.
    """
    named_scores = {"bone-scan-tracker": list(tally.ours.items())}
    for (name, level), score in tally.rivals.items():
        named_scores.setdefault(name, []).append((level, score))
    return [
        Curve(
            name=name,
            points=tuple(
                (score.false_per_view, *(score.detection_pct(one) for one in CLASSES))
                for _, score in sorted(scores, key=lambda one: one[0])
            ),
        )
        for name, scores in named_scores.items()
    ]


def _share(holds: Sequence[bool]) -> str:
    """Return how many of some hold, in words."""
    return f"{100 * np.mean(holds):.1f} % of {len(holds)}" if holds else "none measured"


def _correlation(truth: NDArray[np.float64], index: NDArray[np.float64]) -> str:
    """Return the correlation and the range of true burden it holds for."""
    if len(truth) < 3:
        return "too few repeats"
    return f"{np.corrcoef(truth, index)[0, 1]:.3f} over {truth.min():.1f}-{truth.max():.1f} %"


def _memory(held: Memory | None) -> str:
    """Return the peak, and what was there before the work began."""
    return "not measured" if held is None else f"{held.peak_mb:.0f} ({held.before_mb:.0f} before)"


def _spread_pct(spreads: Sequence[float]) -> float:
    """Return the root mean square of relative differences, percent."""
    return 100 * float(np.sqrt(np.mean(np.square(spreads)))) if spreads else float("nan")
