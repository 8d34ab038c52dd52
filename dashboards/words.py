"""Every text on screen passes through here, so that a catalogue can translate it.

Messages stand in the code in English and are looked up in ``locale/<language>/LC_MESSAGES/dashboards.mo``; without a
catalogue they are shown as written. Dates are ISO 8601 and numbers have a decimal point in every language.
"""

import gettext
from contextvars import ContextVar
from pathlib import Path

LOCALE_FOLDER = Path(__file__).parent / "locale"
"""Where compiled catalogues lie, one folder per language."""

_LANGUAGE: ContextVar[str] = ContextVar("language", default="en")


def use_language(language: str) -> None:
    """Make `say` answer in ``language`` for the rest of this request.

    Parameters
    ----------
    language : str
        Language tag such as ``"de"``; unknown ones fall back to English.
    """
    _LANGUAGE.set(language)


def language() -> str:
    """Return the tag of the language in use."""
    return _LANGUAGE.get()


def say(message: str, **values: object) -> str:
    """Return ``message`` in the language in use, with ``values`` filled in.

    Parameters
    ----------
    message : str
        English text, with ``{name}`` where a value goes.
    **values : object
        What to fill in; never looked at for further placeholders.

    Returns
    -------
    str
        Plain text for the screen.

    Examples
    --------
    >>> say("{count} visits", count=6)
    '6 visits'
    """
    return say_raw(message).format(**values)


def say_raw(message: str) -> str:
    """Return ``message`` in the language in use with its placeholders as they are: a script fills them in.

    Parameters
    ----------
    message : str
        English text.

    Returns
    -------
    str
        Text of the catalogue.

    Examples
    --------
    >>> say_raw("from {date}")
    'from {date}'
    """
    catalogue = gettext.translation("dashboards", LOCALE_FOLDER, [_LANGUAGE.get()], fallback=True)
    return catalogue.gettext(message)


def region_words(region: str) -> str:
    """Return a region name as words, side first.

    Parameters
    ----------
    region : str
        Closed name, such as ``femur_shaft_left``.

    Returns
    -------
    str
        Such as ``left femur, shaft``.

    Examples
    --------
    >>> region_words("femur_shaft_left"), region_words("lumbar_spine"), region_words("")
    ('left femur, shaft', 'lumbar spine', 'outside bone')
    """
    if not region:
        return say("outside bone")
    parts = region.split("_")
    side = parts.pop() if parts[-1] in ("left", "right") else ""
    part = parts.pop() if parts[-1] in ("upper", "middle", "lower", "proximal", "shaft", "distal") else ""
    name = " ".join(filter(None, (side, *parts)))
    return f"{name}, {part}" if part else name
