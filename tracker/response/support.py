"""Evidence beside the images that speaks for or against a flare: shown, never required."""

from collections.abc import Sequence

from tracker.records.context import Context, LabValue, SoftTissue
from tracker.response.line_course import LineCourse
from tracker.response.wording import day_text, percent_text, sentence
from tracker.settings.response import ResponseSettings

MARKER_RISE_DAYS: tuple[int, int] = (14, 60)
"""Days on the treatment clock on which an early rise of bone markers is looked for (Coleman 1988: one month)."""


def supporting_evidence(course: LineCourse, context: Context, settings: ResponseSettings) -> tuple[str, ...]:
    """Return one sentence per piece of evidence.

    Parameters
    ----------
    course : LineCourse
        The line.
    context : Context
        Laboratory values and soft-tissue responses of that patient.
    settings : ResponseSettings
        How large a fall of PSA supports a flare.

    Returns
    -------
    tuple of str
        PSA, ALP, soft tissue, as far as known.
    """
    within = [lab for lab in context.labs if course.next_start is None or lab.date <= course.next_start]
    return (*_psa(course, within, settings), *_alp(course, within), *_soft_tissue(course, context))


def _before_and_after(
    course: LineCourse, labs: Sequence[LabValue], test: str
) -> tuple[LabValue, list[LabValue]] | None:
    """Return the last value before a line and the comparable ones on it, or None without either."""
    ordered = sorted((lab for lab in labs if lab.test == test), key=lambda lab: (lab.date, lab.value))
    before = [lab for lab in ordered if lab.date <= course.line.start_date and lab.value > 0]
    if not before:
        return None
    after = [lab for lab in ordered if lab.date > course.line.start_date and lab.unit == before[-1].unit]
    return (before[-1], after) if after else None


def _psa(course: LineCourse, labs: Sequence[LabValue], settings: ResponseSettings) -> tuple[str, ...]:
    """Return what PSA says."""
    found = _before_and_after(course, labs, "PSA")
    if found is None:
        return ()
    before, after = found
    lowest = min(after, key=lambda lab: (lab.value, lab.date))
    change_pct = 100 * (lowest.value / before.value - 1)
    speaks = "supports a flare" if change_pct <= -settings.psa_fall_pct else "does not support a flare"
    return (sentence(f"PSA {percent_text(change_pct)} at its lowest, on {day_text(lowest.date)}: {speaks}"),)


def _alp(course: LineCourse, labs: Sequence[LabValue]) -> tuple[str, ...]:
    """Return what an early rise of alkaline phosphatase says."""
    found = _before_and_after(course, labs, "ALP")
    if found is None:
        return ()
    before, after = found
    first, last = MARKER_RISE_DAYS
    early = [lab for lab in after if first <= (lab.date - course.line.start_date).days <= last]
    if not early:
        return ()
    highest = max(early, key=lambda lab: (lab.value, lab.date))
    change_pct = 100 * (highest.value / before.value - 1)
    speaks = "a rise in the first weeks goes with healing" if change_pct > 0 else "no early rise"
    return (sentence(f"ALP {percent_text(change_pct)} on {day_text(highest.date)}: {speaks}"),)


def _soft_tissue(course: LineCourse, context: Context) -> tuple[str, ...]:
    """Return what soft tissue says."""
    on_line = [
        row
        for row in context.responses
        if row.date > course.line.start_date and (course.next_start is None or row.date <= course.next_start)
    ]
    if not on_line:
        return ()
    last = max(on_line, key=lambda row: row.date)
    responding = last.soft_tissue in (SoftTissue.CR, SoftTissue.PR)
    speaks = "supports a flare" if responding else "does not by itself support a flare"
    return (sentence(f"soft tissue {last.soft_tissue.value} on {day_text(last.date)}: {speaks}"),)
