"""Tables that sort, filter and export in the browser. Cell text is always text; signs are drawn by named renderers."""

from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag
import pandas as pd
from dash import html

from dashboards.ids import Id
from dashboards.theme import missing

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


def grid(name: Id, rows: list[dict[str, Any]], columns: Sequence[Column], *, key: str, label: str) -> html.Div:
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

    Returns
    -------
    html.Div
        The grid in a labelled region.
    """
    height = "100%" if len(rows) > 12 else None
    table = dag.AgGrid(
        id=name,
        rowData=rows,
        columnDefs=list(columns),
        columnSize="responsiveSizeToFit",
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "filter": True,
            "minWidth": 60,
            "suppressHeaderFilterButton": True,
        },
        getRowId=f"params.data.{key}",
        dashGridOptions={
            "theme": THEME,
            "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
            "animateRows": False,
            "domLayout": "normal" if height else "autoHeight",
            "suppressCellFocus": False,
            "enableCellTextSelection": True,
        },
        className="grid grid--tall" if height else "grid",
        style={"height": height},
    )
    return html.Div(table, role="region", className="grid-frame", **{"aria-label": label})
