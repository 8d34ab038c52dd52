"""How much of the skeleton's mass each region holds: the weights of the scan index.

The sources disagree (spine and pelvis 16 or 22 % of the skeleton, skull 18 or 15 %), persons differ by 10-20 %, and
table A says nothing of how spine and sacrum share their mass. So the table is versioned, named in every result that
uses it, and there is a second one to show how much the choice matters. No index made with it is the equivalent of a
commercial one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tracker.records.regions import PAIRED_REGIONS, SIDES, WHOLE_REGIONS
from tracker.references.anatomy import MECHANIK_1976, SPIERS_1968
from tracker.references.citation import Citation

SPINE_SPLIT: dict[str, float] = {"cervical_spine": 0.13, "thoracic_spine": 0.37, "lumbar_spine": 0.32, "sacrum": 0.18}
"""Shares of spine and sacrum in their common mass, dimensionless. Decided from the volumes of the bones that the
template is made of; no published split was found."""

SPIERS_PERCENT: dict[str, float] = {
    "skull": 16.6,
    "mandible": 1.8,
    "spine": 8.3,
    "sternum": 0.3,
    "clavicle": 0.5,
    "scapula": 1.5,
    "ribs": 2.2,
    "humerus": 3.3,
    "forearm": 2.7,
    "hand": 1.5,
    "hip_bone": 3.75,
    "femur": 8.9,
    "lower_leg": 6.4,
    "foot": 5.8,
}
"""Percent of skeletal mass, of one side for paired bones; ribs and pelvis halved, ulna with radius, tibia with fibula.
The source sums to 100.1."""

MECHANIK_PERCENT: dict[str, float] = {"spine_and_pelvis": 22.0, "skull_and_mandible": 15.0}
"""Percent of bone tissue in two groups; the rest of the skeleton keeps its proportions of `SPIERS_PERCENT`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MassTable:
    """Mass fractions of the whole-level regions.

    Parameters
    ----------
    name : str
        Name and version, printed with every result that uses it.
    fractions : mapping of str to float
        Whole-level region to its share of the skeleton; sums to 1.
    source : Citation
        Where it comes from.
    relative_sd : float
        Standard deviation between people of one region's mass, relative.
    """

    name: str
    fractions: Mapping[str, float]
    source: Citation
    relative_sd: float

    def __post_init__(self) -> None:
        if set(self.fractions) != {region.name for region in WHOLE_REGIONS}:
            raise ValueError("a mass table holds every whole-level region")
        if abs(sum(self.fractions.values()) - 1) > 1e-9:
            raise ValueError("mass fractions sum to 1")


def _per_region(percent: Mapping[str, float]) -> dict[str, float]:
    """Return percent per whole region from percent per group of bones."""
    found: dict[str, float] = {}
    for base, value in percent.items():
        if base == "spine":
            found.update({name: value * share for name, share in SPINE_SPLIT.items()})
        elif base in PAIRED_REGIONS:
            found.update({f"{base}_{side}": value for side in SIDES})
        else:
            found[base] = value
    total = sum(found.values())
    return {region.name: found[region.name] / total for region in WHOLE_REGIONS}


def _mechanik_percent() -> dict[str, float]:
    """Return table A with two groups moved to Mechanik's sums, the rest scaled to what is left."""
    spine_pelvis = SPIERS_PERCENT["spine"] + 2 * SPIERS_PERCENT["hip_bone"]
    head = SPIERS_PERCENT["skull"] + SPIERS_PERCENT["mandible"]
    whole = sum(value * (2 if base in PAIRED_REGIONS else 1) for base, value in SPIERS_PERCENT.items())
    axial, cranial = MECHANIK_PERCENT["spine_and_pelvis"], MECHANIK_PERCENT["skull_and_mandible"]
    rest = (100 - axial - cranial) / (whole - spine_pelvis - head)
    factor = dict.fromkeys(("spine", "hip_bone"), axial / spine_pelvis)
    factor |= dict.fromkeys(("skull", "mandible"), cranial / head)
    return {base: value * factor.get(base, rest) for base, value in SPIERS_PERCENT.items()}


SPIERS_TABLE = MassTable(
    name="Spiers 1968 (table A), version 1",
    fractions=MappingProxyType(_per_region(SPIERS_PERCENT)),
    source=SPIERS_1968,
    relative_sd=0.15,
)
"""The default table. Spread between people: 10-20 % (`MECHANIK_1976`)."""

MECHANIK_TABLE = MassTable(
    name="Spiers 1968 with group sums of Mechanik, version 1",
    fractions=MappingProxyType(_per_region(_mechanik_percent())),
    source=MECHANIK_1976,
    relative_sd=0.15,
)
"""The alternative: reported beside the default to show how much the choice of table matters."""


def mass_fractions(table: MassTable = SPIERS_TABLE) -> Mapping[str, float]:
    """Return the share of the skeleton's mass that each whole-level region holds.

    Parameters
    ----------
    table : MassTable, optional
        `SPIERS_TABLE` unless given.

    Returns
    -------
    mapping of str to float
        Sums to 1.

    Examples
    --------
    >>> round(sum(mass_fractions().values()), 9)
    1.0
    """
    return table.fractions
