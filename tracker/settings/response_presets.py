"""Named presets of the response settings: one choice changed at a time, as charters differ."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from tracker.errors import SettingsError
from tracker.settings.response import (
    ClockChoice,
    ClockLimits,
    FirstTwo,
    LateFirstScan,
    LaterScan,
    OpenAtEnd,
    Persistence,
    ResponseSettings,
)

PRESET_CHANGES: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "default": {},
        "lenient_persistence": {"persistence": Persistence.LENIENT},
        "first_two_must_persist": {"first_two": FirstTwo.MUST_PERSIST},
        "late_first_scan_is_flare_scan": {"late_first_scan": LateFirstScan.FLARE_SCAN},
        "first_scan_window_84_days": {"first_scan_window_days": 84},
        "first_scan_window_98_days": {"first_scan_window_days": 98},
        "confirmation_gap_35_days": {"confirmation_gap_days": 35},
        "confirmation_gap_28_days": {"confirmation_gap_days": 28},
        "open_at_end_is_event": {"open_at_end": OpenAtEnd.EVENT},
        "later_scan_accepted": {"later_scan": LaterScan.ACCEPTED},
        "clock_by_cancer_and_class": {"clock": ClockChoice.BY_CANCER_AND_CLASS},
        "caution_until_12_weeks": {"clock_limits": ClockLimits(flare_until_day=91)},
    }
)
"""What each named preset changes; one choice at a time, as charters differ."""

RESPONSE_PRESETS: Mapping[str, ResponseSettings] = MappingProxyType(
    {name: replace(ResponseSettings(), **changes) for name, changes in PRESET_CHANGES.items()}  # type: ignore[arg-type]
)
"""Every named preset as whole settings."""


def response_preset(name: str) -> ResponseSettings:
    """Return the preset called ``name``.

    Parameters
    ----------
    name : str
        A key of `RESPONSE_PRESETS`.

    Returns
    -------
    ResponseSettings
        The settings.

    Raises
    ------
    SettingsError
        If there is no such preset.
    """
    if name not in RESPONSE_PRESETS:
        raise SettingsError(f"there is no response preset {name!r}", remedy=f"Known: {', '.join(RESPONSE_PRESETS)}.")
    return RESPONSE_PRESETS[name]
