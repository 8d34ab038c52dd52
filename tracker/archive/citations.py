"""Citations as text, by key."""

from tracker.references.criteria import CRITERIA


def citation_text(key: str) -> str:
    """Return the text of one citation.

    Parameters
    ----------
    key : str
        Key of the citation.

    Returns
    -------
    str
        Authors, journal, year; the key itself where nothing more is known.
    """
    return next((one.text for one in CRITERIA if one.key == key), key)
