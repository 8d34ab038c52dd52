"""A declared set of plausible settings: a decision that holds under nearly all of them is a stable one.

Each variant changes one choice that experts could as well have made otherwise, within the range that the literature
or the tuning leaves open. None of them is tuned to a result; the set is fixed before any patient is seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracker.settings.whole import Settings, with_values


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One other choice of settings.

    Parameters
    ----------
    name : str
        Stable short name.
    family : str
        What is varied: ``normaliser``, ``soft tissue``, ``masks``, ``thresholds`` or ``alignment``.
    text : str
        In words, for the report.
    values : mapping
        Stage to setting to value, as a settings file would state it.
    """

    name: str
    family: str
    text: str
    values: Mapping[str, Mapping[str, Any]]


AXIAL = (
    "thoracic_spine_upper",
    "thoracic_spine_middle",
    "thoracic_spine_lower",
    "lumbar_spine",
    "ribs_left",
    "ribs_right",
    "scapula_left",
    "scapula_right",
)
"""Reference regions of the trunk alone."""

LIMBS = ("skull", "humerus_left", "humerus_right", "femur_shaft_left", "femur_shaft_right")
"""Reference regions away from red marrow."""


def _variant(family: str, text: str, stage: str, values: Mapping[str, Any]) -> Variant:
    """Return a variant of one stage, named after what it sets."""
    name = "_".join(f"{key}_{value}" if not isinstance(value, list) else key for key, value in values.items())
    return Variant(name=f"{stage}_{name}", family=family, text=text, values={stage: dict(values)})


VARIANTS: tuple[Variant, ...] = (
    _variant("normaliser", "soft tissue is the reference", "intensity", {"method": "soft_tissue"}),
    _variant("normaliser", "total counts are the reference", "intensity", {"method": "total_counts"}),
    Variant(
        name="intensity_reference_axial",
        family="normaliser",
        text="the reference bone is taken from the trunk alone",
        values={"intensity": {"reference_regions": list(AXIAL)}},
    ),
    Variant(
        name="intensity_reference_limbs",
        family="normaliser",
        text="the reference bone is taken from skull and long bones alone",
        values={"intensity": {"reference_regions": list(LIMBS)}},
    ),
    _variant("soft tissue", "soft tissue is carried less far", "intensity", {"soft_reach_mm": 20.0}),
    _variant("soft tissue", "soft tissue is carried farther", "intensity", {"soft_reach_mm": 50.0}),
    _variant("soft tissue", "soft tissue is sampled nearer to bone", "intensity", {"soft_gap_mm": 11.0}),
    _variant("soft tissue", "soft tissue is sampled farther from bone", "intensity", {"soft_gap_mm": 20.0}),
    _variant("masks", "bone is measured nearer to the bladder", "burden", {"hidden_gap_mm": 10.0}),
    _variant("masks", "bone is measured farther from the bladder", "burden", {"hidden_gap_mm": 22.0}),
    _variant("thresholds", "foci are found more readily", "lesions", {"find_odds": -1.25}),
    _variant("thresholds", "foci are found less readily", "lesions", {"find_odds": 0.25}),
    _variant("thresholds", "what other visits show counts less", "lesions", {"others_weight": 0.5}),
    _variant("thresholds", "what other visits show counts more", "lesions", {"others_weight": 1.1}),
    _variant("thresholds", "outlines are wider", "lesions", {"outline_fraction": 0.4}),
    _variant("thresholds", "outlines are tighter", "lesions", {"outline_fraction": 0.6}),
    _variant("alignment", "the alignment bends more", "alignment", {"knot_mm": 54.0}),
    _variant("alignment", "the alignment bends less", "alignment", {"knot_mm": 75.0}),
    _variant("alignment", "changed places steer the alignment less", "alignment", {"robust_width": 3.0}),
    _variant("alignment", "changed places steer the alignment more", "alignment", {"robust_width": 5.5}),
)
"""The declared set: twenty single changes, five families."""


def variant_settings(base: Settings, variant: Variant) -> Settings:
    """Return settings with one variant's choice in place.

    Parameters
    ----------
    base : Settings
        Of the run.
    variant : Variant
        One of `VARIANTS`.

    Returns
    -------
    Settings
        Checked.

    Raises
    ------
    SettingsError
        If the variant names a setting that does not exist.
    """
    return with_values(base, variant.values, "")
