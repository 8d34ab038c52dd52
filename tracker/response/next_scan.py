"""When the next scan is due, and what it decides."""

from datetime import date, timedelta

from tracker.records.assessment import NextScan, Rule
from tracker.records.flare import FlareAssessment, FlareStatus
from tracker.references.criteria import PCWG3
from tracker.response.bone_machine import PENDING, Outcome, State
from tracker.response.line_course import LineCourse
from tracker.response.wording import day_text, sentence
from tracker.settings.response import ResponseSettings

RULES: tuple[Rule, ...] = tuple(
    Rule(rule_id=f"NEXT-{number:02d}", criterion="NEXT_SCAN", when=when, then=then, citation_key=PCWG3.key)
    for number, (when, then) in enumerate(
        (
            (
                "no scan on this line yet",
                "day {first_from} to {first_to}; the first-scan window closes on day {window_days}",
            ),
            ("PDu open", "from {gap_days} days after the scan that set it"),
            ("flare possible or undetermined", "within the dates that settle it"),
            ("otherwise, up to day {early_until}", "{early_from} to {early_to} days after the last scan"),
            ("otherwise, later", "{late_from} to {late_to} days after the last scan"),
            ("confirmed progression", "none by this rule"),
        ),
        start=1,
    )
)
"""How the next scan is planned; names in braces stand for settings."""


def next_scan(
    course: LineCourse,
    outcomes: tuple[Outcome, ...],
    flares: tuple[FlareAssessment, ...],
    settings: ResponseSettings,
) -> NextScan | None:
    """Return when the next scan of a line is due, or None after confirmed progression.

    Parameters
    ----------
    course : LineCourse
        The line and its scans.
    outcomes : tuple of Outcome
        Final PCWG3 outcomes.
    flares : tuple of FlareAssessment
        Flare of the same scans.
    settings : ResponseSettings
        Schedule and gaps.

    Returns
    -------
    NextScan or None
        None is the state *no scan due by these rules*.
    """
    if not outcomes:
        return _first(course, settings)
    last, flare = outcomes[-1], flares[-1]
    if last.memory.state is State.PROGRESSED:
        return None
    if last.memory.state in PENDING and last.memory.pending_since is not None:
        return _confirming(last, last.memory.pending_since, settings)
    if flare.settle_from is not None and flare.settle_to is not None:
        return _settling(flare, (flare.settle_from, flare.settle_to))
    return _routine(last, settings)


def _first(course: LineCourse, settings: ResponseSettings) -> NextScan:
    """Return when the first on-treatment scan is due."""
    start, (first, last) = course.line.start_date, settings.schedule_first_days
    closes = start + timedelta(days=settings.first_scan_window_days)
    text = f"first on-treatment scan; it becomes the PCWG3 reference if done by {day_text(closes)}"
    return _due(start + timedelta(days=first), start + timedelta(days=last), "FIRST_ON_TREATMENT", text)


def _confirming(last: Outcome, since: date, settings: ResponseSettings) -> NextScan:
    """Return when the scan is due that confirms or refutes an open progression."""
    gap = timedelta(days=settings.confirmation_gap_days)
    due_from = max(since + gap, last.visit.study_date + timedelta(days=1))
    due_to = due_from + timedelta(days=settings.settle_width_days)
    text = f"confirms or refutes the new lesions of {day_text(since)}"
    return _due(due_from, due_to, "CONFIRM_PROGRESSION", text)


def _settling(flare: FlareAssessment, dates: tuple[date, date]) -> NextScan:
    """Return when the scan is due that settles a possible flare."""
    what = "possible flare" if flare.status is FlareStatus.POSSIBLE else "undetermined worsening"
    return _due(*dates, "SETTLE_FLARE", f"settles the {what}")


def _routine(last: Outcome, settings: ResponseSettings) -> NextScan:
    """Return when the next planned scan is due."""
    early = last.day < settings.schedule_early_until_day
    first, final = settings.schedule_early_days if early else settings.schedule_late_days
    seen = last.visit.study_date
    text = f"planned interval after the scan of {day_text(seen)}"
    return _due(seen + timedelta(days=first), seen + timedelta(days=final), "ROUTINE", text)


def _due(due_from: date, due_to: date, purpose: str, text: str) -> NextScan:
    """Return the record of a due scan."""
    return NextScan(due_from=due_from, due_to=due_to, purpose=purpose, reason=sentence(text))
