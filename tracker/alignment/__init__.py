"""Every visit of a patient in one patient space, with a measure of how far each alignment can be trusted.

A body that stands again before the same scanner has shifted, turned and bent. The motion is found in steps:

1. `prepare`   counts scaled to one pixel area, square-rooted so that noise is the same everywhere
2. `search`    every rotation and both ways up, all shifts at once, on coarse images
3. `start`     the best few refined as similarity maps
4. `deform`    Gauss-Newton on a cubic B-spline, robust against bladder and lesions; both views drive one motion
5. `stiffness` how much bending is allowed follows from the evidence of the images, at every step
6. `dense`     the field written out, and its inverse; `expected` how far it may be off, by place
7. `agreement` how much of the bones' pattern both images share; `acceptance` refused with a reason, or accepted
8. `meet`      three visits and more: each once more against the robust mean of the others

`subtract` shows what changed between two aligned visits.

All of it happens in the anatomical frame (head up, patient right at column 0, posterior view mirrored), in
millimetres from the centre of pixel (0, 0). A displacement leads from a place of the fixed image, or of patient
space, to the place in the moving image, or in the visit.
"""

from tracker.alignment.carry import (
    carry_skeleton,
    error_on_view,
    mask_from_other,
    placed_in,
    seen_in_space,
    space_position,
    stored_position,
    warp_to_space,
)
from tracker.alignment.course import Nudge, align_course
from tracker.alignment.pairwise import PairAlignment, register
from tracker.alignment.subtract import Subtraction, subtraction
from tracker.alignment.transforms import from_simpleitk, to_simpleitk

__all__ = [
    "Nudge",
    "PairAlignment",
    "Subtraction",
    "align_course",
    "carry_skeleton",
    "error_on_view",
    "from_simpleitk",
    "mask_from_other",
    "placed_in",
    "register",
    "seen_in_space",
    "space_position",
    "stored_position",
    "subtraction",
    "to_simpleitk",
    "warp_to_space",
]
