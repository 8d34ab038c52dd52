"""Tables that sort, filter and export in the browser. Cell text is always text; signs are drawn by named renderers."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import dash_ag_grid as dag
import pandas as pd
from dash import html

from dashboards.ids import Id
from dashboards.theme import missing
from dashboards.words import say

THEME = {
    "function": "themeQuartz.withParams({"
    "accentColor: 'var(--accent)', backgroundColor: 'var(--surface)', foregroundColor: 'var(--text)', "
    "borderColor: 'var(--line)', headerBackgroundColor: 'var(--raised)', headerTextColor: 'var(--muted)', "
    "oddRowBackgroundColor: 'var(--surface)', rowHoverColor: 'var(--raised)', "
    "selectedRowBackgroundColor: 'var(--accent-soft)', subtleTextColor: 'var(--muted)', "
    "inputTextColor: 'var(--text)', cellTextColor: 'var(--text)', textColor: 'var(--text)', "
    "fontFamily: 'inherit', fontSize: 13, headerFontSize: 12, headerFontWeight: 600, rowHeight: 34, "
    "headerHeight: 34, wrapperBorder: false, wrapperBorderRadius: 0, spacing: 6})"
}
"""Look of every grid, in the custom properties of the page, so that both themes come from one place."""

SPARK: dict[str, Any] = {
    "cellRenderer": "Spark",
    "minWidth": 140,
    "filter": False,
    "sortable": False,
    "cellDataType": False,
}
"""Options of a column that draws a list of numbers as a small line."""

Column = dict[str, Any]


def column(field: str, title: str, **options: object) -> Column:
    """Return the definition of one column.

    Parameters
    ----------
    field : str
        Name in the rows.
    title : str
        Heading.
    **options : object
        Further options of the grid.

    Returns
    -------
    dict
        Column definition.
    """
    return {"field": field, "headerName": title, **options}


def number_column(field: str, title: str, **options: object) -> Column:
    """Return the definition of a column of numbers, right aligned, compared as numbers.

    Parameters
    ----------
    field : str
        Name in the rows.
    title : str
        Heading.
    **options : object
        Further options of the grid.

    Returns
    -------
    dict
        Column definition.
    """
    return column(field, title, type="rightAligned", filter="agNumberColumnFilter", **options)


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain values; absent ones become None.

    Parameters
    ----------
    table : DataFrame
        Any table; cells may hold lists.

    Returns
    -------
    list of dict
        One per row.
    """
    return [{str(name): _plain(value) for name, value in row.items()} for row in table.to_dict("records")]


def _plain(value: object) -> object:
    """Return a cell as the grid wants it."""
    return value if isinstance(value, list) else None if missing(value) else value


class GridSize(StrEnum):
    """How a table fills its place.

    A page table keeps the widths of its columns and gives the rest to the one that flexes; its rows hold two lines.
    A card's table spreads its columns over the card, never below their least width: then it scrolls sideways.
    """

    PAGE = "page"
    CARD = "card"


MOST_ROWS = 12
"""A card's table with more rows scrolls; one with fewer is as tall as they are."""

PAGE_ROW_PX = 44
"""Height of a row of two lines."""


def grid(
    name: Id,
    rows: list[dict[str, Any]],
    columns: Sequence[Column],
    *,
    key: str,
    label: str,
    size: GridSize = GridSize.CARD,
) -> html.Div:
    """Return a table.

    Parameters
    ----------
    name : Id
        Component id.
    rows : list of dict
        Plain values.
    columns : sequence of dict
        Column definitions.
    key : str
        Field that names a row.
    label : str
        What the table holds, for screen readers.
    size : GridSize, optional
        How it fills its place.

    Returns
    -------
    html.Div
        The grid in a labelled region.
    """
    tall = len(rows) > MOST_ROWS
    page = size is GridSize.PAGE
    table = dag.AgGrid(
        id=name,
        rowData=rows,
        columnDefs=list(columns),
        columnSize=None if page else "responsiveSizeToFit",
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "filter": True,
            "minWidth": 60,
            "suppressHeaderFilterButton": True,
            "wrapHeaderText": True,
            "autoHeaderHeight": page,
        },
        getRowId=f"params.data.{key}",
        dashGridOptions={
            "theme": THEME,
            "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
            "animateRows": False,
            "domLayout": "normal" if tall else "autoHeight",
            "suppressCellFocus": False,
            "enableCellTextSelection": True,
            "tooltipShowDelay": 400,
            "tabToNextCell": {"function": "leaveTable(params)"},
            "tabToNextHeader": {"function": "leaveTable(params)"},
            **({"rowHeight": PAGE_ROW_PX} if page else {}),
        },
        className="grid grid--tall" if tall else "grid",
        style={"height": "100%"} if tall else {},
    )
    waiting = {"data-waiting": say("Loading …")}
    return html.Div(table, role="region", className="grid-frame", **waiting, **{"aria-label": label})
