"""What the time axis of a course covers, and from when its treatment is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from dashboards.answers import CourseAnswer
from dashboards.theme import missing

SUPPORTIVE = "bone_protecting"
"""Therapy class that never restarts the treatment clock."""

LABEL_SHARE = 0.1
"""Least distance of two dates under the axis, share of its length: a date is 62 px wide, the axis at least 640 px."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What the time axis covers.

    Parameters
    ----------
    first, last : date
        With a margin.
    treatment_start : date or None
        Start of the current anticancer line.
    """

    first: date
    last: date
    treatment_start: date | None


def treatment_start(treatments: pd.DataFrame, last_visit: date) -> date | None:
    """Return when the anticancer line that was current at the last visit began.

    Parameters
    ----------
    treatments : DataFrame
        Columns of ``treatments.csv``.
    last_visit : date
        Date of the last visit.

    Returns
    -------
    date or None
        None without an anticancer treatment begun by then.
    """
    lines = treatments[treatments["therapy_class"] != SUPPORTIVE] if len(treatments) else treatments
    starts = [day for day in map(as_date, lines["start_date"]) if day is not None and day <= last_visit]
    return max(starts, default=None)


def as_date(value: object) -> date | None:
    """Return a table cell as a date, or None where it holds none.

    Parameters
    ----------
    value : object
        Date, ISO text or nothing.

    Returns
    -------
    date or None
        The day.
    """
    return None if missing(value) else date.fromisoformat(str(value)[:10])


def span(course: CourseAnswer) -> Span:
    """Return what the time axis of a course covers.

    Parameters
    ----------
    course : CourseAnswer
        The course.

    Returns
    -------
    Span
        From the first visit to the last or to the end of the next scan's window, treatment start included, with a
        margin of 4 %.
    """
    visits = [visit.study_date for visit in course.visits]
    start = treatment_start(course.tables["treatments"], visits[-1])
    ends = [visits[-1], *([course.next_scan.due_to] if course.next_scan else [])]
    begin = min(filter(None, [visits[0], start]))
    margin = timedelta(days=max(10, (max(ends) - begin).days // 25))
    return Span(first=begin - margin, last=max(ends) + margin, treatment_start=start)


def labelled_days(days: Sequence[date], extent: Span) -> list[date]:
    """Return on which days a date is written under the axis, so that no two labels touch.

    Parameters
    ----------
    days : sequence of date
        Days that could be labelled, earliest first.
    extent : Span
        What the axis covers.

    Returns
    -------
    list of date
        The last day always; the others where they are far enough from the one written after them.
    """
    least = (extent.last - extent.first) * LABEL_SHARE
    kept: list[date] = []
    for day in reversed(days):
        if not kept or kept[-1] - day >= least:
            kept.append(day)
    return kept[::-1]
