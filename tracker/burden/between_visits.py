"""What the visits of one patient tell about each other's measurements, in its order."""

from collections.abc import Sequence

from tracker.burden.both_sides import with_both_sides
from tracker.burden.common_shift import without_common_shift
from tracker.burden.stretched import with_stretch
from tracker.burden.usual_area import at_usual_area
from tracker.records.uptake import Normaliser, RegionUptake


def between_visits(
    alone: Sequence[Sequence[RegionUptake]], normalisers: Sequence[Sequence[Normaliser]]
) -> tuple[tuple[RegionUptake, ...], ...]:
    """Return the uptakes of one patient's visits, each measured alone, with what the others tell about them.

    Parameters
    ----------
    alone : sequence of sequences of RegionUptake
        From `region_uptakes`, one per visit.
    normalisers : sequence of sequences of Normaliser
        What 1.0 means, per visit.

    Returns
    -------
    tuple of tuples of RegionUptake
        Same order: labels of the usual area, those that are not less believed; each visit on the scale that its bones
        agree on; each view of a bone drawn to what both say of its changes.
    """
    return with_both_sides(without_common_shift(with_stretch(at_usual_area(alone)), normalisers))
