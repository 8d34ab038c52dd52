"""PCWG2 as adapted by COU-AA-302: 2+2 at week 8, later two new lesions, confirmed; always versus before treatment.

Without a new reference, lesions of a flare that persist count as new again after the window: the known weakness that
PCWG3 removed. It is kept as published, so that both can be read side by side.
"""

from dataclasses import replace

from tracker.records.assessment import BoneStatus, Criterion
from tracker.references.criteria import COU_AA_302
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
        "first evaluable scan, day <= {window_days}, {new} or more new versus before treatment",
        "PDu; 2+2 is awaited",
    ),
    (
        RowKind.CARRIED,
        "2+2 awaited; less than {gap_days} days after the first scan",
        "PDu carried",
    ),
    (
        RowKind.CONFIRMED_BY_MORE,
        "2+2 awaited; {gap_days} days or more after the first scan, {additional} or more additional new",
        "PD; earlier PDu become PD; dated to the first scan",
    ),
    (
        RowKind.REFUTED,
        "2+2 awaited; {gap_days} days or more after the first scan, fewer than {additional} additional new",
        "earlier PDu become NON-PD; this scan is judged as a later one",
    ),
    (
        RowKind.SET_LATER,
        "later scan, or first scan after day {window_days}; {new} or more new versus before treatment",
        "PDu; these are remembered",
    ),
    (
        RowKind.QUIET,
        "any scan; fewer than {new} new versus before treatment",
        "NON-PD (NED without foci)",
    ),
    (
        RowKind.CARRIED,
        "confirmation awaited; less than {gap_days} days after the scan that set PDu",
        "PDu carried",
    ),
    (
        RowKind.CONFIRMED_BY_SAME,
        "confirmation awaited; {gap_days} days or more later, {new} or more of the remembered lesions persist",
        "PD; earlier PDu become PD; dated to the scan that set PDu",
    ),
    (
        RowKind.REFUTED,
        "confirmation awaited; {gap_days} days or more later, fewer than {new} persist",
        "earlier PDu become NON-PD; this scan is judged as a later one",
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

RULES = bone_rules("PCWG2-302", Criterion.PCWG2_ADAPTED_302, COU_AA_302, _ROWS)
"""The rows; names in braces stand for settings."""

_UNREADABLE, _FIRST_NEW, _FLARE_CARRIED, _FLARE_PD, _FLARE_OVER, _NEW = (rule.rule_id for rule in RULES[:6])
_QUIET, _CARRIED, _CONFIRMED, _REFUTED, _AFTER_PD, _DIFFUSE, _NO_BASELINE = (rule.rule_id for rule in RULES[6:])


def assess_pcwg2_adapted_302(course: LineCourse, settings: ResponseSettings) -> tuple[Outcome, ...]:
    """Return the bone status of every scan on a line by the rule of COU-AA-302, after all of them are known.

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
    `tracker.references.criteria.COU_AA_302`.
    """
    return run(transition, course, course.scans, settings)


def transition(memory: Memory, scan: Scan, settings: ResponseSettings) -> Move:
    """Return what one scan does to the rule of COU-AA-302.

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
    judges = {State.FLARE_PENDING: _flare_awaited, State.POST_PENDING: _awaited}
    return judges.get(memory.state, _judged)(memory, scan, settings)


def _judged(memory: Memory, scan: Scan, settings: ResponseSettings) -> Move:
    """Return the move of a scan while nothing is open."""
    new_ids = memory.new_on(scan.visit)
    if len(new_ids) < settings.new_lesion_threshold:
        move = stay(_QUIET, quiet_status(scan.visit), memory, scan)
        return replace(move, memory=replace(memory, state=State.STABLE))
    early = memory.state is State.START and scan.day <= settings.first_scan_window_days
    rule_id, state = (_FIRST_NEW, State.FLARE_PENDING) if early else (_NEW, State.POST_PENDING)
    move = stay(rule_id, BoneStatus.PDU, memory, scan)
    return replace(move, memory=opened(memory, state, new_ids, scan))


def _flare_awaited(memory: Memory, scan: Scan, settings: ResponseSettings) -> Move:
    """Return the move of a scan while the first one awaits two additional lesions."""
    if too_soon(memory, scan, settings):
        return stay(_FLARE_CARRIED, BoneStatus.PDU, memory, scan)
    additional = memory.new_on(scan.visit) - memory.pending_ids
    if len(additional) >= settings.additional_threshold:
        return confirmed(_FLARE_PD, memory, scan, additional)
    return _over(_FLARE_OVER, memory, scan, settings)


def _awaited(memory: Memory, scan: Scan, settings: ResponseSettings) -> Move:
    """Return the move of a scan while new lesions await their confirmation."""
    if too_soon(memory, scan, settings):
        return stay(_CARRIED, BoneStatus.PDU, memory, scan)
    persisting = memory.pending_ids & scan.visit.malignant_ids
    if len(persisting) >= settings.new_lesion_threshold:
        return confirmed(_CONFIRMED, memory, scan, persisting)
    return _over(_REFUTED, memory, scan, settings)


def _over(rule_id: str, memory: Memory, scan: Scan, settings: ResponseSettings) -> Move:
    """Return the move that refutes an open progression and judges the scan anew."""
    move = _judged(closed(memory), scan, settings)
    return replace(move, evidence=evidence_for(rule_id, memory, scan), rewrites=BoneStatus.NON_PD)
