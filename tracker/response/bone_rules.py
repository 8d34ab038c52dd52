"""Rows of the bone criteria as data: what they say, and what sort of row each is."""

from collections.abc import Sequence
from enum import StrEnum

from tracker.records.assessment import Criterion, Rule
from tracker.references.citation import Citation


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


def bone_rules(prefix: str, criterion: Criterion, citation: Citation, rows: Sequence[Row]) -> tuple[Rule, ...]:
    """Return the rows of a criterion, numbered.

    Parameters
    ----------
    prefix : str
        What the stable names begin with.
    criterion : Criterion
        The criterion.
    citation : Citation
        Its source.
    rows : sequence of Row
        In the order in which they are tried.

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
            citation_key=citation.key,
            kind=kind.value,
        )
        for number, (kind, when, then) in enumerate(rows, start=1)
    )
