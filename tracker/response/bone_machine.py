"""What the bone criteria share: what is remembered from scan to scan, and how later scans rewrite earlier statuses.

A criterion is a *transition*: what was remembered and one scan give a `Move`. `run` walks the scans, and where a move
settles an unconfirmed progression it rewrites the visits that had carried it. Both clocks come from it: the final
statuses from one run over all scans, the provisional status of a visit from a run that ends with that visit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from tracker.records.assessment import BoneStatus, Evidence
from tracker.records.reading import VisitReading
from tracker.response.line_course import LineCourse
from tracker.settings.response import ResponseSettings


class State(StrEnum):
    """Where the bone rule stands between two scans."""

    START = "START"
    FLARE_PENDING = "FLARE_PENDING"
    STABLE = "STABLE"
    POST_PENDING = "POST_PENDING"
    PROGRESSED = "PROGRESSED"


PENDING: frozenset[State] = frozenset({State.FLARE_PENDING, State.POST_PENDING})
"""States that wait for a confirming scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What is remembered between two scans.

    Parameters
    ----------
    state : State
        Where the rule stands.
    reference_ids : frozenset of str or None
        Foci of the reference scan; None while there is no scan on which foci could be counted.
    reference_date : date or None
        Its date; None while there is none.
    reference_assumed : bool
        The reference is no scan but the assumption that there was no focus.
    before_ids : frozenset of str
        Foci seen on any scan before treatment.
    seen_ids : frozenset of str
        Foci seen on any earlier evaluable scan on treatment.
    refuted_ids : frozenset of str
        Foci that stood no higher than what was there before when first seen: never new.
    pending_ids : frozenset of str
        New foci that set the unconfirmed progression.
    pending_since : date or None
        Date of the scan that set it.
    progression_date : date or None
        Date of the confirmed progression.
    """

    state: State
    reference_ids: frozenset[str] | None
    reference_date: date | None
    before_ids: frozenset[str]
    reference_assumed: bool = False
    seen_ids: frozenset[str] = frozenset()
    refuted_ids: frozenset[str] = frozenset()
    pending_ids: frozenset[str] = frozenset()
    pending_since: date | None = None
    progression_date: date | None = None

    def new_on(self, visit: VisitReading) -> frozenset[str]:
        """Return the malignant foci of a visit that are neither on the reference scan nor seen before treatment.

        Parameters
        ----------
        visit : VisitReading
            An evaluable scan.

        Returns
        -------
        frozenset of str
            Ids; empty while there is no reference.
        """
        if self.reference_ids is None:
            return frozenset()
        return visit.malignant_ids - self.reference_ids - self.before_ids - self.refuted_ids

    def gap_days(self, visit: VisitReading) -> int | None:
        """Return the days since the scan that set the unconfirmed progression, or None if nothing is open.

        Parameters
        ----------
        visit : VisitReading
            A later scan.

        Returns
        -------
        int or None
            None is the state *nothing is open*.
        """
        return None if self.pending_since is None else (visit.study_date - self.pending_since).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One scan as a transition sees it.

    Parameters
    ----------
    visit : VisitReading
        The reading.
    day : int
        Days since the line began.
    """

    visit: VisitReading
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What one scan does to the rule.

    Parameters
    ----------
    status : BoneStatus
        Status of this scan as known on its day.
    evidence : Evidence
        What the row was applied to.
    memory : Memory
        What is remembered from here on.
    rewrites : BoneStatus or None
        What the visits that carried the open progression become; None leaves them.
    deciding_ids : frozenset of str
        Foci on this scan that confirmed the open progression.
    """

    status: BoneStatus
    evidence: Evidence
    memory: Memory
    rewrites: BoneStatus | None = None
    deciding_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Status of one visit after a run.

    Parameters
    ----------
    visit : VisitReading
        The reading.
    day : int
        Days since the line began.
    status : BoneStatus
        After all rewriting of this run.
    evidence : Evidence
        The row that gave ``status``.
    memory : Memory
        What was remembered after this visit.
    """

    visit: VisitReading
    day: int
    status: BoneStatus
    evidence: Evidence
    memory: Memory


Transition = Callable[[Memory, Scan, ResponseSettings], Move]
"""One criterion: what was remembered and one scan give a move."""


def opening(course: LineCourse) -> Memory:
    """Return what is known before the first scan on treatment.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.

    Returns
    -------
    Memory
        The reference is the last evaluable scan before treatment; unknown without one, or where foci could not be
        counted on it.
    """
    before = course.evaluable_before
    last = before[-1] if before else None
    return Memory(
        state=State.START,
        reference_ids=last.malignant_ids if last is not None and last.countable else None,
        reference_date=last.study_date if last is not None else None,
        reference_assumed=last is not None and last.assumed,
        before_ids=frozenset().union(*(visit.malignant_ids for visit in before)),
        refuted_ids=frozenset().union(*(visit.refuted_ids for visit in before)),
    )


def run(
    transition: Transition, course: LineCourse, scans: Sequence[VisitReading], settings: ResponseSettings
) -> tuple[Outcome, ...]:
    """Return the status of each scan after all of them are known.

    Parameters
    ----------
    transition : callable
        The criterion.
    course : LineCourse
        One line; gives what was known before it.
    scans : sequence of VisitReading
        Scans on the line, earliest first.
    settings : ResponseSettings
        Thresholds.

    Returns
    -------
    tuple of Outcome
        One per scan, in order.
    """
    memory = opening(course)
    outcomes: list[Outcome] = []
    carrying: list[int] = []
    for index, visit in enumerate(scans):
        if visit.evaluable:
            memory = replace(memory, refuted_ids=memory.refuted_ids | visit.refuted_ids)
        scan = Scan(visit=visit, day=course.day(visit))
        move = transition(memory, scan, settings)
        if move.rewrites is not None:
            for earlier in carrying:
                outcomes[earlier] = _rewritten(outcomes[earlier], move, visit)
            carrying = []
        if move.status is BoneStatus.PDU:
            carrying.append(index)
        seen = visit.malignant_ids if visit.evaluable else frozenset()
        memory = replace(move.memory, seen_ids=move.memory.seen_ids | seen)
        outcomes.append(Outcome(visit=visit, day=scan.day, status=move.status, evidence=move.evidence, memory=memory))
    return tuple(outcomes)


def quiet_status(visit: VisitReading) -> BoneStatus:
    """Return NON-PD, or NED where the visit shows no malignant focus.

    Parameters
    ----------
    visit : VisitReading
        An evaluable scan.

    Returns
    -------
    BoneStatus
        NON-PD or NED.
    """
    return BoneStatus.NON_PD if visit.malignant_count else BoneStatus.NED


def evidence_for(rule_id: str, memory: Memory, scan: Scan) -> Evidence:
    """Return what a row was applied to.

    Parameters
    ----------
    rule_id : str
        The row.
    memory : Memory
        What was remembered when the scan came.
    scan : Scan
        The scan.

    Returns
    -------
    Evidence
        Counts, ids, reference and gap.
    """
    visit = scan.visit
    if not visit.evaluable:
        return Evidence(rule_id=rule_id, counted=False)
    return Evidence(
        rule_id=rule_id,
        reference_date=None if memory.reference_assumed else memory.reference_date,
        focus_count=visit.malignant_count,
        new_ids=tuple(sorted(memory.new_on(visit))),
        persisting_ids=tuple(sorted(memory.pending_ids & visit.malignant_ids)),
        gap_days=memory.gap_days(visit),
        counted=memory.reference_ids is not None and visit.countable,
    )


def _rewritten(outcome: Outcome, move: Move, settling: VisitReading) -> Outcome:
    """Return an unconfirmed outcome as a later scan settled it."""
    refuted = move.rewrites is not BoneStatus.PD
    return replace(
        outcome,
        status=quiet_status(outcome.visit) if refuted else BoneStatus.PD,
        evidence=replace(
            outcome.evidence,
            rule_id=move.evidence.rule_id,
            settled_on=settling.study_date,
            settling_ids=tuple(sorted(move.deciding_ids)),
        ),
    )
