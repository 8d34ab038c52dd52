"""Which side does each frame show: header claims first, the image as a check, and never in silence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.dicom.back_vote import BackVote, back_vote
from tracker.dicom.view_labels import Claim
from tracker.errors import FileRejected
from tracker.records.study import Notice
from tracker.records.view import Projection

Sides = tuple[Projection, ...]
"""One side per frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Which side each frame shows, and from what.

    Parameters
    ----------
    sides : tuple of Projection
        One per frame, distinct.
    evidence : tuple of str
        What decided, strongest first.
    notices : tuple of Notice
        What a reader should check.
    """

    sides: Sides
    evidence: tuple[str, ...]
    notices: tuple[Notice, ...] = ()


def opposite(side: Projection) -> Projection:
    """Return the other side.

    Parameters
    ----------
    side : Projection
        One side.

    Returns
    -------
    Projection
        The other one.
    """
    return Projection.POSTERIOR if side is Projection.ANTERIOR else Projection.ANTERIOR


def decide_sides(claims: tuple[Claim, ...], upright_counts: tuple[NDArray[np.float64], ...]) -> Decision:
    """Return which side each of one or two frames shows.

    Parameters
    ----------
    claims : tuple of Claim
        What the header says, strongest first, one side per frame each.
    upright_counts : tuple of ndarray, shape (rows, cols)
        The frames with the head at row 0.

    Returns
    -------
    Decision
        Distinct sides with evidence.

    Raises
    ------
    FileRejected
        ``VIEW_UNKNOWN`` where neither header nor image says it, ``VIEW_CONFLICT`` where they contradict each other.
    """
    vote = back_vote(upright_counts)
    firm = [(claim.source, sides) for claim in claims if claim.firm and (sides := _completed(claim))]
    weak = [(claim.source, sides) for claim in claims if not claim.firm and (sides := _completed(claim))]
    if firm and len({sides for _, sides in firm}) == 1:
        return _checked(firm + [entry for entry in weak if entry[1] == firm[0][1]], vote, ())
    if firm:
        return _voted(vote, "VIEW_CONFLICT", "The labels in the header contradict each other")
    if weak and len({sides for _, sides in weak}) == 1:
        text = f"The view is taken from a weak label ({weak[0][0]}); no standard view code is stated."
        return _checked(weak, vote, (Notice(code="VIEW_INFERRED", text=text),))
    return _voted(vote, "VIEW_UNKNOWN", "The header does not say which view this is")


def _completed(claim: Claim) -> Sides | None:
    """Return all sides of a claim, a silent frame filled in as the opposite; None if it names one side twice."""
    if len(claim.sides) == 1:
        return (claim.sides[0],) if claim.sides[0] else None
    first, second = claim.sides
    if first is None and second is None or first is second:
        return None
    if first is None or second is None:
        known = first or second
        if known is None:
            return None
        return (known, opposite(known)) if first else (opposite(known), known)
    return (first, second)


def _checked(sources: list[tuple[str, Sides]], vote: BackVote, notices: tuple[Notice, ...]) -> Decision:
    sides = sources[0][1]
    evidence = tuple(source for source, _ in sources)
    if vote.sides == sides:
        evidence += (vote.evidence,)
    elif vote.sides is not None:
        text = f"The header says {' + '.join(sides)}, but the image looks otherwise ({vote.evidence})."
        notices += (Notice(code="VIEW_DOUBTFUL", text=text),)
    return Decision(sides=sides, evidence=evidence, notices=notices)


def _voted(vote: BackVote, code: str, why: str) -> Decision:
    sides, how = (vote.sides, "decided") if vote.sides else (vote.leaning, "leans to")
    if sides is None:
        raise FileRejected(f"{why}, and the image does not decide it", code=code)
    text = f"{why}; the image {how}: {' + '.join(sides)}. Please confirm."
    return Decision(sides=sides, evidence=(vote.evidence,), notices=(Notice(code="VIEW_FROM_IMAGE", text=text),))
