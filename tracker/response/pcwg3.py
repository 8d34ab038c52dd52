"""PCWG3 bone response: the 2+2 rule, re-baselined to the first on-treatment scan, progression confirmed and backdated.

The rows below are the state machine; `transition` names the row that fired with each status. Where rows overlap, the
one that stands first applies: a scan that cannot be evaluated is NE in every state, also after progression, and
leaves the state as it is. *New* means on neither the reference scan nor any scan before treatment.
"""

from dataclasses import replace

from tracker.records.assessment import BoneStatus, Criterion
from tracker.references.criteria import PCWG3
from tracker.response.bone_machine import (
    PENDING,
    Memory,
    Move,
    Outcome,
    Scan,
    State,
    evidence_for,
    quiet_status,
    run,
)
from tracker.response.bone_moves import closed, confirmed, opened, rebased, stay, too_soon, uncounted
from tracker.response.bone_rules import Row, RowKind, bone_rules
from tracker.response.line_course import LineCourse
from tracker.settings.response import FirstTwo, LateFirstScan, Persistence, ResponseSettings

_ROWS: tuple[Row, ...] = (
    (
        RowKind.UNREADABLE,
        "any state; the scan is not evaluable",
        "NE; state unchanged; nothing is rewritten",
    ),
    (
        RowKind.SET_ON_FIRST,
        "START; first evaluable scan, day <= {window_days}, {new} or more new versus before treatment",
        "PDu; FLARE_PENDING; this scan becomes the reference",
    ),
    (
        RowKind.QUIET,
        "START; first evaluable scan, day <= {window_days}, fewer than {new} new",
        "NON-PD (NED without foci); STABLE; this scan becomes the reference",
    ),
    (
        RowKind.SET_LATER,
        "START; first evaluable scan, day > {window_days}, {new} or more new versus before treatment",
        "PDu; POST_PENDING; the reference stays before treatment",
    ),
    (
        RowKind.QUIET,
        "START; first evaluable scan, day > {window_days}, fewer than {new} new",
        "NON-PD (NED without foci); STABLE; the reference stays before treatment",
    ),
    (
        RowKind.CARRIED,
        "FLARE_PENDING; scan less than {gap_days} days after the first",
        "PDu carried; FLARE_PENDING",
    ),
    (
        RowKind.CONFIRMED_BY_MORE,
        "FLARE_PENDING; scan {gap_days} days or more after the first, {additional} or more additional new",
        "PD; earlier PDu become PD; PROGRESSED; dated to the first on-treatment scan",
    ),
    (
        RowKind.REFUTED,
        "FLARE_PENDING; scan {gap_days} days or more after the first, fewer than {additional} additional new",
        "NON-PD (NED without foci); earlier PDu become NON-PD (flare); STABLE; the first scan stays the reference",
    ),
    (
        RowKind.SET_LATER,
        "STABLE; {new} or more new",
        "PDu; POST_PENDING; these new lesions are remembered",
    ),
    (
        RowKind.QUIET,
        "STABLE; fewer than {new} new",
        "NON-PD (NED without foci); STABLE",
    ),
    (
        RowKind.CARRIED,
        "POST_PENDING; scan less than {gap_days} days after the one that set PDu",
        "PDu carried; POST_PENDING",
    ),
    (
        RowKind.CONFIRMED_BY_SAME,
        "POST_PENDING; scan {gap_days} days or more later, {new} or more of the remembered lesions persist",
        "PD; earlier PDu become PD; PROGRESSED; dated to the scan that set PDu",
    ),
    (
        RowKind.REFUTED,
        "POST_PENDING; scan {gap_days} days or more later, fewer than {new} of the remembered lesions persist",
        "earlier PDu become NON-PD; this scan is judged as in STABLE: PDu with new lesions to remember, or NON-PD/NED",
    ),
    (
        RowKind.OPEN_AT_END,
        "FLARE_PENDING or POST_PENDING; no further scan",
        "PDu stays; no date of progression",
    ),
    (
        RowKind.AFTER,
        "PROGRESSED; any evaluable scan",
        "PD; PROGRESSED; the date is fixed",
    ),
    (
        RowKind.DIFFUSE,
        "not PROGRESSED; disease so diffuse that foci cannot be counted, on this scan or on the reference",
        "NON-PD or NE by protocol, an open PDu is carried; never progression; the first countable scan after it "
        "becomes the reference: foci that emerge from diffuse disease are not new",
    ),
    (
        RowKind.NO_BASELINE,
        "START; no evaluable scan before treatment",
        "NON-PD (NED without foci); STABLE; this scan becomes the reference: new cannot be told from old",
    ),
)

LATE_FIRST_SCAN: frozenset[int] = frozenset({4, 5})
"""Rows on a first scan after the window: charters differ in them."""

RULES = bone_rules("PCWG3", Criterion.PCWG3_2016, PCWG3, _ROWS, decided=LATE_FIRST_SCAN)
"""The rows of the state machine; names in braces stand for settings."""

_UNREADABLE, _FIRST_NEW, _FIRST_QUIET, _LATE_NEW, _LATE_QUIET, _FLARE_CARRIED, _FLARE_PD, _FLARE_OVER = (
    rule.rule_id for rule in RULES[:8]
)
_NEW, _QUIET, _POST_CARRIED, _POST_PD, _POST_OVER, _, _AFTER_PD, _DIFFUSE, _NO_BASELINE = (
    rule.rule_id for rule in RULES[8:]
)


def assess_pcwg3(course: LineCourse, settings: ResponseSettings) -> tuple[Outcome, ...]:
    """Return the PCWG3 bone status of every scan on a line, after all of them are known.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    settings : ResponseSettings
        Windows, thresholds and the choices that charters differ in.

    Returns
    -------
    tuple of Outcome
        One per scan, earliest first.

    References
    ----------
    `tracker.references.criteria.PCWG3`, the status values `tracker.references.criteria.PCWG3_STATUS`.
    """
    return run(transition, course, course.scans, settings)


def transition(memory: Memory, scan: Scan, settings: ResponseSettings) -> Move:
    """Return what one scan does to the PCWG3 bone rule.

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
    if memory.state is State.START:
        return _first(memory, scan, settings)
    judge = _pending if memory.state in PENDING else _stable
    return judge(memory, scan, settings)


def _in_first_window(scan: Scan, settings: ResponseSettings) -> bool:
    """Whether a first scan is read by the flare rows."""
    late_is_flare = settings.late_first_scan is LateFirstScan.FLARE_SCAN
    return late_is_flare or scan.day <= settings.first_scan_window_days


def _first(memory: Memory, scan: Scan, settings: ResponseSettings) -> Move:
    """Return the move of the first evaluable scan on treatment."""
    many = len(memory.new_on(scan.visit)) >= settings.new_lesion_threshold
    if _in_first_window(scan, settings):
        rule_id, state = (_FIRST_NEW, State.FLARE_PENDING) if many else (_FIRST_QUIET, State.STABLE)
        kept = rebased(memory, scan)
    else:
        rule_id, state = (_LATE_NEW, State.POST_PENDING) if many else (_LATE_QUIET, State.STABLE)
        kept = memory
    move = stay(rule_id, BoneStatus.PDU if many else quiet_status(scan.visit), memory, scan)
    if many:
        return replace(move, memory=opened(kept, state, memory.new_on(scan.visit), scan))
    return replace(move, memory=replace(kept, state=state))


def _pending(memory: Memory, scan: Scan, settings: ResponseSettings) -> Move:
    """Return the move of a scan while a progression is open."""
    flare = memory.state is State.FLARE_PENDING
    if too_soon(memory, scan, settings):
        return stay(_FLARE_CARRIED if flare else _POST_CARRIED, BoneStatus.PDU, memory, scan)
    if flare:
        return _flare_settled(memory, scan, settings)
    persisting = memory.pending_ids & scan.visit.malignant_ids
    if settings.persistence is Persistence.LENIENT:
        persisting = memory.new_on(scan.visit)
    if len(persisting) >= settings.new_lesion_threshold:
        return confirmed(_POST_PD, memory, scan, persisting)
    again = _stable(closed(memory), scan, settings)
    return replace(again, evidence=evidence_for(_POST_OVER, memory, scan), rewrites=BoneStatus.NON_PD)


def _flare_settled(memory: Memory, scan: Scan, settings: ResponseSettings) -> Move:
    """Return the move of the scan that settles a first scan with new lesions."""
    additional = memory.new_on(scan.visit)
    enough = len(additional) >= settings.additional_threshold
    kept = memory.pending_ids & scan.visit.malignant_ids
    if settings.first_two is FirstTwo.MUST_PERSIST:
        enough = enough and len(kept) >= settings.new_lesion_threshold
    if enough:
        return confirmed(_FLARE_PD, memory, scan, additional)
    move = stay(_FLARE_OVER, quiet_status(scan.visit), memory, scan)
    return replace(move, memory=closed(memory), rewrites=BoneStatus.NON_PD)


def _stable(memory: Memory, scan: Scan, settings: ResponseSettings) -> Move:
    """Return the move of a scan while nothing is open."""
    new_ids = memory.new_on(scan.visit)
    if len(new_ids) < settings.new_lesion_threshold:
        return stay(_QUIET, quiet_status(scan.visit), memory, scan)
    move = stay(_NEW, BoneStatus.PDU, memory, scan)
    return replace(move, memory=opened(memory, State.POST_PENDING, new_ids, scan))
