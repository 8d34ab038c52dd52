"""Every rule of the program as one table, generated from the rules that the code applies."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracker.records.assessment import Rule
from tracker.references.criteria import CRITERIA
from tracker.references.disclaimer import RESEARCH_USE
from tracker.response import (
    best_response,
    bone_rules,
    descriptive,
    flare,
    headline,
    lesion_area_change,
    mda,
    next_scan,
    overall,
    pcwg2,
    pcwg2_adapted_302,
    pcwg3,
    scan_index_change,
    survival,
    treatment_clock,
)
from tracker.settings.response import ClockLimits, OpenAtEnd, ResponseSettings
from tracker.settings.response_presets import PRESET_CHANGES

TITLE = "Response rules"
"""What the tables together are called."""

_TABLES: tuple[tuple[str, tuple[Rule, ...]], ...] = (
    ("Treatment clock", treatment_clock.RULES),
    ("Counting lesions", bone_rules.COUNTING),
    ("Headline", headline.RULES),
    ("PCWG3 bone response", pcwg3.RULES),
    ("PCWG2 bone response", pcwg2.RULES),
    ("PCWG2 as adapted by COU-AA-302", pcwg2_adapted_302.RULES),
    ("MD Anderson, bone-scan row", mda.RULES),
    ("Lesion area", lesion_area_change.RULES),
    ("Scan index", scan_index_change.RULES),
    ("Description", descriptive.RULES),
    ("Flare", flare.RULES),
    ("Overall time-point response", overall.RULES),
    ("Best response", best_response.RULES),
    ("Radiographic progression-free survival", survival.RULES),
    ("Next scan", next_scan.RULES),
)


def rules(settings: ResponseSettings) -> tuple[Rule, ...]:
    """Return every rule with the numbers of some settings filled in.

    Parameters
    ----------
    settings : ResponseSettings
        The settings.

    Returns
    -------
    tuple of Rule
        In the order of the table.
    """
    return tuple(rule for _, table in _filled(settings) for rule in table)


def rule_sections(settings: ResponseSettings) -> tuple[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]], ...]:
    """Return every rule as printable tables, then the other choices that charters make, then the sources.

    Parameters
    ----------
    settings : ResponseSettings
        The settings whose numbers are filled in.

    Returns
    -------
    tuple of tuple
        Title, column names and rows of each table.
    """
    tables = tuple(
        (
            title,
            ("rule", "when", "then", "source"),
            tuple((rule.rule_id, rule.when, rule.then, rule.citation_key) for rule in table),
        )
        for title, table in _filled(settings)
    )
    presets = tuple((name, _changes(changes)) for name, changes in PRESET_CHANGES.items() if changes)
    sources = tuple((source.key, source.text, source.standing.value) for source in CRITERIA)
    return (
        *tables,
        ("Other choices", ("preset", "what it changes"), presets),
        ("Sources", ("key", "source", "standing"), sources),
    )


def rules_text(settings: ResponseSettings) -> str:
    """Return the rule tables as Markdown, with the citation of every rule.

    Parameters
    ----------
    settings : ResponseSettings
        The settings whose numbers are filled in.

    Returns
    -------
    str
        One table per criterion, then the choices, then the citations with how far each was checked.
    """
    parts = [f"# {TITLE}", "", preamble(settings)]
    for title, columns, rows in rule_sections(settings):
        parts += ["", f"## {title}", "", _line(columns), "|" + "---|" * len(columns), *map(_line, rows)]
    return "\n".join(parts) + "\n"


def _line(cells: Sequence[str]) -> str:
    """Return one line of a Markdown table."""
    return "| " + " | ".join(cells) + " |"


def _changes(changes: Mapping[str, object]) -> str:
    """Return what a preset changes, in words."""
    return ", ".join(f"{name} = {_value(value)}" for name, value in changes.items())


def _value(value: object) -> str:
    """Return the value of a setting, in words."""
    if isinstance(value, ClockLimits):
        return f"early until day {value.early_until_day}, flare until day {value.flare_until_day}"
    return str(value)


def preamble(settings: ResponseSettings) -> str:
    """Return what holds for all tables.

    Parameters
    ----------
    settings : ResponseSettings
        The settings whose numbers are filled in.

    Returns
    -------
    str
        Plain sentences.
    """
    limits = settings.clock_limits
    return (
        "Generated from the rules that the program applies, with the numbers of the settings in force. Treatment "
        f"clock: pre up to day 0, early 1-{limits.early_until_day}, flare window "
        f"{limits.early_until_day + 1}-{limits.flare_until_day}, after that. PCWG3 first-scan window: up to day "
        f"{settings.first_scan_window_days}. New means on neither the reference scan nor any scan before treatment. "
        "Each bone criterion is tried row by row, and the row that fired stands with every verdict. " + RESEARCH_USE
    )


def _filled(settings: ResponseSettings) -> tuple[tuple[str, tuple[Rule, ...]], ...]:
    """Return every table with its numbers filled in."""
    numbers = _numbers(settings)
    return tuple(
        (
            title,
            tuple(
                replace(rule, when=rule.when.format_map(numbers), then=rule.then.format_map(numbers)) for rule in table
            ),
        )
        for title, table in _TABLES
    )


def _numbers(settings: ResponseSettings) -> Mapping[str, object]:
    """Return what the names in braces stand for."""
    no_event = settings.open_at_end is OpenAtEnd.NO_EVENT
    return {
        "window_days": settings.first_scan_window_days,
        "gap_days": settings.confirmation_gap_days,
        "new": settings.new_lesion_threshold,
        "additional": settings.additional_threshold,
        "early_day": settings.clock_limits.early_until_day,
        "flare_from": settings.clock_limits.early_until_day + 1,
        "after_from": settings.clock_limits.flare_until_day + 1,
        "rechallenge": settings.rechallenge_gap_days,
        "flare_until": settings.clock_limits.flare_until_day,
        "flare_new": settings.flare_new_foci,
        "settle_gap": settings.settle_gap_days,
        "area": f"{settings.area_change_pct:g}",
        "missed": settings.two_missed_visits_days,
        "response_gap": settings.response_confirmation_days,
        "open_at_end": "SD (bone alone: NON-PD)" if no_event else "PD",
        "open_at_end_event": "censored at the last evaluable scan"
        if no_event
        else "event on the day it was first seen",
        "first_from": settings.schedule_first_days[0],
        "first_to": settings.schedule_first_days[1],
        "early_until": settings.schedule_early_until_day,
        "early_from": settings.schedule_early_days[0],
        "early_to": settings.schedule_early_days[1],
        "late_from": settings.schedule_late_days[0],
        "late_to": settings.schedule_late_days[1],
    }
