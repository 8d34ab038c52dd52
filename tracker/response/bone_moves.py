"""The moves that every bone criterion is built of."""

from dataclasses import replace

from tracker.records.assessment import BoneStatus
from tracker.response.bone_machine import PENDING, Memory, Move, Scan, State, evidence_for, quiet_status
from tracker.settings.response import ResponseSettings


def stay(rule_id: str, status: BoneStatus, memory: Memory, scan: Scan) -> Move:
    """Return a move that leaves everything remembered as it was.

    Parameters
    ----------
    rule_id : str
        The row that fired.
    status : BoneStatus
        Status of the scan.
    memory : Memory
        What was remembered.
    scan : Scan
        The scan.

    Returns
    -------
    Move
        Nothing is rewritten.
    """
    return Move(status=status, evidence=evidence_for(rule_id, memory, scan), memory=memory)


def rebased(memory: Memory, scan: Scan) -> Memory:
    """Return ``memory`` with this scan as the reference; unknown where its foci cannot be counted.

    Parameters
    ----------
    memory : Memory
        What was remembered.
    scan : Scan
        The new reference.

    Returns
    -------
    Memory
        All else unchanged.
    """
    visit = scan.visit
    return replace(
        memory,
        reference_ids=visit.malignant_ids if visit.countable else None,
        reference_date=visit.study_date,
        reference_assumed=False,
    )


def opened(memory: Memory, state: State, new_ids: frozenset[str], scan: Scan) -> Memory:
    """Return ``memory`` with an unconfirmed progression set by this scan.

    Parameters
    ----------
    memory : Memory
        What was remembered.
    state : State
        How it waits.
    new_ids : frozenset of str
        The new foci to remember.
    scan : Scan
        The scan that sets it.

    Returns
    -------
    Memory
        Waiting for a confirming scan.
    """
    return replace(memory, state=state, pending_ids=new_ids, pending_since=scan.visit.study_date)


def closed(memory: Memory) -> Memory:
    """Return ``memory`` with nothing open.

    Parameters
    ----------
    memory : Memory
        What was remembered.

    Returns
    -------
    Memory
        In STABLE.
    """
    return replace(memory, state=State.STABLE, pending_ids=frozenset(), pending_since=None)


def confirmed(rule_id: str, memory: Memory, scan: Scan, deciding_ids: frozenset[str]) -> Move:
    """Return the move that confirms an open progression, dated to the scan that opened it.

    Parameters
    ----------
    rule_id : str
        The row that fired.
    memory : Memory
        What was remembered.
    scan : Scan
        The confirming scan.
    deciding_ids : frozenset of str
        Foci on it that confirm.

    Returns
    -------
    Move
        PD; visits that carried the open progression become PD.
    """
    return replace(
        stay(rule_id, BoneStatus.PD, memory, scan),
        memory=replace(memory, state=State.PROGRESSED, progression_date=memory.pending_since),
        rewrites=BoneStatus.PD,
        deciding_ids=deciding_ids,
    )


def too_soon(memory: Memory, scan: Scan, settings: ResponseSettings) -> bool:
    """Return whether a scan comes too soon to confirm or refute an open progression.

    Parameters
    ----------
    memory : Memory
        With an open progression.
    scan : Scan
        The scan.
    settings : ResponseSettings
        The confirmation gap.

    Returns
    -------
    bool
        True below the gap.
    """
    gap_days = memory.gap_days(scan.visit)
    return gap_days is not None and gap_days < settings.confirmation_gap_days


def uncounted(rule_ids: tuple[str, str], memory: Memory, scan: Scan, settings: ResponseSettings) -> Move:
    """Return the move where foci cannot be counted on this scan, or there is nothing to count them against.

    Parameters
    ----------
    rule_ids : tuple of str
        The row for diffuse disease, and the row for no scan before treatment.
    memory : Memory
        What was remembered.
    scan : Scan
        An evaluable scan.
    settings : ResponseSettings
        What diffuse disease is by protocol.

    Returns
    -------
    Move
        An open progression is carried; else the next reference is this scan, if its foci can be counted.
    """
    diffuse, no_baseline = rule_ids
    if memory.state in PENDING:
        return stay(diffuse, BoneStatus.PDU, memory, scan)
    quiet = quiet_status(scan.visit) if scan.visit.countable else BoneStatus.NON_PD
    if scan.visit.countable and memory.reference_date is None:
        move = stay(no_baseline, quiet, memory, scan)
    else:
        by_protocol = settings.diffuse_status is BoneStatus.NE
        move = stay(diffuse, BoneStatus.NE if by_protocol else quiet, memory, scan)
    return replace(move, memory=rebased(replace(memory, state=State.STABLE), scan))
