"""Rows of input tables as people write them: read tolerantly, refused with row and column named.

Column names are matched whatever their case, blanks or order; further columns are ignored; a byte-order mark, blank
lines, semicolons or tabs as separators are accepted. Dates are ISO (a time of day behind them is ignored).
"""

import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from tracker.errors import InputError, TableError

TRUE_WORDS: frozenset[str] = frozenset({"true", "yes", "y", "t", "1", "1.0"})
"""How people write true."""

FALSE_WORDS: frozenset[str] = frozenset({"false", "no", "n", "f", "0", "0.0"})
"""How people write false."""

MISSING_WORDS: frozenset[str] = frozenset({"", "na", "n/a", "nan", "nat", "none", "null", "."})
"""How people and programs write that there is nothing."""

FIRST_YEAR, LAST_YEAR = 1600, 2400
"""Years of a date: wide enough for dates moved to another century to hide a person, too narrow for typing errors."""

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row of an input table.

    Parameters
    ----------
    table : str
        File name.
    number : int
        Row as a spreadsheet counts it: the header is row 1.
    cells : mapping of str to str
        Column name to trimmed text.
    """

    table: str
    number: int
    cells: Mapping[str, str]

    def refused(self, column: str, needed: str) -> TableError:
        """Return the error that names this row and a column.

        Parameters
        ----------
        column : str
            The column.
        needed : str
            What was needed, as a clause.

        Returns
        -------
        TableError
            To be raised.
        """
        found = self.cells.get(column, "")
        return TableError(
            f"{self.table} row {self.number}, column {column}: found {found!r}, {needed}.",
            remedy=f"Correct row {self.number} of {self.table}.",
        )

    def text(self, column: str) -> str:
        """Return a cell, empty where it says that there is nothing or the column is missing.

        Parameters
        ----------
        column : str
            The column.

        Returns
        -------
        str
            Trimmed.
        """
        found = self.cells.get(column, "")
        return "" if found.casefold() in MISSING_WORDS else found

    def needed(self, column: str) -> str:
        """Return a cell that must not be empty.

        Parameters
        ----------
        column : str
            The column.

        Returns
        -------
        str
            Trimmed; taken as written, since an identifier may well be called ``NA``.

        Raises
        ------
        TableError
            If it is empty.
        """
        found = self.cells.get(column, "")
        if not found:
            raise self.refused(column, "needed a value")
        return found

    def day(self, column: str) -> date:
        """Return a date that must be there.

        Parameters
        ----------
        column : str
            The column.

        Returns
        -------
        date
            The day.

        Raises
        ------
        TableError
            If it is missing or not an ISO date.
        """
        found = self.optional_day(column)
        if found is None:
            raise self.refused(column, "needed a date such as 2024-03-04")
        return found

    def optional_day(self, column: str) -> date | None:
        """Return a date, or None where the cell is empty.

        Parameters
        ----------
        column : str
            The column.

        Returns
        -------
        date or None
            The day.

        Raises
        ------
        TableError
            If it is not an ISO date.
        """
        found = self.text(column)
        if not found:
            return None
        try:
            day = date.fromisoformat(found.replace("T", " ").split(" ")[0])
        except ValueError:
            raise self.refused(column, "needed a date such as 2024-03-04") from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise self.refused(column, f"needed a date between {FIRST_YEAR} and {LAST_YEAR}")
        return day

    def truth(self, column: str) -> bool | None:
        """Return true or false, or None where the cell is empty.

        Parameters
        ----------
        column : str
            The column.

        Returns
        -------
        bool or None
            None is the state *not stated*.

        Raises
        ------
        TableError
            If it is neither.
        """
        found = self.text(column).casefold()
        if not found:
            return None
        if found not in TRUE_WORDS | FALSE_WORDS:
            raise self.refused(column, "needed true or false")
        return found in TRUE_WORDS

    def number_in(self, column: str) -> float | None:
        """Return a finite number, or None where the cell is empty.

        Parameters
        ----------
        column : str
            The column.

        Returns
        -------
        float or None
            A limit such as ``<0.1`` counts as its number.

        Raises
        ------
        TableError
            If it is not a number.
        """
        found = self.text(column)
        if not found:
            return None
        try:
            value = float(found.lstrip("<>≤≥ "))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.refused(column, "needed a number with a decimal point")
        return value

    def word(self, column: str, words: type[Word]) -> Word | None:
        """Return a word of a closed list, or None where the cell holds no such word.

        Parameters
        ----------
        column : str
            The column.
        words : type of StrEnum
            The closed list.

        Returns
        -------
        StrEnum or None
            Whatever the case and separators it was written with.
        """
        found = plain(self.text(column))
        return next((word for word in words if plain(word.value) == found), None)


def plain(text: str) -> str:
    """Return a text without case, blanks and separators, for comparing words.

    Parameters
    ----------
    text : str
        As written.

    Returns
    -------
    str
        Letters and digits only, lower case.

    Examples
    --------
    >>> plain("Bone-protecting agent"), plain("NON-CR/NON-PD")
    ('boneprotectingagent', 'noncrnonpd')
    """
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def read_rows(path: Path, needed: tuple[str, ...]) -> tuple[TableRow, ...]:
    """Return the rows of an input table.

    Parameters
    ----------
    path : Path
        A CSV file, UTF-8.
    needed : tuple of str
        Columns that must be there.

    Returns
    -------
    tuple of TableRow
        In file order, blank rows left out.

    Raises
    ------
    InputError
        If the file cannot be read.
    TableError
        If a needed column is missing, a column is there twice, or a row is longer than the header.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise TableError(f"{path.name} is not UTF-8 text.", remedy="Save it as CSV UTF-8.") from error
    header: list[str] | None = None
    rows = []
    for number, cells in _lines(path.name, text):
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = _header(path.name, cells, needed)
            continue
        rows.append(_row(path.name, number, header, cells))
    if header is None:
        raise TableError(f"{path.name} is empty; needed the columns {', '.join(needed)}.")
    return tuple(rows)


def _lines(table: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the cells of each row; a quotation mark that never ends would swallow the rows after it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), skipinitialspace=True, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield reader.line_num, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise TableError(
            f"{table} row {begins}: found a cell that is no CSV ({error}), needed quotation marks in pairs.",
            remedy=f"Correct row {begins} of {table}.",
        ) from error


def _separator(text: str) -> str:
    """Return what separates the columns: the most frequent candidate in the first line that is not blank."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max((",", ";", "\t"), key=lambda candidate: (first.count(candidate), candidate == ","))


def _header(table: str, cells: list[str], needed: tuple[str, ...]) -> list[str]:
    """Return the column names of a table."""
    names = ["_".join(cell.strip().casefold().replace("-", " ").replace("_", " ").split()) for cell in cells]
    for name in needed:
        if name not in names:
            raise TableError(f"{table} row 1: column {name} is missing; found {', '.join(filter(None, names))}.")
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise TableError(f"{table} row 1: column {twice[0]} is there twice.")
    return names


def _row(table: str, number: int, header: list[str], cells: list[str]) -> TableRow:
    """Return one row with named cells."""
    surplus = [cell for cell in cells[len(header) :] if cell.strip()]
    if surplus:
        raise TableError(f"{table} row {number}: {len(cells)} cells for {len(header)} columns; a comma in a text?")
    named = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
    return TableRow(table=table, number=number, cells=named)
