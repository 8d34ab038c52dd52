"""Settings of the intensity stage: how counts become uptake ratios."""

from dataclasses import dataclass

from tracker.errors import SettingsError
from tracker.records.uptake import NormaliserMethod

REFERENCE_REGIONS: tuple[str, ...] = (
    "skull",
    "thoracic_spine_upper",
    "thoracic_spine_middle",
    "thoracic_spine_lower",
    "lumbar_spine",
    "scapula_left",
    "scapula_right",
    "ribs_left",
    "ribs_right",
    "humerus_left",
    "humerus_right",
    "hip_bone_left",
    "hip_bone_right",
    "femur_shaft_left",
    "femur_shaft_right",
)
"""Fine regions that may serve as reference bone: large, without kidneys or bladder in front, few joints.

Femoral mid-shaft and lumbar vertebrae are the published single references (L2 was the best single region of the SPECT
subtraction study of 2010; femoral mid-shaft is in clinical use); many regions together survive disease in any one.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntensitySettings:
    """How counts become uptake ratios.

    Parameters
    ----------
    method : NormaliserMethod
        What 1.0 means. Default: reference bone.
    reference_regions : tuple of str
        Fine regions that may serve as reference bone.
    soft_gap_mm : float
        Soft tissue is sampled at least this far from any bone, millimetres: one and a half times the blur of a
        low-energy collimator at patient distance (8 to 10 mm full width at half maximum), so that slender limbs have
        some. Tuned on simulated repeat scans (seeds 1000-1007).
    soft_bladder_gap_mm : float
        The same from bladder, kidneys, injection site and contamination, millimetres; their halo reaches farther.
    soft_edge_mm : float
        Soft tissue is sampled at least this far inside the body outline, millimetres.
    soft_reach_mm : float
        Standard deviation of the Gaussian that carries a healthy person's soft tissue under the bones, millimetres.
    soft_level_reach_mm : float
        Standard deviation of the Gaussian over which this visit's soft tissue is levelled against a healthy person's,
        millimetres: what limbs hold differs from what the trunk holds. Tuned on simulated repeat scans
        (seeds 1000-1007): 200 carried the trunk's level into the arms and doubled the scatter of the humerus.
    soft_belief : float
        How far a visit's own estimate of soft tissue under a bone is believed where it differs from what the patient's
        visits agree on: 1 as it is, 0 not at all. Tuned on simulated people (seeds 1023-1028), where 0 to 0.25 do
        equally well; some belief is kept for people who gain or lose weight.
    soft_largest_error : float
        Differences beyond this, natural logarithm, are believed: something lies there at one visit alone.
    region_spread : float
        Standard deviation between healthy reference regions of one person, natural logarithm, beyond counting noise.
    outlier_limit : float
        A reference region is ignored beyond this many standard deviations (Tukey's biweight). At the usual 4.685 (95 %
        efficiency) a spine that changed by half kept a quarter of its vote and moved all other regions by up to 5 %;
        at 2.5 it does not, and repeat scans agree as before (tuning seeds 1000-1009, 1100-1109, 1200-1209).
    fewest_regions : int
        Fewest reference regions that make a reliable normaliser.
    widest_disagreement : float
        Largest robust standard deviation among reference regions, natural logarithm, of a reliable reference.
    superscan_contrast : float
        Bone over soft tissue, relative to a healthy person's, above which all bone is taken to be diseased.
    smallest_area_mm2 : float
        Smallest visible area of a reference region, square millimetres.
    """

    method: NormaliserMethod = NormaliserMethod.REFERENCE_BONE
    reference_regions: tuple[str, ...] = REFERENCE_REGIONS
    soft_gap_mm: float = 14.0
    soft_bladder_gap_mm: float = 35.0
    soft_edge_mm: float = 12.0
    soft_reach_mm: float = 30.0
    soft_level_reach_mm: float = 50.0
    soft_belief: float = 0.25
    soft_largest_error: float = 0.4
    region_spread: float = 0.06
    outlier_limit: float = 2.5
    fewest_regions: int = 4
    widest_disagreement: float = 0.5
    superscan_contrast: float = 3.0
    smallest_area_mm2: float = 1000.0

    def __post_init__(self) -> None:
        lengths = (
            self.soft_level_reach_mm,
            self.soft_gap_mm,
            self.soft_bladder_gap_mm,
            self.soft_edge_mm,
            self.soft_reach_mm,
        )
        if min(lengths) <= 0 or self.region_spread <= 0 or self.outlier_limit <= 0:
            raise SettingsError("lengths, spread and outlier limit of the intensity settings must be positive")
        if not 0 <= self.soft_belief <= 1 or self.soft_largest_error < 0:
            raise SettingsError("belief lies between 0 and 1, and the largest error of soft tissue is not negative")
        if not self.reference_regions or self.fewest_regions < 1:
            raise SettingsError("at least one reference region is needed")
