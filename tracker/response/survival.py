"""Radiographic progression-free survival: the first of bone progression, soft-tissue progression and death."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.records.assessment import ProgressionFree, Rule
from tracker.records.context import Context, SoftTissue
from tracker.records.reading import VisitReading
from tracker.references.criteria import RPFS
from tracker.response.bone_machine import PENDING, Memory, opening
from tracker.response.line_course import LineCourse
from tracker.response.pcwg3 import assess_pcwg3
from tracker.response.wording import day_text, sentence
from tracker.settings.response import LaterScan, OpenAtEnd, ResponseSettings

RULES: tuple[Rule, ...] = tuple(
    Rule(rule_id=f"RPFS-{number:02d}", criterion="RPFS", when=when, then=then, citation_key=RPFS.key)
    for number, (when, then) in enumerate(
        (
            ("confirmed bone progression first", "event on its backdated day"),
            ("soft-tissue progression first", "event on that day; the bone rule goes on"),
            ("death first, also after an unconfirmed progression", "event on the day of death"),
            ("no event", "censored at the last evaluable scan"),
            ("new anticancer line before any event", "censored at the last evaluable scan up to its first day"),
            (
                "two or more visits not evaluable in a row, or {missed} days or more without an assessment, then "
                "progression",
                "censored at the last assessment before the gap",
            ),
            ("unconfirmed progression on the last scan, alive", "{open_at_end_event}"),
            ("no evaluable scan after the start", "censored on the first day"),
        ),
        start=1,
    )
)
"""Events and censoring; names in braces stand for settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """One thing that may end the time free of progression."""

    day: date
    cause: str
    text: str


def progression_free(
    course: LineCourse, later: Sequence[VisitReading], context: Context, settings: ResponseSettings
) -> ProgressionFree:
    """Return the time free of progression on one line.

    Parameters
    ----------
    course : LineCourse
        The line and its scans.
    later : sequence of VisitReading
        Scans after the next line began, earliest first; used only where such scans may still confirm.
    context : Context
        Soft tissue, randomisation and death of that patient.
    settings : ResponseSettings
        Gaps and choices that charters differ in.

    Returns
    -------
    ProgressionFree
        Event or censoring, with its reason.

    References
    ----------
    `tracker.references.criteria.RPFS`.
    """
    start = context.facts.randomised_date or course.line.start_date
    memory = _memory(course, later, settings)
    events = sorted(_events(course, memory, context, settings), key=lambda event: event.day)
    events = [event for event in events if event.day >= start]
    first = events[0] if events else None
    if first is None or (course.next_start is not None and first.day > course.next_start):
        return _censored(course, start, first, memory)
    gap_from = _gap_before(course, start, first, context, settings)
    if gap_from is not None:
        text = f"progression on {day_text(first.day)} came after a gap: censored at the last assessment before it"
        return _ended(start, _Event(day=gap_from, cause="CENSORED_BEFORE_GAP", text=text), is_event=False)
    return _ended(start, first, is_event=True)


def _memory(course: LineCourse, later: Sequence[VisitReading], settings: ResponseSettings) -> Memory:
    """Return where PCWG3 stands after the last scan that counts."""
    accepted = later if settings.later_scan is LaterScan.ACCEPTED else ()
    outcomes = assess_pcwg3(replace(course, scans=(*course.scans, *accepted)), settings)
    return outcomes[-1].memory if outcomes else opening(course)


def _events(course: LineCourse, memory: Memory, context: Context, settings: ResponseSettings) -> list[_Event]:
    """Return everything that may end the time free of progression."""
    events = []
    if memory.progression_date is not None:
        day = memory.progression_date
        events.append(_Event(day=day, cause="BONE_PD", text=f"confirmed bone progression as of {day_text(day)}"))
    elif memory.state in PENDING and memory.pending_since is not None and settings.open_at_end is OpenAtEnd.EVENT:
        day = memory.pending_since
        text = f"bone progression of {day_text(day)}, unconfirmed, counted as event by protocol"
        events.append(_Event(day=day, cause="BONE_PDU", text=text))
    events += [
        _Event(day=row.date, cause="SOFT_TISSUE_PD", text=f"soft-tissue progression on {day_text(row.date)}")
        for row in context.responses
        if row.soft_tissue is SoftTissue.PD and row.date > course.line.start_date
    ]
    death = context.facts.death_date
    if death is not None:
        events.append(_Event(day=death, cause="DEATH", text=f"death on {day_text(death)}"))
    return events


def _censored(course: LineCourse, start: date, event: _Event | None, memory: Memory) -> ProgressionFree:
    """Return the record of a line without an event before its end."""
    evaluable = [visit.study_date for visit in course.scans if visit.evaluable and visit.study_date >= start]
    if not evaluable:
        text = "no evaluable scan after the start: censored on the first day"
        return _ended(start, _Event(day=start, cause="CENSORED_NO_SCAN", text=text), is_event=False)
    new_line = event is not None or course.next_start is not None
    why = "a new line began before any event" if new_line else "no event"
    if memory.state in PENDING and memory.pending_since is not None:
        why += f", the progression of {day_text(memory.pending_since)} is unconfirmed"
    last = evaluable[-1]
    cause = "CENSORED_NEW_LINE" if new_line else "CENSORED_LAST_SCAN"
    text = f"{why}: censored at the last evaluable scan on {day_text(last)}"
    return _ended(start, _Event(day=last, cause=cause, text=text), is_event=False)


def _gap_before(
    course: LineCourse, start: date, event: _Event, context: Context, settings: ResponseSettings
) -> date | None:
    """Return the last assessment before a gap that a progression came after, or None if there was no such gap."""
    if event.cause == "DEATH":
        return None
    scans = [visit.study_date for visit in course.scans if visit.evaluable]
    soft = [row.date for row in context.responses if row.soft_tissue is not SoftTissue.NE]
    last = max((day for day in (*scans, *soft, start) if start <= day < event.day), default=start)
    unreadable = [visit for visit in course.scans if not visit.evaluable and last < visit.study_date < event.day]
    gap_days = (event.day - last).days
    return last if gap_days >= settings.two_missed_visits_days or len(unreadable) >= 2 else None


def _ended(start: date, event: _Event, *, is_event: bool) -> ProgressionFree:
    """Return the record of an event or of censoring."""
    return ProgressionFree(
        start_date=start,
        end_date=event.day,
        event=is_event,
        cause=event.cause,
        days=(event.day - start).days,
        reason=sentence(event.text),
    )
