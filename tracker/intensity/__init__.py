"""Counts to uptake ratios: what 1.0 means on each view of each visit, and how sure that is.

Two questions are kept apart. *How much of these counts is bone?* Soft tissue is sampled in the body away from all
bone and carried smoothly under it (`soft_tissue`), with what ribs or skull hide of it (`soft_share`), so that a longer
uptake time, which empties soft tissue and leaves bone, moves no ratio; the scatter of bladder and kidneys is taken
away as well (`hot_halo`). What one visit finds under a bone is drawn to what the patient's visits agree on
(`usual_soft`). *What is 1.0?* Many large regions vote (`reference_bone`): each says by how much it differs
from what it usually shows in this very patient, and a robust mean of the votes is the scale of the visit. Disease or
healing in some regions is outvoted; where all bone is diseased (superscan) no vote can tell, and the normaliser says
that it is not reliable instead of being silently wrong.

Every view has its own normaliser, since the two heads of a camera differ; the depth of a bone is dealt with where
both views meet, by the geometric mean of their ratios.
"""

from tracker.intensity.normalise import normalisers, normalisers_of, without_healthy_bone
from tracker.intensity.reference_bone import reference_bone, reference_of
from tracker.intensity.region_levels import visit_levels
from tracker.intensity.usual_soft import with_usual_soft

__all__ = [
    "normalisers",
    "normalisers_of",
    "reference_bone",
    "reference_of",
    "visit_levels",
    "with_usual_soft",
    "without_healthy_bone",
]
