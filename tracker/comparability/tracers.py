"""Bone tracers by the names that stations write."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One tracer.

    Parameters
    ----------
    name : str
        Short name; two spellings of one agent have the same.
    family : str
        Class; agents of one class bind to bone in the same way.
    """

    name: str
    family: str


AGENTS: tuple[tuple[re.Pattern[str], Agent], ...] = tuple(
    (re.compile(pattern, re.I), Agent(name=name, family=family))
    for pattern, name, family in (
        (r"\b(hdp|hmdp|oxidronate|hydroxymethylene)", "HDP", "diphosphonate"),
        (r"\b(dpd|butedronate|teceos|dicarboxypropane)", "DPD", "diphosphonate"),
        (r"\b(hedp|etidronate)", "HEDP", "diphosphonate"),
        (r"\b(mdp|medronate|methylene[ -]?di)", "MDP", "diphosphonate"),
        (r"\b(pyp|pyrophosphate)", "PYP", "pyrophosphate"),
        (r"\b(naf|fluoride)\b", "NaF", "fluoride"),
    )
)
"""Patterns, first match counts."""


def agent_of(text: str) -> Agent | None:
    """Return the tracer that a text names, or None if it names none that is known.

    Parameters
    ----------
    text : str
        Radiopharmaceutical as written.

    Returns
    -------
    Agent or None
        None for names not in the list.

    Examples
    --------
    >>> agent_of("Tc-99m Medronate").name, agent_of("Technetium Tc99m oxidronate").name
    ('MDP', 'HDP')
    """
    return next((agent for pattern, agent in AGENTS if pattern.search(text)), None)
