"""Settings of comparability: from which difference on two visits are compared with caution, or not at all.

Sources: `tracker.references.comparability`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparabilitySettings:
    """Limits between comparable, caution and no.

    Parameters
    ----------
    caution_counts, least_counts : float
        Counts in the body per view, below which there is caution, and no comparison (COUNTS_PER_VIEW, ANAND_2016).
    caution_uptake_difference_h : float
        Difference of uptake time that calls for caution, hours (COMPARISON_GATE; SHINTAWATI_2015 shows why).
    largest_uptake_difference_h : float
        Difference of uptake time beyond which nothing is compared, hours (COMPARISON_GATE: more than the whole span
        of 2 to 5 h that EANM_2016 allows).
    earliest_uptake_h : float
        Before this the image shows blood and soft tissue, not bone, hours (COMPARISON_GATE; EANM_2016: 2 to 5 h).
    caution_speed_ratio, largest_speed_ratio : float
        Faster over slower scan speed (ANAND_2016: double speed more than triples the repeat error).
    caution_duration_ratio : float
        Longer over shorter duration; looked at only where a speed is not stated (COMPARISON_GATE).
    caution_window_kev : float
        Difference of a limit of the energy window, keV: 15 % and 20 % windows, 3.5 keV apart, pass (EANM_2016).
    caution_spacing_ratio : float
        Coarser over finer pixel spacing (COMPARISON_GATE).
    caution_soft_tissue_factor : float
        Change of soft tissue over bone, as a factor either way (COMPARISON_GATE; between simulated visits of one person
        half an hour apart in uptake time and visits with doubled or halved soft tissue, ``benchmarks.comparability``).
    soft_tissue_range : tuple of float
        Soft tissue over bone outside which a single visit is unusual (COMPARISON_GATE).
    caution_injection_share : float
        Share of the body's counts at the injection site that says extravasation (COMPARISON_GATE).
    caution_bladder_share : float
        Share of the pelvis covered by the bladder (COMPARISON_GATE; simulated voided bladders cover up to 0.14, those
        of 600 ml and more at least 0.33: tuning seeds 1000-1005).
    caution_height_difference_m : float
        Difference of stated body height that casts doubt on the identity, metres (COMPARISON_GATE).
    """

    caution_counts: float = 1_000_000
    least_counts: float = 500_000
    caution_uptake_difference_h: float = 0.5
    largest_uptake_difference_h: float = 3.0
    earliest_uptake_h: float = 1.0
    caution_speed_ratio: float = 1.1
    largest_speed_ratio: float = 1.9
    caution_duration_ratio: float = 1.25
    caution_window_kev: float = 5.0
    caution_spacing_ratio: float = 1.1
    caution_soft_tissue_factor: float = 1.35
    soft_tissue_range: tuple[float, float] = (0.08, 1.0)
    caution_injection_share: float = 0.03
    caution_bladder_share: float = 0.2
    caution_height_difference_m: float = 0.1
