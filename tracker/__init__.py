"""Bone-scan tracker: serial scans in, an answer with its error bar out.

The pipeline, in the order that ``tracker.pipeline`` alone knows::

    files        -dicom->          Study: views of raw counts, and what the headers state
    studies      -alignment->      one patient space; where each visit lies in it, and how sure that is
    mean image   -skeleton->       every bone named, once per patient, in patient space
    labels       -alignment->      carried to each scan's own pixels, where counts are Poisson
    views        -intensity->      what an uptake ratio of 1.0 means on this scan
    regions      -burden->         uptake and change per region, each with an interval
    views        -lesions->        foci found, judged, named, followed, measured at every visit
    visits       -comparability->  may these two visits be compared at all?
    course       -response->       treatment clock, flare, published criteria with their evidence
    records      -archive, exports-> tables and files

Stages do not know each other. Research software for expert review, not a medical device.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.pipeline import track
    from tracker.skeleton import map_regions

__all__ = ["map_regions", "track"]


def __getattr__(name: str) -> object:
    """Return a public name, imported when it is first asked for, so that a part can be imported without the whole."""
    if name == "track":
        from tracker.pipeline import track  # noqa: PLC0415

        return track
    if name == "map_regions":
        from tracker.skeleton import map_regions  # noqa: PLC0415

        return map_regions
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
