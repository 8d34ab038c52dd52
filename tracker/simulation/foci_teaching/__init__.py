"""Lessons for the focus network: simulated people with lesions that are seen or not, and what is normal in each.

::

    scenes     noise-free images of a person with lesions, and where these are; drawn once
    foreign    the same of bodies that the phantom does not draw, with any uptake of any bone
    drawn      the same of skeletons that no anatomical model draws, made of strokes
    strokes    these skeletons
    patches    the lesions of both
    canvas     what a camera sees of both
    lesson     counts, strength of the lesions, missing views, side of the body: drawn afresh at every step
    learner    the network in torch, its training, and its export to plain arrays

What looks like a lesion and is none (worn joints, prostheses, bladder, injection, urine) is in the scenes without being
marked. Fractures are neither asked for nor forbidden: on one scan nothing tells them from a lesion.
"""
