"""PCWG2 bone response: two new lesions versus before treatment; only the first reassessment asks for confirmation.

There is no new reference after the first scan. A later scan shows progression when it holds two or more lesions that
were not there before treatment and at least one of them is seen for the first time: lesions of a flare that merely
stay are no further change. (The cited abstract leaves this open; this reading dates the worked example of a flare
that is followed by slow new lesions to the same scan as published comparisons do.)
"""

from dataclasses import replace

from tracker.records.assessment import BoneStatus, Criterion
from tracker.references.criteria import PCWG2
from tracker.response.bone_machine import Memory, Move, Outcome, Scan, State, evidence_for, quiet_status, run
from tracker.response.bone_moves import closed, confirmed, opened, stay, too_soon, uncounted
from tracker.response.bone_rules import Row, RowKind, bone_rules
from tracker.response.line_course import LineCourse
from tracker.settings.response import ResponseSettings

_ROWS: tuple[Row, ...] = (
    (
        RowKind.UNREADABLE,
        "any state; the scan is not evaluable",
        "NE; state unchanged",
    ),
    (
        RowKind.SET_ON_FIRST,
        "first evaluable scan on treatment, {new} or more new versus before treatment",
        "PDu; a confirming scan is awaited",
    ),
    (
        RowKind.QUIET,
        "first evaluable scan on treatment, fewer than {new} new",
        "NON-PD (NED without foci)",
    ),
    (
        RowKind.CARRIED,
        "confirming scan awaited; less than {gap_days} days after the first",
        "PDu carried",
    ),
    (
        RowKind.CONFIRMED_BY_MORE,
        "confirming scan awaited; {gap_days} days or more after the first, {additional} or more additional new",
        "PD; earlier PDu become PD; dated to the first scan",
    ),
    (
        RowKind.REFUTED,
        "confirming scan awaited; {gap_days} days or more after the first, fewer than {additional} additional new",
        "earlier PDu become NON-PD (flare); this scan is judged as a later one",
    ),
    (
        RowKind.AT_ONCE,
        "later scan; {new} or more new versus before treatment, at least one seen for the first time",
        "PD, dated to this scan",
    ),
    (
        RowKind.QUIET,
        "later scan; otherwise",
        "NON-PD (NED without foci)",
    ),
    (
        RowKind.AFTER,
        "after progression; any evaluable scan",
        "PD; the date is fixed",
    ),
    (
        RowKind.DIFFUSE,
        "foci cannot be counted, on this scan or on the reference",
        "NON-PD or NE by protocol; never progression",
    ),
    (
        RowKind.NO_BASELINE,
        "first evaluable scan of all is on treatment",
        "NON-PD (NED without foci); this scan becomes the reference",
    ),
)

RULES = bone_rules("PCWG2", Criterion.PCWG2_2008, PCWG2, _ROWS)
"""The rows; names in braces stand for settings."""

_UNREADABLE, _FIRST_NEW, _FIRST_QUIET, _CARRIED, _CONFIRMED, _FLARE_OVER = (rule.rule_id for rule in RULES[:6])
_LATER_PD, _LATER_QUIET, _AFTER_PD, _DIFFUSE, _NO_BASELINE = (rule.rule_id for rule in RULES[6:])


def assess_pcwg2(course: LineCourse, settings: ResponseSettings) -> tuple[Outcome, ...]:
    """Return the PCWG2 bone status of every scan on a line, after all of them are known.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    settings : ResponseSettings
        Thresholds.

    Returns
    -------
    tuple of Outcome
        One per scan, earliest first.

    References
    ----------
    `tracker.references.criteria.PCWG2`.
    """
    return run(transition, course, course.scans, settings)


def transition(memory: Memory, scan: Scan, settings: ResponseSettings) -> Move:
    """Return what one scan does to the PCWG2 bone rule.

    Parameters
    ----------
    memory : Memory
        What was remembered.
    scan : Scan
        The scan.
    settings : ResponseSettings
        Thresholds.

    Returns
    -------
    Move
        Status, row, memory and rewriting.
    """
    if not scan.visit.evaluable:
        return stay(_UNREADABLE, BoneStatus.NE, memory, scan)
    if memory.state is State.PROGRESSED:
        return stay(_AFTER_PD, BoneStatus.PD, memory, scan)
    if memory.reference_ids is None or not scan.visit.countable:
        return uncounted((_DIFFUSE, _NO_BASELINE), memory, scan, settings)
    judges = {State.START: _first, State.FLARE_PENDING: _awaited}
    return judges.get(memory.state, _later)(memory, scan, settings)


def _first(memory: Memory, scan: Scan, settings: ResponseSettings) -> Move:
    """Return the move of the first evaluable scan on treatment."""
    new_ids = memory.new_on(scan.visit)
    if len(new_ids) < settings.new_lesion_threshold:
        move = stay(_FIRST_QUIET, quiet_status(scan.visit), memory, scan)
        return replace(move, memory=replace(memory, state=State.STABLE))
    move = stay(_FIRST_NEW, BoneStatus.PDU, memory, scan)
    return replace(move, memory=opened(memory, State.FLARE_PENDING, new_ids, scan))


def _awaited(memory: Memory, scan: Scan, settings: ResponseSettings) -> Move:
    """Return the move of a scan while the first one awaits its confirmation."""
    if too_soon(memory, scan, settings):
        return stay(_CARRIED, BoneStatus.PDU, memory, scan)
    additional = memory.new_on(scan.visit) - memory.pending_ids
    if len(additional) >= settings.additional_threshold:
        return confirmed(_CONFIRMED, memory, scan, additional)
    move = _later(closed(memory), scan, settings)
    return replace(move, evidence=evidence_for(_FLARE_OVER, memory, scan), rewrites=BoneStatus.NON_PD)


def _later(memory: Memory, scan: Scan, settings: ResponseSettings) -> Move:
    """Return the move of a scan after the first reassessment."""
    new_ids = memory.new_on(scan.visit)
    if len(new_ids) < settings.new_lesion_threshold or new_ids <= memory.seen_ids:
        return stay(_LATER_QUIET, quiet_status(scan.visit), memory, scan)
    move = stay(_LATER_PD, BoneStatus.PD, memory, scan)
    dated = replace(memory, state=State.PROGRESSED, progression_date=scan.visit.study_date)
    return replace(move, memory=dated)
