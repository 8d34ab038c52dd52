"""The rule tables as one HTML page: contents first, every rule and every source with an address of its own."""

from collections.abc import Sequence
from html import escape

from tracker.response.rule_table import TITLE, preamble, rule_sections
from tracker.settings.response import ResponseSettings

_STYLE = (
    "body{font:16px/1.45 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;"
    "border-bottom:1px solid #ccc}th{border-bottom:2px solid #555}td:first-child{white-space:nowrap}"
    "tr:target{background:#fff3c4}nav li{display:inline-block;margin-right:1rem}"
)
"""Plain black on white: the page is printed as often as it is read."""

SOURCE_COLUMN = "source"
"""Column of the rule tables whose cells lead to the table of sources."""


def rules_page(settings: ResponseSettings) -> str:
    """Return the rule tables as one HTML page that needs nothing else.

    Parameters
    ----------
    settings : ResponseSettings
        The settings whose numbers are filled in.

    Returns
    -------
    str
        UTF-8 text; the same for the same settings.
    """
    sections = rule_sections(settings)
    contents = "".join(f'<li><a href="#{_address(title)}">{escape(title)}</a></li>' for title, _, _ in sections)
    tables = "".join(_table(title, columns, rows) for title, columns, rows in sections)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title><style>{_STYLE}</style>'
        f"</head><body><h1>{TITLE}</h1><p>{escape(preamble(settings))}</p><nav><ul>{contents}</ul></nav>{tables}"
        "</body></html>\n"
    )


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return one titled table; its rows are addressed by their first cell."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    linked = len(columns) - 1 if columns[-1] == SOURCE_COLUMN else None
    body = "".join(
        f'<tr id="{escape(row[0])}">'
        + "".join(_cell(text, leads=place == linked) for place, text in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return (
        f'<h2 id="{_address(title)}">{escape(title)}</h2><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _cell(text: str, *, leads: bool) -> str:
    """Return one cell; the source of a rule leads to where it is spelled out."""
    shown = escape(text)
    return f'<td><a href="#{shown}">{shown}</a></td>' if leads else f"<td>{shown}</td>"


def _address(title: str) -> str:
    """Return the address of a section on the page."""
    return "-".join(title.casefold().replace(",", "").split())
