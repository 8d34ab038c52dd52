"""Whether a verdict holds under the other choices that charters make, and without any single counted lesion."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tracker.records.assessment import Verdict
from tracker.records.context import Context
from tracker.records.reading import VisitReading
from tracker.response.bone_machine import Outcome
from tracker.response.judgement import line_verdicts
from tracker.response.line_course import LineCourse
from tracker.response.wording import sentence
from tracker.settings.response import ResponseSettings
from tracker.settings.response_presets import PRESET_CHANGES

Variant = tuple[str, tuple[Verdict, ...]]
"""What was varied, and the verdicts then."""

NO_VERDICT_DEPENDS_ON: frozenset[str] = frozenset({"default", "open_at_end_is_event", "later_scan_accepted"})
"""Presets that change nothing, or only best response and survival."""


def line_stability(
    course: LineCourse, outcomes: Sequence[Outcome], context: Context, settings: ResponseSettings
) -> tuple[str, ...]:
    """Return how firm the verdict of every scan on a line is, in words.

    Parameters
    ----------
    course : LineCourse
        One line and its scans.
    outcomes : sequence of Outcome
        Final PCWG3 outcomes: they say which lesions were counted.
    context : Context
        What is known of that patient.
    settings : ResponseSettings
        The choices in force.

    Returns
    -------
    tuple of str
        One sentence per scan: under how many other choices, and without how many counted lesions, it holds; and what
        changes it.
    """
    verdicts = line_verdicts(course, context, settings)
    choices = list(_other_choices(course, context, settings))
    lesions = list(_without_one(course, outcomes, context, settings))
    return tuple(
        _told(
            verdict,
            [(name, other[index]) for name, other in choices],
            [(name, other[index]) for name, other in lesions],
        )
        for index, verdict in enumerate(verdicts)
    )


def _other_choices(course: LineCourse, context: Context, settings: ResponseSettings) -> Iterator[Variant]:
    """Yield the verdicts under each named choice that differs from the one in force."""
    for name, changes in PRESET_CHANGES.items():
        other = replace(settings, **changes)  # type: ignore[arg-type]
        if name not in NO_VERDICT_DEPENDS_ON and other != settings:
            yield name.replace("_", " "), line_verdicts(course, context, other)


def _without_one(
    course: LineCourse, outcomes: Sequence[Outcome], context: Context, settings: ResponseSettings
) -> Iterator[Variant]:
    """Yield the verdicts without each lesion that was counted as new at any scan."""
    counted = {lesion_id for outcome in outcomes for lesion_id in outcome.evidence.new_ids}
    for lesion_id in sorted(counted):
        scans = tuple(_without(visit, lesion_id) for visit in course.scans)
        yield f"without lesion {lesion_id}", line_verdicts(replace(course, scans=scans), context, settings)


def _without(visit: VisitReading, lesion_id: str) -> VisitReading:
    """Return a visit without one lesion."""
    return replace(visit, foci=tuple(focus for focus in visit.foci if focus.lesion_id != lesion_id))


def _told(verdict: Verdict, choices: Sequence[tuple[str, Verdict]], lesions: Sequence[tuple[str, Verdict]]) -> str:
    """Return how firm a verdict is, in words."""
    changed = [(name, other) for name, other in (*choices, *lesions) if other is not verdict]
    held = sum(other is verdict for _, other in choices)
    text = f"holds under {held} of {len(choices)} other rule choices"
    if lesions:
        kept = sum(other is verdict for _, other in lesions)
        text += f" and without any one lesion in {kept} of {len(lesions)} cases"
    if not changed:
        return sentence(text)
    return sentence(text + "; changes: " + ", ".join(f"{name} ({other.value})" for name, other in changed))
