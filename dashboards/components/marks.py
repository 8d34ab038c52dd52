"""Small signs: verdict chips, tags, identifiers. Each carries a shape and words, never colour alone."""

from dash import html

from dashboards.answers import Subject
from dashboards.words import say
from tracker.records.assessment import Verdict


def verdict_words(verdict: Verdict | None) -> str:
    """Return the verdict as one or two words.

    Parameters
    ----------
    verdict : Verdict or None
        The verdict; None before treatment.

    Returns
    -------
    str
        Such as ``Improved``.
    """
    words = {
        None: say("Reference"),
        Verdict.IMPROVED: say("Improved"),
        Verdict.STABLE: say("Stable"),
        Verdict.PROGRESSED: say("Progressed"),
        Verdict.UNCONFIRMED: say("Unconfirmed"),
        Verdict.NOT_EVALUABLE: say("Not evaluable"),
    }
    return words[verdict]


def verdict_name(verdict: Verdict | None) -> str:
    """Return the name of a verdict in the style sheet.

    Parameters
    ----------
    verdict : Verdict or None
        The verdict; None before treatment.

    Returns
    -------
    str
        Its value, or ``before``.
    """
    return "before" if verdict is None else verdict.value


def verdict_chip(verdict: Verdict | None) -> html.Span:
    """Return a verdict as shape and word.

    Parameters
    ----------
    verdict : Verdict or None
        The verdict; None before treatment.

    Returns
    -------
    html.Span
        The chip.
    """
    return html.Span(
        [html.Span(className="shape", **{"aria-hidden": "true"}), html.Span(verdict_words(verdict))],
        className=f"chip chip--{verdict_name(verdict)}",
    )


def tag(text: str, tone: str = "plain", title: str = "") -> html.Span:
    """Return a short remark in a frame.

    Parameters
    ----------
    text : str
        One or two words.
    tone : str, optional
        ``plain``, ``caution`` or ``refused``.
    title : str, optional
        Longer words shown on hover.

    Returns
    -------
    html.Span
        The tag.
    """
    return html.Span(text, className=f"tag tag--{tone}", title=title or text)


def identifier(subject: Subject) -> html.Span:
    """Return who a page is about; the style sheet shows the token instead while identifiers are hidden.

    Parameters
    ----------
    subject : Subject
        The patient.

    Returns
    -------
    html.Span
        Both texts.
    """
    return html.Span(
        [
            html.Span(subject.patient_id, className="identifier"),
            html.Span(subject.token, className="pseudonym"),
        ],
        className="who",
    )


def fact(label: str, value: str, tone: str = "plain") -> html.Div:
    """Return one labelled value.

    Parameters
    ----------
    label, value : str
        What and how much.
    tone : str, optional
        ``plain``, ``caution`` or ``refused``.

    Returns
    -------
    html.Div
        Term and description.
    """
    return html.Div([html.Dt(label), html.Dd(value)], className=f"fact fact--{tone}")
