"""One visit in the viewer: date, remarks, two panels, what was acquired."""

import json
from dataclasses import asdict
from typing import Any

from dash import dcc, html

from dashboards.answers import CourseAnswer, Subject, ViewFacts, VisitFacts
from dashboards.components.marks import tag
from dashboards.theme import day, missing, number
from dashboards.words import say
from tracker.records.view import Projection


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
            **({} if view.evidence else {"data-unverified": say("view unverified")}),
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
        tags.append(tag(words, "refused" if worst == "no" else "caution", visit.comparability.text))
    if not visit.aligned:
        tags.append(tag(say("not aligned"), "refused", visit.alignment_reason))
    if _camera_changed(visit, before):
        tags.append(tag(say("camera changed"), "caution"))
    return tags


def visit_column(course: CourseAnswer, index: int, row: dict[Any, Any], state: str = "") -> html.Div:
    """Return one visit of the viewer.

    Parameters
    ----------
    course : CourseAnswer
        The course.
    index : int
        Which visit, from 0.
    row : dict
        Its row of ``timepoints.csv``; empty if it has none.
    state : str, optional
        Class that hides it at first.

    Returns
    -------
    html.Div
        The column.
    """
    visit = course.visits[index]
    before = course.visits[index - 1] if index else None
    treatment_day = row.get("treatment_day")
    week = "" if missing(treatment_day) else say("week {week}", week=round(float(str(treatment_day)) / 7))
    link = dcc.Link(day(visit.study_date), href=f"/s/{course.subject.token}/visit/{visit.token}")
    number = [html.Span(str(index + 1), className="visit-number")] if len(course.visits) > 1 else []
    heading = [*number, link, html.Span(week)]
    facts = [acquisition_words(visit), geometry_words(visit.views[0]) if visit.views else ""]
    return html.Div(
        [
            html.H2(heading, className="visit-date"),
            html.Div([*visit_tags(visit, before, row), _link_button(visit)], className="visit-tags"),
            html.Div([_panel(course.subject, visit, side) for side in Projection], className="pair"),
            html.Div([html.Div(line) for line in facts], className="visit-facts"),
        ],
        className=f"visit {state}".strip(),
        **{
            "data-visit": visit.token,
            "data-aligned": "yes" if visit.aligned else "no",
            "data-reference": "yes" if visit.is_reference else "no",
            "data-error": str(visit.alignment_error_mm or 0.0),
            "data-refusal": _refusal(visit),
        },
    )


def _refusal(visit: VisitFacts) -> str:
    """Return why a visit cannot be laid over another; empty where it can."""
    if visit.aligned:
        return ""
    words = say("{date} is not aligned, so it cannot be laid over another visit.", date=day(visit.study_date))
    return f"{words} {visit.alignment_reason}"


def _link_button(visit: VisitFacts) -> html.Button:
    return html.Button(
        say("linked"),
        className="tag link-state",
        type="button",
        title=say("Give this visit its own window, or link it again"),
        **{
            "data-action": "unlink",
            "data-visit": visit.token,
            "data-linked": say("linked"),
            "data-own": say("own window"),
            "aria-pressed": "false",
        },
    )
