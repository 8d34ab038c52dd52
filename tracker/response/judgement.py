"""Everything the rules say of one line, after the scans given: the one place that knows which criterion needs what."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.records.assessment import BoneStatus, Criterion, Evidence, Headline, Verdict
from tracker.records.context import Context
from tracker.records.flare import ElementFlare, FlareAssessment
from tracker.response.bone_machine import Outcome
from tracker.response.bone_wording import Telling, bone_reason
from tracker.response.descriptive import describe
from tracker.response.element_flares import element_flares
from tracker.response.flare import visit_flares
from tracker.response.flare_excluded import Judged
from tracker.response.headline import treated_headline, treated_verdict
from tracker.response.lesion_area_change import assess_lesion_area
from tracker.response.line_course import LineCourse
from tracker.response.mda import assess_mda
from tracker.response.pcwg2 import assess_pcwg2
from tracker.response.pcwg2_adapted_302 import assess_pcwg2_adapted_302
from tracker.response.pcwg3 import assess_pcwg3
from tracker.response.scan_index_change import assess_scan_index
from tracker.response.treatment_clock import limits_for
from tracker.response.wording import day_text, sentence
from tracker.settings.response import ResponseSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """What one criterion says of one scan, on one of the two clocks.

    Parameters
    ----------
    status : str
        Token of that criterion.
    progression_date : date or None
        On PD only.
    reason : str
        Plain sentences, naming the row.
    evidence : Evidence
        What the row was applied to.
    """

    status: str
    progression_date: date | None
    reason: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class LineJudgement:
    """What the rules say of a line, after the scans given.

    Parameters
    ----------
    outcomes : tuple of Outcome
        PCWG3 outcomes, one per scan.
    rows : mapping of Criterion to tuple of RowView
        One per scan; a criterion without any number to rest on has none.
    flares : tuple of FlareAssessment
        One per scan.
    element_flares : tuple of ElementFlare
        Of regions and lesions.
    headlines : tuple of Headline
        One per scan.
    """

    outcomes: tuple[Outcome, ...]
    rows: Mapping[Criterion, tuple[RowView, ...]]
    flares: tuple[FlareAssessment, ...]
    element_flares: tuple[ElementFlare, ...]
    headlines: tuple[Headline, ...]


_OTHER_BONE: Mapping[Criterion, Callable[[LineCourse, ResponseSettings], tuple[Outcome, ...]]] = {
    Criterion.PCWG2_2008: assess_pcwg2,
    Criterion.PCWG2_ADAPTED_302: assess_pcwg2_adapted_302,
}

_FLARE_EXCLUDED: Mapping[Criterion, Callable[[LineCourse, int, ResponseSettings], tuple[Judged, ...]]] = {
    Criterion.MDA: assess_mda,
    Criterion.LESION_AREA_30: assess_lesion_area,
    Criterion.SCAN_INDEX_CHANGE: assess_scan_index,
}


def judge_line(course: LineCourse, context: Context, settings: ResponseSettings) -> LineJudgement:
    """Return what the rules say of a line, after the scans given.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    context : Context
        What is known of that patient.
    settings : ResponseSettings
        Every threshold and choice.

    Returns
    -------
    LineJudgement
        Statuses, flares and headlines, one per scan.
    """
    last_day = limits_for(course.line, context, settings).flare_until_day
    outcomes = assess_pcwg3(course, settings)
    flares = visit_flares(course, outcomes, last_day, settings)
    described = describe(course, outcomes, settings)
    rows: dict[Criterion, tuple[RowView, ...]] = {Criterion.PCWG3_2016: _bone_rows(outcomes, flares, settings)}
    for criterion, assess in _OTHER_BONE.items():
        rows[criterion] = _bone_rows(assess(course, settings), flares, settings)
    for criterion, judge in _FLARE_EXCLUDED.items():
        rows[criterion] = _other_rows(course, judge(course, last_day, settings))
    rows[Criterion.DESCRIPTIVE] = _other_rows(course, described)
    told = zip(outcomes, rows[Criterion.PCWG3_2016], described, flares, strict=True)
    return LineJudgement(
        outcomes=outcomes,
        rows=rows,
        flares=flares,
        element_flares=element_flares(course, outcomes, last_day, settings),
        headlines=tuple(treated_headline(outcome, row.reason, words, flare) for outcome, row, words, flare in told),
    )


def line_verdicts(course: LineCourse, context: Context, settings: ResponseSettings) -> tuple[Verdict, ...]:
    """Return the headline verdicts of a line alone, after the scans given.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    context : Context
        What is known of that patient.
    settings : ResponseSettings
        Every threshold and choice.

    Returns
    -------
    tuple of Verdict
        One per scan; those of `judge_line`, without all the rest.
    """
    last_day = limits_for(course.line, context, settings).flare_until_day
    outcomes = assess_pcwg3(course, settings)
    flares = visit_flares(course, outcomes, last_day, settings)
    told = zip(outcomes, describe(course, outcomes, settings), flares, strict=True)
    return tuple(treated_verdict(outcome, words, flare) for outcome, words, flare in told)


def _bone_rows(
    outcomes: Sequence[Outcome], flares: Sequence[FlareAssessment], settings: ResponseSettings
) -> tuple[RowView, ...]:
    """Return the rows of a bone criterion."""
    dated = outcomes[-1].memory.progression_date if outcomes else None
    previous = (None, *outcomes[:-1])
    return tuple(
        RowView(
            status=outcome.status.value,
            progression_date=dated if outcome.status is BoneStatus.PD else None,
            reason=bone_reason(Telling(outcome=outcome, previous=before, flare=flare.status, settings=settings)),
            evidence=outcome.evidence,
        )
        for outcome, before, flare in zip(outcomes, previous, flares, strict=False)
    )


def _other_rows(course: LineCourse, judged: Sequence[Judged]) -> tuple[RowView, ...]:
    """Return the rows of a criterion that is no bone criterion."""
    return tuple(
        RowView(
            status=row.status,
            progression_date=row.progression_date,
            reason=_other_reason(course, index, row),
            evidence=row.evidence,
        )
        for index, row in enumerate(judged)
    )


def _other_reason(course: LineCourse, index: int, row: Judged) -> str:
    """Return the sentence of such a row."""
    visit = course.scans[index]
    dated = "" if row.progression_date is None else f"; progression as of {day_text(row.progression_date)}"
    settled = row.evidence.settled_on
    later = "" if settled is None else f"; settled by the scan of {day_text(settled)}"
    here = f"{day_text(visit.study_date)}, day {course.day(visit)}"
    return sentence(f"{here}: {row.reason}{later}{dated}: {row.status} ({row.evidence.rule_id})")
