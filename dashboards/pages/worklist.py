"""Who is there, what was last found, and whose next scan settles something."""

from datetime import date
from typing import Any

import pandas as pd
from dash import Dash, html

from dashboards.address import Address
from dashboards.components.grids import SPARK, Column, column, grid, number_column, plain_rows
from dashboards.components.marks import verdict_name, verdict_words
from dashboards.components.states import empty
from dashboards.ids import Id
from dashboards.source import Source
from dashboards.theme import missing
from dashboards.words import say
from tracker.records.assessment import Verdict

PATH = r"/"
"""Address of this page."""

SEVERITY: dict[Verdict | None, int] = {
    None: 5,
    Verdict.PROGRESSED: 0,
    Verdict.UNCONFIRMED: 1,
    Verdict.NOT_EVALUABLE: 2,
    Verdict.STABLE: 3,
    Verdict.IMPROVED: 4,
}
"""Order in which verdicts need attention, first first."""


def due_state(due_from: object, due_to: object, today: date) -> str:
    """Return whether a settling scan is due.

    Parameters
    ----------
    due_from, due_to : object
        ISO dates or nothing.
    today : date
        The day to compare with.

    Returns
    -------
    str
        ``""``, ``later``, ``now`` or ``overdue``.
    """
    if missing(due_from) or missing(due_to):
        return ""
    if str(due_to)[:10] < today.isoformat():
        return "overdue"
    return "later" if str(due_from)[:10] > today.isoformat() else "now"


def _days_since(start: object, today: date) -> int | None:
    return None if missing(start) else (today - date.fromisoformat(str(start)[:10])).days


def worklist_rows(table: pd.DataFrame, today: date) -> list[dict[str, Any]]:
    """Return the rows of the worklist, those that need attention first.

    Parameters
    ----------
    table : DataFrame
        Columns of `dashboards.source.WORKLIST_COLUMNS`.
    today : date
        The day to compare with.

    Returns
    -------
    list of dict
        Plain values with words and order for verdicts and due dates.
    """
    rows = plain_rows(table)
    for row in rows:
        verdict = None if row["verdict"] is None else Verdict(row["verdict"])
        row["verdict"] = verdict_name(verdict)
        row["verdict_words"] = verdict_words(verdict)
        row["urgency"] = SEVERITY[verdict]
        row["due_state"] = due_state(row["due_from"], row["due_to"], today)
        row["days_on_treatment"] = _days_since(row["treatment_start"], today)
        row.pop("therapy_class")
        row.pop("treatment_start")
    return sorted(rows, key=lambda row: (row["urgency"], row["patient_id"]))


def worklist_columns() -> list[Column]:
    """Return the columns of the worklist."""
    return [
        column("patient_id", say("Patient"), cellRenderer="PatientLink", minWidth=130),
        column("cancer", say("Cancer"), maxWidth=120),
        column("verdict_words", say("Last verdict"), cellRenderer="VerdictChip", minWidth=150),
        column("sentence", say("In words"), minWidth=280, flex=3, tooltipField="sentence"),
        column("burden", say("Burden"), **SPARK),
        number_column("burden_change_pct", say("Change"), cellRenderer="Change", maxWidth=110),
        number_column("new_lesion_count", say("New"), maxWidth=80),
        number_column("days_on_treatment", say("Days on treatment"), maxWidth=120),
        column("agent", say("Treatment"), maxWidth=150),
        column("last_date", say("Last scan"), maxWidth=120),
        number_column("visits", say("Visits"), maxWidth=80),
        column("due_from", say("Settling scan"), cellRenderer="Due", minWidth=150),
        column("warning_text", say("Warnings"), cellRenderer="Warning", minWidth=120),
    ]


def layout(source: Source, address: Address) -> html.Div:
    """Return the worklist.

    Parameters
    ----------
    source : Source
        What may be asked.
    address : Address
        How it should look.

    Returns
    -------
    html.Div
        The page.
    """
    table = source.worklist()
    if table.empty:
        hint = say("Import a folder of scans, or run: tracker demo")
        return html.Div(
            [html.H1(say("Worklist")), empty(say("No patients yet"), hint)], **{"data-title": say("Worklist")}
        )
    rows = worklist_rows(table, source.today())
    return html.Div(
        [
            html.Div(
                [
                    html.H1(say("Worklist")),
                    html.Span(say("{count} patients", count=len(rows)), className="muted", id="worklist-count"),
                    html.Div(id=Id.WORKLIST_SEARCH, **{"data-words": say("Search the worklist")}),
                ],
                className="page-heading",
            ),
            grid(Id.WORKLIST_GRID, rows, worklist_columns(), key="token", label=say("Worklist")),
        ],
        className="worklist",
        **{"data-title": say("Worklist")},
    )


def connect(app: Dash, source: Source) -> None:
    """Wire the worklist; it searches, sorts and filters in the browser.

    Parameters
    ----------
    app : Dash
        The app.
    source : Source
        What may be asked.
    """
