"""A change between two measured numbers, with its interval: what counts as a rise or a fall."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tracker.records.comparability import Comparable
from tracker.records.reading import Quantity, VisitReading
from tracker.response.wording import percent_text
from tracker.settings.response import ResponseSettings

ROUNDING = 1e-9
"""Share of a limit within which a number counts as having reached it."""

SHARED_VARIANCE = 0.5
"""Share of the error variance of one lesion's uptake that all lesions of the visit have in common (normalisation, pose,
depth). On simulated repeats a fifth to a third; more is taken, as a flare is called on the mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From one number to another.

    Parameters
    ----------
    difference : float
        Second minus first, in their unit.
    pct : float or None
        Percent of the first; None where the first is not positive.
    low_pct, high_pct : float or None
        95 % interval; None without errors or percent.
    risen, fallen : bool
        Beyond noise.
    """

    difference: float
    pct: float | None
    low_pct: float | None
    high_pct: float | None
    risen: bool
    fallen: bool

    @property
    def risen_from_nothing(self) -> bool:
        """Whether it rose beyond noise from a number without a percentage."""
        return self.risen and self.pct is None


def ratio_change(first: Quantity, second: Quantity, limit_pct: float, settings: ResponseSettings) -> Change:
    """Return the change of a positive quantity, judged on the scale of ratios.

    Parameters
    ----------
    first, second : Quantity
        The two numbers.
    limit_pct : float
        What counts as beyond noise where an error is missing, percent.
    settings : ResponseSettings
        Width of the interval.

    Returns
    -------
    Change
        Percent with its interval; where a number is not positive, judged by the difference.
    """
    if first.value <= 0 or second.value <= 0:
        return difference_change(first, second, 0.0, settings)
    log_ratio = math.log(second.value / first.value)
    pct = 100 * (second.value - first.value) / first.value
    if first.sd is None or second.sd is None:
        return _change(first, second, pct, None, (_reaches(pct, limit_pct), _reaches(-pct, limit_pct)))
    half = settings.interval_z * math.hypot(first.sd / first.value, second.sd / second.value)
    low, high = (100 * math.expm1(log_ratio + sign * half) for sign in (-1, 1))
    return _change(first, second, pct, (low, high), (low > 0, high < 0))


def difference_change(
    first: Quantity, second: Quantity, limit: float, settings: ResponseSettings, *, smallest_base: float = 0.0
) -> Change:
    """Return the change of a quantity that may be zero, judged by its difference.

    Parameters
    ----------
    first, second : Quantity
        The two numbers.
    limit : float
        What counts as beyond noise where an error is missing, in their unit.
    settings : ResponseSettings
        Width of the interval.
    smallest_base : float
        No percentage from a first number below this.

    Returns
    -------
    Change
        Percent where the first number is large enough, its interval where both errors are known.
    """
    step = second.value - first.value
    pct = 100 * step / first.value if first.value > 0 and first.value >= smallest_base else None
    if first.sd is None or second.sd is None:
        return _change(first, second, pct, None, (_reaches(step, limit), _reaches(-step, limit)))
    half = settings.interval_z * math.hypot(first.sd, second.sd)
    interval = None if pct is None else (max(-100.0, pct - 100 * half / first.value), pct + 100 * half / first.value)
    return _change(first, second, pct, interval, (step > half, step < -half))


def _reaches(step: float, limit: float) -> bool:
    """Whether a step is upward and reaches a limit, whatever the last digit of its rounding."""
    return step > 0 and step >= limit * (1 - ROUNDING)


def _change(
    first: Quantity,
    second: Quantity,
    pct: float | None,
    interval: tuple[float, float] | None,
    beyond: tuple[bool, bool],
) -> Change:
    """Return the record of a change."""
    low, high = interval if interval is not None else (None, None)
    return Change(
        difference=second.value - first.value, pct=pct, low_pct=low, high_pct=high, risen=beyond[0], fallen=beyond[1]
    )


def has_numbers(visit: VisitReading) -> bool:
    """Return whether the numbers of a visit may be used.

    Parameters
    ----------
    visit : VisitReading
        The visit.

    Returns
    -------
    bool
        False where it is not evaluable or not comparable.
    """
    return visit.evaluable and visit.comparable is not Comparable.NO


def mean_uptake(visit: VisitReading, lesion_ids: Iterable[str]) -> Quantity | None:
    """Return the mean uptake ratio of some lesions at one visit, or None if one was not measured.

    Parameters
    ----------
    visit : VisitReading
        The visit.
    lesion_ids : iterable of str
        Which lesions.

    Returns
    -------
    Quantity or None
        The arithmetic mean, so that hot lesions weigh more than faint foci that may be none. Of its error a part is
        shared by all lesions (`SHARED_VARIANCE`), the rest averages out. None where a lesion has no positive uptake
        ratio or there is no lesion.
    """
    foci = [visit.focus(lesion_id) for lesion_id in sorted(lesion_ids)]
    numbers = [focus.uptake_ratio for focus in foci if focus is not None and focus.uptake_ratio is not None]
    if not numbers or len(numbers) < len(foci) or min(number.value for number in numbers) <= 0:
        return None
    value = math.fsum(number.value for number in numbers) / len(numbers)
    errors = [number.sd for number in numbers if number.sd is not None]
    return Quantity(value=value, sd=_mean_sd(errors) if len(errors) == len(numbers) else None)


def _mean_sd(errors: Sequence[float]) -> float:
    """Return the standard deviation of the mean of numbers that share a part of their errors."""
    shared, own = math.fsum(errors) ** 2, math.fsum(error**2 for error in errors)
    return math.sqrt(SHARED_VARIANCE * shared + (1 - SHARED_VARIANCE) * own) / len(errors)


def measured_in(visits: Sequence[VisitReading], lesion_ids: Iterable[str]) -> tuple[str, ...]:
    """Return those of some lesions that have a positive uptake ratio at every one of some visits.

    Parameters
    ----------
    visits : sequence of VisitReading
        The visits.
    lesion_ids : iterable of str
        Candidates.

    Returns
    -------
    tuple of str
        Ordered by id.
    """
    return tuple(
        lesion_id
        for lesion_id in sorted(lesion_ids)
        if all(mean_uptake(visit, (lesion_id,)) is not None for visit in visits)
    )


Reader = Callable[[VisitReading], Quantity | None]
"""How one number is read off a visit; None where there is none or it may not be used."""


def lowest(visits: Sequence[VisitReading], read: Reader) -> Quantity | None:
    """Return the lowest of one number over some visits, or None if none has it.

    Parameters
    ----------
    visits : sequence of VisitReading
        The visits.
    read : callable
        Gives the number.

    Returns
    -------
    Quantity or None
        The earliest of equals.
    """
    numbers = [number for visit in visits if (number := read(visit)) is not None]
    return min(numbers, key=lambda number: number.value, default=None)


def change_text(change: Change) -> str:
    """Return a change in words.

    Parameters
    ----------
    change : Change
        With or without a percentage.

    Returns
    -------
    str
        Percentage and its interval as far as known; else the difference.

    Examples
    --------
    >>> first, second = Quantity(value=2.0), Quantity(value=3.0)
    >>> change_text(difference_change(first, second, 0.5, ResponseSettings()))
    '+50 %'
    """
    if change.pct is None:
        return f"{change.difference:+.2g}"
    if change.low_pct is None or change.high_pct is None:
        return percent_text(change.pct)
    return f"{percent_text(change.pct)}, {percent_text(change.low_pct)} to {percent_text(change.high_pct)}"
