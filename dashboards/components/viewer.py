"""Markup of the image viewer: one column per visit, two panels each; ``assets/viewer.js`` paints and links them."""

import json
from dataclasses import asdict
from typing import Any

from dash import dcc, html

from dashboards.answers import CourseAnswer, Subject, ViewFacts, VisitFacts
from dashboards.components.marks import tag
from dashboards.ids import Id
from dashboards.theme import day, missing, number
from dashboards.words import say
from tracker.records.view import Projection

VISITS_AT_ONCE = 6
"""Visits shown when an address names none: the reference and the latest ones."""


def first_choice(visits: tuple[VisitFacts, ...], count: int = VISITS_AT_ONCE) -> tuple[str, ...]:
    """Return which visits are shown unless the address says otherwise.

    Parameters
    ----------
    visits : tuple of VisitFacts
        Earliest first.
    count : int, optional
        At most so many.

    Returns
    -------
    tuple of str
        Tokens: the reference and the latest, in order of date.
    """
    reference = [visit.token for visit in visits if visit.is_reference][:1]
    latest = [visit.token for visit in visits if visit.token not in reference]
    chosen = {*reference, *latest[len(latest) - min(len(latest), count - len(reference)) :]}
    return tuple(visit.token for visit in visits if visit.token in chosen)


def acquisition_words(visit: VisitFacts) -> str:
    """Return tracer, activity and uptake time of a visit; what is not stated is said to be so.

    Parameters
    ----------
    visit : VisitFacts
        The visit.

    Returns
    -------
    str
        One line.
    """
    facts = visit.acquisition
    activity = say("activity not stated") if facts.activity_mbq is None else f"{number(facts.activity_mbq, 0)} MBq"
    waited = say("uptake time not stated") if facts.uptake_time_h is None else f"{number(facts.uptake_time_h, 1)} h"
    return " · ".join([facts.tracer or say("tracer not stated"), activity, waited])


def geometry_words(view: ViewFacts) -> str:
    """Return matrix and pixel size of a view.

    Parameters
    ----------
    view : ViewFacts
        The view.

    Returns
    -------
    str
        Such as ``1024 × 256, 2.26 mm``.
    """
    pixel = f"{number(view.spacing_mm[0])} mm" if view.spacing_stated else say("pixel size not stated")
    return f"{view.rows} × {view.cols}, {pixel}"


def _panel(subject: Subject, visit: VisitFacts, projection: Projection) -> html.Div:
    view = visit.view(projection)
    side = say("Anterior") if projection is Projection.ANTERIOR else say("Posterior")
    if view is None:
        words = html.Span(say("{side} not acquired", side=side))
        return html.Div(words, className="panel panel--empty", **{"data-side": projection.value})
    facts = {
        "rows": view.rows,
        "cols": view.cols,
        "spacing": view.spacing_mm,
        "stated": view.spacing_stated,
        "orientation": asdict(view.orientation),
        "high": view.window_high_counts,
        "one": view.counts_at_one,
    }
    return html.Div(
        className="panel",
        role="img",
        **{
            "aria-label": say("{side} view, {date}", side=side, date=day(visit.study_date)),
            "data-visit": visit.token,
            "data-side": projection.value,
            "data-view": json.dumps(facts),
            "data-subject": subject.token,
        },
    )


def _camera_changed(visit: VisitFacts, before: VisitFacts | None) -> bool:
    if before is None:
        return False
    now, then = visit.acquisition, before.acquisition
    return None not in (now.model, then.model) and now.model != then.model


def visit_tags(visit: VisitFacts, before: VisitFacts | None, row: dict[Any, Any]) -> list[html.Span]:
    """Return the short remarks above a visit's images.

    Parameters
    ----------
    visit, before : VisitFacts
        The visit and the one before it, if any.
    row : dict
        Its row of ``timepoints.csv``; empty if it has none.

    Returns
    -------
    list of html.Span
        Reference, window, comparability, alignment, camera, new lesions.
    """
    tags = [tag(say("reference"))] if visit.is_reference else []
    windows = {"flare": say("flare window"), "early": say("early"), "pre": say("before treatment")}
    if str(row.get("treatment_window")) in windows:
        tags.append(tag(windows[str(row["treatment_window"])]))
    if not missing(row.get("new_lesion_count")) and int(str(row["new_lesion_count"])):
        tags.append(tag(say("{count} new", count=row["new_lesion_count"]), "new"))
    worst = visit.comparability.verdict.value
    if worst != "yes":
        words = say("not comparable") if worst == "no" else say("caution")
        title = " ".join(reason.text for reason in visit.comparability.reasons)
        tags.append(tag(words, "refused" if worst == "no" else "caution", title))
    if not visit.aligned:
        tags.append(tag(say("not aligned"), "refused", visit.alignment_reason))
    if _camera_changed(visit, before):
        tags.append(tag(say("camera changed"), "caution"))
    return tags


def _column(course: CourseAnswer, index: int, row: dict[Any, Any], shown: bool) -> html.Div:
    visit = course.visits[index]
    before = course.visits[index - 1] if index else None
    treatment_day = row.get("treatment_day")
    week = "" if missing(treatment_day) else say("week {week}", week=round(float(str(treatment_day)) / 7))
    heading = [dcc.Link(day(visit.study_date), href=f"/s/{course.subject.token}/visit/{visit.token}"), html.Span(week)]
    facts = [acquisition_words(visit), geometry_words(visit.views[0]) if visit.views else ""]
    return html.Div(
        [
            html.H3(heading, className="visit-date"),
            html.Div(visit_tags(visit, before, row), className="visit-tags"),
            html.Div([_panel(course.subject, visit, side) for side in Projection], className="pair"),
            html.Div([html.Div(line) for line in facts], className="visit-facts"),
        ],
        className="visit" if shown else "visit visit--hidden",
        **{"data-visit": visit.token, "data-aligned": "yes" if visit.aligned else "no"},
    )


def _tool(action: str, text: str, key: str, words: str) -> html.Button:
    extra = {"data-action": action, "aria-pressed": "false"}
    return html.Button(text, className="tool", type="button", title=f"{words} ({key})", **extra)


def _toolbar() -> html.Div:
    words = {"data-low": say("Lower end of the window"), "data-high": say("Upper end of the window")}
    window = html.Div(id="window", className="tool-group window", **words)
    shows = html.Div(
        [
            _tool("auto", say("Auto"), "A", say("Automatic window from bone")),
            _tool("invert", say("Invert"), "I", say("Invert the grey scale")),
            _tool("gain", say("Raw counts"), "X", say("Raw counts instead of counts relative to reference bone")),
            _tool("native", say("Aligned"), "N", say("Native or aligned images")),
            _tool("reset", say("Reset"), "R", say("Reset zoom and position")),
        ],
        className="tool-group",
    )
    return html.Div(
        [window, shows], className="toolbar", role="toolbar", **{"aria-label": say("Viewer")}, id="viewer-toolbar"
    )


def viewer(course: CourseAnswer) -> html.Section:
    """Return the image viewer of a course.

    Parameters
    ----------
    course : CourseAnswer
        The course.

    Returns
    -------
    html.Section
        Toolbar, one column per visit, line for what is under the pointer.
    """
    rows = {row["study_uid"]: row for row in course.tables["timepoints"].to_dict("records")}
    shown = first_choice(course.visits)
    columns = [
        _column(course, index, rows.get(visit.study_uid, {}), visit.token in shown)
        for index, visit in enumerate(course.visits)
    ]
    regions = json.dumps({str(label): name.replace("_", " ") for label, name in course.region_names.items()})
    return html.Section(
        [
            _toolbar(),
            html.Div(columns, className="strip", id="strip"),
            html.Div("\u00a0", className="probe", id="probe"),
        ],
        id=Id.VIEWER,
        className="viewer card",
        **{"data-regions": regions, "aria-label": say("Images")},
    )
