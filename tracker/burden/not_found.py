"""Regions that the skeleton map calls not evaluable: outside the field, not seen, photopenic, or not to be told.

What lies at their label may not be theirs, so it is not measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracker.records.regions import FINE_REGIONS, Level
from tracker.records.uptake import RegionUptake, UptakeError

WHOLE_OF = {region.name: region.whole for region in FINE_REGIONS}
"""Whole region of every fine one."""


def without_ratio(uptakes: Sequence[RegionUptake], not_evaluable: Mapping[str, str]) -> tuple[RegionUptake, ...]:
    """Return the uptake of a visit, empty with the reason where the skeleton map has one.

    Parameters
    ----------
    uptakes : sequence of RegionUptake
        Of one visit, both levels.
    not_evaluable : mapping of str to str
        Whole region to reason, as the skeleton map says it for all visits of the patient.

    Returns
    -------
    tuple of RegionUptake
        Same order; area and counts stay, and so does a reason that was there before.
    """
    return tuple(_withheld(one, not_evaluable.get(_whole(one), "")) for one in uptakes)


def _whole(uptake: RegionUptake) -> str:
    """Return the whole region that a row belongs to."""
    return uptake.region if uptake.level is Level.WHOLE else WHOLE_OF[uptake.region]


def _withheld(uptake: RegionUptake, reason: str) -> RegionUptake:
    """Return one row without its ratio if there is a reason."""
    if not reason or uptake.uptake_ratio is None:
        return uptake
    return replace(uptake, uptake_ratio=None, relative_sd=0.0, error=UptakeError(), reason_empty=reason)
