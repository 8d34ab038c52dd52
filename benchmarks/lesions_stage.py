"""The lesion stage alone, for whoever measures what it takes."""

from tracker.lesions import follow
from tracker.pipeline.labelling import LabelledVisit
from tracker.pipeline.lesions import foci_of
from tracker.pipeline.stages import Scales
from tracker.settings.whole import Settings


def lesion_stage(given: tuple[tuple[LabelledVisit, ...], Scales, Settings]) -> None:
    """Find, judge and follow the foci of one patient: the work whose memory is measured.

    Parameters
    ----------
    given : tuple
        Labelled visits, what 1.0 means on each, and the settings.
    """
    visits, scales, settings = given
    found = [foci_of(one, scale, settings) for one, scale in zip(visits, scales, strict=True)]
    follow(found, settings.lesions)
