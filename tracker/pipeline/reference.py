"""Which visit each visit is compared with: a switch in the analysis, never a new registration."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.records.reference import ReferenceName


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What choosing a reference needs to know of one visit.

    Parameters
    ----------
    study_date : date
        Acquisition date.
    evaluable : bool
        Visits that cannot be read are never a reference.
    treatment_start : date or None
        Start of the anticancer line that is current at this visit (or next, before the first); None without any.
    burden : float or None
        Measured burden, for the nadir.
    """

    study_date: date
    evaluable: bool
    treatment_start: date | None
    burden: float | None = None


def reference_indices(visits: Sequence[Candidate], name: ReferenceName) -> tuple[int, ...]:
    """Return the index of every visit's reference visit.

    Parameters
    ----------
    visits : sequence of Candidate
        Earliest first.
    name : ReferenceName
        Which rule.

    Returns
    -------
    tuple of int
        One per visit; a visit may be its own reference.
    """
    rule = _RULES[name]
    return tuple(rule(visits, index) for index in range(len(visits)))


def _baseline(visits: Sequence[Candidate], index: int) -> int:
    """Return the last evaluable visit on or before treatment start, else the first visit."""
    start = visits[index].treatment_start
    before = [
        number
        for number, visit in enumerate(visits)
        if visit.evaluable and start is not None and visit.study_date <= start
    ]
    return before[-1] if before else _first_evaluable(visits)


def _first_evaluable(visits: Sequence[Candidate]) -> int:
    """Return the first visit that can be read, else the first."""
    return next((number for number, visit in enumerate(visits) if visit.evaluable), 0)


def _previous(visits: Sequence[Candidate], index: int) -> int:
    """Return the evaluable visit before this one, else this one."""
    before = [number for number in range(index) if visits[number].evaluable]
    return before[-1] if before else index


def _nadir(visits: Sequence[Candidate], index: int) -> int:
    """Return the evaluable visit so far with the lowest burden; the earliest of equals; else the baseline."""
    measured = [
        (burden, number)
        for number in range(index)
        if visits[number].evaluable and (burden := visits[number].burden) is not None
    ]
    return min(measured)[1] if measured else _baseline(visits, index)


def _first_on_treatment(visits: Sequence[Candidate], index: int) -> int:
    """Return the first evaluable visit after treatment start, else the baseline."""
    start = visits[index].treatment_start
    after = [
        number
        for number, visit in enumerate(visits)
        if visit.evaluable and start is not None and visit.study_date > start
    ]
    return after[0] if after else _baseline(visits, index)


_RULES: dict[ReferenceName, Callable[[Sequence[Candidate], int], int]] = {
    ReferenceName.BASELINE: _baseline,
    ReferenceName.PREVIOUS: _previous,
    ReferenceName.NADIR: _nadir,
    ReferenceName.FIRST_ON_TREATMENT: _first_on_treatment,
}
