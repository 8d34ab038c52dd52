"""What an address asks for: a page, tokens, and how it should look. Nothing in an address names a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from flask import request

from dashboards.theme import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One request for a page.

    Parameters
    ----------
    tokens : tuple of str
        Subject, then visit, as far as the page has them.
    query : mapping of str to str
        What follows the question mark.
    theme : Theme
        Light or dark.
    """

    tokens: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    theme: Theme = Theme.LIGHT


def parsed_query(search: str | None) -> dict[str, str]:
    """Return the query of an address.

    Parameters
    ----------
    search : str or None
        Such as ``?a=v01&b=v02``.

    Returns
    -------
    dict of str to str
        The last value of each name.

    Examples
    --------
    >>> parsed_query("?a=v01&b=v02")
    {'a': 'v01', 'b': 'v02'}
    """
    return dict(parse_qsl((search or "").lstrip("?")))


def requested_theme() -> Theme:
    """Return the theme that the browser asks for with its cookie; light unless it says dark."""
    return Theme.DARK if request.cookies.get("theme") == Theme.DARK else Theme.LIGHT
