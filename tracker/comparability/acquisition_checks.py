"""Checks of what two headers state about the acquisition; each returns its reasons, or what is not stated."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tracker.comparability.finding import caution, ratio_of, refusal
from tracker.comparability.tracers import agent_of
from tracker.records.comparability import ComparabilityReason
from tracker.records.study import Acquisition
from tracker.settings.comparability import ComparabilitySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one check found.

    Parameters
    ----------
    reasons : tuple of ComparabilityReason
        Empty where nothing stands against comparing.
    not_stated : tuple of str
        The fact, if a header is silent about it.
    """

    reasons: tuple[ComparabilityReason, ...] = ()
    not_stated: tuple[str, ...] = ()


def check_acquisition(now: Acquisition, then: Acquisition, settings: ComparabilitySettings) -> Outcome:
    """Return everything the two headers say against comparing.

    Parameters
    ----------
    now, then : Acquisition
        Of the visit and of its reference.
    settings : ComparabilitySettings
        Limits.

    Returns
    -------
    Outcome
        All reasons and all silent facts.
    """
    outcomes = [check(now, then, settings) for check in CHECKS]
    return Outcome(
        reasons=tuple(reason for outcome in outcomes for reason in outcome.reasons),
        not_stated=tuple(name for outcome in outcomes for name in outcome.not_stated),
    )


def _tracer(now: Acquisition, then: Acquisition, _: ComparabilitySettings) -> Outcome:
    if not now.tracer or not then.tracer:
        return Outcome(not_stated=("tracer",))
    agent, reference = agent_of(now.tracer), agent_of(then.tracer)
    values = (now.tracer, then.tracer)
    if agent is None or reference is None:
        if _letters(now.tracer) == _letters(then.tracer):
            return Outcome()
        return Outcome(reasons=(caution("TRACER", "The tracers are written differently.", *values),))
    if agent.family != reference.family:
        return Outcome(reasons=(refusal("TRACER", "The tracers are of different classes.", *values),))
    if agent.name != reference.name:
        return Outcome(reasons=(caution("TRACER", "The tracers differ within one class.", *values),))
    return Outcome()


def _uptake_time(now: Acquisition, then: Acquisition, settings: ComparabilitySettings) -> Outcome:
    stated = [hours for hours in (now.uptake_time_h, then.uptake_time_h) if hours is not None]
    values = (_hours(now.uptake_time_h), _hours(then.uptake_time_h))
    if any(hours < settings.earliest_uptake_h for hours in stated):
        text = f"An image taken less than {settings.earliest_uptake_h:g} h after the injection does not show bone."
        return Outcome(reasons=(refusal("UPTAKE_TIME", text, *values),))
    if len(stated) < 2:
        return Outcome(not_stated=("uptake time",))
    apart_h = abs(stated[0] - stated[1])
    text = f"The uptake times are {apart_h * 60:.0f} min apart."
    if apart_h > settings.largest_uptake_difference_h:
        return Outcome(reasons=(refusal("UPTAKE_TIME", text, *values),))
    if apart_h > settings.caution_uptake_difference_h:
        return Outcome(reasons=(caution("UPTAKE_TIME", text, *values),))
    return Outcome()


def _speed(now: Acquisition, then: Acquisition, settings: ComparabilitySettings) -> Outcome:
    if now.scan_velocity_mm_s is None or then.scan_velocity_mm_s is None:
        return _duration(now, then, settings)
    ratio = ratio_of(now.scan_velocity_mm_s, then.scan_velocity_mm_s)
    values = (f"{now.scan_velocity_mm_s:.2f} mm/s", f"{then.scan_velocity_mm_s:.2f} mm/s")
    text = f"The scan speeds differ by a factor of {ratio:.2f}."
    if ratio >= settings.largest_speed_ratio:
        return Outcome(reasons=(refusal("SCAN_SPEED", text, *values),))
    if ratio > settings.caution_speed_ratio:
        return Outcome(reasons=(caution("SCAN_SPEED", text, *values),))
    return Outcome()


def _duration(now: Acquisition, then: Acquisition, settings: ComparabilitySettings) -> Outcome:
    silent = ("scan speed",)
    if now.duration_s is None or then.duration_s is None:
        return Outcome(not_stated=(*silent, "duration"))
    ratio = ratio_of(now.duration_s, then.duration_s)
    if ratio <= settings.caution_duration_ratio:
        return Outcome(not_stated=silent)
    text = f"The durations differ by a factor of {ratio:.2f}."
    reason = caution("DURATION", text, f"{now.duration_s:.0f} s", f"{then.duration_s:.0f} s")
    return Outcome(reasons=(reason,), not_stated=silent)


def _camera(now: Acquisition, then: Acquisition, _: ComparabilitySettings) -> Outcome:
    names = [" ".join(part for part in (side.manufacturer, side.model) if part) for side in (now, then)]
    if not all(names):
        return Outcome(not_stated=("camera",))
    if all(_same(getattr(now, part), getattr(then, part)) for part in ("manufacturer", "model")):
        return Outcome()
    return Outcome(reasons=(caution("CAMERA", "The cameras differ.", names[0], names[1]),))


def _collimator(now: Acquisition, then: Acquisition, _: ComparabilitySettings) -> Outcome:
    if not now.collimator or not then.collimator:
        return Outcome(not_stated=("collimator",))
    if _same(now.collimator, then.collimator):
        return Outcome()
    return Outcome(reasons=(caution("COLLIMATOR", "The collimators differ.", now.collimator, then.collimator),))


def _energy_window(now: Acquisition, then: Acquisition, settings: ComparabilitySettings) -> Outcome:
    if now.energy_window_kev is None or then.energy_window_kev is None:
        return Outcome(not_stated=("energy window",))
    pairs = zip(now.energy_window_kev, then.energy_window_kev, strict=True)
    if all(abs(limit - reference) <= settings.caution_window_kev for limit, reference in pairs):
        return Outcome()
    values = [f"{low:g}-{high:g} keV" for low, high in (now.energy_window_kev, then.energy_window_kev)]
    return Outcome(reasons=(caution("ENERGY_WINDOW", "The energy windows differ.", values[0], values[1]),))


def _corrections(now: Acquisition, then: Acquisition, _: ComparabilitySettings) -> Outcome:
    if not now.corrections or not then.corrections:
        return Outcome(not_stated=("corrections",))
    if set(now.corrections) == set(then.corrections):
        return Outcome()
    values = [", ".join(sorted(side.corrections)) for side in (now, then)]
    return Outcome(reasons=(caution("CORRECTIONS", "Other corrections were applied.", values[0], values[1]),))


CHECKS: tuple[Callable[[Acquisition, Acquisition, ComparabilitySettings], Outcome], ...] = (
    *(_tracer, _uptake_time, _speed, _camera, _collimator, _energy_window, _corrections),
)
"""All checks of the header."""


def _hours(value: float | None) -> str:
    return "not stated" if value is None else f"{value:.2f} h"


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _same(text: str | None, other: str | None) -> bool:
    """Return whether two texts agree as far as both are stated."""
    return not text or not other or _letters(text) == _letters(other)
