"""What criteria that exclude flare share: a worsening on days 1-182 waits for the scan that settles it.

A first worsening on those days is PDu. The first scan 42 days or more later decides: worse again is PD, dated to the
scan that worsened first; not worse rewrites it to the status without the worsening. Any other worsening is PD at once.
PD is final.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.records.assessment import Evidence
from tracker.records.flare import FlareStatus
from tracker.response.line_course import LineCourse
from tracker.response.watch import Step


class Token:
    """Statuses of the criteria that know response; stored and exported unchanged."""

    CR = "CR"
    PR = "PR"
    SD = "SD"
    PD = "PD"
    PDU = "PDu"
    NED = "NED"
    NE = "NE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one scan shows, leaving aside whether it is worse.

    Parameters
    ----------
    token : str
        Status if it is not worse: CR, PR, SD, NED or NE.
    rule_id : str
        The row for that.
    text : str
        What was found, as a clause.
    numbers : tuple of tuple of str and float
        Named numbers, each name with its unit.
    new_ids : tuple of str
        Foci seen for the first time.
    """

    token: str
    rule_id: str
    text: str
    numbers: tuple[tuple[str, float], ...] = ()
    new_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Status of one scan by a criterion that excludes flare, after all scans given.

    Parameters
    ----------
    status : str
        A `Token`.
    progression_date : date or None
        On PD only.
    reason : str
        A clause without full stop.
    evidence : Evidence
        What the row was applied to.
    """

    status: str
    progression_date: date | None
    reason: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class WorseRows:
    """Rows for a worsening.

    Parameters
    ----------
    possible, settled_pd, settled_flare, at_once, after : str
        PDu; PD by the settling scan; rewritten as flare; PD at once; PD after PD.
    """

    possible: str
    settled_pd: str
    settled_flare: str
    at_once: str
    after: str


def flare_excluded(
    course: LineCourse, steps: Sequence[Step], describe: Callable[[int], Shown], rows: WorseRows
) -> tuple[Judged, ...]:
    """Return the status of every scan of a line by a criterion that excludes flare.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    steps : sequence of Step
        What became of the first worsening, one per scan.
    describe : callable
        What a scan shows, by index.
    rows : WorseRows
        The rows for a worsening.

    Returns
    -------
    tuple of Judged
        One per scan, earliest first.
    """
    judged: list[Judged] = []
    progression: date | None = None
    for index, step in enumerate(steps):
        found = describe(index)
        after = progression is not None and step.status is not FlareStatus.PROGRESSION
        if progression is None:
            progression = _progression_date(course, step, index)
        status, rule_id = _status(found, step, progression, rows)
        if found.token != Token.NE and after:
            rule_id = rows.after
        judged.append(
            Judged(
                status=status,
                progression_date=progression if status == Token.PD else None,
                reason=found.text,
                evidence=Evidence(
                    rule_id=rule_id,
                    focus_count=course.scans[index].malignant_count,
                    new_ids=found.new_ids,
                    settled_on=_settled_on(course, step, index),
                    numbers=found.numbers,
                ),
            )
        )
    return tuple(judged)


def _progression_date(course: LineCourse, step: Step, index: int) -> date | None:
    """Return the date of a progression that this scan shows, or None if it shows none."""
    if step.status is FlareStatus.PROGRESSION and step.opened_by is not None:
        return course.scans[step.opened_by].study_date
    at_once = step.worse and step.opened_by is None
    return course.scans[index].study_date if at_once else None


def _settled_on(course: LineCourse, step: Step, index: int) -> date | None:
    """Return the date of the later scan that settled this one, or None if none did."""
    if step.settled_by is None or step.settled_by == index:
        return None
    return course.scans[step.settled_by].study_date


def _status(found: Shown, step: Step, progression: date | None, rows: WorseRows) -> tuple[str, str]:
    """Return the status of a scan and the row that gives it."""
    if found.token == Token.NE:
        return Token.NE, found.rule_id
    if progression is not None:
        return Token.PD, rows.settled_pd if step.status is FlareStatus.PROGRESSION else rows.at_once
    if step.opened_by is None:
        return found.token, found.rule_id
    if step.settled_by is None:
        return Token.PDU, rows.possible
    return found.token, rows.settled_flare if step.worse else found.rule_id
