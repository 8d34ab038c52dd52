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
