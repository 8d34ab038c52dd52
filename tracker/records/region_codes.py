"""SNOMED CT codes of the regions, and the coarser grouping used to compare with the literature.

Every code was read in the concept dictionary of pydicom 3.0 (PS3.16 concepts). Left and right share the code of the
bone; the side is the laterality modifier, as DICOM's Anatomic Region Sequence has it. Parts of the thoracic spine
have no code of their own there and carry that of the whole.
"""

from tracker.records.regions import FINE_PARTS, FINE_REGIONS, without_side

SNOMED_BASE: dict[str, str] = {
    "skull": "89546000",
    "mandible": "91609006",
    "cervical_spine": "122494005",
    "thoracic_spine": "122495006",
    "lumbar_spine": "122496007",
    "sacrum": "54735007",
    "sternum": "56873002",
    "clavicle": "51299004",
    "scapula": "79601000",
    "ribs": "113197003",
    "humerus": "85050009",
    "forearm": "14975008",
    "hand": "85562004",
    "hip_bone": "118645006",
    "femur": "71341001",
    "femur_proximal": "310651003",
    "femur_shaft": "41111004",
    "femur_distal": "310652005",
    "lower_leg": "30021000",
    "foot": "56459004",
}
"""Region name without side to SNOMED CT concept. ``hip_bone`` has the concept *Bone structure of pelvis* plus side."""

SNOMED_SIDE: dict[str, str] = {"left": "7771000", "right": "24028007"}
"""Laterality modifiers of SNOMED CT."""

COARSE_GROUPS: dict[str, tuple[str, ...]] = {
    "skull": ("skull", "mandible"),
    "spine": ("cervical_spine", "thoracic_spine", "lumbar_spine"),
    "sacrum": ("sacrum",),
    "sternum": ("sternum",),
    "shoulder_girdle": ("clavicle", "scapula"),
    "ribs_left": ("ribs_left",),
    "ribs_right": ("ribs_right",),
    "pelvis": ("hip_bone",),
    "arm_upper": ("humerus",),
    "arm_lower": ("forearm", "hand"),
    "thigh": ("femur",),
    "leg_lower": ("lower_leg", "foot"),
}
"""Twelve groups of whole regions, names without side unless the sides are apart: the size of label set of the public
bone-scan masks (anchor A18). Decided for comparison only; nothing is measured on them."""


def region_code(name: str) -> str:
    """Return the SNOMED CT concept of a region of either level.

    Parameters
    ----------
    name : str
        Region name, such as ``"femur_shaft_left"``.

    Returns
    -------
    str
        Concept identifier; the side is not part of it.

    Raises
    ------
    KeyError
        If there is no such region.

    Examples
    --------
    >>> region_code("femur_shaft_left"), region_code("thoracic_spine_upper"), region_code("skull")
    ('41111004', '122495006', '89546000')
    """
    base = without_side(name)
    if base not in SNOMED_BASE:
        whole, _, part = base.rpartition("_")
        if part not in FINE_PARTS.get(whole, ()):
            raise KeyError(name)
        base = whole
    return SNOMED_BASE[base]


def coarse_group(name: str) -> str:
    """Return the literature group of a region of either level.

    Parameters
    ----------
    name : str
        Region name.

    Returns
    -------
    str
        A key of `COARSE_GROUPS`.

    Raises
    ------
    KeyError
        If there is no such region.

    Examples
    --------
    >>> coarse_group("ribs_left"), coarse_group("femur_shaft_left"), coarse_group("thoracic_spine_upper")
    ('ribs_left', 'thigh', 'spine')
    """
    whole = next((region.whole for region in FINE_REGIONS if region.name == name), name)
    for group, members in COARSE_GROUPS.items():
        if whole in members or without_side(whole) in members:
            return group
    raise KeyError(name)
