"""Who is there, what was last found, and whose next scan settles something."""

from datetime import date
from typing import Any

import pandas as pd
from dash import Dash, html

from dashboards.address import Address
from dashboards.components.grids import SPARK, Column, GridSize, column, grid, number_column, plain_rows
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
    """Return the columns of the worklist; each is as wide as what it holds, the sentence takes what is left."""
    return [
        column("patient_id", say("Patient"), cellRenderer="PatientLink", width=205),
        column("verdict_words", say("Last verdict"), cellRenderer="VerdictChip", width=140),
        column("sentence", say("In words"), minWidth=250, flex=1, tooltipField="sentence", cellClass="two-lines"),
        column("burden", say("Burden, all visits"), **{**SPARK, "minWidth": 0, "width": 140}),
        number_column("burden_change_pct", say("Change"), cellRenderer="Change", width=88),
        number_column("new_lesion_count", say("New lesions"), width=78),
        number_column("days_on_treatment", say("Days on treatment"), width=92),
        column("due_from", say("Next scan"), cellRenderer="Due", width=128),
        column("warning_text", say("Warnings"), cellRenderer="Warning", width=130, cellClass="two-lines"),
        column("agent", say("Treatment"), width=120, tooltipField="agent"),
        column("cancer", say("Cancer"), width=90),
        column("last_date", say("Last scan"), width=104),
        number_column("visits", say("Visits"), width=72),
    ]


FILTERS: tuple[tuple[str, str], ...] = (
    ("progressed", "Progressed"),
    ("unconfirmed", "Unconfirmed"),
    ("improved", "Improved"),
    ("stable", "Stable"),
    ("due", "Scan due"),
    ("warned", "Warnings"),
)
"""Quick filters: names that the script knows, and their words; several at once keep what fits any of them."""


def _filters() -> html.Div:
    buttons = [
        html.Button(
            say(words), className="tool", type="button", **{"data-worklist-filter": name, "aria-pressed": "false"}
        )
        for name, words in FILTERS
    ]
    save = html.Button(say("CSV"), className="tool", type="button", **{"data-action": "save-worklist"})
    return html.Div([*buttons, save], className="tool-group", role="group", **{"aria-label": say("Show only")})


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
                    html.Span(
                        say("{count} patients", count=len(rows)),
                        className="muted",
                        id="worklist-count",
                        role="status",
                        **{"data-some": say("{{shown}} of {count} patients", count=len(rows))},
                    ),
                    _filters(),
                    html.Div(id=Id.WORKLIST_SEARCH, **{"data-words": say("Search the worklist")}),
                ],
                className="page-heading",
            ),
            grid(Id.WORKLIST_GRID, rows, worklist_columns(), key="token", label=say("Worklist"), size=GridSize.PAGE),
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
