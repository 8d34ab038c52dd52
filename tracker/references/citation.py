"""One citation."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """How far a cited statement has been checked by the authors of this program."""

    READ = "read in the named source"
    UNVERIFIED = "unverified: check the source before relying on it"
    DECIDED = "decided for this program"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One source of a rule or number.

    Parameters
    ----------
    key : str
        Short stable name, such as ``"PCWG3"``.
    text : str
        Authors, journal, year, identifier.
    standing : Standing
        How far the statement was checked.
    """

    key: str
    text: str
    standing: Standing

    def __post_init__(self) -> None:
        if not self.key or not self.text:
            raise ValueError("a citation needs a key and a text")
