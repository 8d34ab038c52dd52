"""One visit: its images, how it was acquired, and whether it can be compared. No private data of any header."""

from dataclasses import replace

from dash import Dash, dcc, html

from dashboards.address import Address
from dashboards.answers import CourseAnswer, ViewFacts, VisitFacts
from dashboards.components.marks import fact, identifier, tag
from dashboards.components.verdict_card import verdict_card
from dashboards.components.viewer import viewer
from dashboards.components.visit_column import geometry_words
from dashboards.pages.compare import chosen_visit
from dashboards.source import Source
from dashboards.theme import day, number
from dashboards.words import say
from tracker.records.provenance import Provenance
from tracker.records.study import Acquisition
from tracker.records.view import Projection

PATH = r"/s/([A-Za-z0-9_-]+)/visit/([A-Za-z0-9_-]+)"
"""Addresses of this page."""


def _stated(value: object, unit: str = "", digits: int = 0) -> str:
    """Return a fact with its unit, or that the header does not state it."""
    if value is None or value == "":
        return say("not stated")
    return f"{number(value, digits)} {unit}".strip() if isinstance(value, int | float) else str(value)


def acquisition_facts(facts: Acquisition) -> dict[str, str]:
    """Return what the headers state about an acquisition.

    Parameters
    ----------
    facts : Acquisition
        As read.

    Returns
    -------
    dict of str to str
        Value by name; what is not stated is said to be so.
    """
    window = facts.energy_window_kev
    camera = " ".join(filter(None, (facts.manufacturer, facts.model)))
    return {
        say("Tracer"): _stated(facts.tracer),
        say("Activity"): _stated(facts.activity_mbq, "MBq"),
        say("Uptake time"): _stated(facts.uptake_time_h, "h", 1),
        say("Scan speed"): _stated(facts.scan_velocity_mm_s, "mm/s", 2),
        say("Duration"): _stated(facts.duration_s, "s"),
        say("Scan length"): _stated(facts.scan_length_mm, "mm"),
        say("Energy window"): f"{number(window[0], 0)}–{number(window[1], 0)} keV" if window else say("not stated"),
        say("Collimator"): _stated(facts.collimator),
        say("Camera"): _stated(camera),
        say("Station"): _stated(facts.station),
        say("Exporter"): _stated(facts.exporter),
        say("Corrections"): _stated(", ".join(facts.corrections)),
        say("Injection site"): _stated(facts.injection_site),
    }


def view_facts(visit: VisitFacts) -> dict[str, str]:
    """Return matrix and counts of every view of a visit.

    Parameters
    ----------
    visit : VisitFacts
        The visit.

    Returns
    -------
    dict of str to str
        Value by name, anterior before posterior; what was not acquired is said to be so.
    """
    found = {}
    for side in Projection:
        view, name = visit.view(side), side.value.capitalize()
        missing = say("not acquired")
        found[say("{side} matrix", side=name)] = geometry_words(view) if view else missing
        found[say("{side} counts", side=name)] = number(view.total_counts, 0) if view else missing
    return found


def acquisition_table(visit: VisitFacts, reference: VisitFacts | None) -> html.Table:
    """Return how a visit was acquired, beside how the reference was; what differs is marked.

    Parameters
    ----------
    visit : VisitFacts
        The visit.
    reference : VisitFacts or None
        What changes are counted from; None where the visit is its own reference.

    Returns
    -------
    html.Table
        One fact a row.
    """
    here = acquisition_facts(visit.acquisition) | view_facts(visit)
    there = acquisition_facts(reference.acquisition) | view_facts(reference) if reference else {}
    titles = [say("Fact"), say("This visit"), *([say("Reference")] if reference else [])]
    head = html.Thead(html.Tr([html.Th(title, scope="col") for title in titles]))
    rows = [
        html.Tr(
            [html.Th(name, scope="row"), html.Td(value), *([html.Td(there[name])] if reference else [])],
            className="differs" if reference and there[name] != value else "",
        )
        for name, value in here.items()
    ]
    return html.Table([head, html.Tbody(rows)], className="plain-table facts-table")


def _view_facts(view: ViewFacts) -> html.Section:
    side = view.projection.value.capitalize()
    one = view.counts_at_one
    reference = (
        say("not available") if one is None else f"{number(one, 1)} " + say("counts per pixel at uptake ratio 1.0")
    )
    return html.Section(
        [
            html.H3(side),
            html.Dl(
                [
                    fact(
                        say("Reference bone"),
                        reference,
                        "caution" if view.normaliser_reason or one is None else "plain",
                    ),
                    *([fact(say("Caution"), view.normaliser_reason, "caution")] if view.normaliser_reason else []),
                    fact(say("Decided by"), "; ".join(view.evidence) or say("view unverified")),
                ],
                className="facts",
            ),
        ],
        className="card",
    )


def _comparability(visit: VisitFacts, reference: VisitFacts | None) -> html.Section:
    words = {"yes": say("comparable"), "caution": say("comparable with caution"), "no": say("not comparable")}
    worst = visit.comparability.verdict.value
    tone = {"yes": "plain", "caution": "caution", "no": "refused"}[worst]
    against = day(reference.study_date) if reference else "–"
    head = html.Thead(
        html.Tr(
            [html.Th(t, scope="col") for t in (say("Fact"), say("This visit"), say("Reference"), say("What it means"))]
        )
    )
    rows = [
        html.Tr([html.Td(html.Code(r.code)), html.Td(r.value), html.Td(r.reference_value), html.Td(r.text)])
        for r in visit.comparability.reasons
    ]
    silent = ", ".join(visit.comparability.not_stated)
    parts = [
        html.H2(say("Comparable with {date}?", date=against)),
        html.P(tag(words[worst], tone)),
        html.Table([head, html.Tbody(rows)], className="plain-table") if rows else None,
        html.P(say("Not stated in the headers: {facts}", facts=silent), className="says") if silent else None,
    ]
    return html.Section(parts, className="card")


def _notices(visit: VisitFacts) -> list[html.Section]:
    if not visit.notices:
        return []
    rows = [html.Li([html.Code(notice.code), " ", notice.text]) for notice in visit.notices]
    return [html.Section([html.H2(say("Notices")), html.Ul(rows)], className="card")]


def _provenance(provenance: Provenance) -> html.Section:
    versions = ", ".join(f"{name} {version}" for name, version in sorted(provenance.versions.items()))
    facts = [
        fact(say("Versions"), versions or "–"),
        fact(say("Settings"), provenance.settings_digest[:16] or "–"),
        fact(say("Files"), say("{count} files, each with its SHA-256", count=len(provenance.inputs))),
    ]
    return html.Section([html.H2(say("How this came about")), html.Dl(facts, className="facts")], className="card")


def _neighbours(course: CourseAnswer, visit: VisitFacts) -> list[dcc.Link]:
    """Return the ways to the visits before and after this one."""
    at = course.visits.index(visit)
    near = [(say("Before: {{date}}"), at - 1), (say("After: {{date}}"), at + 1)]
    return [
        dcc.Link(
            words.replace("{date}", day(course.visits[index].study_date)),
            href=f"/s/{course.subject.token}/visit/{course.visits[index].token}",
            className="button",
        )
        for words, index in near
        if 0 <= index < len(course.visits)
    ]


def _heading(course: CourseAnswer, visit: VisitFacts) -> html.Div:
    return html.Div(
        [
            html.H1([say("Visit {date}", date=day(visit.study_date)) + " ", identifier(course.subject)]),
            html.Div(
                [
                    *_neighbours(course, visit),
                    dcc.Link(say("Course"), href=f"/s/{course.subject.token}", className="button"),
                ],
                className="page-links",
            ),
        ],
        className="page-heading",
    )


def layout(source: Source, address: Address) -> html.Div:
    """Return the page of one visit.

    Parameters
    ----------
    source : Source
        What may be asked.
    address : Address
        Whose course, and which visit.

    Returns
    -------
    html.Div
        The page.
    """
    course = source.course(address.tokens[0])
    visit = chosen_visit(course, address.tokens[1])
    headline = next(line for line in course.headlines if line.study_uid == visit.study_uid)
    reference = next((other for other in course.visits if other.is_reference), None)
    other = None if reference is visit else reference
    planned = course.next_scan if visit is course.visits[-1] else None
    facts = html.Div(
        [
            _comparability(visit, reference),
            html.Section(
                [
                    html.H2(say("Acquisition")),
                    html.P(say("Bold: not as at the reference."), className="says") if other else None,
                    acquisition_table(visit, other),
                ],
                className="card",
            ),
            *(_view_facts(view) for view in visit.views),
            *_notices(visit),
            _provenance(source.provenance(course.subject.token)),
        ],
        className="visit-page-facts",
    )
    body = html.Div([viewer(replace(course, visits=(visit,))), facts], className="visit-page")
    return html.Div(
        [_heading(course, visit), verdict_card(headline, visit, planned), body],
        className="course",
        **{"data-title": say("Visit"), "data-export": f"/csv/{course.subject.token}/trends.csv"},
    )


def connect(app: Dash, source: Source) -> None:
    """Wire the visit page; it has nothing to press.

    Parameters
    ----------
    app : Dash
        The app.
    source : Source
        What may be asked.
    """
