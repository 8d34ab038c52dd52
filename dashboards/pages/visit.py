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

PATH = r"/s/([A-Za-z0-9_-]+)/visit/([A-Za-z0-9_-]+)"
"""Addresses of this page."""


def _stated(value: object, unit: str = "", digits: int = 0) -> str:
    """Return a fact with its unit, or that the header does not state it."""
    if value is None or value == "":
        return say("not stated")
    return f"{number(value, digits)} {unit}".strip() if isinstance(value, int | float) else str(value)


def acquisition_facts(visit: VisitFacts) -> list[html.Div]:
    """Return what the headers state about an acquisition.

    Parameters
    ----------
    visit : VisitFacts
        The visit.

    Returns
    -------
    list of html.Div
        One fact each; what is not stated is said to be so.
    """
    facts = visit.acquisition
    window = facts.energy_window_kev
    camera = " ".join(filter(None, (facts.manufacturer, facts.model)))
    pairs = (
        (say("Tracer"), _stated(facts.tracer)),
        (say("Activity"), _stated(facts.activity_mbq, "MBq")),
        (say("Uptake time"), _stated(facts.uptake_time_h, "h", 1)),
        (say("Scan speed"), _stated(facts.scan_velocity_mm_s, "mm/s", 2)),
        (say("Duration"), _stated(facts.duration_s, "s")),
        (say("Scan length"), _stated(facts.scan_length_mm, "mm")),
        (say("Energy window"), f"{number(window[0], 0)}–{number(window[1], 0)} keV" if window else say("not stated")),
        (say("Collimator"), _stated(facts.collimator)),
        (say("Camera"), _stated(camera)),
        (say("Station"), _stated(facts.station)),
        (say("Exporter"), _stated(facts.exporter)),
        (say("Corrections"), _stated(", ".join(facts.corrections))),
        (say("Injection site"), _stated(facts.injection_site)),
    )
    return [fact(label, value) for label, value in pairs]


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
                    fact(say("Matrix"), geometry_words(view)),
                    fact(say("Counts"), number(view.total_counts, 0)),
                    fact(say("Reference"), reference, "caution" if view.normaliser_reason or one is None else "plain"),
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


def _heading(course: CourseAnswer, visit: VisitFacts) -> html.Div:
    return html.Div(
        [
            html.H1([say("Visit {date}", date=day(visit.study_date)) + " ", identifier(course.subject)]),
            html.Div(dcc.Link(say("Course"), href=f"/s/{course.subject.token}", className="button")),
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
    planned = course.next_scan if visit is course.visits[-1] else None
    facts = html.Div(
        [
            html.Section(
                [html.H2(say("Acquisition")), html.Dl(acquisition_facts(visit), className="facts")], className="card"
            ),
            *(_view_facts(view) for view in visit.views),
            _comparability(visit, reference),
            *_notices(visit),
            _provenance(source.provenance(course.subject.token)),
        ],
        className="visit-page-facts",
    )
    body = html.Div([viewer(replace(course, visits=(visit,))), facts], className="visit-page")
    return html.Div(
        [_heading(course, visit), verdict_card(headline, visit, planned), body],
        className="course",
        **{"data-title": say("Visit")},
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
