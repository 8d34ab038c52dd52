"""Whether the numbers of two visits may be compared, and if not, why not.

Each fault is one reason with a stable code, a sentence and both values. The verdict is the worst reason. A fact that
one of the two headers does not state is listed as *not stated*: it neither confirms nor denies. A visit compared with
itself is comparable. Limits and their sources: `tracker.settings.comparability`.

================  ============================================================  ================================
code              caution                                                       no
================  ============================================================  ================================
IDENTITY          another name or height alone; date of birth or sex differs    name and date of birth differ;
                  while name or date of birth agrees                            date of birth or sex differs and
                                                                                neither name nor date agrees;
                                                                                another issuer of the Patient ID
TRACER            two diphosphonates, such as MDP and HDP; an agent not known   different classes of tracer
COUNTS            under 1.0 M in the body in a view, at either visit            under 0.5 M
SCAN_SPEED        more than 10 % apart                                          about twice or more
DURATION          more than 25 % apart (only if a speed is not stated)
UPTAKE_TIME       more than 30 min apart                                        more than 3 h apart, or
                                                                                either under 1 h
CAMERA            another maker or model (no measurable effect is known)
COLLIMATOR        another collimator
ENERGY_WINDOW     a limit more than 5 keV apart
GRID              pixel spacing more than 10 % apart
SPACING           pixel spacing stated at one visit only
CORRECTIONS       other corrections applied
MISSING_VIEW      one view at only one of the visits                            no view in common
VIEW_UNSURE       side or left and right of a view is not certain
TWO_PASSES        views taken one after the other at one of the visits
SOFT_TISSUE       soft tissue over bone changed 1.35-fold, or unusual
EXTRAVASATION     over 3 % of the counts at the injection site, either visit
BLADDER           the bladder covers over 20 % of the pelvis, either visit
================  ============================================================  ================================

Lossy images never come so far: reading refuses them. Administered activity is recorded and not judged: uptake
ratios do not depend on it, and what too little of it does shows in the counts.
"""

from tracker.comparability.compare import compare
from tracker.comparability.image_facts import image_facts

__all__ = ["compare", "image_facts"]
