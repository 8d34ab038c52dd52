"""Rows of the bone criteria as data: what they say, and what sort of row each is."""

from collections.abc import Sequence
from enum import StrEnum

from tracker.records.assessment import Criterion, Rule
from tracker.references.citation import Citation
from tracker.references.criteria import BONE_DECIDED, PCWG2, PCWG3


class RowKind(StrEnum):
    """What sort of row a bone rule is; sentences are worded by it."""

    UNREADABLE = "unreadable"
    SET_ON_FIRST = "set_on_first"
    SET_LATER = "set_later"
    QUIET = "quiet"
    CARRIED = "carried"
    CONFIRMED_BY_MORE = "confirmed_by_more"
    CONFIRMED_BY_SAME = "confirmed_by_same"
    REFUTED = "refuted"
    AT_ONCE = "at_once"
    OPEN_AT_END = "open_at_end"
    AFTER = "after"
    DIFFUSE = "diffuse"
    NO_BASELINE = "no_baseline"


Row = tuple[RowKind, str, str]
"""Kind, state with event and guard, and consequence."""

DECIDED: frozenset[RowKind] = frozenset({RowKind.CARRIED, RowKind.AFTER, RowKind.DIFFUSE, RowKind.NO_BASELINE})
"""Rows that no published bone criterion spells out."""

COUNTING: tuple[Rule, ...] = tuple(
    Rule(rule_id=f"COUNT-{number:02d}", criterion="COUNTING", when=when, then=then, citation_key=key)
    for number, (when, then, key) in enumerate(
        (
            ("a focus taken for an unequivocal metastasis", "counted", PCWG3.key),
            (
                "equivocal or benign focus, urine, injection site, cold lesion",
                "listed, never counted",
                BONE_DECIDED.key,
            ),
            (
                "CT, MRI, X-ray or biopsy has settled a focus",
                "taken as found from that day on; the latest definite finding decides",
                PCWG2.key,
            ),
            ("on neither the reference scan nor any evaluable scan before the line", "new", BONE_DECIDED.key),
            ("seen before treatment, resolved and returned", "not new", BONE_DECIDED.key),
            ("on the first on-treatment scan in the PCWG3 first-scan window, faded later", "not new", BONE_DECIDED.key),
            ("split from a lesion, or lesions merged into one", "not new; the merged ones live on", BONE_DECIDED.key),
            (
                "first seen, but standing no higher than what was measured at its place before",
                "not new: it was there, only fainter",
                BONE_DECIDED.key,
            ),
            ("a focus on a scan that is not evaluable", "not used at all", BONE_DECIDED.key),
            ("brighter, fainter, larger or smaller than before", "no PCWG status changes by that alone", PCWG3.key),
        ),
        start=1,
    )
)
"""Which foci are counted, and which of them are new; before any bone criterion is applied."""


def bone_rules(
    prefix: str,
    criterion: Criterion,
    citation: Citation,
    rows: Sequence[Row],
    *,
    decided: frozenset[int] = frozenset(),
) -> tuple[Rule, ...]:
    """Return the rows of a criterion, numbered.

    Parameters
    ----------
    prefix : str
        What the stable names begin with.
    criterion : Criterion
        The criterion.
    citation : Citation
        Its source, for all rows but those decided here.
    rows : sequence of Row
        In the order in which they are tried.
    decided : frozenset of int, optional
        Numbers of further rows that are decided here, beside those of the `DECIDED` kinds.

    Returns
    -------
    tuple of Rule
        ``PREFIX-01`` and so on.
    """
    return tuple(
        Rule(
            rule_id=f"{prefix}-{number:02d}",
            criterion=criterion.value,
            when=when,
            then=then,
            citation_key=BONE_DECIDED.key if kind in DECIDED or number in decided else citation.key,
            kind=kind.value,
        )
        for number, (kind, when, then) in enumerate(rows, start=1)
    )
