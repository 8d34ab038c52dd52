"""Everything that the response rules say of one patient's course."""

from dataclasses import dataclass
from datetime import date

from tracker.records.assessment import (
    Assessment,
    BestResponse,
    Headline,
    NextScan,
    OverallResponse,
    ProgressionFree,
)
from tracker.records.flare import ElementFlare, FlareAssessment, TreatmentPosition
from tracker.records.study import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitResponse:
    """What the rules say of one visit.

    Parameters
    ----------
    study_date : date
        The visit.
    study_uid : str
        The visit.
    position : TreatmentPosition
        On the treatment clock.
    flare : FlareAssessment
        Whether a worsening may be a flare.
    headline : Headline
        The one sentence.
    overall : OverallResponse or None
        None where no soft-tissue response was given near this visit.
    """

    study_date: date
    study_uid: str
    position: TreatmentPosition
    flare: FlareAssessment
    headline: Headline
    overall: OverallResponse | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseResponse:
    """What the rules say of one patient's course.

    Parameters
    ----------
    visits : tuple of VisitResponse
        One per reading, earliest first.
    assessments : tuple of Assessment
        One per on-treatment visit and criterion, ordered by visit, then criterion.
    element_flares : tuple of ElementFlare
        One per on-treatment visit and region or lesion that has numbers.
    headline : Headline
        Of the last visit.
    next_scan : NextScan or None
        None where no scan is due.
    best_response : BestResponse or None
        Of the line assessed; None without an on-treatment visit.
    progression_free : ProgressionFree or None
        Of the line assessed; None without an anticancer line.
    notices : tuple of Notice
        What the reader should know.
    """

    visits: tuple[VisitResponse, ...]
    assessments: tuple[Assessment, ...]
    element_flares: tuple[ElementFlare, ...]
    headline: Headline
    next_scan: NextScan | None = None
    best_response: BestResponse | None = None
    progression_free: ProgressionFree | None = None
    notices: tuple[Notice, ...] = ()

    def visit(self, study_uid: str) -> VisitResponse:
        """Return what the rules say of one visit.

        Parameters
        ----------
        study_uid : str
            The visit.

        Returns
        -------
        VisitResponse
            Its position, flare and headline.

        Raises
        ------
        KeyError
            If the course holds no such visit.
        """
        for visit in self.visits:
            if visit.study_uid == study_uid:
                return visit
        raise KeyError(study_uid)
