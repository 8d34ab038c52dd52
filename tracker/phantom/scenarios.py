"""What happens to the lesions of one patient: one trajectory per lesion, by scenario.

Excess is contrast minus 1. Known lesions are there at baseline; new ones appear later. Days count from the start of
treatment; the baseline lies shortly before it and the first scan on treatment no later than day 91.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tracker.phantom.lesions import LesionState

Curve = tuple[LesionState, ...]
"""One lesion's states, visit by visit."""


class Scenario(StrEnum):
    """The stories a simulated patient can go through."""

    STABLE = "stable"
    RESPONSE = "response"
    PROGRESSION = "progression"
    FLARE_RESPONSE = "flare_response"
    FLARE_PROGRESSION = "flare_progression"
    MIXED = "mixed"
    SINGLE_NEW = "single_new"
    SUPERSCAN = "superscan"
    REPEAT = "repeat"
    NOT_COMPARABLE = "not_comparable"


IMPROVED_BELOW = 0.7
"""A mixed course counts as improved if the lesions' summed excess fell below this share of the first."""

VERDICTS: dict[Scenario, str] = {
    Scenario.STABLE: "stable",
    Scenario.RESPONSE: "improved",
    Scenario.PROGRESSION: "progressed",
    Scenario.FLARE_RESPONSE: "improved",
    Scenario.FLARE_PROGRESSION: "progressed",
    Scenario.SINGLE_NEW: "stable",
    Scenario.SUPERSCAN: "stable",
    Scenario.REPEAT: "stable",
    Scenario.NOT_COMPARABLE: "stable",
}
"""What a reader who knew the truth would say at the last visit; a mixed course depends on its sum (`verdict`)."""

KNOWN_COUNT: dict[Scenario, tuple[int, int]] = {
    Scenario.STABLE: (3, 9),
    Scenario.RESPONSE: (5, 12),
    Scenario.PROGRESSION: (3, 8),
    Scenario.FLARE_RESPONSE: (5, 10),
    Scenario.FLARE_PROGRESSION: (4, 8),
    Scenario.MIXED: (6, 12),
    Scenario.SINGLE_NEW: (3, 8),
    Scenario.SUPERSCAN: (8, 14),
    Scenario.REPEAT: (3, 10),
    Scenario.NOT_COMPARABLE: (4, 9),
}
"""Least and greatest number of lesions at baseline."""

FLARE_ENDS_DAY = 182
"""Day by which a flare has fallen back."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """When a patient is scanned and how lesions develop.

    Parameters
    ----------
    days : ndarray, shape (visits,), int64
        Day of each visit from the start of treatment; the first is not positive.
    curves : tuple of Curve
        One per lesion, known ones first.
    diffuse : tuple of float
        Factor on the axial skeleton at each visit; 1 but for a superscan.
    """

    days: NDArray[np.int64]
    curves: tuple[Curve, ...]
    diffuse: tuple[float, ...]


def visit_days(visits: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the days of the visits: a baseline, then every 8 to 12 weeks.

    Parameters
    ----------
    visits : int
        How many, at least one.
    rng : Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (visits,), int64
        Days from the start of treatment.
    """
    baseline = -int(rng.integers(1, 15))
    first = int(rng.integers(63, 91))
    later = first + np.cumsum(rng.integers(56, 85, max(visits - 2, 0)))
    return np.array([baseline, first, *later], dtype=np.int64)[:visits]


def _curve(excess: NDArray[np.float64], size: NDArray[np.float64]) -> Curve:
    """Return states from excess and size factor per visit."""
    return tuple(
        LesionState(contrast=float(1 + e) if e > 0.02 else 1.0, size_factor=float(s))
        for e, s in zip(excess, size, strict=True)
    )


def _start(rng: np.random.Generator) -> float:
    """Return the excess of a known lesion at baseline: contrast 2.2 to 8."""
    return float(np.clip(rng.lognormal(np.log(2.6), 0.45), 1.2, 7.0))


def _steady(days: NDArray[np.int64], rng: np.random.Generator) -> Curve:
    """Return a lesion that stays as it is, up to a few per cent."""
    drift = np.exp(rng.normal(0, 0.03, len(days)))
    return _curve(_start(rng) * drift, np.ones(len(days)))


def _constant(days: NDArray[np.int64], rng: np.random.Generator) -> Curve:
    """Return a lesion that does not change at all."""
    return _curve(np.full(len(days), _start(rng)), np.ones(len(days)))


def _healing(days: NDArray[np.int64], rng: np.random.Generator) -> Curve:
    """Return a lesion that fades under treatment."""
    half_life = rng.uniform(60, 130)
    left = 0.5 ** (np.maximum(days, 0) / half_life)
    return _curve(_start(rng) * left, 0.75 + 0.25 * left)


def _growing(days: NDArray[np.int64], rng: np.random.Generator) -> Curve:
    """Return a lesion that gets hotter and larger."""
    months = np.maximum(days, 0) / 30.4
    rise = rng.uniform(0.04, 0.12)
    return _curve(np.minimum(_start(rng) * (1 + rise * months), 9.0), np.minimum(1 + 0.5 * rise * months, 1.8))


def _flaring(days: NDArray[np.int64], rng: np.random.Generator) -> Curve:
    """Return a known lesion that rises by day 91 and has fallen below its start by day 182."""
    start, peak = _start(rng), rng.uniform(1.35, 1.8)
    knots = [0, 75, 120, FLARE_ENDS_DAY, 400]
    course = np.interp(np.maximum(days, 0), knots, [1, peak, 0.5 * (1 + peak) * 0.8, 0.6, 0.2])
    return _curve(np.minimum(start * course, 9.0), np.interp(np.maximum(days, 0), knots, [1, 1.1, 1.05, 0.95, 0.8]))


def _rising(days: NDArray[np.int64], rng: np.random.Generator) -> Curve:
    """Return a known lesion whose early rise looks like a flare and never falls back."""
    start, peak = _start(rng), rng.uniform(1.35, 1.7)
    course = np.interp(np.maximum(days, 0), [0, 75, 400], [1, peak, 1.5 * peak])
    return _curve(np.minimum(start * course, 9.0), np.interp(np.maximum(days, 0), [0, 75, 400], [1, 1.1, 1.5]))


def _new_from(first: int, days: NDArray[np.int64], rng: np.random.Generator) -> Curve:
    """Return a lesion that is first there at visit ``first`` and grows."""
    age = np.arange(len(days)) - first
    excess = np.where(age >= 0, _start(rng) * (1 + 0.12 * np.maximum(age, 0)), 0)
    return _curve(np.minimum(excess, 9.0), 1 + 0.08 * np.maximum(age, 0))


def _flare_focus(days: NDArray[np.int64], rng: np.random.Generator) -> Curve:
    """Return a focus that only a flare brings out."""
    course = np.interp(days, [0, 20, 60, 100, FLARE_ENDS_DAY, FLARE_ENDS_DAY + 60], [0, 0.5, 1, 1, 0.12, 0])
    return _curve(np.clip(_start(rng), 1.8, 5) * course, np.ones(len(days)))


Maker = Callable[[NDArray[np.int64], np.random.Generator], Curve]


def _new_waves(days: NDArray[np.int64], rng: np.random.Generator, first: int) -> list[Curve]:
    """Return two or three new lesions at each visit from ``first`` on."""
    return [_new_from(visit, days, rng) for visit in range(first, len(days)) for _ in range(int(rng.integers(2, 4)))]


def _mixed(days: NDArray[np.int64], rng: np.random.Generator) -> Curve:
    """Return a lesion that either heals or grows."""
    return _healing(days, rng) if rng.random() < 0.5 else _growing(days, rng)


KNOWN: dict[Scenario, Maker] = {
    Scenario.STABLE: _steady,
    Scenario.RESPONSE: _healing,
    Scenario.PROGRESSION: _growing,
    Scenario.FLARE_RESPONSE: _flaring,
    Scenario.FLARE_PROGRESSION: _rising,
    Scenario.MIXED: _mixed,
    Scenario.SINGLE_NEW: _steady,
    Scenario.SUPERSCAN: _steady,
    Scenario.REPEAT: _constant,
    Scenario.NOT_COMPARABLE: _constant,
}
"""How lesions known at baseline develop."""


def _added(scenario: Scenario, days: NDArray[np.int64], rng: np.random.Generator) -> list[Curve]:
    """Return the lesions that appear after baseline."""
    if len(days) < 2:
        return []
    if scenario in (Scenario.PROGRESSION, Scenario.FLARE_PROGRESSION):
        return _new_waves(days, rng, 1)
    if scenario is Scenario.FLARE_RESPONSE:
        return [_flare_focus(days, rng) for _ in range(int(rng.integers(2, 7)))]
    if scenario is Scenario.SINGLE_NEW:
        return [_new_from(int(rng.integers(1, len(days))), days, rng)]
    return []


def verdict(scenario: Scenario, curves: tuple[Curve, ...]) -> str:
    """Return what a reader who knew the truth would say at the last visit.

    Parameters
    ----------
    scenario : Scenario
        The story.
    curves : tuple of Curve
        Every lesion's states.

    Returns
    -------
    str
        ``improved``, ``stable`` or ``progressed``.
    """
    if scenario is not Scenario.MIXED:
        return VERDICTS[scenario]
    first, last = (
        sum((curve[visit].contrast - 1) * curve[visit].size_factor ** 2 for curve in curves) for visit in (0, -1)
    )
    return "improved" if last < IMPROVED_BELOW * first else "stable"


def plan(scenario: Scenario, visits: int, known: int | None, rng: np.random.Generator) -> Plan:
    """Return the story of one patient.

    Parameters
    ----------
    scenario : Scenario
        Which story.
    visits : int
        Number of visits, at least one.
    known : int or None
        Lesions at baseline; None draws a number that suits the scenario.
    rng : Generator
        Source of randomness.

    Returns
    -------
    Plan
        Days and trajectories.
    """
    if visits < 1:
        raise ValueError("a course has at least one visit")
    days = visit_days(visits, rng)
    low, high = KNOWN_COUNT[scenario]
    count = int(rng.integers(low, high + 1)) if known is None else known
    curves = [KNOWN[scenario](days, rng) for _ in range(count)] + _added(scenario, days, rng)
    level = float(rng.uniform(3.5, 5.5)) if scenario is Scenario.SUPERSCAN else 1.0
    return Plan(days=days, curves=tuple(curves), diffuse=(level,) * visits)
