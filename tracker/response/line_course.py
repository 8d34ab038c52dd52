"""One anticancer line with the scans before it and on it: what every criterion is applied to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.records.context import Finding, FindingResult, Treatment
from tracker.records.reading import FocusReading, VisitReading


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCourse:
    """Scans of one patient as seen from one line.

    Parameters
    ----------
    line : Treatment
        The line.
    number : int
        1 for the first.
    next_start : date or None
        First day of the next line.
    before : tuple of VisitReading
        Every scan up to and including the line's first day, earliest first.
    scans : tuple of VisitReading
        Scans after that, up to and including the next line's first day, earliest first.
    """

    line: Treatment
    number: int
    next_start: date | None
    before: tuple[VisitReading, ...]
    scans: tuple[VisitReading, ...]

    @property
    def evaluable_before(self) -> tuple[VisitReading, ...]:
        """Evaluable scans before the line, earliest first."""
        return tuple(visit for visit in self.before if visit.evaluable)

    def day(self, visit: VisitReading) -> int:
        """Return the day of a visit on this line's clock.

        Parameters
        ----------
        visit : VisitReading
            Any visit.

        Returns
        -------
        int
            Days since the line began.
        """
        return (visit.study_date - self.line.start_date).days


def line_courses(readings: Sequence[VisitReading], lines: Sequence[Treatment]) -> tuple[LineCourse, ...]:
    """Return one course per anticancer line.

    Parameters
    ----------
    readings : sequence of VisitReading
        All scans of one patient, in any order.
    lines : sequence of Treatment
        Anticancer lines with distinct start days, earliest first.

    Returns
    -------
    tuple of LineCourse
        One per line, in the order of the lines; a line without a scan has none.
    """
    ordered = sorted(readings, key=lambda visit: visit.order)
    starts = [line.start_date for line in lines]
    courses = []
    for index, line in enumerate(lines):
        end = starts[index + 1] if index + 1 < len(starts) else None
        after = [visit for visit in ordered if visit.study_date > line.start_date]
        courses.append(
            LineCourse(
                line=line,
                number=index + 1,
                next_start=end,
                before=tuple(visit for visit in ordered if visit.study_date <= line.start_date),
                scans=tuple(visit for visit in after if end is None or visit.study_date <= end),
            )
        )
    return tuple(courses)


def known_on(
    readings: Sequence[VisitReading], findings: Sequence[Finding], day: date | None
) -> tuple[VisitReading, ...]:
    """Return the readings as other examinations had settled their foci by one day.

    Parameters
    ----------
    readings : sequence of VisitReading
        As read on the scans.
    findings : sequence of Finding
        CT, MRI, X-ray, biopsy; the latest definite one on a lesion decides, whatever the order of the rows.
    day : date or None
        Findings after this day are not yet known; None for all.

    Returns
    -------
    tuple of VisitReading
        Foci found benign are not malignant, foci found malignant are; equivocal findings change nothing.
    """
    definite: dict[str, bool] = {}
    for finding in sorted(findings, key=lambda row: (row.date, row.modality, row.result)):
        if finding.result is not FindingResult.EQUIVOCAL and (day is None or finding.date <= day):
            definite[finding.lesion_id] = finding.result is FindingResult.MALIGNANT
    if not definite:
        return tuple(readings)
    return tuple(replace(visit, foci=tuple(_settled(focus, definite) for focus in visit.foci)) for visit in readings)


def _settled(focus: FocusReading, definite: dict[str, bool]) -> FocusReading:
    """Return a focus with its malignancy as found, if it was."""
    return replace(focus, malignant=definite.get(focus.lesion_id, focus.malignant))
