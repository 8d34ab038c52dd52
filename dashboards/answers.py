"""What a page is told: frozen records about subjects, visits, images, verdicts and jobs.

Tokens, not names: ``subject`` and ``visit`` are opaque, stable tokens (letters, digits, ``-``, ``_``; at most 40)
that alone appear in addresses, titles and stores. ``patient_id`` is text for the screen, hidden in board mode.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import pandas as pd

from tracker.records.assessment import Verdict
from tracker.records.comparability import Comparability
from tracker.records.study import Acquisition, Notice
from tracker.records.view import Orientation, Projection


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One patient as pages know them.

    Parameters
    ----------
    token : str
        Opaque and stable; the only identifier in addresses.
    patient_id : str
        DICOM Patient ID, for the screen.
    cancer : str
        As written in ``patients.csv``; empty if not stated.
    """

    token: str
    patient_id: str
    cancer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewFacts:
    """One view of one visit: geometry and what the viewer needs to draw it.

    Parameters
    ----------
    projection : Projection
        Which side.
    rows, cols : int
        Shape of the stored frame.
    spacing_mm : tuple of float
        Row and column spacing of the stored frame.
    spacing_stated : bool
        False: millimetres must not be shown.
    orientation : Orientation
        How the body lies in the stored frame.
    total_counts : float
        Sum of the stored frame.
    window_high_counts : float
        Upper end of the automatic window: 99.5th percentile of the counts inside bone, physiologic sites excluded.
    counts_at_one : float or None
        Counts per stored pixel at which the uptake ratio is 1.0; None where the normaliser is missing.
    normaliser_reason : str
        Why the normaliser is not reliable; empty where it is.
    evidence : tuple of str
        What projection and orientation were decided from.
    """

    projection: Projection
    rows: int
    cols: int
    spacing_mm: tuple[float, float]
    spacing_stated: bool = True
    orientation: Orientation = field(default_factory=Orientation)
    total_counts: float = 0.0
    window_high_counts: float = 1.0
    counts_at_one: float | None = None
    normaliser_reason: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """One visit: how it was acquired and whether it can be used.

    Parameters
    ----------
    token : str
        Opaque and stable; the only identifier in addresses.
    study_uid : str
        Key into the tables.
    study_date : date
        Acquisition date.
    views : tuple of ViewFacts
        One or two, anterior first.
    acquisition : Acquisition
        What the headers state.
    comparability : Comparability
        Against the reference visit.
    aligned : bool
        False: alignment was refused, and aligned images must not be shown.
    alignment_reason : str
        Why, or a caution.
    alignment_confidence : float or None
        Median confidence inside the body, 0 to 1.
    alignment_error_mm : float or None
        Median expected error inside the body.
    nudge_mm : tuple of float
        Manual correction (row, col) in force.
    notices : tuple of Notice
        Warnings raised while reading.
    is_reference : bool
        The visit that changes are counted from.
    """

    token: str
    study_uid: str
    study_date: date
    views: tuple[ViewFacts, ...]
    acquisition: Acquisition
    comparability: Comparability
    aligned: bool = True
    alignment_reason: str = ""
    alignment_confidence: float | None = None
    alignment_error_mm: float | None = None
    nudge_mm: tuple[float, float] = (0.0, 0.0)
    notices: tuple[Notice, ...] = ()
    is_reference: bool = False

    def view(self, projection: Projection) -> ViewFacts | None:
        """Return one view, or None if it was not acquired.

        Parameters
        ----------
        projection : Projection
            The side wanted.

        Returns
        -------
        ViewFacts or None
            None where the visit has no such view.
        """
        return next((view for view in self.views if view.projection is projection), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What one visit means, in words, with the rule behind it.

    Parameters
    ----------
    study_uid : str
        The visit.
    verdict : Verdict or None
        Display-level outcome; None before treatment, where there is nothing to judge yet.
    sentence : str
        One plain sentence that names the rule.
    criterion : str
        Such as ``PCWG3_2016``; empty before treatment.
    provisional_status, final_status : str
        As in ``assessments.csv``.
    evidence : tuple of str
        Plain sentences with ids and numbers, strongest first.
    citation : str
        Source of the rule, as text.
    next_scan_from, next_scan_to : date or None
        When the scan that settles it should be made.
    stability : str
        How far the decision depends on rule choices and single lesions, in words; empty without a verdict.
    held, held_of : int or None
        In how many of how many settings the verdict holds; None if not examined.
    changed_by : tuple of str
        What changes the verdict, and to what; empty if nothing does.
    rule_id : str
        The row of the criterion that fired.
    flare_status : str
        As in ``timepoints.csv``.
    flare_reason : str
        Why, and which scan settles it; empty where there is nothing to say.
    """

    study_uid: str
    verdict: Verdict | None
    sentence: str
    criterion: str = ""
    provisional_status: str = ""
    final_status: str = ""
    evidence: tuple[str, ...] = ()
    citation: str = ""
    next_scan_from: date | None = None
    next_scan_to: date | None = None
    stability: str = ""
    held: int | None = None
    held_of: int | None = None
    changed_by: tuple[str, ...] = ()
    rule_id: str = ""
    flare_status: str = ""
    flare_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextScan:
    """When the next scan is due, and what for.

    Parameters
    ----------
    due_from, due_to : date
        First and last day.
    reason : str
        What it settles, or that it is the planned interval.
    """

    due_from: date
    due_to: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CourseAnswer:
    """Everything but pixels about one patient.

    Parameters
    ----------
    subject : Subject
        Who.
    visits : tuple of VisitFacts
        Earliest first; visits that could not be used included.
    headlines : tuple of Headline
        One per visit, same order.
    tables : mapping of str to DataFrame
        Names of `dashboards.source.COURSE_TABLES`; each has the columns of its schema even when it has no rows.
    region_names : mapping of int to str
        Fine label number to region name.
    remarks : tuple of str
        Sentences about the whole course: best response, progression-free time, notices.
    reference_name : str
        ``baseline``, ``previous``, ``nadir`` or ``first_on_treatment``.
    next_scan : NextScan or None
        When the next scan is due; None where none is planned.
    """

    subject: Subject
    visits: tuple[VisitFacts, ...]
    headlines: tuple[Headline, ...]
    tables: Mapping[str, pd.DataFrame]
    region_names: Mapping[int, str]
    remarks: tuple[str, ...] = ()
    reference_name: str = "baseline"
    next_scan: NextScan | None = None


class JobState(StrEnum):
    """Life of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One long task as its row in the job table says.

    Parameters
    ----------
    job_id : str
        Opaque.
    title : str
        What it does, without identifiers.
    state : JobState
        Where it is.
    stage : str
        Name of the present step.
    done, total : int
        Items finished and in all; ``total`` 0 is not yet known.
    started_at : datetime or None
        UTC.
    elapsed_s : float
        Seconds so far.
    message : str
        Why it failed and what to do; empty otherwise.
    code : str
        Stable error code; empty otherwise.
    """

    job_id: str
    title: str
    state: JobState
    stage: str = ""
    done: int = 0
    total: int = 0
    started_at: datetime | None = None
    elapsed_s: float = 0.0
    message: str = ""
    code: str = ""
