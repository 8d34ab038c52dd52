"""The image viewer: one column per visit, two panels each; the scripts in ``assets`` paint and link them."""

import json

from dash import html

from dashboards.answers import CourseAnswer, VisitFacts
from dashboards.components.viewer_tools import compare_column, toolbar
from dashboards.components.visit_column import visit_column
from dashboards.ids import Id
from dashboards.words import say

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


def board_choice(visits: tuple[VisitFacts, ...]) -> tuple[str, ...]:
    """Return which visits a tumour board sees at first: the reference and the last; digits add others.

    Parameters
    ----------
    visits : tuple of VisitFacts
        Earliest first.

    Returns
    -------
    tuple of str
        At most two tokens, in order of date.
    """
    return first_choice(visits, count=2)


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
        visit_column(course, index, rows.get(visit.study_uid, {}), "" if visit.token in shown else "visit--hidden")
        for index, visit in enumerate(course.visits)
    ]
    legend = say(
        "N new  ·  = persistent  ·  R resolved  ·  S split  ·  M merged  ·  ? equivocal, dashed  ·  dotted: not seen"
        "  ·  wheel: zoom  ·  drag: move  ·  shift and drag: window"
    )
    regions = json.dumps({str(label): name.replace("_", " ") for label, name in course.region_names.items()})
    comparison = [compare_column()] if len(columns) > 1 else []
    return html.Section(
        [
            toolbar(course, shown),
            html.Div([*columns, *comparison], className="strip", id="strip"),
            html.Div(legend, className="probe", id="probe", **{"data-legend": legend}),
        ],
        id=Id.VIEWER,
        className="viewer card",
        **{
            "data-regions": regions,
            "data-board": ",".join(board_choice(course.visits)),
            "aria-label": say("Images"),
        },
    )
