"""Plain sentences about flare."""

from collections.abc import Sequence
from datetime import date

from tracker.records.flare import FlareStatus
from tracker.records.reading import VisitReading
from tracker.response.line_course import LineCourse
from tracker.response.watch import Step
from tracker.response.wording import count_text, day_text, sentence


def advice_text(dates: tuple[date, date, date], opening: VisitReading, persisting: str, further: int) -> str:
    """Return which scan would settle a possible flare, in one sentence.

    Parameters
    ----------
    dates : tuple of date
        First and last suitable day, and the day from which the answer is best.
    opening : VisitReading
        The scan where the worsening was first seen.
    persisting : str
        What PCWG3 would take for progression if it is still there; empty where it waits for further lesions.
    further : int
        How many additional foci make it progression.

    Returns
    -------
    str
        One sentence.

    Examples
    --------
    >>> seen = VisitReading(study_date=date(2024, 3, 4))
    >>> advice_text((date(2024, 4, 15), date(2024, 7, 26), date(2024, 4, 1)), seen, "", 2)[-88:]
    'two further new foci mean progression; fewer, with uptake stable or falling, mean flare.'
    """
    settle_from, settle_to, ideal_from = dates
    best = f", best from {day_text(ideal_from)} on," if settle_from < ideal_from < settle_to else ""
    number = count_text(further, "further new focus")
    outcome = f"{number} {'means' if further == 1 else 'mean'} progression; fewer, with uptake stable or falling, mean"
    if persisting:
        outcome = (
            f"{persisting} still there, or {number}, mean progression; neither, with uptake stable or falling, means"
        )
    return sentence(
        f"a scan between {day_text(settle_from)} and {day_text(settle_to)}{best} settles the worsening of "
        f"{day_text(opening.study_date)}: {outcome} flare"
    )


def flare_reason(course: LineCourse, steps: Sequence[Step], index: int, visit: VisitReading) -> str:
    """Return why a scan has its flare status, in one sentence.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    steps : sequence of Step
        What became of each scan.
    index : int
        Which scan.
    visit : VisitReading
        The scan itself.

    Returns
    -------
    str
        One sentence.
    """
    step = steps[index]
    here = f"{day_text(visit.study_date)}, day {course.day(visit)}"
    if not visit.evaluable:
        return sentence(f"the scan of {here}, is not evaluable")
    if step.opened_by is None:
        return _outside(step, steps[:index], here)
    opening = course.scans[step.opened_by]
    opened = f"{day_text(opening.study_date)}, day {course.day(opening)}"
    if step.settled_by is not None:
        settling = day_text(course.scans[step.settled_by].study_date)
        outcome = "progression" if step.status is FlareStatus.PROGRESSION else "a flare"
        return sentence(f"the worsening first seen on {opened}, was {outcome}: the scan of {settling} settled it")
    if index == step.opened_by:
        return sentence(f"first worsening on {here}: early enough to be a flare")
    if step.status is FlareStatus.POSSIBLE:
        return sentence(f"the worsening of {opened}, is not settled by the scan of {here}: flare still possible")
    return sentence(f"the scan of {here}, cannot settle the worsening of {opened}")


def _outside(step: Step, earlier: Sequence[Step], here: str) -> str:
    """Return the sentence of a scan outside any episode."""
    if step.status is FlareStatus.UNDETERMINED:
        return sentence(f"nothing to compare the scan of {here}, with: a flare can be neither seen nor excluded")
    if not step.worse:
        return sentence(f"not worse on {here}")
    again = any(before.settled_by is not None for before in earlier)
    why = "not the first worsening of this line" if again else "the first worsening comes too late for a flare"
    return sentence(f"worse on {here}: {why}")
