"""Lessons for the skeleton template: simulated people far beyond the usual, with the answers.

::

    frame      one reference skeleton: points, the parts that may differ in uptake, joints
    people     random bodies and poses, wider than `tracker.phantom` draws them, mixed with those it does draw
    layers     a posed body projected part by part: what every later step is made of
    sites      bladder, kidneys, injection site, contamination, faint soft-tissue uptake
    uptakes    random uptake of every bone
    appearance that uptake, disease, blur, scatter; the healthy image beside it
    lesson     random field of view, size, turn, counts: network input and answers
    learner    the network in torch, its training, and its export to plain arrays
    balance    how readily each region is named, settled on people that no lesson was about

Variety is the point: the template must not learn how `tracker.phantom` looks, so every bone's uptake is drawn at
random, and half of the bodies come from a second, coarser model of shape and pose.
"""
