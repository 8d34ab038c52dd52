"""How well a region repeats on one day: a table measured on simulated repeat scans, and it says so."""

from collections.abc import Mapping

TABLE_VERSION = "0"
"""Version of the table; ``0`` is a first guess from attenuation and pose, not yet measured."""

FIRST_GUESS: Mapping[str, float] = {
    "skull": 0.04,
    "mandible": 0.08,
    "cervical_spine": 0.07,
    "thoracic_spine": 0.04,
    "lumbar_spine": 0.05,
    "sacrum": 0.07,
    "sternum": 0.06,
    "clavicle": 0.08,
    "scapula": 0.07,
    "ribs": 0.04,
    "humerus": 0.06,
    "forearm": 0.09,
    "hand": 0.12,
    "hip_bone": 0.05,
    "femur": 0.05,
    "lower_leg": 0.05,
    "foot": 0.08,
}
"""One standard deviation of the logarithm of a region's ratio, one scan, per region without side (a guess)."""

UNLISTED = 0.10
"""The same for a region that the table does not name."""


def base_name(region: str) -> str:
    """Return the name of the bone a region belongs to, without side and part.

    Parameters
    ----------
    region : str
        A region name of either level.

    Returns
    -------
    str
        Such as ``"femur"``.

    Examples
    --------
    >>> base_name("femur_proximal_left")
    'femur'
    >>> base_name("thoracic_spine_upper")
    'thoracic_spine'
    """
    without_side = region.removesuffix("_left").removesuffix("_right")
    known = [name for name in FIRST_GUESS if without_side == name or without_side.startswith(f"{name}_")]
    return max(known, key=len, default=without_side)


def repeat_sd(region: str, projection: str) -> float:
    """Return one standard deviation of the logarithm of a region's ratio between scans of one day.

    Parameters
    ----------
    region : str
        A region name of either level.
    projection : str
        ``ANTERIOR``, ``POSTERIOR`` or ``COMBINED``.

    Returns
    -------
    float
        Of one scan, without counting noise, placement and normaliser.
    """
    combined = FIRST_GUESS.get(base_name(region), UNLISTED)
    return combined if projection == "COMBINED" else float((combined**2 + SINGLE_VIEW**2) ** 0.5)


SINGLE_VIEW = 0.05
"""What a single view adds: 5 mm of depth at 0.11 per centimetre of broad-beam attenuation (a guess)."""
