"""Lessons for the network that tells an injection site from worn joints: simulated visits with and without one.

::

    visits   one simulated person, several visits: no injection site, one at an elbow, one at a hand; input and answers
    drawn    the same of the rougher bodies that the template was taught about
    learner  the network in torch, its training, and its export to plain arrays
"""
