"""How a check states what it found."""

from tracker.records.comparability import ComparabilityReason, Comparable

NOT_STATED = "not stated"
"""What stands where a header is silent."""


def caution(code: str, text: str, value: str, reference_value: str) -> ComparabilityReason:
    """Return a reason for caution.

    Parameters
    ----------
    code : str
        Stable code.
    text : str
        One plain sentence.
    value, reference_value : str
        Both values with their unit.

    Returns
    -------
    ComparabilityReason
        Severity caution.
    """
    return ComparabilityReason(
        code=code, severity=Comparable.CAUTION, text=text, value=value, reference_value=reference_value
    )


def refusal(code: str, text: str, value: str, reference_value: str) -> ComparabilityReason:
    """Return a reason not to compare at all.

    Parameters
    ----------
    code : str
        Stable code.
    text : str
        One plain sentence.
    value, reference_value : str
        Both values with their unit.

    Returns
    -------
    ComparabilityReason
        Severity no.
    """
    return ComparabilityReason(
        code=code, severity=Comparable.NO, text=text, value=value, reference_value=reference_value
    )


def ratio_of(value: float, reference_value: float) -> float:
    """Return the larger over the smaller of two positive numbers.

    Parameters
    ----------
    value, reference_value : float
        Positive, any unit.

    Returns
    -------
    float
        At least 1.
    """
    return max(value, reference_value) / min(value, reference_value)
