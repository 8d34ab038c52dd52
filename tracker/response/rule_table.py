"""Every rule of the program as one table, generated from the rules that the code applies."""

from collections.abc import Mapping
from dataclasses import replace

from tracker.records.assessment import Rule
from tracker.references.criteria import CRITERIA
from tracker.response import (
    best_response,
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
)
from tracker.settings.response import OpenAtEnd, ResponseSettings

_TABLES: tuple[tuple[str, tuple[Rule, ...]], ...] = (
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


def rules_text(settings: ResponseSettings) -> str:
    """Return the rule table as Markdown, with the citation of every rule.

    Parameters
    ----------
    settings : ResponseSettings
        The settings whose numbers are filled in.

    Returns
    -------
    str
        One table per criterion, then the citations with how far each was checked.
    """
    parts = ["# Response rules", "", _preamble(settings)]
    for title, table in _filled(settings):
        parts += ["", f"## {title}", "", "| rule | when | then | source |", "|---|---|---|---|"]
        parts += [f"| {rule.rule_id} | {rule.when} | {rule.then} | {rule.citation_key} |" for rule in table]
    parts += ["", "## Sources", "", "| key | source | standing |", "|---|---|---|"]
    parts += [f"| {source.key} | {source.text} | {source.standing.value} |" for source in CRITERIA]
    return "\n".join(parts) + "\n"


def _preamble(settings: ResponseSettings) -> str:
    """Return what holds for all tables."""
    limits = settings.clock_limits
    return (
        f"Treatment clock: pre up to day 0, early 1-{limits.early_until_day}, flare window "
        f"{limits.early_until_day + 1}-{limits.flare_until_day}, after that. PCWG3 first-scan window: up to day "
        f"{settings.first_scan_window_days}. New means on neither the reference scan nor any scan before treatment. "
        "Research software for expert review, not a medical device."
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
