"""What the archive keeps as plain data, turned into the records that pages read. Nothing is computed here."""

from collections.abc import Iterable, Mapping
from datetime import date
from math import isfinite
from typing import Any

import pandas as pd

from dashboards.answers import Headline, NextScan, ViewFacts, VisitFacts
from dashboards.rasters import Outline
from tracker.records.assessment import Verdict
from tracker.records.comparability import Comparability, ComparabilityReason, Comparable
from tracker.records.provenance import Provenance
from tracker.records.study import Acquisition, Notice
from tracker.records.view import Orientation, Projection

Plain = Mapping[str, Any]

CONTEXT_COLUMNS: dict[str, tuple[str, ...]] = {
    "treatments": ("patient_id", "start_date", "end_date", "agent", "therapy_class"),
    "labs": ("patient_id", "date", "test", "value", "unit"),
    "events": ("patient_id", "date", "kind", "region", "note"),
    "findings": ("patient_id", "date", "lesion_id", "modality", "result"),
}
"""Columns of the input tables that pages show."""


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def acquisition(stored: Plain) -> Acquisition:
    """Return what the headers of a visit state.

    Parameters
    ----------
    stored : mapping
        Fields by name.

    Returns
    -------
    Acquisition
        The record.
    """
    window = stored.get("energy_window_kev")
    return Acquisition(
        **{
            **stored,
            "energy_window_kev": tuple(window) if window else None,
            "corrections": tuple(stored.get("corrections") or ()),
        }
    )


def comparability(stored: Plain) -> Comparability:
    """Return the verdict on a visit against its reference.

    Parameters
    ----------
    stored : mapping
        Fields by name.

    Returns
    -------
    Comparability
        The record.
    """
    reasons = tuple(
        ComparabilityReason(**{**reason, "severity": Comparable(reason["severity"])}) for reason in stored["reasons"]
    )
    return Comparability(
        verdict=Comparable(stored["verdict"]), reasons=reasons, not_stated=tuple(stored.get("not_stated") or ())
    )


def view(stored: Plain) -> ViewFacts:
    """Return the facts of one view.

    Parameters
    ----------
    stored : mapping
        Fields by name.

    Returns
    -------
    ViewFacts
        The record.
    """
    return ViewFacts(
        **{
            **stored,
            "projection": Projection(stored["projection"]),
            "spacing_mm": tuple(stored["spacing_mm"]),
            "orientation": Orientation(**stored["orientation"]),
            "evidence": tuple(stored.get("evidence") or ()),
        }
    )


def visit(stored: Plain, token: str) -> VisitFacts:
    """Return the facts of one visit.

    Parameters
    ----------
    stored : mapping
        Fields by name; ``outlines`` are read apart.
    token : str
        Of the visit.

    Returns
    -------
    VisitFacts
        The record.
    """
    nudge = stored.get("nudge_mm") or (0.0, 0.0)
    return VisitFacts(
        token=token,
        study_uid=stored["study_uid"],
        study_date=date.fromisoformat(stored["study_date"][:10]),
        views=tuple(view(one) for one in stored["views"]),
        acquisition=acquisition(stored["acquisition"]),
        comparability=comparability(stored["comparability"]),
        aligned=bool(stored["aligned"]),
        alignment_reason=stored.get("alignment_reason") or "",
        alignment_confidence=stored.get("alignment_confidence"),
        alignment_error_mm=stored.get("alignment_error_mm"),
        nudge_mm=(float(nudge[0]), float(nudge[1])),
        notices=tuple(Notice(**one) for one in stored.get("notices") or ()),
        is_reference=bool(stored.get("is_reference")),
    )


def headline(stored: Plain) -> Headline:
    """Return what one visit means.

    Parameters
    ----------
    stored : mapping
        Fields by name.

    Returns
    -------
    Headline
        The record.
    """
    firm = stored.get("settings_stability") or {}
    return Headline(
        study_uid=stored["study_uid"],
        verdict=Verdict(stored["verdict"]) if stored.get("verdict") else None,
        sentence=stored["sentence"],
        criterion=stored.get("criterion") or "",
        provisional_status=stored.get("provisional_status") or "",
        final_status=stored.get("final_status") or "",
        evidence=tuple(stored.get("evidence") or ()),
        citation=stored.get("citation") or "",
        next_scan_from=_date(stored.get("next_scan_from")),
        next_scan_to=_date(stored.get("next_scan_to")),
        stability=stored.get("stability") or "",
        held=firm.get("held"),
        held_of=firm.get("total"),
        changed_by=tuple(f"{one['text']}: {one['answer']}" for one in firm.get("others") or ()),
        rule_id=stored.get("rule_id") or "",
        flare_status=stored.get("flare_status") or "",
        flare_reason=stored.get("advice") or "",
    )


def next_scan(stored: Plain) -> NextScan | None:
    """Return when the next scan of a patient is due.

    Parameters
    ----------
    stored : mapping
        Row of the worklist.

    Returns
    -------
    NextScan or None
        None where none is planned.
    """
    first, last = _date(stored.get("due_from")), _date(stored.get("due_to"))
    if first is None or last is None:
        return None
    return NextScan(due_from=first, due_to=last, reason=stored.get("due_reason") or "")


def _rings(stored: Iterable[Iterable[Iterable[float]]] | None) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Return rings whose every corner lies somewhere; a place outside the image has no outline."""
    found = [tuple((float(row), float(col)) for row, col in ring) for ring in stored or ()]
    return tuple(ring for ring in found if all(isfinite(value) for point in ring for value in point))


def outline(stored: Plain) -> Outline:
    """Return one lesion outline.

    Parameters
    ----------
    stored : mapping
        Fields by name.

    Returns
    -------
    Outline
        The record.
    """
    return Outline(
        lesion_id=stored["lesion_id"],
        region=stored.get("region") or "",
        kind=stored.get("kind") or "",
        fate=stored.get("fate") or "",
        projection=Projection(stored["projection"]),
        rings=_rings(stored["rings"]),
        space_rings=_rings(stored.get("space_rings")),
        uptake_ratio=stored.get("uptake_ratio"),
        detected=bool(stored["detected"]),
    )


def context_tables(stored: Plain) -> dict[str, pd.DataFrame]:
    """Return treatments, laboratory values, events and findings as tables.

    Parameters
    ----------
    stored : mapping
        Rows by table.

    Returns
    -------
    dict of str to DataFrame
        With the columns of `CONTEXT_COLUMNS`, also without rows.
    """
    return {
        name: pd.DataFrame(stored.get(name) or [], columns=None if stored.get(name) else list(columns)).reindex(
            columns=list(columns)
        )
        for name, columns in CONTEXT_COLUMNS.items()
    }


def provenance(stored: Plain) -> Provenance:
    """Return how results came about.

    Parameters
    ----------
    stored : mapping
        Fields by name.

    Returns
    -------
    Provenance
        The record.
    """
    return Provenance(**stored)
