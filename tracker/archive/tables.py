"""Tables in one shape: the declared columns, types and order; written as CSV, byte-identical on every run."""

import csv
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from tracker.archive.schema import HELPER_COLUMNS, NUMBER, TEXT, TRUTH, TableSchema
from tracker.errors import TableError

SIGNIFICANT_DIGITS = 10
"""Digits written of every number: total counts (up to 10 million) stay exact, the last bits of a float do not show."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""First characters that spreadsheet programs take for a formula (CWE-1236)."""


def conform(table: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Return ``table`` with the schema's columns, types and row order.

    Parameters
    ----------
    table : DataFrame
        Any column order; helper columns may be missing, further columns are refused.
    schema : TableSchema
        The declared shape.

    Returns
    -------
    DataFrame
        Fresh index from 0.

    Raises
    ------
    TableError
        If a declared column is missing or an undeclared one is present.
    """
    missing = [name for name in schema.columns if name not in table.columns]
    surplus = [name for name in table.columns if name not in schema.columns]
    if (missing and len(table)) or surplus:
        raise TableError(f"table {schema.name}: missing columns {missing}, undeclared columns {surplus}")
    shaped = table.reindex(columns=list(schema.columns))
    for name, dtype in schema.columns.items():
        shaped[name] = _typed(shaped[name], dtype)
    ordered = shaped.sort_values(list(schema.order_by), kind="stable") if len(shaped) else shaped
    return ordered.reset_index(drop=True)


def _typed(column: Any, dtype: str) -> Any:
    """Return a column in its declared type; missing text is empty text."""
    if dtype == TEXT:
        return column.astype(object).where(column.notna(), "").astype("str")
    if dtype == NUMBER:
        return pd.to_numeric(column, errors="raise").astype("float64")
    return column.astype(pd.api.types.pandas_dtype(dtype))


def empty(schema: TableSchema) -> pd.DataFrame:
    """Return the table without rows.

    Parameters
    ----------
    schema : TableSchema
        The declared shape.

    Returns
    -------
    DataFrame
        Header and types only.
    """
    return conform(pd.DataFrame(columns=list(schema.columns)), schema)


def safe_text(text: str) -> str:
    """Return ``text`` so that no spreadsheet program runs it as a formula.

    Parameters
    ----------
    text : str
        A text cell.

    Returns
    -------
    str
        The same text, with a leading apostrophe where its start would be taken for a formula.

    Examples
    --------
    >>> safe_text("=1+1")
    "'=1+1"
    >>> safe_text("-12.5")
    '-12.5'
    """
    if not text.startswith(FORMULA_STARTS):
        return text
    try:
        float(text)
    except ValueError:
        return "'" + text
    return text


def _cell(value: object, dtype: str) -> str:
    """Return one cell as it is written."""
    if dtype == TEXT:
        return safe_text(str(value))
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if dtype == TRUTH:
        return "true" if value else "false"
    if dtype == NUMBER:
        written = f"{float(value):.{SIGNIFICANT_DIGITS}g}"  # type: ignore[arg-type]
        return "0" if written == "-0" else written
    return str(value)


def to_csv(table: pd.DataFrame, schema: TableSchema) -> str:
    """Return a table as CSV text: comma, ``.`` decimal, ISO dates, LF, header always.

    Parameters
    ----------
    table : DataFrame
        A table of that schema.
    schema : TableSchema
        The declared shape.

    Returns
    -------
    str
        UTF-8 text; identical for identical tables.
    """
    shaped = conform(table, schema)
    written = {name: dtype for name, dtype in schema.columns.items() if name not in HELPER_COLUMNS}
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(written)
    columns = [[_cell(value, dtype) for value in shaped[name]] for name, dtype in written.items()]
    writer.writerows(zip(*columns, strict=True))
    return stream.getvalue()


def csv_text(columns: Iterable[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Return rows of any shape as CSV text, under the same rules as `to_csv`.

    Parameters
    ----------
    columns : iterable of str
        In file order.
    rows : iterable of mapping
        Plain values by column; None and missing ones are empty.

    Returns
    -------
    str
        UTF-8 text, header always.
    """
    names = list(columns)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        cells = (row.get(name) for name in names)
        writer.writerow(["" if cell is None else safe_text(str(cell)) for cell in cells])
    return stream.getvalue()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is either old or new, never half.

    Parameters
    ----------
    path : Path
        Where to; its folder must exist.
    content : bytes
        All of it.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def write_csv(table: pd.DataFrame, schema: TableSchema, folder: Path) -> Path:
    """Write ``<folder>/<name>.csv`` and return its path.

    Parameters
    ----------
    table : DataFrame
        A table of that schema.
    schema : TableSchema
        The declared shape.
    folder : Path
        Existing folder.

    Returns
    -------
    Path
        The file written.
    """
    path = folder / f"{schema.name}.csv"
    write_whole(path, to_csv(table, schema).encode("utf-8"))
    return path
