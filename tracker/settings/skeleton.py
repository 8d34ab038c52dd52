"""Settings of the skeleton stage; every default states its unit and source."""

from dataclasses import dataclass

from tracker.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class SkeletonSettings:
    """How bones and physiologic sites are placed.

    Defaults marked *tuned* were chosen on simulated people (seeds 1000-1999) and looked at on a real scan.

    Parameters
    ----------
    body_fraction : float
        Level of the body outline, fraction of the 95th percentile of smoothed density. Tuned.
    body_blur_mm : float
        Standard deviation of the smoothing before the outline is drawn, millimetres: a camera's resolution.
    island_fraction : float
        Pieces of a region smaller than this fraction of its largest piece are small. Tuned.
    island_near_mm : float
        Small pieces farther than this from the box about the large ones are dropped, millimetres: nearer ones are what
        shows of a bone between others, such as a shoulder blade between ribs. Tuned.
    speck_fraction : float
        Pieces of a region smaller than this fraction of its largest piece are dropped wherever they lie. Tuned.
    site_level : float
        A site's outline is drawn at this fraction between surroundings (0) and peak (1). Tuned.
    site_reach_mm : float
        A site's outline may reach this far beyond where the template expects it, millimetres. Tuned.
    site_contrast : float
        Least peak of a site over its surroundings, ratio; a fainter one hides nothing. Decided.
    site_chance : float
        Least probability that the template gives a site. Tuned.
    injection_least_odds : float
        Least log-odds that there is an injection site on an arm. Tuned.
    least_area_share : float
        A region smaller than this fraction of its usual share of the skeleton is not evaluable. Decided.
    least_certainty : float
        A region whose pixels are on average less probable than this is not evaluable: nothing shows that it is there.
        Tuned (seeds 1000-1199): hardly anything but hands falls below it. ``benchmarks.skeleton`` says how well those
        regions were named.
    cold_fraction : float
        A region with less than this fraction of its expected bone uptake is called photopenic. Decided.
    superscan_contrast : float
        Axial bone over soft tissue, relative to a healthy person's, that three quarters of the axial regions exceed
        in a superscan. The visual sign is bone so intense everywhere that soft tissue and kidneys fade. Tuned:
        sixteen superscans (seeds 1000-1015) gave 1.86 and more, thirty-six other courses at most 1.42.
    turned_quality : float
        Below this quality of fit, the body is also tried upside down and lying across. Tuned.
    turned_margin : float
        A turned body must fit better by this much to be believed. Tuned.
    """

    body_fraction: float = 0.06
    body_blur_mm: float = 5.0
    island_fraction: float = 0.08
    island_near_mm: float = 40.0
    speck_fraction: float = 0.02
    site_level: float = 0.35
    site_reach_mm: float = 12.0
    site_contrast: float = 1.25
    site_chance: float = 0.5
    injection_least_odds: float = -1.0
    least_area_share: float = 0.25
    least_certainty: float = 0.65
    cold_fraction: float = 0.25
    superscan_contrast: float = 1.7
    turned_quality: float = 0.76
    turned_margin: float = 0.05

    def __post_init__(self) -> None:
        for name in (
            "body_fraction",
            "island_fraction",
            "speck_fraction",
            "site_level",
            "site_chance",
            "least_area_share",
            "least_certainty",
        ):
            if not 0 < getattr(self, name) < 1:
                raise SettingsError(f"skeleton.{name} must lie between 0 and 1, not {getattr(self, name)}")
        if self.site_contrast < 1 or self.superscan_contrast <= 1:
            raise SettingsError("skeleton contrasts are ratios above 1")
        if min(self.body_blur_mm, self.island_near_mm, self.site_reach_mm) <= 0:
            raise SettingsError("skeleton distances must be positive")
