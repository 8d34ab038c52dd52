"""The answer: verdict, sentence, rule, evidence, when the next scan settles it."""

import re
from typing import Any

from dash import html

from dashboards.answers import Headline, NextScan, VisitFacts
from dashboards.components.marks import fact, tag, verdict_chip, verdict_name
from dashboards.theme import day
from dashboards.words import say

LESION_ID = re.compile(r"\bL\d{3,}\b")
"""What a lesion id looks like in a sentence."""


def status_words(headline: Headline) -> str:
    """Return provisional and final status of the main criterion as text.

    Parameters
    ----------
    headline : Headline
        Of one visit.

    Returns
    -------
    str
        Such as ``PDu (provisional), NON-PD (final)``.
    """
    if not headline.provisional_status:
        return say("no status before treatment")
    if headline.provisional_status == headline.final_status:
        return headline.final_status
    return say("{first} (provisional), {last} (final)", first=headline.provisional_status, last=headline.final_status)


def next_scan_words(headline: Headline, planned: NextScan | None) -> str:
    """Return when the next scan is due and what for.

    Parameters
    ----------
    headline : Headline
        Of one visit.
    planned : NextScan or None
        Next scan of the whole course, where this visit is its last one.

    Returns
    -------
    str
        Dates and reason, or a sentence that there is none.
    """
    if planned is not None:
        return say(
            "{first} to {last}. {reason}",
            first=day(planned.due_from),
            last=day(planned.due_to),
            reason=planned.reason,
        )
    if headline.next_scan_from is None:
        return say("no settling scan needed")
    return say("{first} to {last}", first=day(headline.next_scan_from), last=day(headline.next_scan_to))


def holding_words(headline: Headline) -> str:
    """Return in how many settings the verdict holds.

    Parameters
    ----------
    headline : Headline
        Of one visit.

    Returns
    -------
    str
        Such as ``holds in 18 of 20 settings``.
    """
    if headline.verdict is None:
        return "–"
    if headline.held is None:
        return say("other settings not examined (import with --stability)")
    return say("holds in {held} of {total} settings", held=headline.held, total=headline.held_of or 0)


def _firmness(headline: Headline) -> list[html.Div]:
    """Return what else is known of how firm the decision is."""
    changed = [fact(say("Changed where"), "; ".join(headline.changed_by))] if headline.changed_by else []
    return [*changed, *([fact(say("Other rules"), headline.stability)] if headline.stability else [])]


def with_lesions(text: str) -> list[Any]:
    """Return a sentence in which every lesion id can be pressed: it is then marked in images, tables and charts.

    Parameters
    ----------
    text : str
        Plain text.

    Returns
    -------
    list of str and html.Button
        The same words in the same order.
    """
    return [
        html.Button(part, type="button", className="lesion-link", **{"data-action": "pick-lesion", "data-lesion": part})
        if LESION_ID.fullmatch(part)
        else part
        for part in re.split(f"({LESION_ID.pattern})", text)
        if part
    ]


def verdict_card(headline: Headline, visit: VisitFacts, planned: NextScan | None = None) -> html.Section:
    """Return the answer of one visit with its reasons.

    Parameters
    ----------
    headline : Headline
        The answer.
    visit : VisitFacts
        The visit it belongs to.
    planned : NextScan, optional
        Next scan of the whole course, where this visit is its last one.

    Returns
    -------
    html.Section
        The card.
    """
    answer = html.Div(
        [
            html.Div([verdict_chip(headline.verdict), html.Span(say("on {date}", date=day(visit.study_date)))]),
            html.P(headline.sentence, className="verdict-sentence"),
        ],
        className="verdict-answer",
    )
    flare = [headline.flare_reason] if headline.flare_reason else []
    evidence = html.Ul([html.Li(with_lesions(line)) for line in [*headline.evidence, *flare]], className="evidence")
    facts = html.Dl(
        [
            fact(say("Criterion"), headline.criterion.replace("_", " ") or "–"),
            fact(say("Status"), status_words(headline)),
            fact(
                say("Next scan"), next_scan_words(headline, planned), "caution" if headline.next_scan_from else "plain"
            ),
            fact(say("Decision"), holding_words(headline), "caution" if headline.changed_by else "plain"),
            *_firmness(headline),
        ],
        className="facts",
    )
    return html.Section(
        [answer, html.Div([html.H2(say("Evidence")), evidence, *_reasons(visit)], className="verdict-evidence"), facts]
        + [html.P([say("Rule") + ": ", headline.citation], className="citation")],
        className=f"card verdict verdict--{verdict_name(headline.verdict)}",
        **{"aria-label": say("Verdict")},
    )


def _reasons(visit: VisitFacts) -> list[html.P]:
    """Return why this visit can be compared only with caution, or not at all."""
    tones = {"caution": say("caution"), "no": say("not comparable")}
    return [
        html.P(
            [tag(tones[reason.severity], "refused" if reason.severity == "no" else "caution"), " ", reason.text],
            className="reason",
        )
        for reason in visit.comparability.reasons
    ]
