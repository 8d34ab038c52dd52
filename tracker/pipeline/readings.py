"""Timepoints as the response rules see them: identities and numbers with their errors, never images."""

from collections.abc import Iterable, Mapping, Sequence

from tracker.records.burden import BurdenFigure, BurdenMeasure
from tracker.records.comparability import ComparabilityReason, Comparable
from tracker.records.lesion import Fate, Kind, Kinship
from tracker.records.reading import FocusReading, Quantity, RegionReading, VisitReading
from tracker.records.regions import Level
from tracker.records.timepoint import Timepoint
from tracker.records.uptake import COMBINED
from tracker.records.view import Projection

Z95 = 1.959964
"""Two-sided 95 % point of the normal distribution."""

Kin = Mapping[str, set[str]]
"""Further ids that each id stands for."""

GONE = (Fate.RESOLVED, Fate.MERGED)
"""Fates of lesions that are listed at a visit without being there."""


def visit_readings(timepoints: Sequence[Timepoint], kinships: Sequence[Kinship] = ()) -> tuple[VisitReading, ...]:
    """Return every visit as the rules see it.

    Parameters
    ----------
    timepoints : sequence of Timepoint
        Earliest first.
    kinships : sequence of Kinship, optional
        Merges and splits, earliest first.

    Returns
    -------
    tuple of VisitReading
        Same order.
    """
    views = _best_views(timepoints)
    return tuple(_reading(visit, timepoints, _kin(visit, timepoints, kinships), views) for visit in timepoints)


def _reading(visit: Timepoint, course: Sequence[Timepoint], kin: Kin, views: Mapping[str, Projection]) -> VisitReading:
    """Return one visit as the rules see it."""
    return VisitReading(
        study_date=visit.study_date,
        study_uid=visit.study_uid,
        evaluable=visit.evaluable,
        not_evaluable_reason=visit.not_evaluable_reason,
        countable=not visit.superscan,
        not_countable_reason="superscan: foci cannot be counted" if visit.superscan else "",
        foci=_foci(visit, course, kin, views),
        regions=_regions(visit),
        lesion_area_cm2=_quantity(visit.figure(BurdenMeasure.LESION_AREA_CM2)),
        scan_index_pct=_quantity(visit.figure(BurdenMeasure.SCAN_INDEX_PCT)),
        comparable=visit.comparability.verdict,
        comparable_reason=_clauses(visit.comparability.reasons),
    )


def _clauses(reasons: Sequence[ComparabilityReason]) -> str:
    """Return sentences as clauses that stand inside another sentence."""
    return "; ".join(reason.text.rstrip(".") for reason in reasons)


def _kin(visit: Timepoint, course: Sequence[Timepoint], kinships: Sequence[Kinship]) -> dict[str, set[str]]:
    """Return which further ids each id stands for at a visit: what merged into it, what it split from."""
    until = {one.study_uid for one in course if one.visit_number <= visit.visit_number}
    kin: dict[str, set[str]] = {}
    for one in kinships:
        if one.study_uid in until:
            for heir in one.after:
                kin.setdefault(heir, set()).update(set(one.before) - {heir})
    return kin


def _foci(
    visit: Timepoint, course: Sequence[Timepoint], kin: Kin, views: Mapping[str, Projection]
) -> tuple[FocusReading, ...]:
    """Return every lesion of the course as this visit shows it."""
    rows = {one.lesion_id: one for one in reversed(visit.lesions)}
    found = []
    for lesion_id in sorted({one.lesion_id for one in visit.measurements} | set(rows)):
        row = rows.get(lesion_id)
        seen = row is not None and row.fate not in GONE
        found.append(
            FocusReading(
                lesion_id=lesion_id,
                region=row.focus.region if row else "",
                malignant=_is_malignant(lesion_id, visit, course),
                seen=seen,
                judged_new=_judged_new(lesion_id, visit, course) if seen else None,
                stands_for=_lives_on(kin.get(lesion_id, ()), visit, course) if seen else (),
                uptake_ratio=_uptake(lesion_id, visit, views),
            )
        )
    return tuple(found)


def _lives_on(names: Iterable[str], visit: Timepoint, course: Sequence[Timepoint]) -> tuple[str, ...]:
    """Return those of some ids that were taken for a lesion before; what merges as something else is no lesion now."""
    earlier = [other for other in course if other.visit_number < visit.visit_number]
    return tuple(sorted(name for name in names if any(Kind.LESION in _kinds(name, other) for other in earlier)))


def _is_malignant(lesion_id: str, visit: Timepoint, course: Sequence[Timepoint]) -> bool:
    """Return whether a lesion is taken for a metastasis here, or was when it was last seen; one view suffices."""
    seen = [
        kinds for other in course if other.visit_number <= visit.visit_number and (kinds := _kinds(lesion_id, other))
    ]
    return bool(seen) and Kind.LESION in seen[-1]


def _kinds(lesion_id: str, visit: Timepoint) -> frozenset[Kind]:
    """Return what a lesion is taken for at one visit, on any view; nothing where it is not seen."""
    return frozenset(one.focus.kind for one in visit.lesions if one.lesion_id == lesion_id and one.fate not in GONE)


def _judged_new(lesion_id: str, visit: Timepoint, course: Sequence[Timepoint]) -> bool | None:
    """Return whether a lesion seen here stands above what was at its place before; None where that is known already.

    A focus that was there before as something else (benign, physiologic, equivocal) is not new when it is first taken
    for a lesion: *new* is about the image, not about what the image is taken for.
    """
    before = frozenset[Kind]().union(
        *(_kinds(lesion_id, other) for other in course if other.visit_number < visit.visit_number)
    )
    if Kind.LESION in before or visit.visit_number == course[0].visit_number:
        return None
    if before:
        return False
    return any(one.lesion_id == lesion_id and one.fate is Fate.NEW for one in visit.lesions)


def _uptake(lesion_id: str, visit: Timepoint, views: Mapping[str, Projection]) -> Quantity | None:
    """Return the measured uptake of a lesion, from the view that serves the whole course best."""
    if visit.comparability.verdict is Comparable.NO:
        return None
    for one in visit.measurements:
        if one.lesion_id == lesion_id and one.projection is views.get(lesion_id) and one.uptake_ratio is not None:
            return bounded(one.uptake_ratio, one.high)
    return None


def _best_views(course: Sequence[Timepoint]) -> dict[str, Projection]:
    """Return per lesion the view on which it is measured at most visits, and of those where it stands out most.

    One view for all visits: the two lie at other depths and show other bones behind the lesion, so that a number of
    one is no base for a number of the other.
    """
    found: dict[str, dict[Projection, list[float]]] = {}
    for visit in course:
        for one in visit.measurements:
            if one.uptake_ratio is not None:
                found.setdefault(one.lesion_id, {}).setdefault(one.projection, []).append(one.significance)
    return {
        lesion_id: max(sides, key=lambda side: (len(sides[side]), sum(sides[side])))
        for lesion_id, sides in found.items()
    }


def _regions(visit: Timepoint) -> tuple[RegionReading, ...]:
    """Return the whole-level regions, of both views together where both exist."""
    whole = [one for one in visit.uptakes if one.level is Level.WHOLE and one.uptake_ratio is not None]
    both = [one for one in whole if one.projection == COMBINED]
    chosen = both or [one for one in whole if one.projection == whole[0].projection]
    return tuple(
        RegionReading(
            region=one.region,
            uptake_ratio=Quantity(value=one.uptake_ratio or 0.0, sd=(one.uptake_ratio or 0.0) * one.relative_sd),
        )
        for one in chosen
    )


def _quantity(figure: BurdenFigure | None) -> Quantity | None:
    """Return a measure with its standard deviation."""
    return None if figure is None or figure.value is None else bounded(figure.value, figure.high)


def bounded(value: float, high: float | None) -> Quantity:
    """Return a number with the standard deviation that belongs to the upper end of its 95 % interval.

    Parameters
    ----------
    value : float
        Best estimate.
    high : float or None
        Upper end, same unit; None where the error was never measured.

    Returns
    -------
    Quantity
        Without a standard deviation where there is no upper end.
    """
    return Quantity(value=value, sd=None if high is None else max(0.0, (high - value) / Z95))
