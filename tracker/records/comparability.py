"""Whether the numbers of two visits may be compared, and why not."""

from dataclasses import dataclass
from enum import StrEnum


class Comparable(StrEnum):
    """The verdict, best first."""

    YES = "yes"
    CAUTION = "caution"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparabilityReason:
    """One reason against comparing, with both values.

    Parameters
    ----------
    code : str
        Stable code, such as ``"SCAN_SPEED"``.
    severity : Comparable
        ``caution`` or ``no``.
    text : str
        One plain sentence.
    value, reference_value : str
        The two values with their unit; ``"not stated"`` where a header is silent.
    """

    code: str
    severity: Comparable
    text: str
    value: str = ""
    reference_value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparability:
    """The verdict on one visit against its reference.

    Parameters
    ----------
    verdict : Comparable
        The worst severity among the reasons; yes without any.
    reasons : tuple of ComparabilityReason
        Worst first, then by code.
    not_stated : tuple of str
        Names of facts that neither confirm nor deny, because a header is silent.
    """

    verdict: Comparable
    reasons: tuple[ComparabilityReason, ...] = ()
    not_stated: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The sentences of all reasons."""
        return " ".join(reason.text for reason in self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewFacts:
    """What one view's own pixels say about how comparable it is.

    Parameters
    ----------
    projection : str
        Which side.
    body_counts : float
        Detected events inside the body outline.
    soft_tissue_ratio : float or None
        Count density of soft tissue over what dense bone adds to it; None where either is out of sight.
    injection_share : float
        Share of the body's counts at the injection site.
    bladder_share : float
        Share of the pelvis (hip bones and sacrum) that the bladder covers, 0 to 1.
    """

    projection: str
    body_counts: float
    soft_tissue_ratio: float | None = None
    injection_share: float = 0.0
    bladder_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFacts:
    """What the pixels of one visit say about how comparable it is.

    Parameters
    ----------
    views : tuple of ViewFacts
        One per view.
    """

    views: tuple[ViewFacts, ...]

    def view(self, projection: str) -> ViewFacts | None:
        """Return the facts of one projection, or None if it was not acquired.

        Parameters
        ----------
        projection : str
            ``"ANTERIOR"`` or ``"POSTERIOR"``.

        Returns
        -------
        ViewFacts or None
            None where there is no such view.
        """
        return next((view for view in self.views if view.projection == projection), None)
