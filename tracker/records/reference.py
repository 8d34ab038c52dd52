"""Which visit a change is measured against."""

from enum import StrEnum


class ReferenceName(StrEnum):
    """A switch in the analysis, never a new registration."""

    BASELINE = "baseline"
    """Last evaluable visit on or before treatment start, else the first visit."""
    PREVIOUS = "previous"
    """The evaluable visit before this one."""
    NADIR = "nadir"
    """The evaluable visit so far with the lowest measured burden."""
    FIRST_ON_TREATMENT = "first_on_treatment"
    """First evaluable visit after treatment start."""
