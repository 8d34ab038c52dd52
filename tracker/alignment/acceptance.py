"""Whether an alignment may be believed, in numbers and in one plain sentence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_OVERLAP = 0.6
"""Least share of the body that must be seen in both images."""

LEAST_LIKENESS = 0.55
"""Least correlation of the aligned images inside the body."""

LEAST_JACOBIAN = 0.1
"""Least local change of area: below it the field all but folds."""

LARGEST_ERROR_MM = 7.5
"""Largest expected error, median over the body, that is still of use, millimetres: half a vertebra."""

LEAST_AGREEMENT = 0.975
"""Least median local correlation of the bones' pattern, noise taken out. One body seen twice from one side: 0.979 and
more on 80 visits of simulated courses with flare and progression (seeds 1150-1407), 0.998 and more on 58 pairs moved in
the plane; its two sides: 0.974 and less on 15 pairs (seeds 1000-1113)."""

MOST_FORCED = 0.004
"""Most that the missing agreement times the median strain may be: what still does not fit after much bending is
another body. One body 0.0032 and less on the same 80 visits. Stricter limits notice more people of like build, and
refuse one good visit in twelve: a patient whose scan before treatment is refused has no answer at all."""

CONFIDENT_ERROR_MM = 5.0
"""Expected error at which confidence is one half: the width of a rib on a planar image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the acceptance test looks at.

    Parameters
    ----------
    overlap : float
        Share of the body seen in both images, 0 to 1.
    likeness : float
        Correlation of the aligned stabilised images inside the body.
    jacobian : float
        Smallest local change of area.
    error_mm : float
        Expected error, median over the body.
    agreement : float
        Median local correlation of the bones' pattern, noise taken out.
    strain : float
        Change of displacement over distance beyond the global map, median over the body.
    """

    overlap: float
    likeness: float
    jacobian: float
    error_mm: float
    agreement: float
    strain: float

    @property
    def forced(self) -> float:
        """How much of the pattern still does not fit, times the bending that was needed."""
        return max(0.0, 1 - self.agreement) * self.strain


def reasons(evidence: Evidence) -> tuple[str, ...]:
    """Return every reason to refuse an alignment, none if it may be believed.

    Parameters
    ----------
    evidence : Evidence
        The numbers.

    Returns
    -------
    tuple of str
        Plain sentences without a full stop.
    """
    found = []
    if evidence.overlap < LEAST_OVERLAP:
        found.append(f"only {100 * evidence.overlap:.0f} % of the body is seen in both images")
    if not evidence.likeness >= LEAST_LIKENESS:
        found.append(f"the aligned images look unlike each other (correlation {evidence.likeness:.2f})")
    if evidence.jacobian < LEAST_JACOBIAN:
        found.append("the motion found would fold or tear the body")
    if not evidence.agreement >= LEAST_AGREEMENT:
        found.append(
            "the pattern of the bones differs: another view, another person, or a body that lay very differently"
        )
    elif evidence.forced > MOST_FORCED:
        found.append(
            "the bones meet only where the body is bent a lot, and even then not quite: another person, or a body that "
            "lay very differently"
        )
    if evidence.error_mm > LARGEST_ERROR_MM:
        found.append(f"places may be {evidence.error_mm:.0f} mm off: too few counts or too little to see")
    return tuple(found)


def confidence(expected_error_mm: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the confidence that goes with an expected error.

    Parameters
    ----------
    expected_error_mm : ndarray
        Millimetres.

    Returns
    -------
    ndarray, float32
        1 for no error, one half at `CONFIDENT_ERROR_MM`, towards 0 beyond.
    """
    ratio = np.asarray(expected_error_mm, dtype=np.float32) / np.float32(CONFIDENT_ERROR_MM)
    return np.asarray(1 / (1 + ratio**2), dtype=np.float32)
