"""Headlines of a patient without an anticancer line: description against the first evaluable visit, no PCWG."""

from collections.abc import Sequence
from datetime import date

from tracker.records.assessment import Headline
from tracker.records.context import Treatment
from tracker.records.reading import VisitReading
from tracker.response.descriptive import describe
from tracker.response.headline import untreated_headline
from tracker.response.line_course import LineCourse
from tracker.response.pcwg3 import assess_pcwg3
from tracker.settings.response import ResponseSettings


def describe_untreated(ordered: Sequence[VisitReading], settings: ResponseSettings) -> dict[tuple[date, str], Headline]:
    """Return a headline for each evaluable visit, and for each later one that is not.

    Parameters
    ----------
    ordered : sequence of VisitReading
        All visits, earliest first.
    settings : ResponseSettings
        Thresholds.

    Returns
    -------
    dict of tuple of date and str to Headline
        By `VisitReading.order`; visits before the first evaluable one are missing.
    """
    first = next((index for index, visit in enumerate(ordered) if visit.evaluable), None)
    if first is None:
        return {}
    opening = ordered[first]
    course = LineCourse(
        line=Treatment(patient_id="", start_date=opening.study_date),
        number=0,
        next_start=None,
        before=(opening,),
        scans=tuple(ordered[first + 1 :]),
    )
    described = describe(course, assess_pcwg3(course, settings), settings)
    later = zip(course.scans, described, strict=True)
    headlines = {visit.order: untreated_headline(visit, words) for visit, words in later}
    return {opening.order: untreated_headline(opening, None), **headlines}
