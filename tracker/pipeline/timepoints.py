"""Visits as timepoints: regions and lesions measured, each against its reference visit, if they may be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tracker.burden.between_visits import between_visits
from tracker.burden.lesion_area import lesion_area
from tracker.burden.lesion_count import lesion_count
from tracker.burden.not_found import without_ratio
from tracker.burden.region_change import region_changes
from tracker.burden.region_uptake import region_uptakes
from tracker.burden.repeatability import extent_repeat_cv
from tracker.burden.scan_index import scan_index
from tracker.comparability import compare, image_facts
from tracker.jobs import side_by_side
from tracker.pipeline.hidden import hidden_elsewhere
from tracker.pipeline.labelling import LabelledVisit, labels_alone
from tracker.pipeline.lesions import Readability, readability
from tracker.pipeline.reference import Candidate, reference_indices
from tracker.records.burden import BurdenFigure, BurdenMeasure
from tracker.records.comparability import Comparability, Comparable, ImageFacts
from tracker.records.context import Context
from tracker.records.foci import VisitFoci
from tracker.records.lesion import FollowedCourse, LesionMeasurement
from tracker.records.reference import ReferenceName
from tracker.records.skeleton import SkeletonMap
from tracker.records.timepoint import Timepoint
from tracker.records.uptake import Normaliser, RegionChange, RegionUptake
from tracker.records.view import Projection
from tracker.response.treatment_clock import anticancer_lines, treatment_position
from tracker.settings.whole import Settings
from tracker.skeleton import mass_fractions

PERCENT = 100.0
"""Percent in one."""

Z95 = 1.959964
"""Two-sided 95 % point of the normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """Everything measured on one patient's visits before they are compared; same order throughout.

    Parameters
    ----------
    visits : tuple of LabelledVisit
        Earliest first.
    normalisers : tuple of tuple of Normaliser
        What 1.0 means, per visit.
    foci : tuple of VisitFoci
        What stands out, per visit.
    followed : FollowedCourse
        Lesions through time.
    measurements : tuple of LesionMeasurement
        Every lesion at every visit.
    skeleton : SkeletonMap
        The patient's bones.
    """

    visits: tuple[LabelledVisit, ...]
    normalisers: tuple[tuple[Normaliser, ...], ...]
    foci: tuple[VisitFoci, ...]
    followed: FollowedCourse
    measurements: tuple[LesionMeasurement, ...]
    skeleton: SkeletonMap


def timepoints_of(
    measured: Measured, context: Context, settings: Settings, reference: ReferenceName
) -> tuple[Timepoint, ...]:
    """Return every visit measured and compared with its reference.

    Parameters
    ----------
    measured : Measured
        Of one patient.
    context : Context
        Treatments decide which visit is the baseline.
    settings : Settings
        Of all stages.
    reference : ReferenceName
        What changes are against.

    Returns
    -------
    tuple of Timepoint
        Earliest first.
    """
    reads = [readability(one, scale) for one, scale in zip(measured.visits, measured.normalisers, strict=True)]
    alone = _uptakes(measured, settings)
    uptakes = between_visits(alone, measured.normalisers)
    burdens = [_burden(measured, index, settings) for index in range(len(measured.visits))]
    candidates = _candidates(measured, reads, burdens, context, settings)
    baselines = reference_indices(candidates, ReferenceName.BASELINE)
    facts = side_by_side(lambda one: _facts(one, settings), measured.visits)
    found = []
    for index, against in enumerate(reference_indices(candidates, reference)):
        verdict = _comparability(measured, facts, index, against, settings)
        bare = _bare_timepoint(measured, index, reads[index], burdens[index])
        found.append(
            replace(
                bare,
                day_from_baseline=(bare.study_date - candidates[baselines[index]].study_date).days,
                reference_uid=measured.visits[against].study.study_uid,
                comparability=verdict,
                uptakes=uptakes[index],
                changes=_changes((uptakes[index], uptakes[against]), verdict, settings),
            )
        )
    return tuple(found)


def _facts(visit: LabelledVisit, settings: Settings) -> ImageFacts:
    """Return what the pixels of a visit say about how comparable it is, whether it could be aligned or not."""
    labels = visit.skeleton_views or labels_alone(visit.study, settings)
    return image_facts(visit.study, labels, settings.comparability)


def _uptakes(measured: Measured, settings: Settings) -> list[tuple[RegionUptake, ...]]:
    """Return the uptake of every region of every visit, on what all visits show of it."""

    def one(
        visit: LabelledVisit, scales: Sequence[Normaliser], elsewhere: Mapping[Projection, NDArray[np.bool_]]
    ) -> tuple[RegionUptake, ...]:
        errors_mm = {side: error.astype(np.float64) for side, error in visit.errors_mm.items()}
        found = region_uptakes(
            visit.study, visit.skeleton_views, scales, errors_mm, settings.burden, elsewhere=elsewhere
        )
        return without_ratio(found, measured.skeleton.not_evaluable)

    hidden = hidden_elsewhere(measured.visits, settings.burden.hidden_gap_mm)
    return list(side_by_side(one, measured.visits, measured.normalisers, hidden))


def _burden(measured: Measured, index: int, settings: Settings) -> tuple[BurdenFigure, ...]:
    """Return extent and number of the lesions of one visit; in a superscan they cannot be counted."""
    visit = measured.followed.visits[index]
    count = lesion_count(visit, settings.lesions)
    if measured.skeleton.superscan and count.value is not None:
        count = BurdenFigure(
            study_uid=visit.study_uid,
            measure=BurdenMeasure.LESION_COUNT,
            reason_empty="superscan: foci cannot be counted",
        )
    mass_pct = {region: PERCENT * fraction for region, fraction in mass_fractions().items()}
    extent = (lesion_area(visit), *scan_index(visit, measured.foci[index], mass_pct))
    return (count, *(_repeatable(figure) for figure in extent))


def _repeatable(figure: BurdenFigure) -> BurdenFigure:
    """Return an extent whose interval holds what a second scan of the same disease would show."""
    if figure.value is None or figure.high is None:
        return figure
    reach = float(np.hypot(figure.high - figure.value, Z95 * extent_repeat_cv(figure.measure.value) * figure.value))
    return replace(figure, low=max(0.0, figure.value - reach), high=figure.value + reach)


def _candidates(
    measured: Measured,
    reads: Sequence[Readability],
    burdens: Sequence[tuple[BurdenFigure, ...]],
    context: Context,
    settings: Settings,
) -> list[Candidate]:
    """Return what choosing a reference needs to know of each visit."""
    found = []
    lines = anticancer_lines(context, settings.response)
    for visit, read, burden in zip(measured.visits, reads, burdens, strict=True):
        day = visit.study.study_date
        index = next(
            (one.value for one in burden if one.measure is BurdenMeasure.SCAN_INDEX_PCT and not one.region), None
        )
        line = treatment_position(day, context, lines, settings.response).line
        start = line.start_date if line else None
        found.append(Candidate(study_date=day, evaluable=read.evaluable, treatment_start=start, burden=index))
    return found


def _comparability(
    measured: Measured, facts: Sequence[ImageFacts], index: int, against: int, settings: Settings
) -> Comparability:
    """Return whether a visit may be compared with its reference."""
    study, reference = measured.visits[index].study, measured.visits[against].study
    return compare(study, facts[index], reference, facts[against], settings.comparability)


def _changes(
    pair: tuple[tuple[RegionUptake, ...], tuple[RegionUptake, ...]], verdict: Comparability, settings: Settings
) -> tuple[RegionChange, ...]:
    """Return the change of every region, or the reason why there is none."""
    now, then = pair
    reason = "not comparable with the reference visit" if verdict.verdict is Comparable.NO else ""
    return region_changes(now, then, settings.burden, reason_empty=reason)


def _bare_timepoint(measured: Measured, index: int, read: Readability, burden: tuple[BurdenFigure, ...]) -> Timepoint:
    """Return a visit as measured, not yet compared with any other."""
    visit, study = measured.visits[index], measured.visits[index].study
    uid = study.study_uid
    return Timepoint(
        patient_id=study.patient_id,
        study_uid=uid,
        study_date=study.study_date,
        acquired_at=study.acquired_at,
        visit_number=index + 1,
        day_from_baseline=0,
        evaluable=read.evaluable,
        not_evaluable_reason=read.reason,
        reference_uid=uid,
        comparability=Comparability(verdict=Comparable.YES),
        alignment_accepted=visit.alignment.accepted,
        alignment_reason=visit.alignment.reason,
        alignment_error_mm=visit.median_error_mm,
        superscan=measured.skeleton.superscan,
        normalisers=measured.normalisers[index],
        lesions=measured.followed.visits[index].lesions,
        measurements=tuple(one for one in measured.measurements if one.study_uid == uid),
        burden=burden,
    )
