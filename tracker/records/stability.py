"""Whether an answer stays when a plausible setting is chosen otherwise: what held, and what changed it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAnswer:
    """One variant of the settings under which the verdict is another one.

    Parameters
    ----------
    variant : str
        Stable short name of the variant.
    text : str
        What it changes, in words.
    answer : str
        The verdict then, or why there is none.
    """

    variant: str
    text: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictStability:
    """In how many variants of the settings one visit's verdict holds.

    Parameters
    ----------
    study_uid : str
        The visit.
    held, total : int
        Variants under which the verdict is the same; all variants.
    others : tuple of OtherAnswer
        The variants that change it, in declared order.
    """

    study_uid: str
    held: int
    total: int
    others: tuple[OtherAnswer, ...] = ()

    def __post_init__(self) -> None:
        if self.held + len(self.others) != self.total:
            raise ValueError("every variant either holds or changes the verdict")

    @property
    def sentence(self) -> str:
        """One plain sentence: in how many settings the verdict holds, and what changes it."""
        held = f"Holds in {self.held} of {self.total} settings"
        if not self.others:
            return f"{held}."
        return f"{held}; changed where " + ", ".join(f"{one.text} ({one.answer})" for one in self.others) + "."


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusStability:
    """In how many variants of the settings one criterion's final status holds.

    Parameters
    ----------
    study_uid : str
        The visit.
    criterion : str
        The criterion.
    held, total : int
        Variants under which the status is the same; all variants.
    """

    study_uid: str
    criterion: str
    held: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseStability:
    """How firm the answers on one course are.

    Parameters
    ----------
    variants : mapping of str to str
        Every variant that was tried: its name to what it changes, in words.
    verdicts : tuple of VerdictStability
        One per visit that has a verdict, earliest first.
    statuses : tuple of StatusStability
        One per assessment, same order.
    """

    variants: Mapping[str, str]
    verdicts: tuple[VerdictStability, ...]
    statuses: tuple[StatusStability, ...]

    def verdict(self, study_uid: str) -> VerdictStability | None:
        """Return how firm one visit's verdict is, or None where it has none.

        Parameters
        ----------
        study_uid : str
            The visit.

        Returns
        -------
        VerdictStability or None
            None before treatment, where there is no verdict.
        """
        return next((one for one in self.verdicts if one.study_uid == study_uid), None)

    def status(self, study_uid: str, criterion: str) -> StatusStability | None:
        """Return how firm one criterion's status at one visit is, or None where there is none.

        Parameters
        ----------
        study_uid : str
            The visit.
        criterion : str
            The criterion.

        Returns
        -------
        StatusStability or None
            None where that criterion says nothing of that visit.
        """
        return next((one for one in self.statuses if (one.study_uid, one.criterion) == (study_uid, criterion)), None)
