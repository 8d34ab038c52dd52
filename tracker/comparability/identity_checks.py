"""Are two visits of one person? Clues of the headers against each other; a clue that is missing says nothing."""

from tracker.comparability.finding import caution, refusal
from tracker.records.comparability import ComparabilityReason
from tracker.records.study import PatientClues
from tracker.settings.comparability import ComparabilitySettings

NAMES = {"name_digest": "name", "birth_date": "date of birth", "sex": "sex"}
"""Clues and what they are called; names are compared by digest and never printed."""


def check_identity(
    now: PatientClues, then: PatientClues, settings: ComparabilitySettings
) -> tuple[ComparabilityReason, ...]:
    """Return what casts doubt on both visits being of one person.

    Another name alone, or one mistyped clue beside a name or date of birth that agrees, is a caution. Name and date
    of birth both different, or another date of birth or sex with neither agreeing, is another person.

    Parameters
    ----------
    now, then : PatientClues
        Of the visit and of its reference.
    settings : ComparabilitySettings
        Limits.

    Returns
    -------
    tuple of ComparabilityReason
        At most one.
    """
    agreeing = {clue for clue in NAMES if getattr(now, clue) and getattr(now, clue) == getattr(then, clue)}
    differing = {clue for clue in NAMES if getattr(now, clue) and getattr(then, clue)} - agreeing
    words = [NAMES[clue] for clue in NAMES if clue in differing]
    if now.height_m and then.height_m and abs(now.height_m - then.height_m) > settings.caution_height_difference_m:
        words.append("height")
    if now.id_issuer and then.id_issuer and now.id_issuer != then.id_issuer:
        text = "The same Patient ID was given out by two issuers: these may be two people."
        return (refusal("IDENTITY", text, "another issuer", "another issuer"),)
    if not words:
        return ()
    text = f"The visits differ in {', '.join(words)}: they may be of different people."
    unsupported = bool(differing - {"name_digest"}) and not agreeing - {"sex"}
    reason = refusal if unsupported or {"name_digest", "birth_date"} <= differing else caution
    return (reason("IDENTITY", text, "differs", "differs"),)
