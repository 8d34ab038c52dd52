"""MD Anderson criteria, bone-scan row: hot spots and their activity; flare excluded before progression is called.

The row speaks of lesions and of their activity, so unlike PCWG it counts hotter lesions as progression: its statuses
never mix with those of PCWG. *Rapid regression* is excluded there from partial response without a number; nothing is
excluded here for it.
"""

from tracker.records.assessment import Criterion, Rule
from tracker.records.flare import FlareStatus
from tracker.references.criteria import MDA
from tracker.response.change import lowest
from tracker.response.flare_excluded import Judged, Shown, Token, WorseRows, flare_excluded
from tracker.response.line_course import LineCourse
from tracker.response.measures import known_uptake
from tracker.response.watch import BEFORE, Judge, WatchDays, watch
from tracker.response.wording import count_text, number_text, percent_text
from tracker.settings.response import ResponseSettings

RULES: tuple[Rule, ...] = tuple(
    Rule(rule_id=f"MDA-{number:02d}", criterion=Criterion.MDA.value, when=when, then=then, citation_key=MDA.key)
    for number, (when, then) in enumerate(
        (
            ("the scan is not evaluable, or its foci cannot be counted", "NE"),
            ("hot spots before treatment, none now", "CR"),
            ("no hot spots before treatment, none now", "NED"),
            ("fewer hot spots or less activity beyond noise, no new lesion, activity not increased", "PR"),
            ("no new lesion, no change of activity beyond noise", "SD"),
            ("day 1 to {flare_until}: first new lesion or increased activity", "PDu: flare possible"),
            (
                "PDu; scan {settle_gap} days or more later with a further new lesion, or activity still rising after "
                "day {flare_until}",
                "PD, dated to the scan that was PDu",
            ),
            ("PDu; scan {settle_gap} days or more later without either", "PDu is rewritten: flare excluded"),
            ("later, or after a settled flare: new lesion or increased activity", "PD, dated to this scan"),
            ("after PD; any evaluable scan", "PD; the date is fixed"),
        ),
        start=1,
    )
)
"""The rows; names in braces stand for settings."""

_NE, _CR, _NED, _PR, _SD, _POSSIBLE, _SETTLED, _FLARE, _AT_ONCE, _AFTER = (rule.rule_id for rule in RULES)
_ROWS = WorseRows(possible=_POSSIBLE, settled_pd=_SETTLED, settled_flare=_FLARE, at_once=_AT_ONCE, after=_AFTER)


def assess_mda(course: LineCourse, last_day: int, settings: ResponseSettings) -> tuple[Judged, ...]:
    """Return the MD Anderson bone-scan status of every scan on a line, after all of them are known.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    last_day : int
        Last day on which a first worsening may be a flare.
    settings : ResponseSettings
        Repeatability and gaps.

    Returns
    -------
    tuple of Judged
        One per scan, earliest first.

    References
    ----------
    `tracker.references.criteria.MDA`.
    """
    days = WatchDays(last_day=last_day, gap_days=settings.settle_gap_days)
    steps = watch(course, _judge(course, last_day, settings), days)
    return flare_excluded(course, steps, lambda index: _shown(course, index, settings), _ROWS)


def _first_seen(course: LineCourse, index: int, known_until: int) -> frozenset[str]:
    """Return the foci of a scan that no earlier scan, up to ``known_until`` on this line, holds."""
    earlier = (*course.evaluable_before, *(visit for visit in course.scans[:known_until] if visit.evaluable))
    known = frozenset[str]().union(*(visit.malignant_ids for visit in earlier))
    upto = (*earlier, *course.scans[known_until : index + 1])
    refuted = frozenset[str]().union(*(visit.refuted_ids for visit in upto))
    return course.scans[index].malignant_ids - known - refuted


def _judge(course: LineCourse, last_day: int, settings: ResponseSettings) -> Judge:
    """Return how scans are judged."""
    activity = known_uptake(course, settings)

    def risen(index: int, base: tuple[int, ...]) -> bool:
        before = course.evaluable_before[-1:] if BEFORE in base else ()
        visits = (*before, *(course.scans[earlier] for earlier in base if earlier != BEFORE))
        here, reference = activity.read(course.scans[index]), lowest(visits, activity.read)
        return here is not None and reference is not None and activity.between(reference, here).risen

    def worse(index: int, base: tuple[int, ...]) -> bool | None:
        if not course.scans[index].countable or not course.evaluable_before:
            return None
        return bool(_first_seen(course, index, index)) or risen(index, base)

    def settle(index: int, opened: int) -> FlareStatus:
        if not course.scans[index].countable:
            return FlareStatus.UNDETERMINED
        if _first_seen(course, index, opened + 1):
            return FlareStatus.PROGRESSION
        if not risen(index, (opened,)):
            return FlareStatus.CONFIRMED
        return FlareStatus.POSSIBLE if course.day(course.scans[index]) <= last_day else FlareStatus.PROGRESSION

    return Judge(worse=worse, settle=settle)


def _shown(course: LineCourse, index: int, settings: ResponseSettings) -> Shown:
    """Return what a scan shows, leaving aside whether it is worse."""
    visit = course.scans[index]
    if not visit.evaluable or not visit.countable:
        why = visit.not_evaluable_reason if not visit.evaluable else visit.not_countable_reason
        return Shown(token=Token.NE, rule_id=_NE, text=f"not evaluable ({why or 'no reason stated'})")
    if not course.evaluable_before:
        return Shown(token=Token.NE, rule_id=_NE, text="not evaluable (no scan before treatment)")
    before = course.evaluable_before[-1]
    new_ids = _first_seen(course, index, index)
    earlier = number_text(before.malignant_count)
    clauses = [f"{count_text(visit.malignant_count, 'focus')} after {earlier} before treatment"]
    clauses.append(count_text(len(new_ids), "focus") + " seen for the first time")
    activity = known_uptake(course, settings)
    then, now = activity.read(before), activity.read(visit)
    change = activity.between(then, now) if then is not None and now is not None else None
    numbers: tuple[tuple[str, float], ...] = ()
    if change is not None and change.pct is not None:
        clauses.append(f"{activity.name} {percent_text(change.pct)}")
        numbers = (("known_uptake_change_pct", change.pct),)
    else:
        clauses.append("activity not measured")
    if not visit.malignant_count:
        token, rule_id = (Token.CR, _CR) if before.malignant_count else (Token.NED, _NED)
    else:
        better = change.fallen if change is not None else False
        fewer = visit.malignant_count < before.malignant_count and not new_ids
        regressed = (better or fewer) and not (change is not None and change.risen)
        token, rule_id = (Token.PR, _PR) if regressed else (Token.SD, _SD)
    return Shown(token=token, rule_id=rule_id, text=", ".join(clauses), numbers=numbers, new_ids=tuple(sorted(new_ids)))
