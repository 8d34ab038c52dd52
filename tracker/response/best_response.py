"""Best response of a line: overall where soft tissue was read, else bone alone."""

from collections.abc import Sequence
from datetime import date

from tracker.records.assessment import BestResponse, BoneStatus, OverallResponse, Rule
from tracker.references.criteria import PCWG3_STATUS
from tracker.response.bone_machine import Outcome
from tracker.response.wording import day_text, sentence
from tracker.settings.response import OpenAtEnd, ResponseSettings

_BEST_FIRST = ("CR", "PR", "SD", "NON-CR/NON-PD", "NED", "NON-PD", "PDu", "PD", "NE")

RULES: tuple[Rule, ...] = tuple(
    Rule(rule_id=f"BEST-{number:02d}", criterion="BEST_RESPONSE", when=when, then=then, citation_key=PCWG3_STATUS.key)
    for number, (when, then) in enumerate(
        (
            ("visits up to the first PD", "the best of them: " + ", ".join(_BEST_FIRST)),
            ("CR or PR seen again {response_gap} days or more later", "confirmed; otherwise said to be unconfirmed"),
            ("PDu that no further scan settled, nothing better", "{open_at_end}"),
        ),
        start=1,
    )
)
"""How the best response is found; names in braces stand for settings."""

_OPEN_BECOMES = {
    ("overall", OpenAtEnd.NO_EVENT): "SD",
    ("bone", OpenAtEnd.NO_EVENT): "NON-PD",
    ("overall", OpenAtEnd.EVENT): "PD",
    ("bone", OpenAtEnd.EVENT): "PD",
}


def best_response(
    outcomes: Sequence[Outcome], overall: Sequence[OverallResponse | None], settings: ResponseSettings
) -> BestResponse | None:
    """Return the best response of a line, or None without an on-treatment visit.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Final PCWG3 outcomes, earliest first.
    overall : sequence of OverallResponse or None
        Overall responses of the same visits; None where soft tissue was not read.
    settings : ResponseSettings
        What an unsettled PDu is taken for; how late a confirming CR or PR is.

    Returns
    -------
    BestResponse or None
        None is the state *nothing to judge*.
    """
    if not outcomes:
        return None
    together = [(response.study_date, response.overall) for response in overall if response is not None]
    bone = [(outcome.visit.study_date, outcome.status.value) for outcome in outcomes]
    scope, seen = ("overall", together) if together else ("bone", bone)
    counted = _until_progression(seen)
    day, best = min(counted, key=lambda row: (_BEST_FIRST.index(row[1]), row[0]))
    if best == BoneStatus.PDU:
        taken = _OPEN_BECOMES[(scope, settings.open_at_end)]
        text = f"progression first seen on {day_text(day)} was never settled: taken as {taken}"
        return BestResponse(scope=scope, response=taken, study_date=day, reason=sentence(text))
    text = f"best {scope} response {best}, first on {day_text(day)}{_confirmation(seen, day, best, settings)}"
    return BestResponse(scope=scope, response=best, study_date=None if best == "NE" else day, reason=sentence(text))


def _until_progression(seen: Sequence[tuple[date, str]]) -> list[tuple[date, str]]:
    """Return the visits up to and including the first with PD."""
    counted = []
    for row in seen:
        counted.append(row)
        if row[1] == BoneStatus.PD:
            break
    return counted


def _confirmation(seen: Sequence[tuple[date, str]], day: date, best: str, settings: ResponseSettings) -> str:
    """Return whether a CR or PR was seen again late enough, in words; empty for other responses."""
    if best not in ("CR", "PR"):
        return ""
    enough = ("CR",) if best == "CR" else ("CR", "PR")
    again = (later for later, status in seen if status in enough)
    late = any((later - day).days >= settings.response_confirmation_days for later in again)
    return ", confirmed" if late else f", not confirmed {settings.response_confirmation_days} days later"
