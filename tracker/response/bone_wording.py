"""Plain sentences for the statuses of the bone criteria, each with its dates, counts and row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.records.assessment import BoneStatus, Rule
from tracker.records.flare import FlareStatus
from tracker.response.bone_machine import Outcome
from tracker.response.bone_rules import RowKind
from tracker.response.pcwg2 import RULES as PCWG2_RULES
from tracker.response.pcwg2_adapted_302 import RULES as PCWG2_302_RULES
from tracker.response.pcwg3 import RULES as PCWG3_RULES
from tracker.response.wording import count_text, day_text, sentence
from tracker.settings.response import Persistence, ResponseSettings

_RULES: Mapping[str, Rule] = {rule.rule_id: rule for rule in (*PCWG3_RULES, *PCWG2_RULES, *PCWG2_302_RULES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What a sentence about one outcome draws on.

    Parameters
    ----------
    outcome : Outcome
        The status and its evidence.
    previous : Outcome or None
        The outcome before it on the same line.
    flare : FlareStatus
        Whether the worsening of this visit may be a flare.
    settings : ResponseSettings
        Thresholds and gap.
    """

    outcome: Outcome
    previous: Outcome | None
    flare: FlareStatus
    settings: ResponseSettings

    @property
    def here(self) -> str:
        """Date and day of the scan."""
        return f"{day_text(self.outcome.visit.study_date)}, day {self.outcome.day}"

    @property
    def news(self) -> str:
        """How many new lesions the scan holds."""
        return count_text(len(self.outcome.evidence.new_ids), "new lesion")


def bone_reason(telling: Telling) -> str:
    """Return why a scan has its bone status, in plain sentences that name the row.

    Parameters
    ----------
    telling : Telling
        The outcome and what surrounds it.

    Returns
    -------
    str
        One or two sentences; the last ends with the row in brackets.
    """
    evidence = telling.outcome.evidence
    if evidence.settled_on is not None:
        text = _settled(telling, evidence.settled_on)
    else:
        text = _SENTENCES[RowKind(_RULES[evidence.rule_id].kind)](telling)
    return sentence(f"{text} ({evidence.rule_id})")


def _settled(telling: Telling, settled_on: date) -> str:
    """Return the sentence of a scan whose open progression a later scan settled."""
    outcome = telling.outcome
    on_day = f"{telling.news} on {telling.here}: unconfirmed on the day"
    settling = f"the scan of {day_text(settled_on)}"
    if outcome.status is not BoneStatus.PD:
        flare = "flare, " if telling.flare is FlareStatus.CONFIRMED else ""
        return f"{on_day}; {settling} did not confirm: {flare}no progression"
    dated = _since(telling)
    return f"{on_day}, confirmed by {settling}: progression as of {dated}"


def _since(telling: Telling) -> str:
    """Return the day to which an open or confirmed progression is dated."""
    gap_days = telling.outcome.evidence.gap_days or 0
    return day_text(telling.outcome.visit.study_date - timedelta(days=gap_days))


def _unreadable(telling: Telling) -> str:
    """Return the sentence of a scan that cannot be evaluated."""
    reason = telling.outcome.visit.not_evaluable_reason or "no reason stated"
    return f"the scan of {telling.here}, is not evaluable: {reason}"


def _open(telling: Telling, condition: str) -> str:
    """Return the sentence of a scan that sets an unconfirmed progression."""
    flare = "" if telling.flare is FlareStatus.NOT_APPLICABLE else ", flare possible"
    seen = telling.outcome.visit.study_date
    earliest = seen + timedelta(days=telling.settings.confirmation_gap_days)
    return (
        f"unconfirmed{flare}. A scan from {day_text(earliest)} on {condition} would confirm progression as of "
        f"{day_text(seen)}"
    )


def _set_on_first(telling: Telling) -> str:
    """Return the sentence of a first on-treatment scan with new lesions, by the 2+2 rule."""
    additional = count_text(telling.settings.additional_threshold, "further new lesion")
    return f"{telling.news} on {telling.here}, first on-treatment scan: " + _open(telling, f"with {additional}")


def _set_later(telling: Telling) -> str:
    """Return the sentence of a later scan with new lesions."""
    return f"{telling.news} on {telling.here}{_against(telling)}: " + _open(telling, _still(telling))


def _still(telling: Telling) -> str:
    """Return what would confirm new lesions on a later scan."""
    needed = telling.settings.new_lesion_threshold
    return "that still shows them" if needed >= len(telling.outcome.evidence.new_ids) else f"that still shows {needed}"


def _against(telling: Telling) -> str:
    """Return which scan was the reference; empty where there was none."""
    reference = telling.outcome.evidence.reference_date
    return "" if reference is None else f", against the scan of {day_text(reference)}"


def _quiet(telling: Telling) -> str:
    """Return the sentence of a scan without progression."""
    if telling.outcome.status is BoneStatus.NED:
        return f"no malignant focus on {telling.here}: no evidence of disease on the bone scan"
    return f"{telling.news} on {telling.here}{_against(telling)}: no progression"


def _carried(telling: Telling) -> str:
    """Return the sentence of a scan that comes too soon."""
    gap_days = telling.outcome.evidence.gap_days
    return (
        f"the scan of {telling.here}, comes {gap_days} days after the new lesions of {_since(telling)}: too soon to "
        f"confirm them ({telling.settings.confirmation_gap_days} days); still unconfirmed"
    )


def _confirmed_by_more(telling: Telling) -> str:
    """Return the sentence of the scan that confirms by the 2+2 rule."""
    further = count_text(_further(telling), "further new lesion")
    return f"{further} on {telling.here}: progression confirmed as of {_since(telling)}"


def _further(telling: Telling) -> int:
    """Return how many new lesions the scan adds to those that were open."""
    open_ids = telling.previous.memory.pending_ids if telling.previous is not None else frozenset()
    return len(frozenset(telling.outcome.evidence.new_ids) - open_ids)


def _confirmed_by_same(telling: Telling) -> str:
    """Return the sentence of the scan on which the new lesions persist."""
    evidence = telling.outcome.evidence
    strict = telling.settings.persistence is Persistence.STRICT
    count = count_text(len(evidence.persisting_ids if strict else evidence.new_ids), "new lesion")
    return f"{count} of {_since(telling)} still there on {telling.here}: progression confirmed as of {_since(telling)}"


def _refuted(telling: Telling) -> str:
    """Return the sentence of the scan that does not confirm."""
    settled = f"the scan of {telling.here}, does not confirm the new lesions of {_since(telling)}"
    if telling.outcome.status is BoneStatus.PDU:
        return f"{settled}, but shows {telling.news}: " + _open(telling, _still(telling))
    if telling.outcome.status is BoneStatus.PD:
        return f"{settled} by the rule of the first scan, but {_at_once(telling)}"
    flare = "flare, " if telling.flare is FlareStatus.CONFIRMED else ""
    return f"{settled}: {flare}no progression"


def _at_once(telling: Telling) -> str:
    """Return the sentence of a scan that is progression without confirmation."""
    return f"{telling.news} on {telling.here}{_against(telling)}, one or more for the first time: progression"


def _after(telling: Telling) -> str:
    """Return the sentence of a scan after progression."""
    dated = telling.outcome.memory.progression_date or telling.outcome.visit.study_date
    return f"progression was confirmed as of {day_text(dated)}; it stands on {telling.here}"


def _diffuse(telling: Telling) -> str:
    """Return the sentence of a scan in diffuse disease."""
    why = telling.outcome.visit.not_countable_reason or "disease on the reference scan is too diffuse to count foci"
    return f"new lesions cannot be counted on {telling.here}: {why}"


def _no_baseline(telling: Telling) -> str:
    """Return the sentence of a first scan without one before treatment."""
    return (
        f"no evaluable scan before treatment: new lesions cannot be told from old on {telling.here}; this scan becomes "
        "the reference"
    )


_SENTENCES: Mapping[RowKind, Callable[[Telling], str]] = {
    RowKind.UNREADABLE: _unreadable,
    RowKind.SET_ON_FIRST: _set_on_first,
    RowKind.SET_LATER: _set_later,
    RowKind.QUIET: _quiet,
    RowKind.CARRIED: _carried,
    RowKind.CONFIRMED_BY_MORE: _confirmed_by_more,
    RowKind.CONFIRMED_BY_SAME: _confirmed_by_same,
    RowKind.REFUTED: _refuted,
    RowKind.AT_ONCE: _at_once,
    RowKind.AFTER: _after,
    RowKind.DIFFUSE: _diffuse,
    RowKind.NO_BASELINE: _no_baseline,
}
