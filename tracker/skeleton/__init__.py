"""Skeleton: where every bone and every physiologic site lies, on scans of people, cameras and poses never seen.

::

    fit_skeleton(images, spacing_mm, settings)             one patient, the mean of all visits, patient space
    map_regions(anterior, posterior, spacing_mm=...)       anyone's count arrays, on their own pixels
    refine_physiologic(views, skeleton_views, settings)    this visit's own bladder, injection site, contamination

How it works
------------
The template (`template`) is a small network that learned from many simulated people, healthy and sick, to say for each
place of a body which bone lies there, what a healthy person would show there, and where urine and the injection site
are. It was chosen over a deformable atlas because it needs no starting point, cannot fold, and copes with what people
really present: half bodies, raised arms, missing limbs, crossed legs. Its arithmetic is plain numpy (`network`).
Counts go to a common grid (`grid`), both views are explained together (`explain`: they share one geometry; and twice,
the second time in the mirror), and the answer is carried back to the given pixels (`placed`). An injection site is told
from worn joints by a second, smaller network that sees both arms laid straight side by side (`arms`, `vein`).
Generalisation is bought with variety, not with tuning: bodies, poses, uptake, disease, counts, blur, fields of view and
sizes are drawn far beyond what is usual, the appearance of every bone at random, and a real scan that never took part
in learning is the judge.

**Decisions.**

*What is 1.0?* ``expected`` is relative to the mean over all labelled bone of a healthy person, both views.
*Which pixels are bone?* Those behind which at least 1.5 mm of bone lie; they belong to the bone that sends most events.
*Left and right* follow the frame that the caller states; what the pixels themselves say is written to ``laterality``.
*A bone that cannot be seen*, such as a hand in front of a thigh, is named where it most probably is, and said not to be
evaluable (`evaluable`).
*Lesions do not pull the labels*: the template saw hot, cold and superscan bones on every second body.
*Contamination on bone* is not masked: it might be a lesion.
"""

from tracker.skeleton.fit import fit_skeleton
from tracker.skeleton.map_regions import map_regions
from tracker.skeleton.mass_fractions import MECHANIK_TABLE, SPIERS_TABLE, MassTable, mass_fractions
from tracker.skeleton.physiologic import refine_physiologic

__all__ = [
    "MECHANIK_TABLE",
    "SPIERS_TABLE",
    "MassTable",
    "fit_skeleton",
    "map_regions",
    "mass_fractions",
    "refine_physiologic",
]
