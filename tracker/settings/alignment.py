"""Settings of the alignment stage."""

from dataclasses import dataclass, field

from tracker.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSettings:
    """One resolution level of the deformable step.

    Parameters
    ----------
    blur_mm : float
        Standard deviation of the Gaussian put on both images, millimetres.
    sample_mm : float
        Distance between the places where the images are compared, millimetres.
    iterations : int
        Most Gauss-Newton steps.
    """

    blur_mm: float
    sample_mm: float
    iterations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignmentSettings:
    """How visits are aligned. Defaults are tuned on simulated pairs (`benchmarks.alignment`, tuning seeds).

    Parameters
    ----------
    knot_mm : float
        Distance between control points of the displacement, millimetres.
    levels : tuple of LevelSettings
        Coarse to fine.
    lowpass_mm : float
        Standard deviation of the Gaussian whose result is taken off the residual, millimetres: absorbs bone to soft
        tissue ratio and dose.
    robust_width : float
        Residuals beyond this many standard deviations lose their weight: bladder and lesions.
    still_mm : float
        A level ends when no control point moves further than this, millimetres.
    """

    knot_mm: float = 63.0
    levels: tuple[LevelSettings, ...] = field(
        default=(
            LevelSettings(blur_mm=18.0, sample_mm=24.0, iterations=12),
            LevelSettings(blur_mm=9.0, sample_mm=18.0, iterations=15),
            LevelSettings(blur_mm=5.6, sample_mm=9.0, iterations=12),
            LevelSettings(blur_mm=2.7, sample_mm=4.5, iterations=10),
        )
    )
    lowpass_mm: float = 27.0
    robust_width: float = 4.0
    still_mm: float = 0.11

    def __post_init__(self) -> None:
        if not self.levels:
            raise SettingsError("alignment needs at least one level")
        if min(self.knot_mm, self.lowpass_mm, self.robust_width, self.still_mm) <= 0:
            raise SettingsError("lengths and widths of the alignment settings must be positive")
