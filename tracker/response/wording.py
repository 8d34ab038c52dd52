"""How numbers, days and counts read in a plain sentence."""

from datetime import date

NUMBER_WORDS: tuple[str, ...] = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
"""Counts that are written out."""

MONTHS: tuple[str, ...] = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""Names of the months, whatever the language of the computer."""


def day_text(day: date) -> str:
    """Return a date as it is said.

    Parameters
    ----------
    day : date
        Any date.

    Returns
    -------
    str
        Day, month in words, year.

    Examples
    --------
    >>> day_text(date(2024, 3, 4))
    '4 March 2024'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def count_text(count: int, noun: str) -> str:
    """Return a count with its noun, in words up to twelve.

    Parameters
    ----------
    count : int
        How many, not negative.
    noun : str
        In the singular; the plural takes an ``s``.

    Returns
    -------
    str
        Such as ``"two new lesions"``.

    Examples
    --------
    >>> count_text(1, "new lesion"), count_text(13, "focus"), count_text(0, "new lesion")
    ('one new lesion', '13 foci', 'no new lesions')
    """
    word = NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)
    plural = noun.removesuffix("focus") + "foci" if noun.endswith("focus") else noun + "s"
    return f"{word} {noun if count == 1 else plural}"


def number_text(count: int) -> str:
    """Return a bare count, in words up to twelve.

    Parameters
    ----------
    count : int
        How many, not negative.

    Returns
    -------
    str
        Such as ``"two"``.

    Examples
    --------
    >>> number_text(1), number_text(0), number_text(13)
    ('one', 'none', '13')
    """
    return "none" if count == 0 else NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)


def sentence(text: str) -> str:
    """Return ``text`` with a capital first letter and one full stop.

    Parameters
    ----------
    text : str
        One clause or more.

    Returns
    -------
    str
        A sentence.

    Examples
    --------
    >>> sentence("two new lesions")
    'Two new lesions.'
    """
    return text[:1].upper() + text[1:].removesuffix(".") + "."


def percent_text(change_pct: float) -> str:
    """Return a signed whole percentage.

    Parameters
    ----------
    change_pct : float
        Percent.

    Returns
    -------
    str
        Such as ``"+34 %"``; a minus sign is a hyphen.

    Examples
    --------
    >>> percent_text(33.6), percent_text(-0.2)
    ('+34 %', '0 %')
    """
    whole = round(change_pct)
    return f"{whole:+d} %" if whole else "0 %"
