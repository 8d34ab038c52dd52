"""The one verdict of a visit: PCWG3 first, otherwise what was measured; the sentence names the rule.

PD is progressed, PDu unconfirmed, NE not evaluable. Otherwise the burden decides: *improved* where the description
against the scan before treatment is *less*, nothing that worsened is open, and the foci did not merely fade on a scan
that cannot be compared; else *stable*. Numbers that rise never make it progressed; the sentence says so instead.
"""

from tracker.records.assessment import BoneStatus, Criterion, Headline, Rule, Verdict
from tracker.records.flare import FlareAssessment, FlareStatus, TreatmentPosition
from tracker.records.reading import VisitReading
from tracker.references.criteria import DESCRIPTIVE, PCWG3
from tracker.response.bone_machine import Outcome
from tracker.response.descriptive import Direction
from tracker.response.flare_excluded import Judged
from tracker.response.wording import count_text, day_text, sentence

RULES: tuple[Rule, ...] = tuple(
    Rule(rule_id=f"HEAD-{number:02d}", criterion="HEADLINE", when=when, then=then, citation_key=key)
    for number, (when, then, key) in enumerate(
        (
            ("PCWG3 PD", Verdict.PROGRESSED.value, PCWG3.key),
            ("PCWG3 PDu", Verdict.UNCONFIRMED.value, PCWG3.key),
            ("PCWG3 NE", Verdict.NOT_EVALUABLE.value, PCWG3.key),
            ("PCWG3 NON-PD or NED, description less, no open worsening", Verdict.IMPROVED.value, DESCRIPTIVE.key),
            ("PCWG3 NON-PD or NED otherwise", Verdict.STABLE.value, DESCRIPTIVE.key),
            ("before treatment", "no verdict: reference", DESCRIPTIVE.key),
            ("no anticancer line: less", Verdict.IMPROVED.value, DESCRIPTIVE.key),
            ("no anticancer line: more or mixed", Verdict.UNCONFIRMED.value, DESCRIPTIVE.key),
            ("no anticancer line: unchanged", Verdict.STABLE.value, DESCRIPTIVE.key),
            ("no anticancer line: not evaluable", Verdict.NOT_EVALUABLE.value, DESCRIPTIVE.key),
        ),
        start=1,
    )
)
"""How a headline comes about."""

_BY_PCWG3: dict[BoneStatus, Verdict] = {
    BoneStatus.PD: Verdict.PROGRESSED,
    BoneStatus.PDU: Verdict.UNCONFIRMED,
    BoneStatus.NE: Verdict.NOT_EVALUABLE,
}

_WITHOUT_LINE: dict[str, Verdict] = {
    Direction.LESS: Verdict.IMPROVED,
    Direction.UNCHANGED: Verdict.STABLE,
    Direction.MORE: Verdict.UNCONFIRMED,
    Direction.MIXED: Verdict.UNCONFIRMED,
    Direction.NE: Verdict.NOT_EVALUABLE,
}

_OPEN: frozenset[FlareStatus] = frozenset({FlareStatus.POSSIBLE, FlareStatus.UNDETERMINED})


def treated_verdict(outcome: Outcome, described: Judged, flare: FlareAssessment) -> Verdict:
    """Return the verdict of an on-treatment visit, as far as the scans given tell.

    Parameters
    ----------
    outcome : Outcome
        PCWG3 status.
    described : Judged
        Description of the same visit.
    flare : FlareAssessment
        Flare of the same visit.

    Returns
    -------
    Verdict
        By PCWG3 first, then by what was measured.
    """
    by_rule = _BY_PCWG3.get(outcome.status)
    if by_rule is not None:
        return by_rule
    better = described.status == Direction.LESS and flare.status not in _OPEN
    return Verdict.IMPROVED if better else Verdict.STABLE


def treated_headline(outcome: Outcome, reason: str, described: Judged, flare: FlareAssessment) -> Headline:
    """Return the headline of an on-treatment visit, as far as the scans given tell.

    Parameters
    ----------
    outcome : Outcome
        PCWG3 status.
    reason : str
        Its sentence.
    described : Judged
        Description of the same visit.
    flare : FlareAssessment
        Flare of the same visit.

    Returns
    -------
    Headline
        Verdict and sentence; the provisional ones are those of this very run.
    """
    verdict = treated_verdict(outcome, described, flare)
    words = reason
    if outcome.status not in _BY_PCWG3:
        words = f"{reason} {sentence(described.reason)}{_caution(described, flare)}"
    return Headline(
        verdict=verdict,
        sentence=f"{_spoken(verdict)} by PCWG3 ({outcome.status.value}): {words}",
        criterion=Criterion.PCWG3_2016.value,
        provisional_status=outcome.status.value,
        final_status=outcome.status.value,
        rule_id=outcome.evidence.rule_id,
        citation_key=PCWG3.key,
    )


def _caution(described: Judged, flare: FlareAssessment) -> str:
    """Return what has to be said where numbers rise without progression; empty otherwise."""
    if described.status not in (Direction.MORE, Direction.MIXED):
        return ""
    if flare.status is FlareStatus.POSSIBLE:
        return " Flare possible: " + flare.reason[:1].lower() + flare.reason[1:] + " " + flare.advice
    if flare.status is FlareStatus.CONFIRMED:
        return " " + flare.reason
    return " Numbers rise without progression by this rule: compare with CT and the clinical course."


def reference_headline(visit: VisitReading, position: TreatmentPosition) -> Headline:
    """Return the headline of a visit before treatment.

    Parameters
    ----------
    visit : VisitReading
        The visit.
    position : TreatmentPosition
        On the treatment clock.

    Returns
    -------
    Headline
        Without a verdict, unless the scan is not evaluable.
    """
    if not visit.evaluable:
        return _not_evaluable(visit)
    begins = "" if position.line is None else f"; treatment begins on {day_text(position.line.start_date)}"
    foci = count_text(visit.malignant_count, "malignant focus")
    text = f"before treatment: {foci} on {day_text(visit.study_date)}{begins}"
    return Headline(verdict=None, sentence=sentence(text), rule_id=RULES[5].rule_id, citation_key=DESCRIPTIVE.key)


def _not_evaluable(visit: VisitReading) -> Headline:
    """Return the headline of a scan outside treatment that cannot be evaluated."""
    why = visit.not_evaluable_reason or "no reason stated"
    text = sentence(f"not evaluable: the scan of {day_text(visit.study_date)} ({why})")
    return Headline(
        verdict=Verdict.NOT_EVALUABLE, sentence=text, rule_id=RULES[9].rule_id, citation_key=DESCRIPTIVE.key
    )


def untreated_headline(visit: VisitReading, described: Judged | None) -> Headline:
    """Return the headline of a visit of a patient without an anticancer line.

    Parameters
    ----------
    visit : VisitReading
        The visit.
    described : Judged or None
        Description against the first evaluable visit; None for that visit itself.

    Returns
    -------
    Headline
        Never progressed: without the dates of treatment a flare cannot be told from progression.
    """
    if described is None:
        text = f"first scan: {count_text(visit.malignant_count, 'malignant focus')} on {day_text(visit.study_date)}"
        return Headline(verdict=None, sentence=sentence(text), rule_id=RULES[5].rule_id, citation_key=DESCRIPTIVE.key)
    verdict = _WITHOUT_LINE[described.status]
    row = {Verdict.IMPROVED: 6, Verdict.UNCONFIRMED: 7, Verdict.STABLE: 8, Verdict.NOT_EVALUABLE: 9}[verdict]
    why = " Without treatment dates a flare cannot be told from progression." if verdict is Verdict.UNCONFIRMED else ""
    text = described.reason.replace("before treatment", "on the first scan")
    return Headline(
        verdict=verdict,
        sentence=f"{_spoken(verdict)} by description ({described.status}): {sentence(text)}{why}",
        criterion=Criterion.DESCRIPTIVE.value,
        provisional_status=described.status,
        final_status=described.status,
        rule_id=RULES[row].rule_id,
        citation_key=DESCRIPTIVE.key,
    )


def _spoken(verdict: Verdict) -> str:
    """Return a verdict with a capital letter and blanks."""
    return verdict.value.replace("_", " ").capitalize()
