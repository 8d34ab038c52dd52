"""Settings of the burden stage: uptake per region, its error and its change."""

from dataclasses import dataclass

from tracker.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class BurdenSettings:
    """How regions are measured and when a change is one.

    Parameters
    ----------
    hidden_gap_mm : float
        Bone this near to bladder, injection site or contamination is not measured, millimetres: their blur.
    smallest_visible_fraction : float
        A region of which less than this share of the usual uptake is visible is not measured.
    smallest_significance : float
        A region whose bone counts stand out of the soft tissue by fewer standard deviations is not measured.
    largest_relative_sd : float
        A region whose uptake has a larger standard deviation, over its value, is not measured.
    placement_length_mm : float
        Length over which the misplacement of labels is alike, millimetres (knot spacing of the alignment).
    overlap_strength : float
        Share of the overlap with other bones, as the table of healthy people has it, that is taken away; 0 to 1.
    repeat_scale : float
        Factor on the repeatability table; 1.0 is as measured.
    confidence : float
        Nominal coverage of intervals.
    false_discovery_rate : float
        Expected share of false ones among the changes called significant, over the whole-level regions of a visit
        (tuned with the two limits below: true changes found against false ones on repeat scans; at 0.03 and 0.01
        nearly the same true ones are found, and half of the false ones are gone).
    self_check_weight : float
        How many regions' worth of prior belief stand against a visit's own scatter when the error model is
        checked against it.
    self_check_limits : tuple of float
        Least and greatest factor that this check may put on the expected errors.
    largest_area_step : float
        Two visits that see areas of a region differing by more than this factor, or whose labels of it do, are not
        compared there.
    """

    hidden_gap_mm: float = 14.0
    smallest_visible_fraction: float = 0.35
    smallest_significance: float = 3.0
    largest_relative_sd: float = 1.0
    placement_length_mm: float = 50.0
    overlap_strength: float = 1.0
    repeat_scale: float = 1.0
    confidence: float = 0.95
    false_discovery_rate: float = 0.01
    self_check_weight: float = 10.0
    self_check_limits: tuple[float, float] = (0.6, 2.0)
    largest_area_step: float = 1.3

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1 or not 0 < self.false_discovery_rate < 1:
            raise SettingsError("confidence and false-discovery rate lie between 0 and 1")
        if min(self.hidden_gap_mm, self.placement_length_mm, self.self_check_weight) <= 0:
            raise SettingsError("lengths and weights of the burden settings must be positive")
        if not 0 <= self.overlap_strength <= 1:
            raise SettingsError("the overlap strength lies between 0 and 1")
        if not 0 < self.self_check_limits[0] <= 1 <= self.self_check_limits[1]:
            raise SettingsError("the limits of the self-check are factors around 1")
        if self.largest_area_step <= 1:
            raise SettingsError("the largest area step is a factor above 1")
