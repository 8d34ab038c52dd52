"""The treatment clock: days since the current anticancer line began, and what part of the clock that is.

A line begins when an agent begins that is not bone-protecting, supportive or local radiotherapy. Agents begun on one
day are one line. The same agent listed again (cycles, a short pause) continues its line. Where lines overlap, the
clock runs from the one begun last, and says so. It keeps running after a line has ended. A scan on the very day on
which a treatment begins comes before its effect: it belongs to what was before.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tracker.records.assessment import Rule
from tracker.records.context import Context, TherapyClass, Treatment
from tracker.records.flare import TreatmentPosition, TreatmentWindow
from tracker.references.criteria import TREATMENT_CLOCK
from tracker.response.wording import day_text
from tracker.settings.response import CLOCK_LIMITS, ClockChoice, ClockLimits, ResponseSettings

RULES: tuple[Rule, ...] = tuple(
    Rule(rule_id=f"CLOCK-{number:02d}", criterion="TREATMENT_CLOCK", when=when, then=then, citation_key=key)
    for number, (when, then, key) in enumerate(
        (
            ("day 0 and before", "pre", TREATMENT_CLOCK.key),
            ("day 1 to {early_day}", "early", TREATMENT_CLOCK.key),
            ("day {flare_from} to {flare_until}", "flare", TREATMENT_CLOCK.key),
            ("day {after_from} and later", "after", TREATMENT_CLOCK.key),
            ("an anticancer agent begins", "a new line: the clock restarts at day 0", TREATMENT_CLOCK.key),
            (
                "a bone-protecting or supportive agent, or local radiotherapy, begins",
                "the clock goes on",
                TREATMENT_CLOCK.key,
            ),
            ("agents begin on one day", "one line", TREATMENT_CLOCK.key),
            ("the same agent again, after {rechallenge} days or less", "its line goes on", TREATMENT_CLOCK.key),
            (
                "a line begins while another goes on, or has ended",
                "the clock runs from the one begun last; the overlap is said",
                TREATMENT_CLOCK.key,
            ),
            (
                "a scan on the very day a line begins",
                "still belongs to what was before: day 0 of the first line, or the line before",
                TREATMENT_CLOCK.key,
            ),
            *(
                (
                    f"by cancer and class, where asked for: {limits.cancer}, {limits.therapy_class or 'any class'}",
                    f"early until day {limits.early_until_day}, flare until day {limits.flare_until_day}",
                    limits.citation_key,
                )
                for limits in CLOCK_LIMITS
            ),
        ),
        start=1,
    )
)
"""How days are counted and windows named; names in braces stand for settings."""


def anticancer_lines(context: Context, settings: ResponseSettings) -> tuple[Treatment, ...]:
    """Return the anticancer lines of one patient, each with a start day of its own.

    Parameters
    ----------
    context : Context
        What is known of that patient.
    settings : ResponseSettings
        How long a pause may be for the same agent to continue its line.

    Returns
    -------
    tuple of Treatment
        Earliest first; agents begun on one day are joined by `` + ``.
    """
    lines: list[Treatment] = []
    for treatment in context.lines:
        if lines and treatment.start_date == lines[-1].start_date:
            lines[-1] = _joined(lines[-1], treatment)
        elif lines and _continues(lines[-1], treatment, settings.rechallenge_gap_days):
            lines[-1] = replace(lines[-1], end_date=_later_end(lines[-1], treatment))
        else:
            lines.append(treatment)
    return tuple(lines)


def treatment_position(
    study_date: date, context: Context, lines: Sequence[Treatment], settings: ResponseSettings
) -> TreatmentPosition:
    """Return where a visit stands on the treatment clock.

    Parameters
    ----------
    study_date : date
        The visit.
    context : Context
        What is known of that patient.
    lines : sequence of Treatment
        The patient's anticancer lines, from `anticancer_lines`.
    settings : ResponseSettings
        Day limits.

    Returns
    -------
    TreatmentPosition
        Empty without any line; before the first line the days are zero or negative.
    """
    if not lines:
        return TreatmentPosition(remarks=_bone_remarks(study_date, context))
    number = max(1, sum(line.start_date < study_date for line in lines))
    line = lines[number - 1]
    day = (study_date - line.start_date).days
    return TreatmentPosition(
        treatment_day=day,
        window=_window(day, limits_for(line, context, settings)),
        line=line,
        line_number=number,
        remarks=_line_remarks(study_date, lines[:number]) + _bone_remarks(study_date, context),
    )


def limits_for(line: Treatment, context: Context, settings: ResponseSettings) -> ClockLimits:
    """Return the day limits that apply to a line.

    Parameters
    ----------
    line : Treatment
        The line.
    context : Context
        What is known of the patient: the cancer.
    settings : ResponseSettings
        Universal limits, or limits by cancer and class.

    Returns
    -------
    ClockLimits
        The first of `CLOCK_LIMITS` that fits, if those are asked for; else the universal ones.
    """
    if settings.clock is ClockChoice.UNIVERSAL:
        return settings.clock_limits
    cancer = context.facts.cancer
    fitting = (
        limits
        for limits in CLOCK_LIMITS
        if limits.cancer == cancer and limits.therapy_class in ("", line.therapy_class.value)
    )
    return next(fitting, settings.clock_limits)


def _window(day: int, limits: ClockLimits) -> TreatmentWindow:
    """Return the part of the clock that a day lies in."""
    if day <= 0:
        return TreatmentWindow.PRE
    if day <= limits.early_until_day:
        return TreatmentWindow.EARLY
    return TreatmentWindow.FLARE if day <= limits.flare_until_day else TreatmentWindow.AFTER


def _joined(first: Treatment, second: Treatment) -> Treatment:
    """Return two treatments begun on one day as one line."""
    named = [treatment for treatment in (first, second) if treatment.therapy_class is not TherapyClass.OTHER]
    agents = [agent for agent in (first.agent, second.agent) if agent]
    return replace(
        named[0] if named else first, agent=" + ".join(dict.fromkeys(agents)), end_date=_later_end(first, second)
    )


def _continues(line: Treatment, treatment: Treatment, gap_days: int) -> bool:
    """Whether a treatment is the line's own agent again, without a long pause."""
    if not line.agent or line.agent.casefold() != treatment.agent.casefold():
        return False
    return line.end_date is None or (treatment.start_date - line.end_date).days <= gap_days


def _later_end(first: Treatment, second: Treatment) -> date | None:
    """Return the later end of two treatments; None while either goes on."""
    if first.end_date is None or second.end_date is None:
        return None
    return max(first.end_date, second.end_date)


def _line_remarks(study_date: date, lines: Sequence[Treatment]) -> tuple[str, ...]:
    """Return what has to be said of the lines begun so far, the last being the current one."""
    current, remarks = lines[-1], []
    for line in lines[:-1]:
        if line.end_date is None or line.end_date > current.start_date:
            remarks.append(
                f"{_name(current)} began on {day_text(current.start_date)} while {_name(line)} went on; "
                "the clock runs from the later one."
            )
    if current.end_date is not None and current.end_date < study_date:
        remarks.append(
            f"{_name(current)} ended on {day_text(current.end_date)}; the clock still runs from its beginning."
        )
    return tuple(remarks)


def _bone_remarks(study_date: date, context: Context) -> tuple[str, ...]:
    """Return one sentence per bone-protecting agent begun by the day of the visit."""
    begun = (
        treatment
        for treatment in context.treatments
        if treatment.therapy_class is TherapyClass.BONE_PROTECTING and treatment.start_date <= study_date
    )
    return tuple(
        f"{_name(treatment)}, begun on {day_text(treatment.start_date)}, protects bone, may blunt uptake and does "
        "not restart the clock."
        for treatment in sorted(begun, key=lambda treatment: (treatment.start_date, treatment.agent))
    )


def _name(treatment: Treatment) -> str:
    """Return what a treatment is called in a sentence."""
    name = treatment.agent or treatment.therapy_class.value.replace("_", " ")
    return name[:1].upper() + name[1:]
