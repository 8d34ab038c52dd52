"""Benign and physiologic patterns of a single focus. Names are hints for the reader, never diagnoses.

Each rule looks at one focus in its surroundings and answers with a kind and a reason in words, or with None. Metastases
beyond elbow and knee are rare, so joints there are called benign on their own, and so is the inner end of the collar
bone, which wears in most people; at shoulder, hip and sacroiliac joints, where metastases are common, only a pattern
that the other side shows as well is.
"""

from collections.abc import Callable

import numpy as np

from tracker.lesions.doubts import alike_on_both_sides, no_more_than_expected
from tracker.lesions.surroundings import Setting, Verdict
from tracker.records.lesion import Kind
from tracker.records.skeleton import Physiologic
from tracker.records.view import Projection
from tracker.settings.lesions import LesionSettings

SITE_WORDS: dict[Physiologic, str] = {
    Physiologic.BLADDER: "over the bladder",
    Physiologic.KIDNEY_LEFT: "over the left kidney",
    Physiologic.KIDNEY_RIGHT: "over the right kidney",
    Physiologic.INJECTION_SITE: "at the injection site",
    Physiologic.URINE_CONTAMINATION: "urine contamination",
}
"""Physiologic sites in words."""

DISTAL_JOINTS = frozenset({"elbow", "wrist", "knee", "ankle"})
"""Joints where metastases are rare: beyond shoulder and hip (under one in twenty; unverified)."""

WORN_ENDS = {"sternoclavicular joint": "clavicle"}
"""Joints of the trunk that wear in most people past middle age (unverified), and the bone whose foci there are called
benign unless they leave no doubt. Foci of the sternum beside that joint stay lesions: metastases are common there."""

LOWER_SPINE_MM = 60.0
"""Reach of the facet joints that wear most, L4 to S1, above the sacrum, millimetres (two vertebrae)."""

INJECTED = frozenset({"hand", "forearm"})
"""Bones beside the veins that tracer is injected into; metastases are rare there (unverified)."""

SMALL_JOINTS = frozenset({"hand", "foot"})
"""Bones whose foci follow the pattern of rheumatoid arthritis or gout."""


def over_a_site(at: Setting, settings: LesionSettings) -> Verdict | None:
    """Return physiologic where the outline lies over a physiologic site.

    Parameters
    ----------
    at : Setting
        The focus in its surroundings.
    settings : LesionSettings
        Limits.

    Returns
    -------
    tuple or None
        Kind and reason.
    """
    sites = at.seen.skeleton.physiologic[tuple(at.focus.pixels.T)]
    if float(np.mean(sites != Physiologic.NONE)) <= settings.site_share or at.certain(settings):
        return None
    site = Physiologic(int(np.bincount(sites[sites > 0]).argmax()))
    return (Kind.PHYSIOLOGIC, SITE_WORDS[site])


def in_the_face(at: Setting, settings: LesionSettings) -> Verdict | None:
    """Return physiologic for sinuses and teeth: front view, midline of the face.

    Parameters
    ----------
    at : Setting
        The focus in its surroundings.
    settings : LesionSettings
        Limits.

    Returns
    -------
    tuple or None
        Kind and reason.
    """
    if at.base not in ("skull", "mandible") or at.seen.projection is not Projection.ANTERIOR:
        return None
    near = at.marks.bones_near(at.row_mm, at.col_mm, settings.face_height_mm)
    central = abs(at.marks.off_midline(at.row_mm, at.col_mm)) < settings.face_mm
    if at.base != "mandible" and not ("mandible" in near and central):
        return None
    if at.focus.excess_ratio < settings.mild_ratio and not at.certain(settings):
        return (Kind.PHYSIOLOGIC, "over the nasal sinuses or the teeth, mild")
    return (Kind.EQUIVOCAL, "over the face, where sinuses and teeth take up as well")


def at_an_injection(at: Setting, settings: LesionSettings) -> Verdict | None:
    """Return physiologic for one strong focus in one hand or forearm, the other arm being quiet there.

    Parameters
    ----------
    at : Setting
        The focus in its surroundings.
    settings : LesionSettings
        Limits.

    Returns
    -------
    tuple or None
        Kind and reason.
    """
    alone = at.mirror_excess <= settings.mirror_share * (at.focus.excess_ratio - 1)
    if at.base in INJECTED and alone and at.focus.excess_ratio >= settings.mild_ratio:
        return (Kind.PHYSIOLOGIC, f"a single strong focus in one {at.base}, as at an injection site")
    return None


def at_small_joints(at: Setting, settings: LesionSettings) -> Verdict | None:  # noqa: ARG001
    """Return benign for the small joints of hands and feet.

    Parameters
    ----------
    at : Setting
        The focus in its surroundings.
    settings : LesionSettings
        Limits.

    Returns
    -------
    tuple or None
        Kind and reason.
    """
    if at.base in SMALL_JOINTS:
        return (Kind.BENIGN, f"in the {at.base}: small joints, as in arthritis; metastases are rare there")
    return None


def at_a_joint(at: Setting, settings: LesionSettings) -> Verdict | None:
    """Return benign at a joint that wears on its own, or at any joint whose mirrored place is hot as well.

    Parameters
    ----------
    at : Setting
        The focus in its surroundings.
    settings : LesionSettings
        Limits.

    Returns
    -------
    tuple or None
        Kind and reason.
    """
    joint = at.marks.joint(at.row_mm, at.col_mm, settings.joint_mm, at.base)
    if at.certain(settings) and (joint not in DISTAL_JOINTS or at.odds >= settings.joint_sure_odds):
        joint = ""
    beyond_doubt = at.odds >= settings.distal_sure_odds and at.certain(settings)
    wide = "" if beyond_doubt else at.marks.joint(at.row_mm, at.col_mm, settings.distal_joint_mm, at.base)
    joint = joint or (wide if wide in DISTAL_JOINTS else "")
    if not joint:
        return None
    if at.mirror_excess > settings.mirror_share * (at.focus.excess_ratio - 1):
        return (Kind.BENIGN, f"at the {joint} on both sides, as in osteoarthritis")
    if joint in DISTAL_JOINTS or WORN_ENDS.get(joint) == at.base:
        return (Kind.BENIGN, f"at the {joint}: degenerative change is far more common there than metastasis")
    return None


def in_the_lower_spine(at: Setting, settings: LesionSettings) -> Verdict | None:
    """Return benign for a focus astride the midline of the lowest vertebrae, where facet joints wear.

    Parameters
    ----------
    at : Setting
        The focus in its surroundings.
    settings : LesionSettings
        Limits.

    Returns
    -------
    tuple or None
        Kind and reason; None where there is no evidence, or where it leaves no doubt.
    """
    if at.base != "lumbar_spine" or at.odds == -np.inf or at.certain(settings):
        return None
    near = at.marks.bones_near(at.row_mm, at.col_mm, LOWER_SPINE_MM)
    if "sacrum" in near and abs(at.marks.off_midline(at.row_mm, at.col_mm)) < settings.astride_mm:
        return (Kind.BENIGN, "astride the lowest vertebrae, as in worn facet joints")
    return None


def along_the_shin(at: Setting, settings: LesionSettings) -> Verdict | None:
    """Return benign for a line along the shaft of a leg bone.

    Parameters
    ----------
    at : Setting
        The focus in its surroundings.
    settings : LesionSettings
        Limits.

    Returns
    -------
    tuple or None
        Kind and reason.
    """
    if at.base in ("femur", "lower_leg", "foot") and at.elongation >= settings.linear_ratio and at.upright > 0.8:
        return (Kind.BENIGN, "linear along the shaft, as in stress fracture or shin splints")
    return None


def outside_bones(at: Setting, settings: LesionSettings) -> Verdict | None:
    """Return what a focus outside all bones may be: thyroid, ureter, urine, or soft tissue.

    Parameters
    ----------
    at : Setting
        The focus in its surroundings.
    settings : LesionSettings
        Limits.

    Returns
    -------
    tuple or None
        Kind and reason.
    """
    beside = at.certain(settings) and at.marks.bones_near(at.row_mm, at.col_mm, settings.beside_mm)
    if at.focus.region or beside:
        return None
    near = at.marks.bones_near(at.row_mm, at.col_mm, settings.soft_reach_mm)
    if "cervical_spine" in near and ("clavicle" in near or "sternum" in near):
        return (Kind.PHYSIOLOGIC, "beside the lower neck, over the thyroid")
    if at.elongation >= settings.linear_ratio and at.upright > 0.7 and {"lumbar_spine", "sacrum"} & near.keys():
        return (Kind.PHYSIOLOGIC, "linear beside the spine, along the ureter")
    return (Kind.EQUIVOCAL, "outside all bones: soft tissue, urine or contamination")


RULES: tuple[Callable[[Setting, LesionSettings], Verdict | None], ...] = (
    over_a_site,
    outside_bones,
    in_the_face,
    at_an_injection,
    at_small_joints,
    along_the_shin,
    in_the_lower_spine,
    at_a_joint,
    alike_on_both_sides,
    no_more_than_expected,
)
"""Rules in the order they are asked; the first answer stands."""
